"""A credential that is refused is renewed once, and then it is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import BODY, FaultServer

from ferrule import errors
from ferrule.exchange import Request
from ferrule.redaction import Redactor
from ferrule.resilience import Policy, Resilience, policy_of
from ferrule.transport import Client
from ferrule.transport.renewal import Renewal
from ferrule.transport.trip import Hook, Trip

OPENS = Callable[..., Client]


class Keys:
    """Gives key-1, key-2 … and counts how often it was asked."""

    def __init__(self) -> None:
        self.given = 0
        self.ending = False
        self.cancelled = 0

    def due(self) -> Hook | None:
        due, self.ending = self.ending, False
        return self.fresh() if due else None

    def fresh(self) -> Hook:
        self.given += 1
        key = f"key-{self.given}"
        return lambda request: replace(request, headers=(("X-Key", key),))

    def cancel(self) -> None:
        self.cancelled += 1


def keys_of(server: FaultServer, url: str) -> list[str | None]:
    path = url.removeprefix(server.origin)
    return [r.headers.get("x-key") for r in server.received if r.target == path]


def test_a_401_is_asked_again_with_a_fresh_credential(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    keys = Keys()
    client = open_client(refresh=keys)
    url = server.play("unauthorised", "ok")
    assert client.send(Request("GET", url)).body == BODY
    assert client.send(Request("GET", url)).body == BODY
    assert keys_of(server, url) == [None, "key-1", "key-1"]
    assert (keys.given, clock.naps) == (1, [])


def test_where_there_is_no_fresh_one_nothing_is_asked_again(
    open_client: OPENS, server: FaultServer
) -> None:
    class NoKeys(Keys):
        def fresh(self) -> None:
            self.given += 1

    keys = NoKeys()
    url = server.play("unauthorised", "ok")
    with pytest.raises(errors.AuthRefused):
        open_client(refresh=keys).send(Request("GET", url))
    assert keys_of(server, url) == [None]
    assert keys.given == 1


def test_a_fresh_credential_that_is_refused_is_refused(
    open_client: OPENS, server: FaultServer
) -> None:
    keys = Keys()
    client = open_client(refresh=keys)
    url = server.play("unauthorised")
    with pytest.raises(errors.AuthRefused):
        client.send(Request("GET", url))
    assert keys_of(server, url) == [None, "key-1"]
    with pytest.raises(errors.AuthRefused):
        client.send(Request("GET", url))
    assert keys.given == 2


def test_a_rule_may_ask_for_a_fresh_credential(
    open_client: OPENS, server: FaultServer
) -> None:
    policy = policy_of(
        Resilience.model_validate(
            {"rules": [{"status": [404], "action": "refresh_auth"}]}
        )
    )
    client = open_client(refresh=Keys())
    url = server.play("not_found", "ok")
    assert client.send(Request("GET", url), policy).body == BODY


def test_of_several_requests_that_were_refused_with_one_credential_the_first_asks() -> (
    None
):
    keys = Keys()
    renewal = Renewal(keys)
    request = Request("GET", "https://api.example.com/")
    first, second = (Trip(request, Redactor(), Policy()) for _ in range(2))
    for trip in (first, second):
        assert renewal.signed(trip) == request
    assert renewal.renew(first)
    assert renewal.renew(second)
    assert keys.given == 1
    assert renewal.signed(second).header("X-Key") == "key-1"
    assert not renewal.renew(second)


def test_a_401_without_anything_to_renew_is_refused(
    client: Client, server: FaultServer
) -> None:
    with pytest.raises(errors.AuthRefused, match="401"):
        client.send(Request("GET", server.url("unauthorised")))


def test_a_credential_that_is_due_is_renewed_before_the_next_request(
    open_client: OPENS, server: FaultServer
) -> None:
    keys = Keys()
    client = open_client(refresh=keys)
    url = server.play("ok")
    client.send(Request("GET", url))
    keys.ending = True
    client.send(Request("GET", url))
    client.send(Request("GET", url))
    assert keys_of(server, url) == [None, "key-1", "key-1"]


def test_a_credential_that_is_due_is_renewed_before_another_attempt(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    keys = Keys()
    client = open_client(refresh=keys)
    url = server.play("unavailable", "ok")

    def end(_seconds: float) -> None:
        keys.ending = keys.given == 0

    clock.on_sleep = end
    client.send(Request("GET", url))
    assert keys_of(server, url) == [None, "key-1"]


def test_a_request_that_is_sent_once_is_sent_again_where_its_credential_was_refused(
    open_client: OPENS, server: FaultServer
) -> None:
    keys = Keys()
    client = open_client(refresh=keys)
    url = server.play("unauthorised", "not_found")
    assert client.exchange(Request("GET", url)).status == 404
    assert keys_of(server, url) == [None, "key-1"]
    refused = server.play("unauthorised")
    assert client.exchange(Request("GET", refused)).status == 401
    assert keys_of(server, refused) == ["key-1", "key-2"]


class NoneLeft(Keys):
    """Has no fresh credential: only a person could get one."""

    def fresh(self) -> Hook:
        self.given += 1
        raise errors.ReauthRequired("It ended.", url="https://sign.in/token")


@pytest.mark.parametrize("due", [True, False])
def test_where_there_is_no_fresh_credential_the_request_fails_at_once(
    open_client: OPENS, server: FaultServer, clock: FakeClock, *, due: bool
) -> None:
    none = NoneLeft()
    none.ending = due
    url = server.play("unauthorised")
    with pytest.raises(errors.ReauthRequired, match="It ended") as caught:
        open_client(refresh=none).send(Request("GET", url))
    assert (none.given, clock.naps) == (1, [])
    assert keys_of(server, url) == ([] if due else [None])
    assert caught.value.url == "https://sign.in/token"


def test_cancelling_a_client_ends_the_asking_for_a_credential(
    open_client: OPENS,
) -> None:
    keys = Keys()
    open_client(refresh=keys).cancel()
    assert keys.cancelled == 1
