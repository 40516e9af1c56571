"""The filters of templates: a fixed table of pure functions from JSON to JSON.

There are no others, so that any language can implement them and a signed descriptor
cannot run anything. A filter is given no undefined value (that goes past every filter
but `default`), and null only where `takes_null` says so. What it cannot work on is a
ValueError that says why; the template turns it into an ExpressionError.
`docs/template.md` is the reference.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from urllib.parse import quote

import msgspec

from ferrule.exchange import MISSING, Json, encode, scalar_text
from ferrule.expression.dates import (
    check_format,
    format_date,
    parse_date,
    parse_duration,
)
from ferrule.expression.equality import is_number
from ferrule.expression.getting import Found

Function: TypeAlias = Callable[..., Found]
_MOST_DIGITS = 400
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_KINDS = {dict: "an object", list: "a list", bool: "a boolean", str: "a text"}


class Filter(msgspec.Struct, frozen=True):
    """One filter: what it does and how many arguments it takes."""

    name: str
    function: Function
    least: int = 0
    most: int = 0
    takes_null: bool = False
    check: Callable[[tuple[Found, ...]], object] | None = None


def kind_of(value: Found) -> str:
    """Return what a value is, for a message."""
    if value is None or value is MISSING:
        return "null"
    return _KINDS.get(type(value), "a number")


def _needs(what: str, value: Found) -> ValueError:
    return ValueError(f"needs {what}, not {kind_of(value)}")


def text_of(value: Json) -> str:
    """Return a scalar as text.

    Raises:
        ValueError: for a list or an object.
    """
    if isinstance(value, list | dict):
        raise _needs("a text", value)
    return scalar_text(value)


def number_of(value: Json) -> int | Decimal:
    """Return a number or a numeric text exactly.

    Raises:
        ValueError: for anything else, and beyond 400 digits.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not is_number(value) and not isinstance(value, str):
        raise _needs("a number", value)
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"needs a number, not {text[:40]!r}")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"needs a number in range, not {text[:40]!r}") from None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError(f"needs a number in range, not {str(value)[:40]!r}")
    return int(number) if number == number.to_integral_value() else number


def _word(value: Json, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"knows only {', '.join(allowed)}")
    return value


def _date_format(value: Json) -> str:
    if not isinstance(value, str):
        raise _needs("a date format", value)
    return check_format(value)


def _date(value: Json, fmt: Json = "iso8601", source: Json = "iso8601") -> Json:
    return format_date(parse_date(value, _date_format(source)), _date_format(fmt))


def _unix(value: Json, source: Json = "iso8601") -> Json:
    written = format_date(parse_date(value, _date_format(source)), "unix")
    return Decimal(written) if isinstance(written, str) else written


def _unix_ms(value: Json, source: Json = "iso8601") -> Json:
    return format_date(parse_date(value, _date_format(source)), "unix_ms")


def _add(value: Json, amount: Json) -> Json:
    if isinstance(amount, str) and amount.lstrip("-").startswith("P"):
        return _later(value, amount)
    total = number_of(value) + number_of(amount)
    return int(total) if total == int(total) else total


_DAY_LENGTH = len("2026-02-03")


def _later(value: Json, duration: str) -> Json:
    span = parse_duration(duration.removeprefix("-"))
    moment = parse_date(value)
    try:
        moved = moment - span if duration.startswith("-") else moment + span
    except OverflowError:
        raise ValueError("leaves the range of dates") from None
    whole_days = isinstance(value, str) and len(value) == _DAY_LENGTH
    at_midnight = moved == datetime(moved.year, moved.month, moved.day, tzinfo=UTC)
    return format_date(moved, "date" if whole_days and at_midnight else "iso8601")


def _default(value: Found, fallback: Json) -> Json:
    return fallback if value is None or value is MISSING else value


