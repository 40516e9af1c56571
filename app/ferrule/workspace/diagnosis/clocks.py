"""How far this computer's clock is off, by the `Date` of an answer (RFC 9110 6.6.1)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

TOLERATED_S: Final = 60.0
ADVICE: Final = (
    "Set the clock of this computer right (switch on its automatic setting): what is"
    " signed, and a token's end, are told by it."
)
_UNITS: Final = ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min"))
_MANY: Final = 2


def clock_ahead(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that this clock is ahead of the service's; None if unknown.

    `headers` have lower-case names. An answer out of a cache is as old as `Age` says.
    """
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    if told.tzinfo is None:
        told = told.replace(tzinfo=UTC)
    age = headers.get("age", "")
    seconds = (now - told).total_seconds()
    return seconds - (
        int(age) if age.isdecimal() and len(age) < len("1000000000") else 0
    )


def clock_words(ahead_s: float | None) -> str:
    """Return how far the clock is off as a sentence; empty where it is near enough."""
    if ahead_s is None or abs(ahead_s) <= TOLERATED_S:
        return ""
    way = "ahead of" if ahead_s > 0 else "behind"
    return f"This computer's clock is {_span(abs(ahead_s))} {way} the service's."


def _span(seconds: float) -> str:
    for length, name in _UNITS:
        if seconds >= _MANY * length:
            return f"{seconds / length:.0f} {name}"
    return f"{seconds:.0f} s"
