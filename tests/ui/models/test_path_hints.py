"""What was probably meant, and what can come next."""

import pytest

pytest.importorskip("PySide6")

from ferrule.ui.models.path_completion import complete
from ferrule.ui.models.path_hints import path_hint, pattern_fault, template_hint

ITEMS = [
    {
        "id": 1,
        "title": "a",
        "assignees": [{"login": "anna", "id": 7}],
        "user": {"login": "x", "a b": 1},
    },
    {"id": 2, "title": "b", "assignees": [], "extra": True},
]


@pytest.mark.parametrize(
    ("text", "column", "name", "applied"),
    [
        ("$.assignees[*].logn", 15, "logn", "$.assignees[*].login"),
        ("$.Title", 2, "Title", "$.title"),
        ("$['titel']", 3, "titel", "$.title"),
        ("$.user.lgoin", 7, "lgoin", "$.user.login"),
        ("$.user.ab", 7, "ab", "$.user['a b']"),
        ("$.assignees.login", 12, "login", "$.assignees[*].login"),
        ("$['😀'].x", 3, "😀", None),
        ("$.nothing", 2, "nothing", None),
    ],
)
def test_the_first_lost_name_is_told(text, column, name, applied):
    hint = path_hint(text, ITEMS)
    assert (hint.column, hint.name) == (column, name)
    assert (hint.applied(text) if hint.instead else None) == applied


@pytest.mark.parametrize("text", ["$.id", "$..logn", "$[?@.x]", "id", "$.assignees[9]"])
def test_no_hint_where_it_would_be_a_guess(text):
    assert path_hint(text, ITEMS) is None


@pytest.mark.parametrize(
    ("text", "column", "applied"),
    [
        ("{{id}} {{ titel }}", 10, "{{id}} {{ title }}"),
        ("😀 {{user.lgoin}}", 9, "😀 {{user.login}}"),
        ("{{$.user.lgoin}}", 9, "{{$.user.login}}"),
    ],
)
def test_placeholders_are_looked_into(text, column, applied):
    hint = template_hint(text, ITEMS)
    assert (hint.column, hint.applied(text)) == (column, applied)


def test_a_name_that_the_template_knows_is_no_loss():
    assert template_hint("{{config.repo}}", ITEMS, {"config": {}}) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("$.", [".id", ".title", ".assignees"]),
        ("$.us", [".user"]),
        ("$.user[", [".login", "['a b']"]),
        ("$.assignees[", ["[*]", "[0]", "[?@.login == '']"]),
        ("$.assignees[*].l", [".login"]),
        ("$.id[?", []),
        ("id.", []),
        ("$.nothing.", []),
    ],
)
def test_completions_come_from_the_sample(text, first):
    found = complete(text, len(text), ITEMS)
    assert [entry.insert for entry in found.entries][: len(first) or None] == first
    assert all(found.start < found.stop for entry in found.entries)


def test_completions_are_by_frequency_with_an_example():
    found = complete("$.", 2, ITEMS)
    counts = [entry.count for entry in found.entries]
    assert counts == sorted(counts, reverse=True)
    assert (found.entries[0].kind, found.entries[0].example) == ("number", "1")
    assert (found.entries[-1].count, found.entries[-1].of) == (1, 2)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a {{", "a {{id"),
        ("{{ ti", "{{ title"),
        ("{{user.", "{{user.login"),
        ("{{$.", "{{$.id"),
    ],
)
def test_placeholders_complete_too(text, result):
    found = complete(text, len(text), ITEMS, template=True)
    assert text[: found.start] + found.entries[0].insert == result
    assert complete("plain.", 6, ITEMS, template=True).entries == ()


def test_what_is_no_template_yet_has_no_completions():
    assert complete("plain.", 6, ITEMS, template=True).entries == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("$[?search(@.a, '(')]", "("),
        ('$[?match(@.a.b, "a(?=b)")]', "a(?=b)"),
        ("$[?search(@.a, 'ok') && match(@.b, '[')]", "["),
        ("$[?search(@.a, 'o\\\\w+')]", None),
        ("$.search", None),
    ],
)
def test_a_pattern_in_a_filter_that_is_not_re2_is_found(text, fault):
    found = pattern_fault(text)
    assert (found and text[found.start : found.stop]) == fault
    assert found is None or "RE2" in found.message
