"""Pushing: to a server over https or on loopback, with its verdict as a value."""

import socket
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr
from tests.bundle import acme

from ferrule.bundle import MAX_BUNDLE, MEDIA_TYPE
from ferrule.errors import (
    Cancelled,
    ExchangeError,
    FerruleError,
    OffHost,
    StoreError,
    UsageError,
)
from ferrule.workspace import pushing
from ferrule.workspace.pushing import Push, PushVerdict, push, steps_of

GOOD = acme.bundle()
TOKEN = SecretStr("ferrule_0123456789ab_" + "s" * 43)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "acme.ferrule"
    path.write_bytes(GOOD)
    return path


def send(server, file, scopes=(), **options):
    return push(server.url, file, SecretStr(server.token(*scopes)), **options)


def test_a_verdict_tells_what_became_of_it(server, file):
    first, again = send(server, file), send(server, file)
    assert (first.ok, first.new, first.status) == (True, True, 201)
    assert first.bundle == "acme 2.3.0"
    assert first.connectors == ("acme.issues@v1.2.0", "acme.people@v1.0.0")
    assert (again.ok, again.new, again.status) == (True, False, 200)
    assert again.unchanged == ("acme.issues", "acme.people")


def test_a_refusal_is_a_verdict_too(server, file):
    file.write_bytes(acme.bundle(keys=(acme.STRANGER,)))
    said = send(server, file)
    assert (said.ok, said.status, said.code) == (False, 422, "unknown_signer")
    assert (said.step, bool(said.message), bool(said.advice)) == (6, True, True)
    assert send(server, file, ["view"]).code == "missing_scope"


def test_an_older_one_goes_back_with_a_reason(own_server, file):
    newer = acme.bundle(acme.folder(acme.VERSIONS | {"acme.issues": "1.3.0"}))
    own_server.post(newer)
    assert send(own_server, file).code == "rollback"
    said = send(own_server, file, rollback_reason="1.3.0 is wrong")
    assert (said.ok, said.overridden) == (True, ("acme.issues",))


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://registry.example", OffHost),
        ("http://192.0.2.1:8479", OffHost),
        ("http://169.254.169.254", OffHost),
        ("registry.example", UsageError),
        ("ftp://registry.example", UsageError),
        ("https://", UsageError),
        ("https://me:word@registry.example", UsageError),
        ("https://registry.example/?a=b", UsageError),
        ("https://registry.example/#a", UsageError),
    ],
)
def test_a_token_goes_nowhere_in_the_clear(file, url, error):
    with pytest.raises(error) as refused:
        push(url, file, TOKEN)
    assert TOKEN.get_secret_value() not in f"{refused.value!r} {refused.value}"


@pytest.mark.parametrize("token", ["", "two words", "ferrule_\u00e9", "a\r\nb: c"])
def test_what_is_no_token_is_not_sent(file, token):
    with pytest.raises(UsageError, match="not a token"):
        push("http://127.0.0.1:1", file, SecretStr(token))


@pytest.mark.parametrize("raw", [b"\xff\xfe", b" " * (MAX_BUNDLE + 1), None])
def test_what_is_no_bundle_is_not_sent(tmp_path, raw):
    path = tmp_path / "x.ferrule"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(StoreError):
        push("http://127.0.0.1:1", path, TOKEN)


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list]]:
    """Give the address of something that answers so, and the paths it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (307, b""),
        (200, b"<html>hello</html>"),
        (200, b"[]"),
        (200, b'{"error": "no"}'),
        (404, b'{"detail": "Not Found"}'),
        (502, b"\xff\xfe"),
    ],
)
def test_what_is_no_registry_is_told_and_no_redirect_is_followed(file, status, body):
    with (
        answering(status, body, Location="/elsewhere") as (url, asked),
        pytest.raises(ExchangeError, match="no registry server") as refused,
    ):
        push(url, file, TOKEN)
    assert asked == ["/api/v1/bundles"]
    assert str(status) in str(refused.value)


def test_a_hostile_answer_is_shown_as_one_plain_line(file):
    body = b'{"error": {"code": 7, "message": "a\\u001b[2J\\n\\u202eb", "step": "x"}}'
    with answering(422, body) as (url, _):
        said = push(url + "/api/v1/bundles/", file, TOKEN)
    assert (said.ok, said.code, said.step, said.advice) == (False, "", 0, "")
    assert said.message.isprintable()


def test_a_push_is_ended_from_another_thread(file):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        push = Push(f"http://127.0.0.1:{silent.getsockname()[1]}", file, TOKEN)
        with futures.ThreadPoolExecutor(1) as pool:
            sent = pool.submit(push.verdict)
            asking, _ = silent.accept()
            asking.recv(10)
            push.cancel()
            with pytest.raises(Cancelled):
                sent.result(10)
            asking.close()
    assert TOKEN.get_secret_value() not in repr(sent.exception())


def test_a_push_that_was_ended_before_it_began_sends_nothing(file):
    push = Push("http://127.0.0.1:1", file, TOKEN)
    push.cancel()
    with pytest.raises(Cancelled):
        push.verdict()


@pytest.mark.parametrize(
    ("verdict", "passed", "left"),
    [
        (PushVerdict(ok=True, status=201), 13, 0),
        (PushVerdict(ok=False, status=422, step=6, message="why"), 5, 7),
        (PushVerdict(ok=False, status=409, step=13, message="why"), 12, 0),
    ],
)
def test_a_verdict_tells_the_steps_as_they_went(verdict, passed, left):
    steps = steps_of(verdict)
    states = [one.ok for one in steps]
    assert len(steps) == 13
    assert (states.count(True), states.count(None)) == (passed, left)
    assert [one.detail for one in steps if one.ok is False] == [
        verdict.message for _ in range(13 - passed - left)
    ]


def test_a_refusal_before_the_first_step_has_none():
    assert steps_of(PushVerdict(ok=False, status=401)) == ()


def test_nobody_there_is_told(file):
    with pytest.raises(FerruleError, match=r"127\.0\.0\.1"):
        push("http://127.0.0.1:1", file, TOKEN)


def test_the_kind_that_is_sent_is_a_bundles():
    assert pushing._MEDIA_TYPE == MEDIA_TYPE
