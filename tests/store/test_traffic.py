"""Counts of requests: added up by the minute, folded, told lately and ever."""

from datetime import timedelta

import pytest
from tests.store.building import NOW, FixedClock, batch, connect, signal

from ferrule.store import Connections, Database, Runs, Tally, Traffic, TrafficCounts
from ferrule.store.series import Series
from ferrule.store.traffic import BOUNDS_MS, bucket_of, minute_of

NONE = (0,) * (len(BOUNDS_MS) + 1)


def traffic(requests: int = 1, ms: float = 30, **members: int) -> Traffic:
    buckets = list(NONE)
    buckets[bucket_of(ms)] = requests
    return Traffic(requests, latency_ms=int(ms), buckets=tuple(buckets), **members)


def test_minutes_add_up_and_those_of_lately_are_told_apart(database, clock):
    counts, now = TrafficCounts(database, clock), minute_of(NOW)
    counts.add("p", [Tally("work", now, traffic(3, failures=1))])
    counts.add(
        "p", [Tally("work", now, traffic(2)), Tally("work", now - 60, traffic(5))]
    )
    counts.add("p", [Tally("gone", now, traffic(9))])
    (lately,) = counts.lately(timedelta(minutes=5))
    assert (lately.connection, lately.connector) == ("work", "acme.issues")
    assert (lately.traffic.requests, lately.traffic.failures) == (5, 1)
    assert counts.totals()[0].traffic.requests == 10
    assert counts.of("p", "work", timedelta(days=1)).requests == 10
    assert counts.of("p", "nobody", timedelta(days=1)) == Traffic()


def test_old_minutes_are_folded_and_nothing_is_lost(database, clock):
    counts, now = TrafficCounts(database, clock), minute_of(NOW)
    for days in (9, 5, 3, 1, 0):
        counts.add("p", [Tally("work", now - days * 1440, traffic(2, backoff_ms=7))])
    before = counts.totals()
    for _ in range(2):
        counts.fold()
        assert counts.totals() == before
    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM traffic").fetchone() == (3,)
    assert before[0].traffic.backoff_ms == 35


@pytest.mark.parametrize(
    ("buckets", "share", "found"),
    [
        (NONE, 0.95, None),
        ((100, *NONE[1:]), 0.5, 12.5),
        ((0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0), 1.0, 2000),
        ((90, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0), 0.95, 3000),
        ((0,) * 11 + (4,), 0.5, 45_000),
    ],
)
def test_a_quantile_is_interpolated_in_its_bucket(buckets, share, found):
    assert Traffic(buckets=buckets).quantile(share) == found


def test_traffic_goes_with_its_connection(database, clock):
    TrafficCounts(database, clock).add("p", [Tally("work", 1, traffic())])
    Connections(database).delete("p", "work")
    connect(database)
    assert TrafficCounts(database, clock).totals() == ()


def test_signals_and_runs_are_told_by_hour_and_day(
    database: Database, runs: Runs, clock: FixedClock
):
    for number, hours in enumerate((0.5, 0.6, 5, 30, 200)):
        at = NOW - timedelta(hours=hours)
        lease = runs.begin("p", "work", "full", owner="me", now=at, fresh=True)
        runs.commit(lease, batch([signal(str(number))]), at)
        bad = hours == 30
        runs.finish(
            lease, at, status="failed" if bad else "done", error="x" if bad else None
        )
    found = Series(database, clock).signals("p", "work")
    assert (found.total, found.last_day, found.last_week) == (5, 3, 4)
    assert (found.hours[-1], found.hours[-6], len(found.hours)) == (2, 1, 24)
    assert found.days == (0, 0, 0, 0, 0, 1, 3)
    told = Series(database, clock).runs("p", "work")
    assert (told.runs, told.bad) == ((0, 0, 0, 0, 0, 1, 3), (0, 0, 0, 0, 0, 1, 0))
