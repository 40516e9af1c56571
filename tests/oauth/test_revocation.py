"""Tokens are ended at the service (RFC 7009): the refresh token first."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from ferrule.auth.token import TokenSet
from ferrule.errors import OffHost, ServiceUnreachable, UnexpectedStatus
from ferrule.exchange import Request, Response
from ferrule.oauth.revocation import revoke

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOTH = TokenSet(SecretStr("acc"), NOW, refresh=SecretStr("ref"))


def revoked(*answers, tokens=BOTH, url="https://login.example.com/revoke"):
    """Return what was sent to a service that answers so."""
    sent, left = [], list(answers)

    def send(request):
        sent.append(request.body)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Response(answer, (), b"")

    def make(token, hint):
        fields = {"token": token, "token_type_hint": hint}
        return Request("POST", url, body=fields, body_type="form")

    revoke(send, make, tokens)
    return sent


def test_the_refresh_token_is_ended_first():
    assert revoked(200, 200) == [
        {"token": "ref", "token_type_hint": "refresh_token"},
        {"token": "acc", "token_type_hint": "access_token"},
    ]


def test_without_a_refresh_token_the_access_token_is_ended():
    alone = TokenSet(SecretStr("acc"), NOW)
    assert len(revoked(200, tokens=alone)) == 1


@pytest.mark.parametrize("answers", [(200, 400), (400, 200), (503, 200)])
def test_one_that_was_taken_is_enough(answers):
    assert len(revoked(*answers)) == 2


@pytest.mark.parametrize("answer", [400, 401, 302, 503])
def test_a_service_that_takes_neither_is_told(answer):
    with pytest.raises(UnexpectedStatus, match=str(answer)):
        revoked(answer, answer)


def test_a_service_that_does_not_answer_is_told():
    with pytest.raises(ServiceUnreachable):
        revoked(ServiceUnreachable("gone"), ServiceUnreachable("gone"))


def test_nothing_is_sent_over_plain_http():
    with pytest.raises(OffHost):
        revoked(200, 200, url="http://login.example.com/revoke")
