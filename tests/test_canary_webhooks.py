"""A secret that a service tells goes to the vault, whatever else goes wrong.

It stands in the answer to our order, in headers and body; then that answer is good, is
bad in each way, and cannot be undone. No encoding of it is anywhere.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.canary import canary, found, leaks
from tests.support.commands import KEY
from tests.support.forgetting import forget
from tests.support.hook_service import HookService
from tests.webhook.mapped import document
from tests.workspace.called import WEBHOOK

from ferrule.__main__ import main
from ferrule.cli.place import choose_project
from ferrule.credentials import forget_master_key
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

TOLD = {"told": canary("told"), "next": canary("next")}
SUBSCRIPTION = {
    "create": {
        "endpoint": "{{baseUrl}}/hooks?of={{params.url}}",
        "method": "POST",
        "body": {"target": "{{params.url}}", "was": "{{credentials.secret}}"},
        "bodyType": "json",
    },
    "renew": {"endpoint": "{{baseUrl}}/hooks/{{params.id}}", "method": "PUT"},
    "delete": {"endpoint": "{{baseUrl}}/hooks/{{params.id}}", "method": "DELETE"},
    "idPath": "$.id",
    "secretPath": "$.key",
    "expiresPath": "$.ends",
}


@pytest.fixture
def service() -> Iterator[HookService]:
    with HookService() as made:
        yield made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    folder = tmp_path / "project"
    own = folder / "descriptors" / "hook" / "connectors"
    own.mkdir(parents=True)
    (folder / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    webhook = {**WEBHOOK, "subscription": SUBSCRIPTION}
    (own / "hook.json").write_text(
        json.dumps(document(webhook, resilience={"maxAttempts": 1}))
    )
    monkeypatch.chdir(folder)
    yield folder
    forget_master_key()
    choose_project(None)
    forget()


def command(*arguments: str) -> int:
    forget()
    return main(list(arguments))


def test_a_secret_that_a_service_tells_stays_in_the_vault(
    service: HookService,
    project: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    good: dict[str, Any] = {"id": 7, "key": TOLD["told"], "echo": TOLD["told"]}
    assert command("connect", "hook", "--set", f"baseUrl={service.url}") == 0
    order = ("webhook", "subscribe", "hook", "--url", "https://hooks.example")
    ending = {"value": 200}
    service.answers = lambda a: (
        (ending["value"], good) if a.method == "DELETE" else None
    )
    for answer, status, ends in (
        ({**good, "ends": f"soon {TOLD['told']}"}, 200, 200),
        ({**good, "id": None}, 200, 200),
        ({**good, "ends": True}, 200, 500),
        (good, 500, 200),
        ({"error": "not you"}, 403, 200),
    ):
        service.answer, service.status, ending["value"] = answer, status, ends
        assert command(*order) != 0
        assert command(*order, "--json") != 0
        ending["value"] = 200
        command("webhook", "unsubscribe", "hook")
    service.answer, service.status = good, 200
    assert command(*order, "--json") == 0
    service.answer = {**good, "key": TOLD["next"], "ends": "2030-01-01T00:00:00Z"}
    assert command("webhook", "subscribe", "hook", "--renew") == 0
    service.status = 500
    assert command("webhook", "subscribe", "hook", "--renew", "--json") != 0
    assert command("log", "--json") == 0
    said = capfd.readouterr()
    every = (said.out + said.err + caplog.text).encode()
    assert b"asked to stop again" in every
    assert found(every, TOLD) == []
    assert leaks(TOLD, tmp_path) == []
    workspace = Workspace(Home(tmp_path / "home"), project)
    connection = workspace.connections.get("birds", "hook")
    kept = workspace.registry.kept_of(connection)["secret"].get_secret_value()
    workspace.close()
    assert kept == TOLD["next"]
