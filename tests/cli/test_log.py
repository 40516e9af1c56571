"""`ferrule log` and `ferrule audit` over real syncs of the sandbox."""

import json
import sqlite3
from contextlib import closing

import pytest

NAME = "sandbox-issues"
TOKEN = "ghp_c4n4ry0f0perati0ns"


@pytest.fixture
def synced(say, sandbox):
    sandbox.control(reset=True)
    address = f"baseUrl={sandbox.url}"
    assert say("connect", NAME, "--set", address, "--key", "work").code == 0
    assert say("sync", "work", "--limit", "300").code == 0
    return say


def lines(say, *query: str):
    return say("log", "--json", *query).lines


def test_a_sync_is_told_from_its_beginning_to_its_end(synced):
    found = lines(synced, "operation:sync")
    assert {one["correlation"] for one in found} == {"run:1"}
    assert {one["connection"] for one in found} == {"work"}
    assert {one["connector"] for one in found} == {NAME}
    first, last = found[0], found[-1]
    assert (first["outcome"], last["outcome"]) == ("begun", "stopped")
    assert last["details"]["processed"] == 300
    assert last["durationMs"] > 0
    assert lines(synced, "id:run:1") == found
    said = synced("log", "-n", "1", "operation:sync")
    assert "300 items: 300 created" in said.out
    assert "[run:1]" in said.out


def test_what_goes_wrong_is_found_by_its_level(synced, sandbox):
    sandbox.control(fault="unauthorised")
    try:
        synced("sync", "work")
        synced("check", "work")
        synced("health", "--check")
    finally:
        sandbox.control(fault=None)
    found = lines(synced, "level:error", "since:1h")
    assert {one["operation"] for one in found} >= {"sync", "check", "health"}
    assert all(one["level"] == "error" for one in found)
    assert any("healthy and is" in one["message"] for one in found)
    assert lines(synced, "-level:error", "operation:check") == []


def test_items_that_fail_are_counted_not_listed(synced, sandbox):
    sandbox.control(fault="malformed-item")
    try:
        synced("sync", "work", "--full", "--fresh")
    finally:
        sandbox.control(fault=None)
    found = lines(synced, "id:run:2")
    assert len(found) < 10
    assert found[-1]["details"]["failed"] > 0
    assert found[-1]["details"]["failedFields"]
    assert found[-1]["level"] != "info"


def test_a_query_that_cannot_be_read_is_refused_with_advice(say):
    said = say("log", "a", "level:eror")
    assert said.code == 2
    assert "Did you mean error?" in said.err
    assert said.err.endswith("  a level:eror\n    ^\n")


def test_what_is_left_out_is_no_option(synced):
    every = lines(synced)
    rest = lines(synced, "-operation:sync", "-n", "500")
    assert rest == [one for one in every if one["operation"] != "sync"]
    assert lines(synced, "-items", "--", "-operation:health") == [
        one
        for one in every
        if "items" not in json.dumps(one).lower() and one["operation"] != "health"
    ]


def test_a_name_is_the_whole_of_it_and_a_star_says_what_begins_with_it(synced):
    said = synced("log", "connector:sandbox")
    assert said.out == ""
    assert f"connector:sandbox* finds what begins with it: {NAME}." in said.err
    assert lines(synced, "connector:sandbox*") == lines(synced, f"connector:{NAME}")


def test_an_export_holds_what_fits_and_prune_what_is_young(synced, tmp_path):
    out = tmp_path / "log.jsonl"
    assert "Wrote" in synced("log", "export", out, "operation:sync").out
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["id"] for one in told] == sorted(one["id"] for one in told)
    assert {one["operation"] for one in told} == {"sync"}
    assert synced("log", "prune", "--json").last == {"type": "pruned", "lines": 0}
    (_, told) = synced("audit", "-n", "2", "--json").lines
    assert (told["action"], told["via"]) == ("log.prune", "ferrule log")
    assert "0 lines of the log were deleted. Kept are 30 days" in told["note"]


def test_the_trail_tells_who_did_what_and_notices_an_edit(synced, home):
    assert synced("disconnect", "work", "--yes").code == 0
    rows = synced("audit", "--json").lines
    assert [(row["action"], row["outcome"]) for row in rows] == [
        ("connection.connect", "done"),
        ("connection.delete", "begun"),
        ("connection.delete", "done"),
    ]
    assert rows[-1]["via"] == "ferrule disconnect"
    assert rows[-1]["subject"] == "work"
    said = synced("audit")
    assert "begun" not in said.out
    assert "connection.delete" in said.out
    whole = synced("audit", "verify", "--json")
    assert (whole.code, whole.last["whole"], whole.last["rows"]) == (0, True, 3)
    assert synced("audit", "verify", "--head", whole.last["head"]).code == 0
    with closing(sqlite3.connect(home / "ferrule.db")) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET actor = 'nobody' WHERE id = 2")
        db.commit()
    said = synced("audit", "verify")
    assert said.code == 1
    assert "Row 2: It was changed." in said.err


def test_no_secret_is_in_the_log_or_the_trail(
    say, sandbox, home, tmp_path, monkeypatch
):
    monkeypatch.setenv("CANARY", TOKEN)
    given = ("--secret", "token=@env:CANARY")
    say("connect", "github-issues", "--set", "repo=a/b", *given)
    say("connect", "github-issues", *given)
    say("credentials", "rotate", "github-issues", *given)
    say("disconnect", "github-issues", "--yes")
    out = tmp_path / "log.jsonl"
    say("log", "export", out)
    said = say("audit", "--json").out + say("log", "--json").out + out.read_text()
    assert "github-issues" in said
    held = b"".join(path.read_bytes() for path in home.glob("ferrule.db*"))
    assert TOKEN not in said
    assert TOKEN.encode() not in held
