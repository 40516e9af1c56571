"""From items to signals: every part, every error, and what always holds."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mapping.items import ITEM, compiled, error, signal

from ferrule.exchange import canonical, decode, encode
from ferrule.mapping.sanitise import UNSAFE
from ferrule.signals import signal_id


def test_a_signal_has_every_part_of_its_item():
    found = signal()
    assert found.id == signal_id("p", "work", "issue", "7")
    assert found.external_id == "7"
    assert (found.source, found.project_id) == ("github-issues", "p")
    assert (found.connection, found.stream) == ("work", "issues")
    assert (found.collection_key, found.type) == ("issue", "issue_updated")
    assert found.timestamp == "2026-01-02T03:04:05Z"
    assert found.created_at == "2026-01-01T00:00:00Z"
    assert (found.summary, found.priority) == ("Broken", "high")
    assert (found.participants, found.tags) == (["ann"], ["bug", "p1"])
    assert found.related_items == []
    assert found.raw == ITEM
    assert found.warnings is None


def test_the_first_rule_that_holds_names_the_type():
    rules = [
        {"when": "$.gone", "operator": "exists", "then": "gone"},
        {"if": {"not": {"when": "$.gone", "operator": "exists"}}, "then": "here"},
        {"when": "$.id", "operator": "exists", "then": "late"},
    ]
    assert signal(signalTypeRules=rules).type == "here"
    assert signal({"state": "closed"}).type == "closed"
    assert signal({"labels": []}).priority is None


ITEMS = [
    # itemsPath, body, items (semantics 2)
    ("$", [1, 2], [1, 2]),
    ("$", {"a": 1}, [{"a": 1}]),
    ("$.items", {"items": [1]}, [1]),
    ("$.items", {"items": {"a": 1}}, [{"a": 1}]),
    ("$.items", {"items": None}, []),
    ("$.items", {}, []),
    ("$.items", [], []),
    ("$.items", None, []),
    ("$.items[*]", {"items": [1, [2]]}, [1, [2]]),
    ("$.pages[*].items", {"pages": [{"items": [1]}, {"items": [2]}]}, [[1], [2]]),
    ("$.pages[*].items[*]", {"pages": [{"items": [1]}, {"items": [2]}]}, [1, 2]),
    ("$..id", [{"id": 1}, {"id": 2}], [1, 2]),
]


@pytest.mark.parametrize(("path", "body", "items"), ITEMS)
def test_items_are_the_elements_of_one_list_or_every_match(path, body, items):
    assert compiled(itemsPath=path).items(body) == items


LISTS = [
    # tagsPath, the item's member, tags, a part of the warning
    ("$.t", ["a", "b"], ["a", "b"], None),
    ("$.t", "a", ["a"], None),
    ("$.t", None, [], None),
    ("$.t", [], [], None),
    (
        "$.t",
        ["a", None, "", 5, True, decode(b"1.50")],
        ["a", "5", "true", "1.50"],
        None,
    ),
    ("$.t", ["a", {"b": 1}, [2]], ["a"], "an object was left out"),
    ("$.t[*].n", [{"n": "a"}, {}, {"n": None}], ["a"], None),
    ("$.t[*].n", [{"n": ["a"]}], [], "a list was left out"),
    ("$.t", ["x" * 150], ["x" * 99 + "…"], "cut to 100"),
    ("$.t", [str(n) for n in range(150)], [str(n) for n in range(100)], "first 100 of"),
    ("$.t", ["a\x00\u202eb", "\x01"], ["a⟦U+202E⟧b"], "were replaced"),
]


@pytest.mark.parametrize(("path", "value", "tags", "warning"), LISTS)
def test_lists_hold_texts_and_the_rest_is_a_warning(path, value, tags, warning):
    found = signal({"t": value}, tagsPath=path, rawFields=["id"])
    assert found.tags == tags
    assert bool(found.warnings) == bool(warning)
    assert warning is None or warning in " ".join(found.warnings)


TIMES = [
    ("2026-01-02T03:04:05Z", None, "2026-01-02T03:04:05Z"),
    ("2026-01-02T03:04:05.120+02:00", None, "2026-01-02T01:04:05.120000Z"),
    ("2026-01-02", None, "2026-01-02T00:00:00Z"),
    (1767323045, "unix", "2026-01-02T03:04:05Z"),
    (decode(b"1767323045.5"), "unix", "2026-01-02T03:04:05.500000Z"),
    ("1767323045500", "unix_ms", "2026-01-02T03:04:05.500000Z"),
    ("02/01/2026", "%d/%m/%Y", "2026-01-02T00:00:00Z"),
]


@pytest.mark.parametrize(("value", "fmt", "time"), TIMES)
def test_times_are_rfc_3339_in_utc(value, fmt, time):
    changed = {"updated_at": value, "created_at": value}
    found = signal(changed, timestampFormat=fmt)
    assert (found.timestamp, found.created_at) == (time, time)


IDS = [
    ("a/b|c", "a/b|c"),
    (0, "0"),
    (10**25, str(10**25)),
    (decode(b"1.50"), "1.50"),
    ("日本 é", "日本 é"),
    ("a\u202eb", "a⟦U+202E⟧b"),
]


@pytest.mark.parametrize(("value", "external_id"), IDS)
def test_an_id_is_a_text_or_a_number_as_it_is_written(value, external_id):
    assert signal({"id": value}).external_id == external_id


ERRORS = [
    ({"id": None}, "idPath", None, "holds null, not an id"),
    ({"id": ""}, "idPath", None, "an empty text"),
    ({"id": True}, "idPath", None, "a boolean"),
    ({"id": {}}, "idPath", None, "an object"),
    ({"id": [1]}, "idPath", None, "a list"),
    ({"id": "a\nb"}, "idPath", None, "control character"),
    ({"id": "a\x00"}, "idPath", None, "control character"),
    ({"id": "a\x85"}, "idPath", None, "control character"),
    ({"id": "a\r"}, "idPath", None, "control character"),
    ({"id": "x" * 2001}, "idPath", None, "2001 characters"),
    ({"updated_at": None}, "timestampPath", "7", "holds no time"),
    ({"updated_at": "soon"}, "timestampPath", "7", "'soon'"),
    ({"updated_at": []}, "timestampPath", "7", "[]"),
    ({"created_at": "soon"}, "createdPath", "7", "'soon'"),
    ({"created_at": True}, "createdPath", "7", "True"),
]


@pytest.mark.parametrize(("change", "field", "item_id", "message"), ERRORS)
def test_an_item_error_names_the_item_and_the_field(change, field, item_id, message):
    found = error({**ITEM, **change})
    assert (found.field, found.item_id) == (field, item_id)
    assert message in found.message


@pytest.mark.parametrize("item", [None, 5, "x", [], [ITEM], {}, True])
def test_what_is_no_record_is_an_item_error(item):
    assert error(item).field == "idPath"


def test_a_filter_that_cannot_work_is_an_item_error():
    found = error({**ITEM, "title": "x"}, summaryTemplate="{{title|int}}")
    assert (found.field, found.item_id) == ("summaryTemplate", "7")


def test_one_bad_item_leaves_the_others():
    page = compiled().page([ITEM, {}, {**ITEM, "id": 8}])
    assert [m.signal.external_id if m.signal else None for m in page] == [
        "7",
        None,
        "8",
    ]
    assert [m.index for m in page] == [0, 1, 2]
    assert page[1].error is not None


def test_a_filter_and_an_age_skip_without_an_error():
    mapping = compiled(filter={"when": "$.pull_request", "operator": "missing"})
    old = {**ITEM, "created_at": "2025-12-31T23:59:59Z"}
    ageless = {k: v for k, v in ITEM.items() if k != "created_at"}
    start = datetime(2026, 1, 1, tzinfo=UTC)
    page = mapping.page([ITEM, {**ITEM, "pull_request": None}, old, ageless], start)
    assert [m.signal is not None for m in page] == [True, False, False, True]
    assert all(m.error is None for m in page)


def test_raw_is_what_is_named_or_everything():
    assert signal(rawFields=["id", "gone", "title"]).raw == {"id": 7, "title": "Broken"}
    assert signal(rawFields=[]).raw == {}


def test_a_summary_tells_what_it_lacks():
    found = signal(summaryTemplate="{{title}} {{gone}} {{config.base}} {{stream}}")
    assert found.summary == "Broken  B issues"
    assert found.warnings == ["summary: no value for gone."]


def test_line_ends_of_windows_are_usual_and_go_without_a_word():
    found = signal({"title": "a\r\nb\rc", "path": "C:\\bin\\users\\r"})
    assert found.summary == "a\nbc"
    assert found.raw["title"] == "a\nbc"
    assert found.raw["path"] == "C:\\bin\\users\\r"
    assert found.warnings is None


def test_control_and_direction_characters_are_told_once_for_raw():
    found = signal({"title": "ok", "x": ["\x07", {"\x00k": "\u2066y"}], "y": "\x9b"})
    assert found.raw["x"] == ["", {"k": "⟦U+2066⟧y"}]
    assert found.raw["y"] == ""
    assert found.warnings == ["raw: control or direction characters were replaced."]


def test_no_member_is_lost_when_names_become_one():
    one = signal({"x": {"a\x00": 1, "a": 2, "a\x01": 3, "b\n": 4}})
    assert one.raw["x"] == {"a": 2, "a_": 1, "a__": 3, "b\n": 4}
    other = signal({"x": {"b\n": 4, "a\x01": 3, "a": 2, "a\x00": 1}})
    assert other.content_hash == one.content_hash


def test_markup_newlines_and_joined_emoji_stay():
    text = "<b onclick='x'>a</b>\n\t&amp; 👩‍👩‍👧 שלום"
    found = signal({"title": text})
    assert found.summary == text
    assert found.warnings is None


def test_a_summary_is_cut_at_500():
    found = signal({"title": "x" * 501})
    assert (len(found.summary), found.summary[-1]) == (500, "…")
    assert found.warnings == ["summary: cut to 500 characters."]
    assert signal({"title": "x" * 500}).warnings is None


def test_the_content_hash_is_the_documented_one():
    found = signal()
    mapped = [
        "issue_updated",
        found.timestamp,
        found.created_at,
        "high",
        "Broken",
        ["ann"],
        ["bug", "p1"],
        [],
    ]
    wanted = sha256(canonical(mapped) + canonical(found.raw)).hexdigest()
    assert found.content_hash == wanted


CHANGES = [
    {"title": "Other"},
    {"state": "closed"},
    {"labels": []},
    {"user": {"login": "bob"}},
    {"updated_at": "2026-01-02T03:04:06Z"},
    {"other": None},
    {"other": 1},
    {"other": decode(b"1.0")},
    {"other": decode(b"1.00")},
    {"other": "1"},
    {"other": True},
]


def test_every_change_of_an_item_changes_its_hash():
    hashes = [signal(change).content_hash for change in [{}, *CHANGES]]
    assert len(set(hashes)) == len(hashes)


def test_an_item_nested_too_deeply_is_an_item_error_or_a_signal():
    depth = 600
    deep = decode(b"[" * depth + b'"\xf0\x9f\x98\x80\xef\xb8\x8f"' + b"]" * depth)
    page = compiled().page([{**ITEM, "x": deep}, {**ITEM, "x": [deep] * 2}, ITEM])
    assert page[2].signal is not None
    assert all(m.signal is not None or m.error is not None for m in page)


text = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("\x00\r\n\t\x1b\u202e\x85"),
    max_size=6,
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            text | st.sampled_from([*ITEM, "login", "name"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
records = st.fixed_dictionaries(
    {"id": st.integers() | text, "updated_at": st.just("2026-01-02T03:04:05Z")},
    optional={
        name: json_values for name in (*ITEM, "x") if name not in {"id", "updated_at"}
    },
)
MAPPINGS = [
    compiled(),
    compiled(rawFields=["title", "x"], relatedItemsPath="$..name"),
    compiled(summaryTemplate="{{title|upper|truncate(5)}} {{$.labels[*]|json}}"),
    compiled(tagsPath="$..*", filter={"when": "$..name", "operator": "missing"}),
    compiled(
        transforms=[
            {"op": "set", "path": "x.y", "value": "{{$..name}}", "as": "string"},
            {"op": "remove", "paths": ["labels.0", "$..login"]},
            {"op": "rename", "from": "title", "to": "user.title"},
            {"op": "keys", "case": "snake"},
            {"op": "flatten", "separator": "/"},
        ],
        idPath="$.id",
    ),
    compiled(
        primaryKey=["$.id", "$.title"],
        fields={"x": {"path": "$.x"}, "all": {"path": "$..*"}},
        archivedWhen={"when": "$.x", "operator": "exists"},
        deletedWhen={"when": "$.state", "operator": "exists"},
        schema={"properties": {"x": {"type": ["object", "array", "string"]}}},
    ),
]


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from texts(member)
    elif isinstance(value, list):
        for element in value:
            yield from texts(element)


@settings(max_examples=150, deadline=None)
@given(json_values | records)
def test_mapping_never_raises_and_what_it_gives_is_clean(item):
    for mapping in MAPPINGS:
        (mapped,) = mapping.page([item])
        assert mapped.item is item
        if mapped.signal is None:
            continue
        found = mapped.signal
        written = decode(encode(found))
        assert not any(UNSAFE.search(t) or "\r" in t for t in texts(written))
        assert "\n" not in found.external_id
        assert len(found.summary) <= 500
        assert all(len(tag) <= 100 for tag in found.tags)


def shuffled(value):
    if isinstance(value, dict):
        return {name: shuffled(value[name]) for name in reversed(value)}
    return [shuffled(x) for x in value] if isinstance(value, list) else value


ORDERLESS = compiled(summaryTemplate="{{id}}", tagsPath=None, participantsPath=None)


@settings(max_examples=100, deadline=None)
@given(records)
def test_the_order_of_members_does_not_matter(item):
    (one,), (other,) = ORDERLESS.page([item]), ORDERLESS.page([shuffled(item)])
    assert (one.signal is None) == (other.signal is None)
    if one.signal is not None:
        assert one.signal.content_hash == other.signal.content_hash
        assert one.signal.id == other.signal.id


FURTHER = {
    "fields": {"x": {"path": "$.x"}},
    "archivedWhen": {"when": "$.gone", "operator": "equals", "value": True},
}


def test_fields_and_archiving_change_only_the_hashes_of_what_has_them():
    plain = signal().content_hash
    assert signal(**FURTHER | {"fields": None}).content_hash == plain
    hashes = [
        signal({"x": 1}, rawFields=[], **FURTHER).content_hash,
        signal({"x": 2}, rawFields=[], **FURTHER).content_hash,
        signal({"gone": True}, rawFields=[], **FURTHER).content_hash,
        signal({}, rawFields=[], **FURTHER).content_hash,
    ]
    assert len(set(hashes)) == len(hashes)


def test_fields_are_made_safe():
    found = signal({"x": ["\x07a"]}, rawFields=[], fields={"x": {"path": "$.x"}})
    assert found.fields == {"x": ["a"]}
    assert found.warnings == ["fields: control or direction characters were replaced."]


def test_an_item_that_expands_too_far_is_an_item_error():
    mapping = compiled(transforms=[{"op": "expand", "path": "l"}])
    (mapped,) = mapping.page([{**ITEM, "l": [0] * 10_001}])
    assert mapped.error.message.startswith("expand l: 10001 elements; at most 10000")
    assert mapped.error.item_id is None, "no transform of the id may be missed"


def test_expanded_items_keep_the_index_and_their_own_part():
    mapping = compiled(transforms=[{"op": "expand", "path": "l"}])
    page = mapping.page([ITEM, {"l": [ITEM, {**ITEM, "id": 8}]}, {"l": [ITEM]}])
    assert [(m.index, m.deleted) for m in page] == [(n, None) for n in (0, 1, 1, 2)]
    assert [m.item for m in page] == [ITEM, ITEM, {**ITEM, "id": 8}, ITEM]


def test_the_same_item_over_the_wire_gives_the_same_signal():
    again = decode(encode(ITEM))
    assert compiled().signal(again) == compiled().signal(ITEM)


def test_what_is_kept_whole_is_the_item_itself():
    assert signal_of(ITEM).raw is ITEM
    assert signal_of(ITEM, transforms=[{"op": "remove", "paths": ["x"]}]).raw is ITEM
    removed = signal_of(ITEM, transforms=[{"op": "remove", "paths": ["title"]}])
    assert removed.raw == {k: v for k, v in ITEM.items() if k != "title"}


def signal_of(item, **changes):
    (mapped,) = compiled(**changes).page([item])
    assert mapped.item is item
    return mapped.signal


LEVELS = [
    # values at the rules' place, the priority
    (["p2", "p1"], "high"),
    (["p2"], "low"),
    ([], None),
    ([1, "p2"], "low"),
    ([True], "critical"),
    ([None, {"p1": 1}], None),
]


@pytest.mark.parametrize(("values", "priority"), LEVELS)
def test_rules_on_one_place_decide_in_their_order(values, priority):
    names = [("true", "critical"), ("p1", "high"), ("p2", "low"), ("1", "medium")]
    rules = [
        {"when": "$.l[*]", "operator": "equals", "value": value, "then": then}
        for value, then in names
    ]
    assert signal({"l": values}, priorityMapping=rules).priority == priority
    one_by_one = [
        {
            "if": {"all": [{k: v for k, v in r.items() if k != "then"}]},
            "then": r["then"],
        }
        for r in rules
    ]
    assert signal({"l": values}, priorityMapping=one_by_one).priority == priority
