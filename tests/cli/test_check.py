"""`ferrule check`: what it says to a person and to a machine where a step fails."""

import json

import pytest
from tests.support.fault_server import FaultServer
from tests.workspace.checks import ITEMS, answering

TOKEN = "ghp_cli_canary_90210"
HEALTH = "/repos/o/r"


@pytest.fixture
def service():
    with FaultServer() as running:
        answering(running, HEALTH, 200)
        answering(running, "/repos/o/r/issues", 200, None, ITEMS)
        yield running


@pytest.fixture
def connected(say, service, monkeypatch):
    """Return the runner, once GitHub's connector is connected to the service."""
    monkeypatch.setenv("TOKEN", TOKEN)
    given = ("owner=o", "repo=r", f"baseUrl={service.origin}")
    settings = [part for one in given for part in ("--set", one)]
    made = say("connect", "github-issues", *settings, "--secret", "token=@env:TOKEN")
    assert made.code == 0, made
    return say


def test_a_failed_step_is_told_with_its_cause_and_its_exchange(connected, service):
    headers = {"x_accepted_oauth_scopes": "admin:org", "x_oauth_scopes": "repo"}
    answering(service, HEALTH, 403, headers, b'{"message":"no"}')
    said = connected("check", "github-issues")
    assert said.code == 1
    assert (
        "FAIL auth          The credential is accepted, but lacks a scope" in said.out
    )
    assert "     Try next: Add the scope" in said.out
    assert "     | 403 Forbidden" in said.out
    assert "     | Authorization: Bearer ••••••••" in said.out
    assert TOKEN not in said.out + said.err


def test_a_machine_gets_the_cause_as_a_word_and_every_exchange(connected, service):
    answering(service, HEALTH, 401, {"x_echo": TOKEN}, TOKEN.encode())
    said = connected("check", "github-issues", "--json")
    last = said.last
    assert said.code == 1
    assert (last["step"], last["ok"], last["cause"]) == ("auth", False, "unauthorised")
    asked = last["exchange"]["request"]
    assert asked["url"] == f"{service.origin}{HEALTH}"
    assert ["Authorization", "Bearer ••••••••"] in asked["headers"]
    assert last["exchange"]["response"]["status"] == 401
    assert "$TOKEN" in last["exchange"]["curl"]
    assert TOKEN not in said.out


def test_a_good_check_tells_no_cause(connected):
    said = connected("check", "github-issues", "--json")
    assert said.code == 0
    steps = {line["step"]: line for line in said.lines}
    assert all("cause" not in line for line in steps.values())
    assert steps["reachable"]["found"][0] == "address 127.0.0.1"
    body = json.loads(steps["first page"]["exchange"]["response"]["body"])
    assert body[0]["title"] == "one"
    assert "| " not in connected("check", "github-issues").out
