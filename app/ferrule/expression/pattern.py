"""Patterns in RE2 syntax: linear time whatever the text, and the same on any server.

A pattern has at most 512 characters and sees at most the first 64 kB of a text.
Look-around and back-references do not exist (that is what makes it linear).
"""

import functools

import msgspec
import re2

from ferrule.errors import ExpressionError

MOST_PATTERN = 512
MOST_SUBJECT = 64 * 1024
_MEMORY = 8 << 20


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern."""

    text: str
    _regexp: re2._Regexp

    def search(self, text: str) -> bool:
        """Say whether the pattern occurs anywhere in `text`."""
        return _occurs(self._regexp, _ANYWHERE, text)

    def fullmatch(self, text: str) -> bool:
        """Say whether the pattern is the whole of `text`."""
        return _occurs(self._regexp, _WHOLE, text)

    def first_group(self, text: str) -> str | None:
        """Return what the first group holds where the pattern occurs first.

        Without a group in the pattern it is what the pattern matched; None without a
        match, or when the group took no part in it.
        """
        found = self._regexp.search(_subject(text))
        if found is None:
            return None
        held: str | None = found.group(1 if self._regexp.groups else 0)
        return held


@functools.lru_cache(maxsize=1024)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern in RE2 syntax.

    Raises:
        ExpressionError: when it is longer than 512 characters or not RE2.
    """
    if len(text) > MOST_PATTERN:
        raise ExpressionError(
            f"The pattern has {len(text)} characters, more than {MOST_PATTERN}.",
            text=text,
            column=MOST_PATTERN,
            advice="Shorten it, or split it into several conditions.",
        )
    try:
        return Pattern(text, compile_regexp(text))
    except (re2.error, UnicodeEncodeError) as error:
        raise _refusal(text, error) from None


@functools.lru_cache(maxsize=1024)
def compile_iregexp(text: str) -> Pattern | None:
    """Compile the pattern of `match()` or `search()` in a path, None if it is not one.

    RFC 9485 (I-Regexp): a dot is any character but line feed and carriage return.
    RFC 9535 2.4.6: a pattern that is not valid matches nothing.
    """
    if len(text) > MOST_PATTERN:
        return None
    try:
        return Pattern(text, compile_regexp(_with_narrow_dots(text)))
    except (re2.error, UnicodeEncodeError):
        return None


def compile_regexp(text: str) -> re2._Regexp:
    """Compile with RE2 quietly and within 8 MB.

    Raises:
        re2.error: when RE2 refuses it.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return re2.compile(text, options)


def _occurs(regexp: re2._Regexp, anchor: object, text: str) -> bool:
    """Ask RE2 itself: its Python wrapper builds an object per match, six times slower.

    A lone surrogate, which is no UTF-8, is seen as a question mark.
    """
    encoded = text[:MOST_SUBJECT].encode("utf-8", "replace")
    spans = regexp._regexp.Match(anchor, encoded, 0, len(encoded))  # noqa: SLF001 - see above
    return bool(spans[0] != _NO_SPAN)


_NO_SPAN = (-1, -1)
_ANYWHERE = re2._Anchor.UNANCHORED  # noqa: SLF001 - see _occurs
_WHOLE = re2._Anchor.ANCHOR_BOTH  # noqa: SLF001 - see _occurs


def _with_narrow_dots(text: str) -> str:
    parts: list[str] = []
    escaped = in_class = False
    for char in text:
        bare = not escaped
        if bare and char in "[]":
            in_class = char == "["
        parts.append(r"[^\n\r]" if bare and char == "." and not in_class else char)
        escaped = bare and char == "\\"
    return "".join(parts)


def _subject(text: str) -> str:
    cut = text[:MOST_SUBJECT] if len(text) > MOST_SUBJECT else text
    if cut.isascii():
        return cut
    return cut.encode("utf-8", "replace").decode()  # a lone surrogate is no UTF-8


def _refusal(text: str, error: Exception) -> ExpressionError:
    said = error.args[0] if error.args else ""
    said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
    fragment = said.rpartition(": ")[2]
    column = text.find(fragment) if fragment else -1
    return ExpressionError(
        f"The pattern is not valid RE2: {said}.",
        text=text,
        column=max(column, 0),
        advice="RE2 has no look-around and no back-references.",
    )
