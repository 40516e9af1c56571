"""A connection's credential follows another without a moment in which none works."""

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.support.loopback import Answer, Loopback

from ferrule.__main__ import main
from ferrule.cli.place import choose_project
from ferrule.credentials import Ref, forget_master_key, succession
from ferrule.credentials.succession import ROTATION
from ferrule.errors import MissingSecret, UsageError
from ferrule.exchange import encode
from ferrule.expression.dates import parse_period
from ferrule.workspace import rotating
from ferrule.workspace.connecting import check_connection, connect, sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.workspace import Workspace

OLD, NEW = {"key": SecretStr("the-old-key")}, {"key": SecretStr("the-new-key")}
FIELD = {"key": "key", "label": "Key", "type": "password", "required": True}
DOCUMENT = {
    "schemaVersion": 2,
    "id": "rotated",
    "name": "Rotated",
    "description": "A service whose keys follow one another",
    "category": "Test",
    "icon": "plug",
    "kind": "generic",
    "version": "1.0.0",
    "auth": {
        "method": "api_key",
        "config": {
            "delivery": "header",
            "paramName": "X-Thing",
            "rotateAfter": "P90D",
            "credentialFields": [FIELD],
        },
    },
    "configFields": [
        {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True}
    ],
    "permissions": {"hosts": ["127.0.0.1"], "scopes": [], "writes": []},
    "resilience": {"maxAttempts": 1},
    "ingestion": {
        "mode": "polling",
        "endpoint": "{{baseUrl}}/items",
        "method": "GET",
        "rateLimitRpm": 60000,
        "delta": {"type": "none"},
        "pagination": {"type": "link_header"},
    },
    "fieldMapping": {
        "itemsPath": "$",
        "idPath": "$.id",
        "timestampPath": "$.updated_at",
        "summaryTemplate": "{{title}}",
        "signalTypeRules": [],
    },
    "healthCheck": {
        "endpoint": "{{baseUrl}}/health",
        "method": "GET",
        "expectStatus": 200,
        "timeoutMs": 2000,
    },
}


