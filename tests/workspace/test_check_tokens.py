"""A sign-in that brings no token: a check shows what was asked, but no secret."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.fault_server import FaultServer
from tests.workspace.checks import ITEMS, answering, at, check_of, described, ended
from tests.workspace.test_check_ways import LOGIN

from ferrule.errors import ReauthRequired
from ferrule.exchange import Request, Response
from ferrule.workspace.judging import unsigned

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = 'cnry-login/4Q+x"\\&%z=='
FRESH = "cnry-fresh-session-7781"


@pytest.fixture
def server():
    with FaultServer() as running:
        answering(running, "/health", 200)
        answering(running, "/items", 200, None, ITEMS)
        yield running


def login(server):
    secrets = {"token": SecretStr(PASSWORD)}
    made = described({**LOGIN, "config": {**LOGIN["config"]}})
    return ended(check_of(server.origin, made, secrets=secrets, clock=FakeClock(NOW)))


def test_a_login_that_is_refused_shows_its_exchange(server):
    body = b'{"error":"wrong password","token":"cnry-fresh-session-7781"}'
    answering(server, "/login", 401, {"date": at(NOW)}, body)
    steps, last = login(server)
    assert [step.name for step in steps] == ["configuration", "auth"]
    assert (last.trouble, last.cause) == ("unauthorised", "auth")
    assert "POST" in last.shown
    assert "401 Unauthorized" in last.shown
    assert PASSWORD not in f"{last.wire()}{last.shown}"
    assert FRESH not in f"{last.wire()}{last.shown}"


def test_a_good_answer_with_tokens_is_never_shown(server):
    answering(server, "/login", 200, None, b'{"tokens":"cnry-fresh-session-7781"}')
    _, last = login(server)
    assert (last.name, last.ok) == ("auth", False)
    assert FRESH not in f"{last.wire()}{last.shown}"


def test_a_login_that_cannot_be_reached_says_why(server):
    made = described(
        {
            **LOGIN,
            "config": {
                **LOGIN["config"],
                "login": {
                    **LOGIN["config"]["login"],
                    "endpoint": "{{baseUrl}}/login",
                },
            },
        }
    )
    secrets = {"token": SecretStr(PASSWORD)}
    _, last = ended(check_of("http://127.0.0.1:1", made, secrets=secrets))
    assert (last.name, last.trouble, last.cause) == ("auth", "refused", "passing")


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ({"assertion": "eyJ.eyJ.sig", "grant_type": "jwt"}, "clock_skew"),
        ({"client_assertion": "eyJ.eyJ.sig"}, "clock_skew"),
        ({"refresh_token": "old"}, "unauthorised"),
    ],
)
def test_a_clock_that_is_off_is_the_cause_of_a_statement_that_is_refused(body, cause):
    asked = Request("POST", "https://a.example/token", body=body, body_type="form")
    date = (("Date", at(NOW + timedelta(minutes=7))),)
    told = Response(400, date, b'{"error":"invalid_grant"}', asked.url)
    error = ReauthRequired("It does not accept it.", advice="Sign in again.")
    step = unsigned(error, (asked, told), NOW)
    assert (step.name, step.trouble, step.cause) == ("auth", cause, "auth")
    assert "7 min behind" in f"{step.detail} {step.advice}"
    assert "eyJ" not in step.shown
