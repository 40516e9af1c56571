"""Casts: a value as the type that a mapping asks for, exactly or not at all.

No digit is lost: numbers are read as integers of any size or as decimals, and a text
that is no number, or a fraction where a whole number is asked for, is a ValueError that
says so. Null stays null: there is nothing to cast.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from ferrule.errors import UnreadableResponse
from ferrule.exchange import Json, decode, scalar_text
from ferrule.expression.dates import to_rfc3339

Cast = Literal["string", "integer", "number", "boolean", "datetime", "json"]
Caster: TypeAlias = Callable[[Json], Json]

_SHOWN: Final = 64
_MOST_DIGITS: Final = 4_300  # Python's own limit, and the decoder's
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,6})?", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d+", re.ASCII)
_WORDS: Final[Mapping[str, bool]] = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def compile_cast(cast: Cast, date_format: str | None = None) -> Caster:
    """Return a function from a value to the same value as `cast`.

    `date_format` is how the service writes times, by default ISO 8601; a number is
    then read as seconds since 1970.

    Raises (the function):
        ValueError: when the value cannot be that without losing something.
    """
    made = _CASTERS.get(cast) or _datetime(date_format or "iso8601")
    return lambda value: None if value is None else made(value)


def _string(value: Json) -> Json:
    if isinstance(value, list | dict):
        raise _misfit(value, "text")
    return scalar_text(value)


def _integer(value: Json) -> Json:
    number = _exact(value)
    if isinstance(number, Decimal) and number.adjusted() <= _MOST_DIGITS:
        number = int(number) if number == number.to_integral_value() else number
    if type(number) is not int:
        raise _misfit(value, "a whole number")
    return number


def _number(value: Json) -> Json:
    number = _exact(value)
    if number is None:
        raise _misfit(value, "a number")
    return number


def _exact(value: Json) -> int | Decimal | None:
    """Return the number that a value is or writes out, None when it does not."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if isinstance(value, float):
        return Decimal(repr(value))
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return int(text) if _WHOLE.fullmatch(text) else Decimal(text)


def _boolean(value: Json) -> Json:
    if isinstance(value, bool):
        return value
    is_scalar = isinstance(value, str | int)
    found = _WORDS.get(scalar_text(value).strip().lower()) if is_scalar else None
    if found is None:
        raise _misfit(value, "yes or no")
    return found


def _json(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        return decode(value.encode("utf-8", "surrogatepass"))
    except UnreadableResponse as error:
        raise ValueError(f"{shown(value)} is no JSON: {error.message}") from None


def _datetime(date_format: str) -> Caster:
    for_numbers = "unix_ms" if date_format == "unix_ms" else "unix"

    def cast(value: Json) -> Json:
        if isinstance(value, str):
            return to_rfc3339(value, date_format)
        return to_rfc3339(value, for_numbers)

    return cast


_CASTERS: Final[Mapping[str, Caster]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "json": _json,
}


def _misfit(value: Json, wanted: str) -> ValueError:
    return ValueError(f"{shown(value)} is not {wanted}")


def shown(value: Json) -> str:
    """Return a value as it stands in a message: short, texts in quotes."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = repr(value) if isinstance(value, str) else scalar_text(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
