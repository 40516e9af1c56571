"""Casts: exactly or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.exchange import canonical, decode, scalar_text
from ferrule.mapping.casts import compile_cast

D = Decimal
FITS = [
    # cast, value, result
    ("string", "a", "a"),
    ("string", 5, "5"),
    ("string", D("1.10"), "1.10"),
    ("string", True, "true"),
    ("string", None, None),
    ("integer", 10**30, 10**30),
    ("integer", " -12 ", -12),
    ("integer", "1e3", 1000),
    ("integer", D("2.0"), 2),
    ("integer", str(10**35 + 1), 10**35 + 1),
    ("number", "1.10", D("1.10")),
    ("number", "7", 7),
    ("number", D("0.1"), D("0.1")),
    ("number", 0.1, D("0.1")),
    ("boolean", "Yes", True),
    ("boolean", "off", False),
    ("boolean", 1, True),
    ("boolean", "0", False),
    ("boolean", True, True),
    ("json", '{"a": [1.10]}', {"a": [D("1.10")]}),
    ("json", [1], [1]),
    ("datetime", "2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05Z"),
    ("datetime", 1767323045, "2026-01-02T03:04:05Z"),
    ("datetime", D("1767323045.5"), "2026-01-02T03:04:05.500000Z"),
    ("datetime", None, None),
]  # fmt: skip
MISFITS = [
    # cast, value, a part of the message
    ("string", {}, "an object is not text"),
    ("string", [], "a list is not text"),
    ("integer", "1.5", "'1.5' is not a whole number"),
    ("integer", D("1.5"), "1.5 is not a whole number"),
    ("integer", True, "true is not a whole number"),
    ("integer", "", "'' is not a whole number"),
    ("integer", "1e999999", "is not a whole number"),
    ("integer", "१", "is not a whole number"),
    ("number", "1,000", "'1,000' is not a number"),
    ("number", "NaN", "'NaN' is not a number"),
    ("number", "Infinity", "'Infinity' is not a number"),
    ("number", "0x10", "'0x10' is not a number"),
    ("number", "9" * 5000, "is not a number"),
    ("number", False, "false is not a number"),
    ("boolean", "maybe", "'maybe' is not yes or no"),
    ("boolean", 2, "2 is not yes or no"),
    ("boolean", [], "a list is not yes or no"),
    ("json", "{", "is no JSON"),
    ("json", "", "is no JSON"),
    ("datetime", "soon", "'soon' is not an ISO 8601 date"),
    ("datetime", True, "True is not"),
    ("datetime", {}, "is not"),
]


@pytest.mark.parametrize(("cast", "value", "result"), FITS)
def test_a_value_becomes_what_is_asked_for(cast, value, result):
    found = compile_cast(cast)(value)
    assert type(found) is type(result)
    assert canonical(found) == canonical(result)


@pytest.mark.parametrize(("cast", "value", "message"), MISFITS)
def test_what_would_lose_something_is_refused(cast, value, message):
    with pytest.raises(ValueError, match="is n") as caught:
        compile_cast(cast)(value)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200


def test_times_are_read_in_the_format_of_the_mapping():
    assert compile_cast("datetime", "%d/%m/%Y")("02/01/2026") == "2026-01-02T00:00:00Z"
    assert compile_cast("datetime", "unix_ms")(1767323045500).endswith("05.500000Z")


numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(numbers)
def test_a_number_is_the_same_number_after_a_text(number):
    text = compile_cast("string")(number)
    assert compile_cast("number")(text) == number
    assert decode(scalar_text(compile_cast("number")(text)).encode()) == number


@settings(deadline=None)
@given(
    st.sampled_from(["string", "integer", "number", "boolean", "datetime", "json"]),
    st.none() | st.booleans() | numbers | st.text() | st.lists(st.integers()),
)
def test_a_cast_value_is_cast_to_itself(name, value):
    cast = compile_cast(name)
    try:
        once = cast(value)
    except ValueError:
        return
    if name != "json":
        assert cast(once) == once
