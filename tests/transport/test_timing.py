"""The steps of an exchange are timed where somebody asked for it, and only there."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.certificates import self_made
from tests.support.fault_server import BODY, FaultServer, Writer, head

from ferrule.exchange import Request, Timing
from ferrule.transport import Client, HostPolicy

SLOWLY_S = 0.03
NAMED = HostPolicy(confirmed=frozenset({"127.0.0.1", "localhost"}))


def in_order(timing: Timing) -> list[float]:
    steps = (timing.begun, timing.name, timing.connect, timing.tls, timing.sent)
    taken = [step for step in steps if step is not None]
    return [0.0, *taken, timing.first_byte, timing.end]


def test_nothing_is_timed_unless_asked_for(
    open_client: Callable[..., Client], server: FaultServer
) -> None:
    assert open_client().send(Request("GET", server.url("ok"))).timing is None


def test_the_first_request_tells_its_connection_and_the_next_that_it_was_kept(
    open_client: Callable[..., Client], server: FaultServer
) -> None:
    client = open_client(timed=True)
    first, second = (client.send(Request("GET", server.url("ok"))) for _ in range(2))
    assert first.timing
    assert second.timing
    assert not first.timing.reused
    assert first.timing.tls is None
    assert second.timing.reused
    assert (second.timing.name, second.timing.connect) == (None, None)
    for answer in (first, second):
        assert answer.timing
        assert in_order(answer.timing) == sorted(in_order(answer.timing))
        assert answer.timing.end == pytest.approx(answer.elapsed_ms)


def test_answers_are_equal_whenever_they_came(
    open_client: Callable[..., Client], server: FaultServer
) -> None:
    """Timing is about the way, not about what came."""
    answer = open_client(timed=True).exchange(Request("GET", server.url("ok")))
    assert answer.timing
    assert answer == type(answer)(
        answer.status, answer.headers, answer.body, answer.url, answer.elapsed_ms
    )


async def _slow_to_answer(writer: Writer) -> None:
    await asyncio.sleep(SLOWLY_S)
    writer.write(head("200 OK", {"content-length": str(len(BODY))}) + BODY)
    await writer.drain()


async def _slow_to_finish(writer: Writer) -> None:
    writer.write(head("200 OK", {"content-length": str(len(BODY))}) + BODY[:5])
    await writer.drain()
    await asyncio.sleep(SLOWLY_S)
    writer.write(BODY[5:])
    await writer.drain()


@pytest.mark.parametrize(
    ("behaviour", "waiting", "reading"),
    [(_slow_to_answer, True, False), (_slow_to_finish, False, True)],
)
def test_waiting_and_reading_are_told_apart(
    open_client: Callable[..., Client],
    server: FaultServer,
    behaviour: Callable[[Writer], object],
    waiting: bool,
    reading: bool,
) -> None:
    client = open_client(timed=True)
    timing = client.send(Request("GET", server.play(behaviour))).timing  # type: ignore[arg-type]  # a behaviour
    assert timing
    waited, read = timing.first_byte - timing.sent, timing.end - timing.first_byte
    assert (waited > read) is waiting
    assert (read > waited) is reading
    assert waited + read > SLOWLY_S * 1000 / 2


def test_each_attempt_is_timed_by_itself(
    open_client: Callable[..., Client], server: FaultServer
) -> None:
    client = open_client(timed=True)
    address = server.play("unavailable", "ok")
    timing = client.send(Request("GET", address)).timing
    assert timing
    assert timing.reused
    assert timing.end < 1000  # the wait between the attempts is not in it


def test_the_handshake_is_a_step_of_its_own(
    open_client: Callable[..., Client], tmp_path: Path
) -> None:
    trusting = ssl.create_default_context(cafile=self_made(tmp_path)[1])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "127.0.0.1.pem", tmp_path / "127.0.0.1.key")
    with FaultServer(tls=context) as server:
        client = open_client(hosts=NAMED, trust=lambda: trusting, timed=True)
        timing = client.send(Request("GET", server.url("ok"))).timing
        client.close()
    assert timing
    assert timing.tls is not None
    assert timing.connect is not None
    assert timing.connect < timing.tls < timing.sent
