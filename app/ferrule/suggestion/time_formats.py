"""In which format values tell times, found by their look.

Numbers are times only where their range says so, and a name that is one of a time:
ids and sizes are numbers too. Nothing counts that is not a time in every value.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.dates import parse_date

_LOWEST, _HIGHEST = 946_684_800, 2_051_222_400  # 2000 to 2035: ids are seldom in it
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d.*", re.DOTALL)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER: Final = re.compile(r"\d{9,13}(\.\d{1,9})?", re.ASCII)
_PATTERNS: Final = (
    "%a, %d %b %Y %H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %Z",
    "%a %b %d %H:%M:%S %z %Y",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S %Z",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%Y%m%dT%H%M%S%z",
)
_LONGEST: Final = 64


def formats_of(sample: Sequence[Json], *, named: bool) -> tuple[str, ...]:
    """Return the formats in which all values are times, the most usual first.

    `named` tells that the name is one of a time. There are two where day and month
    could stand either way round.
    """
    if all(isinstance(value, int | Decimal) for value in sample):
        return tuple(_epochs(sample)) if named else ()
    texts = [value for value in sample if isinstance(value, str)]
    if len(texts) < len(sample) or not all(map(_may_be_time, texts)):
        return ()
    if all(text.strip().replace(".", "", 1).isdecimal() for text in texts):
        return tuple(_of_digits(texts)) if named else ()
    fitting = [fmt for fmt in _formats(texts) if _fits(texts, fmt)]
    return tuple(fitting if "/" in fitting[0] else fitting[:1]) if fitting else ()


def moment_of(value: Json, fmt: str) -> datetime | None:
    """Return the time that a value tells, or None."""
    try:
        return parse_date(value, fmt)
    except ValueError:
        return None


def _may_be_time(text: str) -> bool:
    return len(text) <= _LONGEST and any(char.isdigit() for char in text)


def _of_digits(texts: Sequence[str]) -> Iterator[str]:
    if all(map(_NUMBER.fullmatch, texts)):
        yield from _epochs([Decimal(text) for text in texts])
    elif all(len(text) == len("20240503080000") for text in texts):
        yield from (fmt for fmt in ("%Y%m%d%H%M%S",) if _fits(texts, fmt))


def _formats(texts: Sequence[str]) -> Sequence[str]:
    """Return the formats that texts could have, by their look."""
    if all(map(_DAY.fullmatch, texts)):
        return ("date",)
    return ("iso8601", *_PATTERNS) if all(map(_ISO.fullmatch, texts)) else _PATTERNS


def _epochs(sample: Sequence[Json]) -> Iterator[str]:
    numbers = [x for x in sample if isinstance(x, int | Decimal)]
    if any(isinstance(x, bool) for x in sample):
        return
    for fmt, unit in (("unix", 1), ("unix_ms", 1000)):
        if all(_LOWEST * unit <= x < _HIGHEST * unit for x in numbers):
            yield fmt


def _fits(texts: Sequence[str], fmt: str) -> bool:
    return all(moment_of(text, fmt) is not None for text in texts)
