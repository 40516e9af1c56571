"""Make text from outside safe to show and to keep (seed 001, section 7.2).

Control characters but newline and tab go, bidi overrides become visible, long text is
cut. Markup stays as text. Whatever was changed is told as a warning, but for carriage
returns: text with CRLF is usual, and loses them without a word.
"""

import re
from collections.abc import Callable

from ferrule.exchange import Json

SUMMARY_LENGTH = 500
LIST_LENGTH = 100
ENTRY_LENGTH = 100
LINK_LENGTH = 500

UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ENCODED_DOUBTFUL = re.compile(
    rb"\\u00[01]|\\[bfr]|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
)
_FIRST_BIDI = "\u202a"

Warn = Callable[[str], None]


def clean_text(text: str, limit: int, what: str, warn: Warn) -> str:
    """Return `text` without unsafe characters and at most `limit` long."""
    if not text.isprintable():
        text = _printable(text, what, warn)
    if len(text) > limit:
        warn(f"{what}: cut to {limit} characters.")
        return text[: limit - 1] + "…"
    return text


def _printable(text: str, what: str, warn: Warn) -> str:
    if "\r" in text:
        text = text.replace("\r", "")
    if UNSAFE.search(text):
        text = UNSAFE.sub(_visible, text)
        warn(f"{what}: control or direction characters were replaced.")
    return text


def clean_list(texts: list[str], limit: int, what: str, warn: Warn) -> list[str]:
    """Return at most 100 texts, each cleaned and at most `limit` long."""
    if len(texts) > LIST_LENGTH:
        warn(f"{what}: only the first {LIST_LENGTH} of {len(texts)} were kept.")
        texts = texts[:LIST_LENGTH]
    return [clean_text(text, limit, what, warn) for text in texts]


def is_doubtful(encoded: bytes) -> bool:
    """Return whether encoded JSON may hold a character that must go.

    An escaped backslash before b, f, r or u is taken for one: `clean_json` knows.
    """
    if b"\\" not in encoded and b"\x7f" not in encoded and encoded.isascii():
        return False
    return _ENCODED_DOUBTFUL.search(encoded) is not None


def clean_json(value: Json, what: str, warn: Warn) -> Json:
    """Return a JSON value with every text in it made safe, and at most one warning."""
    changed: list[str] = []
    clean = _cleaned(value, what, changed.append)
    if changed:
        warn(changed[0])
    return clean


def _cleaned(value: Json, what: str, warn: Warn) -> Json:
    if isinstance(value, str):
        return value if value.isprintable() else _printable(value, what, warn)
    if isinstance(value, list):
        return [_cleaned(element, what, warn) for element in value]
    if isinstance(value, dict):
        members = {k: _cleaned(v, what, warn) for k, v in value.items()}
        return (
            members
            if all(map(str.isprintable, members))
            else _named(members, what, warn)
        )
    return value


def _named(members: dict[str, Json], what: str, warn: Warn) -> dict[str, Json]:
    """Return the members with clean names; none is lost where two become one.

    What comes out does not depend on the order of the members.
    """
    names = {name: _printable(name, what, warn) for name in members}
    named = {name: members[name] for name, clean in names.items() if name == clean}
    for name in sorted(names.keys() - named.keys()):
        clean = names[name]
        while clean in named:
            clean += "_"
        named[clean] = members[name]
    return named


def _visible(match: re.Match[str]) -> str:
    char = match[0]
    return f"⟦U+{ord(char):04X}⟧" if char >= _FIRST_BIDI else ""
