"""Date patterns of the strftime kind, in English whatever the machine's language.

The window sets the machine's locale, and the standard library would then read and
write month names in it; a connector's date format must mean the same everywhere.
"""

import functools
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_SHORT = 3
_NOON = 12
_PIVOT = 69  # POSIX: 69-99 are 19xx, 00-68 are 20xx

_WRITERS: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda at: f"{at.year:04d}",
    "m": lambda at: f"{at.month:02d}",
    "d": lambda at: f"{at.day:02d}",
    "H": lambda at: f"{at.hour:02d}",
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "f": lambda at: f"{at.microsecond:06d}",
    "y": lambda at: f"{at.year % 100:02d}",
    "I": lambda at: f"{at.hour % _NOON or _NOON:02d}",
    "p": lambda at: "AM" if at.hour < _NOON else "PM",
    "j": lambda at: f"{at.timetuple().tm_yday:03d}",
    "b": lambda at: MONTHS[at.month - 1][:_SHORT],
    "B": lambda at: MONTHS[at.month - 1],
    "a": lambda at: DAYS[at.weekday()][:_SHORT],
    "A": lambda at: DAYS[at.weekday()],
    "z": lambda _at: "+0000",
    "Z": lambda _at: "UTC",
    "s": lambda at: str(int(at.timestamp())),
    "%": lambda _at: "%",
}
_WHOLE = {"T": "%H:%M:%S", "F": "%Y-%m-%d", "D": "%m/%d/%y", "e": "%d"}


def _names(words: tuple[str, ...]) -> str:
    return "|".join(words)


_READERS: Mapping[str, str] = {
    "Y": r"\d{4}",
    "m": r"\d{1,2}",
    "d": r"\s?\d{1,2}",
    "H": r"\d{1,2}",
    "M": r"\d{1,2}",
    "S": r"\d{1,2}",
    "f": r"\d{1,30}",
    "y": r"\d{2}",
    "I": r"\d{1,2}",
    "p": r"[AaPp][Mm]",
    "j": r"\d{1,3}",
    "b": _names(tuple(month[:_SHORT] for month in MONTHS)),
    "B": _names(MONTHS),
    "a": _names(tuple(day[:_SHORT] for day in DAYS)),
    "A": _names(DAYS),
    "z": r"[+-]\d\d:?\d\d|Z",
    "Z": r"UTC|GMT|Z",
    "s": r"-?\d{1,12}",
}
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)


def check(pattern: str) -> None:
    """Raise ValueError when `pattern` has no directive or an unknown one."""
    letters = _DIRECTIVE.findall(_expanded(pattern))
    if not letters:
        raise ValueError(
            f"{pattern!r} is no date format: write iso8601, unix, unix_ms, date"
            " or a pattern such as %Y-%m-%d"
        )
    for letter in letters:
        if letter not in _WRITERS:
            raise ValueError(f"%{letter} is not a part of a date pattern")


def write(moment: datetime, pattern: str) -> str:
    """Return a moment in UTC, written by a pattern."""
    check(pattern)
    at = moment.astimezone(UTC)
    return _DIRECTIVE.sub(lambda match: _WRITERS[match[1]](at), _expanded(pattern))


def read(text: str, pattern: str) -> datetime:
    """Return the moment that `text` tells by a pattern; without a zone it is UTC.

    Raises:
        ValueError: when the text does not follow the pattern or is no date.
    """
    regexp, letters = _reader(pattern)
    match = regexp.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:64]!r} does not follow {pattern}")
    return _moment(dict(zip(letters, match.groups(), strict=True)))


@functools.lru_cache(maxsize=256)
def _reader(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Return the expression for a pattern; each directive counts once."""
    check(pattern)
    parts, letters, end = [], [], 0
    expanded = _expanded(pattern)
    for match in _DIRECTIVE.finditer(expanded):
        parts.append(re.escape(expanded[end : match.start()]))
        end = match.end()
        if match[1] == "%":
            parts.append("%")
        elif match[1] in letters:
            raise ValueError(f"%{match[1]} stands twice in {pattern}")
        else:
            letters.append(match[1])
            parts.append(f"({_READERS[match[1]]})")
    parts.append(re.escape(expanded[end:]))
    return re.compile("".join(parts), re.IGNORECASE | re.ASCII), tuple(letters)


def _expanded(pattern: str) -> str:
    return re.sub("%%|%([TFDe])", lambda m: _WHOLE.get(m[1] or "", m[0]), pattern)


def _moment(told: Mapping[str, str]) -> datetime:
    if "s" in told:
        return datetime.fromtimestamp(int(told["s"]), UTC)
    if "Y" not in told and "y" not in told:
        raise ValueError("the date pattern has no year")
    start = datetime(
        _year(told),
        _month(told),
        int(told.get("d", "1")),
        _hour(told),
        int(told.get("M", "0")),
        int(told.get("S", "0")),
        int(told.get("f", "0")[:6].ljust(6, "0")),
        tzinfo=_zone(told.get("z", "Z")),
    )
    days = int(told.get("j", "1")) - 1
    return (start + timedelta(days=days)).astimezone(UTC)


def _year(told: Mapping[str, str]) -> int:
    if "Y" in told:
        return int(told["Y"])
    short = int(told["y"])
    return short + (1900 if short >= _PIVOT else 2000)


def _month(told: Mapping[str, str]) -> int:
    name = told.get("b") or told.get("B")
    if name is None:
        return int(told.get("m", "1"))
    starts = [month[:_SHORT].lower() for month in MONTHS]
    return starts.index(name[:_SHORT].lower()) + 1


def _hour(told: Mapping[str, str]) -> int:
    if "I" not in told:
        return int(told.get("H", "0"))
    hour = int(told["I"])
    if not 1 <= hour <= _NOON:
        raise ValueError("%I must be 1 to 12")
    late = told.get("p", "AM").upper() == "PM"
    return hour % _NOON + (_NOON if late else 0)


def _zone(text: str) -> timezone:
    if text.upper() == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
