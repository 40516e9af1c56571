"""What is made safe with its JSON is what is made safe without."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ferrule.exchange import canonical
from ferrule.mapping.sanitise import clean_encoded, clean_json, is_doubtful

texts = st.text(st.sampled_from("ab\r\n\t\\\x00\x7f\u202eöR")) | st.text()
values = st.recursive(
    texts | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner),
    max_leaves=8,
)


@given(values)
@example({"a": "b\r\n", "c": 1})
@example({"a": "b\r", "deep": {"c": "d\r"}})
@example({"a": "\\r", "b": "\r"})
@example({"a\r": "b", "a": "c\r"})
@example({"a": "\r\x00"})
def test_a_value_and_its_json_are_made_safe_together(value):
    told, alone = [], []
    clean, encoded = clean_encoded(value, canonical(value), "raw", told.append)
    assert clean == clean_json(value, "raw", alone.append)
    assert encoded == canonical(clean)
    assert told == alone


@pytest.mark.parametrize("text", ["a\r", "\x00", "\x7f", "\x85", "\u202e", "\u2066"])
def test_what_must_go_is_doubtful(text):
    assert is_doubtful(canonical({"a": [text]}))


@pytest.mark.parametrize("text", ["", "a\n\tb", "ö", "\u2014", "\U0001f600", '"'])
def test_what_may_stay_is_not(text):
    assert not is_doubtful(canonical({"a": [text]}))
