"""Targets: where a value goes, without changing the request it came from."""

from decimal import Decimal

import pytest

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Request
from ferrule.expression.target import compile_target

PLAIN = Request("GET", "https://api.example.com/a", query=(("a", "1"), ("b", "2")))


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("page", "query", "page"),
        ("query:header:x", "query", "header:x"),
        ("filter[since]", "query", "filter[since]"),
        ("odd:name", "query", "odd:name"),
        ("header:X-Key", "header", "X-Key"),
        ("body:a.b", "body", "a.b"),
        ("form:code", "form", "code"),
        ("path:id", "path", "id"),
        ("url", "url", ""),
    ],
)
def test_a_target_is_read(text, kind, name):
    target = compile_target(text)
    assert (target.kind, target.name) == (kind, name)


@pytest.mark.parametrize(
    ("query", "value", "expected"),
    [
        ((), 3, (("p", "3"),)),
        ((("a", "1"),), "x y", (("a", "1"), ("p", "x y"))),
        ((("p", "1"), ("a", "1"), ("p", "2")), 3, (("p", "3"), ("a", "1"))),
        ((("a", "1"), ("p", "1")), ["x", 2], (("a", "1"), ("p", "x"), ("p", "2"))),
        ((("p", "1"), ("a", "1")), None, (("a", "1"),)),
        ((), True, (("p", "true"),)),
        ((), Decimal("1.50"), (("p", "1.50"),)),
    ],
)
def test_a_parameter_replaces_those_of_its_name(query, value, expected):
    request = Request("GET", "https://x.test/", query=query)
    assert compile_target("p").put(request, value).query == expected
    assert request.query == query


def test_a_header_is_replaced_in_any_case():
    request = Request("GET", "https://x.test/", headers=(("x-key", "old"), ("A", "1")))
    put = compile_target("header:X-Key").put(request, "new")
    assert put.headers == (("X-Key", "new"), ("A", "1"))
    assert compile_target("header:x-KEY").read(put) == "new"
    assert compile_target("header:X-Key").put(request, None).headers == (("A", "1"),)


@pytest.mark.parametrize("value", ["a\r\nEvil: 1", "a\nb", "a\x00b", "\x7f"])
def test_a_header_cannot_smuggle_another(value):
    with pytest.raises(ExpressionError, match="line break"):
        compile_target("header:X-Key").put(PLAIN, value)


def test_a_body_member_is_set_in_a_copy():
    body = {"a": {"x": 1}, "keep": [1]}
    request = Request("POST", "https://x.test/", body=body, body_type="graphql")
    put = compile_target("body:a.b.c").put(request, [1, None])
    assert put.body == {"a": {"x": 1, "b": {"c": [1, None]}}, "keep": [1]}
    assert put.body_type == "graphql"
    assert body == {"a": {"x": 1}, "keep": [1]}
    assert compile_target("body:a.b").read(put) == {"c": [1, None]}
    assert compile_target("body:a").put(request, None).body["a"] is None


BODIES = [
    # target, body, value, the body after it
    ("body:a.0.b", {"a": [{"x": 1}]}, 2, {"a": [{"x": 1, "b": 2}]}),
    ("body:a.1", {"a": [1]}, 2, {"a": [1, 2]}),
    ("body:a.0", {"a": [1, 2]}, None, {"a": [None, 2]}),
    ("body:0.a.b", [{}], 1, [{"a": {"b": 1}}]),
    ("body:a.0", {}, 1, {"a": {"0": 1}}),
    ("body:a.b", {"a": None}, 1, {"a": {"b": 1}}),
]


@pytest.mark.parametrize(("text", "body", "value", "after"), BODIES)
def test_a_number_is_the_place_in_an_array_that_is_there(text, body, value, after):
    request = Request("POST", "https://x.test/", body=body, body_type="json")
    put = compile_target(text).put(request, value)
    assert put.body == after
    assert request.body == body
    assert compile_target(text).read(put) == value


def test_several_values_are_written_as_the_request_writes_lists():
    for how, query in [
        (None, (("p", "1"), ("p", "x"))),
        ("brackets", (("p[]", "1"), ("p[]", "x"))),
        ("comma", (("p", "1,x"),)),
    ]:
        request = Request("GET", "https://x.test/", array_format=how)
        put = compile_target("p").put(request, [1, None, "x"])
        assert put.query == query
        assert compile_target("p").put(put, [1, None, "x"]).query == query


