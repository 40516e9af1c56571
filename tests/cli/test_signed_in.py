"""The child of the window renews tokens as the window would, and keeps them.

It gets what it needs on its standard input: the secrets, and the vault's key where it
has no other way to open the vault.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.authority import AuthorityServer, authority
from tests.support.commands import KEY as MASTER_KEY
from tests.support.commands import Ferrule, Said
from tests.support.signed_in import KEY, SignedIn

from ferrule.clock import SystemClock
from ferrule.store import Connection
from ferrule.workspace.sessions import key_for_child


@pytest.fixture
def service() -> Iterator[AuthorityServer]:
    with authority(items=250) as running:
        yield running


@pytest.fixture
def room(
    tmp_path: Path, service: AuthorityServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SignedIn]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER_KEY)
    made = SignedIn(tmp_path, service, SystemClock())
    yield made
    made.close()


def child(room: SignedIn, **line: Any) -> Said:
    """Run a child as the window does: without a key of its own."""
    secrets = {name: one.get_secret_value() for name, one in room.secrets.items()}
    job = {
        "connection": KEY,
        "mode": "incremental",
        "project": str(room.project.folder),
    }
    given = json.dumps({"job": job, "secrets": secrets, **line}) + "\n"
    ferrule = Ferrule(room.workspace.home.path, room.project.folder)
    with ferrule.start("sync", "--control", "stdin", FERRULE_MASTER_KEY="") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(given.encode())
        process.stdin.flush()
        out, err = process.stdout.read(), process.stderr.read()
        return Said(process.wait(60), out.decode(), err.decode())


def test_a_child_keeps_the_token_that_it_renews(room, service) -> None:
    service.tell(expire=True)
    key = key_for_child(room.workspace, room.connection)
    assert key is not None
    said = child(room, vaultKey=key.get_secret_value())
    assert (said.last["status"], said.code) == ("done", 0)
    assert (service.refreshes, service.reuse_errors) == (1, 0)
    assert service.accepts(room.kept.access.get_secret_value())
    for secret in (key.get_secret_value(), *service.issued):
        assert secret not in said.out
        assert secret not in said.err


def test_a_child_that_cannot_keep_a_token_does_not_spend_the_one_there_is(
    room, service
) -> None:
    service.tell(expire=True)
    said = child(room)
    assert (said.last["failure"], said.last["status"]) == ("VaultLocked", "interrupted")
    assert service.token_requests == 0
    assert room.sync().status == "done"


def test_a_child_whose_token_is_good_needs_no_vault(room, service) -> None:
    assert child(room).last["status"] == "done"
    assert service.token_requests == 0


def test_a_child_says_that_a_person_must_sign_in(room, service) -> None:
    service.tell(revoke=True)
    key = key_for_child(room.workspace, room.connection)
    assert key is not None
    first = child(room, vaultKey=key.get_secret_value()).last
    assert (first["type"], first["failure"]) == ("run", "ReauthRequired")
    assert room.connection.state == "reauth_required"
    again = child(room, vaultKey=key.get_secret_value())
    assert again.last["error"] == "ReauthRequired"
    assert "reconnect" in again.last["advice"]
    assert service.token_requests == 1


def test_a_connection_without_tokens_hands_no_key_over(room) -> None:
    plain = Connection(
        "plain", room.connection.project, "github-issues", "1", credential_ref="p/plain"
    )
    assert key_for_child(room.workspace, plain) is None
