"""Waits as services write them: seconds, milliseconds, dates and epochs.

A moment is held against the answer's own `Date`, so that a clock of ours that goes
wrong neither hammers a service nor stands still. What cannot be read, is negative or
is past asks for nothing.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, TypeAlias

from ferrule.expression.dates import parse_date

Unit: TypeAlias = Literal["seconds", "ms", "http_date", "epoch_s", "epoch_ms"]

_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}-", re.ASCII)
_SCALE: Mapping[Unit, float] = {"ms": 1e-3, "epoch_ms": 1e-3}


def number(text: str) -> float | None:
    """Return a plain number of at most 15 digits; no sign, no exponent."""
    return float(text) if _NUMBER.fullmatch(text) else None


def moment(text: str) -> datetime | None:
    """Return the moment that an HTTP-date (RFC 9110 5.6.7) or RFC 3339 text tells."""
    try:
        if _YEAR.match(text):
            return parse_date(text)
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def seconds_to(
    at: datetime | float | None, headers: Mapping[str, str], now: datetime
) -> float | None:
    """Return the seconds until a moment, or an epoch in seconds; None when past."""
    if at is None:
        return None
    here = moment(headers.get("date", "")) or now
    epoch = at if isinstance(at, float) else at.timestamp()
    left = epoch - here.timestamp()
    return left if left > 0 else None


def wait_in(
    text: str, unit: Unit, headers: Mapping[str, str], now: datetime
) -> float | None:
    """Return the seconds that `text`, written in `unit`, asks to wait; else None."""
    if unit == "http_date":
        return seconds_to(moment(text.strip()), headers, now)
    found = number(text.strip())
    if found is None:
        return None
    scaled = found * _SCALE.get(unit, 1.0)
    return seconds_to(scaled, headers, now) if unit.startswith("epoch") else scaled


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds of `Retry-After`: a number or a date (RFC 9110 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    seconds = number(text)
    return seconds_to(moment(text), headers, now) if seconds is None else seconds
