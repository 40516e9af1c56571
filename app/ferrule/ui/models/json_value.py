"""JSON as it is told to a person: kinds, short texts, and where a value stands.

A place is a tuple of steps (names and indexes from the root); its text is the
normalised path of RFC 9535 2.7. Numbers keep every digit that was sent.
"""

import re
from decimal import Decimal
from itertools import islice
from typing import Final, Literal, Self, TypeAlias

from ferrule.exchange import Json, encode, scalar_text
from ferrule.expression.walking import written

Steps: TypeAlias = tuple[str | int, ...]
Kind = Literal["object", "list", "text", "number", "boolean", "null", "chunk"]

LONGEST: Final = 300
_STEP = re.compile(r"\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_SHORT: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}

# Characters that would hide or turn round what stands beside them on a line.
_HIDDEN: Final = {
    **dict.fromkeys(range(0x20), "\ufffd"),
    **dict.fromkeys((0x7F, 0x85, 0x2028, 0x2029, 0xFEFF), "\ufffd"),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd"),
    0x09: " ",
}


class Spelled(Decimal):
    """A number that is shown as the service wrote it: `1e5`, not `1E+5`."""

    source: str

    def __new__(cls, source: str) -> Self:
        """Return the number that `source` writes."""
        number = super().__new__(cls, source)
        number.source = source
        return number


def plain_text(value: Json) -> str:
    """Return a value that is no container: texts bare, numbers as they were written."""
    return value.source if isinstance(value, Spelled) else scalar_text(value)


def visible(text: str) -> str:
    """Return `text` for one line: control and direction marks as U+FFFD, same length.

    Direction overrides could make a value read as another one (CVE-2021-42574).
    """
    return text if text.isascii() and text.isprintable() else text.translate(_HIDDEN)


def kind_of(value: Json) -> Kind:
    """Return the kind of a value."""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    return "null" if value is None else "number"


def short_text(value: Json) -> str:
    """Return a value on one line as JSON; containers as their count, texts cut."""
    if isinstance(value, dict):
        return f"{{{len(value)}}}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    if isinstance(value, str):
        cut = encode(value[:LONGEST]).decode()
        return visible(cut if len(value) <= LONGEST else cut[:-1] + "…")
    return plain_text(value)


def bare_text(value: Json) -> str:
    """Return a value as it stands in a cell: texts without quotes, one line."""
    if isinstance(value, str):
        cut = value if len(value) <= LONGEST else value[:LONGEST] + "…"
        return visible(cut)
    if isinstance(value, dict | list):
        return _outline(value)
    return "" if value is None else plain_text(value)


def _outline(value: dict[str, Json] | list[Json]) -> str:
    """Return the first few leaves of a container, or its count."""
    found = islice(value.values() if isinstance(value, dict) else value, 4)
    parts = [bare_text(part) for part in found if not isinstance(part, dict | list)]
    whole = len(parts) == len(value) and sum(map(len, parts)) <= LONGEST
    return ", ".join(parts) if parts and whole else short_text(value)


def spoken(value: Json) -> str:
    """Return kind and value as a screen reader says them."""
    if isinstance(value, dict):
        return f"object with {len(value)} members"
    if isinstance(value, list):
        return f"list of {len(value)}"
    if value is None:
        return "null"
    return f"{kind_of(value)} {bare_text(value)}"


def write_path(steps: Steps) -> str:
    """Return the normalised path of a place (RFC 9535 2.7)."""
    return "$" + "".join(f"[{written(step)}]" for step in steps)


def read_path(path: str) -> Steps:
    """Return the place that a normalised path names."""
    return tuple(
        int(index) if index else _ESCAPE.sub(_unescaped, name)
        for name, index in _STEP.findall(path)
    )


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _SHORT.get(code, code)
