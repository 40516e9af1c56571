"""A body may have 256 kB, however it comes."""

import json
import socket
from typing import Any

import pytest
from tests.webhook.running import (
    Running,
    call,
    raw,
    rows,
)

from ferrule.webhook.gateway.limits import LARGEST_BODY


@pytest.mark.parametrize("over", [0, 1])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_have_256_kilobytes_and_not_one_byte_more(
    gateway: Running, over: int, chunked: bool
) -> None:
    frame = len(json.dumps({"number": 1, "text": ""}))
    body, headers = call(1, text="x" * (LARGEST_BODY - frame + over))
    assert len(body) == LARGEST_BODY + over
    given: Any = iter([body[:100_000], body[100_000:]]) if chunked else body
    answer = gateway.post(given, headers)  # without a length it goes in chunks
    assert answer.status == (413 if over else 202)
    assert len(rows(gateway)) == 1 - over


def test_attack_a_body_said_to_be_huge_is_not_waited_for(gateway: Running) -> None:
    head = raw(b"", call(1)[1], f"127.0.0.1:{gateway.port}")
    head = head.replace(b"Content-Length: 0", b"Content-Length: 99999999999")
    with gateway.open() as bare:
        bare.sendall(head)
        answer = read_all(bare)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer


def read_all(bare: socket.socket) -> bytes:
    """Return all that comes until the other side hangs up."""
    got = b""
    while chunk := bare.recv(65_536):
        got += chunk
    return got
