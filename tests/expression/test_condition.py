"""Conditions: comparing, combining, reading from a document."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from ferrule.errors import ExpressionError
from ferrule.expression.condition import (
    AllOf,
    Condition,
    NotOf,
    Predicate,
    compile_item_predicate,
    compile_predicate,
)
from ferrule.expression.source import Place

READ = TypeAdapter(Predicate)
ITEM = {
    "state": "open",
    "count": 5,
    "price": Decimal("1.10"),
    "locked": True,
    "closed_at": None,
    "created_at": "2026-02-03T04:05:06Z",
    "updated_at": "2026-02-03T04:05:06Z",
    "merged_at": "2026-03-01T00:00:00Z",
    "labels": [{"name": "bug"}, {"name": "help wanted"}],
    "tags": ["a", 1, True],
    "meta": {"a": [1]},
    "empty": [],
    "pattern": "^op",
    "ratio": 0.5,
}

CASES = [
    ("$.state", "equals", "open", True),
    ("$.state", "equals", "closed", False),
    ("$.count", "equals", 5, True),
    ("$.count", "equals", Decimal("5.0"), True),
    ("$.count", "equals", "5", True),
    ("$.count", "equals", "5.0", False),
    ("$.price", "equals", "1.10", True),
    ("$.price", "equals", 1.1, True),
    ("$.locked", "equals", True, True),
    ("$.locked", "equals", "true", True),
    ("$.locked", "equals", "True", False),
    ("$.locked", "equals", 1, False),
    ("$.state", "equals", 5, False),
    ("$.closed_at", "equals", None, True),
    ("$.closed_at", "equals", "null", False),
    ("$.absent", "equals", None, False),
    ("$.meta", "equals", {"a": [1]}, True),
    ("$.labels[*].name", "equals", "bug", True),
    ("$.labels[*].name", "equals", "ui", False),
    ("$.state", "not_equals", "closed", True),
    ("$.state", "not_equals", "open", False),
    ("$.labels[*].name", "not_equals", "bug", True),
    ("$.count", "not_equals", "5", False),
    ("$.absent", "not_equals", "x", False),
    ("$.state", "contains", "pe", True),
    ("$.state", "contains", "x", False),
    ("$.tags", "contains", "a", True),
    ("$.tags", "contains", "1", True),
    ("$.tags", "contains", 2, False),
    ("$.labels[*].name", "contains", "wanted", True),
    ("$.count", "contains", "5", False),
    ("$.state", "contains", 5, False),
    ("$.empty", "contains", "a", False),
    ("$.closed_at", "exists", None, True),
    ("$.absent", "exists", None, False),
    ("$.absent", "missing", None, True),
    ("$.closed_at", "missing", None, False),
    ("$.labels[*].color", "missing", None, True),
    ("$.state", "matches", "^o.*n$", True),
    ("$.state", "matches", "p", True),
    ("$.state", "matches", "^p", False),
    ("$.count", "matches", "^[0-9]+$", True),
    ("$.locked", "matches", "true", True),
    ("$.closed_at", "matches", "null", False),
    ("$.tags", "matches", "a", False),
    ("$.state", "in", ["open", "new"], True),
    ("$.state", "in", [], False),
    ("$.count", "in", [4, 5], True),
    ("$.count", "in", ["5"], True),
    ("$.count", "in", ["4"], False),
    ("$.labels[*].name", "in", ["ui", "bug"], True),
    ("$.count", "gt", 4, True),
    ("$.count", "gt", 5, False),
    ("$.count", "gte", 5, True),
    ("$.count", "lt", Decimal("5.5"), True),
    ("$.count", "lte", 4.5, False),
    ("$.price", "lt", 1.11, True),
    ("$.ratio", "lte", Decimal("0.5"), True),
    ("$.count", "gt", "4", False),
    ("$.state", "gt", 4, False),
    ("$.locked", "gt", 0, False),
    ("$.locked", "gte", 1, False),
    ("$.closed_at", "lt", 1, False),
    ("$.created_at", "gt", "2026-01-01", True),
    ("$.created_at", "lt", "2026-02-03T04:05:07Z", True),
    ("$.created_at", "gte", "2026-02-03T04:05:06Z", True),
]


@pytest.mark.parametrize(("when", "operator", "value", "holds"), CASES)
def test_a_condition_compares(when, operator, value, holds):
    condition = READ.validate_python(
        {"when": when, "operator": operator, "value": value}
    )
    assert compile_item_predicate(condition)(ITEM) is holds
    assert compile_predicate(condition)(Place(body=ITEM)) is holds
    on_item = READ.validate_python(
        {"when": f"item:{when}", "operator": operator, "value": value}
    )
    assert compile_predicate(on_item)(Place(item=ITEM)) is holds
    assert compile_item_predicate(on_item)(ITEM) is holds


@pytest.mark.parametrize(
    ("when", "operator", "other", "holds"),
    [
        ("$.created_at", "equals", "$.updated_at", True),
        ("$.created_at", "equals", "$.merged_at", False),
        ("$.created_at", "equals", "$.absent", False),
        ("$.absent", "equals", "$.absent", False),
        ("$.count", "equals", "$.price", False),
        ("$.locked", "equals", "$.tags[2]", True),
        ("$.created_at", "lt", "$.merged_at", True),
        ("$.created_at", "not_equals", "$.merged_at", True),
        ("$.labels[*].name", "equals", "$.labels[0].name", True),
        ("$.state", "matches", "$.pattern", True),
        ("$.state", "in", "$.tags", False),
        ("$.tags[0]", "in", "$.tags", True),
        ("$.tags[0]", "in", "$.tags[*]", True),
        ("$.tags", "contains", "$.tags[0]", True),
    ],
)
def test_two_places_of_one_item_are_compared(when, operator, other, holds):
    condition = READ.validate_python(
        {"when": when, "operator": operator, "valuePath": other}
    )
    assert compile_item_predicate(condition)(ITEM) is holds
    assert compile_predicate(condition)(Place(body=ITEM)) is holds


def test_a_response_is_asked_by_status_header_and_body():
    place = Place(body={"ok": False}, headers={"x-event": "push"}, status=429)
    for when, operator, value in [
        ("status", "gte", 400),
        ("status", "in", [429, 503]),
        ("status", "equals", "429"),
        ("header:X-Event", "equals", "push"),
        ("$.ok", "equals", "false"),
        ("header:X-Other", "missing", None),
    ]:
        condition = Condition(when=when, operator=operator, value=value)
        assert compile_predicate(condition)(place)


def test_predicates_combine():
    document = {
        "all": [
            {"when": "$.state", "operator": "equals", "value": "open"},
            {
                "any": [
                    {"when": "$.count", "operator": "gt", "value": 10},
                    {"not": {"when": "$.locked", "operator": "equals", "value": False}},
                ]
            },
        ]
    }
    predicate = READ.validate_python(document)
    assert isinstance(predicate, AllOf)
    assert compile_item_predicate(predicate)(ITEM)
    assert not compile_item_predicate(predicate)({**ITEM, "locked": False})
    assert not compile_item_predicate(predicate)({**ITEM, "state": "closed"})
    assert READ.dump_python(predicate, by_alias=True, exclude_unset=True) == {
        "all": (document["all"][0], {"any": tuple(document["all"][1]["any"])})
    }


def test_of_nothing_all_hold_and_none_does():
    assert compile_item_predicate(READ.validate_python({"all": []}))(ITEM)
    assert not compile_item_predicate(READ.validate_python({"any": []}))(ITEM)


def test_an_instance_is_a_predicate_too():
    condition = Condition(when="$.a", operator="exists")
    assert READ.validate_python(condition) is condition
    inverted = NotOf(not_=condition)
    assert READ.validate_python(inverted) is inverted
    assert compile_item_predicate(inverted)({})


@pytest.mark.parametrize(
    ("document", "where", "words"),
    [
        (
            {"when": "state", "operator": "exists"},
            ("(condition)", "when"),
            "where a value",
        ),
        (
            {"when": "$.a", "operator": "is"},
            ("(condition)", "operator"),
            "Input should be",
        ),
        ({"operator": "exists"}, ("(condition)", "when"), "required"),
        ({"when": "$.a", "operator": "exists", "x": 1}, ("(condition)", "x"), "Extra"),
        (
            {"any": [{"when": "$.a", "operator": "exists"}, {"when": "$.a["}]},
            ("(any)", "any", 1, "(condition)", "when"),
            "ends too early",
        ),
        (
            {"not": {"when": "x"}},
            ("(not)", "not", "(condition)", "when"),
            "where a value",
        ),
        ({"all": 1}, ("(all)", "all"), "tuple"),
        ("x", ("(condition)",), "dictionary"),
        (
            {"when": "$.a", "operator": "equals", "valuePath": "b"},
            ("(condition)", "valuePath"),
            "where a value",
        ),
    ],
)
def test_an_error_points_at_its_member(document, where, words):
    with pytest.raises(ValidationError) as caught:
        READ.validate_python(document)
    error = caught.value.errors()[0]
    assert error["loc"] == where
    assert words in error["msg"]


@pytest.mark.parametrize(
    ("operator", "value", "words"),
    [
        ("matches", "(", "RE2"),
        ("matches", 5, "needs a pattern"),
        ("in", "open", "needs a list"),
        ("gt", None, "needs a number"),
        ("lte", [1], "needs a number"),
        ("lt", True, "needs a number"),
        ("contains", None, "needs a value"),
    ],
)
def test_a_value_must_fit_its_operator(operator, value, words):
    with pytest.raises(ValidationError, match=words):
        Condition(when="$.a", operator=operator, value=value)


def test_predicates_nest_within_reason():
    document = {"when": "$.a", "operator": "exists"}
    for _ in range(32):
        document = {"not": document}
    assert compile_item_predicate(READ.validate_python(document))({"a": 1})
    with pytest.raises(ExpressionError, match="too deeply"):
        compile_item_predicate(READ.validate_python({"not": document}))


def test_an_item_has_no_headers():
    condition = Condition(when="header:X", operator="exists")
    with pytest.raises(ExpressionError, match="no place in an item"):
        compile_item_predicate(condition)


def test_every_member_has_a_label_and_help():
    for name, member in Condition.model_fields.items():
        assert member.title, name
        assert member.description, name
