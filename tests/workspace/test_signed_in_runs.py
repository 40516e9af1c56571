"""Whatever asks a service goes on while its token is renewed, and stops where it ended.

Runs in the foreground, dry runs, checks, what the Builder sends and walks, and
`ferrule run` against the sandbox's authorization server.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.authority import AuthorityServer, authority
from tests.support.clock import FakeClock
from tests.support.commands import KEY as MASTER_KEY
from tests.support.signed_in import CLIENT, CONNECTOR, KEY, SignedIn

from ferrule.auth.token import TOKENS
from ferrule.credentials import HomeVault, Ref
from ferrule.credentials.tokens import with_tokens
from ferrule.errors import ReauthRequired, StoreError
from ferrule.sandbox.answer import refusal
from ferrule.sync.events import BatchStored, Event, Noticed
from ferrule.workspace.checking import Check
from ferrule.workspace.connecting import check_connection, sync_connection
from ferrule.workspace.health_checks import check_health, probe_of
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.running import RunOrder, run_once
from ferrule.workspace.sending import Sending
from ferrule.workspace.sessions import TokensInHand, keeper_of
from ferrule.workspace.walking.again import SecondSync
from ferrule.workspace.walking.parts import Limits
from ferrule.workspace.walking.walk import Subject, Walk

PAGES = 5


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(clock: FakeClock) -> Iterator[AuthorityServer]:
    with authority(clock=clock, items=450) as running:
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


def run(
    room: SignedIn, at_page: int = 0, do: Callable[[], object] = list, **order: Any
):
    """Sync, and do something when that page is stored."""

    def hear(event: Event) -> None:
        room.events.append(event)
        if isinstance(event, BatchStored) and event.page == at_page:
            do()

    return sync_connection(
        *(room.workspace, KEY, SyncOrder(**order)), emit=hear, clock=room.clock
    )


def draft(room: SignedIn, **auth: Any) -> dict[str, Any]:
    """Return the document of the connector as a draft; `auth` replaces members."""
    document = json.loads(room.workspace.catalogue.document(CONNECTOR))
    document["auth"]["config"] |= auth
    return {**document, "id": "sandbox-draft"}


def unattended(room: SignedIn) -> dict[str, Any]:
    """Return a draft whose tokens need no person."""
    document = draft(room, grant="client_credentials")
    for member in ("pkce", "rotatesRefreshToken", "revokeUrl", "issuer", "deviceUrl"):
        document["auth"]["config"].pop(member, None)
    return document


class TestRuns:
    def test_a_run_whose_token_ends_on_the_way_goes_on(self, room, service, clock):
        ended = run(room, 2, lambda: clock.advance(3400))
        assert (ended.status, ended.pages) == ("done", PAGES)
        assert (service.refreshes, service.reuse_errors) == (1, 0)
        assert room.connection.state == "healthy"

    def test_a_run_whose_token_is_taken_back_on_the_way_goes_on(self, room, service):
        ended = run(room, 2, lambda: service.tell(expire=True))
        assert (ended.status, ended.pages) == ("done", PAGES)
        assert (service.refreshes, service.reuse_errors) == (1, 0)

    def test_a_run_with_tokens_of_30_seconds_goes_on_and_on(self, room, service, clock):
        service.tell(lifetime=30)
        clock.advance(3400)
        pages: list[int] = []

        def hear(event: Event) -> None:
            if isinstance(event, BatchStored):
                pages.append(event.page)
                clock.advance(28)

        ended = sync_connection(
            *(room.workspace, KEY, SyncOrder()), emit=hear, clock=clock
        )
        assert (ended.status, len(pages)) == ("done", PAGES)
        assert (service.refreshes, service.reuse_errors) == (PAGES, 0)

    def test_a_dry_run_keeps_the_token_that_it_renews(self, room, service, clock):
        first = room.kept
        clock.advance(3400)
        ended = run(room, dry=True)
        assert ended.status == "done"
        assert room.kept != first
        assert service.accepts(room.kept.access.get_secret_value())

    def test_where_leave_is_taken_back_the_run_stops_and_a_new_sign_in_resumes_it(
        self, room, service
    ):
        ended = run(room, 2, lambda: service.tell(revoke=True))
        assert (ended.status, ended.failure) == ("interrupted", "ReauthRequired")
        assert ended.pages == 2
        assert "reconnect" in (ended.advice or "")
        assert room.connection.state == "reauth_required"
        asked = service.token_requests

        for order in ({}, {"dry": True}, {"full": True}):
            room.events.clear()
            with pytest.raises(ReauthRequired, match="has ended") as caught:
                run(room, **order)
            assert "reconnect" in caught.value.advice
            assert room.events == []
        assert service.token_requests == asked == 1
        assert room.connection.state == "reauth_required"

        keeper_of(room.workspace, room.connection, room.clock).keep(room.leave())
        again = run(room)
        assert (again.status, again.pages) == ("done", PAGES - 2)
        assert room.connection.state == "healthy"

    def test_a_fresh_token_that_is_refused_as_well_ends_the_run_after_one_renewal(
        self, room, service, monkeypatch
    ):
        def refuse(*_: object) -> None:
            raise refusal(401, "not today")

        monkeypatch.setattr(service.authority, "admit", refuse)
        ended = run(room)
        assert (ended.failure, service.refreshes) == ("AuthRefused", 1)
        assert room.connection.state == "reauth_required"
        assert not room.kept.refused

    def test_a_token_address_that_is_away_interrupts_and_the_next_run_goes_on(
        self, room, service
    ):
        def fail() -> None:
            service.tell(expire=True)
            service.misbehave("server_error")

        ended = run(room, 2, fail)
        assert (ended.status, ended.failure) == ("interrupted", "UnexpectedStatus")
        assert room.connection.state != "reauth_required"
        service.misbehave()
        assert run(room).status == "done"

    def test_no_token_stands_in_what_a_run_keeps_or_tells(self, room, service, clock):
        run(room, 2, lambda: clock.advance(3400))
        told = "".join(str(event.wire()) for event in room.events)
        room.workspace.close()
        for path in room.workspace.home.path.rglob("*"):
            raw = path.read_bytes() if path.is_file() else b""
            assert not any(one.encode() in raw for one in service.issued)
        assert not any(one in told for one in service.issued)


class TestUnkept:
    @pytest.fixture
    def full(self, room, monkeypatch):
        """Let the vault take nothing until it is called."""

        def fail(_vault: HomeVault, _ref: Ref, _change: object) -> None:
            raise StoreError("The disk is full.", advice="Make room.")

        with monkeypatch.context() as broken:
            broken.setattr(HomeVault, "update", fail)
            yield broken.undo

    def test_a_run_goes_on_with_a_token_that_cannot_be_kept_and_tells_it(
        self, room, service, clock, full
    ):
        clock.advance(3400)
        ended = run(room)
        assert (ended.status, ended.pages) == ("done", PAGES)
        notices = [e for e in room.events if isinstance(e, Noticed)]
        assert "could not be kept: The disk is full." in notices[0].message
        assert "sign in again" in notices[0].message
        assert room.connection.state == "reauth_required"
        assert "could not be kept" in (room.connection.last_error or "")
        full()
        assert run(room).status == "done"
        assert service.reuse_errors == 0
        assert service.accepts(room.kept.access.get_secret_value())

    def test_where_there_is_room_again_at_its_end_a_run_keeps_it(
        self, room, service, clock, full
    ):
        clock.advance(3400)
        assert run(room, 3, full).status == "done"
        assert room.connection.state == "healthy"
        assert service.accepts(room.kept.access.get_secret_value())


class TestChecks:
    def test_a_check_renews_a_token(self, room, service, clock):
        for go_by in (lambda: clock.advance(3601), lambda: service.tell(expire=True)):
            go_by()
            steps = list(check_connection(room.workspace, KEY, clock=clock))
            assert [s.ok for s in steps] == [True, True, None, True, True, True]
        assert (service.refreshes, service.reuse_errors) == (2, 0)
        assert service.accepts(room.kept.access.get_secret_value())

    def test_a_check_where_leave_was_taken_back_says_to_sign_in(self, room, service):
        service.tell(revoke=True)
        first = list(check_connection(room.workspace, KEY, clock=room.clock))[-1]
        second = list(check_connection(room.workspace, KEY, clock=room.clock))[-1]
        for step in (first, second):
            assert (step.name, step.ok, step.cause) == ("auth", False, "auth")
            assert "reconnect" in step.advice
        assert service.token_requests == 1
        assert room.connection.state == "reauth_required"

    def test_a_regular_check_renews_a_token(self, room, service, clock):
        service.tell(expire=True)
        probe = probe_of(room.workspace, KEY)
        assert check_health(room.workspace, KEY, probe, clock).state == "healthy"
        assert service.refreshes == 1

    def test_regular_checks_where_leave_was_taken_back_ask_no_more(
        self, room, service, clock
    ):
        service.tell(revoke=True)
        for _ in range(4):
            probe = probe_of(room.workspace, KEY)
            found = check_health(room.workspace, KEY, probe, clock)
            assert found.state == "reauth_required"
        assert service.token_requests == 1

    def test_a_check_of_a_form_gets_the_token_that_it_needs(self, room, service):
        document = json.dumps(unattended(room)).encode()
        connector = room.workspace.registry.register_descriptor(document)
        hand = TokensInHand()
        for _ in range(2):
            check = Check(connector, room.config, hand.secrets(CLIENT), keeper=hand)
            assert all(step.ok is not False for step in check.steps())
        assert service.token_requests == 1
        assert TOKENS in hand.secrets(CLIENT)

    def test_a_check_of_a_form_that_nobody_signed_in_says_so(self, room):
        steps = list(Check(room.connector, room.config, CLIENT).steps())
        assert [(s.name, s.ok) for s in steps] == [
            ("configuration", True),
            ("auth", False),
        ]


class TestBuilder:
    def test_sending_renews_the_token_of_the_connection_whose_values_are_used(
        self, room, service
    ):
        given = room.secrets
        service.tell(expire=True)
        keeper = keeper_of(room.workspace, room.connection)
        for _ in range(2):
            sending = Sending(draft(room), room.config, given, keeper=keeper)
            sent = sending.send()
            assert sent.response.status == 200
            assert not any(one in str(sent.request_headers) for one in service.issued)
        assert (service.refreshes, service.reuse_errors) == (1, 0)

    def test_what_is_sent_without_a_person_gets_one_token_for_all(self, room, service):
        hand = TokensInHand()
        for _ in range(2):
            sending = Sending(unattended(room), room.config, CLIENT, keeper=hand)
            assert sending.send().response.status == 200
        service.tell(expire=True)
        sending = Sending(unattended(room), room.config, CLIENT, keeper=hand)
        assert sending.send().response.status == 200
        assert service.token_requests == 2

    def test_a_draft_that_nobody_signed_in_says_what_to_do(self, room, service):
        with pytest.raises(ReauthRequired) as caught:
            Sending(draft(room), room.config, CLIENT).send()
        assert "sign-in of a connection" in caught.value.advice
        assert service.token_requests == 0

    def test_a_walk_goes_on_while_its_token_is_renewed(self, room, service):
        subject = Subject(unattended(room), room.config, CLIENT, stream="issues")
        walk = Walk(subject, limits=Limits(pages=10, records=1000), clock=room.clock)
        for page in walk.pages():
            if page.number == 2:
                service.tell(expire=True)
        assert len(walk.walked) == PAGES
        assert walk.end is not None
        assert walk.end.kind == "whole"
        assert service.token_requests == 2

    def test_both_walks_of_a_second_sync_use_one_sign_in(self, room, service):
        hand = TokensInHand(room.clock)
        subject = Subject(
            unattended(room), room.config, CLIENT, stream="issues", keeper=hand
        )
        work = SecondSync(subject, limits=Limits(10, 1000), clock=room.clock)
        list(work.steps())
        assert work.compared() is not None
        assert service.token_requests == 1

    def test_looking_at_the_layout_of_a_walk_asks_nobody(self, room, service):
        Subject(unattended(room), room.config, CLIENT, stream="issues").layout()
        assert service.token_requests == 0


class TestRunOnce:
    def order(self, room: SignedIn, document: dict[str, Any], **members: Any):
        raw = json.dumps(document).encode()
        found = {"secrets": CLIENT, "streams": ["issues"], **members}
        return RunOrder(raw, room.config, **found)

    def test_a_run_that_keeps_nothing_gets_and_renews_its_token(
        self, room, service, clock
    ):
        lines: list[bytes] = []

        def hear(event: Event) -> None:
            if isinstance(event, BatchStored):
                clock.advance(1800)

        order = self.order(room, unattended(room))
        ended = run_once(order, lines.append, clock, listen=hear)
        assert (ended.status, ended.pages) == ("done", PAGES)
        assert service.token_requests == 3
        out = b"".join(lines)
        assert not any(one.encode() in out for one in service.issued)

    def test_a_run_that_keeps_nothing_may_be_given_the_tokens_of_a_sign_in(
        self, room, service
    ):
        secrets = with_tokens(CLIENT, room.leave())
        order = self.order(room, draft(room), secrets=secrets)
        lines: list[bytes] = []
        assert run_once(order, lines.append, room.clock).status == "done"
        assert service.token_requests == 0

    @pytest.mark.parametrize("when", ["before", "on the way"])
    def test_a_run_that_keeps_nothing_tells_once_that_it_spent_a_refresh_token(
        self, room, service, clock, when: str
    ):
        secrets = with_tokens(CLIENT, room.leave())
        clock.advance(3400 if when == "before" else 0)
        heard: list[Event] = []

        def hear(event: Event) -> None:
            heard.append(event)
            if isinstance(event, BatchStored):
                clock.advance(2000)

        order = self.order(room, draft(room), secrets=secrets)
        run_once(order, lambda _line: None, clock, listen=hear)
        notices = [e for e in heard if isinstance(e, Noticed)]
        assert service.refreshes >= 2
        assert len(notices) == 1
        assert "another refresh token" in notices[0].message

    def test_a_run_that_nobody_signed_in_is_refused(self, room):
        with pytest.raises(ReauthRequired):
            run_once(self.order(room, draft(room)), lambda _line: None, room.clock)
