"""Make text from outside safe to show and to keep (seed 001, section 7.2).

Control characters but newline and tab go, bidi overrides become visible, long text is
cut. Markup stays as text. Whatever was changed is told as a warning, but for carriage
returns: text with CRLF is usual, and loses them without a word.
"""

import re
from collections.abc import Callable

from ferrule.exchange import Json, canonical

SUMMARY_LENGTH = 500
LIST_LENGTH = 100
ENTRY_LENGTH = 100
LINK_LENGTH = 500

UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile(rb"\\(?:u00[01]|[bfr])")
_WIDE = re.compile(rb"\xc2[\x80-\x9f]|\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
_LEADS = (b"\xc2", b"\xe2")
_FEW = 8
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
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
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
    find = encoded.find  # half the price of `in`, which makes a buffer of its own
    escape = find(b"\\")
    if escape >= 0 and _ESCAPED.search(encoded, escape) is not None:
        return True
    if find(b"\x7f") >= 0:
        return True
    return not encoded.isascii() and _is_wide_doubtful(encoded)


def _is_wide_doubtful(encoded: bytes) -> bool:
    """Look at the few characters that begin as a doubtful one does, else at all."""
    for lead in _LEADS:
        if encoded.count(lead) > _FEW:
            return _WIDE.search(encoded) is not None
        at = encoded.find(lead)
        while at >= 0:
            if _WIDE.match(encoded, at) is not None:
                return True
            at = encoded.find(lead, at + 1)
    return False


def clean_encoded(
    value: Json, encoded: bytes, what: str, warn: Warn
) -> tuple[Json, bytes]:
    """Return a JSON value made safe, and its canonical JSON; `encoded` is it so far.

    What loses only carriage returns is encoded as it was, without them. (Not where a
    backslash of its own stands in it, nor where a name may change its place.)
    """
    if type(value) is dict:
        bare = encoded.replace(b"\\r", b"")
        members = _without_returns(value, (len(encoded) - len(bare)) // 2)
        if members is not None and not is_doubtful(bare):
            return members, bare
    changed: list[str] = []
    clean = _cleaned(value, what, changed.append)
    if not changed and b"\\\\" not in encoded:
        return clean, encoded.replace(b"\\r", b"")
    _tell_first(changed, warn)
    return clean, canonical(clean)


def _without_returns(value: dict[str, Json], many: int) -> dict[str, Json] | None:
    """Return the members, texts among them without carriage returns.

    It is None unless there are so `many`: then some stand deeper, or are none.
    """
    members = value.copy()
    for name, member in value.items():
        if type(member) is str and "\r" in member:
            members[name] = text = member.replace("\r", "")
            many -= len(member) - len(text)
    return None if many else members


def clean_json(value: Json, what: str, warn: Warn) -> Json:
    """Return a JSON value with every text in it made safe, and at most one warning."""
    changed: list[str] = []
    clean = _cleaned(value, what, changed.append)
    _tell_first(changed, warn)
    return clean


def _tell_first(changed: list[str], warn: Warn) -> None:
    told = next(filter(None, changed), None)
    if told is not None:
        warn(told)


def _cleaned(value: Json, what: str, warn: Warn) -> Json:
    if type(value) is str:
        return value if value.isprintable() else _printable(value, what, warn)
    if type(value) is list:
        return [_cleaned(element, what, warn) for element in value]
    return _cleaned_members(value, what, warn) if type(value) is dict else value


def _cleaned_members(value: dict[str, Json], what: str, warn: Warn) -> dict[str, Json]:
    members: dict[str, Json] = {}
    clean = True
    for name, member in value.items():
        if type(member) is str:
            kept: Json = (
                member if member.isprintable() else _printable(member, what, warn)
            )
        else:
            held = type(member) is dict or type(member) is list
            kept = _cleaned(member, what, warn) if held else member
        members[name] = kept
        clean = clean and name.isprintable()
    return members if clean else _named(members, what, warn)


def _named(members: dict[str, Json], what: str, warn: Warn) -> dict[str, Json]:
    """Return the members with clean names; none is lost where two become one.

    What comes out does not depend on the order of the members. That there may be new
    names is noted by an empty warning, which nobody is told.
    """
    warn("")
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
