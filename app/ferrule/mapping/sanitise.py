"""Make text from outside safe to show and to keep (seed 001, section 7.2).

Control characters but newline and tab go, bidi overrides become visible, long text is
cut. Markup stays as text. Whatever was changed is told as a warning.
"""

import re
from collections.abc import Callable

from ferrule.exchange import Json

SUMMARY_LENGTH = 500
LIST_LENGTH = 100
ENTRY_LENGTH = 100
LINK_LENGTH = 500

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ENCODED_UNSAFE = re.compile(
    rb"\\u00[01]|\\[bfr]|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
)
_FIRST_BIDI = "\u202a"

Warn = Callable[[str], None]


def clean_text(text: str, limit: int, what: str, warn: Warn) -> str:
    """Return `text` without unsafe characters and at most `limit` long."""
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(_visible, text)
        warn(f"{what}: control or direction characters were replaced.")
    if len(text) > limit:
        warn(f"{what}: cut to {limit} characters.")
        return text[: limit - 1] + "…"
    return text


def clean_list(texts: list[str], limit: int, what: str, warn: Warn) -> list[str]:
    """Return at most 100 texts, each cleaned and at most `limit` long."""
    if len(texts) > LIST_LENGTH:
        warn(f"{what}: only the first {LIST_LENGTH} of {len(texts)} were kept.")
        texts = texts[:LIST_LENGTH]
    return [clean_text(text, limit, what, warn) for text in texts]


def is_unsafe(encoded: bytes) -> bool:
    """Return whether encoded JSON holds a character that must be replaced."""
    return _ENCODED_UNSAFE.search(encoded) is not None


def clean_json(value: Json) -> Json:
    """Return a JSON value with every string in it made safe."""
    if isinstance(value, str):
        return _UNSAFE.sub(_visible, value)
    if isinstance(value, list):
        return [clean_json(element) for element in value]
    if isinstance(value, dict):
        return {_UNSAFE.sub(_visible, k): clean_json(v) for k, v in value.items()}
    return value


def _visible(match: re.Match[str]) -> str:
    char = match[0]
    return f"⟦U+{ord(char):04X}⟧" if char >= _FIRST_BIDI else ""
