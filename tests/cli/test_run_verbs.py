"""Dry runs, cursors, mappings and ids: by verbs, over a real service and database."""

import json

import pytest
from tests.support.commands import job
from tests.support.progress import line_faults

from ferrule.cli.asking import sys as asking_sys

NAME = "sandbox-issues"


@pytest.fixture
def connected(say, sandbox):
    sandbox.control(reset=True)
    assert say("connect", NAME, "--set", f"baseUrl={sandbox.url}").code == 0
    return say


def child_lines(ferrule, first):
    """Return what a real child says of a job; its input stays open until then."""
    process = ferrule.start("sync", "--control", "stdin", "--json")
    process.stdin.write(first)
    process.stdin.flush()
    said = process.stdout.read()
    process.wait(30)
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    return [json.loads(line) for line in said.splitlines()]


def test_a_dry_run_says_so_and_stores_nothing(connected):
    said = connected("sync", NAME, "--full", "--dry-run")
    assert said.code == 0
    assert said.out.startswith("dry run, nothing was stored: done: ")
    assert connected("signals", NAME, "--json").lines == []
    told = connected("sync", NAME, "--full", "--dry-run", "--limit", 120, "--json")
    assert [told.lines[0]["dryRun"], told.last["dryRun"]] == [True, True]
    assert (told.last["status"], told.last["counts"]["created"]) == ("stopped", 120)
    real = connected("sync", NAME, "--full", "--json").last
    assert not real["dryRun"]
    again = connected("sync", NAME, "--full", "--dry-run", "--json").last
    assert again["counts"]["unchanged"] == real["counts"]["created"]


def test_every_line_of_a_real_child_fits_the_published_schema(ferrule, sandbox):
    sandbox.control(reset=True)
    address = f"baseUrl={sandbox.url}"
    assert ferrule("connect", NAME, "--set", address).code == 0
    kinds = set()
    for fault, members in (
        ("malformed-item", {"dryRun": True}),
        ("malformed-item", {"limit": 150}),
        ("error-every-third", {"limit": 400}),
    ):
        sandbox.control(fault=fault)
        lines = child_lines(ferrule, job(NAME, "full", secrets={}, **members))
        for line in lines:
            assert line_faults(line) == [], line
        kinds |= {line["type"] for line in lines}
        assert bool(members.get("dryRun")) == lines[1]["dryRun"]
    sandbox.control(fault=None)
    assert kinds >= {"ready", "started", "stream", "batch", "item_error", "run"}
    refused = ferrule("sync", "nobody", "--json")
    assert line_faults(refused.last) == []


def test_a_connection_shows_its_cursors_and_a_stream_begins_anew(
    connected, monkeypatch
):
    empty = connected("connections", "show", NAME, "--json").last
    assert [one["checkpoint"] for one in empty["streams"]] == [None, None]
    ended = connected("sync", NAME, "--full", "--json").last
    shown = connected("connections", "show", NAME, "--json").last
    streams = {one["stream"]: one for one in shown["streams"]}
    assert streams["issues"]["checkpoint"] == ended["checkpoints"]["issues"]
    assert streams["issues"]["run"] == ended["run"]
    assert streams["issues"]["unfinishedRun"] is None
    connected("sync", NAME, "--full", "--fresh", "--limit", 150)
    going = connected("connections", "show", NAME, "--json").last["streams"][0]
    assert (going["unfinishedRun"], going["position"]["page"]) == (ended["run"] + 1, 1)
    told = connected("connections", "show", NAME)
    assert "after page 1" in told.out
    asked = connected("connections", "reset", NAME, "issues")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    monkeypatch.setattr(asking_sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda _text: False)
    assert connected("connections", "reset", NAME, "issues").code == 1
    was = connected("connections", "reset", NAME, "issues", "--yes", "--json").last
    assert was["checkpoint"] == ended["checkpoints"]["issues"]
    after = connected("connections", "show", NAME, "--json").last["streams"]
    assert [one["checkpoint"] is None for one in after] == [True, False]
    assert [one["position"] for one in after] == [None, None]
    wrong = connected("connections", "reset", NAME, "nothing", "--yes")
    assert "It has: issues, comments" in wrong.err


