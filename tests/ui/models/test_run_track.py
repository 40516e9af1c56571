"""What the log of a run says of waits and of what the service has left."""

from datetime import UTC, datetime

from tests.support.clock import FakeClock

from ferrule.ui.models.run_track import Track

RESETS = "2026-03-01T13:00:00Z"
AT = f"{datetime(2026, 3, 1, 13, tzinfo=UTC).astimezone():%H:%M:%S}"


def told(*lines: dict) -> list[str]:
    track = Track("issues", "full", FakeClock())
    track.take([dict(line) for line in lines])
    return [line.text for line in track.log][1:]


def left(remaining: int, limit: int | None = 100) -> dict:
    return {
        "type": "budget",
        "limit": limit,
        "remaining": remaining,
        "resetsAt": RESETS,
    }


def test_a_budget_is_told_at_first_at_a_tenth_and_at_nothing() -> None:
    lines = [left(n) for n in (90, 80, 10, 9, 1, 0, 0)]
    assert told(*lines) == [
        f"The service has {n} of 100 requests left, until {AT}" for n in (90, 10, 0)
    ]


def test_a_budget_that_was_full_again_is_told_anew() -> None:
    assert len(told(*[left(n) for n in (0, 0, 90, 0)])) == 2
    assert told(left(7, None))[0].startswith("The service has 7 requests left")


def test_a_long_wait_tells_the_time_and_a_short_one_the_seconds() -> None:
    wait = {"type": "waiting", "reason": "rate", "until": RESETS}
    assert told({**wait, "seconds": 3600.0}) == [f"Waits until {AT}: rate"]
    assert told({**wait, "seconds": 12.4}) == ["Waits 12 s: rate"]
    assert told({**wait, "seconds": 0.4}) == []
