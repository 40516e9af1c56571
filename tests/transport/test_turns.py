"""Turns: rates and quotas, the service's budget, and how many go at once."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import (
    BEHAVIOURS,
    BODY,
    Behaviour,
    FaultServer,
    Writer,
    answer,
)

from ferrule import errors
from ferrule.exchange import Request
from ferrule.expression.template import Scope
from ferrule.resilience import Bucket, Quota, RateLimit, limits_of
from ferrule.transport import Budget, Client, Throttled

OPENS = Callable[..., Client]
DAY = 86400.0


def told_by(told: list[object], kind: type) -> list:
    return [notice for notice in told if isinstance(notice, kind)]


def left(remaining: int, reset: str = "30") -> Behaviour:
    return answer(
        x_ratelimit_limit="50",
        x_ratelimit_remaining=str(remaining),
        x_ratelimit_reset=reset,
    )


def test_a_run_that_met_its_cap_waits_until_the_time_it_is_told(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    client = open_client(limits=[Quota(2, 3600)], on_notice=told.append)
    for _ in range(3):
        client.send(Request("GET", server.url("ok")))
    assert clock.naps == [3600.0]
    assert told == [
        Throttled(3600.0, datetime(2026, 3, 1, 13, tzinfo=UTC), "limit", paused=True)
    ]


def test_a_person_is_told_the_time_instead(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    client = open_client(limits=[Quota(1, 3600)], patience_s=10)
    client.send(Request("GET", server.url("ok")))
    with pytest.raises(errors.RateLimitError) as caught:
        client.send(Request("GET", server.url("ok")))
    assert caught.value.retry_after == 3600
    assert "2026-03-01T13:00:00Z" in caught.value.advice
    assert clock.naps == []


def test_a_service_that_asks_for_more_than_the_patience_is_not_waited_for(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    client = open_client(patience_s=10)
    with pytest.raises(errors.RateLimitError) as caught:
        client.send(Request("GET", server.url("too_many_hour")))
    assert caught.value.retry_after == 3600
    assert client.send(Request("GET", server.play("too_many_3", "ok"))).body == BODY
    assert clock.naps == [3.0]


def test_a_day_is_not_spent_anew_by_the_next_client(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    def limits() -> list[object]:
        return [Quota(2, DAY, key="2/P1D"), Bucket(9, 9)]

    first = open_client(limits=limits())
    for _ in range(2):
        first.send(Request("GET", server.url("ok")))
    clock.advance(600)
    spent = first.spent()
    assert list(spent) == ["2/P1D"]
    clock.advance(400)
    second = open_client(limits=limits())
    second.resume(spent)
    second.send(Request("GET", server.url("ok")))
    assert clock.naps == [DAY - 1000]


def test_a_limit_of_one_path_leaves_the_others_alone(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    limit = RateLimit.model_validate(
        {"limit": 1, "per": "PT10S", "match": {"method": "GET", "path": "/ok"}}
    )
    client = open_client(limits=[limit.made(Scope({}))])
    client.send(Request("GET", server.url("ok")))
    client.send(Request("GET", server.url("gzip")))
    client.send(Request("POST", server.url("ok"), body="x", body_type="text"))
    assert clock.naps == []
    client.send(Request("GET", server.url("ok")))
    assert clock.naps == [10.0]


def of_path(path: str, method: str | None = None) -> object:
    match = {"path": path} | ({"method": method} if method else {})
    limit = {"limit": 1000, "per": "PT1H", "match": match}
    return RateLimit.model_validate(limit).made(Scope({}))


@pytest.mark.parametrize(
    ("limits", "path", "naps"),
    [
        ([], "/ok", [30.0]),
        ([of_path("/script")], "/ok", []),
        ([of_path("/script")], "/script", [30.0]),
        ([of_path("/script"), of_path("/ok")], "/ok", []),
        ([of_path("/ok")], "/ok", [30.0]),
        ([of_path("/", "GET")], "/ok", [30.0]),
        ([of_path("/", "POST")], "/ok", [30.0]),
        ([of_path("/script"), of_path("/", "GET")], "/ok", [30.0]),
    ],
)
def test_a_spent_budget_holds_the_requests_that_share_its_limit(
    open_client: OPENS, server: FaultServer, clock: FakeClock, limits, path, naps
) -> None:
    client = open_client(limits=limits)
    client.send(Request("GET", server.play(left(0), left(5))))
    url = server.play(left(5)) if path == "/script" else server.url("ok")
    client.send(Request("GET", url))
    assert clock.naps == pytest.approx(naps)


def test_a_pause_that_a_service_asks_for_holds_only_its_limit(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    client = open_client(limits=[of_path("/script")], patience_s=10)
    with pytest.raises(errors.RateLimitError):
        client.send(Request("GET", server.play("too_many_hour")))
    client.send(Request("GET", server.url("ok")))
    assert clock.naps == []


def test_the_budget_is_told_at_most_once_a_second(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    client = open_client(on_notice=told.append)
    request = Request("GET", server.play(left(9), left(8), left(7)))
    client.send(request)
    client.send(request)
    clock.advance(1)
    client.send(request)
    resets = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
    assert told[0] == Budget(50, 9, resets)
    assert [b.remaining for b in told_by(told, Budget)] == [9, 7]
    assert clock.naps == []


def test_the_budget_of_a_failed_answer_is_told_too(
    open_client: OPENS, server: FaultServer
) -> None:
    told: list[object] = []
    client = open_client(on_notice=told.append)
    client.exchange(Request("GET", server.play(answer(ratelimit='"day";r=3;t=9'))))
    assert [(b.limit, b.remaining) for b in told_by(told, Budget)] == [(None, 3)]


def test_nothing_goes_when_nothing_is_left_until_it_is_full_again(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    told: list[object] = []
    client = open_client(on_notice=told.append)
    request = Request("GET", server.play(left(0), "ok"))
    assert client.send(request).body == BODY
    assert clock.naps == []
    assert client.send(request).body == BODY
    assert clock.naps == [30.0]
    waits = told_by(told, Throttled)
    assert [(w.seconds, w.asked_by) for w in waits] == [(30.0, "service")]


def test_a_budget_that_does_not_say_when_it_is_full_again_holds_nobody(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    client = open_client()
    for reset in ("", "1", "soon"):
        clock.advance(5)
        client.send(Request("GET", server.play(left(0, reset))))
    assert sum(clock.naps) <= 1


def test_only_so_many_are_under_way_at_once(
    open_client: OPENS, server: FaultServer
) -> None:
    busy, most, lock = 0, 0, threading.Lock()

    async def slow(writer: Writer) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        await asyncio.sleep(0.02)
        with lock:
            busy -= 1
        await BEHAVIOURS["ok"](writer)

    client = open_client(at_once=2)
    request = Request("GET", server.play(slow))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: client.send(request).status, range(8)))
    assert found == [200] * 8
    assert most == 2


def test_who_waits_for_a_seat_can_be_cancelled(
    open_client: OPENS, server: FaultServer
) -> None:
    client = open_client(at_once=1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(client.send, Request("GET", server.url("stall")))
        while not server.hits["/stall"]:
            pass
        second = pool.submit(client.send, Request("GET", server.url("ok")))
        while len(client._flying) < 2:
            pass
        client.cancel()
        for future in (first, second):
            with pytest.raises(errors.Cancelled):
                future.result(5)
    assert client.send(Request("GET", server.url("ok"))).body == BODY


def test_limits_of_a_document_hold_together(
    open_client: OPENS, server: FaultServer, clock: FakeClock
) -> None:
    documents = [
        {"limit": 2, "per": "PT1S"},
        {"limit": 3, "per": "PT1H"},
        {"limit": 4, "per": "P1D"},
    ]
    limits = limits_of([RateLimit.model_validate(document) for document in documents])
    client = open_client(limits=limits)
    for _ in range(5):
        client.send(Request("GET", server.url("ok")))
    assert clock.naps == [0.5, 3599.5, 82800.0]
