"""API versions by verbs: listed, chosen, gone back on, warned of, over a service."""

import json

import pytest
from tests.support.commands import job

from ferrule import shipped
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

NAME = "sandbox-issues"
NEW, OLD = "2026-01", "2024-06"
WARNING = "The API version 2024-06 is deprecated and ends on 2027-06-30."
TENANT = {"key": "tenant", "label": "Tenant", "type": "text", "required": True}
GUIDE = "https://www.rfc-editor.org/rfc/rfc8594.html"


@pytest.fixture
def connected(say, sandbox):
    sandbox.control(reset=True)
    assert say("connect", NAME, "--set", f"baseUrl={sandbox.url}").code == 0
    return say


def version(say, *arguments):
    return say("connections", "version", NAME, *arguments)


def test_versions_are_listed(connected):
    said = version(connected)
    assert said.code == 0
    rows = [line.split() for line in said.out.splitlines()]
    assert ["*", NEW, NEW, "stable"] in rows
    assert [OLD, OLD, "deprecated", "2027-06-30"] in rows
    assert said.err == ""
    lines = version(connected, "--json").lines
    assert [(x["id"], x["chosen"], x["default"]) for x in lines] == [
        (NEW, True, True),
        (OLD, False, False),
    ]
    assert lines[1]["migrationGuide"] == GUIDE


def test_one_is_chosen_shown_and_gone_back_on(connected):
    said = version(connected, OLD)
    assert said.code == 0
    assert f"uses the API version {OLD} now" in said.out
    assert f"version {NAME} --back" in said.out
    assert WARNING in said.err
    assert GUIDE in said.err
    assert f"ferrule connections version {NAME} {NEW}" in said.err
    shown = connected("connections", "show", NAME)
    assert f"API version {OLD}, before: {NEW}" in shown.out
    told = connected("connections", "show", NAME, "--json").last
    assert (told["apiVersion"], told["earlierApiVersion"]) == (OLD, NEW)
    assert told["deprecation"]["successor"] == NEW
    assert [stream["stream"] for stream in told["streams"]] == ["issues"]
    back = version(connected, "--back", "--json")
    assert back.last == {
        "type": "connection",
        "key": NAME,
        "apiVersion": NEW,
        "earlierApiVersion": OLD,
    }
    assert back.err == ""
    assert "<" in version(connected).out


def test_what_is_put_wrongly_says_what_to_do(connected):
    gone = version(connected, "1999")
    assert gone.code == 2
    assert f"It has: {NEW}, {OLD}." in gone.err
    assert "used no other API version before" in version(connected, "--back").err
    assert "not both" in version(connected, OLD, "--back").err
    assert "Name the version" in version(connected, "--set", "a=b").err
    assert "no connection" in connected("connections", "version", "nobody").err


def test_a_version_is_connected_to(say, sandbox):
    sandbox.control(reset=True)
    address = f"baseUrl={sandbox.url}"
    said = say("connect", NAME, "--set", address, "--api-version", OLD)
    assert said.code == 0
    assert WARNING in said.err
    assert say("connections", "show", NAME, "--json").last["apiVersion"] == OLD
    refused = say("connect", NAME, "--key", "x", "--api-version", "1")
    assert "no API version “1”" in refused.err


def test_a_sync_and_a_check_warn_once_beside_what_they_say(connected):
    version(connected, OLD)
    said = connected("sync", NAME, "--limit", 5)
    assert "".join(said.err.split()).count("".join(WARNING.split())) == 1
    assert WARNING not in said.out
    told = connected("sync", NAME, "--limit", 5, "--fresh", "--json")
    assert [x["type"] for x in told.lines].count("notice") == 1
    assert WARNING not in told.err
    checked = connected("check", NAME, "--json")
    assert checked.code == 0
    assert checked.err.count(WARNING) == 1
    assert WARNING not in checked.out


def test_a_stateless_run_takes_a_version(say, sandbox):
    path = next(shipped.descriptors().glob(f"*/connectors/{NAME}.json"))
    line = ("run", path, "--set", f"baseUrl={sandbox.url}", "--limit", 1)
    told = say(*line, "--api-version", OLD)
    assert told.code == 0
    assert [x["type"] for x in told.lines[:2]] == ["started", "notice"]
    assert WARNING in told.lines[1]["message"]
    assert "notice" not in [x["type"] for x in say(*line).lines]
    refused = say(*line, "--api-version", "1")
    assert refused.code == 2
    assert f"It has: {NEW}, {OLD}." in refused.err + refused.out


def test_what_a_version_lacks_is_told_with_its_options_and_given(say, sandbox, home):
    workspace = Workspace(Home(home))
    document = json.loads(workspace.catalogue.document(NAME))
    more = [document["configFields"][0], TENANT]
    document |= {"id": "own", "provider": "own", "apiVersions": [
        {"id": "1", "label": "1", "status": "stable"},
        {"id": "2", "label": "2", "status": "stable",
         "overrides": {"configFields": more}},
    ]}  # fmt: skip
    workspace.catalogue.save("own", "own", json.dumps(document).encode())
    workspace.close()
    assert say("connect", "own", "--set", f"baseUrl={sandbox.url}").code == 0
    refused = say("connections", "version", "own", "2")
    assert refused.code == 2
    assert "“Tenant” (tenant) is required" in refused.err
    assert "ferrule connections version own 2 --set NAME=VALUE" in refused.err
    assert "Nothing was changed." in refused.err
    given = say("connections", "version", "own", "2", "--set", "tenant=north")
    assert given.code == 0
    told = say("connections", "show", "own", "--json").last
    assert (told["apiVersion"], told["config"]["tenant"]) == ("2", "north")


def test_a_run_that_was_killed_is_not_gone_on_with_at_another_version(ferrule, sandbox):
    """Its pages are those of another API: the next run is a new one, from page 1."""
    sandbox.control(reset=True)
    assert ferrule("connect", NAME, "--set", f"baseUrl={sandbox.url}").code == 0
    sandbox.control(latency_ms=100)
    process = ferrule.start("sync", "--control", "stdin", "--json")
    process.stdin.write(job(NAME, "full"))
    process.stdin.flush()
    for line in process.stdout:
        if json.loads(line)["type"] == "batch":
            break
    busy = ferrule("connections", "version", NAME, OLD)
    assert busy.code != 0
    assert "is being synced" in busy.err
    process.kill()
    process.wait(30)
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    sandbox.control(latency_ms=0)
    assert ferrule("connections", "version", NAME, OLD).code == 0
    lines = ferrule("sync", NAME, "--full", "--json").lines
    assert (lines[0]["resumed"], lines[0]["run"]) == (False, 2)
    assert next(x["page"] for x in lines if x["type"] == "stream") == 1
    assert lines[-1]["status"] == "done"
