"""Who is called: by which name, with which secrets, and how soon a change counts."""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.commands import KEY

from ferrule.cli.place import choose_project
from ferrule.credentials import forget_master_key
from ferrule.errors import DescriptorError, MissingSecret, UsageError
from ferrule.webhook.gateway.callee import Callee
from ferrule.webhook.incoming import Incoming
from ferrule.workspace import rotating
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.receiving import BELIEVED_S, Callees, routes
from ferrule.workspace.workspace import Workspace

FIELD = {"key": "secret", "label": "Secret", "type": "password", "required": True}
SIGNING = {
    "signatureHeader": "X-Signature",
    "algorithm": "hmac-sha256",
    "credentialFields": [FIELD],
}
CALLED = {
    "mode": "webhook",
    "eventTypes": [],
    "eventTypePath": "$.event",
    "verification": "signature",
    "signing": SIGNING,
}
DOCUMENT = {
    "schemaVersion": 2,
    "id": "hook",
    "name": "Hook",
    "description": "A service that calls",
    "category": "Test",
    "icon": "plug",
    "kind": "generic",
    "version": "1.0.0",
    "auth": {"method": "none"},
    "permissions": {"hosts": ["api.example.com"], "scopes": [], "writes": []},
    "ingestion": CALLED,
    "fieldMapping": {
        "itemsPath": "$",
        "idPath": "$.id",
        "timestampPath": "$.at",
        "summaryTemplate": "{{title}}",
        "signalTypeRules": [],
    },
    "healthCheck": {
        "endpoint": "https://api.example.com/health",
        "method": "GET",
        "expectStatus": 200,
        "timeoutMs": 2000,
    },
}
POLLING = {
    "endpoint": "https://api.example.com/items",
    "method": "GET",
    "rateLimitRpm": 60,
    "delta": {"type": "none"},
    "pagination": {"type": "none"},
}
API_KEY = {
    "method": "api_key",
    "config": {
        "delivery": "header",
        "paramName": "X-Key",
        "credentialFields": [{**FIELD, "key": "token", "label": "Token"}],
    },
}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    made = Workspace(Home.default(), folder)
    write(made)
    yield made
    made.close()
    forget_master_key()
    choose_project(None)


def write(workspace: Workspace, name: str = "hook", **changes: Any) -> None:
    own = workspace.project.descriptors / name / "connectors"
    own.mkdir(parents=True, exist_ok=True)
    document = {**DOCUMENT, "id": name, **changes}
    (own / f"{name}.json").write_text(json.dumps(document))


def add(
    workspace: Workspace, name: str = "hook", key: str | None = None, **secrets: str
) -> None:
    given = {k: SecretStr(v) for k, v in (secrets or {"secret": "one"}).items()}
    connect(workspace, name, {}, given, key=key, must_store=True)


def state(callee: Callee, secret: str) -> str:
    body = b'{"event": "a"}'
    signature = hmac.digest(secret.encode(), body, "sha256").hex()
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    headers = (("x-signature", signature),)
    return callee.judge(Incoming("POST", "http://h/p", headers, body, at)).state


def test_a_path_names_a_connection_or_the_only_one_of_a_connector(
    workspace: Workspace,
) -> None:
    add(workspace)
    add(workspace, key="second")
    callees = Callees(workspace)
    assert callees.look("hook", "birds").connection == "hook"
    assert callees.look("second", "birds").connection == "second"
    assert callees.look("hook", "cats") is None
    assert callees.look("nobody", "birds") is None
    workspace.registry.enable_connection("birds", "hook", enabled=False)
    assert Callees(workspace).look("hook", "birds") is None  # its key, and no other's
    workspace.registry.delete_connection("birds", "hook")
    assert Callees(workspace).look("hook", "birds").connection == "second"
    add(workspace, key="third")
    assert Callees(workspace).look("hook", "birds") is None  # which of the two?


def test_a_path_may_name_the_application(workspace: Workspace) -> None:
    add(workspace, key="first")
    add(workspace, key="second")
    workspace.connections.update("birds", "second", app_key="A0123")
    assert Callees(workspace).look("A0123", "birds").connection == "second"


def test_what_was_found_is_believed_for_a_second(workspace: Workspace) -> None:
    clock = FakeClock()
    add(workspace)
    callees = Callees(workspace, clock)
    assert callees.known("hook", "birds") is None
    found = callees.look("hook", "birds")
    assert callees.known("hook", "birds") is found
    clock.advance(BELIEVED_S + 0.1)
    assert callees.known("hook", "birds") is None
    assert callees.look("hook", "birds") is found  # nothing changed
    assert callees.known("hook", "birds") is found


