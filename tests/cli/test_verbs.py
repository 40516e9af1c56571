"""Each verb, for people and for machines."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ferrule import shipped
from ferrule.cli.asking import sys as connect_sys

DESCRIPTORS = shipped.descriptors()
SANDBOX = DESCRIPTORS / "ferrule" / "connectors" / "sandbox-issues.json"
VERBS = [
    "catalogue",
    "validate",
    "path",
    "preview",
    "run",
    "sandbox",
    "project",
    "connect",
    "check",
    "sync",
    "signals",
    "connections",
    "disconnect",
    "mapping",
    "ids",
    "health",
    "diff",
]


@pytest.fixture
def connected(say, sandbox):
    """Return the runner, once the sandbox is connected."""
    said = say("connect", "sandbox-issues", "--set", f"baseUrl={sandbox.url}")
    assert said.code == 0, said
    return say


@pytest.fixture
def response(tmp_path: Path) -> Path:
    fixture = DESCRIPTORS / "ferrule" / "fixtures" / "sandbox-issues" / "two-pages.json"
    body = json.loads(fixture.read_bytes())["exchanges"][0]["response"]["body"]
    path = tmp_path / "response.json"
    path.write_text(json.dumps(body))
    return path


def test_help_lists_every_verb(say):
    said = say("--help")
    listed = re.findall(r"^  ([a-z]+)  ", said.out, re.MULTILINE)
    assert said.code == 0
    assert set(VERBS) <= set(listed)
    assert "progress" not in listed


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(say, verb):
    said = say(verb, "--help")
    assert said.code == 0
    assert "sage:" in said.out


_ALONE = """
import os, sys
from ferrule.cli import verbs

for verb in sys.argv[1:]:
    if not os.fork():
        os._exit(verbs.execute([verb, "--help"]) or sys.stdout.flush() or 0)
    os.wait()
print("<>", flush=True)
verbs.execute(["--help"])  # now all of them are there
print("<>")
for verb in sys.argv[1:]:
    verbs.execute([verb, "--help"])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each verb begins in a fork")
