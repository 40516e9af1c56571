"""What a person gave for a field, read as the value that the field's type says."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression.dates import parse_date
from ferrule.expression.pattern import compile_pattern
from ferrule.fields.input_field import FieldType, InputField

_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")


def read_value(field: InputField, given: Json) -> Json:
    """Return the typed value of what was given for `field`.

    Text is converted: "3" for a number, "true" for a boolean, commas for a list.
    Nothing given is the default, or None.

    Raises:
        UsageError: naming the field, what is wrong and what is accepted.
    """
    if given is None or given == "":
        return _absent(field)
    value = _READERS.get(field.type, _text)(field, given)
    if field.pattern and isinstance(value, str):
        _check_pattern(field, value)
    return value


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
    return given


def _number(field: InputField, given: Json) -> Json:
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
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
        return [_text(field, element) for element in given]
    parts = _text(field, given).split(",")
    return [part.strip() for part in parts if part.strip()]


def _chosen(field: InputField, given: Json) -> Json:
    text = _text(field, given)
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
    return _moment(field, given, "date", "2026-02-03")


def _time(field: InputField, given: Json) -> Json:
    return _moment(field, given, "iso8601", "2026-02-03T04:05:06Z")


def _moment(field: InputField, given: Json, fmt: str, example: str) -> Json:
    text = _text(field, given).strip()
    try:
        parse_date(text, fmt)
    except ValueError:
        raise UsageError(
            f"{_named(field)} must be a date.", advice=f"Such as {example}."
        ) from None
    return text


_READERS: Mapping[FieldType, Callable[[InputField, Json], Json]] = {
    "number": _number,
    "boolean": _boolean,
    "list": _list,
    "select": _chosen,
    "url": _url,
    "date": _day,
    "datetime": _time,
}


def _check_pattern(field: InputField, value: str) -> None:
    if field.pattern and not compile_pattern(field.pattern).fullmatch(value):
        raise UsageError(
            f"{_named(field)} has not the form that is expected.",
            advice=f"An example: {field.example}." if field.example else "",
        )
