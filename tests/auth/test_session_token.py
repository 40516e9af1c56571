"""Session tokens: the login, what is read of its answer, and how it is prolonged."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr
from tests.auth.kinds import auth, field, secrets_of

from ferrule.auth.token import TOKENS, TokenSet
from ferrule.errors import (
    ExchangeError,
    MissingSecret,
    ReauthRequired,
    UnexpectedStatus,
    UnreadableResponse,
)
from ferrule.exchange import Request, Response

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
USER, PASSWORD = field("user", "text"), field("password")
GIVEN = secrets_of(user="anna", password="s3cret-pass")
LOGIN = {
    "endpoint": "https://api.example.com/login",
    "method": "POST",
    "body": {"user": "{{user}}", "password": "{{credentials.password}}"},
    "bodyType": "json",
}
REFRESH = {
    "endpoint": "/session",
    "method": "PUT",
    "headers": {"X-Session": "{{token}}", "accept": "text/plain"},
}
DELIVER = {"to": "header:X-Session", "template": "{{token}}"}


def session(**config):
    whole = {"login": LOGIN, "tokenPath": "$.token", "deliver": DELIVER} | config
    return auth("session_token", USER, PASSWORD, **whole)


def answer(body, status=200, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, tuple(headers.items()), raw)


def with_tokens(age=timedelta(), lifetime=None):
    began = NOW - age
    ends = None if lifetime is None else began + lifetime
    tokens = TokenSet(SecretStr("old-token"), began, expires_at=ends)
    return {**GIVEN, TOKENS: tokens.dump()}


def test_a_login_is_asked_with_the_credentials():
    request = session().renewal(GIVEN, {"config": {}}, NOW)
    assert (request.method, request.url) == ("POST", LOGIN["endpoint"])
    assert request.body == {"user": "anna", "password": "s3cret-pass"}
    assert request.body_type == "json"
    assert request.header("accept") == "application/json"


HOUR = timedelta(hours=1)
RENEWED = [
    (GIVEN, "POST"),
    (with_tokens(timedelta(minutes=55), HOUR), "PUT"),  # due
    (with_tokens(timedelta(minutes=30), HOUR), "POST"),  # refused before its time
    (with_tokens(timedelta(minutes=61), HOUR), "POST"),  # expired
    (with_tokens(timedelta(minutes=55)), "POST"),  # nobody knows: refused
]


@pytest.mark.parametrize(("secrets", "method"), RENEWED)
def test_a_token_that_is_due_is_prolonged_and_any_other_begins_with_a_login(
    secrets, method
):
    names = {"config": {"tenant": "t"}, "baseUrl": "https://t.example.com/v1"}
    request = session(refresh=REFRESH).renewal(secrets, names, NOW)
    assert request.method == method
    if method == "PUT":
        assert request.url == "https://t.example.com/v1/session"
        assert request.header("X-Session") == "old-token"
        assert request.header("Accept") == "text/plain"


def test_without_a_refresh_request_every_token_comes_from_a_login():
    secrets = with_tokens(timedelta(minutes=55), HOUR)
    assert session().renewal(secrets, {}, NOW).method == "POST"


TOLD = [
    ({}, {"token": "t"}, None),
    ({"lifetime": "PT30M"}, {"token": "t"}, timedelta(minutes=30)),
    ({"expiresPath": "$.in"}, {"token": "t", "in": 90}, timedelta(seconds=90)),
    ({"expiresPath": "$.in"}, {"token": "t", "in": "90"}, timedelta(seconds=90)),
    ({"expiresPath": "$.in"}, {"token": "t", "in": 0}, None),
    (
        {"expiresPath": "$.in", "lifetime": "PT30M"},
        {"token": "t", "in": None},
        timedelta(minutes=30),
    ),
    ({"expiresPath": "$.at"}, {"token": "t", "at": "2026-11-21T10:30:00Z"}, HOUR),
    ({"expiresPath": "$.at"}, {"token": "t", "at": "2026-11-21T11:30:00+01:00"}, HOUR),
    ({"expiresPath": "$.at"}, {"token": "t", "at": NOW.timestamp() + 3600}, HOUR),
    (
        {"expiresPath": "$.at"},
        {"token": "t", "at": str(int(NOW.timestamp() + 3600) * 1000)},
        HOUR,
    ),
    (
        {"expiresPath": "$.at"},
        {"token": "t", "at": format_datetime(NOW + HOUR, usegmt=True)},
        HOUR,
    ),
]


@pytest.mark.parametrize(("config", "body", "lifetime"), TOLD)
def test_the_token_lives_as_long_as_the_service_or_the_descriptor_says(
    config, body, lifetime
):
    tokens = session(**config).received(answer(body), GIVEN, NOW)
    assert tokens.access.get_secret_value() == "t"
    assert tokens.obtained_at == NOW
    assert tokens.expires_at == (None if lifetime is None else NOW + lifetime)


@pytest.mark.parametrize("told", ["soon", True, [1], "NaN", "1e9999", "2026-13-45"])
def test_a_lifetime_that_is_none_is_an_error(told):
    kind = session(expiresPath="$.at")
    with pytest.raises(UnreadableResponse, match="lifetime"):
        kind.received(answer({"token": "t", "at": told}), GIVEN, NOW)


def test_a_token_may_stand_in_a_header_of_an_answer_that_is_no_json():
    kind = session(tokenPath="header:X-Auth-Token")
    said = answer(b"<html>", 201, **{"x-auth-token": "t-1"})
    assert kind.received(said, GIVEN, NOW).access.get_secret_value() == "t-1"
    empty = answer(b"", 204, **{"X-Auth-Token": "t-2"})
    assert kind.received(empty, GIVEN, NOW).access.get_secret_value() == "t-2"


def test_a_session_may_be_cookies():
    kind = session(
        tokenPath="header:Set-Cookie",
        deliver={"to": "header:Cookie", "template": "{{token}}"},
    )
    cookies = (
        ("Set-Cookie", "sid=a1; Path=/; HttpOnly"),
        ("set-cookie", "csrf=b=2; Secure"),
    )
    tokens = kind.received(Response(200, cookies, b"{}"), GIVEN, NOW)
    assert tokens.access.get_secret_value() == "sid=a1; csrf=b=2"
    given = {**GIVEN, TOKENS: tokens.dump()}
    signed = kind.authorise(Request("GET", "https://a.example"), given)
    assert signed.header("Cookie") == "sid=a1; csrf=b=2"


def test_a_number_is_a_token_too():
    tokens = session().received(answer({"token": 12345}), GIVEN, NOW)
    assert tokens.access.get_secret_value() == "12345"


BAD = [
    (answer({"error": "s3cret-pass"}, 401), ReauthRequired, "401"),
    (answer({"error": "s3cret-pass"}, 403), ReauthRequired, "403"),
    (answer({}, 400), ReauthRequired, "does not accept"),
    (answer({}, 500), UnexpectedStatus, "500"),
    (answer({}, 302, Location="https://evil.example"), UnexpectedStatus, "302"),
    (answer({"token": ""}), UnreadableResponse, r"\$\.token"),
    (answer({"token": None}), UnreadableResponse, "no token"),
    (answer({"token": {"a": 1}}), UnreadableResponse, "no token"),
    (answer({"token": True}), UnreadableResponse, "no token"),
    (answer(b"<html>s3cret-pass"), UnreadableResponse, "no token"),
    (answer(b""), UnreadableResponse, "no token"),
]


@pytest.mark.parametrize(("response", "kind", "says"), BAD)
def test_an_answer_without_a_token_is_told_without_what_is_in_it(response, kind, says):
    with pytest.raises(kind, match=says) as caught:
        session().received(response, GIVEN, NOW)
    assert isinstance(caught.value, ExchangeError)
    assert caught.value.advice
    assert "s3cret" not in str(caught.value)
    assert "evil" not in str(caught.value)


def test_a_refresh_may_leave_the_token_as_it_is():
    kind = session(refresh=REFRESH, lifetime="PT1H")
    due = with_tokens(timedelta(minutes=55), HOUR)
    tokens = kind.received(answer({"ok": True}), due, NOW)
    assert tokens.access.get_secret_value() == "old-token"
    assert tokens.expires_at == NOW + HOUR
    refused = with_tokens(timedelta(minutes=30), HOUR)
    with pytest.raises(UnreadableResponse):
        kind.received(answer({"ok": True}), refused, NOW)


def test_the_token_goes_where_the_descriptor_says():
    signed = session().authorise(Request("GET", "https://a.example"), with_tokens())
    assert signed.headers == (("X-Session", "old-token"),)
    with pytest.raises(MissingSecret, match="no token yet"):
        session().authorise(Request("GET", "https://a.example"), GIVEN)


def test_the_template_of_the_token_knows_the_configuration():
    kind = session(deliver={"to": "header:X", "template": "{{tenant}} {{token}}"})
    request = Request("GET", "https://a.example")
    signed = kind.settled({"tenant": "acme"}).authorise(request, with_tokens())
    assert signed.header("X") == "acme old-token"
    with pytest.raises(MissingSecret, match="lacks a value"):
        kind.authorise(request, with_tokens())


def test_no_person_is_needed():
    assert session().uses_tokens
    assert session().interactive == ""
