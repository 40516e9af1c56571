"""`ferrule webhook` and `ferrule deadletters`, against a gateway that runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.commands import KEY, Ferrule
from tests.webhook.mapped import item
from tests.workspace.called import came, opened, signature, write

from ferrule.credentials import forget_master_key
from ferrule.store.outbound import NewEvent, Outbound, insert
from ferrule.workspace.dead_letters import pin
from ferrule.workspace.workspace import Workspace

ROUTED = """
[project]
key = "birds"
[[outbound.sinks]]
name = "log"
type = "jsonl"
path = "events.jsonl"
[[outbound.routes]]
sink = "log"
"""
BAD = {"item": {"nr": 1, "at": "2026-03-01T10:00:00Z", "title": "One"}}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    made = opened(tmp_path)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def ferrule(workspace: Workspace) -> Ferrule:
    kept = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    return Ferrule(workspace.home.path, workspace.project.folder, kept)


def test_dead_letters_are_tried_mended_replayed_and_put_aside(
    workspace: Workspace, ferrule: Ferrule
) -> None:
    first, second = came(workspace, BAD), came(workspace, {"item": {"x": 1}})
    listed = ferrule("deadletters", "list", "--json").lines
    assert [one["id"] for one in listed] == [second.id, first.id]
    assert listed[0]["outcome"]["failures"][0]["path"] == "idPath"
    write(workspace, idPath="$.nr")
    tried = ferrule("deadletters", "replay", "--all", "--dry-run", "--json")
    assert tried.last["byStatus"] == {"mapped": 1, "dead": 1}
    done = ferrule("deadletters", "replay", "--all")
    assert (done.code, done.out) == (1, "1 mapped, 1 dead\n")
    assert ferrule("deadletters", "replay").code == 2
    gone = ferrule("deadletters", "discard", str(second.id), "--json")
    assert gone.last == {"discarded": [second.id]}
    assert ferrule("deadletters", "replay", str(second.id)).code == 2  # none any more
    shown = ferrule("deadletters", "show", str(second.id), "--json").last
    assert shown["status"] == "skipped"


def test_deliveries_are_listed_shown_replayed_and_copied(
    workspace: Workspace, ferrule: Ferrule, tmp_path: Path
) -> None:
    first = came(workspace, {"item": item(1)})
    (line,) = ferrule("webhook", "list", "--status", "mapped", "--json").lines
    assert (line["id"], line["event"], line["status"]) == (first.id, "made", "mapped")
    assert ferrule("webhook", "list", "--status", "lost").code == 2
    shown = ferrule("webhook", "show", "1", "--json").last
    assert json.loads(shown["body"]) == {"item": item(1)}
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps({"item": item(2)}))
    again = ferrule("webhook", "replay", "1", "--body", str(edited), "--json").last
    assert (again["status"], again["replayOf"]) == ("mapped", 1)
    copied = ferrule("webhook", "curl", "1").out
    assert copied.startswith("curl -X POST 'http://127.0.0.1:8480/api/webhooks/hook")
    assert 'X-Token: \'"$X_TOKEN"' in copied or '"$X_TOKEN"' in copied
    signed = ferrule("webhook", "resign", "1", "--body", str(edited)).out
    assert signature(edited.read_bytes()) in signed


def test_a_sample_and_a_call_signed_anew_reach_a_gateway_that_runs(
    workspace: Workspace, ferrule: Ferrule
) -> None:
    came(workspace, {"item": item(1)})
    pin(workspace, 1, "One is made")
    other = workspace.project.folder / "other.json"
    other.write_text(json.dumps({"item": item(2)}))
    (workspace.project.folder / "ferrule.toml").write_text(ROUTED)
    process = ferrule.start("gateway", "--port", "0", "--json", "--control", "stdin")
    url = json.loads(process.stdout.readline())["url"]
    listed = ferrule("webhook", "sample", "hook", "--list", "--json").lines
    assert listed == [{"sample": "one-is-made", "title": "One is made"}]
    for number in (1, 2):  # the same sample twice is two calls
        said = ferrule("webhook", "sample", "hook", "--to", url, "--json")
        assert (said.code, said.last["status"]) == (0, 202), number
    given = ("--body", str(other), "--to", url, "--json")
    said = ferrule("webhook", "resign", "1", *given)
    assert said.last.get("status") == 202, said
    missing = ferrule("webhook", "sample", "hook", "none", "--to", url)
    assert (missing.code, "one-is-made" in missing.err) == (1, True)
    process.stdin.close()
    assert process.wait(20) == 75
    process.stdout.close()
    process.stderr.close()
    counts = workspace.deliveries.counts("birds").by_status
    assert (counts["mapped"], counts["duplicate"], counts["refused"]) == (4, 0, 0)
    assert Outbound(workspace.database).counts("birds") == {"sent": 1}
    (line,) = (workspace.project.folder / "events.jsonl").read_text().splitlines()
    assert json.loads(line)["payload"]["externalId"] == "2"


def test_events_that_could_not_be_sent_are_listed_and_sent_anew(
    workspace: Workspace, ferrule: Ferrule
) -> None:
    event = NewEvent("birds", "hook", "log", "evt_1", "made", b"{}", "2026-03-01")
    with workspace.database.writing() as db:
        insert(db, [event])
        db.execute("UPDATE outbound SET status = 'dead', error = 'No.'")
    (line,) = ferrule("outbound", "list", "--status", "dead", "--json").lines
    assert (line["eventId"], line["error"], line["status"]) == ("evt_1", "No.", "dead")
    assert ferrule("outbound", "again", "--all", "--json").last == {"again": 1}
    assert ferrule("outbound", "again", "1").code == 2  # it is no dead letter now
    assert Outbound(workspace.database).counts("birds") == {"pending": 1}