def _map(value: Json, table: Json, fallback: Found = MISSING) -> Found:
    if not isinstance(table, dict):
        raise _needs("an object as its argument", table)
    if isinstance(value, list):
        found = (_map(element, table, fallback) for element in value)
        return [x for x in found if x is not MISSING]
    return table.get(text_of(value), fallback)


def _json(value: Json) -> Json:
    return encode(value).decode()


def _urlencode(value: Json) -> Json:
    return quote(text_of(value), safe="")


def _base64(value: Json, variant: Json = "standard") -> Json:
    raw = text_of(value).encode()
    if _word(variant, ("standard", "url")) == "url":
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return base64.b64encode(raw).decode()


def _digest(raw: bytes, encoding: Json) -> str:
    if _word(encoding, ("hex", "base64")) == "hex":
        return binascii.hexlify(raw).decode()
    return base64.b64encode(raw).decode()


def _sha256(value: Json, encoding: Json = "hex") -> Json:
    return _digest(hashlib.sha256(text_of(value).encode()).digest(), encoding)


def _hmac(
    value: Json, key: Json, algorithm: Json = "sha256", encoding: Json = "hex"
) -> Json:
    name = _word(algorithm, ("sha256", "sha1", "sha512"))
    secret = text_of(key).encode()
    if not secret:
        raise ValueError("needs a key that is not empty")
    return _digest(hmac.digest(secret, text_of(value).encode(), name), encoding)


def _lower(value: Json) -> Json:
    return text_of(value).lower()


def _upper(value: Json) -> Json:
    return text_of(value).upper()


def _trim(value: Json) -> Json:
    return text_of(value).strip()


def _truncate(value: Json, length: Json, ending: Json = "…") -> Json:
    text, tail, most = text_of(value), text_of(ending), number_of(length)
    if not isinstance(most, int) or most < len(tail):
        raise ValueError(f"needs a length of at least {len(tail)}")
    return text if len(text) <= most else text[: most - len(tail)] + tail


def _replace(value: Json, old: Json, new: Json) -> Json:
    if old == "":
        raise ValueError("needs a text to look for")
    return text_of(value).replace(text_of(old), text_of(new))


def _split(value: Json, separator: Json) -> Json:
    if separator == "":
        raise ValueError("needs a separator that is not empty")
    parts: list[Json] = []
    parts.extend(text_of(value).split(text_of(separator)))
    return parts


def _join(value: Json, separator: Json = "") -> Json:
    elements = value if isinstance(value, list) else [value]
    return text_of(separator).join(text_of(x) for x in elements if x is not None)


def _int(value: Json) -> Json:
    return int(number_of(value))


def _first(value: Json) -> Found:
    if isinstance(value, list):
        return value[0] if value else MISSING
    return value


def _last(value: Json) -> Found:
    if isinstance(value, list):
        return value[-1] if value else MISSING
    return value


def _check_formats(arguments: tuple[Found, ...]) -> None:
    for argument in arguments:
        if argument is not MISSING:
            _date_format(argument)


FILTERS: Mapping[str, Filter] = {
    one.name: one
    for one in (
        Filter("date", _date, 0, 2, check=_check_formats),
        Filter("unix", _unix, 0, 1, check=_check_formats),
        Filter("unix_ms", _unix_ms, 0, 1, check=_check_formats),
        Filter("add", _add, 1, 1),
        Filter("default", _default, 1, 1, takes_null=True),
        Filter("map", _map, 1, 2, takes_null=True),
        Filter("json", _json, takes_null=True),
        Filter("urlencode", _urlencode),
        Filter("base64", _base64, 0, 1),
        Filter("sha256", _sha256, 0, 1),
        Filter("hmac", _hmac, 1, 3),
        Filter("lower", _lower),
        Filter("upper", _upper),
        Filter("trim", _trim),
        Filter("truncate", _truncate, 1, 2),
        Filter("replace", _replace, 2, 2),
        Filter("split", _split, 1, 1),
        Filter("join", _join, 0, 1),
        Filter("int", _int),
        Filter("first", _first),
        Filter("last", _last),
    )
}
