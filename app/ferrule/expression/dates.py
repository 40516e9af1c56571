"""Dates, times and durations as services write them; a time without a zone is UTC.

A format is `iso8601` (RFC 3339 included), `unix` (seconds, fractions kept), `unix_ms`,
`date`, or a strftime pattern. Whatever cannot be read is a ValueError that says why.
"""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from ferrule.clock import rfc3339
from ferrule.exchange import Json
from ferrule.expression import datepattern

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MILLISECOND = 1_000_000, 1_000
_MOST_EXPONENT = 20
_SHOWN = 64
NAMED_FORMATS = ("iso8601", "unix", "unix_ms", "date")


def check_format(fmt: str) -> str:
    """Return `fmt`, or raise ValueError when it is no date format."""
    if fmt not in NAMED_FORMATS:
        datepattern.check(fmt)
    return fmt


def parse_date(value: Json, fmt: str = "iso8601") -> datetime:
    """Return the moment a value tells, aware and in UTC.

    Raises:
        ValueError: when it is not a date of that format, or out of range.
    """
    try:
        if fmt == "iso8601" and type(value) is str:
            return _parse_iso(value)
        return _parse(value, fmt)
    except OverflowError:
        raise ValueError(f"{_shown(value)} is out of the range of dates") from None


def _parse(value: Json, fmt: str) -> datetime:
    if fmt == "unix":
        return _since_epoch(value, _SECOND)
    if fmt == "unix_ms":
        return _since_epoch(value, _MILLISECOND)
    if not isinstance(value, str):
        raise _no_date(value, f"a text with a date ({fmt})")
    if fmt == "iso8601":  # of a subclass of str
        return _parse_iso(str(value))
    if fmt == "date":
        return _parse_day(value)
    return datepattern.read(value, fmt)


def _no_date(value: Json, wanted: str) -> ValueError:
    return ValueError(f"{_shown(value)} is not {wanted}")


_TIME = r"\d{2}(?:(:?)\d{2}(?:\%d\d{2}(?:[.,]\d+)?)?)?"
_STRICT = re.compile(
    r"(?>\d{4}-\d{2}-\d{2}|\d{4}-W\d{2}-\d|\d{4}W\d{3}|\d{8}|\d{4}-W\d{2}|\d{4}W\d{2})"
    rf"(?:.{_TIME % 1} ?(?:Z|[+-]{_TIME % 2})?)?",
    re.ASCII | re.DOTALL,
)
_DAY_LENGTH = len("2026-02-03")
_SIGNS = {  # every third character from the fifth on, and the length
    "--": _DAY_LENGTH,
    "--T::": len("2026-02-03T04:05:06"),
    "-- ::": len("2026-02-03 04:05:06"),
    "--T::Z": len("2026-02-03T04:05:06Z"),
    "-- ::Z": len("2026-02-03 04:05:06Z"),
    "--T::+:": len("2026-02-03T04:05:06+07:00"),
    "--T::-:": len("2026-02-03T04:05:06-07:00"),
} | {
    f"--T::{sign}{tens}": len("2026-02-03T04:05:06+0700")
    for sign in "+-"
    for tens in "012345"
}
_ZONES = {"Z"} | {
    f"{sign}{hours:02}{colon}{minutes:02}"
    for sign in "+-"
    for hours in range(15)
    for colon in (":", "")
    for minutes in (0, 15, 30, 45)
}


def _parse_iso(text: str) -> datetime:
    """Read a date as Python 3.11 does, but nothing that it overlooks (`04:05:06xZ`).

    What is read most often is known by its signs, for a pattern takes twice the time:
    of three or six digits of a fraction only a zero character is overlooked.
    """
    if text[19:20] == ".":
        plain = text[23:] in _ZONES or text[26:] in _ZONES
        plain = plain and text[4:17:3] == "--T::" and "\0" not in text
    else:
        plain = _SIGNS.get(text[4::3]) == len(text)
    try:
        moment = _ISO(text) if plain else _parse_unusual(text)
    except ValueError:
        moment = _parse_unusual(text)
    zone = moment.tzinfo
    if zone is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if zone is None else moment.astimezone(UTC)


def _parse_unusual(text: str) -> datetime:
    clean = text.strip().upper()
    try:
        return _ISO(clean if _STRICT.fullmatch(clean) else "")
    except ValueError:
        return _parse_leap_second(text, clean)


_LEAP = re.compile(r"(.*:59):60(\D.*)?")


def _parse_leap_second(text: str, clean: str) -> datetime:
    """Read a leap second (RFC 3339 5.6) as the second after it."""
    leap = _LEAP.fullmatch(clean)
    if leap is None:
        raise _no_date(text, "an ISO 8601 date")
    return _parse_iso(f"{leap[1]}:59{leap[2] or ''}") + timedelta(seconds=1)


