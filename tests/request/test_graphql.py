"""GraphQL: values in queries, and answers that refuse."""

import pytest

from ferrule.exchange import Response, encode
from ferrule.expression.template import Scope
from ferrule.request.graphql import Refusal, fill_query, refusal

SCOPE = Scope(
    {},
    {
        "word": "abc",
        "evil": '") { secret } """ #\n',
        "n": 3,
        "many": ["a", 1, None],
        "null": None,
        "deep": {"a": {"b": [True]}},
    },
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{a(x: {{word}})}", '{a(x: "abc")}'),
        ("{a(x: {{n}}, y: {{null}}, z: {{absent}})}", "{a(x: 3, y: null, z: null)}"),
        ("{a(x: {{many}})}", '{a(x: ["a", 1, null])}'),
        ("{a(x: {{deep}})}", "{a(x: {a: {b: [true]}})}"),
        ('{a(x: "{{word}}-{{n}}-{{absent}}")}', '{a(x: "abc-3-")}'),
        ('{a(x: "{{evil}}")}', '{a(x: "\\") { secret } \\"\\"\\" #\\n")}'),
        ('{a(x: "\\"", y: {{word}})}', '{a(x: "\\"", y: "abc")}'),
        ('{a(x: "\\\\", y: {{word}})}', '{a(x: "\\\\", y: "abc")}'),
        ('{a(x: "", y: {{word}})}', '{a(x: "", y: "abc")}'),
        ('{a(x: """b "q" {{evil}}""")}', '{a(x: """b "q" ") { secret } \\""" #\n""")}'),
        ('# it "is {{evil}}\n{a(x: {{word}})}', None),
        ('{a(x: {{word|default("\\"")}})}', '{a(x: "abc")}'),
    ],
)
def test_a_value_in_a_query_stays_a_value(text, filled):
    wanted = filled or '# it "is ") { secret } """ #\n{a(x: "abc")}'
    assert fill_query(text, SCOPE) == wanted


def asked(body, status=200):
    raw = body if isinstance(body, bytes) else encode(body)
    return refusal(Response(status, (), raw))


REFUSED = [
    ({"errors": [{"message": "No such field"}]}, Refusal("No such field")),
    ({"errors": [{"message": "a"}], "data": None}, Refusal("a")),
    ({"errors": [{"message": "a"}], "data": {"issues": None}}, Refusal("a")),
    (
        {"errors": [{"message": m} for m in ("a", " ", "b", "c")]},
        Refusal("a; b"),
    ),
    ({"errors": [{}]}, Refusal("errors without a message")),
    ({"errors": ["odd"]}, Refusal("errors without a message")),
    (
        {"errors": [{"message": "slow", "extensions": {"code": "RATELIMITED"}}]},
        Refusal("slow", "rate_limited"),
    ),
    ({"errors": [{"type": "RATE_LIMITED"}]}, Refusal("RATE_LIMITED", "rate_limited")),
    (
        {"errors": [{"message": "x", "extensions": {"code": "AUTHENTICATION_ERROR"}}]},
        Refusal("x", "refresh_auth"),
    ),
]


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(("body", "wanted"), REFUSED)
def test_errors_without_data_are_a_refusal_whatever_the_status(body, wanted, status):
    assert asked(body, status) == wanted


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"issues": []}},
        {"data": {"issues": [], "b": None}, "errors": [{"message": "partly"}]},
        {"data": None},
        {"errors": []},
        {"errors": "odd"},
        [1],
        b"<html>",
        b"",
    ],
)
def test_an_answer_with_data_or_of_another_form_is_no_refusal(body):
    assert asked(body) is None


@pytest.mark.parametrize("status", [401, 403, 408, 425, 429, 500, 503])
def test_a_status_that_says_more_speaks_for_itself(status):
    assert asked({"errors": [{"message": "a"}]}, status) is None
    coded = {"errors": [{"message": "a", "extensions": {"code": "RATELIMITED"}}]}
    assert asked(coded, status) == Refusal("a", "rate_limited")


def test_a_long_story_is_cut():
    told = asked({"errors": [{"message": "a" * 1000}]})
    assert told is not None
    assert len(told.message) == 300