def test_a_list_repeats_a_form_field():
    put = compile_target("form:tag").put(PLAIN, ["a", None, 2])
    assert put.body == {"tag": ["a", "2"]}
    assert put.content()[1] == b"tag=a&tag=2"


def test_a_body_is_made_where_there_was_none():
    put = compile_target("body:cursor").put(PLAIN, "abc")
    assert (put.body, put.body_type) == ({"cursor": "abc"}, "json")


def test_form_fields_are_flat():
    put = compile_target("form:code").put(PLAIN, 12)
    assert (put.body, put.body_type) == ({"code": "12"}, "form")
    again = compile_target("form:state").put(put, "s")
    assert again.body == {"code": "12", "state": "s"}
    assert compile_target("form:code").put(again, None).body == {"state": "s"}
    assert compile_target("form:state").read(again) == "s"


def test_a_path_value_is_one_encoded_segment():
    request = Request("GET", "https://x.test/repos/{owner}/{repo}/issues")
    target = compile_target("path:owner")
    assert target.put(request, "a b/ü?").url == (
        "https://x.test/repos/a%20b%2F%C3%BC%3F/{repo}/issues"
    )
    assert target.read(request) is MISSING


@pytest.mark.parametrize(
    ("value", "url", "query"),
    [
        ("https://x.test/b?c=1&d=", "https://x.test/b", (("c", "1"), ("d", ""))),
        ("https://x.test/b", "https://x.test/b", ()),
        ("/b?c=%2F+x", "https://api.example.com/b", (("c", "/ x"),)),
        ("?page=2", "https://api.example.com/a", (("page", "2"),)),
        ("https://x.test/b?flag#part", "https://x.test/b?flag", ()),
        ("https://x.test/b?c=%FF", "https://x.test/b?c=%FF", ()),
    ],
)
def test_a_url_replaces_address_and_query(value, url, query):
    put = compile_target("url").put(PLAIN, value)
    assert (put.url, put.query) == (url, query)
    assert compile_target("url").read(put) == put.full_url


@pytest.mark.parametrize(
    ("text", "request_", "value"),
    [
        ("p", PLAIN, {"a": 1}),
        ("p", PLAIN, [[1]]),
        ("header:X", PLAIN, [1]),
        ("form:x", PLAIN, {}),
        ("form:x", Request("POST", "https://x.test/", body={}, body_type="json"), 1),
        (
            "body:a",
            Request("POST", "https://x.test/", body="text", body_type="text"),
            1,
        ),
        ("body:a.b", Request("POST", "https://x.test/", body={"a": [1]}), 1),
        ("body:a.2", Request("POST", "https://x.test/", body={"a": [1]}), 1),
        ("body:a.0.b", Request("POST", "https://x.test/", body={"a": [1]}), 1),
        ("form:x", PLAIN, [{}]),
        ("path:id", PLAIN, 1),
        ("path:id", Request("GET", "https://x.test/{id}"), ".."),
        ("path:id", Request("GET", "https://x.test/{id}"), ""),
        ("path:id", Request("GET", "https://x.test/{id}"), None),
        ("url", PLAIN, 12),
        ("url", PLAIN, None),
        ("url", PLAIN, " "),
        ("url", PLAIN, "http://[bad/"),
    ],
)
def test_what_cannot_stand_there_is_refused(text, request_, value):
    with pytest.raises(ExpressionError) as caught:
        compile_target(text).put(request_, value)
    assert caught.value.text == text


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 0),
        (" ", 1),
        ("header:", 7),
        ("header:a b", 7),
        ("body:", 5),
        ("body:a..b", 7),
        ("body:.a", 5),
        ("body:a.", 7),
        ("path:", 5),
    ],
)
def test_a_target_without_a_place_is_refused(text, column):
    with pytest.raises(ExpressionError) as caught:
        compile_target(text)
    assert caught.value.column == column


def test_reading_an_empty_request_finds_nothing():
    bare = Request("GET", "https://x.test/")
    for text in ("p", "header:X", "body:a", "form:x", "path:x"):
        assert compile_target(text).read(bare) is MISSING
    assert compile_target("a").read(PLAIN) == "1"
