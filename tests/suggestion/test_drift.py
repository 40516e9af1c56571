"""Schema drift on items: harmless and harmful apart, and where a place went to."""

import copy

import pytest

from ferrule.suggestion.drift import Compared, compare
from ferrule.suggestion.drift_shape import shape_of
from ferrule.suggestion.drift_uses import renamed, uses_of

MAPPING = {
    "itemsPath": "$",
    "idPath": "$.id",
    "timestampPath": "$.updated_at",
    "summaryTemplate": "{{title|truncate(40)}} by {{user.login}} ({{config.owner}})",
    "participantsPath": "$.user.login",
    "tagsPath": "$.labels[*].name",
    "signalTypeRules": [
        {"when": "$.state", "operator": "equals", "value": "open", "then": "opened"},
        {"when": "$.id", "operator": "exists", "then": "closed"},
    ],
}


def item(number, **more):
    return {
        "id": number,
        "title": f"A title of item {number}",
        "updated_at": f"2026-02-0{number % 9 + 1}T04:05:06Z",
        "state": "open" if number % 2 else "closed",
        "user": {"login": f"user{number % 3}", "id": number % 3},
        "labels": [{"name": "bug", "color": "f00"}],
        "comments": number,
        "note": None,
    } | more


KNOWN = [item(n) for n in range(1, 13)]


def live(change=lambda _: None, start=7):
    """Return items of which some are known, each changed."""
    found = [copy.deepcopy(item(n)) for n in range(start, start + 12)]
    for one in found:
        change(one)
    return found


def changes(items, mapping=None, known=KNOWN):
    return compare(Compared(known, items, mapping or MAPPING))


def told(items, **more):
    return [(c.kind, c.path, c.harmful) for c in changes(items, **more)]


def move(old, new):
    def change(one):
        one[new] = one.pop(old)

    return change


def test_what_is_the_same_is_no_drift():
    assert changes(live()) == []
    assert changes([]) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda one: one.update(extra=1), ("new", "$.extra", False)),
        (lambda one: one.pop("comments"), ("gone", "$.comments", False)),
        (lambda one: one.update(comments="7"), ("type", "$.comments", False)),
        (lambda one: one.update(note="x"), None),
        (lambda one: one.update(state="held"), ("word", "$.state", False)),
        (lambda one: one["user"].update(url="u"), ("new", "$.user.url", False)),
    ],
)
def test_what_nobody_looks_at_is_harmless(change, expected):
    assert told(live(change)) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda one: one.pop("title"), ("gone", "$.title", True)),
        (lambda one: one.update(id=str(one["id"])), ("type", "$.id", True)),
        (lambda one: one.update(id=1), ("repeated", "$.id", True)),
        (lambda one: one.update(updated_at=1_770_000_000), None),
        (lambda one: one.update(updated_at="03.02.2026"), None),
        (lambda one: one.update(user="anna"), ("gone", "$.user.login", True)),
    ],
)
def test_what_changes_signals_is_harmful(change, expected):
    found = [c for c in told(live(change)) if c[2]]
    if expected:
        assert expected in found
    else:
        assert ("format", "$.updated_at", True) in found


def test_a_time_written_another_way_proposes_its_format():
    found = changes(live(lambda one: one.update(updated_at=1_770_000_000)))
    fix = next(c.fix for c in found if c.kind == "format")
    assert fix.applied(MAPPING)["timestampFormat"] == "unix"


def test_an_id_or_a_time_that_some_items_lack_is_harmful_others_not():
    items = live()
    del items[0]["updated_at"], items[1]["title"]
    found = {(c.path, c.harmful) for c in changes(items)}
    assert found == {("$.updated_at", True), ("$.title", False)}


def test_a_member_that_is_there_and_empty_is_not_gone():
    assert told(live(lambda one: one.update(labels=[]))) == []
    found = told(live(lambda one: one.update(title=None)))
    assert found == [("optional", "$.title", False)]


