"""A sign-in renews its token in time, once where it is refused, and never in a loop."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.support.authority import AuthorityServer, authority
from tests.support.clock import FakeClock
from tests.support.commands import KEY as MASTER_KEY
from tests.support.loopback import Answer, Loopback
from tests.support.signed_in import CLIENT, SignedIn

from ferrule.auth import Secrets
from ferrule.auth.token import tokens_of
from ferrule.credentials import Ref
from ferrule.credentials.tokens import with_tokens
from ferrule.descriptor.document import validate
from ferrule.descriptor.model import Connector
from ferrule.errors import (
    Cancelled,
    ExchangeError,
    MissingSecret,
    OffHost,
    ReauthRequired,
    UnexpectedStatus,
    UsageError,
)
from ferrule.exchange import Request
from ferrule.redaction import live
from ferrule.sync.plan import Place, plan_streams
from ferrule.sync.poll import opening_request
from ferrule.workspace.clients import open_client, open_session
from ferrule.workspace.sessions import Session

HERE = Request("GET", "https://api.example.com/")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(clock: FakeClock) -> Iterator[AuthorityServer]:
    with authority(clock=clock, items=10) as running:
        yield running


@pytest.fixture
def room(
    tmp_path: Path,
    service: AuthorityServer,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SignedIn]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER_KEY)
    made = SignedIn(tmp_path, service, clock)
    yield made
    made.close()


def access(secrets: Secrets) -> str:
    found = tokens_of(secrets)
    assert found is not None
    return found.access.get_secret_value()


def signs(session: Session) -> bool:
    """Tell whether a client would sign its next request anew."""
    return session.due() is not None


def test_a_good_token_is_used_and_nothing_is_asked(room, service) -> None:
    session = room.session()
    assert session.secrets() == room.secrets
    assert session.due() is None
    assert service.token_requests == 0


def test_a_token_that_is_due_is_renewed_before_it_is_used(room, service, clock) -> None:
    first = access(room.secrets)
    clock.advance(3300)
    got = access(room.session().secrets())
    assert got != first
    assert service.accepts(got)
    assert (access(room.secrets), service.refreshes) == (got, 1)


def test_a_token_that_ends_on_the_way_is_renewed_on_the_way(
    room, service, clock
) -> None:
    session = room.session()
    session.secrets()
    clock.advance(3299)
    assert not signs(session)
    clock.advance(1)
    hook = session.due()
    assert hook is not None
    signed = hook(HERE).header("Authorization")
    assert signed == f"Bearer {access(room.secrets)}"
    assert not signs(session)
    assert service.refreshes == 1


def test_a_download_from_elsewhere_goes_without_the_token(room, clock) -> None:
    session = room.session()
    clock.advance(3300)
    hook = session.due()
    assert hook is not None
    bare = Request("GET", HERE.url, sends_credentials=False)
    assert hook(bare) == bare


@pytest.mark.parametrize(
    ("misbehaviour", "ages", "refreshes"),
    [
        ("expires_in_30", [0, 26, 1, 26, 1, 600], 3),
        ("expires_in_0", [0, 3600, 10**6], 0),
        ("expires_in_negative", [0, 3600, 10**6], 0),
        ("no_expires_in", [0, 3600, 10**6], 0),
        ("expires_in_huge", [0, 3600, 10**6], 0),
    ],
)
def test_attack_how_often_a_token_is_renewed_that_lives_for(
    room, service, clock, misbehaviour: str, ages: list[int], refreshes: int
) -> None:
    service.misbehave(misbehaviour)
    clock.advance(3300)
    session = room.session()
    session.secrets()
    assert service.refreshes == 1
    for age in ages:
        clock.advance(age)
        session.due()
    assert service.refreshes == 1 + refreshes
    assert service.reuse_errors == 0


@pytest.mark.parametrize("step", [3600, -3600])
def test_attack_a_wall_clock_that_is_set_costs_one_renewal(
    room, service, clock, step: int
) -> None:
    session = room.session()
    session.secrets()
    clock.set_back(step)
    assert signs(session)
    assert not signs(session)
    assert (service.refreshes, service.reuse_errors) == (1, 0)


def test_attack_a_token_ends_in_time_though_the_wall_clock_is_set_back_little_by_little(
    room, service, clock
) -> None:
    clock.advance(3300)
    session = room.session()
    session.secrets()
    for _ in range(33):
        clock.advance(100)
        clock.set_back(100)
    assert signs(session)
    assert (service.refreshes, service.reuse_errors) == (2, 0)


def test_a_refused_token_is_renewed_once(room, service) -> None:
    session = room.session()
    session.secrets()
    service.tell(expire=True)
    hook = session.fresh()
    assert hook(HERE).header("Authorization") == f"Bearer {access(room.secrets)}"
    assert service.accepts(access(room.secrets))
    assert service.refreshes == 1


def test_a_refused_token_that_another_has_renewed_is_not_renewed_again(
    room, service
) -> None:
    one, other = room.session(), room.session()
    one.secrets()
    other.secrets()
    one.fresh()
    other.fresh()
    assert (service.refreshes, service.reuse_errors) == (1, 0)


def test_attack_where_leave_was_taken_back_a_person_is_asked_and_nobody_else(
    room, service, clock
) -> None:
    session = room.session()
    session.secrets()
    service.tell(revoke=True)
    with pytest.raises(ReauthRequired) as caught:
        session.fresh()
    assert "ferrule reconnect" in caught.value.advice
    asked = service.token_requests
    for _ in range(3):
        with pytest.raises(ReauthRequired, match="has ended"):
            room.session().secrets()
        with pytest.raises(ReauthRequired):
            session.fresh()
    clock.advance(10**6)
    with pytest.raises(ReauthRequired):
        session.due()
    assert service.token_requests == asked == 1


def test_who_signs_in_again_goes_on(room, service) -> None:
    service.tell(revoke=True)
    with pytest.raises(ReauthRequired):
        room.session().fresh()
    again = room.leave()
    room.workspace.vault.put(_ref(room), with_tokens(room.secrets, again))
    assert access(room.session().secrets()) == again.access.get_secret_value()


def test_who_goes_on_with_an_old_session_gets_the_new_sign_in(room, service) -> None:
    session = room.session()
    service.tell(revoke=True)
    with pytest.raises(ReauthRequired):
        session.fresh()
    again = room.leave()
    room.workspace.vault.put(_ref(room), with_tokens(room.secrets, again))
    hook = session.fresh()
    told = f"Bearer {again.access.get_secret_value()}"
    assert hook(HERE).header("Authorization") == told


def test_a_corrected_client_secret_is_tried_with_the_tokens_there_are(
    room, service
) -> None:
    update = room.workspace.registry.update_connection
    project, key = room.connection.project, room.connection.key
    update(project, key, {}, {"clientSecret": SecretStr("wrong-secret")})
    service.tell(expire=True)
    with pytest.raises(ReauthRequired):
        room.session().fresh()
    assert room.kept.refused
    update(project, key, {}, {"clientSecret": CLIENT["clientSecret"]})
    room.session().fresh()
    assert service.accepts(access(room.secrets))


def test_nobody_is_signed_in_before_a_person_was(room, service) -> None:
    with pytest.raises(ReauthRequired, match="nobody has signed in yet") as caught:
        room.session(CLIENT, keeper=None).secrets()
    assert "ferrule connect" in caught.value.advice
    assert service.token_requests == 0


def test_a_token_address_that_fails_is_asked_again(room, service, clock) -> None:
    clock.advance(3300)
    session = room.session()
    service.misbehave("server_error")
    assert session.secrets() == room.secrets  # it still holds
    assert service.token_requests == 3
    assert clock.naps
    service.misbehave()
    assert not signs(session)  # not yet again
    clock.advance(30)
    assert signs(session)
    assert service.reuse_errors == 0


def test_an_ended_token_that_cannot_be_renewed_now_is_an_error_and_may_pass(
    room, service, clock
) -> None:
    clock.advance(3601)
    session = room.session()
    service.misbehave("server_error")
    with pytest.raises(UnexpectedStatus, match="500"):
        session.secrets()
    assert not room.kept.refused
    service.misbehave()
    assert service.accepts(access(session.secrets()))


@pytest.mark.parametrize(
    "misbehaviour",
    [
        "html",
        "redirect",
        "redirect_302",
        "token_type_mac",
        "no_access_token",
        "empty_access_token",
        "expires_in_text",
    ],
)
def test_an_answer_that_is_none_leaves_the_tokens_there_are(
    room, service, misbehaviour: str
) -> None:
    service.misbehave(misbehaviour)
    first = room.kept
    with pytest.raises(ExchangeError) as caught:
        room.session().fresh()
    assert not isinstance(caught.value, ReauthRequired)
    assert room.kept == first
    assert service.seen("elsewhere") == 0


def test_an_answer_without_a_refresh_token_keeps_the_old_one(room, service) -> None:
    first = room.kept
    service.misbehave("no_refresh_token")
    room.session().fresh()
    assert room.kept.refresh == first.refresh
    assert room.kept.access != first.access


def test_new_tokens_are_known_to_redaction_before_they_are_used(room) -> None:
    room.session().fresh()
    kept = room.kept
    assert kept.refresh is not None
    for secret in (kept.access, kept.refresh):
        text = f"it said {secret.get_secret_value()} to me"
        assert secret.get_secret_value() not in live.text(text)


def test_whoever_asks_is_taught_the_new_tokens(room) -> None:
    learnt: list[Secrets] = []
    session = room.session()
    session.teach(learnt.append)
    session.fresh()
    assert [access(one) for one in learnt] == [access(room.secrets)]


def test_a_run_masks_what_repeats_a_token_that_was_renewed_on_the_way(room) -> None:
    session = room.session()
    place = Place("", room.connector.id)
    plans = plan_streams(room.connector, place, room.config, session.secrets())
    opened = open_client(room.connector, plans[0].config, plans, session=session)
    with opened:
        session.fresh()
    link = f"https://api.example.com/things?page=2&key={access(room.secrets)}"
    for plan in plans:
        assert (
            plan.echo.token(link, plan.key) == "https://api.example.com/things?page=2"
        )


def test_asking_can_be_called_off(room, service) -> None:
    session = room.session()
    service.authority.slow_ms = 20_000
    service.misbehave("slow")
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            session.fresh()
        except Cancelled as error:
            caught.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    pause = threading.Event()
    while session._asking is None or not session._asking._flying:
        pause.wait(0.001)
    session.cancel()
    asking.join(5)
    assert not asking.is_alive()
    assert caught
    service.authority.slow_ms = 0
    service.misbehave()


def test_a_disconnected_connection_renews_nothing(room, service) -> None:
    session = room.session()
    room.workspace.registry.delete_connection(
        room.connection.project, room.connection.key
    )
    with pytest.raises(MissingSecret, match="disconnected"):
        session.fresh()
    assert service.token_requests == 0


def captured(room: SignedIn, told: str, **config: str) -> Session:
    """Return a session of a connector that calls an address told with the tokens."""
    document = json.loads(room.workspace.catalogue.document("sandbox-oauth"))
    document["auth"]["config"]["capture"] = {"instance": "$.instance_url"}
    document["ingestion"]["endpoint"] = "{{instance}}/issues"
    document["permissions"]["hosts"] = ["127.0.0.1", "*.api.example.com"]
    del document["streams"]
    document["configFields"].append(
        {"key": "instance", "label": "Instance", "type": "url"}
    )
    tokens = replace(room.leave(), captured={"instance": told})
    return open_session(
        *(validate(document), {**room.config, **config}, with_tokens(CLIENT, tokens)),
        clock=room.clock,
    )


def ask(session: Session, config: dict[str, str]) -> None:
    """Ask for the first page of the only stream."""
    connector = session._connector
    plans = plan_streams(
        *(connector, Place("", connector.id), config, session.secrets()),
        captured=session.captured,
    )
    client = open_client(connector, plans[0].config, plans, session=session)
    with client:
        client.exchange(opening_request(plans[0], client.send))


@pytest.mark.parametrize(
    "instance",
    [
        "https://evil.example",
        "http://127.0.0.1:1",  # nobody confirmed an address without encryption
        "https://api.example.com@evil.example",
        "https://169.254.169.254",
        "file:///etc/passwd",
    ],
)
def test_attack_what_came_with_the_tokens_does_not_say_where_requests_may_go(
    room, instance: str
) -> None:
    session = captured(room, instance)
    with pytest.raises((OffHost, UsageError)):
        ask(session, room.config)


class Moving(Loopback):
    """A token endpoint that names another instance with each token."""

    def answer(self, method: str, target: str, headers: Any) -> Answer:
        del method, target, headers
        body = {"access_token": "another-access-token", "token_type": "Bearer"}
        body["instance_url"] = "https://evil.example"
        return 200, {}, json.dumps(body).encode()


def test_attack_an_instance_that_changes_with_a_renewal_is_looked_at_again(
    room,
) -> None:
    with Moving() as service:
        where = {"baseUrl": service.origin}
        session = captured(room, "https://eu.api.example.com", **where)
        session.fresh()
        assert session.captured == {"instance": "https://evil.example"}
        with pytest.raises((OffHost, UsageError), match="evil"):
            ask(session, {**room.config, **where})


def test_what_came_with_the_tokens_is_configuration(room) -> None:
    session = captured(room, "https://eu.api.example.com")
    assert session.captured == {"instance": "https://eu.api.example.com"}
    given = captured(room, "https://eu.api.example.com", instance="https://mine.test")
    assert given.captured == {}


def other(room: SignedIn, auth: dict[str, Any]) -> Connector:
    """Return the connector with another way to sign in."""
    document = json.loads(room.workspace.catalogue.document("sandbox-oauth"))
    return validate({**document, "auth": auth})


class Nobody:
    """A keeper that must not be asked."""

    def fresh(self, *_: object) -> Secrets:
        raise AssertionError


def test_a_token_that_is_made_here_needs_no_vault(room, clock) -> None:
    fields = [{"key": "key", "label": "Key", "type": "password", "required": True}]
    config = {
        "credentialFields": fields,
        "algorithm": "HS256",
        "keyField": "key",
        "claims": {"iss": "ferrule"},
        "lifetime": "PT10M",
    }
    connector = other(room, {"method": "jwt", "config": config})
    key = {"key": SecretStr("a-key-of-thirty-two-bytes-at-least")}
    session = open_session(connector, room.config, key, keeper=Nobody(), clock=clock)
    first = access(session.secrets())
    assert session.secrets() == session.secrets()
    clock.advance(540)
    assert signs(session)
    assert access(session.secrets()) != first


class Logins(Loopback):
    """Hands out tokens at /login; /refresh prolongs none."""

    def __init__(self, *, opens: bool = True) -> None:
        self.asked: list[str] = []
        self.opens = opens

    def answer(self, method: str, target: str, headers: Any) -> Answer:
        del method, headers
        self.asked.append(target)
        good = self.opens and target == "/login"
        body = {"token": f"session-token-{len(self.asked)}"} if good else {}
        return 200 if good else 401, {}, json.dumps(body).encode()


def logging_in(room: SignedIn, service: Logins) -> Session:
    """Return a session with a login that may be prolonged."""
    fields = [{"key": "word", "label": "Word", "type": "password", "required": True}]
    config = {
        "credentialFields": fields,
        "login": {
            "endpoint": "{{baseUrl}}/login",
            "method": "POST",
            "body": {"word": "{{word}}"},
        },
        "refresh": {"endpoint": "{{baseUrl}}/refresh", "method": "POST"},
        "tokenPath": "$.token",
        "lifetime": "PT10M",
        "deliver": {"to": "header:Authorization", "template": "Bearer {{token}}"},
    }
    connector = other(room, {"method": "session_token", "config": config})
    given = {"word": SecretStr("open-sesame-please")}
    where = {**room.config, "baseUrl": service.origin}
    return open_session(connector, where, given, clock=room.clock)


def test_a_session_that_is_not_prolonged_logs_in_again(room, clock) -> None:
    with Logins() as service:
        session = logging_in(room, service)
        assert access(session.secrets()) == "session-token-1"
        clock.advance(540)
        assert signs(session)
        assert access(session.secrets()) == "session-token-3"
        assert service.asked == ["/login", "/refresh", "/login"]


def test_a_login_that_is_refused_is_tried_once_a_time(room) -> None:
    with Logins(opens=False) as service:
        session = logging_in(room, service)
        for tries in (1, 2):
            with pytest.raises(ReauthRequired):
                session.secrets()
            assert service.asked == ["/login"] * tries


def _ref(room: SignedIn) -> Ref:
    return Ref.parse(str(room.connection.credential_ref))
