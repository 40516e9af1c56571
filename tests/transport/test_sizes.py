"""Bodies have a bound: one that is told to be larger is not even read."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ferrule.errors import UnreadableResponse
from ferrule.exchange import Request
from ferrule.transport import Client, HostPolicy

MOST = 100_000
HERE = HostPolicy(confirmed=frozenset({"127.0.0.1"}))


@contextmanager
def served(*parts: bytes, then: threading.Event | None = None) -> Iterator[str]:
    """Give the address of one answer, sent in parts; `then` is waited for."""

    def answer() -> None:
        taken, _ = server.accept()
        with taken:
            taken.recv(65_536)
            for part in parts:
                taken.sendall(part)
            if then is not None:
                then.wait(5)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join(5)


def head(length: int, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{more}\r\n".encode()


def test_what_is_told_to_be_too_large_is_refused_before_it_comes(
    open_client: Callable[..., Client],
) -> None:
    going_on = threading.Event()
    with served(head(10**9), b"[", then=going_on) as url:
        client = open_client(hosts=HERE, max_body=MOST)
        with pytest.raises(UnreadableResponse, match=r"larger than 0\.1 MB") as caught:
            client.exchange(Request("GET", url))
        going_on.set()
    assert "smaller pages" in caught.value.advice


def test_a_length_without_a_body_is_no_size(open_client: Callable[..., Client]) -> None:
    """RFC 9110 9.3.2: the answer to HEAD tells what GET would bring."""
    with served(head(10**9)) as url:
        response = open_client(hosts=HERE, max_body=MOST).exchange(Request("HEAD", url))
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize("told", [0, 1])
def test_a_body_that_unpacks_to_too_much_is_refused(
    open_client: Callable[..., Client], told: int
) -> None:
    packed = gzip.compress(bytes(MOST + told))
    with served(head(len(packed), "content-encoding: gzip\r\n"), packed) as url:
        client = open_client(hosts=HERE, max_body=MOST)
        if told:
            with pytest.raises(UnreadableResponse, match="larger"):
                client.exchange(Request("GET", url))
        else:
            assert client.exchange(Request("GET", url)).body == bytes(MOST)


def test_what_came_so_far_is_told(open_client: Callable[..., Client]) -> None:
    client = open_client(hosts=HERE)
    assert client.received() == (0, None)
    half = threading.Event()
    with served(head(2_000), bytes(1_000), then=half) as url:
        ended: list[UnreadableResponse] = []

        def ask() -> None:
            try:
                client.exchange(Request("GET", url))
            except Exception as error:  # noqa: BLE001  it is looked at below
                ended.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        for _ in range(10_000):
            if client.received() == (1_000, 2_000):
                break
            thread.join(0.001)
        assert client.received() == (1_000, 2_000)
        half.set()
        thread.join(5)
    assert len(ended) == 1
    assert client.received() == (0, None)
