"""What a person gives for a field, and how it is read or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.errors import UsageError
from ferrule.fields import InputField, read_value


def field(kind="text", **changes):
    return InputField.model_validate(
        {"key": "a", "label": "The A", "type": kind, **changes}
    )


OPTIONS = [{"value": "eu", "label": "Europe"}, {"value": "us", "label": "States"}]
READ = [
    (field(), "x", "x"),
    (field(), " x ", " x "),
    (field("textarea"), "a\nb", "a\nb"),
    (field("number"), " 42 ", 42),
    (field("number"), "-1.50", Decimal("-1.50")),
    (field("number"), 7, 7),
    (field("number"), "9" * 30, int("9" * 30)),
    (field("boolean"), "Yes", True),
    (field("boolean"), "0", False),
    (field("boolean"), True, True),
    (field("list"), "a, b ,,c", ["a", "b", "c"]),
    (field("list"), ["a", "b,c"], ["a", "b,c"]),
    (field("select", options=OPTIONS), "eu", "eu"),
    (field("select"), "anything", "anything"),
    (field("url"), " https://a.example/x/ ", "https://a.example/x"),
    (field("url"), "http://127.0.0.1:8765", "http://127.0.0.1:8765"),
    (field("url"), "http://[::1]:8080/", "http://[::1]:8080"),
    (field("date"), "2026-02-03", "2026-02-03"),
    (field("datetime"), "2026-02-03T04:05:06Z", "2026-02-03T04:05:06Z"),
    (field(pattern="[a-z]+"), "abc", "abc"),
    (field(default="d", required=True), "", "d"),
    (field("boolean", default=False), None, False),
    (field(), "", None),
    (field("password"), "s\u00e9cret", "s\u00e9cret"),
]


@pytest.mark.parametrize(("field_", "given_", "value"), READ)
def test_what_is_given_becomes_a_typed_value(field_, given_, value):
    found = read_value(field_, given_)
    assert found == value
    assert type(found) is type(value)


REFUSED = [
    (field(required=True), "", "is required"),
    (field(required=True), None, "is required"),
    (field(), 5, "must be a text"),
    (field(), ["a"], "must be a text"),
    (field(), "\ud800", "not UTF-8"),
    (field("number"), "1e5", "must be a number"),
    (field("number"), "\u0663", "must be a number"),
    (field("number"), "1" * 500, "must be a number"),
    (field("number"), True, "must be a number"),
    (field("boolean"), "maybe", "true or false"),
    (field("boolean"), 1, "true or false"),
    (field("list"), ["a", 1], "must be a text"),
    (field("select", options=OPTIONS), "EU", "one of: eu, us"),
    (field("url"), "a.example", "full address"),
    (field("url"), "ftp://a.example", "full address"),
    (field("url"), "https://", "full address"),
    (field("url"), "https://a b.example", "full address"),
    (field("url"), "https://a.example\\@evil.example", "full address"),
    (field("url"), "http://[::1", "full address"),
    (field("url"), "https://a.example:99999", "full address"),
    (field("date"), "3.2.2026", "must be a date"),
    (field("datetime"), "yesterday", "must be a date"),
    (field(pattern="[a-z]+", example="abc"), "abc1", "has not the form"),
]


@pytest.mark.parametrize(("field_", "given_", "reason"), REFUSED)
def test_what_does_not_fit_is_refused_by_the_fields_name(field_, given_, reason):
    with pytest.raises(UsageError, match=reason) as caught:
        read_value(field_, given_)
    assert "“The A” (a)" in caught.value.message


def test_a_refused_pattern_gives_the_example():
    with pytest.raises(UsageError) as caught:
        read_value(field(pattern="[a-z]+", example="abc"), "1")
    assert "abc" in caught.value.advice


def test_passwords_and_files_are_secrets():
    kinds = ("text", "password", "file", "url")
    assert [kind for kind in kinds if field(kind).secret] == ["password", "file"]


@given(
    st.sampled_from(["text", "number", "boolean", "list", "select", "url", "date"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3),
    ),
)
def test_anything_given_is_a_value_or_a_usage_error(kind, value):
    try:
        read_value(field(kind), value)
    except UsageError as error:
        message = error.message
    else:
        message = "“The A” (a) is read"
    assert "“The A” (a)" in message
