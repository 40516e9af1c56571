"""Canonical JSON is RFC 8785's."""

import pytest

from ferrule.bundle.jcs import canonical_json
from ferrule.errors import MalformedBundle


def test_members_are_ordered_by_utf16_units():
    value = {"\U0001f600": 1, "\ufb33": 2, "é": 3, "a": 1.0}
    text = canonical_json(value, what="It").decode()
    assert text == '{"a":1,"é":3,"\U0001f600":1,"\ufb33":2}'


@pytest.mark.parametrize("value", [2**60, float("nan"), "\ud800"])
def test_what_has_no_canonical_form_is_a_clear_error(value):
    with pytest.raises(MalformedBundle, match="It cannot be written"):
        canonical_json({"x": value}, what="It")
