"""Whoever speaks slowly, too much or nonsense is ended in time; the others go on."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.webhook.running import PATH, PROJECT, Running, call, raw

from ferrule.webhook import gateway_serving

SOON = 0.4


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Give a gateway with less patience; its rules are the same."""
    monkeypatch.setattr(gateway_serving, "HEAD_S", SOON)
    monkeypatch.setattr("ferrule.webhook.gateway.ANSWER_S", SOON)
    with Running(tmp_path) as running:
        yield running


def ended(bare: socket.socket, within: float = 3.0) -> bytes:
    """Return what came until the other side hung up; it must, in time."""
    bare.settimeout(within)
    got = b""
    try:
        while chunk := bare.recv(65_536):
            got += chunk
    except ConnectionResetError:
        pass
    return got


def request(gateway: Running, number: int = 1) -> bytes:
    return raw(*call(number), host=f"127.0.0.1:{gateway.port}")


HEADS = {
    "nothing at all": b"",
    "half a line": b"POST /api",
    "half a head": b"POST / HTTP/1.1\r\nHost: x\r\nX-A",
    "blank lines": b"\r\n\r\n",
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_that_does_not_end_is_not_waited_for(
    gateway: Running, name: str
) -> None:
    with gateway.open() as bare:
        began = time.monotonic()
        bare.sendall(HEADS[name])
        answer = ended(bare)
        assert time.monotonic() - began < 3
        assert (b" 408 " in answer) == bool(HEADS[name])


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(gateway: Running) -> None:
    with gateway.open() as bare:
        bare.settimeout(0.05)
        began = time.monotonic()
        for one in request(gateway):
            try:
                bare.sendall(bytes([one]))
                if not bare.recv(1000).startswith(b"HTTP/1.1 408"):
                    continue
            except TimeoutError:
                continue
            except OSError:
                pass
            break
        assert time.monotonic() - began < 3


def test_a_second_head_on_a_connection_is_waited_for_no_longer(
    gateway: Running,
) -> None:
    with gateway.open() as bare:
        bare.sendall(request(gateway))
        first = bare.recv(65_536)
        assert b" 202 " in first
        bare.sendall(b"\r\nPOST ")
        assert b" 408 " in ended(bare)


def test_a_body_that_does_not_end_is_not_waited_for(gateway: Running) -> None:
    whole = request(gateway)
    with gateway.open() as bare:
        began = time.monotonic()
        bare.sendall(whole[:-3])
        answer = ended(bare)
        assert answer.startswith(b"HTTP/1.1 408")
        assert time.monotonic() - began < 3
    assert gateway.deliveries.list(PROJECT) == ()


def test_a_body_that_drips_is_not_waited_for(gateway: Running) -> None:
    whole = request(gateway)
    with gateway.open() as bare:
        bare.settimeout(0.05)
        bare.sendall(whole[:-13])
        got = b""
        for one in whole[-13:]:
            try:
                bare.sendall(bytes([one]))
                got += bare.recv(1000)
            except TimeoutError:
                continue
            except OSError:
                break
            if got:
                break
        assert b" 408 " in got
    assert gateway.deliveries.list(PROJECT) == ()


def test_a_head_may_have_64_kilobytes(gateway: Running) -> None:
    with gateway.open() as bare:
        bare.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\n".encode())
        line = b"X-A: " + b"a" * 1000 + b"\r\n"
        try:
            for _ in range(200):
                bare.sendall(line)
        except OSError:
            pass  # it hung up before all was sent
        answer = ended(bare)
    assert answer == b"" or b" 431 " in answer


NONSENSE = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na"
    ),
    "a length and chunks": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "no length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a header with a NUL": b"POST / HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
    "a chunk that is none": (
        b"POST %s HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        % PATH.encode()
    ),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_what_is_no_request_is_refused(gateway: Running, name: str) -> None:
    host = f"127.0.0.1:{gateway.port}".encode()
    with gateway.open() as bare:
        bare.sendall(NONSENSE[name].replace(b"HOST", host))
        answer = ended(bare)
    assert answer.startswith(b"HTTP/1.1 4")
    assert gateway.post(*call(1)).status == 202


@pytest.mark.parametrize("hosts", [0, 2])
def test_a_request_without_a_host_or_with_two_is_refused(
    gateway: Running, hosts: int
) -> None:
    line = f"Host: 127.0.0.1:{gateway.port}\r\n".encode()
    other = b"Host: evil.example\r\n"
    whole = request(gateway).replace(line, b"" if hosts == 0 else line + other)
    with gateway.open() as bare:
        bare.sendall(whole)
        assert b" 421 " in bare.recv(65_536)


def test_who_waits_to_be_asked_is_told_first_whether_it_is_too_much(
    gateway: Running,
) -> None:
    whole = request(gateway)
    head, _, body = whole.partition(b"\r\n\r\n")
    with gateway.open() as bare:
        bare.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert bare.recv(100).startswith(b"HTTP/1.1 100")
        bare.sendall(body)
        assert b" 202 " in bare.recv(65_536)
    with gateway.open() as bare:
        huge = head.replace(b"Content-Length: ", b"Content-Length: 99999999")
        bare.sendall(huge + b"\r\nExpect: 100-continue\r\n\r\n")
        assert ended(bare).startswith(b"HTTP/1.1 413")


def test_who_hangs_up_in_the_middle_leaves_nothing(gateway: Running) -> None:
    for _ in range(5):
        with gateway.open() as bare:
            bare.sendall(request(gateway)[:-3])
    assert gateway.post(*call(2)).status == 202
    assert [one.delivery_id for one in gateway.deliveries.list(PROJECT)] == ["d-2"]


def test_several_calls_at_once_on_one_connection_are_answered_in_turn(
    gateway: Running,
) -> None:
    with gateway.open() as bare:
        bare.sendall(b"".join(request(gateway, number) for number in range(3)))
        got = b""
        while got.count(b'"accepted"') < 3:
            got += bare.recv(65_536)
    kept = gateway.deliveries.after(PROJECT, 0)
    assert [one.delivery_id for one in kept] == ["d-0", "d-1", "d-2"]


def test_idle_connections_keep_nobody_out(gateway: Running) -> None:
    idle = [gateway.open() for _ in range(100)]
    try:
        assert gateway.post(*call(1)).status == 202
    finally:
        for one in idle:
            one.close()
