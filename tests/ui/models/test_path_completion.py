"""Completions come from the sample: names, values, ways into lists."""

import pytest

from ferrule.ui.models.path_completion import complete

PLACES = [
    {"state": "open", "labels": [{"name": "bug", "n": 1}, {"name": "ui"}]},
    {"state": "open", "labels": [{"name": "bug"}], "user's": 1},
    {"state": "closed", "labels": [], "by": {"a": {"rank": 7}}},
]


def offered(text, *, template=False):
    found = complete(text, len(text), PLACES, template=template)
    return [text[: found.start] + entry.insert for entry in found.entries]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$.", ["$.state", "$.labels", "$['user\\'s']", "$.by"]),
        ("$.st", ["$.state"]),
        ("$.labels[*].", ["$.labels[*].name", "$.labels[*].n"]),
        ("$.labels[?@.", ["$.labels[?@.name", "$.labels[?@.n"]),
        ("$.labels[?@.na", ["$.labels[?@.name"]),
        ("$.by[?@.", ["$.by[?@.rank"]),
        ("$.labels[?@.name==", ["$.labels[?@.name== 'bug'", "$.labels[?@.name== 'ui'"]),
        ("$.labels[?@.name == ", None),
        ("$.labels[?@.name == 'ui", ["$.labels[?@.name == 'ui'"]),
        ("$.labels[?@.n >= ", ["$.labels[?@.n >= 1"]),
        (
            "$.labels[?@.name == 'bug' && @.n",
            ["$.labels[?@.name == 'bug' && @.name", "$.labels[?@.name == 'bug' && @.n"],
        ),
        (
            "$.labels[?@.name == 'bug'].",
            ["$.labels[?@.name == 'bug'].name", "$.labels[?@.name == 'bug'].n"],
        ),
        ("$.labels[?@.gone == ", []),
        ("$.labels[?", []),
        ("$.[", []),
        ("state", []),
    ],
)
def test_what_fits_at_the_caret_is_offered_commonest_first(text, expected):
    if expected is None:
        expected = [f"{text}'bug'", f"{text}'ui'"]
    assert offered(text) == expected


def test_a_list_offers_its_entries_one_and_a_filter():
    assert offered("$.labels[")[:3] == [
        "$.labels[*]",
        "$.labels[0]",
        "$.labels[?@.name == '']",
    ]


def test_an_entry_tells_kind_share_and_example():
    found = complete("$.labels[*].", 12, PLACES).entries
    first, second = found
    assert (first.kind, first.count, first.of, first.example) == ("text", 3, 3, "bug")
    assert (second.kind, second.count, second.of) == ("number", 1, 3)
    value = complete("$.labels[?@.name == ", 20, PLACES).entries[0]
    assert (value.kind, value.count, value.of) == ("text", 2, 3)


def test_a_template_completes_names_inside_its_braces():
    assert offered("x {{st", template=True) == ["x {{state"]
    assert offered("x {{by.", template=True) == ["x {{by.a"]
    assert offered("x st", template=True) == []
