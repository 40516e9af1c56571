"""Connections that share a token that rotates: renewed once, ended and got as one.

The service notices a refresh token that comes a second time.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.oauth.parties import follow
from tests.support.authority import AuthorityServer, authority
from tests.support.commands import KEY as MASTER_KEY
from tests.support.signed_in import CONNECTOR, KEY, SignedIn
from tests.support.soaking import Progress
from tests.workspace.refresher import Refresher

from ferrule.auth.token import TOKENS, tokens_of
from ferrule.clock import SystemClock
from ferrule.credentials import Ref
from ferrule.errors import MissingSecret, ReauthRequired
from ferrule.store import Connection
from ferrule.sync.events import RunEnded
from ferrule.workspace import keeping, scopes
from ferrule.workspace.connecting import check_connection, connect, sync_connection
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.project import init_project
from ferrule.workspace.sessions import keeper_of
from ferrule.workspace.signing_in import end_tokens, reconnecting
from ferrule.workspace.workspace import Workspace

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX signals")
TIMES = [20, pytest.param(200, marks=pytest.mark.soak)]
MORE, SHARED = "more", Ref("work", "bundle:ferrule")


@pytest.fixture
def service() -> Iterator[AuthorityServer]:
    with authority(items=10) as running:
        yield running


@pytest.fixture
def room(
    tmp_path: Path, service: AuthorityServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SignedIn]:
    """Two connections that share one sign-in."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER_KEY)
    made = SignedIn(tmp_path, service, SystemClock())
    scopes.share(made.workspace, KEY)
    joined(made.workspace, made, MORE)
    yield made
    made.close()


def joined(workspace: Workspace, room: SignedIn, key: str) -> Connection:
    """Add a connection that falls through to the shared sign-in."""
    made = connect(workspace, CONNECTOR, room.config, {}, key=key, streams=["issues"])
    assert made.credential_ref is None
    return made


def process(room: SignedIn, key: str) -> Refresher:
    folders = room.workspace.home.path, room.project.folder
    return Refresher(*folders, MASTER_KEY, key)


def stored(room: SignedIn, key: str) -> Connection:
    return room.workspace.connections.get("work", key)


def sync(workspace: Workspace, key: str) -> RunEnded:
    return sync_connection(workspace, key, SyncOrder(), emit=lambda _event: None)


def states(room: SignedIn) -> dict[str, str]:
    return {one.key: one.state for one in room.workspace.connections.list("work")}


@pytest.mark.parametrize("times", TIMES)
def test_attack_two_connections_in_two_processes_renew_one_token(
    room, service, times: int
) -> None:
    progress = Progress(times, "renewals")
    with ExitStack() as running:
        both = [running.enter_context(process(room, key)) for key in (KEY, MORE)]
        for one in both:
            assert one.said() == {"ready": True}
        for _ in range(times):
            service.tell(expire=True)
            for one in both:
                one.begin()
            assert [one.said().get("status") for one in both] == [200, 200]
            progress.add(1)
    assert (service.refreshes, service.reuse_errors) == (times, 0)
    assert service.accepts(room.kept.access.get_secret_value())
    assert room.workspace.vault.refs() == [SHARED]


def test_connections_that_share_a_credential_have_one_lock(room) -> None:
    locks = {keeper_of(room.workspace, stored(room, key))._path for key in (KEY, MORE)}
    assert len(locks) == 1


def test_what_one_finds_ended_is_ended_for_all_and_repaired_for_all(
    room, service
) -> None:
    play = init_project(room.project.folder.parent / "play", room.workspace.home)
    scopes.allow_projects(room.workspace, KEY, [play.key])
    other = Workspace(room.workspace.home, play.folder)
    joined(other, room, "elsewhere")
    service.tell(revoke=True)
    assert sync(room.workspace, MORE).failure == "ReauthRequired"
    assert states(room) == {KEY: "reauth_required", MORE: "reauth_required"}
    far = other.connections.get(play.key, "elsewhere")
    assert far.state == "reauth_required"
    asked = service.token_requests
    with pytest.raises(ReauthRequired):
        sync(room.workspace, KEY)
    assert service.token_requests == asked
    again = reconnecting(room.workspace, KEY)
    follow(again, opened=lambda step: service.approve(step.url))
    assert states(room) == {KEY: "healthy", MORE: "healthy"}
    assert other.connections.get(play.key, "elsewhere").state == "healthy"
    assert sync(other, "elsewhere").status == "done"
    assert sync(room.workspace, MORE).status == "done"
    assert room.workspace.vault.refs() == [SHARED]
    other.close()


def test_a_check_that_finds_it_ended_tells_all(room, service) -> None:
    service.tell(revoke=True)
    steps = list(check_connection(room.workspace, MORE))
    assert steps[-1].ok is False
    assert states(room) == {KEY: "reauth_required", MORE: "reauth_required"}


def test_the_tokens_go_with_their_last_user(room, service) -> None:
    first = end_tokens(room.workspace, KEY)
    assert (first.ended, MORE in first.detail) == (False, True)
    room.workspace.registry.delete_connection("work", KEY)
    assert service.seen("revoke") == 0
    assert sync(room.workspace, MORE).status == "done"
    last = end_tokens(room.workspace, MORE)
    assert last.ended
    assert service.seen("revoke") > 0
    room.workspace.registry.delete_connection("work", MORE)
    kept = room.workspace.vault.get(SHARED)
    assert TOKENS not in kept
    assert set(kept) == {"clientId", "clientSecret"}


def test_deleting_it_ends_the_tokens_whoever_uses_them(room, service) -> None:
    was, ending = keeping.forget_shared(room.workspace, "ferrule")
    assert ending.ended
    assert {use.key for use in was.uses} == {KEY, MORE}
    assert service.seen("revoke") > 0
    assert room.workspace.vault.refs() == []
    with pytest.raises((MissingSecret, ReauthRequired)):
        sync(room.workspace, KEY)


def test_what_is_shared_while_it_is_renewed_is_the_newest(
    tmp_path, service, monkeypatch
) -> None:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER_KEY)
    made = SignedIn(tmp_path, service, SystemClock())
    with process(made, KEY) as one:
        assert one.said() == {"ready": True}
        service.tell(expire=True)
        one.begin()
        scopes.share(made.workspace, KEY)
        came = one.said()
    assert came.get("status") == 200 or came["failure"] == "MissingSecret"
    assert sync(made.workspace, KEY).status == "done"
    assert service.reuse_errors == 0
    made.close()


def test_its_own_sign_in_leaves_the_shared_one(room, service) -> None:
    shared = room.workspace.vault.get(SHARED)
    scopes.keep_own(
        room.workspace,
        MORE,
        {
            **{k: v for k, v in shared.items() if k != TOKENS},
            TOKENS: room.leave().dump(),
        },
    )
    assert sync(room.workspace, MORE).status == "done"
    found = end_tokens(room.workspace, MORE)
    assert found.ended
    scopes.use_shared(room.workspace, MORE)
    assert tokens_of(room.workspace.vault.get(SHARED)) == tokens_of(shared)
    assert sync(room.workspace, MORE).status == "done"
