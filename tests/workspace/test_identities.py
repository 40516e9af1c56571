"""Who was signed in is kept with the check that heard it."""

import pytest
from pydantic import SecretStr
from tests.support.commands import KEY
from tests.support.fault_server import FaultServer
from tests.workspace.checks import answering

from ferrule.credentials import forget_master_key
from ferrule.workspace.connecting import check_connection, connect
from ferrule.workspace.home import Home
from ferrule.workspace.identities import last_identity
from ferrule.workspace.workspace import Workspace


@pytest.fixture
def server():
    with FaultServer() as running:
        answering(running, "/rest/api/3/myself", 200, None, b'{"displayName":"Anna"}')
        for path in ("/rest/api/3/search/jql", "/rest/api/3/search"):
            answering(running, path, 200, None, b'{"issues":[],"isLast":true}')
        yield running


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    found = Workspace(Home(tmp_path / "home"))
    yield found
    found.close()
    forget_master_key()


def test_the_latest_check_tells_who_was_signed_in(workspace, server):
    fields = workspace.registry.get_descriptor("jira-issues").auth.credential_fields
    secrets = {field.key: SecretStr(f"value of {field.key}") for field in fields}
    connect(workspace, "jira-issues", {"baseUrl": server.origin}, secrets)
    assert last_identity(workspace, "jira-issues") is None
    steps = list(check_connection(workspace, "jira-issues"))
    assert all(step.ok is not False for step in steps), steps
    known = last_identity(workspace, "jira-issues")
    assert known is not None
    assert known.name == "Anna"
    answering(server, "/rest/api/3/myself", 401)
    list(check_connection(workspace, "jira-issues"))
    assert last_identity(workspace, "jira-issues") is None