class KeyServer(Loopback):
    """Answers who has one of its keys; notes those it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = {"the-old-key"}
        self.shown: list[str] = []

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        given = headers.get("x-thing", "")
        self.shown.append(given)
        if given not in self.keys:
            return 401, {}, b"{}"
        item = {"id": 1, "updated_at": "2026-01-01T00:00:00Z", "title": "one"}
        return 200, {"content-type": "application/json"}, json.dumps([item]).encode()


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with KeyServer() as running:
        yield running


@pytest.fixture
def workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: KeyServer
) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "200")
    forget_master_key()
    folder = tmp_path / "project"
    own = folder / "descriptors" / "rotated" / "connectors"
    own.mkdir(parents=True)
    (own / "rotated.json").write_text(json.dumps(DOCUMENT))
    (folder / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    monkeypatch.chdir(folder)
    made = Workspace(Home.default(), folder)
    connect(made, "rotated", {"baseUrl": server.origin}, OLD, must_store=True)
    yield made
    made.close()
    forget_master_key()
    choose_project(None)


def used(workspace: Workspace) -> dict[str, SecretStr]:
    connection = workspace.connections.get("birds", "rotated")
    return dict(workspace.registry.secrets_of(connection))


def kept_for(workspace: Workspace, days: float) -> FakeClock:
    """Return a clock as many days after the credential was kept."""
    text = workspace.vault.kept_at(Ref("birds", "rotated"))["key"]
    return FakeClock(datetime.fromisoformat(text) + timedelta(days=days))


def test_a_new_key_that_works_is_used_and_the_old_one_kept(workspace, server) -> None:
    server.keys.add("the-new-key")
    steps = list(rotating.rotate(workspace, "rotated", NEW))
    assert all(step.ok is not False for step in steps)
    assert set(server.shown) == {"the-new-key"}
    assert used(workspace) == NEW
    (line,) = rotating.credential_lines(workspace)
    assert line.previous_until is not None
    assert line.pending_at is None
    assert (line.method, line.fields, line.problem) == ("API key", ("Key",), "")


def test_a_new_key_that_is_refused_stays_pending(workspace, server) -> None:
    steps = list(rotating.rotate(workspace, "rotated", NEW))
    assert steps[-1].ok is False
    assert used(workspace) == OLD
    (line,) = rotating.credential_lines(workspace)
    assert line.pending_at is not None
    server.keys.add("the-new-key")
    steps = list(rotating.check_and_promote(workspace, "rotated"))
    assert all(step.ok is not False for step in steps)
    assert used(workspace) == NEW


def test_a_pending_key_can_be_forgotten(workspace) -> None:
    rotating.propose(workspace, "rotated", NEW)
    rotating.discard(workspace, "rotated")
    assert used(workspace) == OLD
    assert ROTATION not in workspace.vault.get(Ref("birds", "rotated"))
    for act in (
        lambda: rotating.promote(workspace, "rotated"),
        lambda: list(rotating.check_pending(workspace, "rotated")),
    ):
        with pytest.raises(UsageError, match="No new credential is pending"):
            act()


def test_what_is_no_field_or_nothing_new_is_refused(workspace) -> None:
    with pytest.raises(UsageError, match="not a credential field"):
        rotating.propose(workspace, "rotated", {"other": SecretStr("s0me-value")})
    with pytest.raises(UsageError, match="the same"):
        rotating.propose(workspace, "rotated", OLD)


def test_where_the_new_key_is_refused_the_old_one_is_tried_once(workspace) -> None:
    rotating.propose(workspace, "rotated", NEW)
    clock = FakeClock()
    rotating.promote(workspace, "rotated", clock=clock)
    connection = workspace.connections.get("birds", "rotated")
    fallback = rotating.fallback_of(workspace, connection, clock)
    assert fallback.after_refusal() == OLD
    assert fallback.after_refusal() is None
    kept = workspace.vault.get(Ref("birds", "rotated"))
    assert succession.succession_of(kept).fell_back_at == "2026-03-01T12:00:00Z"
    clock.advance(25 * 3600)
    again = rotating.fallback_of(workspace, connection, clock)
    assert again.after_refusal() is None


def test_a_run_and_a_check_go_on_with_the_old_key_where_the_new_is_refused(
    workspace, server
) -> None:
    """The service still knows the old one only; the person is told."""
    rotating.propose(workspace, "rotated", NEW)
    rotating.promote(workspace, "rotated")
    events = []
    ended = sync_connection(workspace, "rotated", SyncOrder(), emit=events.append)
    assert ended.status == "done"
    assert server.shown == ["the-new-key", "the-old-key"]
    assert "the-old-key" not in repr(events)
    (line,) = rotating.credential_lines(workspace)
    assert line.fell_back_at is not None
    steps = list(check_connection(workspace, "rotated"))
    assert all(step.ok is not False for step in steps)


def test_without_an_old_key_a_refusal_is_asked_about_no_second_time(workspace, server):
    server.keys.clear()
    ended = sync_connection(workspace, "rotated", SyncOrder(), emit=lambda _e: None)
    assert ended.failure == "AuthRefused"
    assert server.shown == ["the-old-key"]


def test_where_the_service_knows_neither_the_refusal_counts(workspace, server) -> None:
    rotating.propose(workspace, "rotated", NEW)
    rotating.promote(workspace, "rotated")
    server.keys.clear()
    ended = sync_connection(workspace, "rotated", SyncOrder(), emit=lambda _e: None)
    assert ended.failure == "AuthRefused"
    assert server.shown == ["the-new-key", "the-old-key"]


def test_checking_a_new_key_never_falls_back_to_an_older_one(workspace, server) -> None:
    rotating.propose(workspace, "rotated", NEW)
    rotating.promote(workspace, "rotated")
    third = {"key": SecretStr("a-third-key")}
    steps = list(rotating.rotate(workspace, "rotated", third))
    assert steps[-1].ok is False
    assert set(server.shown) == {"a-third-key"}
    assert used(workspace) == NEW


def test_the_old_key_goes_when_its_time_is_over(workspace) -> None:
    rotating.propose(workspace, "rotated", NEW)
    rotating.promote(workspace, "rotated", timedelta(days=1))
    rotating.credential_lines(workspace)
    assert ROTATION in workspace.vault.get(Ref("birds", "rotated"))
    rotating.credential_lines(workspace, kept_for(workspace, 2))
    assert workspace.vault.get(Ref("birds", "rotated")) == NEW
    assert not workspace.vault.path.with_name("vault.ferrule.bak").exists()


@pytest.mark.parametrize(("days", "standing"), [(0, "fine"), (82, "soon"), (91, "due")])
def test_what_is_due_by_its_policy_is_shown(workspace, days, standing) -> None:
    (line,) = rotating.credential_lines(workspace, kept_for(workspace, days))
    assert line.due.standing == standing
    assert line.wire()["rotation"] == standing


def test_a_policy_may_count_by_the_calendar(workspace) -> None:
    edited = copy.deepcopy(DOCUMENT)
    edited["auth"]["config"]["rotateAfter"] = "P6M"
    workspace.registry.update_descriptor("rotated", encode(edited))
    (line,) = rotating.credential_lines(workspace, kept_for(workspace, 0))
    assert line.due.standing == "fine"
    assert line.due.at == parse_period("P6M").after(line.since)


def test_a_sign_in_without_a_secret_of_its_own_is_never_due(workspace) -> None:
    """As of a public client: what is kept beside its tokens is an id."""
    edited = copy.deepcopy(DOCUMENT)
    edited["auth"]["config"]["credentialFields"][0]["type"] = "text"
    workspace.registry.update_descriptor("rotated", encode(edited))
    (line,) = rotating.credential_lines(workspace, kept_for(workspace, 400))
    assert line.due is None
    assert "rotation" not in line.wire()


def test_changing_another_field_keeps_what_is_pending(workspace) -> None:
    rotating.propose(workspace, "rotated", NEW)
    third = {"key": SecretStr("a-third-key")}
    workspace.registry.update_connection("birds", "rotated", {}, third)
    assert used(workspace) == third
    assert succession.candidate(workspace.vault.get(Ref("birds", "rotated"))) == NEW


def test_disconnecting_leaves_nothing_of_either(workspace) -> None:
    rotating.propose(workspace, "rotated", NEW)
    rotating.promote(workspace, "rotated")
    workspace.registry.delete_connection("birds", "rotated")
    assert workspace.vault.refs() == []
    assert b'"owner"' not in workspace.vault.path.read_bytes()
    assert not workspace.vault.path.with_name("vault.ferrule.bak").exists()


def test_no_project_reads_the_secrets_of_another(workspace) -> None:
    workspace.vault.put(Ref("other", "rotated"), {"key": SecretStr("not-ours")})
    workspace.connections.update("birds", "rotated", credential_ref="other/rotated")
    connection = workspace.connections.get("birds", "rotated")
    with pytest.raises(MissingSecret, match="in project 'birds'"):
        workspace.registry.secrets_of(connection)
    (line,) = rotating.credential_lines(workspace)
    assert "No secret is kept" in line.problem
    assert rotating.fallback_of(workspace, connection) is None
    workspace.registry.delete_connection("birds", "rotated")
    assert Ref("other", "rotated") in workspace.vault.refs()


def test_it_is_done_and_shown_on_the_command_line(
    workspace, server, monkeypatch, capfd
):
    monkeypatch.setenv("NEXT", "the-new-key")

    def say(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        said = capfd.readouterr()
        return code, said.out + said.err

    code, text = say("credentials")
    assert code == 0
    assert "rotated" in text
    code, text = say("credentials", "rotate", "rotated", "--secret", "key=@env:NEXT")
    assert code == 1
    assert "still uses the old credential; the new one is pending" in text
    code, text = say("credentials", "--json")
    assert json.loads(text)["pendingAt"]
    server.keys.add("the-new-key")
    code, text = say("credentials", "rotate", "rotated")
    assert code == 0
    assert "uses the new credential" in text
    code, text = say("credentials", "--json")
    found = json.loads(text)
    assert found["rotation"] == "fine"
    assert found["previousUntil"]
    assert "pendingAt" not in found
    assert say("credentials", "discard", "rotated", "--yes", "--json")[0] == 0
    assert "the-new-key" not in text
    assert say("credentials", "rotate", "rotated", "--keep-old", "900")[0] == 2