RENAMES = [
    ("title", "subject", "same items"),
    ("title", "titleText", "a name alike"),
    ("updated_at", "modified", "the same format"),
    ("updated_at", "updatedAt", "the same words"),
    ("id", "issue_id", "a name alike"),
    ("state", "status", "the same values"),
    ("labels", "tags", "a list with what is in it"),
    ("user", "author", "an object with what is in it"),
]


@pytest.mark.parametrize(("old", "new", "why"), RENAMES, ids=[r[2] for r in RENAMES])
def test_a_renamed_member_is_found_and_its_fix_maps_as_before(old, new, why):
    items = live(move(old, new))
    harmful = [c for c in changes(items) if c.harmful]
    assert harmful
    fixes = {c.fix.told for c in harmful if c.fix}
    assert fixes, [c.told for c in harmful]
    mapping = MAPPING
    for change in harmful:
        if change.fix:
            mapping = change.fix.applied(mapping)
    assert [c for c in changes(items, mapping, known=items) if c.harmful] == []
    assert uses_of(mapping) != uses_of(MAPPING)
    paths = {use.path for use in uses_of(mapping)}
    assert any(path.startswith(f"$.{new}") for path in paths), paths
    assert not any(path == f"$.{old}" for path in paths)


def test_a_member_that_moved_into_an_object_is_found():
    def change(one):
        one["fields"] = {"title": one.pop("title")}

    found = [c for c in changes(live(change)) if c.harmful]
    assert [c.fix.told for c in found] == ["$.title → $.fields.title"]
    assert "{{fields.title|truncate(40)}}" in str(found[0].fix.applied(MAPPING))


def test_without_common_items_a_rename_is_found_by_name_and_format():
    items = live(move("updated_at", "updatedAt"), start=500)
    found = [c.fix.told for c in changes(items) if c.harmful]
    assert found == ["$.updated_at → $.updatedAt"]


def test_nothing_alike_is_no_proposal():
    def change(one):
        del one["title"]
        one["flag"] = True

    (gone, new) = changes(live(change))
    assert (gone.kind, gone.fix, new.kind) == ("gone", None, "new")


def test_same_items_with_other_values_are_no_rename():
    def change(one):
        del one["title"]
        one["label"] = "something else altogether"

    found = changes(live(change, start=1))
    assert found[0].fix is None


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("$.user.login", "$.user", "$.author", "$.author.login"),
        ("$.users", "$.user", "$.author", "$.users"),
        ("$.a[*].b", "$.a", "$['x y']", "$['x y'][*].b"),
        ("{{user.login}} {{user}}", "$.user", "$.by", "{{by.login}} {{by}}"),
        ('{{ a | default("x") }}', "$.a", "$.b", '{{ b | default("x") }}'),
        ("{{$.a.b}}", "$.a", "$.c[0]", "{{$.c[0].b}}"),
        ("{{config.a}}", "$.config", "$.c", "{{config.a}}"),
        ("plain $.a", "$.a", "$.b", "plain $.a"),
        ("{{a}}", "$.a", "$['b c']", "{{$['b c']}}"),
    ],
)
def test_renaming_reaches_paths_and_placeholders(text, old, new, expected):
    assert renamed(text, old, new) == expected


def test_every_look_of_a_mapping_is_told_with_its_place():
    found = {(use.pointer, use.path) for use in uses_of(MAPPING)}
    assert ("/summaryTemplate", "$.title") in found
    assert ("/summaryTemplate", "$.user.login") in found
    assert ("/signalTypeRules/0/when", "$.state") in found
    assert not any("config" in path for _, path in found)


def test_shapes_are_bounded_whatever_the_items_are():
    wide = [{f"m{n}": n for n in range(5_000)}]
    assert len(shape_of(wide)) <= 2_000
    deep = value = {}
    for _ in range(200):
        value["a"] = {}
        value = value["a"]
    assert len(shape_of([deep])) <= 12
    assert shape_of([1, "a", None, [], [[1]]])
