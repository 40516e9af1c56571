"""A connection's SSH key: made for it, shown by its public part, and replaced."""

import json
from contextlib import closing

import pytest
from tests.auth.kinds import field
from tests.support.commands import KEY as MASTER
from tests.support.signed_service import connector

from ferrule.auth.ssh_keys import public_key
from ferrule.credentials import forget_master_key
from ferrule.errors import (
    CredentialError,
    KeychainUnavailable,
    MissingSecret,
    NotFound,
    NotSupportedYet,
    UsageError,
)
from ferrule.redaction import live
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.giving import read_secrets
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.project import init_project
from ferrule.workspace.ssh_keys import replace_key, show_key
from ferrule.workspace.workspace import Workspace

SSH = {
    "method": "ssh_key",
    "config": {"credentialFields": [field("key", "textarea", required=False)]},
}
PAT = {
    "method": "pat",
    "config": {
        "delivery": "bearer",
        "paramName": "",
        "credentialFields": [field("token", required=False)],
    },
}


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", MASTER)
    forget_master_key()
    home = Home(tmp_path / "home")
    project = init_project(tmp_path / "work", home, "Work")
    made = Workspace(home, project.folder)
    document = connector(SSH, authOptions=[PAT])
    made.registry.register_descriptor(json.dumps(document).encode())
    yield made
    made.close()
    forget_master_key()


def test_a_key_is_made_as_one_connects_and_shown_by_its_public_part(
    workspace, tmp_path
):
    secrets = read_secrets(["key=@ssh-key"])
    private = secrets["key"].get_secret_value()
    made = connect(workspace, "signed", {}, secrets)
    shown = show_key(workspace, "signed")
    assert shown == public_key(secrets["key"], "ferrule-work-signed")
    assert shown.line.startswith("ssh-ed25519 ")
    assert private not in live.text(f"it is {private}")
    assert "PRIVATE" not in str(made) + str(shown)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    body = private.splitlines()[2]
    assert [path for path in kept if body.encode() in path.read_bytes()] == []


def test_a_fresh_key_takes_the_place_of_the_old_one(workspace):
    connect(workspace, "signed", {}, {})
    with pytest.raises(MissingSecret, match="no SSH key yet") as caught:
        show_key(workspace, "signed")
    assert "ssh-key signed --new" in caught.value.advice
    first = replace_key(workspace, "signed")
    assert show_key(workspace, "signed") == first
    second = replace_key(workspace, "signed")
    assert second != first
    assert show_key(workspace, "signed") == second


def test_a_key_that_would_be_forgotten_is_not_made(workspace, monkeypatch):
    connect(workspace, "signed", {}, {})
    monkeypatch.delenv("FERRULE_MASTER_KEY", raising=False)
    forget_master_key()
    again = Workspace(workspace.home, workspace.project.folder)
    with closing(again), pytest.raises(KeychainUnavailable):
        replace_key(again, "signed")


def test_another_sign_in_has_no_ssh_key(workspace):
    connect(workspace, "signed", {}, {}, method="Access token")
    for ask in (show_key, replace_key):
        with pytest.raises(UsageError, match="does not sign in") as caught:
            ask(workspace, "signed")
        assert "Access token" in caught.value.advice
        with pytest.raises(NotFound):
            ask(workspace, "nothing")


def test_what_was_pasted_and_is_no_key_is_told(workspace):
    given = read_secrets(["key=@ssh-key"])
    short = type(given["key"])("not-a-key-at-all")
    connect(workspace, "signed", {}, {"key": short})
    with pytest.raises(CredentialError, match="cannot be read"):
        show_key(workspace, "signed")


def test_a_run_says_that_it_needs_a_connector_of_code(workspace):
    connect(workspace, "signed", {}, read_secrets(["key=@ssh-key"]))
    with pytest.raises(NotSupportedYet, match="native connector"):
        sync_connection(workspace, "signed", SyncOrder(), emit=lambda _event: None)
