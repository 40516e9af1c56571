"""Parameters of tools as fields, and what is typed as arguments."""

import pytest

from ferrule.fields import ToolParam
from ferrule.ui.models.tool_params import (
    arguments_of,
    bare,
    fields_of,
    key_of,
    typed,
)


def param(kind, name="x", **more):
    return ToolParam(name=name, type=kind, **more)


@pytest.mark.parametrize(
    ("spec", "typed_text", "value"),
    [
        (param("string"), "3", "3"),
        (param("integer"), "3", 3),
        (param("number"), "2.5", 2.5),
        (param("boolean"), "0", True),
        (param("boolean"), "1", False),
        (param("array"), "a, b", ["a", "b"]),
        (param("array"), "a\nb", ["a", "b"]),
        (param("array"), '[1, {"a": 2}]', [1, {"a": 2}]),
        (param("object"), '{"a": [1]}', {"a": [1]}),
        (param("string", enum=("open", "closed")), "1", "closed"),
        (param("integer", enum=(10, 20)), "0", 10),
        (param("string", default="usual"), "", "usual"),
    ],
)
def test_what_is_typed_is_read_as_the_type_says(spec, typed_text, value):
    assert arguments_of([spec], {"p0": typed_text}) == ({"x": value}, [])


@pytest.mark.parametrize(
    ("spec", "typed_text", "told"),
    [
        (param("string", required=True), "", "This is required."),
        (param("integer"), "2.5", "This must be a whole number."),
        (param("object"), "[1]", "This must be an object."),
        (param("object"), "{", "This must be an object."),
        (param("array"), "[1", "This must be a list."),
    ],
)
def test_what_does_not_fit_is_told_beside_the_field(spec, typed_text, told):
    good, (problem,) = arguments_of([spec], {"p0": typed_text})
    assert good == {}
    assert bare(problem) == told


def test_problems_come_in_the_order_of_the_parameters_each_once():
    params = [
        param("integer", "a", required=True),
        param("string", "b", required=True),
        param("object", "c", required=True),
    ]
    _, problems = arguments_of(params, {"p0": "no", "p2": "no"})
    assert [one.name for one in problems] == ["a", "b", "c"]


def test_a_parameter_may_have_any_name_and_none_is_confused_with_another():
    params = [param("string", "a.b"), param("string", "a b"), param("string", "ünï")]
    assert [field.key for field in fields_of(params)] == ["p0", "p1", "p2"]
    assert [field.label for field in fields_of(params)] == ["a.b", "a b", "ünï"]
    assert key_of(params, "ünï") == "p2"
    assert key_of(params, "nobody") == ""


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (param("string", "title"), "text"),
        (param("string", "body"), "textarea"),
        (param("integer"), "number"),
        (param("boolean"), "select"),
        (param("string", enum=("a",)), "select"),
        (param("array"), "textarea"),
        (param("object"), "textarea"),
    ],
)
def test_each_type_has_its_field(spec, kind):
    (field,) = fields_of([spec])
    assert field.type == kind


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (param("string"), "text"),
        (param("integer"), 3),
        (param("boolean"), False),
        (param("array"), ["a", "b"]),
        (param("array"), ["a, with a comma", 3]),
        (param("object"), {"a": None}),
        (param("string", enum=("a", "b")), "b"),
    ],
)
def test_what_is_shown_is_read_as_the_same_again(spec, value):
    shown = typed([spec], {"x": value})
    assert arguments_of([spec], shown) == ({"x": value}, [])


def test_a_default_is_in_its_field_and_need_not_be_typed():
    spec = param("string", required=True, default="open", enum=("open", "closed"))
    (field,) = fields_of([spec])
    assert (field.required, field.default) == (False, "0")
    assert arguments_of([spec], {}) == ({"x": "open"}, [])


def test_a_long_number_stays_as_it_was_typed():
    spec = param("integer")
    assert arguments_of([spec], {"p0": "12345678901234567890"}) == (
        {"x": 12345678901234567890},
        [],
    )
