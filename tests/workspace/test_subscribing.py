"""Subscribing: what is asked of the service, what is kept, and where secrets go."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.support.commands import KEY
from tests.webhook.mapped import document
from tests.workspace.called import WEBHOOK

from ferrule.credentials import forget_master_key
from ferrule.errors import FerruleError, NotFound, UsageError
from ferrule.store.subscriptions import Subscriptions
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.subscribing import due, renew, subscribe, unsubscribe
from ferrule.workspace.workspace import Workspace

OWN = "a-secret-of-the-service"
SUBSCRIPTION = {
    "create": {
        "endpoint": "{{baseUrl}}/hooks",
        "method": "POST",
        "body": {"target": "{{params.url}}", "secret": "{{params.secret}}"},
        "bodyType": "json",
    },
    "renew": {"endpoint": "{{baseUrl}}/hooks/{{params.id}}", "method": "PUT"},
    "delete": {"endpoint": "{{baseUrl}}/hooks/{{params.id}}", "method": "DELETE"},
    "idPath": "$.data.id",
    "expiresPath": "$.data.expires",
    "renewBefore": "P2D",
}


class Service:
    """A service on loopback that is asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.answer: Any = {"data": {"id": 7, "expires": "2026-04-01T00:00:00Z"}}
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size) or b"null")
                outer.asked.append((self.command, self.path, body))
                said = json.dumps(outer.answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_POST = do_PUT = do_DELETE = _do  # noqa: N815  as the base asks for them

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


@pytest.fixture
def workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Service
) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    project = tmp_path / "project"
    own = project / "descriptors" / "hook" / "connectors"
    own.mkdir(parents=True)
    (project / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    webhook = {**WEBHOOK, "subscription": SUBSCRIPTION}
    field = {**webhook["signing"]["credentialFields"][0], "required": False}
    webhook["signing"] = {**webhook["signing"], "credentialFields": [field]}
    (own / "hook.json").write_text(json.dumps(document(webhook)))
    made = Workspace(Home(tmp_path / "home"), project)
    connect(made, "hook", {"baseUrl": service.url}, {}, must_store=True)
    yield made
    made.close()
    forget_master_key()


def secret(workspace: Workspace) -> str | None:
    connection = workspace.connections.get("birds", "hook")
    found = workspace.registry.kept_of(connection).get("secret")
    return None if found is None else found.get_secret_value()


def test_the_service_is_asked_to_call_and_what_it_says_is_kept(
    workspace: Workspace, service: Service
) -> None:
    one = subscribe(workspace, "hook", "https://hooks.example")
    ((method, path, body),) = service.asked
    assert (method, path) == ("POST", "/hooks")
    url = "https://hooks.example/api/webhooks/hook/birds"
    assert body == {"target": url, "secret": secret(workspace)}
    assert secret(workspace)
    assert (one.url, one.subscription_id) == (url, "7")
    assert one.expires_at == "2026-04-01T00:00:00Z"
    assert Subscriptions(workspace.database).get("birds", "hook") == one
    with pytest.raises(UsageError, match="already"):
        subscribe(workspace, "hook", "https://hooks.example")


def test_a_secret_that_the_service_chose_is_kept_in_the_vault_alone(
    workspace: Workspace, service: Service
) -> None:
    service.answer = {"data": {"id": "a", "signing_secret": OWN}}
    subscribe(workspace, "hook", "https://hooks.example")
    assert secret(workspace) == OWN
    workspace.close()
    for path in workspace.home.path.rglob("*"):
        if path.is_file():
            assert OWN.encode() not in path.read_bytes(), path


def test_it_is_renewed_in_time_and_ended(
    workspace: Workspace, service: Service
) -> None:
    subscribe(workspace, "hook", "https://hooks.example")
    assert due(workspace, datetime(2026, 3, 29, tzinfo=UTC)) == ()
    (one,) = due(workspace, datetime(2026, 3, 30, tzinfo=UTC))
    service.answer = {"data": {"expires": 1_780_000_000}}
    again = renew(workspace, one.connection)
    assert service.asked[-1][:2] == ("PUT", "/hooks/7")
    assert (again.subscription_id, again.url) == ("7", one.url)
    assert again.expires_at == "2026-05-28T20:26:40Z"
    assert unsubscribe(workspace, "hook")
    assert service.asked[-1][:2] == ("DELETE", "/hooks/7")
    with pytest.raises(NotFound):
        renew(workspace, "hook")


@pytest.mark.parametrize(
    ("status", "is_kept"), [(404, False), (410, False), (403, True)]
)
def test_a_service_that_knows_it_no_more_is_content(
    workspace: Workspace, service: Service, status: int, is_kept: bool
) -> None:
    subscribe(workspace, "hook", "https://hooks.example")
    service.status = status
    if is_kept:
        with pytest.raises(FerruleError):
            unsubscribe(workspace, "hook")
    else:
        unsubscribe(workspace, "hook")
    kept = Subscriptions(workspace.database).get("birds", "hook")
    assert (kept is not None) == is_kept


def test_what_the_service_refuses_is_told_and_nothing_is_kept(
    workspace: Workspace, service: Service
) -> None:
    service.status = 403
    with pytest.raises(FerruleError) as told:
        subscribe(workspace, "hook", "https://hooks.example")
    assert (secret(workspace) or "-") not in str(told.value)
    assert Subscriptions(workspace.database).list("birds") == ()
    with pytest.raises(UsageError, match="address"):
        subscribe(workspace, "hook", "hooks.example")
