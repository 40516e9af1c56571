"""While the vault is locked nothing is judged, and nothing new begins."""

import pytest
from pydantic import SecretStr
from tests.support.clock import FakeClock

from ferrule.credentials import HomeVault, forget_master_key
from ferrule.credentials.stretching import Cost
from ferrule.errors import VaultLocked
from ferrule.workspace import connecting
from ferrule.workspace.health_checks import HealthWorker, Rounds, probe_of
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

OLD = SecretStr("four words are enough")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """Return one with a connection whose secret a passphrase seals."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.delenv("FERRULE_MASTER_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    vault = HomeVault(made.home.made().path, cost=Cost(19 * 1024, 2, 1))
    vault.set_passphrase(OLD)
    made._opened["vault"] = vault
    given = {"token": SecretStr("ghp_of-nobody")}
    config = {"owner": "o", "repo": "r"}
    connecting.connect(made, "github-issues", config, given, key="issues")
    yield made
    made.close()


def test_regular_checks_pause_and_call_no_connection_ill(workspace) -> None:
    workspace.vault.shut("nobody used it for 15 minutes")
    worker = HealthWorker(workspace, Rounds(chance=lambda: 0.0), FakeClock())
    before = workspace.connections.get("default", "issues")
    assert worker.work() == []
    assert workspace.connections.get("default", "issues") == before
    assert workspace.connections.health_checks("default", "issues") == ()


def test_what_needs_a_secret_says_where_to_unlock(workspace) -> None:
    workspace.vault.shut("nobody used it for 15 minutes")
    with pytest.raises(VaultLocked, match="nobody used it for 15 minutes") as no:
        probe_of(workspace, "issues")
    assert no.value.advice == "Unlock it on the page Credentials."
    workspace.vault.unlock(OLD)
    assert probe_of(workspace, "issues")