def test_a_change_makes_another_of_it(workspace: Workspace) -> None:
    add(workspace)
    callees = Callees(workspace)
    found = callees.look("hook", "birds")
    rotating.propose(workspace, "hook", {"secret": SecretStr("two")})
    during = callees.look("hook", "birds")
    assert during is not found
    assert [state(during, one) for one in ("one", "two", "three")] == [
        "valid",
        "valid",
        "invalid",
    ]
    write(workspace, ingestion={**CALLED, "verification": "none"})
    assert callees.look("hook", "birds").is_open
    workspace.registry.enable_connection("birds", "hook", enabled=False)
    assert callees.look("hook", "birds") is None
    assert callees.known("hook", "birds") is None


def test_during_a_rotation_the_next_and_the_last_secret_count(
    workspace: Workspace,
) -> None:
    add(workspace)
    rotating.propose(workspace, "hook", {"secret": SecretStr("two")})
    rotating.promote(workspace, "hook")
    found = Callees(workspace).look("hook", "birds")
    assert [state(found, one) for one in ("one", "two")] == ["valid", "valid"]
    clock = FakeClock(datetime(2100, 1, 1, tzinfo=UTC))
    later = Callees(workspace, clock).look("hook", "birds")
    assert [state(later, one) for one in ("one", "two")] == ["invalid", "valid"]


def test_a_secret_for_calls_stands_beside_that_of_the_sign_in(
    workspace: Workspace,
) -> None:
    part = {name: value for name, value in CALLED.items() if name != "mode"}
    both = {"mode": "polling_and_webhook", "polling": POLLING, "webhook": part}
    write(workspace, "both", auth=API_KEY, ingestion=both)
    add(workspace, "both", token="k")
    clock = FakeClock()
    callees = Callees(workspace, clock)
    with pytest.raises(MissingSecret, match="“both” has no secret") as caught:
        callees.look("both", "birds")
    assert "--secret secret=@env:NAME" in caught.value.advice
    workspace.registry.update_connection(
        "birds", "both", {}, {"secret": SecretStr("one")}
    )
    with pytest.raises(MissingSecret):  # nobody looks again within a second
        callees.look("both", "birds")
    clock.advance(BELIEVED_S + 0.1)
    assert state(callees.look("both", "birds"), "one") == "valid"
    with pytest.raises(UsageError, match="not a credential field"):
        add(workspace, "both", "another", token="k", other="x")


def test_a_connector_that_is_only_called_needs_its_secret(workspace: Workspace) -> None:
    with pytest.raises(MissingSecret, match="Secret"):
        connect(workspace, "hook", {}, {}, must_store=True)


def test_a_sign_in_by_webhook_secret_verifies_calls(workspace: Workspace) -> None:
    auth = {"method": "webhook_secret", "config": SIGNING}
    bare = {k: v for k, v in CALLED.items() if k != "signing"}
    write(workspace, "signed", auth=auth, ingestion=bare)
    add(workspace, "signed")
    assert state(Callees(workspace).look("signed", "birds"), "one") == "valid"


def test_a_token_without_more_is_a_bearer(workspace: Workspace) -> None:
    bare = {k: v for k, v in CALLED.items() if k != "signing"}
    write(workspace, "token", ingestion={**bare, "verification": "token"})
    add(workspace, "token", webhook_secret="t0ken")
    found = Callees(workspace).look("token", "birds")
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    told = [
        found.judge(Incoming("POST", "http://h/p", headers, b"{}", at)).state
        for headers in (
            (("authorization", "Bearer t0ken"),),
            (("authorization", "bearer t0ken"),),
            (("authorization", "Bearer another"),),
            (),
        )
    ]
    assert told == ["valid", "valid", "invalid", "unsigned"]


def test_a_connector_that_does_not_say_how_it_signs_is_not_called(
    workspace: Workspace,
) -> None:
    bare = {k: v for k, v in CALLED.items() if k != "signing"}
    write(workspace, "vague", ingestion=bare)
    connect(workspace, "vague", {}, {}, must_store=True)
    with pytest.raises(DescriptorError, match="not how"):
        Callees(workspace).look("vague", "birds")


def test_one_that_only_polls_is_not_called(workspace: Workspace) -> None:
    write(workspace, "polled", ingestion={"mode": "polling", **POLLING})
    connect(workspace, "polled", {}, {}, must_store=True)
    assert Callees(workspace).look("polled", "birds") is None


def test_where_each_is_called_is_listed(workspace: Workspace) -> None:
    add(workspace)
    add(workspace, key="off")
    workspace.registry.enable_connection("birds", "off", enabled=False)
    write(workspace, "polled", ingestion={"mode": "polling", **POLLING})
    connect(workspace, "polled", {}, {}, must_store=True)
    (found,) = routes(workspace)
    assert found == ("hook", "hook", "/api/webhooks/hook/birds", "signature", 0)


def test_what_is_only_called_cannot_be_synced(workspace: Workspace) -> None:
    add(workspace)
    with pytest.raises(UsageError, match="called by its service"):
        sync_connection(workspace, "hook", SyncOrder(), emit=lambda _: None)
