"""Small languages in plain words: "PT15S" reads "15 seconds"."""

from datetime import UTC, datetime, timedelta
from typing import Final

from ferrule.expression.dates import format_date, parse_period
from ferrule.ui.i18n import ours, tr

_UNITS: Final = (
    ("week", timedelta(weeks=1)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)
_NAMES: Final = ours(
    {
        "year": ("year", "years"),
        "month": ("month", "months"),
        "week": ("week", "weeks"),
        "day": ("day", "days"),
        "hour": ("hour", "hours"),
        "minute": ("minute", "minutes"),
        "second": ("second", "seconds"),
        "millisecond": ("millisecond", "milliseconds"),
    }
)
_EXAMPLE: Final = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def duration_words(text: str) -> str:
    """Return an ISO 8601 duration in words, empty where it is none."""
    try:
        months, left = parse_period(text)
    except ValueError:
        return ""
    years, months = divmod(months, 12)
    whole = (("year", years), ("month", months))
    found = [_counted(count, word) for word, count in whole if count]
    for word, unit in _UNITS:
        uneven = word == "week" and (left % unit or left // unit == 0)
        count = 0 if uneven else left // unit
        left -= count * unit
        if count:
            found.append(_counted(count, word))
    if left or not found:
        found.append(_counted(left / timedelta(milliseconds=1), "millisecond"))
    return " ".join(found)


def _counted(count: float, word: str) -> str:
    one, many = _NAMES[word]
    return f"{count:g} {tr(one if count == 1 else many)}"


def date_words(text: str) -> str:
    """Return what a date looks like in a format, empty where it is no format."""
    try:
        return f"such as {format_date(_EXAMPLE, text)}" if text else ""
    except ValueError:
        return ""
