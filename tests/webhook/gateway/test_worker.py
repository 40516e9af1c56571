"""Each delivery is mapped once; what fails is tried again, later, and then dead."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.clock import FakeClock
from tests.webhook.running import PROJECT

from ferrule.errors import FerruleError, StoreError
from ferrule.store import (
    Connection,
    Connections,
    Database,
    Deliveries,
    Delivery,
    NewDelivery,
    Settled,
    Taken,
)
from ferrule.store.delivery_records import WriteSettled
from ferrule.webhook.gateway.worker import MOST_ATTEMPTS, WAITS, Mapper


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def deliveries(tmp_path: Path, clock: FakeClock) -> Iterator[Deliveries]:
    with Database.open(tmp_path / "ferrule.db") as database:
        made = Connection("hook", PROJECT, "acme.hook", "1.0.0")
        Connections(database).create(made)
        yield Deliveries(database, clock)


def keep(deliveries: Deliveries, many: int = 1) -> None:
    deliveries.keep(
        [
            NewDelivery(
                *(PROJECT, "hook", "acme.hook", "2026-03-01T12:00:00Z", "POST"),
                *("http://h/p", (), b"{}", "valid", f"c{number}"),
            )
            for number in range(many)
        ]
    )


def as_it_is(settled: Settled) -> Any:
    return lambda _taken: lambda _db: settled


def test_what_waits_is_mapped_oldest_first_and_told(deliveries: Deliveries) -> None:
    keep(deliveries, 40)
    told: list[Delivery] = []
    mapper = Mapper(deliveries, as_it_is(Settled("mapped")), told=told.append)
    assert mapper.work_off() == 40
    assert [one.id for one in told] == list(range(1, 41))
    assert {one.status for one in told} == {"mapped"}
    assert mapper.work_off() == 0


@pytest.mark.parametrize("status", ["mapped", "ignored", "skipped", "dead"])
def test_what_mapping_says_is_what_it_is(deliveries: Deliveries, status: str) -> None:
    keep(deliveries)
    Mapper(deliveries, as_it_is(Settled(status, error="why"))).work_off()
    found = deliveries.get(PROJECT, 1)
    assert (found.status, found.error) == (status, "why")


@pytest.mark.parametrize("inside", [False, True], ids=["computing", "writing"])
def test_one_that_fails_is_tried_again_later_and_then_dead(
    deliveries: Deliveries, clock: FakeClock, inside: bool
) -> None:
    keep(deliveries, 2)

    def map_one(taken: Taken) -> WriteSettled:
        def write(_: object) -> Settled:
            if inside and taken.delivery.id == 1:
                raise FerruleError("It cannot be now.")
            return Settled("mapped")

        if not inside and taken.delivery.id == 1:
            raise FerruleError("It cannot be now.")
        return write

    told: list[Delivery] = []
    later: list[tuple[Any, ...]] = []
    mapper = Mapper(
        *(deliveries, map_one),
        told=told.append,
        put_off=lambda one, why, wait: later.append((one.id, one.attempts, why, wait)),
    )
    for attempt, wait in enumerate(WAITS, 1):
        mapper.work_off()
        assert later.pop() == (1, attempt, "It cannot be now.", wait)
        found = deliveries.get(PROJECT, 1)
        assert (found.status, found.attempts) == ("pending", attempt)
        assert found.error == "It cannot be now."
        clock.advance(wait - 0.5)
        assert mapper.work_off() == 0
        clock.advance(1)
    mapper.work_off()
    assert (told[-1].id, told[-1].status, told[-1].attempts) == (1, "dead", 5)
    assert len(WAITS) == MOST_ATTEMPTS - 1
    assert deliveries.get(PROJECT, 2).attempts == 1
    assert later == []


def test_a_bug_is_logged_and_stops_no_other(
    deliveries: Deliveries, caplog: pytest.LogCaptureFixture
) -> None:
    keep(deliveries, 2)

    def map_one(taken: Taken) -> WriteSettled:
        if taken.delivery.id == 1:
            raise ZeroDivisionError
        return lambda _: Settled("mapped")

    with caplog.at_level(logging.ERROR):
        assert Mapper(deliveries, map_one).work_off() == 1
    assert "ZeroDivisionError" in caplog.text
    assert "nobody foresaw" in str(deliveries.get(PROJECT, 1).error)


def test_where_nothing_can_be_written_all_are_given_back(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(deliveries, 3)

    def settle(*_: object) -> None:
        raise StoreError("The disk is full.")

    mapper = Mapper(deliveries, as_it_is(Settled("mapped")))
    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "settle", settle)
        with pytest.raises(StoreError):
            mapper.work_off()
    assert {one.attempts for one in deliveries.list(PROJECT)} == {0}
    assert mapper.work_off() == 3


def test_without_a_mapping_everything_waits(deliveries: Deliveries) -> None:
    keep(deliveries)
    assert Mapper(deliveries, None).work_off() == 0
    assert deliveries.get(PROJECT, 1).status == "pending"


def test_it_ends_after_what_is_in_hand(deliveries: Deliveries) -> None:
    keep(deliveries, 100)

    def map_one(taken: Taken) -> WriteSettled:
        if taken.delivery.id == 5:
            mapper.finish()
        return lambda _: Settled("mapped")

    mapper = Mapper(deliveries, map_one)
    assert mapper.work_off() == 32
    assert deliveries.counts(PROJECT).by_status["pending"] == 68
