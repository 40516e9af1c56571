"""Bad input gets what, where and what to do: no traceback, nothing half-written."""

import json
import sqlite3
from pathlib import Path

import pytest
from tests.cli.test_run import unseen
from tests.cli.test_verbs import SANDBOX

from ferrule.cli.place import open_workspace
from ferrule.clock import SystemClock
from ferrule.transport import trip

MISSING_HOST = "http://127.0.0.1:9"


class Hurried(SystemClock):
    """The real clock, but nobody sleeps."""

    def sleep(self, seconds: float) -> None:
        """Let no time pass."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(trip, "NAP_S", 3600)
    monkeypatch.setattr("ferrule.clock.SystemClock.sleep", Hurried.sleep)


@pytest.fixture
def write(tmp_path):
    def put(content, name="given.json") -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(
                content if isinstance(content, str) else json.dumps(content)
            )
        return path

    return put


def told(said, *words: str, code: int = 1) -> None:
    """Check that a command failed as it should: in words, with its code."""
    text = said.out + said.err
    assert said.code == code, text
    assert "Traceback" not in text
    for word in words:
        assert word in text


DOCUMENTS = [
    ("{", ["FD000", "not JSON"]),
    ("", ["FD000"]),
    ("[]", ["not a JSON object", "must begin with {"]),
    (b"\xff\xfe{}", ["FD000"]),
    ("[" * 100_000, ["nested too deeply"]),
    ('{"id": "a"}', ["name", "is missing"]),
]


@pytest.mark.parametrize(("content", "words"), DOCUMENTS)
def test_a_document_that_is_none(say, write, content, words):
    path = write(content)
    told(say("validate", path), *words)
    told(say("validate", path, "--json"), *words)
    told(say("run", path))
    told(say("preview", path, "--response", path))


def test_the_place_of_a_syntax_error_is_told(say, write):
    path = write('{\n "id": "a",\n "name" "b"\n}')
    told(say("validate", path), "line 3, column 9")


def test_a_document_of_100_mb_is_not_read(say, tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as out:
        out.truncate(100_000_000)
    for command in (("validate",), ("validate", "--json"), ("run",)):
        told(say(command[0], path, *command[1:]), "100 MB", "at most 4 MB")
    told(say("preview", path, "--response", path), "100 MB")


def test_unknown_members_are_named_with_what_was_meant(say, write):
    document = unseen("link")
    document["fieldMapping"]["idPth"] = document["fieldMapping"].pop("idPath")
    said = say("validate", write(document), "--json")
    problems = {p["pointer"]: p for p in said.last["problems"]}
    assert said.code == 1
    assert "idPath" in problems["/fieldMapping/idPth"]["advice"]
    assert "is missing" in problems["/fieldMapping/idPath"]["message"]


def test_a_path_that_does_not_parse_has_its_column(say, write):
    document = unseen("link")
    document["fieldMapping"]["idPath"] = "$.id["
    path = write(document)
    told(say("validate", path), "/fieldMapping/idPath", "column 6")
    told(say("path", "$.id[", path), "$.id[\n       ^")
    assert say("path", "$.id[", path, "--json").last["column"] == 6


def test_a_file_that_is_not_there(say, tmp_path):
    path = tmp_path / "none.json"
    for command in (
        ("validate", path),
        ("run", path),
        ("path", "$", path),
        ("preview", SANDBOX, "--response", path),
    ):
        said = say(*command)
        told(said, str(path), "No such file", code=said.code)
        assert said.code in {1, 2}


def test_a_folder_is_no_file(say, tmp_path):
    told(say("validate", tmp_path), "Is a directory")


@pytest.fixture
def run(say, sandbox, write):
    def go(prefix: str, *options, url: str = "", style: str = "link"):
        path = write(unseen(style, prefix))
        return say("run", path, "--set", f"baseUrl={url or sandbox.url}", *options)

    return go


SERVICE = [
    ("/faults/html", "UnreadableResponse", ["127.0.0.1", "not JSON", "sign-in"]),
    ("/faults/truncated", "UnreadableResponse", ["127.0.0.1", "not JSON"]),
    ("/faults/unauthorised", "AuthRefused", ["401", "give it again"]),
    ("/faults/forbidden", "AuthRefused", ["403", "scopes"]),
    ("/faults/missing", "UnexpectedStatus", ["404", "Nothing is at this address"]),
    ("/faults/error-always", "UnexpectedStatus", ["500", "5 attempts"]),
    ("/faults/moved", "UnexpectedStatus", ["302", "Redirects are not followed"]),
    ("/faults/expired-cursor", "UnexpectedStatus", ["410"]),
    ("/faults/off-host", "OffHost", ["elsewhere.example.com", "away from"]),
    (
        "/faults/repeated-cursor",
        "EndlessPaging",
        ["the same as an earlier", "page parameter"],
    ),
]


@pytest.mark.parametrize(("prefix", "failure", "words"), SERVICE)
def test_a_service_that_misbehaves(run, sandbox, prefix, failure, words):
    sandbox.control(reset=True)
    said = run(prefix)
    told(said, *words)
    assert said.last["type"] == "run"
    assert said.last["status"] == "failed"
    assert said.last["failure"] == failure
    assert said.last["advice"]


def test_a_service_that_asks_to_wait_too_often(say, write, faults):
    document = unseen("link")
    document["ingestion"]["endpoint"] = "{{baseUrl}}/too_many_year"
    said = say("run", write(document), "--set", f"baseUrl={faults.origin}")
    told(said, "429", "asks to wait")
    assert said.last["failure"] == "RateLimitError"


@pytest.mark.parametrize(
    ("url", "failure", "words"),
    [
        (MISSING_HOST, "ServiceUnreachable", ["127.0.0.1", "refused"]),
        ("https://no-such-host.invalid", "ServiceUnreachable", ["no-such-host"]),
        ("http://example.com", "OffHost", ["plain http", "--allow-http"]),
        ("http://169.254.169.254", "OffHost", ["never called"]),
    ],
)
def test_a_host_that_cannot_be_asked(run, url, failure, words):
    said = run("", url=url)
    told(said, *words)
    assert said.last["failure"] == failure


def test_a_check_says_where_it_stops(say, sandbox, write):
    told(
        say("connect", "sandbox-issues", "--set", f"baseUrl={MISSING_HOST}"),
        code=0,
    )
    said = say("check", "sandbox-issues", "--json")
    told(said, "refused")
    assert (said.last["step"], said.last["ok"]) == ("reachable", False)
    assert said.last["advice"]
    assert say("connections", "--json").last["state"] == "degraded"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "nonsense=1"], ["nonsense", "It has: baseUrl"]),
        (["--set", "nonsense"], ["not of the form key=value"]),
        (["--set", "baseUrl=a", "--set", "baseUrl=b"], ["twice"]),
        (["--secret", "token=plain-and-visible"], ["stands in the argument", "@env:"]),
        (["--secret", "plain-and-visible"], ["not of the form key=value"]),
        (["--stream", "nothing"], ["no stream “nothing”", "It has"]),
        (["--limit", "0"], ["at least 1"]),
        (["--limit", "x"], ["invalid int"]),
        (["--state", "wrong.json"], ["not a state file", "streams"]),
    ],
)
def test_a_run_that_is_put_wrongly(run, options, words):
    Path("wrong.json").write_text('{"streams": 3}')
    said = run("", *options)
    told(said, *words, code=2)
    assert "plain-and-visible" not in said.out + said.err
    assert Path("wrong.json").read_text() == '{"streams": 3}'


def test_a_secret_that_is_not_there(run):
    told(run("", "--secret", "a=@env:NOT_THERE"), "NOT_THERE", "export NOT_THERE")
    told(run("", "--secret", "a=@file:/no/such/file"), "cannot be read")


def test_a_state_that_cannot_be_kept_fails_the_run(run, tmp_path):
    (tmp_path / "file").write_text("")
    said = run("", "--state", tmp_path / "file" / "state.json", "--limit", 5)
    told(said, "cannot be written")
    assert said.last["status"] == "failed"


def test_a_checkpoint_that_is_none(run, tmp_path):
    state = tmp_path / "state.json"
    state.write_text('{"streams": {"unseen_link": {"checkpoint": "long ago"}}}')
    said = run("", "--state", state)
    told(said, "long ago", "full")
    assert said.last["failure"] == "CursorRejected"


CONNECT = [
    (["nothing-issues"], 1, ["no connector", "Did you mean"]),
    (["sandbox-issues", "--set", "nonsense=1"], 2, ["not a configuration field"]),
    (["sandbox-issues", "--stream", "none"], 2, ["no stream"]),
    (["sandbox-issues", "--sync-from", "soon"], 2, ["syncFrom", "2026-01-31"]),
    (["sandbox-issues", "--secret", "a=@env:PATH"], 2, ["not a credential field"]),
    (["github-issues", "--set", "owner=a", "--set", "repo=b"], 1, ["is required"]),
]


@pytest.mark.parametrize(("arguments", "code", "words"), CONNECT)
def test_a_connection_that_is_put_wrongly_is_not_made(say, arguments, code, words):
    told(say("connect", *arguments), *words, code=code)
    assert say("connections", "--json").lines == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gateway", "--per-minute", "0"], ["'--per-minute'", "gateway --help"]),
        (["gateway", "--port", "x"], ["'--port'", "valid integer"]),
        (["signals"], ["Missing argument 'CONNECTION'.", "ferrule signals --help"]),
        (["signals", "a", "b"], ["(b)"]),
        (["signal"], ["No such command 'signal'.", "See: ferrule --help."]),
        (["sharing"], ["No such command 'sharing'.", "See: ferrule --help."]),
        (["webhook", "show"], ["argument 'ID'", "See: ferrule webhook show --help."]),
    ],
)
def test_a_command_that_is_put_wrongly_names_what_is_wrong(say, arguments, words):
    said = say(*arguments)
    assert said.code == 2
    assert all(word in said.err for word in words), said.err


def test_a_key_that_is_taken(say, sandbox):
    first = ("connect", "sandbox-issues", "--set", f"baseUrl={sandbox.url}")
    assert say(*first).code == 0
    told(say(*first), "already", "--key")


def test_secrets_without_a_place_are_refused(say, monkeypatch):
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    monkeypatch.setenv("GIVEN", "some-token-value")
    settings = ("--set", "owner=a", "--set", "repo=b")
    said = say("connect", "github-issues", *settings, "--secret", "token=@env:GIVEN")
    told(said, "FERRULE_MASTER_KEY", "keychain")
    assert say("connections", "--json").lines == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["empty (0 bytes)", "Nothing was changed"]),
        (b"not a database at all, but a text of some length" * 9, ["not a Ferrule"]),
        ("newer", ["schema 99", "newer Ferrule"]),
        ("other", ["not a Ferrule database"]),
        ("damaged", ["damaged"]),
    ],
)
def test_a_database_that_cannot_be_used_is_left_alone(say, home, content, words):
    home.mkdir()
    path = home / "ferrule.db"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        spoilt(say, path, content)
    before = path.read_bytes()
    for command in (["connections"], ["sync", "a"], ["connect", "sandbox-issues"]):
        told(say(*command), str(path), *words)
    assert path.read_bytes() == before


def spoilt(say, path: Path, how: str) -> None:
    if how == "other":
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE mine (a)")
        db.close()
        return
    assert (
        say("connect", "sandbox-issues", "--set", f"baseUrl={MISSING_HOST}").code == 0
    )
    if how == "damaged":
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
        path.write_bytes(path.read_bytes()[: len(whole) // 2])
        return
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[project", ["cannot be read"]),
        ('project = "a"', ["not a section", "[project]"]),
        ('[project]\nkey = "Not Good"', ["not a valid name"]),
        (b"\xff\xfe", ["cannot be read"]),
    ],
)
def test_a_project_file_that_cannot_be_read(say, write, content, words):
    path = write(content, "ferrule.toml")
    told(say("--project", path.parent, "connections"), str(path), *words)


def test_a_project_over_a_file_or_a_project(say, write, tmp_path):
    path = write("x", "file")
    told(say("project", "init", path), "cannot be written")
    assert path.read_text() == "x"
    assert say("project", "init", tmp_path / "work").code == 0
    told(say("project", "init", tmp_path / "work"), "a project already", code=2)


def test_a_home_that_is_a_file(say, write, monkeypatch):
    monkeypatch.setenv("FERRULE_HOME", str(write("x", "file")))
    told(say("connect", "sandbox-issues"), "FERRULE_HOME")


def test_a_disabled_connection_is_not_synced(say, sandbox):
    assert say("connect", "sandbox-issues", "--set", f"baseUrl={sandbox.url}").code == 0
    workspace = open_workspace()
    workspace.registry.enable_connection("default", "sandbox-issues", enabled=False)
    told(say("sync", "sandbox-issues"), "disabled", code=2)
