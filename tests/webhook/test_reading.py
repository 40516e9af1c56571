"""What a call says: its event, its id, its question."""

import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.webhook.running import WEBHOOK, part

from ferrule.exchange import MISSING
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.reading import Call, Envelope, Reader, envelope_of, key_of

FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
SLACK = {
    "when": {"when": "$.type", "operator": "equals", "value": "url_verification"},
    "respond": "{{challenge}}",
}
ZOOM = {
    "when": {"when": "$.event", "operator": "equals", "value": "endpoint.url"},
    "respond": '{"plainToken":"{{payload.plainToken}}","encryptedToken":'
    '"{{payload.plainToken | hmac(credentials.secret)}}"}',
}
GRAPH = {
    "when": {"when": "query:validationToken", "operator": "exists"},
    "respond": "{{query.validationToken}}",
    "unsigned": True,
}


def made(body: Any = None, url: str = "http://h/p", **headers: str) -> Call:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    at = datetime(2026, 1, 2, tzinfo=UTC)
    return Call(Incoming("POST", url, named, raw, at))


def reader(**changes: Any) -> Reader:
    webhook = part(**changes)
    return Reader(webhook, webhook.signing)


@pytest.mark.parametrize(
    ("path", "call", "event"),
    [
        ("header:X-Event", made({}, x_event="push"), "push"),
        ("$.type", made({"type": "a.b"}), "a.b"),
        ("$.kind", made({"kind": 7}), "7"),
        ("$[*].event", made([{"event": "open"}, {"event": "click"}]), "open"),
        ("query:topic", made({}, "http://h/p?topic=orders%2Fpaid"), "orders/paid"),
        ("$.command", made(b"command=%2Fdo&text=x", **FORM), "/do"),
        ("$.type", made(urlencode({"payload": '{"type":"x"}'}).encode(), **FORM), "x"),
        ("$.type", made({}), None),
        ("$.type", made({"type": {"a": 1}}), None),
        ("$.type", made({"type": ""}), None),
        # the shapes of the seeds, where the connector's own place has nothing
        ("$.no", made({"event_type": "a", "event_ts": 1, "payload": {}}), "a"),
        (
            "$.no",
            made({"event": "ticket.created", "data": {"id": 1}}),
            "ticket.created",
        ),
        ("$.no", made({"event": {"a": 1}, "data": {}}), None),
        ("$.no", made({"event": "x"}), None),
        ("$.event_type", made({"event_type": "own", "payload": 1}), "own"),
    ],
)
def test_an_events_type_stands_where_the_connector_says(
    path: str, call: Call, event: str | None
) -> None:
    assert reader(eventTypePath=path).event_type(call) == event


def test_an_envelope_holds_what_the_event_is_about() -> None:
    seed_0 = {"event_type": "a", "event_ts": "2026-01-01", "payload": [1]}
    assert envelope_of(seed_0) == Envelope("a", [1], "2026-01-01")
    assert envelope_of({"event": "b", "data": None}) == Envelope("b", None)
    assert envelope_of([seed_0]) is None


@pytest.mark.parametrize(
    ("changes", "call", "found"),
    [
        ({}, made({}, x_delivery="d1"), "d1"),
        ({"deliveryId": "$.id"}, made({"id": 10**19}), "1" + "0" * 19),
        ({"deliveryId": None}, made({}, idempotency_key="k"), "k"),
        ({}, made({}, x_delivery="d", idempotency_key="k"), "d"),
        ({}, made({}), None),
        (
            {"signing": {**WEBHOOK["signing"], "dedupeKey": "header:webhook-id"}},
            made({}, webhook_id="w", x_delivery="d"),
            "w",
        ),
    ],
)  # fmt: skip
def test_a_deliverys_id_stands_where_the_connector_says(
    changes: dict[str, Any], call: Call, found: str | None
) -> None:
    assert reader(**changes).delivery_id(call) == found


@pytest.mark.parametrize(
    ("raw", "headers", "body"),
    [
        (b'{"a":1}', {}, {"a": 1}),
        (b'{"a":1}', {"content_type": "text/plain"}, {"a": 1}),
        (b"", {}, MISSING),
        (b"<xml/>", {}, MISSING),
        (b"[" * 100_000, {}, MISSING),
        (b"\xff", {}, MISSING),
        (b"a=1&a=2&b=", FORM, {"a": "2", "b": ""}),
        (b"payload=%7B%22a%22%3A1%7D", FORM, {"a": 1}),
        (b"payload=no", FORM, {"payload": "no"}),
        (b'{"a": "b&c=d"}', FORM, {"a": "b&c=d"}),  # what curl -d sends
        (b"{a=1", FORM, {"{a": "1"}),
        (b"", FORM, MISSING),
        (b"\xff=1", FORM, MISSING),
        (b"&".join(b"a%d=1" % n for n in range(2000)), FORM, MISSING),
    ],
)
def test_a_body_is_json_or_a_form(
    raw: bytes, headers: dict[str, str], body: Any
) -> None:
    assert made(raw, **headers).body == body


