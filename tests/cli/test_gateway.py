"""`ferrule gateway`: how it begins, what it prints, how it ends, what it keeps."""

import hmac
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.support.commands import KEY, Ferrule
from tests.workspace.test_receiving import CALLED, DOCUMENT

from ferrule.credentials import forget_master_key
from ferrule.store import Database, Deliveries
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

BODY = b'{"event": "a", "id": 1, "at": "2026-01-01T00:00:00Z", "title": "one"}'
PATH = "/api/webhooks/hook/birds"


@pytest.fixture
def ferrule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ferrule]:
    folder = tmp_path / "project"
    for name, ingestion in (
        ("hook", CALLED),
        ("open", {**CALLED, "verification": "none"}),
    ):
        own = folder / "descriptors" / name / "connectors"
        own.mkdir(parents=True)
        document = {**DOCUMENT, "id": name, "ingestion": ingestion}
        (own / f"{name}.json").write_text(json.dumps(document))
    (folder / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    workspace = Workspace(Home(tmp_path / "home"), folder)
    secrets = {"secret": SecretStr("s3cret-of-hook")}
    connect(workspace, "hook", {}, secrets, must_store=True)
    workspace.close()
    kept = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    yield Ferrule(tmp_path / "home", folder, kept)
    forget_master_key()


class Started:
    """A gateway as a process; its first line is read."""

    def __init__(self, ferrule: Ferrule, *options: str) -> None:
        self.process: subprocess.Popen[bytes] = ferrule.start(
            "gateway", "--port", "0", *options
        )
        self.first = self.process.stdout.readline()

    @property
    def ready(self) -> dict[str, Any]:
        return json.loads(self.first)

    def line(self) -> dict[str, Any]:
        return json.loads(self.process.stdout.readline())

    def post(self, url: str, body: bytes = BODY, secret: str = "s3cret-of-hook") -> int:
        signature = hmac.digest(secret.encode(), body, "sha256").hex()
        host = url.removeprefix("http://")
        with closing(HTTPConnection(host, timeout=10)) as connection:
            connection.request("POST", PATH, body, {"X-Signature": signature})
            return connection.getresponse().status

    def end(self, how: int | None = None) -> tuple[int, str, str]:
        """End it by a signal or by the end of its input; return what it said."""
        if how is not None:
            self.process.send_signal(how)
        self.process.stdin.close()
        code = self.process.wait(20)
        said = self.process.stdout.read().decode(), self.process.stderr.read().decode()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, *said


@pytest.fixture
def begin(ferrule: Ferrule) -> Iterator[Any]:
    """Return what starts a gateway; whatever a test leaves behind is killed."""
    begun: list[Started] = []

    def start(*options: str) -> Started:
        begun.append(Started(ferrule, *options))
        return begun[-1]

    yield start
    for one in begun:
        if one.process.poll() is None:
            one.process.kill()
            one.end()


def deliveries(ferrule: Ferrule) -> list[Any]:
    with Database.open(ferrule.home / "ferrule.db") as database:
        return list(Deliveries(database).after("birds", 0))


def test_it_says_where_it_listens_and_a_line_a_call(
    begin: Any, ferrule: Ferrule
) -> None:
    started = begin("--json", "--control", "stdin")
    ready = started.ready
    assert (ready["type"], ready["project"]) == ("ready", "birds")
    assert ready["connections"] == [
        {
            "connection": "hook",
            "connector": "hook",
            "path": PATH,
            "verification": "signature",
            "refused": False,
        }
    ]
    assert started.post(ready["url"]) == 202
    line, mapped = sorted((started.line(), started.line()), key=lambda x: x["type"])
    assert (line["type"], line["http"], line["what"]) == ("delivery", 202, "accepted")
    assert (mapped["type"], mapped["status"]) == ("settled", "mapped")
    assert (mapped["event"], mapped["outcome"]["created"]) == ("a", 1)
    assert (line["connection"], line["event"], line["id"]) == ("hook", "a", 1)
    assert (line["verdict"], line["size"]) == ("valid", len(BODY))
    assert started.post(ready["url"], secret="another") == 401
    line = started.line()
    assert (line["what"], line["verdict"]) == ("wrong_signature", "invalid")
    assert "event" not in line
    code, out, err = started.end()
    assert (code, out, err) == (75, "", "")
    assert [one.status for one in deliveries(ferrule)] == ["mapped", "refused"]


def test_in_words_it_tells_who_is_called_where(begin: Any) -> None:
    started = begin()
    url = started.first.decode().split()[4].rstrip(".")
    assert started.post(url) == 202
    code, out, err = started.end(signal.SIGINT)
    assert (code, err) == (130, "")
    assert f"hook: {url}{PATH}" in out
    assert "202  accepted  hook  a  valid  #1" in out


def test_it_ends_cleanly_when_it_is_told_to(begin: Any, ferrule: Ferrule) -> None:
    started = begin("--json")
    assert started.post(started.ready["url"]) == 202
    code, _, err = started.end(signal.SIGTERM)
    assert (code, err) == (0, "")
    assert len(deliveries(ferrule)) == 1
    assert not (ferrule.home / "ferrule.db-wal").exists()  # folded in


def test_a_parent_tells_it_to_stop(begin: Any) -> None:
    started = begin("--json", "--control", "stdin")
    started.process.stdin.write(b'nonsense\n[1]\n{"do": "stop"}\n')
    started.process.stdin.flush()
    assert started.process.wait(20) == 75
    started.end()


def test_a_secret_that_was_lost_is_told_and_the_call_comes_again(
    begin: Any, ferrule: Ferrule
) -> None:
    (ferrule.home / "vault.ferrule").unlink()
    started = begin("--json")
    assert started.post(started.ready["url"]) == 503
    code, _, err = started.end(signal.SIGTERM)
    assert code == 0
    assert "WARNING" in err
    assert "s3cret-of-hook" not in err


def test_a_port_that_is_taken_is_told(ferrule: Ferrule) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = ferrule("gateway", "--port", port, "--json")
    assert said.code == 1
    assert "cannot listen" in said.last["message"]


def test_what_cannot_be_is_refused(ferrule: Ferrule) -> None:
    said = ferrule("gateway", "--control", "elsewhere")
    assert (said.code, "stdin" in said.err) == (2, True)


def test_from_elsewhere_an_unverified_connection_is_told_to_be_refused(
    begin: Any, ferrule: Ferrule
) -> None:
    workspace = Workspace(Home(ferrule.home), ferrule.folder)
    connect(workspace, "open", {}, {}, must_store=True)
    workspace.close()
    started = begin("--json", "--public-url", "https://hooks.example")
    told = {one["connection"]: one["refused"] for one in started.ready["connections"]}
    assert told == {"hook": False, "open": True}
    assert started.ready["publicUrl"] == "https://hooks.example"
