"""Requests from templates: addresses, queries, headers and bodies."""

import pytest

from ferrule.errors import ExpressionError
from ferrule.expression.template import Scope
from ferrule.request import RequestTemplate

CONFIG = {
    "owner": "sample org",
    "path": "a/b",
    "list": ["x", "y"],
    "none": None,
    "n": 5,
    "quote": 'a"b\\',
    "dots": "..",
    "q": "a=1&b=2",
}
SCOPE = Scope({"checkpoint": "2026-01-01T00:00:00+00:00", "page": {"size": 50}}, CONFIG)


def build(endpoint="https://a.example/x", base=None, scope=SCOPE, **parts):
    template = RequestTemplate.model_validate(
        {"endpoint": endpoint, "method": "POST", **parts}
    )
    return template.request(scope, base)


ADDRESSES = [
    # endpoint, base URL, the whole address
    ("https://a.example/x", None, "https://a.example/x"),
    ("/x", "https://a.example/v1/", "https://a.example/v1/x"),
    ("x", "https://a.example", "https://a.example/x"),
    ("", "https://a.example/v1", "https://a.example/v1"),
    ("/x?b=2", "https://a.example?a=1", "https://a.example/x?a=1&b=2"),
    ("/{{owner}}/x", "https://a.example", "https://a.example/sample%20org/x"),
    ("/{{path}}", "https://a.example", "https://a.example/a/b"),
    ("/{{path|urlencode}}", "https://a.example", "https://a.example/a%2Fb"),
    ("{{baseUrl}}/x", "https://a.example/", "https://a.example/x"),
    ("https://{{site}}.example/x", None, "https://acme.example/x"),
    ("https://a.example/x#part", None, "https://a.example/x"),
    ("https://a.example/x?a=1#b?c=2", None, "https://a.example/x?a=1"),
    (
        "/x?since={{checkpoint}}",
        "https://a.example",
        "https://a.example/x?since=2026-01-01T00%3A00%3A00%2B00%3A00",
    ),
    ("/x?page={{pageToken}}&n={{n}}", "https://a.example", "https://a.example/x?n=5"),
    ("/x?a=b{{none}}c", "https://a.example", "https://a.example/x"),
    ("/x?q={{q}}", "https://a.example", "https://a.example/x?q=a%3D1%26b%3D2"),
    ("/x?{{q}}", "https://a.example", "https://a.example/x?a=1&b=2"),
    (
        "/x?q={{q|urlencode}}",
        "https://a.example",
        "https://a.example/x?q=a%3D1%26b%3D2",
    ),
    ("/x?a&b=", "https://a.example", "https://a.example/x?a=&b="),
    ('/x?a={{a|default("}}")}}&b={{n}}', "https://a.example", None),
]


@pytest.mark.parametrize(("endpoint", "base", "url"), ADDRESSES)
def test_an_address_is_filled_without_changing_its_structure(endpoint, base, url):
    scope = Scope(SCOPE.names, {**CONFIG, "site": "acme"})
    request = build(endpoint, base, scope)
    wanted = url or "https://a.example/x?a=%7D%7D&b=5"
    assert request.full_url == wanted


def test_a_given_base_url_wins_over_the_descriptors_in_templates():
    scope = Scope({}, {"baseUrl": "https://mine.example"})
    request = build("{{baseUrl}}/x", "https://theirs.example", scope)
    assert request.url == "https://mine.example/x"
    request = build("/x", "{{baseUrl}}", scope)
    assert request.url == "https://mine.example/x"


def test_the_base_url_is_known_in_headers_and_bodies_too():
    request = build(
        base="https://a.example",
        headers={"Origin": "{{baseUrl}}"},
        body={"at": "{{baseUrl}}"},
    )
    assert request.headers == (("Origin", "https://a.example"),)
    assert request.body == {"at": "https://a.example"}


REFUSED = [
    ("/x/{{nobody}}", "https://a.example", "needs a value for nobody", 3),
    ("/x", None, "there is no base URL", 0),
    ("/x", "https://{{nobody}}.example", "needs a value for nobody", 8),
    ("/x/{{none}}", "https://a.example", "needs a value for none", 3),
    ("/x/{{dots}}/y", "https://a.example", "cannot be a part of a path", 3),
]


