"""A strict JSON reader for input that nobody vouches for yet.

Two readers in two languages must never see two documents in the same bytes, and no
input may cost more than its size allows. So: a size limit before anything else, UTF-8
without a byte order mark, at most 64 levels and 100,000 commas and opening brackets,
no duplicate members, no NaN or Infinity, numbers of at most 64 characters, no unpaired
surrogates. Texts of the document are quoted and cut before they stand in a message.
"""

import base64
import json
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from ferrule.errors import MalformedBundle
from ferrule.exchange import Json

MAX_DEPTH = 64
MAX_NUMBER = 64
MAX_VALUES = 100_000
LONGEST_LABEL = 200

_SHOWN = 80
_BOM = b"\xef\xbb\xbf"
# A string as one token, or a structural character. The closing quote is optional so
# that an open string is passed over once, not again from each of its characters.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)
_OPENING, _CLOSING = frozenset(b"[{"), frozenset(b"]}")
_COUNTED = frozenset(b"[{,")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\Z"
)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}")
# Written out, because languages know Unicode in different versions: controls, spaces
# but the one, what is invisible or turns the direction, private use, no characters.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
# The letters outside ASCII that some language takes for one of ASCII's without case:
# dotted and dotless i, long s, the sign for kelvin.
_ALIKE = str.maketrans("\u0130\u0131\u017f\u212a", "iisk")


def shown(text: str) -> str:
    """Return `text` quoted, in ASCII and cut, so that it can stand in a message."""
    return ascii(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def is_visible(text: str) -> bool:
    """Tell whether `text` has no character that is invisible or acts on others."""
    return _HIDDEN.search(text) is None


def read(raw: bytes, *, limit: int, what: str, step: int = 1) -> Json:
    """Return the JSON value in `raw`: plain strings, ints, floats, lists, dicts.

    `limit` is in bytes; `what` begins messages about the document; `step` is the step
    of the verification that reads it.

    Raises:
        MalformedBundle: for anything but strict JSON within the limits.
    """
    try:
        _check_size(raw, limit)
        _check_structure(raw)
        value: Json = json.loads(
            _text(raw),
            object_pairs_hook=_unique_members,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_fraction,
        )
        _check_surrogates(value)
    except ValueError as error:
        message = f"{what} is not strict JSON: {error}."
        raise MalformedBundle(message, step=step, advice=_ADVICE) from None
    return value


_ADVICE = "Ask its sender for the file again; do not edit it."


def _check_size(raw: bytes, limit: int) -> None:
    if len(raw) > limit:
        raise ValueError(f"it has {len(raw)} bytes, the limit is {limit}")


def _text(raw: bytes) -> str:
    if raw.startswith(_BOM):
        raise ValueError("it begins with a byte order mark")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 at byte {error.start}") from None


def _check_structure(raw: bytes) -> None:
    """Count what stands outside strings, before a parser recurses into it.

    Without a limit, 8 MiB of empty lists cost half a gigabyte.
    """
    depth = values = 0
    for token in _TOKEN.finditer(raw):
        mark = raw[token.start()]
        depth += (mark in _OPENING) - (mark in _CLOSING)
        values += mark in _COUNTED
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
        if values > MAX_VALUES:
            raise ValueError(f"it holds more than {MAX_VALUES} values")


def _unique_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"the member {shown(name)} stands there twice")
        members[name] = value
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _integer(digits: str) -> int:
    _check_digits(digits)
    return int(digits)


def _fraction(digits: str) -> float:
    _check_digits(digits)
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits} is out of range")
    return number


def _check_digits(digits: str) -> None:
    if len(digits) > MAX_NUMBER:
        raise ValueError(f"a number has more than {MAX_NUMBER} characters")


def _check_surrogates(value: Json) -> None:
    for text in _strings(value):
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            raise ValueError("a string holds an unpaired surrogate")


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from _strings(element)
    elif isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from _strings(member)


