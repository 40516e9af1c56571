"""The device flow (RFC 8628): the code, the waiting, and how it ends."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from tests.oauth.parties import follow, names, oauth2, sign_in
from tests.support.clock import FakeClock

from ferrule.auth.token import TokenSet
from ferrule.errors import (
    Cancelled,
    FerruleError,
    ServiceUnreachable,
    SignInFailed,
    TimedOut,
)
from ferrule.exchange import Request, Response
from ferrule.oauth.device import Polling, read_device_code

DEVICE = {"deviceUrl": "{{baseUrl}}/oauth/device"}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PENDING = {"error": "authorization_pending"}


def signing_in(service, clock=None, **config):
    auth = oauth2(**DEVICE, **config)
    return sign_in(service.url, auth, way="device", clock=clock or FakeClock())


def test_a_person_types_the_code_on_another_device(service):
    signing = signing_in(service)
    steps = follow(signing, code=lambda step: service.approve_device(step.user_code))
    assert names(steps) == ["code", "waiting", "received", "signed_in"]
    assert steps[0].url == f"{service.url}/oauth/device/verify"
    assert steps[0].user_code in steps[0].complete_url
    assert service.accepts(signing.tokens.access.get_secret_value())


def test_a_connector_of_the_device_grant_has_no_other_way(service):
    auth = oauth2(**DEVICE, grant="device_code", authoriseUrl=None)
    signing = sign_in(service.url, auth, clock=FakeClock())
    steps = follow(signing, code=lambda step: service.approve_device(step.user_code))
    assert names(steps)[-1] == "signed_in"


def test_leave_that_is_not_given_ends_it(service):
    steps = follow(
        signing_in(service), code=lambda step: service.deny_device(step.user_code)
    )
    assert steps[-1].name == "failed"
    assert steps[-1].detail == "Leave was not given."


def test_a_code_that_nobody_types_ends_it(service):
    steps = follow(signing_in(service))
    assert steps[-1].name == "failed"
    assert "not used in time" in steps[-1].detail


def test_cancel_ends_the_waiting(service):
    signing = signing_in(service)
    steps = follow(signing, waiting=lambda _s: signing.cancel())
    assert steps[-1].name == "cancelled"
    assert service.token_requests == 0


def test_nothing_is_to_be_pasted(service):
    signing = signing_in(service)

    def code(_step):
        with pytest.raises(SignInFailed, match="type the code"):
            signing.paste("http://127.0.0.1/?code=x")
        signing.cancel()

    follow(signing, code=code)


@pytest.mark.parametrize("wrong", ["html", "server_error", "redirect", "array"])
def test_a_device_address_that_answers_wrongly_ends_it(service, wrong):
    service.misbehave(wrong)
    steps = follow(signing_in(service))
    assert names(steps) == ["failed"]
    assert service.seen("elsewhere") == 0


class Service:
    """Answers what it was told, one after another; an error is raised."""

    def __init__(self, *answers):
        self.clock = FakeClock()
        self.asked = []
        self._answers = list(answers)

    def send(self, request):
        self.asked.append(self.clock.monotonic())
        answer = self._answers.pop(0) if self._answers else PENDING
        if isinstance(answer, Exception):
            raise answer
        status = 400 if "error" in answer else 200
        return Response(status, (), json.dumps(answer).encode())

    def poll(self, **changes):
        usual = {"cancelled": lambda: False, "until": 600.0, "interval_s": 5.0}
        polling = Polling(
            self.send,
            lambda: Request("POST", "https://login.example.com/token"),
            lambda response, now: TokenSet(
                SecretStr(response.json["access_token"]), now
            ),
            self.clock,
            **(usual | changes),
        )
        return polling.tokens()


def times(*answers, **changes):
    """Return when the service was asked, and the tokens or the error at the end."""
    service = Service(*answers)
    try:
        return service.asked, service.poll(**changes)
    except SignInFailed as error:
        return service.asked, error


def test_it_asks_at_the_interval_and_not_before():
    asked, _ = times(PENDING, PENDING, {"access_token": "x"})
    assert asked == [5.0, 10.0, 15.0]


def test_slow_down_adds_five_seconds_for_good():
    """RFC 8628, section 3.5."""
    slow = {"error": "slow_down"}
    asked, _ = times(PENDING, slow, PENDING, slow, {"access_token": "x"})
    assert asked == [5.0, 10.0, 20.0, 30.0, 45.0]


def test_a_broken_connection_makes_it_ask_less_often():
    """RFC 8628, section 3.5: exponential backoff where the connection times out."""
    broken = (ServiceUnreachable("gone"), TimedOut("late"))
    asked, _ = times(*broken, {"access_token": "x"})
    assert asked == [5.0, 15.0, 35.0]


def test_an_expired_token_ends_it():
    asked, error = times(PENDING, {"error": "expired_token"})
    assert asked == [5.0, 10.0]
    assert "not used in time" in str(error)


def test_it_gives_up_when_the_code_is_over():
    asked, error = times(until=17.0)
    assert asked == [5.0, 10.0, 15.0]
    assert "not used in time" in str(error)


def test_it_is_cancelled_between_two_questions():
    with pytest.raises(Cancelled):
        Service().poll(cancelled=lambda: True)


GOOD = {
    "device_code": "d3vice",
    "user_code": "ABCD-EFGH",
    "verification_uri": "https://login.example.com/device",
    "expires_in": 600,
}


def read(**changes):
    members = {k: v for k, v in (GOOD | changes).items() if v is not None}
    return read_device_code(Response(200, (), json.dumps(members).encode()), NOW)


def test_what_a_person_is_shown_is_read():
    code = read(interval=7)
    assert code.interval_s == 7.0
    assert code.user_code == "ABCD-EFGH"
    assert (code.expires_at - NOW).total_seconds() == 600
    assert "d3vice" not in repr(code)


def test_without_an_interval_it_is_five_seconds():
    assert read().interval_s == 5.0


def test_googles_name_of_the_address_is_known():
    uri = "https://www.google.com/device"
    assert read(verification_uri=None, verification_url=uri).verification_uri == uri


@pytest.mark.parametrize(
    "changes",
    [
        {"device_code": ""},
        {"device_code": None},
        {"user_code": 7},
        {"verification_uri": None},
        {"verification_uri": "http://login.example.com/device"},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri_complete": "http://login.example.com/device?x"},
        {"expires_in": None},
        {"expires_in": 0},
        {"expires_in": -1},
        {"expires_in": "soon"},
        {"expires_in": True},
        {"interval": -1},
        {"error": "invalid_client"},
    ],
)
def test_what_cannot_be_shown_or_waited_for_is_refused(changes):
    with pytest.raises(FerruleError) as refused:
        read(**changes)
    assert "d3vice" not in str(refused.value)


def test_a_user_code_is_shown_as_one_short_line():
    assert read(user_code="A\n\x1b[31mB" + "x" * 200).user_code.startswith("A [31mB")
