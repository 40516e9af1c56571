"""Expression texts as parts of a descriptor: checked on loading, with columns."""

import pytest
from pydantic import TypeAdapter, ValidationError

from ferrule import expression


@pytest.mark.parametrize(
    ("kind", "good", "bad", "column"),
    [
        ("JsonPath", "$.a[*]", "$.a[", 4),
        ("Source", "header:X", "header:", 7),
        ("Target", "body:a.b", "body:a..b", 7),
        ("TemplateText", "{{a|upper}}", "{{a|uper}}", 4),
        ("PatternText", "^a+$", "a(", 0),
        ("DateFormat", "%Y-%m-%d", "yesterday", 0),
        ("Duration", "P30D", "P1M", 0),
        ("Period", "P6M", "P0.5M", 0),
    ],
)
def test_a_text_is_kept_if_it_compiles_and_refused_with_its_column(
    kind, good, bad, column
):
    adapter = TypeAdapter(getattr(expression, kind))
    assert adapter.validate_python(good) == good
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(bad)
    (error,) = caught.value.errors()
    assert error["type"] == "expression"
    assert error["ctx"]["column"] == column
    assert error["ctx"]["message"] == error["msg"]
    assert adapter.json_schema()["format"]


def test_a_path_that_is_not_portable_is_kept():
    adapter = TypeAdapter(expression.JsonPath)
    assert adapter.validate_python("$.a.`len`") == "$.a.`len`"
