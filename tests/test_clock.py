"""The machine's clock, and times as text."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ferrule.clock import SystemClock, day_words, rfc3339


def test_the_time_is_aware_and_never_steps_back():
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_a_sleep_ends_when_the_clock_is_woken():
    clock = SystemClock()
    sleeper = threading.Thread(target=clock.sleep, args=(60,))
    sleeper.start()
    clock.wake()
    sleeper.join(5)
    assert not sleeper.is_alive()
    clock.sleep(60)
    clock.sleep(-1)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (
            datetime(2026, 1, 2, 3, 4, 5, 120000, tzinfo=UTC),
            "2026-01-02T03:04:05.120000Z",
        ),
        (
            datetime(2026, 1, 2, 1, tzinfo=timezone(timedelta(hours=2))),
            "2026-01-01T23:00:00Z",
        ),
    ],
)
def test_a_time_is_written_as_rfc_3339_in_utc(moment, text):
    assert rfc3339(moment) == text


def test_a_day_is_written_as_people_write_it_in_its_own_zone():
    late = datetime(2026, 11, 1, 23, tzinfo=timezone(timedelta(hours=-5)))
    assert day_words(late) == "1 Nov 2026"
    assert day_words(late, year=False) == "1 Nov"
