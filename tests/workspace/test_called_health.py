"""Checks of connectors that are only called: their service is asked all the same."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from tests.auth.kinds import field
from tests.support.commands import KEY
from tests.support.fault_server import FaultServer
from tests.workspace.checks import answering, check_of, described, ended

from ferrule.credentials import forget_master_key
from ferrule.descriptor.document import validate
from ferrule.errors import UsageError
from ferrule.sync.plan import Place, plans_to_check
from ferrule.workspace.connecting import connect
from ferrule.workspace.health_checks import check_health, probe_of
from ferrule.workspace.home import Home
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

CALLED = {
    "mode": "webhook",
    "eventTypes": ["issues"],
    "eventTypePath": "header:X-Event",
    "verification": "signature",
    "signing": {
        "signatureHeader": "X-Sig",
        "algorithm": "hmac-sha256",
        "credentialFields": [field("webhookSecret")],
    },
}
OPEN = {**CALLED, "verification": "none", "signing": None}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def test_its_service_is_asked_with_the_sign_in_and_for_no_page(server: FaultServer):
    answering(server, "/health", 200, None, b'{"login":"anna"}')
    server.received.clear()
    steps, last = ended(check_of(server.origin, described(ingestion=CALLED)))
    assert [step.name for step in steps if step.ok is False] == []
    assert last.name == "health"
    assert last.ok is True
    assert [one.target for one in server.received] == ["/health"]


def test_a_token_that_is_refused_is_told(server: FaultServer):
    answering(server, "/health", 401)
    _, last = ended(check_of(server.origin, described(ingestion=CALLED)))
    assert (last.name, last.ok) == ("auth", False)


def test_who_signs_in_nowhere_is_not_asked(server: FaultServer):
    server.received.clear()
    document = described({"method": "none"}, ingestion=OPEN)
    steps, last = ended(check_of(server.origin, document, secrets={}))
    assert [step.name for step in steps] == ["configuration", "auth"]
    assert (last.ok, last.detail) == (None, "it is called, and asks nobody")
    assert server.received == []


def test_a_configuration_that_is_not_whole_is_told(server: FaultServer):
    document = described({"method": "none"}, ingestion=OPEN)
    _, last = ended(check_of("no address", document, secrets={}))
    assert (last.name, last.ok) == ("configuration", False)


def test_the_plan_of_a_check_polls_nothing_but_the_health_check():
    connector = validate(described(ingestion=CALLED))
    secrets = {"token": SecretStr("t")}
    config = {"baseUrl": "https://a.example"}
    (plan,) = plans_to_check(connector, Place("", "c"), config, secrets)
    assert plan.polling.endpoint == connector.health_check.endpoint
    with pytest.raises(UsageError, match="baseUrl"):
        plans_to_check(connector, Place("", "c"), {}, secrets)


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    home = Home(tmp_path / "home")
    made = Workspace(home, init_project(tmp_path / "birds", home).folder)
    yield made
    made.close()
    forget_master_key()


def test_a_connection_that_asks_nobody_is_well(workspace: Workspace):
    secret = {"webhookSecret": SecretStr("s" * 32)}
    connection = connect(workspace, "generic-webhook", {}, secret)
    kept = check_health(workspace, connection.key, probe_of(workspace, connection.key))
    assert kept.state == "healthy"
