"""Arguments of tools: typed, checked, and every problem names its parameter."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.errors import UsageError
from ferrule.fields import ToolParam
from ferrule.fields.arguments import (
    LONGEST,
    argument_schema,
    read_arguments,
    typed_argument,
    weigh_arguments,
)


def param(kind="string", name="n", **more):
    return ToolParam.model_validate({"name": name, "type": kind, **more})


FITS = [
    ("string", "", ""),
    ("string", "a\nb", "a\nb"),
    ("integer", 3, 3),
    ("integer", 3.0, 3),
    ("integer", Decimal("3.0"), 3),
    ("integer", -(10**40), -(10**40)),
    ("number", 3, 3),
    ("number", Decimal("0.1"), Decimal("0.1")),
    ("boolean", False, False),
    ("array", [], []),
    ("array", [1, "a", None], [1, "a", None]),
    ("object", {"a": {"b": [1]}}, {"a": {"b": [1]}}),
]


@pytest.mark.parametrize(("kind", "value", "read"), FITS)
def test_a_value_of_the_type_is_taken(kind, value, read):
    found = read_arguments([param(kind)], {"n": value})
    assert found == {"n": read}
    assert type(found["n"]) is type(read)


UNFIT = [
    ("string", 3, "a text"),
    ("string", ["a"], "a text"),
    ("string", "\ud800", "not UTF-8"),
    ("string", "a" * (LONGEST + 1), "longer than"),
    ("integer", "3", "a whole number"),
    ("integer", 3.5, "a whole number"),
    ("integer", True, "a whole number"),
    ("integer", float("inf"), "a whole number"),
    ("number", float("nan"), "a number"),
    ("number", False, "a number"),
    ("boolean", 1, "true or false"),
    ("boolean", "true", "true or false"),
    ("array", "a,b", "a list"),
    ("array", ["\udfff"], "not UTF-8"),
    ("object", [], "an object"),
    ("object", {"\ud800": 1}, "not UTF-8"),
]


@pytest.mark.parametrize(("kind", "value", "said"), UNFIT)
def test_a_value_of_another_type_is_refused_by_name_and_not_repeated(kind, value, said):
    with pytest.raises(UsageError, match="“n”") as caught:
        read_arguments([param(kind)], {"n": value})
    assert said in str(caught.value)


def test_a_value_that_is_nested_beyond_reason_is_refused():
    deep = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(UsageError, match="nested"):
        read_arguments([param("array")], {"n": deep})


def test_what_is_not_given_is_the_default_or_left_out():
    params = [param(default="x"), param(name="m")]
    assert read_arguments(params, {}) == {"n": "x"}
    assert read_arguments(params, {"n": None, "m": None}) == {"n": "x"}
    assert read_arguments([param("boolean", default=True)], {"n": False}) == {
        "n": False
    }


def test_every_problem_is_told_at_once_each_by_its_name():
    params = [param(required=True), param("integer", "m")]
    good, problems = weigh_arguments(params, {"m": "x", "k": 1})
    assert good == {}
    assert [problem.name for problem in problems] == ["k", "n", "m"]
    with pytest.raises(UsageError, match=r"“k”.*“n” is required.*“m” must be"):
        read_arguments(params, {"m": "x", "k": 1})


def test_a_name_that_is_nearly_right_is_asked_about():
    with pytest.raises(UsageError, match="Did you mean “channel”"):
        read_arguments([param(name="channel")], {"chanel": "x"})


@pytest.mark.parametrize(
    ("enum", "value", "good"),
    [
        (["a", "b"], "b", True),
        (["a", "b"], "c", False),
        ([1, 2], 1.0, True),
        ([True], 1, False),
        ([{"a": 1}], {"a": Decimal("1.0")}, True),
    ],
)
def test_only_allowed_values_are_taken_by_what_json_says_is_equal(enum, value, good):
    kinds = {str: "string", dict: "object"}
    kind = kinds.get(type(value), "number")
    params = [param(kind, enum=enum)]
    if good:
        assert read_arguments(params, {"n": value})
    else:
        with pytest.raises(UsageError, match="must be one of"):
            read_arguments(params, {"n": value})


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        ("string", " a ", " a "),
        ("integer", " 3 ", 3),
        ("number", "0.1", Decimal("0.1")),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("array", "a, b", ["a", "b"]),
        ("array", '["a,b", 1]', ["a,b", 1]),
        ("object", '{"a": 1}', {"a": 1}),
    ],
)
def test_what_a_person_writes_is_read_as_the_type_says(kind, text, read):
    assert typed_argument(param(kind), text) == read


@pytest.mark.parametrize(
    ("kind", "text"),
    [("integer", "x"), ("boolean", "maybe"), ("object", "[]"), ("array", "[1")],
)
def test_what_cannot_be_read_names_the_parameter(kind, text):
    with pytest.raises(UsageError, match="“n” must be"):
        typed_argument(param(kind), text)


def test_the_schema_says_all_that_is_checked():
    params = [
        param(required=True, description="What", enum=["a"]),
        param("integer", "m", default=3),
    ]
    assert argument_schema(params) == {
        "type": "object",
        "properties": {
            "n": {"type": "string", "description": "What", "enum": ["a"]},
            "m": {"type": "integer", "default": 3},
        },
        "required": ["n"],
        "additionalProperties": False,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(JSON, st.sampled_from(["string", "integer", "number", "boolean", "array"]))
def test_whatever_is_given_is_read_or_refused_by_name(value, kind):
    try:
        found = read_arguments([param(kind)], {"n": value})
    except UsageError as error:
        assert "“n”" in error.message  # noqa: PT017 - either is right
    else:
        assert found.keys() <= {"n"}