def _folded(name: str) -> str:
    """Return what a name is the same as where case does not matter."""
    return name.translate(_ALIKE).casefold()


def octets(text: str) -> bytes:
    """Decode base64 strictly (RFC 4648 sections 4 and 5).

    Either alphabet but not both in one text, padded, without white space, and with
    unused bits zero: exactly one text for some bytes in each alphabet.

    Raises:
        ValueError: for any other text.
    """
    if not _BASE64.fullmatch(text) or len(text) % 4:
        raise ValueError("it is not padded base64 in one alphabet")
    standard = text.replace("-", "+").replace("_", "/")
    decoded = base64.b64decode(standard, validate=True)
    if base64.b64encode(decoded).decode() != standard:
        raise ValueError("its base64 has unused bits that are not zero")
    return decoded


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a strictly read document, with its place and the step that reads it.

    Each method returns the value as one type or raises MalformedBundle naming the
    place.
    """

    value: Json
    place: str
    step: int

    def refuse(self, reason: str, advice: str = _ADVICE) -> NoReturn:
        """Raise MalformedBundle for this place; `reason` continues its name."""
        raise MalformedBundle(f"{self.place} {reason}.", step=self.step, advice=advice)

    def text(self, longest: int | None = None) -> str:
        """Return the string, at most `longest` characters where that is given."""
        if not isinstance(self.value, str):
            self.refuse("must be a string")
        if longest is not None and len(self.value) > longest:
            self.refuse(f"is longer than {longest} characters")
        return self.value

    def label(self, longest: int = LONGEST_LABEL) -> str:
        """Return a string that can be shown: no control or invisible characters."""
        text = self.text(longest)
        if not is_visible(text):
            self.refuse("holds characters that cannot be shown")
        return text

    def ascii(self, longest: int = 200) -> str:
        """Return a string of printable ASCII, which no two letters look alike in."""
        text = self.label(longest)
        if not text.isascii():
            self.refuse("holds characters other than ASCII")
        return text

    def size(self) -> int:
        """Return the whole number, not negative."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.refuse("must be a whole number")
        if self.value < 0:
            self.refuse("must not be negative")
        return self.value

    def moment(self) -> datetime:
        """Return the time in a string as 2025-01-31T09:00:00Z: UTC, whole seconds."""
        text = self.text()
        try:
            return datetime.fromisoformat(text if _MOMENT.match(text) else "")
        except ValueError:
            self.refuse(f"is {shown(text)}, not a time as 2025-01-31T09:00:00Z")

    def octets(self) -> bytes:
        """Return the bytes of a strict base64 string."""
        text = self.text()
        try:
            return octets(text)
        except ValueError as error:
            self.refuse(f"cannot be decoded: {error}")

    def elements(self) -> "list[Part]":
        """Return the elements of the array."""
        if not isinstance(self.value, list):
            self.refuse("must be an array")
        return [
            Part(element, f"{self.place}[{index}]", self.step)
            for index, element in enumerate(self.value)
        ]

    def members(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> "dict[str, Part]":
        """Return the members of an object that has exactly these, case-sensitive."""
        found = self.open_members(required)
        for name in found:
            if name not in required and name not in optional:
                self.refuse(f"has the unknown member {shown(name)}")
        return found

    def open_members(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> "dict[str, Part]":
        """Return the members of an object that may have others too.

        None of the others may differ from a known one in case alone: some languages
        match members case-insensitively and would read another document.
        """
        if not isinstance(self.value, dict):
            self.refuse("must be an object")
        known = {_folded(name): name for name in (*required, *optional)}
        for name in self.value:
            if known.get(_folded(name), name) != name:
                self.refuse(f"has the unknown member {shown(name)}")
        for name in required:
            if name not in self.value:
                self.refuse(f"lacks the member {shown(name)}")
        return {
            name: Part(member, f"{self.place}.{name}", self.step)
            for name, member in self.value.items()
        }
