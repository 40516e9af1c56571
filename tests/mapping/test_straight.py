"""The straight function of a mapping against the closures that it stands for."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.mapping.items import ITEM, MAPPING

from ferrule.errors import ExpressionError, ItemError
from ferrule.mapping import FieldMapping, Origin
from ferrule.mapping.building import building, readers_of
from ferrule.mapping.script import Script
from ferrule.mapping.straight import compile_signal

ORIGIN = Origin("github-issues", "p", "work", "issue", "issues", {"team": "a"})
EQUAL = [
    {"when": "$.made", "operator": "equals", "valuePath": "$.at", "then": "made"},
    {
        "if": {
            "all": [
                {"when": "$.state", "operator": "equals", "value": "closed"},
                {"not": {"when": "$.gone", "operator": "missing"}},
                {
                    "any": [
                        {"when": "$.n", "operator": "gt", "value": 3},
                        {"when": "$.user.name", "operator": "equals", "value": "7"},
                    ]
                },
            ]
        },
        "then": "closed",
    },
    {"when": "$.labels[*].name", "operator": "equals", "value": "bug", "then": "bug"},
    {"when": "$.user", "operator": "exists", "then": "seen"},
    {"if": {"all": []}, "then": "last"},
]
LEVELS = [
    {"when": "$.labels[*].name", "operator": "equals", "value": name, "then": level}
    for name, level in (("bug", "high"), ("docs", "low"))
]
MAPPINGS = {
    "as it is usual": {},
    "every part": {
        "idPath": "$.key.id",
        "timestampPath": "$.at",
        "createdPath": "$.made",
        "summaryTemplate": "#{{n}} 100 % {{user.name}}",
        "signalTypeRules": EQUAL,
        "priorityMapping": LEVELS,
        "participantsPath": "$['user','people']..name",
        "tagsPath": "$.labels[*].name",
        "relatedItemsPath": "$.user.name",
    },
    "other forms": {
        "idPath": "$.list[0]",
        "primaryKey": ["$.n", "$.state"],
        "timestampPath": "$.at",
        "timestampFormat": "unix",
        "createdPath": "$.list[0]",
        "summaryTemplate": "{{state|upper}} {{config.team}}",
        "signalTypeRules": LEVELS[:1],
        "participantsPath": "$.list[0]",
        "tagsPath": "$.list",
        "relatedItemsPath": "$.labels[*]",
        "rawFields": ["n", "state"],
        "fields": {"n": {"path": "$.n", "as": "string"}},
        "archivedAtPath": "$.made",
        "schema": {"required": ["n"]},
    },
    "no places": {"summaryTemplate": "100 %", "priorityMapping": None},
}
TEXTS = ["", "a", "bug", "closed", "7", "a\r\nb", "\x00", "\u202eab", "x" * 600, "ö\t"]
TIMES = ["2026-01-02T03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-02", 1_700_000_000]

scalars = (
    st.sampled_from([*TEXTS, *TIMES, 0, 7, -1, True, 2**70]) | st.none() | st.text()
)
people = st.fixed_dictionaries({}, optional={"name": scalars, "boss": scalars})
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)
MEMBERS = {
    "id": scalars,
    "n": scalars,
    "at": st.sampled_from(TIMES) | anything,
    "made": st.sampled_from(TIMES) | anything,
    "updated_at": st.sampled_from(TIMES) | anything,
    "state": st.sampled_from(["open", "closed"]) | anything,
    "title": scalars,
    "gone": anything,
    "key": st.fixed_dictionaries({"id": scalars}) | anything,
    "user": people | anything,
    "people": st.lists(people, max_size=2) | anything,
    "labels": st.lists(st.fixed_dictionaries({"name": st.sampled_from(TEXTS)}))
    | st.lists(people, max_size=2)
    | anything,
    "list": st.lists(scalars, max_size=2) | anything,
}
drawn = st.fixed_dictionaries({}, optional=MEMBERS)
usual = st.fixed_dictionaries(
    {"id": st.integers(), "n": st.integers(), "key": st.just({"id": "k"})}
    | {name: st.just(TIMES[0]) for name in ("at", "made", "updated_at")},
    optional={k: v for k, v in MEMBERS.items() if k in {"user", "people", "labels"}},
)


def outcome(build, item):
    try:
        return build(item)
    except (ItemError, ExpressionError, RecursionError) as error:
        return type(error), str(error), getattr(error, "field", None)


@pytest.mark.parametrize("changes", MAPPINGS.values(), ids=MAPPINGS)
@settings(max_examples=150, deadline=None)
@given(item=drawn | usual | anything)
@example(item=ITEM)
@example(item={**ITEM, "body": "a\r\nb", "title": "\\r"})
@example(item={**ITEM, "body": "a\r\nb", "deep": {"text": "c\rd"}})
def test_the_straight_function_says_what_the_closures_say(changes, item):
    mapping = FieldMapping.model_validate(MAPPING | changes)
    closures = building(readers_of(mapping, ORIGIN), ORIGIN, mapping.timestamp_path)
    straight = compile_signal(mapping, ORIGIN)
    assert outcome(straight, item) == outcome(closures, item)


def test_an_item_nested_beyond_the_deepest_path_is_the_same_error():
    deep = {"name": "a"}
    for _ in range(400):
        deep = {"user": deep}
    item = {**ITEM, "user": deep}
    mapping = FieldMapping.model_validate(
        MAPPING | {"participantsPath": "$['user','a']..name"}
    )
    closures = building(readers_of(mapping, ORIGIN), ORIGIN, mapping.timestamp_path)
    found = outcome(compile_signal(mapping, ORIGIN), item)
    assert found == outcome(closures, item)
    assert isinstance(found, tuple)


def test_nothing_of_a_descriptor_stands_in_the_script(monkeypatch):
    written = []
    mark = "evil'\"); import os #\n"
    monkeypatch.setattr(
        "ferrule.mapping.script.compile",
        lambda text, *rest: written.append(text) or compile(text, *rest),
        raising=False,
    )
    mapping = FieldMapping.model_validate(
        MAPPING
        | {
            "idPath": "$['evil']",
            "summaryTemplate": mark,
            "tagsPath": "$['evil'][*]['evil']",
            "signalTypeRules": [
                {"when": "$['evil']", "operator": "equals", "value": mark, "then": mark}
            ],
        }
    )
    signal = compile_signal(mapping, Origin(mark, mark, mark, mark, mark))
    assert written
    assert "evil" not in "".join(written)
    assert signal({**ITEM, "evil": mark[:3]}).summary.startswith("evil")


def test_a_mapping_of_very_many_rules_compiles():
    rules = [
        {"when": f"$.a{n}", "operator": "exists", "then": f"t{n}"} for n in range(3000)
    ]
    mapping = FieldMapping.model_validate(MAPPING | {"signalTypeRules": rules})
    assert compile_signal(mapping, ORIGIN)({**ITEM, "a2999": 1}).type == "t2999"


def test_a_place_is_read_once():
    script = Script(lambda item: item)
    again = script.member("$.a.b"), script.member("$.a.c"), script.member("$.a.b")
    assert again[0] == again[2] != again[1]
    assert len(script._reads) == 3
    assert script.member("$.a[0]") is script.member("$") is script.member(None) is None
    assert script.member("$" + ".a" * 9) is None
