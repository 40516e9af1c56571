"""Buckets grant a burst, then an even rate; quotas as they come; all must grant."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.resilience.buckets import (
    Bucket,
    Limit,
    Quota,
    default_buckets,
    limit_of,
    reserve,
    resume,
    rpm_bucket,
    spent,
)


def waits(bucket: Limit, count: int, now: float = 0.0) -> list[float]:
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
    assert repr(limit_of(5000, 3600)) == "Quota(limit=5000, per=3600)"
    assert repr(limit_of(5000, 3600, burst=10)) == "Bucket(rate=1.38889, burst=10)"
    assert repr(limit_of(0.5, 7200)) == "Bucket(rate=6.94444e-05, burst=1)"
    assert repr(limit_of(3, 1)) == "Bucket(rate=3, burst=3)"
    assert repr(limit_of(0.5, 1)) == "Bucket(rate=0.5, burst=1)"
    assert repr(limit_of(100, 1, burst=40)) == "Bucket(rate=100, burst=40)"


def test_a_quota_goes_as_it_comes_and_then_waits_for_its_time_to_end() -> None:
    quota = Quota(3, 100)
    assert waits(quota, 3, now=5.0) == [0, 0, 0]
    assert waits(quota, 4, now=25.0) == [80, 80, 80, 180]
    assert waits(quota, 1, now=205.0) == [0]


def test_the_time_of_a_quota_begins_with_its_first_request() -> None:
    quota = Quota(1, 100)
    assert waits(quota, 2, now=990.0) == [0, 100]
    quota = Quota(2, 100)
    waits(quota, 1, now=0.0)
    assert waits(quota, 3, now=500.0) == [0, 0, 100]


def test_an_hour_and_a_day_are_not_spent_anew_by_another_process() -> None:
    first = [limit_of(3, 3600, key="hour"), limit_of(9, 1, key="second")]
    assert [reserve(first, 50.0) for _ in range(3)] == [0, 0, 0]
    kept = spent(first, 60.0, epoch=1000.0)
    assert list(kept) == ["hour"]
    second = [limit_of(3, 3600, key="hour"), limit_of(9, 1, key="second")]
    resume(second, kept, 0.0, epoch=1100.0)
    assert reserve(second, 0.0) == 3600 - 110


def test_a_kept_bucket_goes_on_filling_while_nobody_runs() -> None:
    def slow() -> Bucket:
        return Bucket(0.1, burst=5, key="slow")

    one = slow()
    waits(one, 5)
    kept = spent([one], 0.0, epoch=1000.0)
    other = slow()
    resume([other], kept, 77.0, epoch=1020.0)
    assert waits(other, 3, now=77.0) == [0, 0, 10]


@pytest.mark.parametrize(
    "kept", [{"day": None}, {"day": []}, {"day": ["1", "2"]}, {"hour": [1, 2]}, {}]
)
def test_what_was_not_kept_properly_is_as_nothing_spent(kept: dict) -> None:
    day = Quota(1, 86400, key="day")
    resume([day], kept, 0.0, epoch=0.0)
    assert waits(day, 1) == [0]


@pytest.mark.parametrize("hours", [-1, 0, 0.5])
def test_a_clock_that_was_set_back_spends_nothing_twice(hours: float) -> None:
    day = Quota(2, 86400, key="day")
    waits(day, 2)
    kept = spent([day], 0.0, epoch=10_000.0)
    again = Quota(2, 86400, key="day")
    resume([again], kept, 0.0, epoch=10_000.0 + hours * 3600)
    assert waits(again, 1) == [86400 - max(0, hours) * 3600]


def test_a_limit_is_about_the_requests_it_names() -> None:
    searches = Bucket(1, burst=1, only=lambda _method, path: path == "/search")
    assert [reserve([searches], 0, "GET", "/things") for _ in range(3)] == [0, 0, 0]
    assert [reserve([searches], 0, "GET", "/search") for _ in range(3)] == [0, 1, 2]


@given(
    st.integers(1, 5),
    st.floats(1, 50),
    st.lists(st.floats(0, 30), max_size=40),
    st.integers(0, 39),
)
def test_a_quota_never_grants_more_than_twice_in_its_time_also_across_processes(
    limit: int, per: float, gaps: list[float], cut: int
) -> None:
    quota, now, starts = Quota(limit, per, key="k"), 0.0, []
    for number, gap in enumerate(gaps):
        now += gap
        if number == cut:
            kept = spent([quota], now, epoch=now + 7)
            quota = Quota(limit, per, key="k")
            resume([quota], kept, now, epoch=now + 7)
        now += quota.reserve(now)
        starts.append(now)
    pairs = [starts[n + 2 * limit] - starts[n] for n in range(len(starts) - 2 * limit)]
    assert all(w >= per - 1e-6 for w in pairs)


@pytest.mark.parametrize(("limit", "per"), [(0, 1), (1, 0), (-1, 5)])
def test_a_quota_that_would_never_grant_is_a_bug(limit: int, per: float) -> None:
    with pytest.raises(ValueError):
        Quota(limit, per)


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


@pytest.mark.parametrize(
    ("limit", "left"),
    [(lambda: Quota(5, 100, key="k"), 2.0), (lambda: Bucket(0.01, 5, key="k"), 3.0)],
)
def test_what_was_taken_before_going_on_counts_too(limit, left) -> None:
    """A quota tells what was used, a bucket the tokens that are left."""
    earlier, here = limit(), limit()
    earlier.reserve(0.0)
    kept = spent([earlier], 0.0, epoch=50.0)
    here.reserve(10.0)
    resume([here], kept, 10.0, epoch=50.0)
    assert here.spent(10.0, epoch=50.0)[0] == pytest.approx(left)


def test_a_day_that_is_over_leaves_only_what_was_taken_here() -> None:
    quota = Quota(5, 100, key="k")
    quota.reserve(0.0)
    resume([quota], {"k": (5.0, 0.0)}, 0.0, epoch=150.0)
    assert waits(quota, 5) == [0, 0, 0, 0, 100]
