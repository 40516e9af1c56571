"""The one JSON decoder, its encoders, and requests as plain values."""

import json
import sys
from contextlib import suppress
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.errors import UnreadableResponse
from ferrule.exchange import (
    MISSING,
    Request,
    Response,
    canonical,
    decode,
    encode,
    scalar_text,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=6)


def trees(leaves):
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4)
        ),
        max_leaves=12,
    )


json_values = trees(st.none() | st.booleans() | numbers | text)
safe_values = trees(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text
)


@given(json_values)
def test_what_is_encoded_is_decoded_the_same(value):
    again = decode(encode(value))
    assert again == value
    assert encode(again) == encode(value)


@given(st.integers(-(10**60), 10**60))
def test_integers_of_any_size_are_exact(number):
    decoded = decode(f'{{"n":{number}}}'.encode())
    assert decoded == {"n": number}
    assert type(decoded["n"]) is int
    assert encode(decoded) == canonical(decoded) == f'{{"n":{number}}}'.encode()


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}", fullmatch=True))
def test_decimals_keep_every_digit(literal):
    decoded = decode(literal.encode())
    assert type(decoded) is Decimal
    assert decoded == Decimal(literal)
    assert (
        Decimal(canonical(decoded).decode()).as_tuple() == Decimal(literal).as_tuple()
    )


@given(safe_values)
def test_canonical_json_is_that_of_rfc_8785_where_numbers_allow(value):
    assert canonical(value) == rfc8785.dumps(value)


# RFC 8785 3.2.3: members in the order of UTF-16 code units.
def test_members_are_ordered_by_utf_16_units():
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6}
    assert list(decode(canonical(value))) == [
        "\r",
        "1",
        "\x80",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"a\U0001f600": 1, "a\ufe0f": 2, "b": "\U0001f600\ufe0f"},
        [{"\ue000": {"\U00010000": 1, "\uffff": 2}}],
        {"plain": "\U0001f600\ufe0f", "a": ["\uffff"]},
        {"": 1, "\uffff": {"": "\U0001f600"}},
    ],
)
def test_emoji_beside_late_characters_are_ordered_too(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_numbers_that_are_written_otherwise_have_other_canonical_forms():
    forms = {canonical(decode(raw)) for raw in (b"1", b"1.0", b"1.00", b"10e-1")}
    assert len(forms) == 3  # 1.0 and 10e-1 are the same decimal text
    assert canonical(decode(b"1e400")) == b"1E+400"


def test_big_integers_do_not_change_the_order_of_members():
    value = {"b": 10**40, "a": {"\uffff": 1, "\U0001f600": Decimal("1.50")}}
    expected = f'{{"a":{{"\U0001f600":1.50,"\uffff":1}},"b":{10**40}}}'
    assert canonical(value) == expected.encode()


READABLE = [
    (b'\xef\xbb\xbf{"a":1}', {"a": 1}),
    (b' \n{"a":[]} ', {"a": []}),
    (rb'"\ud83d\ude00"', "\U0001f600"),
    (rb'"\\ud800"', "\\ud800"),
    (b"18446744073709551616", 2**64),
    (b"-0", 0),
]


@pytest.mark.parametrize(("raw", "value"), READABLE)
def test_readable_json_is_read_without_a_warning(raw, value):
    warnings = []
    assert decode(raw, warnings.append) == value
    assert warnings == []


LONE = [
    (rb'"\ud800"', "\ufffd"),
    (rb'"\udc00\ud800"', "\ufffd\ufffd"),
    (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
    (rb'"\\\ud800x"', "\\\ufffdx"),
    (rb'{"\uDFFF": "\uD834\uDD1E\uD834"}', {"\ufffd": "\U0001d11e\ufffd"}),
]


@pytest.mark.parametrize(("raw", "value"), LONE)
def test_unpaired_surrogates_are_replaced_and_told(raw, value):
    warnings = []
    assert decode(raw, warnings.append) == value
    assert len(warnings) == 1
    assert "U+FFFD" in warnings[0]


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["\\ud83d", "\\ude00", "\\\\", "\\n", "a", "\\uD800", "\\u0041"]
        ),
        max_size=8,
    )
)
def test_any_mixture_of_escapes_is_read_as_python_reads_it(parts):
    raw = '"' + "".join(parts) + '"'
    expected = json.loads(raw)
    repaired = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in expected)
    assert decode(raw.encode()) == repaired


