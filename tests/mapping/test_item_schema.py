"""Item schemas against the official suite, and what is refused of it."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mapping.test_normalise import json_values

from ferrule.exchange import decode
from ferrule.mapping.item_schema import compile_schema
from ferrule.mapping.schema_cast import SchemaCast
from ferrule.mapping.schema_words import SchemaRefusedError

SAMPLES = Path(__file__).parents[1] / "samples" / "item_schema"
SUITE = decode((SAMPLES / "draft2020-12.json").read_bytes())
# Groups of the suite whose schemas are refused when they are loaded, by the word.
REFUSED = {
    "$anchor",
    "$id",
    "$ref",
    "array_of_schemas",
    "unevaluatedProperties",
    "unknown-keyword",
}


@pytest.mark.parametrize("name", SUITE)
def test_the_suite_agrees(name):
    for group in SUITE[name]:
        if not isinstance(group["schema"], dict):
            continue
        refusal, check = _compiled(group["schema"])
        assert refusal in {"", *REFUSED}, group["description"]
        for case in () if refusal else group["tests"]:
            told = f"{group['description']}: {case['description']}"
            assert (check(case["data"]) is None) is case["valid"], told


def test_what_is_refused_of_the_suite_is_little():
    groups = [g for gs in SUITE.values() for g in gs if isinstance(g["schema"], dict)]
    assert sum(bool(_compiled(group["schema"])[0]) for group in groups) == 21
    assert sum(len(group["tests"]) for group in groups) == 834


def _compiled(schema):
    """Return the word that a schema is refused for, or its check."""
    try:
        return "", compile_schema(schema)
    except SchemaRefusedError as error:
        return error.pointer.rsplit("/", 1)[1], None


FAULTS = [
    # schema, value, pointer, message
    ({"type": "integer"}, True, "", "true is not a whole number"),
    ({"type": ["string", "null"]}, 1, "", "1 is not a text or null"),
    ({"enum": ["a", 1]}, "b", "", "'b' is none of [\"a\",1]"),
    ({"const": Decimal("0.10")}, Decimal("0.2"), "", "0.2 is not 0.10"),
    ({"minLength": 2}, "a", "", "has 1 characters, not at least 2"),
    ({"maximum": 10**30}, 10**30 + 1, "", f"is not at most {10**30}"),
    ({"multipleOf": Decimal("0.01")}, Decimal("1.115"), "", "no multiple of 0.01"),
    ({"items": {"required": ["a/b"]}}, [{}], "/0", "has no 'a/b'"),
    ({"properties": {"a/b": {"type": "null"}}}, {"a/b": 1}, "/a~1b", "1 is not null"),
    ({"additionalProperties": False}, {"x": 1}, "/x", "must not be here"),
    ({"uniqueItems": True}, [1, Decimal("1.0")], "", "holds an element twice"),
    ({"anyOf": [{"type": "null"}]}, 1, "", "1 fits none of anyOf"),
    ({"not": {"type": "null"}}, None, "", "null is what must not be here"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "", "has 'a' but no 'b'"),
]


@pytest.mark.parametrize(("schema", "value", "pointer", "message"), FAULTS)
def test_a_fault_says_what_and_where(schema, value, pointer, message):
    fault = compile_schema(schema)(value)
    assert fault.pointer == pointer
    assert message in fault.message


EXACT = [
    ({"const": Decimal("0.1")}, Decimal("0.10"), True),
    ({"const": Decimal("0.1")}, Decimal("0.1000000000000000000001"), False),
    ({"maximum": 9007199254740993}, 9007199254740994, False),
    ({"multipleOf": Decimal("0.1")}, Decimal("0.3"), True),
    ({"multipleOf": 3}, decode(b"1E+999999"), False),
    ({"type": "integer"}, decode(b"1E+999999"), True),
    ({"type": "integer"}, Decimal("1.0"), True),
]


@pytest.mark.parametrize(("schema", "value", "fits"), EXACT)
def test_numbers_are_exact(schema, value, fits):
    assert (compile_schema(schema)(value) is None) is fits


def test_a_long_chain_of_references_is_refused_not_followed():
    definitions = {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(3000)}
    schema = {"$ref": "#/$defs/a0", "$defs": {**definitions, "a3000": True}}
    with pytest.raises(SchemaRefusedError, match="nested too deeply"):
        compile_schema(schema)


def test_a_schema_of_a_tree_looks_all_the_way_down():
    schema = {"properties": {"in": {"$ref": "#"}, "n": {"type": "integer"}}}
    check = compile_schema(schema)
    assert check({"in": {"in": {"n": 1}}}) is None
    assert check({"in": {"in": {"n": "x"}}}).pointer == "/in/in/n"


CASTS = [
    # schema, value, result
    ({"type": "integer"}, "5", 5),
    ({"type": ["null", "integer"]}, None, None),
    ({"type": ["string", "integer"]}, "5", "5"),
    ({"type": ["integer", "boolean"]}, "yes", True),
    ({"type": "string"}, 5, "5"),
    ({"type": "number"}, True, "'/: true is not a number'"),
    ({"type": "string", "format": "date-time"}, 0, "1970-01-01T00:00:00Z"),
    ({"type": "object"}, "x", "x"),
    ({"items": {"type": "integer"}}, ["1", "2"], [1, 2]),
    ({"items": {"type": "integer"}}, ["1", "b"], "'/1: 'b' is not a whole number'"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}}, "5", 5),
    ({"allOf": [{"type": "integer"}, {"minimum": 1}]}, "5", 5),
    ({"properties": {"in": {"$ref": "#"}, "n": {"type": "integer"}}},
     {"in": {"n": "1", "x": "2"}}, {"in": {"n": 1, "x": "2"}}),
    ({}, "5", "5"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "result"), CASTS)
def test_a_value_is_cast_to_its_schema(schema, value, result):
    compile_schema(schema)
    try:
        found = SchemaCast(schema, None)(value)
    except ValueError as error:
        found = f"'{error}'"
    assert found == result


@settings(deadline=None)
@given(st.sampled_from([case[0] for case in CASTS]), json_values)
def test_what_was_cast_is_cast_to_itself(schema, value):
    cast = SchemaCast(schema, None)
    try:
        once = cast(value)
    except ValueError:
        return
    assert cast(once) == once