def test_a_mapping_is_changed_tried_and_cleared_for_one_connection(connected):
    connected("sync", NAME, "--full")
    patch = json.dumps({"summaryTemplate": "No. {{number}}: {{title}}"})
    tried = connected("mapping", "set", NAME, "issues", patch, "--dry-run", "--json")
    assert (tried.last["failed"], tried.last["kept"]) == (0, False)
    assert tried.last["tried"] == tried.last["changed"] > 0
    assert "→ “No. " in tried.last["examples"][0]
    assert "the connector's own" in connected("mapping", "show", NAME).out
    assert connected("mapping", "set", NAME, "issues", patch).code == 0
    shown = connected("mapping", "show", NAME, "issues", "--json").last
    assert shown["override"] == json.loads(patch)
    assert shown["effective"]["summaryTemplate"].startswith("No. ")
    assert not shown["inherited"]["summaryTemplate"].startswith("No. ")
    whole = connected("sync", NAME, "--full", "--json").last
    assert whole["counts"]["updated"] >= tried.last["changed"]
    assert connected("signals", NAME, "--json", "--text", "No. ").lines
    assert connected("mapping", "clear", NAME, "issues").code == 0
    assert "already" in connected("mapping", "clear", NAME, "issues").err
    connected("sync", NAME, "--full")
    assert connected("signals", NAME, "--json", "--text", "No. ").lines == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("issues", "{"), "not JSON"),
        (("issues", "[]"), "must be an object"),
        (("issues",), "Give the change"),
        (("issues", "{}", "--file", "x"), "Give the change"),
        (("issues", "--file", "nowhere.json"), "cannot be read"),
        (("nothing", "{}"), "There is no stream “nothing”"),
        (("issues", '{"idPath": "$.["}'), "/mappingOverrides/issues/idPath"),
        (("issues", '{"idPth": "$.id"}'), "/mappingOverrides/issues/idPth"),
        (("issues", '{"idPath": null}'), "/mappingOverrides/issues/idPath"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_with_its_place(
    connected, arguments, says
):
    said = connected("mapping", "set", NAME, *arguments)
    assert said.code != 0
    assert says in said.err
    assert (
        connected("mapping", "show", NAME, "issues", "--json").last["override"] is None
    )


def test_ids_are_found_both_ways_linked_and_unlinked(connected):
    connected("sync", NAME, "--full")
    stored = connected("signals", NAME, "--json", "--limit", 1).last
    by_item = connected("ids", "find", NAME, stored["externalId"], "--json").last
    assert by_item["localId"] == stored["id"]
    by_own = connected("ids", "find", NAME, stored["id"], "--json").last
    assert (by_own["externalId"], by_own["linked"]) == (stored["externalId"], False)
    assert connected("ids", "find", NAME, "nobody").code == 1
    kind = ("--collection", stored["collectionKey"])
    wrong = connected("ids", "link", NAME, "order-7", stored["externalId"])
    assert "Name the collection" in wrong.err
    connected("ids", "link", NAME, "order-7", stored["externalId"], *kind)
    assert [
        one["localId"] for one in connected("ids", "list", NAME, "--json").lines
    ] == ["order-7"]
    found = connected("ids", "find", NAME, "order-7", "--json").last
    assert (found["externalId"], found["linked"]) == (stored["externalId"], True)
    assert connected("ids", "unlink", NAME, "order-7", *kind).code == 0
    assert "not linked" in connected("ids", "unlink", NAME, "order-7", *kind).err


def test_health_is_shown_as_it_is_known_and_asked_when_told(connected, sandbox):
    assert connected("health", NAME, "--json").last["state"] is None
    assert "not checked" in connected("health").out
    asked = connected("health", "--check", "--json")
    assert (asked.code, asked.last["state"]) == (0, "healthy")
    assert asked.last["latencyP95Ms"] == asked.last["latencyMs"]
    sandbox.control(fault="unauthorised")
    assert connected("sync", NAME).code == 1
    sandbox.control(fault=None)
    bad = connected("health", NAME, "--json")
    assert (bad.code, bad.last["state"]) == (1, "reauth_required")
    assert bad.last["consecutiveFailures"] == 1
    assert bad.last["lastError"]
    assert connected("health", NAME, "--check").code == 0
