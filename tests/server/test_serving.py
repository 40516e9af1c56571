"""The command: how it begins, where it listens, how it ends, and what tokens it has."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from tests.bundle import acme
from tests.support.commands import Ferrule

from ferrule.bundle import build, seal_trust, sign
from ferrule.clock import SystemClock
from ferrule.errors import FerruleError, UsageError
from ferrule.server.application import application
from ferrule.server.database import Database
from ferrule.server.operation import Registry
from ferrule.server.serving import Serving, serve
from ferrule.server.tokens import SCOPES, scopes_named
from ferrule.serving.protocol import HEAD_S, MOST_CONNECTIONS

ROOT = acme.ROOT.public.fingerprint
TODAY = SystemClock().now().replace(microsecond=0)
TOMORROW = TODAY + timedelta(days=1)
TRUST = seal_trust(replace(acme.trust(), expires_at=TOMORROW), [acme.ROOT])


def fresh(versions=acme.VERSIONS):
    """Return a bundle that is valid today."""
    draft = build(
        acme.folder(versions),
        created_at=TODAY - timedelta(hours=1),
        expires_at=TOMORROW,
        tool_version="ferrule 0.1.0",
    )
    return sign(draft, [acme.SIGNER])


@pytest.fixture
def ferrule(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.joinpath("trust.json").write_bytes(TRUST)
    folder.joinpath("acme.ferrule").write_bytes(fresh())
    kept = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    return Ferrule(tmp_path / "home", folder, kept)


@pytest.fixture
def begin(ferrule):
    """Return what starts a server; whatever a test leaves behind is killed."""
    begun = []

    def start(*options):
        process = ferrule.start("server", "--port", "0", "--json", *options)
        begun.append(process)
        return process, json.loads(process.stdout.readline())["url"]

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
            end(process)


FIRST = ("--trust", "trust.json", "--root", ROOT)


def end(process, how=None):
    """End a process, by a signal or by the end of its input, and what it said."""
    if how is not None:
        process.send_signal(how)
    process.stdin.close()
    code = process.wait(15)
    said = process.stderr.read().decode()
    process.stdout.close()
    process.stderr.close()
    return code, said


@pytest.mark.parametrize(
    ("options", "how", "code"),
    [
        ((), signal.SIGTERM, 0),
        ((), signal.SIGINT, 130),
        (("--control", "stdin"), None, 75),
    ],
)
def test_it_ends_in_order(ferrule, begin, options, how, code):
    process, _ = begin(*FIRST, *options)
    assert end(process, how) == (code, "")
    assert not list(ferrule.home.glob("server.db-*"))
    if os.name == "posix":
        assert ferrule.home.joinpath("server.db").stat().st_mode & 0o077 == 0


def test_from_a_token_to_a_pushed_bundle(ferrule, begin):
    """The whole way of a person: start, token, push, push an older one, revoke."""
    process, url = begin(*FIRST)
    made = ferrule("server", "token", "new", "--scope", "manage", "--label", "CI")
    token = made.out.strip()
    assert "cannot be shown again" in made.err
    push = ("push", url, "acme.ferrule", "--token", "@env:TOKEN")
    first = ferrule(*push, TOKEN=token)
    assert (first.code, "took it in" in first.out) == (0, True), first
    older = fresh(acme.VERSIONS | {"acme.issues": "1.1.0"})
    ferrule.folder.joinpath("acme.ferrule").write_bytes(older)
    refused = ferrule(*push, TOKEN=token)
    assert (refused.code, "refused it at step 13" in refused.out) == (1, True)
    back = ferrule(*push, "--allow-rollback", "1.2.0 loses things", TOKEN=token)
    assert (back.code, "went back  acme.issues" in back.out) == (0, True), back

    listed = ferrule("server", "token", "list", "--json")
    assert token.split("_", 2)[2] not in listed.out
    assert (listed.last["label"], listed.last["scopes"]) == ("CI", [SCOPES[1]])
    assert ferrule("server", "token", "revoke", listed.last["id"]).code == 0
    barred = ferrule(*push, "--json", TOKEN=token)
    assert barred.code == 1
    assert (barred.last["status"], barred.last["code"]) == (401, "no_token")
    end(process, signal.SIGTERM)


def test_the_first_list_needs_the_fingerprint_of_its_root(ferrule, begin):
    shown = ferrule("server", "--port", "0", "--trust", "trust.json")
    assert (shown.code, ROOT in shown.err) == (2, True)
    process, _ = begin(*FIRST)
    end(process, signal.SIGTERM)
    later, _ = begin()
    end(later, signal.SIGTERM)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "registry.example"])
def test_it_listens_elsewhere_only_behind_a_proxy(host):
    with pytest.raises(UsageError, match="in the clear"):
        serve(Serving(":memory:", host=host), announce=print)


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wanted = Serving(
            str(tmp_path / "server.db"),
            port=listener.getsockname()[1],
            trust=TRUST,
            roots=[ROOT],
        )
        with pytest.raises(FerruleError, match="cannot listen"):
            serve(wanted, announce=print)
    with pytest.raises(UsageError, match="no port"):
        serve(replace(wanted, port=70_000), announce=print)


def test_a_body_that_is_announced_too_large_is_not_asked_for(server):
    with socket.create_connection(place_of(server)) as wire:
        wire.settimeout(10)
        wire.sendall(
            b"POST /api/v1/bundles HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Content-Type: application/octet-stream\r\nContent-Length: 9000000\r\n"
            b"Authorization: Bearer " + server.token().encode() + b"\r\n\r\n"
        )
        assert wire.recv(100).startswith(b"HTTP/1.1 413")


def test_a_body_that_goes_on_and_on_is_counted(server):
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    headers = {
        "Authorization": f"Bearer {server.token()}",
        "Content-Type": "application/octet-stream",
        "Transfer-Encoding": "chunked",
    }
    endless = (b" " * 1_000_000 for _ in range(12))
    connection.request("POST", "/api/v1/bundles", endless, headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_attack_a_head_that_never_ends_is_ended(server):
    """uvicorn itself would wait for ever."""
    with socket.create_connection(place_of(server)) as wire:
        wire.settimeout(HEAD_S * 3)
        wire.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        assert wire.recv(100).startswith(b"HTTP/1.1 408")


def test_attack_connections_that_say_nothing_make_room(server):
    idle = [
        socket.create_connection(place_of(server)) for _ in range(MOST_CONNECTIONS + 20)
    ]
    try:
        place = server.url.removeprefix("http://")
        with closing(HTTPConnection(place, timeout=HEAD_S / 2)) as connection:
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
    finally:
        for one in idle:
            one.close()


def place_of(server):
    return ("127.0.0.1", int(server.url.rpartition(":")[2]))


@pytest.mark.asyncio
async def test_a_bug_is_told_without_any_detail(tmp_path):
    class Broken(Database):
        def reading(self):
            raise KeyError("hidden")

    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": []}
    scope |= {"query_string": b"", "root_path": "", "http_version": "1.1"}
    with Database.open(str(tmp_path / "server.db")) as database:
        broken = Registry(Broken(database._reading), SystemClock())
        with pytest.raises(KeyError):  # once more, for the log
            await application(broken)(scope, receive, send)
    start, body = sent
    assert (start["status"], json.loads(body["body"])["error"]["code"]) == (
        500,
        "internal",
    )
    assert b"hidden" not in body["body"]


def test_scopes_are_named_short_or_whole():
    assert scopes_named(["credentials", "integrations.view"]) == (SCOPES[0], SCOPES[2])
    for wrong in ([], ["admin"], ["integrations."], ["view", "all"]):
        with pytest.raises(UsageError, match="scopes"):
            scopes_named(wrong)


def test_a_password_is_no_argument(ferrule):
    place = "postgresql://me:word@127.0.0.1/registry"
    said = ferrule("server", "token", "list", "--database", place)
    assert (said.code, "by reference" in said.err) == (2, True)
    assert "word@" not in said.err.replace("password", "")


def test_the_verbs_cost_nothing_until_they_are_used():
    asked = "import ferrule.cli.server, ferrule.cli.push, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    heavy = {"sqlalchemy", "starlette", "uvicorn", "httpx", "cryptography", "pydantic"}
    assert heavy & set(done.stdout.split()) == set()