def test_which_events_are_handled_is_listed() -> None:
    listed = reader(
        eventTypes=["a"], events=[{"types": ["b", "c"], "effect": "create"}]
    )
    told = [listed.is_listed(one) for one in ("a", "b", "c", "d", None)]
    assert told == [True, True, True, False, False]
    assert reader(eventTypes=[]).is_listed("anything")
    assert reader(eventTypes=["*"]).is_listed("anything")


def test_a_signed_question_is_answered_with_what_the_connector_says() -> None:
    asked = made({"type": "url_verification", "challenge": "3eZb"})
    answer = reader(challenge=SLACK).answer(asked)
    assert (answer.body, answer.media_type) == (b"3eZb", "text/plain; charset=utf-8")
    assert reader(challenge=SLACK).answer(made({"type": "event"})) is None
    assert reader().answer(asked) is None


def test_a_signed_question_may_want_a_value_signed_by_the_secret() -> None:
    token = "qgg8vlvZRS6UYooatFL8Aw"
    asked = made({"event": "endpoint.url", "payload": {"plainToken": token}})
    answer = reader(challenge=ZOOM).answer(asked, {"secret": "s3cret"})
    told = json.loads(answer.body)
    signed = hmac.digest(b"s3cret", token.encode(), "sha256").hex()
    assert told == {"plainToken": token, "encryptedToken": signed}
    assert answer.media_type.startswith("application/json")


def test_an_unsigned_question_is_answered_with_what_was_sent_and_no_more() -> None:
    asking = reader(challenge=GRAPH)
    asked = made({}, "http://h/p?validationToken=a%20b%3Cscript%3E")
    assert asking.asks_unsigned(asked)
    answer = asking.answer(asked, {"secret": "s3cret"})
    assert answer.body == b"a b<script>"
    assert answer.media_type == "text/plain; charset=utf-8"
    assert not asking.asks_unsigned(made({}))
    long = made({}, f"http://h/p?validationToken={'a' * 1025}")
    assert asking.answer(long) is None


HUB = "http://h/p?hub.mode=subscribe&hub.challenge=15&hub=a&a.b.c=d"
OKTA = '{"verification": "{{headers.x-okta-verification-challenge}}"}'


@pytest.mark.parametrize(
    ("respond", "body", "kind"),
    [
        ("{{query.hub.challenge}}", b"15", "text/plain; charset=utf-8"),
        (
            '{"hub.challenge": "{{query.hub.challenge}}"}',
            b'{"hub.challenge":"15"}',
            "application/json",
        ),
        (OKTA, b'{"verification":"a\\"b"}', "application/json"),
        ("{{query.a.b.c}}", b"d", "text/plain; charset=utf-8"),
        ('{"a": "fixed"}', None, ""),
        ('{"a": "{{credentials.secret}}"}', None, ""),
        ('{"a": "x {{query.hub.challenge}}"}', None, ""),
    ],
)
def test_an_unsigned_question_may_be_answered_with_an_object(
    respond: str, body: bytes | None, kind: str
) -> None:
    """Meta's and WebSub's `hub.challenge`, Strava's and Okta's objects."""
    when = {"when": "query:hub.mode", "operator": "exists"}
    asking = reader(challenge={**GRAPH, "when": when, "respond": respond})
    headers = {"x_okta_verification_challenge": 'a"b'}
    answer = asking.answer(made({}, HUB, **headers), {"secret": "s3cret"})
    if body is None:
        assert answer is None
    else:
        assert (answer.body, answer.media_type) == (body, kind)


@pytest.mark.parametrize(
    "respond",
    [
        "token {{query.validationToken}}",  # more than the value
        "{{credentials.secret}}",
        "{{query.validationToken | hmac(credentials.secret)}}",
        "a fixed text",
        "{{query.no}}",
        "{{query}}",
    ],
)
def test_an_unsigned_question_brings_nothing_that_was_not_sent(respond: str) -> None:
    asking = reader(challenge={**GRAPH, "respond": respond})
    asked = made({}, "http://h/p?validationToken=abc")
    assert asking.answer(asked, {"secret": "s3cret"}) is None


def test_an_id_and_a_body_are_never_taken_for_one_another() -> None:
    assert key_of("id", b"abc") != key_of("body", b"abc")
    assert key_of("id", b"abc") == key_of("id", b"abc")