def test_a_verb_alone_is_what_it_is_beside_the_others(say):
    """Only the modules of the verb that is called are imported."""
    every = re.findall(r"^  ([a-z][a-z-]*)  ", say("--help").out, re.MULTILINE)
    assert set(every) > set(VERBS)
    lean = {"run", "sandbox"}  # what these are asked goes to a parser of their own
    told = subprocess.run(
        [sys.executable, "-c", _ALONE, *(verb for verb in every if verb not in lean)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    alone, listed, beside = told.split("<>\n")
    assert alone == beside
    assert all(f"  {verb}  " in listed for verb in every)


def test_version_is_told(say):
    assert say("--version").out.startswith("ferrule 0.")


def test_catalogue(say):
    said = say("catalogue", "--json")
    cards = {card["id"]: card for card in said.lines}
    assert said.code == 0
    assert cards["github-issues"]["auth"] == "pat"
    assert cards["sandbox-issues"]["origin"] == "shipped"
    words = say("catalogue").out
    assert all(name in words for name in cards)


def test_looking_leaves_nothing_behind(say, home):
    for verb in ("catalogue", "connections"):
        assert say(verb).code == 0
    assert [path.name for path in home.rglob("*")] == []


def test_validate(say):
    said = say("validate", SANDBOX, "--json")
    assert (said.code, said.last["ok"]) == (0, True)
    assert say("validate", SANDBOX).out.startswith(f"{SANDBOX}: valid")


def test_path(say, response):
    said = say("path", "$[0].id", response, "--json")
    assert said.code == 0
    assert said.last["path"] == "$[0]['id']"
    words = say("path", "$[0].id", response)
    assert words.out == f"$[0]['id']\t{said.last['value']}\n"
    assert say("path", "$.nothing", response).code == 0


def test_path_strict_refuses_what_the_standard_lacks(say, response):
    assert say("path", "$.`len`", response).code == 0
    said = say("path", "$.`len`", response, "--strict", "--json")
    assert said.code == 1
    assert said.last["error"] == "ExpressionError"


def test_preview(say, response):
    said = say("preview", SANDBOX, "--response", response, "--json")
    assert said.code == 0
    kinds = {line["type"] for line in said.lines}
    assert kinds == {"signal", "skipped"}
    words = say("preview", SANDBOX, "--response", response)
    assert "left out by the filter" in words.out
    other = say("preview", SANDBOX, "--response", response, "--stream", "comments")
    assert other.code == 0


def test_preview_fails_with_an_item_that_fails(say, tmp_path):
    path = tmp_path / "broken.json"
    path.write_text('[{"id": 1}]')
    said = say("preview", SANDBOX, "--response", path, "--json")
    assert (said.code, said.last["type"]) == (1, "item_error")
    assert said.last["field"] == "timestampPath"


def test_integers_of_any_size_are_told_exactly(say, tmp_path):
    path = tmp_path / "big.json"
    big = 2**80
    path.write_text(json.dumps([{"id": big, "updated_at": "2026-01-01T00:00:00Z"}]))
    said = say("preview", SANDBOX, "--response", path, "--json")
    assert said.last["signal"]["raw"]["id"] == big


def test_project_init_and_list(say, tmp_path):
    said = say("project", "init", tmp_path / "work", "--name", "My work")
    assert said.code == 0
    assert "my-work" in said.out
    listed = say("project", "list", "--json")
    assert listed.last == {
        "key": "my-work",
        "name": "My work",
        "folder": str(tmp_path / "work"),
    }
    assert "My work" in say("project", "list").out
    inside = say("--project", tmp_path / "work", "connections", "--json")
    assert (inside.code, inside.out) == (0, "")


def test_connect_check_sync_signals_disconnect(connected, sandbox):
    say = connected
    assert [c["key"] for c in say("connections", "--json").lines] == ["sandbox-issues"]
    assert "sandbox-issues" in say("connections").out
    checked = say("check", "sandbox-issues", "--json")
    steps = {line["step"]: line["ok"] for line in checked.lines}
    assert checked.code == 0
    assert steps == {
        "configuration": True,
        "reachable": True,
        "tls": None,
        "auth": None,
        "health": True,
        "first page": True,
    }
    assert "first page    100 items" in say("check", "sandbox-issues").out
    full = say("sync", "sandbox-issues", "--full", "--json")
    assert (full.code, full.last["type"], full.last["status"]) == (0, "run", "done")
    again = say("sync", "sandbox-issues")
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("done: ")
    shown = say("signals", "sandbox-issues", "--json", "--limit", 5)
    assert len(shown.lines) == 5
    assert shown.lines[0]["collectionKey"].startswith("sandbox_issue")
    found = say("signals", "sandbox-issues", "--text", shown.lines[0]["externalId"])
    assert shown.lines[0]["externalId"] in found.out
    asked = say("disconnect", "sandbox-issues")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    gone = say("disconnect", "sandbox-issues", "--yes", "--json")
    assert (gone.code, gone.last["signals"]) == (0, full.last["counts"]["created"])
    assert say("connections", "--json").lines == []


@pytest.mark.parametrize(("reply", "code", "left"), [(False, 1, 1), (True, 0, 0)])
def test_disconnect_asks_on_a_terminal(connected, monkeypatch, reply, code, left):
    monkeypatch.setattr(connect_sys.stdin, "isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr("typer.confirm", lambda text: asked.append(text) or reply)
    said = connected("disconnect", "sandbox-issues")
    assert said.code == code
    assert "signals" in asked[0]
    assert len(connected("connections", "--json").lines) == left


def test_several_connections_of_one_connector(connected, sandbox):
    address = f"baseUrl={sandbox.url}"
    for key in ("second", "third"):
        said = connected("connect", "sandbox-issues", "--set", address, "--key", key)
        assert said.code == 0
    found = connected("connections", "--json", "--provider", "ferrule").lines
    assert [c["key"] for c in found] == ["sandbox-issues", "second", "third"]
    assert connected("connections", "--json", "--connector", "other").lines == []


def test_sync_notes_how_the_connection_is(connected, sandbox):
    connected("sync", "sandbox-issues", "--json", "--limit", 10)
    assert connected("connections", "--json").last["state"] == "healthy"
    sandbox.control(fault="unauthorised")
    try:
        said = connected("sync", "sandbox-issues", "--json")
    finally:
        sandbox.control(fault=None)
    assert (said.code, said.last["failure"]) == (1, "AuthRefused")
    found = connected("connections", "--json").last
    assert found["state"] == "reauth_required"
    assert "401" in found["lastError"]


def test_a_limit_is_exact_over_several_syncs(connected):
    seen = []
    for _ in range(3):
        said = connected("sync", "sandbox-issues", "--json", "--full", "--limit", 150)
        assert said.last["status"] == "stopped"
        seen.append(said.last["counts"]["processed"])
    assert seen == [150, 300, 450]
    assert (
        len(connected("signals", "sandbox-issues", "--json", "--limit", 999).lines)
        == 450
    )
    rest = connected("sync", "sandbox-issues", "--json", "--full")
    assert rest.last["counts"]["created"] == rest.last["counts"]["processed"]


def test_only_one_of_full_and_incremental(connected):
    said = connected("sync", "sandbox-issues", "--full", "--incremental")
    assert said.code == 2
    assert "exclude each other" in said.err
