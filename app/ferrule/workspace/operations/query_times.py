"""The times of a query of the log: a span back from now, a day, or a moment.

What says no offset is of the place it is shown in: UTC, as the command line tells
times, or with `local` the clock of this machine, as a window does.
"""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

from ferrule.expression.dates import parse_date
from ferrule.workspace.operations.query_terms import QueryError, Term

_SPAN: Final = re.compile(r"(\d{1,6})(s|m|h|d|w)\Z")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_OFFSET: Final = re.compile(r"T.*(?:Z|[+-]\d\d:?\d\d)\Z", re.IGNORECASE)
_DAYS: Final = {"today": 0, "yesterday": 1}
_WEEK: Final = 7
_ADVICE: Final = "Write 30m, 1h, 2d, 1w, today, 2026-01-31 or 2026-01-31T08:00Z."


def moment_of(term: Term, now: datetime, *, local: bool) -> datetime:
    """Return the moment that a term tells.

    Raises:
        QueryError: when it tells none, or one before all time.
    """
    text = term.value.lower()
    try:
        return _moment(text, term.value, now, local=local)
    except (ValueError, OverflowError):
        raise QueryError(
            f"“{term.value}” is no time.", column=term.column, advice=_ADVICE
        ) from None


def _moment(text: str, given: str, now: datetime, *, local: bool) -> datetime:
    span = _SPAN.match(text)
    if span is not None:
        return now - _back(int(span[1]), span[2])
    if text == "now":
        return now
    if text in _DAYS:
        here = now.astimezone() if local else now
        day = here.date() - timedelta(days=_DAYS[text])
        return _there(datetime.combine(day, time()), local=local)
    found = parse_date(given)
    if _OFFSET.search(given):
        return found
    return _there(found.replace(tzinfo=None), local=local)


def _back(number: int, unit: str) -> timedelta:
    if unit == "w":
        return timedelta(days=number * _WEEK)
    return timedelta(**{_UNITS[unit]: number})


def _there(plain: datetime, *, local: bool) -> datetime:
    """Return a moment of a clock that says no offset, in UTC."""
    return plain.astimezone(UTC) if local else plain.replace(tzinfo=UTC)