def _parse_day(text: str) -> datetime:
    """Read a day; Python 3.11 takes any ten characters that begin with eight digits."""
    clean = text.strip()
    overlooked = len(clean) == _DAY_LENGTH and clean[4] != "-"
    try:
        day = date.fromisoformat(clean if clean.isascii() and not overlooked else "")
    except ValueError:
        raise _no_date(text, "a date such as 2026-02-03") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _since_epoch(value: Json, microseconds: int) -> datetime:
    number = _number(value)
    whole = int(number * microseconds)
    return _EPOCH + timedelta(microseconds=whole)


def _number(value: Json) -> int | Decimal:
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        raise _no_date(value, "a number of seconds")
    if isinstance(value, int):
        return value
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise _no_date(value, "a number of seconds") from None
    if not number.is_finite():
        raise _no_date(value, "a number of seconds")
    if number.adjusted() > _MOST_EXPONENT:
        raise OverflowError
    return number


def format_date(moment: datetime, fmt: str) -> str | int:
    """Return an aware moment in a format.

    `unix` is an int, or a text where there is a fraction; `unix_ms` drops what is
    below a millisecond.

    Raises:
        ValueError: when `fmt` is no date format.
    """
    if fmt == "iso8601":
        return rfc3339(moment)
    if fmt == "date":
        return moment.astimezone(UTC).date().isoformat()
    if fmt in {"unix", "unix_ms"}:
        return _format_epoch(moment - _EPOCH, fmt)
    return datepattern.write(moment, fmt)


def _format_epoch(since: timedelta, fmt: str) -> str | int:
    total = since // timedelta(microseconds=1)
    if fmt == "unix_ms":
        return total // _MILLISECOND
    if total % _SECOND == 0:
        return total // _SECOND
    return f"{Decimal(total) / _SECOND:f}"


def to_rfc3339(value: Json, fmt: str) -> str:
    """Return a value's moment as RFC 3339 in UTC.

    Raises:
        ValueError: when it is not a date of that format, or out of range.
    """
    if (
        fmt == "iso8601"
        and type(value) is str
        and len(value) == _PLAIN_LENGTH
        and value[4::3] == _PLAIN_SIGNS
    ):
        try:
            _ISO(value)
        except ValueError:  # no real time, or a form that only looks like it
            return rfc3339(parse_date(value, fmt))
        return value
    return rfc3339(parse_date(value, fmt))


_ISO = datetime.fromisoformat
_PLAIN_LENGTH = len("2026-02-03T04:05:06Z")
_PLAIN_SIGNS = "2026-02-03T04:05:06Z"[4::3]


_AMOUNT = r"(?:(\d{1,12}(?:[.,]\d{1,9})?)%s)?"
_DURATION = re.compile(
    "P"
    + "".join(_AMOUNT % unit for unit in "YMWD")
    + "(?:T"
    + "".join(_AMOUNT % unit for unit in "HMS")
    + ")?",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta:
    """Return an ISO 8601 duration such as `P30D`, `PT15S`, `P1W` or `P1DT2H`.

    Raises:
        ValueError: for anything else; years and months have no fixed length.
    """
    match = _matched(text, "PT15S or P30D")
    if match[1] or match[2]:
        raise ValueError(
            f"{_shown(text)} counts years or months, which have no fixed length:"
            " write days (P30D)"
        )
    return _fixed(text, match)


class Period(NamedTuple):
    """A duration of the calendar: whole months, then a time of fixed length."""

    months: int
    rest: timedelta

    def after(self, moment: datetime) -> datetime:
        """Return the aware moment this much later, in UTC.

        Months are added first; a day that the month does not have is its last one
        (31 January and a month is 28 or 29 February). What is after the last date
        there is, is that date.
        """
        moment = moment.astimezone(UTC)
        years, month = divmod(moment.month - 1 + self.months, 12)
        try:
            year = moment.year + years
            last = calendar.monthrange(year, month + 1)[1]
            day = min(moment.day, last)
            return moment.replace(year=year, month=month + 1, day=day) + self.rest
        except (ValueError, OverflowError):
            return datetime.max.replace(tzinfo=UTC)


def parse_period(text: str) -> Period:
    """Return an ISO 8601 duration of the calendar such as `P6M`, `P1Y` or `P30D`.

    Raises:
        ValueError: for anything else; years and months are whole numbers.
    """
    match = _matched(text, "P6M or P30D")
    years, months = match[1] or "0", match[2] or "0"
    if not (years.isdigit() and months.isdigit()):
        raise ValueError(f"{_shown(text)} counts a part of a year or month")
    return Period(int(years) * 12 + int(months), _fixed(text, match))


def _matched(text: str, such_as: str) -> re.Match[str]:
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        raise ValueError(
            f"{_shown(text)} is not an ISO 8601 duration such as {such_as}"
        )
    return match


def _fixed(text: str, match: re.Match[str]) -> timedelta:
    """Return the parts of a duration that have a fixed length, from weeks on."""
    weeks, days, hours, minutes, seconds = (
        Decimal((part or "0").replace(",", ".")) for part in match.groups()[2:]
    )
    total = ((weeks * 7 + days) * 24 + hours) * 60 + minutes
    try:
        return timedelta(microseconds=int((total * 60 + seconds) * _SECOND))
    except OverflowError:
        raise ValueError(f"{_shown(text)} is too long a duration") from None


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
