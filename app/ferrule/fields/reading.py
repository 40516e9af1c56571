"""What a person gave for a field, read as the value that the field's type says.

One reader for the form, the command line and JSON: text and typed values are the same
to it. No message repeats a value, for it may be a secret.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from ferrule.clock import rfc3339
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression.dates import parse_date
from ferrule.expression.pattern import compile_pattern
from ferrule.fields.input_field import FieldType, InputField
from ferrule.fields.pattern_words import pattern_words

LARGEST: Final = 64 * 1024
"""How many bytes a value may have: what patterns see, and more than any key needs."""

_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")


def read_value(field: InputField, given: Json) -> Json:
    """Return the typed value of what was given for `field`.

    Text is converted: "3" for a number, "true" for a boolean, commas or lines for a
    list. A date is the text YYYY-MM-DD, a time RFC 3339 in UTC. Nothing given is the
    default, or None.

    Raises:
        UsageError: naming the field, what is wrong and what is accepted.
    """
    if given is None or given == "" or _is_blank(field, given):
        return _absent(field)
    value = _READERS.get(field.type, _text)(field, given)
    if value == []:
        return _absent(field) if field.required else value
    if field.pattern:
        _check_pattern(field, value)
    return value


def as_text(value: Json) -> str:
    """Return a value as the text that `read_value` reads as it again.

    What is kept as a secret is text, whatever its field's type is.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(as_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_blank(field: InputField, given: Json) -> bool:
    """Tell whether only space was given where something is needed."""
    return field.required and isinstance(given, str) and not given.strip()


def _absent(field: InputField) -> Json:
    if field.default is not None:
        return field.default
    if field.required:
        raise UsageError(f"{_named(field)} is required.")
    return None


def _named(field: InputField) -> str:
    return f"“{field.label}” ({field.key})"


def _text(field: InputField, given: Json) -> str:
    if not isinstance(given, str):
        raise UsageError(f"{_named(field)} must be a text.")
    if not given.isascii() and any("\ud800" <= char <= "\udfff" for char in given):
        raise UsageError(f"{_named(field)} holds characters that are not UTF-8.")
    if len(given) > LARGEST or len(given.encode()) > LARGEST:
        raise UsageError(
            f"{_named(field)} is larger than 64 kB.",
            advice="No key or token is; it may be another file.",
        )
    return given


def _file(field: InputField, given: Json) -> str:
    text = _text(field, given)
    if "\0" in text:
        raise UsageError(
            f"{_named(field)} must be a text file.",
            advice="A key in PEM or JSON is one; a PKCS #12 file is not.",
        )
    return text


def _number(field: InputField, given: Json) -> Json:
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        if not math.isfinite(given):
            raise UsageError(f"{_named(field)} must be a number.")
        return given
    text = given.strip() if isinstance(given, str) else ""
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"{_named(field)} must be a number.")
    return Decimal(text) if "." in text else int(text)


def _boolean(field: InputField, given: Json) -> Json:
    if isinstance(given, bool):
        return given
    word = given.strip().lower() if isinstance(given, str) else ""
    if word not in _TRUTH:
        raise UsageError(f"{_named(field)} must be true or false.")
    return _TRUTH[word]


def _list(field: InputField, given: Json) -> Json:
    if isinstance(given, list):
        parts = [_text(field, element) for element in given]
    else:
        parts = list_parts(_text(field, given))
    allowed = [option.value for option in field.options]
    if allowed and any(part not in allowed for part in parts):
        raise UsageError(f"{_named(field)} may hold: {', '.join(allowed)}.")
    return list(parts)


def list_parts(text: str) -> list[str]:
    """Return the values of a list in text: JSON, or with commas or lines between."""
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list) and all(isinstance(part, str) for part in found):
            return found
    return [part.strip() for part in re.split(r"[,\r\n]", text) if part.strip()]


def _chosen(field: InputField, given: Json) -> Json:
    text = _text(field, given).strip()
    allowed = [option.value for option in field.options]
    if allowed and text not in allowed:
        raise UsageError(f"{_named(field)} must be one of: {', '.join(allowed)}.")
    return text


def _url(field: InputField, given: Json) -> Json:
    text = _text(field, given).strip()
    if _UNSAFE_IN_ADDRESS.search(text) or not _is_address(text):
        raise UsageError(
            f"{_named(field)} must be a full address.",
            advice="It begins with https:// and a host.",
        )
    return text.rstrip("/")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _day(field: InputField, given: Json) -> Json:
    try:
        moment = parse_date(_text(field, given), "date")
    except ValueError:
        raise UsageError(
            f"{_named(field)} must be a date.", advice="Such as 2026-02-03."
        ) from None
    return moment.date().isoformat()


def _time(field: InputField, given: Json) -> Json:
    try:
        return rfc3339(parse_date(_text(field, given), "iso8601"))
    except ValueError:
        raise UsageError(
            f"{_named(field)} must be a date with a time.",
            advice="Such as 2026-02-03T04:05:06Z; without a zone it is UTC.",
        ) from None


_READERS: Mapping[FieldType, Callable[[InputField, Json], Json]] = {
    "number": _number,
    "boolean": _boolean,
    "list": _list,
    "select": _chosen,
    "url": _url,
    "date": _day,
    "datetime": _time,
    "file": _file,
}


def fits(field: InputField, text: str) -> bool:
    """Tell whether a text has the form that the field's pattern asks for."""
    return not field.pattern or compile_pattern(field.pattern).fullmatch(text)


def _check_pattern(field: InputField, value: Json) -> None:
    """Check a text, or every text of a list, against the pattern."""
    parts = value if isinstance(value, list) else [value]
    for number, part in enumerate(parts, 1):
        if isinstance(part, str) and not fits(field, part):
            where = f"Value {number} of {_named(field)}" if len(parts) > 1 else ""
            raise UsageError(
                f"{where or _named(field)} has not the form that is expected.",
                advice=_expected(field, part),
            )


def _expected(field: InputField, value: str) -> str:
    words = pattern_words(field.pattern or "", value, secret=field.secret)
    example = f"An example: {field.example}." if field.example else ""
    return f"{words} {example}".strip()
