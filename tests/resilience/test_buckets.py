"""Buckets grant a burst, then an even rate; several must all grant."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.resilience.buckets import (
    Bucket,
    default_buckets,
    limit_bucket,
    reserve,
    rpm_bucket,
)


def waits(bucket: Bucket, count: int, now: float = 0.0) -> list[float]:
    return [bucket.reserve(now) for _ in range(count)]


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    assert waits(Bucket(2, burst=3), 6) == [0, 0, 0, 0.5, 1.0, 1.5]


def test_tokens_come_back_up_to_the_burst() -> None:
    bucket = Bucket(1, burst=2)
    waits(bucket, 2)
    assert waits(bucket, 2, now=1.0) == [0, 1.0]
    assert waits(bucket, 3, now=100.0) == [0, 0, 1.0]


def test_a_clock_that_steps_back_grants_nothing_more() -> None:
    bucket = Bucket(1, burst=1)
    assert bucket.reserve(10.0) == 0
    assert bucket.reserve(5.0) == 1.0


def test_all_buckets_must_grant() -> None:
    assert reserve([Bucket(10, 1), Bucket(1, 1)], 0) == 0
    both = [Bucket(10, burst=1), Bucket(1, burst=1)]
    assert [reserve(both, 0) for _ in range(3)] == [0, 1.0, 2.0]
    assert reserve([], 0) == 0


def test_the_numbers_of_the_specification() -> None:
    assert repr(rpm_bucket(60)) == "Bucket(rate=1, burst=10)"
    assert repr(default_buckets()) == "(Bucket(rate=2, burst=10),)"
    assert repr(limit_bucket(5000, 3600)) == "Bucket(rate=1.38889, burst=10)"
    assert repr(limit_bucket(3, 1)) == "Bucket(rate=3, burst=3)"
    assert repr(limit_bucket(0.5, 1)) == "Bucket(rate=0.5, burst=1)"
    assert repr(limit_bucket(100, 1, burst=40)) == "Bucket(rate=100, burst=40)"


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_bucket_that_would_never_grant_is_a_bug(rate: float, burst: float) -> None:
    with pytest.raises(ValueError):
        Bucket(rate, burst)


def test_threads_take_turns() -> None:
    bucket = Bucket(10, burst=1)
    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(lambda _: bucket.reserve(0.0), range(40)))
    assert found == pytest.approx([n / 10 for n in range(40)])


@given(st.floats(0.1, 50), st.integers(1, 20), st.lists(st.floats(0, 3), max_size=60))
def test_never_more_than_the_burst_and_the_rate(
    rate: float, burst: int, gaps: list[float]
) -> None:
    bucket, now, sent = Bucket(rate, burst), 0.0, []
    for gap in gaps:
        now += gap
        wait = bucket.reserve(now)
        now += wait
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            window = sent[last] - sent[first]
            assert last - first + 1 <= burst + rate * window + 1e-6
