"""A project with a connection whose connector has tools, and its service."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.commands import KEY
from tests.support.tool_service import TOKEN, ToolService, described

from ferrule.credentials import forget_master_key
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace


@pytest.fixture
def service() -> Iterator[ToolService]:
    with ToolService() as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2099, 1, 1, tzinfo=UTC))  # after the connection was made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    yield tmp_path / "home"
    forget_master_key()


@pytest.fixture
def workspace(home: Path, tmp_path: Path, service: ToolService) -> Iterator[Workspace]:
    project = init_project(tmp_path / "work", Home(home), "Work")
    made = Workspace(Home(home), project.folder)
    made.registry.register_descriptor(json.dumps(described()).encode())
    joined(made, "things", service)
    yield made
    made.close()


def joined(workspace: Workspace, key: str, service: ToolService) -> None:
    """Connect the connector under a key."""
    given = {"token": SecretStr(TOKEN)}
    config = {"baseUrl": service.origin}
    connect(workspace, "acme-things", config, given, key=key, must_store=True)
