"""What a person gives for a field, and how it is read or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.errors import UsageError
from ferrule.fields import InputField, as_text, read_value
from ferrule.fields.reading import LARGEST


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
    (field("number"), 1.5, 1.5),
    (field("list"), "a\nb\r\n c ,d", ["a", "b", "c", "d"]),
    (field("list"), '["a", "b,c"]', ["a", "b,c"]),
    (field("list"), "[a, b]", ["[a", "b]"]),
    (field("list"), [], []),
    (field("list", options=OPTIONS), "us, eu", ["us", "eu"]),
    (field("list", default=["x"], required=True), " , ", ["x"]),
    (field("list", pattern="[a-z]+"), "a,b", ["a", "b"]),
    (field("select", options=OPTIONS), " eu ", "eu"),
    (field("date"), " 20260203 ", "2026-02-03"),
    (field("datetime"), "2026-02-03 04:05", "2026-02-03T04:05:00Z"),
    (field("datetime"), "2026-02-03T04:05:06+02:00", "2026-02-03T02:05:06Z"),
    (field("datetime"), "2026-02-03", "2026-02-03T00:00:00Z"),
    (field("file"), "-----BEGIN KEY-----\nx\n", "-----BEGIN KEY-----\nx\n"),
    (field("file"), "x" * LARGEST, "x" * LARGEST),
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
    (field(required=True), " \n", "is required"),
    (field("list", required=True), [], "is required"),
    (field("list", required=True), ",\n", "is required"),
    (field("list", options=OPTIONS), ["eu", "asia"], "may hold: eu, us"),
    (field("list", pattern="[a-z]+"), ["a", "B"], "Value 2 of .*has not the form"),
    (field("number"), float("nan"), "must be a number"),
    (field("number"), Decimal("Infinity"), "must be a number"),
    (field("date"), "2026-02-30", "must be a date"),
    (field("datetime"), "2026-02-03T25:00", "date with a time"),
    (field("file"), "a\0b", "must be a text file"),
    (field("file"), "x" * (LARGEST + 1), "larger than 64 kB"),
    (field("textarea"), "\u00e9" * LARGEST, "larger than 64 kB"),
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


KINDS = ["text", "password", "url", "number", "boolean", "date", "datetime", "select",
         "list", "textarea", "file"]  # fmt: skip


@given(
    st.sampled_from(KINDS),
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


@given(
    st.one_of(
        st.tuples(st.just("boolean"), st.booleans()),
        st.tuples(st.just("number"), st.integers(-(10**30), 10**30)),
        st.tuples(
            st.just("list"),
            st.lists(st.text("abc_-09", min_size=1, max_size=9), min_size=1),
        ),
        st.tuples(st.just("date"), st.dates().map(str)),
        st.tuples(st.just("text"), st.text(min_size=1, max_size=30)),
    )
)
def test_a_value_as_text_is_read_as_the_same_value(drawn):
    kind, value = drawn
    try:
        read = read_value(field(kind), value)
    except UsageError:
        return
    assert read_value(field(kind), as_text(read)) == read


def test_a_refused_value_is_not_repeated():
    secret = "xoxp-" + "1234567890"
    for kind in KINDS:
        with pytest.raises(UsageError) as caught:
            read_value(field(kind, pattern="[a-f]+", options=OPTIONS), secret + "\0")
        assert secret not in f"{caught.value.message} {caught.value.advice}"


def test_what_does_not_fit_a_simple_pattern_is_told_in_words():
    with pytest.raises(UsageError) as caught:
        read_value(field(pattern="[a-z0-9-]{1,5}", example="a-b"), "a/b")
    assert caught.value.advice == (
        "“/” cannot stand in it, only small letters, digits and any of -. "
        "An example: a-b."
    )