@pytest.mark.parametrize(("endpoint", "base", "message", "column"), REFUSED)
def test_an_address_without_a_value_is_refused(endpoint, base, message, column):
    with pytest.raises(ExpressionError, match=message) as caught:
        build(endpoint, base)
    assert caught.value.column == column


QUERIES = [
    ({"a": "{{owner}}"}, None, (("a", "sample org"),)),
    ({"a": "{{nobody}}", "b": "{{none}}", "c": ""}, None, (("c", ""),)),
    ({"a": "{{list}}"}, None, (("a", "x"), ("a", "y"))),
    ({"a": "{{list}}"}, "comma", (("a", "x,y"),)),
    (
        {"a": "{{list}}", "n": "{{n}}"},
        "brackets",
        (("a[]", "x"), ("a[]", "y"), ("n", "5")),
    ),
    ({"a": ["{{owner}}"]}, "brackets", (("a[]", "sample org"),)),
    ({"a": ["{{nobody}}", "{{n}}"]}, "repeat", (("a", "5"),)),
    ({"a": ["{{nobody}}"]}, "comma", ()),
    ({"a": "{{page.size}}"}, None, (("a", "50"),)),
]


@pytest.mark.parametrize(("query", "array_format", "pairs"), QUERIES)
def test_a_query_keeps_what_has_a_value(query, array_format, pairs):
    assert build(query=query, arrayFormat=array_format).query == pairs


def test_a_header_without_a_value_is_left_out():
    headers = {"X-A": "{{nobody}}", "X-B": "b {{n}}", "X-C": "{{none}}"}
    assert build(headers=headers).headers == (("X-B", "b 5"),)


def test_a_header_cannot_be_split():
    scope = Scope({}, {"evil": "a\r\nX-Other: b"})
    with pytest.raises(ExpressionError, match="line break"):
        build(headers={"X-A": "{{evil}}"}, scope=scope)


BODIES = [
    # body, bodyType, what is sent, as which type
    (None, None, None, None),
    ({"a": "{{n}}", "b": "x{{n}}"}, None, {"a": 5, "b": "x5"}, "json"),
    ({"a": "{{nobody}}", "b": {"c": "{{nobody}}"}}, None, None, None),
    ({}, None, {}, "json"),
    ({"a": "{{list}}"}, "form", {"a": ["x", "y"]}, "form"),
    ('{"a": "{{quote}}"}', None, {"a": 'a"b\\'}, "json"),
    ('{"a": {{n}}, "b": [{{list}}]}', None, {"a": 5, "b": [["x", "y"]]}, "json"),
    ('{"a": "{{n}}"}', "json", {"a": 5}, "json"),
    ('{"a": "n={{n}}", "after": {{pageToken}}}', "json", {"a": "n=5"}, "json"),
    ('{"a": {{nobody|default("x\\"y")}}}', "json", {"a": 'x"y'}, "json"),
    ('{"a": "\\"{{n}}\\""}', None, {"a": '"5"'}, "json"),
    ("a={{n}}", None, "a=5", "text"),
    ("hello {{n}}", "text", "hello 5", "text"),
    ("{{nobody}}", "text", None, None),
    ("{ issues { id } }", "graphql", {"query": "{ issues { id } }"}, "graphql"),
    (
        {"query": "query($n:Int){a}", "variables": {"n": "{{n}}"}},
        "graphql",
        {"query": "query($n:Int){a}", "variables": {"n": 5}},
        "graphql",
    ),
]


@pytest.mark.parametrize(("body", "body_type", "sent", "as_type"), BODIES)
def test_a_body_is_filled_as_json_or_as_text(body, body_type, sent, as_type):
    request = build(body=body, bodyType=body_type)
    assert request.body == sent
    assert request.body_type == as_type


def test_a_value_cannot_add_members_to_a_body():
    scope = Scope({}, {"token": 'x", "admin": "true'})
    for body in ('{"a": "{{token}}"}', '{"a": {{token}}}'):
        assert build(body=body, scope=scope).body == {"a": 'x", "admin": "true'}


def test_the_deadline_has_a_default():
    assert build().timeout_ms == 30_000
    assert build(timeoutMs=5).timeout_ms == 5
