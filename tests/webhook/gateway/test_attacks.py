"""Whoever speaks slowly, too much or nonsense is ended in time; the others go on."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.promptness import in_time
from tests.webhook.running import (
    PATH,
    PROJECT,
    SECRET,
    Running,
    call,
    raw,
    signed,
    until,
)

from ferrule.serving import protocol
from ferrule.serving.protocol import MOST_CONNECTIONS
from ferrule.webhook.gateway.application import Rules

SOON = 0.4
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Give a gateway with less patience; its rules are the same."""
    monkeypatch.setattr(protocol, "HEAD_S", SOON)
    monkeypatch.setattr("ferrule.webhook.gateway.application.ANSWER_S", SOON)
    with Running(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give one gateway for many attacks, which must not feel one another."""
    rules = Rules(per_minute=10_000)
    with Running(tmp_path_factory.mktemp("shared"), rules=rules) as running:
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
def test_attack_a_head_that_does_not_end_is_not_waited_for(
    gateway: Running, name: str
) -> None:
    with gateway.open() as bare:
        began = time.monotonic()
        bare.sendall(HEADS[name])
        answer = ended(bare)
        in_time(time.monotonic() - began, 3)
        assert (b" 408 " in answer) == bool(HEADS[name])


def test_attack_a_head_that_comes_byte_by_byte_is_not_waited_for(
    gateway: Running,
) -> None:
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
        in_time(time.monotonic() - began, 3)


def test_attack_a_second_head_on_a_connection_is_waited_for_no_longer(
    gateway: Running,
) -> None:
    with gateway.open() as bare:
        bare.sendall(request(gateway))
        first = bare.recv(65_536)
        assert b" 202 " in first
        bare.sendall(b"\r\nPOST ")
        assert b" 408 " in ended(bare)


def test_attack_a_body_that_does_not_end_is_not_waited_for(gateway: Running) -> None:
    whole = request(gateway)
    with gateway.open() as bare:
        began = time.monotonic()
        bare.sendall(whole[:-3])
        answer = ended(bare)
        assert answer.startswith(b"HTTP/1.1 408")
        in_time(time.monotonic() - began, 3)
    assert gateway.deliveries.list(PROJECT) == ()


def test_attack_a_body_that_drips_is_not_waited_for(gateway: Running) -> None:
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


def test_attack_a_head_without_end_is_ended(gateway: Running) -> None:
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


@pytest.mark.parametrize(
    ("more", "body", "status"),
    [
        (0, 200, b"202"),
        (60_000, 200, b"202"),
        (0, 200_000, b"202"),
        (60_000, 200_000, b"202"),
        (66_000, 200, b"431"),
        (66_000, 200_000, b"431"),
        (66_000, 0, b"431"),
    ],
)
@pytest.mark.parametrize("cut", [0, 50, 5])
def test_attack_a_head_is_measured_without_its_body_in_whatever_pieces_it_comes(
    shared: Running, more: int, body: int, status: bytes, cut: int
) -> None:
    content, headers = call(f"{more} {body} {cut}", text="x" * body)
    headers["X-Long"] = "a" * more
    whole = raw(content, headers, host=f"127.0.0.1:{shared.port}")
    end = whole.index(b"\r\n\r\n") + 2  # between the two ends of a line
    with shared.open() as bare:
        bare.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in (whole[:cut], whole[cut:end], whole[end:]):
                bare.sendall(piece)
        except OSError:
            pass  # it hung up before all was sent
        got = ended(bare) if status == b"431" else bare.recv(65_536)
    assert got == b"" or got.split(b" ")[1] == status


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
def test_attack_what_is_no_request_is_refused(shared: Running, name: str) -> None:
    host = f"127.0.0.1:{shared.port}".encode()
    with shared.open() as bare:
        bare.sendall(NONSENSE[name].replace(b"HOST", host))
        answer = ended(bare)
    assert answer.startswith(b"HTTP/1.1 4")
    assert shared.post(*call(name)).status == 202


@pytest.mark.parametrize("hosts", [0, 2])
def test_attack_a_request_without_a_host_or_with_two_is_refused(
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


@pytest.mark.parametrize("size", [262_145, 300_000, 1_000_000, 10**12])
def test_attack_who_waits_to_be_asked_is_never_asked_for_too_much(
    gateway: Running, size: int
) -> None:
    head = request(gateway).partition(b"\r\n\r\n")[0]
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % size, head)
    with gateway.open() as bare:
        bare.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert ended(bare).startswith(b"HTTP/1.1 413")


def test_attack_who_hangs_up_in_the_middle_leaves_nothing(gateway: Running) -> None:
    for _ in range(5):
        with gateway.open() as bare:
            bare.sendall(request(gateway)[:-3])
    assert gateway.post(*call(2)).status == 202
    assert [one.delivery_id for one in gateway.deliveries.list(PROJECT)] == ["d-2"]


def test_attack_several_calls_at_once_on_one_connection_are_answered_in_turn(
    gateway: Running,
) -> None:
    with gateway.open() as bare:
        bare.sendall(b"".join(request(gateway, number) for number in range(3)))
        got = b""
        while got.count(b'"accepted"') < 3:
            got += bare.recv(65_536)
    kept = gateway.deliveries.after(PROJECT, 0)
    assert [one.delivery_id for one in kept] == ["d-0", "d-1", "d-2"]


def test_attack_idle_connections_keep_nobody_out(gateway: Running) -> None:
    idle = [gateway.open() for _ in range(100)]
    try:
        assert gateway.post(*call(1)).status == 202
    finally:
        for one in idle:
            one.close()


def test_attack_connections_that_say_nothing_make_room(gateway: Running) -> None:
    idle = [gateway.open() for _ in range(MOST_CONNECTIONS + 50)]
    try:
        for number in range(3):
            assert gateway.post(*call(number)).status == 202
    finally:
        for one in idle:
            one.close()


def test_attack_connections_kept_after_an_answer_make_room_the_oldest_first(
    gateway: Running,
) -> None:
    idle: list[socket.socket] = []
    try:
        for _ in range(MOST_CONNECTIONS - 1):
            idle.append(one := gateway.open())
            one.sendall(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert one.recv(65_536).startswith(b"HTTP/1.1 4")
        assert gateway.post(*call(1)).status == 202
        idle[0].settimeout(2)
        assert idle[0].recv(1) == b""
        idle[-1].sendall(request(gateway, 2))
        assert idle[-1].recv(65_536).startswith(b"HTTP/1.1 202")
    finally:
        for one in idle:
            one.close()


def test_attack_more_heads_than_fit_that_never_end_are_gone_in_a_moment(
    gateway: Running,
) -> None:
    slow = [gateway.open() for _ in range(MOST_CONNECTIONS)]
    try:
        for one in slow:
            with contextlib.suppress(OSError):  # one of them made room
                one.sendall(b"POST / HTTP/1.1\r\n")
        until(lambda: gateway.post(*call(1)).status == 202)
    finally:
        for one in slow:
            one.close()


BOMBS = {
    "brackets": b"[" * 200_000,
    "objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "a number of digits": b'{"a":' + b"9" * 200_000 + b"}",
    "a number with an exponent": b'{"a":1e999999999}',
    "no number": b'{"a":NaN}',
    "a lone surrogate": b'{"a":"\\ud800"}',
    "no text": b'{"a":"\xff"}',
    "nothing": b"",
    "many fields": b"&".join(b"a%d=1" % n for n in range(20_000)),
    "XML": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("kind", ["application/json", FORM])
def test_attack_a_signed_body_that_cannot_be_read_does_no_harm(
    shared: Running, name: str, kind: str
) -> None:
    body = BOMBS[name]
    headers = {
        "X-Hub-Signature-256": signed(body),
        "X-Event": "issues",
        "X-Delivery": f"{name} {kind}",
    }
    answer = shared.post(body, {**headers, "Content-Type": kind})
    assert answer.status in {202, 400}
    assert shared.post(*call(f"after {name} {kind}")).status == 202
    until(lambda: not shared.deliveries.has_pending())


def test_attack_secrets_are_not_told_apart_by_the_answer(gateway: Running) -> None:
    body, headers = call(1)
    answers = {
        gateway.post(body, {**headers, "X-Hub-Signature-256": one}).body
        for one in ("", f"sha256={'0' * 64}", signed(body, SECRET[:-1]))
    }
    assert answers == {b'{"error":"unauthorised"}', b'{"error":"malformed"}'}
    assert not any(SECRET.encode() in one for one in answers)
