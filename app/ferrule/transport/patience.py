"""Waiting before a request may go: who waits, for how long at most, and what is told.

A wait longer than that is an error instead, which tells the time. A run has endless
patience: it stands still until then and goes on by itself.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from ferrule.clock import Clock, rfc3339
from ferrule.errors import CircuitOpen, ExchangeError, RateLimitError
from ferrule.resilience.retry import LONGEST_WAIT_S
from ferrule.transport.notices import AskedBy, Notice, Throttled
from ferrule.transport.trip import Trip

_WORTH_TELLING_S = 1.0
_WHY = {
    "limit": "The rate limit that was set for it is reached",
    "service": "The service asked to wait",
    "breaker": "Too many requests in a row failed",
}


class Patience(msgspec.Struct, frozen=True):
    """By which clock to wait, whom to tell, and for how long at most."""

    clock: Clock
    tell: Callable[[Notice], None]
    longest_s: float = math.inf

    def wait(self, seconds: float, trip: Trip, asked_by: AskedBy) -> None:
        """Wait before the trip's next attempt.

        Raises:
            RateLimitError: when it is too long.
            CircuitOpen: when it is too long and the breaker asks for it.
            Cancelled: when the trip was.
        """
        if seconds >= _WORTH_TELLING_S or seconds > self.longest_s:
            until = self.clock.now() + timedelta(seconds=seconds)
            if seconds > self.longest_s:
                raise _refusal(seconds, until, asked_by, trip)
            paused = seconds > LONGEST_WAIT_S
            self.tell(Throttled(seconds, until, asked_by, paused))
        trip.sleep(seconds, self.clock)


def _refusal(
    seconds: float, until: datetime, asked_by: AskedBy, trip: Trip
) -> ExchangeError:
    message = f"{_WHY[asked_by]}: nothing is sent to {trip.shown.host} for now."
    advice = f"Try again after {rfc3339(until.replace(microsecond=0))}."
    error: ExchangeError = (
        CircuitOpen(message, until=until, advice=advice)
        if asked_by == "breaker"
        else RateLimitError(message, retry_after=seconds, advice=advice)
    )
    error.method, error.url = trip.shown.method, trip.shown.url
    return error
