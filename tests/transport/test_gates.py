"""The circuit breaker at work: nothing while it is open, then exactly the probes."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import BEHAVIOURS, Behaviour, FaultServer, Writer

from ferrule import errors
from ferrule.exchange import Request
from ferrule.resilience import CircuitBreaker, Policy
from ferrule.transport import Client, Throttled

OPENS = Callable[..., Client]
BREAKER = CircuitBreaker(failure_threshold=2, reset_timeout_ms=60_000, half_open_max=1)
ONCE = Policy(max_attempts=1, breaker=BREAKER)


def fails(client: Client, url: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(errors.ExchangeError):
            client.send(Request("GET", url))


def hits(server: FaultServer, url: str) -> int:
    return server.hits[url.removeprefix(server.origin)]


@pytest.mark.parametrize("behaviour", ["server_error", "reset", "request_timeout"])
def test_an_open_breaker_sends_nothing_and_tells_until_when(
    open_client: OPENS, server: FaultServer, clock: FakeClock, behaviour: str
) -> None:
    client = open_client(policy=ONCE, patience_s=10)
    url = server.play(behaviour)
    fails(client, url, 2)
    clock.advance(20)
    with pytest.raises(errors.CircuitOpen) as caught:
        client.send(Request("GET", url))
    assert hits(server, url) == 2
    assert (caught.value.until - clock.now()).total_seconds() == 40
    assert "2026-03-01T12:01:00Z" in caught.value.advice
    assert caught.value.url == url


def test_a_run_waits_until_it_may_try_again_and_goes_on_by_itself(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    policy = Policy(breaker=BREAKER)
    client = open_client(policy=policy, on_notice=told.append)
    url = server.play("server_error", "server_error", "ok", "ok")
    assert client.send(Request("GET", url)).status == 200
    assert clock.naps == [1.0, 2.0, 58.0]
    waits = [notice for notice in told if isinstance(notice, Throttled)]
    assert [(w.asked_by, w.seconds) for w in waits] == [("breaker", 58.0)]
    assert client.send(Request("GET", url)).status == 200
    assert len(clock.naps) == 3


def test_a_failed_probe_opens_it_again(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    client = open_client(policy=ONCE, patience_s=10)
    url = server.play("server_error")
    fails(client, url, 2)
    clock.advance(60)
    fails(client, url, 1)
    with pytest.raises(errors.CircuitOpen):
        client.send(Request("GET", url))
    assert hits(server, url) == 3


@pytest.mark.parametrize("behaviour", ["not_found", "too_many", "bad_request"])
def test_refusals_and_throttling_do_not_open_it(
    open_client: OPENS, server: FaultServer, behaviour: str
) -> None:
    client = open_client(policy=ONCE, patience_s=10)
    url = server.play(behaviour)
    fails(client, url, 5)
    assert hits(server, url) == 5


def test_one_exchange_is_refused_too(open_client: OPENS, server: FaultServer) -> None:
    client = open_client(policy=ONCE, patience_s=10)
    fails(client, server.url("server_error"), 2)
    with pytest.raises(errors.CircuitOpen):
        client.exchange(Request("GET", server.url("ok")))


def test_streams_with_the_same_breaker_share_it_and_others_do_not(
    open_client: OPENS, server: FaultServer
) -> None:
    client = open_client(policy=ONCE, patience_s=10)
    fails(client, server.url("server_error"), 2)
    other = CircuitBreaker(failure_threshold=9, reset_timeout_ms=1, half_open_max=1)
    url = Request("GET", server.url("ok"))
    assert client.send(url, Policy(breaker=other)).status == 200
    assert client.send(url, Policy()).status == 200
    with pytest.raises(errors.CircuitOpen):
        client.send(url, Policy(breaker=BREAKER.model_copy()))


def test_a_cancelled_request_opens_nothing(
    open_client: OPENS, server: FaultServer
) -> None:
    client = open_client(policy=ONCE, patience_s=10)
    for _ in range(3):
        begun = server.hits["/stall"]
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(client.send, Request("GET", server.url("stall")))
            while server.hits["/stall"] == begun:
                pass
            client.cancel()
            with pytest.raises(errors.Cancelled):
                future.result(5)
    assert client.send(Request("GET", server.url("ok"))).status == 200


def test_exactly_the_probes_go_of_many_threads(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    breaker = CircuitBreaker(
        failure_threshold=1, reset_timeout_ms=1000, half_open_max=3
    )
    client = open_client(policy=Policy(max_attempts=1, breaker=breaker), patience_s=0.0)
    fails(client, server.url("server_error"), 1)
    clock.advance(1)
    release = threading.Event()
    request = Request("GET", server.play(_held(release)))

    def one(_: int) -> bool:
        try:
            return client.send(request).status == 200
        except errors.CircuitOpen:
            return False

    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(one, number) for number in range(8)]
        refused = islice(as_completed(futures, timeout=5), 5)
        assert not any(future.result() for future in refused)
        release.set()
        assert sum(future.result(5) for future in futures) == 3
    assert hits(server, request.url) == 3
    assert client.send(request).status == 200


def _held(release: threading.Event) -> Behaviour:
    """Return a behaviour that answers once it is released."""

    async def behave(writer: Writer) -> None:
        await asyncio.to_thread(release.wait, 5)
        await BEHAVIOURS["ok"](writer)

    return behave