UNREADABLE = [
    (b"", "truncated"),
    (b"\xef\xbb\xbf", "truncated"),
    (b"NaN", "not JSON"),
    (b"[Infinity]", "not JSON"),
    (b"-Infinity", "not JSON"),
    (b"{'a':1}", "not JSON"),
    (b'{"a":1} x', "not JSON"),
    (b"01", "not JSON"),
    (b'"\xed\xa0\x80"', "not UTF-8"),
    (b"\xff\xfe", "not JSON"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"a":' * 100_000, "nested too deeply"),
    (b"1e99999999999999999999", "out of range"),
    (b"9" * 5000, "out of range"),
    (rb'"\ud800" x', "not JSON"),
]


@pytest.mark.parametrize(("raw", "reason"), UNREADABLE, ids=lambda v: str(v[:12]))
def test_what_is_no_json_says_so(raw, reason):
    with pytest.raises(UnreadableResponse) as caught:
        decode(raw)
    assert reason in caught.value.message
    assert len(caught.value.message) < 200


def test_a_page_of_html_gets_advice():
    with pytest.raises(UnreadableResponse) as caught:
        decode(b"\n<!doctype html><p>Sign in</p>")
    assert "HTML" in caught.value.advice


@settings(max_examples=200)
@given(st.binary(max_size=40))
def test_no_bytes_make_the_decoder_crash(raw):
    with suppress(UnreadableResponse):
        decode(raw)


def test_what_is_nested_as_deeply_as_it_can_be_read_can_be_written():
    deepest = sys.getrecursionlimit() // 3
    value = decode(b"[" * deepest + b"]" * deepest)
    assert encode(value) == canonical(value) == b"[" * deepest + b"]" * deepest


def test_the_missing_value_is_not_null_and_false():
    assert MISSING is not None
    assert not MISSING
    assert repr(MISSING) == "MISSING"


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (1, "1"), (True, "true"), (None, "null"), (Decimal("1.50"), "1.50")],
)
def test_a_scalar_stands_in_a_text_as_its_json(value, text):
    assert scalar_text(value) == text


FORMS = [
    (Request("GET", "https://a/b"), "https://a/b", (None, b"")),
    (
        Request("GET", "https://a/b", query=(("q", "a b&c+ü"), ("q", "/"))),
        "https://a/b?q=a%20b%26c%2B%C3%BC&q=%2F",
        (None, b""),
    ),
    (
        Request("GET", "https://a/b?x=1", query=(("y", "2"),)),
        "https://a/b?x=1&y=2",
        (None, b""),
    ),
    (
        Request("POST", "https://a", body={"n": 2**70}, body_type="json"),
        "https://a",
        ("application/json", b'{"n":1180591620717411303424}'),
    ),
    (
        Request(
            "POST",
            "https://a",
            body={"a": "x y", "b": [1, None, 2], "c": None, "d": True},
            body_type="form",
        ),
        "https://a",
        ("application/x-www-form-urlencoded", b"a=x+y&b=1&b=2&d=true"),
    ),
    (
        Request("POST", "https://a", body="é", body_type="text"),
        "https://a",
        ("text/plain; charset=utf-8", "é".encode()),
    ),
]


@pytest.mark.parametrize(("request_", "url", "content"), FORMS)
def test_a_request_becomes_an_address_and_bytes(request_, url, content):
    assert request_.full_url == url
    assert request_.content() == content


def test_headers_are_found_in_any_case():
    request = Request("GET", "https://a", headers=(("X-A", "1"), ("x-a", "2")))
    response = Response(200, (("ETag", "a"), ("etag", "b")), b" \n")
    assert request.header("x-A") == "1"
    assert request.header("X-B") is None
    assert response.header("ETAG") == "a"
    assert response.lower_headers == {"etag": "b"}
    assert response.json is None


def test_a_response_keeps_the_decoders_warning():
    response = Response(200, (), rb'"\ud800"')
    assert response.json == "\ufffd"
    assert len(response.warnings) == 1
