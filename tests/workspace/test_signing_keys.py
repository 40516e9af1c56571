"""Signing keys: when each was made, and that they are no credentials of a service."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.workspace import test_trusting

from ferrule.clock import SystemClock
from ferrule.credentials import Ref, forget_master_key
from ferrule.workspace import signing_keys
from ferrule.workspace.home import Home
from ferrule.workspace.signing_keys import list_keys, named_keys, new_key
from ferrule.workspace.workspace import Workspace

key_of_the_test, computer = test_trusting.key_of_the_test, test_trusting.computer
SAMPLES = Path(__file__).parents[1] / "samples" / "vault"


@pytest.fixture
def workspace(computer):
    made = computer()
    yield made
    made.close()


def test_a_key_says_since_when_it_is_there(workspace):
    before = SystemClock().now().replace(microsecond=0)
    made = new_key(workspace, "anna").made_at
    assert before <= made <= before + timedelta(minutes=1)
    new_key(workspace, "marek")
    list(workspace.vault.rotate())
    assert list_keys(workspace)[0].made_at == made


def test_the_first_format_of_the_vault_did_not_tell(tmp_path, monkeypatch, workspace):
    home = tmp_path / "older"
    home.mkdir()
    sample = SAMPLES / "first-format-passphrase.ferrule"
    shutil.copy(sample, home / workspace.vault.path.name)
    monkeypatch.setenv("FERRULE_MASTER_KEY", "a passphrase of the first format")
    forget_master_key()
    older = Workspace(Home(home))
    assert Ref(signing_keys.OWNER, "signer") in older.vault.refs()
    assert signing_keys._made_at(older, "signer") is None
    older.close()


def test_keys_are_counted_apart_from_other_secrets(workspace):
    for name in ("root@acme", "anna"):
        new_key(workspace, name)
    workspace.vault.put(Ref("acme", "work"), {"token": SecretStr("a-token")})
    status = workspace.vault.status()
    assert (status.secrets, status.keys) == (3, 2)
    assert list(named_keys(workspace)) == ["anna", "root@acme"]
