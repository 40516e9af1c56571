"""Asking a token address: once, over https, its secrets known to redaction before."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock

from ferrule.auth.token import TokenSet
from ferrule.errors import OffHost
from ferrule.exchange import Request, Response
from ferrule.oauth.exchange import ask, fetch_tokens
from ferrule.redaction import live

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://login.example.com/token"


def test_what_is_secret_in_a_request_is_known_before_it_is_sent():
    fields = {
        "client_secret": "client-secret-1",
        "code": "code-1",
        "code_verifier": "verifier-1",
        "refresh_token": "refresh-1",
        "device_code": "device-1",
        "assertion": "assertion-1",
        "token": "token-1",
        "grant_type": "plain-1",
        "scope": None,
    }
    shown = []

    def send(request):
        shown.append(live.text(" ".join(v for v in request.body.values() if v)))
        return Response(200, (), b"")

    ask(send, Request("POST", URL, body=fields, body_type="form"))
    assert shown[0].replace("•", "").split() == ["plain-1"]


def test_plain_http_is_not_asked():
    with pytest.raises(OffHost, match="plain http"):
        ask(lambda _request: None, Request("POST", "http://login.example.com"))


def test_tokens_are_as_of_the_time_their_answer_came():
    clock = FakeClock()

    def send(_request):
        clock.advance(7)
        return Response(200, (), b"")

    def read(_response, now):
        return TokenSet(SecretStr("access-9"), now, extra={"secret": SecretStr("x-9")})

    before = clock.now()
    tokens = fetch_tokens(send, Request("POST", URL), read, clock)
    assert (tokens.obtained_at - before).total_seconds() == 7
    assert "access-9" not in live.text("access-9")
    assert "x-9" not in live.text("x-9")
