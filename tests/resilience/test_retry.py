"""When a request is sent again, as a table of what came back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.resilience.retry import (
    Outcome,
    Policy,
    Retry,
    Stop,
    Throttled,
    asked_wait,
    backoff,
    decide,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEADY = Policy(jitter=lambda: 0.0)


def throttled(seconds: float, *, paused: bool = False) -> Throttled:
    return Throttled(NOW + timedelta(seconds=seconds), seconds, paused)


def test_waits_double() -> None:
    waits = [decide(Outcome(500), n, NOW, STEADY) for n in range(1, 6)]
    assert waits == [Retry(1), Retry(2), Retry(4), Retry(8), Stop()]


def test_jitter_only_ever_makes_a_wait_longer_by_a_quarter() -> None:
    assert backoff(3, lambda: 0.0) == 4
    assert backoff(3, lambda: 1.0) == 5
    assert backoff(30, lambda: 0.0) == 60


# outcome, decision after the first attempt
CASES = [
    (Outcome(200), Stop()),
    (Outcome(302), Stop()),
    (Outcome(400), Stop()),
    (Outcome(401), Stop()),
    (Outcome(403), Stop()),
    (Outcome(404), Stop()),
    (Outcome(410), Stop()),
    (Outcome(408), Retry(1)),
    (Outcome(425), Retry(1)),
    (Outcome(429), Retry(1)),
    (Outcome(500), Retry(1)),
    (Outcome(502), Retry(1)),
    (Outcome(503), Retry(1)),
    (Outcome(504), Retry(1)),
    (Outcome(599), Retry(1)),
    (Outcome(None), Retry(1)),
    (Outcome(None, hopeless=True), Stop()),
    (Outcome(None, repeatable=False), Stop()),
    (Outcome(408, repeatable=False), Stop()),
    (Outcome(500, repeatable=False), Stop()),
    (Outcome(425, repeatable=False), Retry(1)),
    (Outcome(429, repeatable=False), Retry(1)),
    (Outcome(429, {"retry-after": "30"}), throttled(30)),
    (Outcome(429, {"retry-after": " 30 "}), throttled(30)),
    (Outcome(429, {"retry-after": "1.5"}), throttled(1.5)),
    (Outcome(429, {"retry-after": "0"}), throttled(0)),
    (Outcome(503, {"retry-after": "30"}), throttled(30)),
    (Outcome(503, {"retry-after": "30"}, repeatable=False), Stop()),
    (Outcome(404, {"retry-after": "30"}), Stop()),
    (
        Outcome(429, {"retry-after": "Sun, 01 Mar 2026 12:01:00 GMT"}),
        throttled(60),
    ),
    (
        Outcome(429, {"retry-after": "Sunday, 01-Mar-26 12:01:00 GMT"}),
        throttled(60),
    ),
    (
        Outcome(429, {"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}),
        throttled(0),
    ),
    (
        Outcome(429, {"retry-after": "Sun, 01 Mar 2026 13:01:00 +0100"}),
        throttled(60),
    ),
    (Outcome(429, {"retry-after": "soon"}), Retry(1)),
    (Outcome(429, {"retry-after": "-5"}), Retry(1)),
    (Outcome(429, {"retry-after": "nan"}), Retry(1)),
    (Outcome(429, {"retry-after": "inf"}), Retry(1)),
    (Outcome(429, {"retry-after": "1e3"}), Retry(1)),
    (Outcome(429, {"retry-after": "٣"}), Retry(1)),
    (Outcome(429, {"retry-after": "9" * 40}), Retry(1)),
    (Outcome(429, {"retry-after": "Sun, 99 Mar 2026 12:01:00 GMT"}), Retry(1)),
    (Outcome(429, {"retry-after": "900"}), throttled(900)),
    (Outcome(429, {"retry-after": "901"}), throttled(901, paused=True)),
    (Outcome(429, {"retry-after": "86400"}), throttled(86400, paused=True)),
    (Outcome(429, {"retry-after": "999999"}), Stop(999_999)),
    (
        Outcome(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1772366430"}),
        throttled(30),
    ),
    (
        Outcome(429, {"ratelimit-remaining": "0", "ratelimit-reset": "45"}),
        throttled(45),
    ),
    (
        Outcome(429, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "45"}),
        throttled(45),
    ),
    (Outcome(403, {"x-ratelimit-remaining": "0"}), Retry(1)),
    (Outcome(403, {"x-ratelimit-remaining": "12"}), Stop()),
    (Outcome(403, {"retry-after": "60"}), throttled(60)),
    (Outcome(200, {"x-ratelimit-remaining": "0"}), Stop()),
]


@pytest.mark.parametrize(("outcome", "wanted"), CASES)
def test_what_follows_from_an_outcome(outcome: Outcome, wanted: object) -> None:
    assert decide(outcome, 1, NOW, STEADY) == wanted


def test_after_the_last_attempt_the_asked_wait_is_told() -> None:
    outcome = Outcome(429, {"retry-after": "7"})
    assert decide(outcome, 5, NOW, STEADY) == Stop(7)
    assert decide(outcome, 1, NOW, Policy(max_attempts=1)) == Stop(7)


def test_a_pause_uses_no_attempt() -> None:
    outcome = Outcome(429, {"retry-after": "3600"})
    assert decide(outcome, 5, NOW, STEADY) == throttled(3600, paused=True)


def test_many_short_waits_become_a_pause_and_many_pauses_an_error() -> None:
    outcome = Outcome(429, {"retry-after": "600"})
    assert decide(outcome, 2, NOW, STEADY, waited_s=600) == throttled(600, paused=True)
    assert decide(outcome, 2, NOW, STEADY, waited_s=90_000) == Stop(600)


@given(st.text(max_size=60))
def test_no_header_is_too_odd(text: str) -> None:
    seconds = asked_wait({"retry-after": text}, NOW)
    assert seconds is None or seconds >= 0


@given(st.floats(0, 1))
def test_waits_grow_whatever_the_jitter(jitter: float) -> None:
    waits = [backoff(n, lambda: jitter) for n in range(1, 6)]
    assert all(shorter < longer for shorter, longer in pairwise(waits))
