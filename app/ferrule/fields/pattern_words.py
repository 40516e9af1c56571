"""A field's pattern in words, where it is simple enough, and what breaks it.

Only the usual shapes are told: literal text, then one set of characters with a count
(`lin_api_[A-Za-z0-9]{40}`). Of any other pattern nothing is said rather than something
that is not quite so. The pattern itself is checked by RE2; this only explains.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

_SIMPLE: Final = re.compile(
    r"(?P<start>(?:[A-Za-z0-9_:/ -]|\\[.\-/])*)"
    r"\[(?P<set>(?:[^\]\\^]|\\.)+)\](?P<count>\*|\+|\{\d+(?:,\d*)?\})?"
)
_RANGES: Final = {
    "A-Z": "capital letters",
    "a-z": "small letters",
    "0-9": "digits",
}


class Simple(NamedTuple):
    """Literal text, then so many characters of one set."""

    start: str
    allowed: re.Pattern[str]
    words: str
    least: int
    most: int | None


@lru_cache(maxsize=256)
def simple(pattern: str) -> Simple | None:
    """Return a pattern taken apart, None where it is not of the simple shape."""
    bare = pattern.removeprefix("^").removesuffix("$")
    found = _SIMPLE.fullmatch(bare)
    if found is None:
        return None
    least, most = _count(found["count"] or "")
    start = re.sub(r"\\(.)", r"\1", found["start"])
    members = found["set"].replace("[", "\\[")
    allowed = re.compile(f"[{members}]")
    return Simple(start, allowed, _set_words(found["set"]), least, most)


def pattern_words(pattern: str, value: str, *, secret: bool = False) -> str:
    """Return what the pattern asks for and what in `value` is not so, as a sentence.

    Empty where that cannot be told in a few words. Of the value no more is shown than
    one character, of a secret none.
    """
    told = simple(pattern)
    if told is None:
        return ""
    if not value.startswith(told.start):
        return f"It begins with {told.start}."
    rest = value[len(told.start) :]
    strange = next((char for char in rest if not told.allowed.fullmatch(char)), None)
    if strange is not None and secret:
        return f"It holds only {told.words}."
    if strange is not None:
        return f"{_character(strange)} cannot stand in it, only {told.words}."
    return f"It has {_length(told)}."


def literal_start(pattern: str) -> str:
    """Return the text with which everything begins that the pattern accepts."""
    found = re.match(r"\^?((?:[A-Za-z0-9_]|-|\\-)+)", pattern)
    if found is None or "|" in pattern:
        return ""
    text, rest = found[1], pattern[found.end() :]
    if rest[:1] in {"*", "?", "{", "+"}:
        text = text[:-1]
    return text.replace("\\", "")


def _count(text: str) -> tuple[int, int | None]:
    if not text:
        return 1, 1
    if text in {"*", "+"}:
        return int(text == "+"), None
    low, comma, high = text[1:-1].partition(",")
    return int(low), int(high) if high else None if comma else int(low)


def _length(told: Simple) -> str:
    rest = "characters" if not told.start else f"characters after {told.start}"
    if told.least == told.most:
        return f"{told.least} {rest}"
    if told.most is None:
        return f"at least {told.least} {rest}"
    return f"{told.least} to {told.most} {rest}"


def _set_words(text: str) -> str:
    names = [name for mark, name in _RANGES.items() if mark in text]
    if {"capital letters", "small letters"} <= set(names):
        names = ["letters", *names[2:]]
    for mark in _RANGES:
        text = text.replace(mark, "")
    ranges = re.findall(r"[^\\]-[^\\]", text)
    for mark in ranges:
        text = text.replace(mark, "")
        names.append(f"{mark[0]} to {mark[2]}")
    single = [char for char in text.replace("\\", "") if char.strip()]
    if single:
        names.append(f"any of {' '.join(single)}" if names else " ".join(single))
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _character(char: str) -> str:
    if char.isspace():
        return "A space or line break"
    return f"“{char}”" if char.isprintable() else "A character that cannot be seen"
