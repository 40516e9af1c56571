"""A large text by lines, without a list of its lines.

Line breaks are counted in blocks of 16 kB, so 10 MB take a few milliseconds and no
memory to speak of; a line is found by looking inside one block. A text of one line is
no special case.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

_BLOCK: Final = 1 << 14
_WINDOW: Final = 1 << 18
_BACK: Final = 2_000
MOST_HITS: Final = 100_000

TokenKind = Literal["key", "text", "number", "boolean"]


class Token(NamedTuple):
    """A piece of text in one colour; `start` and `stop` are offsets."""

    start: int
    stop: int
    kind: TokenKind


class RawText:
    """A text and where its lines are. Offsets and columns count code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._before = [0]
        for start in range(0, len(text), _BLOCK):
            breaks = text.count("\n", start, start + _BLOCK)
            self._before.append(self._before[-1] + breaks)

    @property
    def line_count(self) -> int:
        """Return how many lines there are, at least one."""
        return self._before[-1] + 1

    def spans(self, first: int, count: int) -> list[tuple[int, int]]:
        """Return where up to `count` lines from `first` begin and end."""
        start = self._line_start(first)
        found = []
        for _ in range(min(count, self.line_count - first)):
            stop = self._line_stop(start)
            found.append((start, stop))
            start = stop + 1
        return found

    def span(self, line: int) -> tuple[int, int]:
        """Return where one line begins and ends."""
        return self.spans(line, 1)[0]

    def line_at(self, offset: int) -> int:
        """Return the number of the line that holds an offset."""
        block = min(offset // _BLOCK, len(self._before) - 1)
        return self._before[block] + self.text.count("\n", block * _BLOCK, offset)

    def _line_stop(self, start: int) -> int:
        """Return where the line from `start` ends, looking inside two blocks alone."""
        block = start // _BLOCK
        stop = self.text.find("\n", start, (block + 1) * _BLOCK)
        if stop < 0 and block + 1 < len(self._before):
            # The next block in which the count of breaks grows.
            block = bisect_right(self._before, self._before[block + 1]) - 1
            stop = self.text.find("\n", block * _BLOCK, (block + 1) * _BLOCK)
        return len(self.text) if stop < 0 else stop

    def _line_start(self, line: int) -> int:
        if line <= 0:
            return 0
        block = bisect_right(self._before, line - 1) - 1
        at = block * _BLOCK
        for _ in range(line - self._before[block]):
            at = self.text.find("\n", at) + 1
        return at


def read_raw(raw: bytes) -> RawText:
    """Return the text of a body; what is not UTF-8 becomes U+FFFD.

    It is decoded in windows, so that a thread lets the window's own thread in.
    """
    body = raw.removeprefix(b"\xef\xbb\xbf")
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    starts = range(0, len(body), _WINDOW)
    parts = [decoder.decode(body[start : start + _WINDOW]) for start in starts]
    return RawText("".join([*parts, decoder.decode(b"", final=True)]))


def find_all(
    text: str, needle: str, stopped: Callable[[], bool] = lambda: False
) -> list[int]:
    """Return the offsets of `needle`, at most 100,000.

    Case matters only where the needle has a capital. The text is looked at in windows,
    so that a thread lets the window's own thread in between two of them.
    """
    found: list[int] = []
    if not needle:
        return found
    loose = needle == needle.lower()
    pattern = re.compile(re.escape(needle), re.IGNORECASE if loose else 0)
    for start in range(0, len(text), _WINDOW):
        if stopped() or len(found) >= MOST_HITS:
            break
        window = text[start : start + _WINDOW + len(needle) - 1]
        found.extend(start + at for at in _hits(window, needle, pattern, loose=loose))
    return found[:MOST_HITS]


def _hits(
    window: str, needle: str, pattern: re.Pattern[str], *, loose: bool
) -> Iterator[int]:
    plain = window.lower() if loose else window
    if len(plain) != len(window):
        # A capital whose small form is longer (İ): offsets would shift.
        yield from (match.start() for match in pattern.finditer(window))
        return
    at = plain.find(needle)
    while at >= 0:
        yield at
        at = plain.find(needle, at + len(needle))


_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false)\b')
_SYNC = re.compile(r'[\[{,:]\s*(?=["\d\-\[{tfn])')


def tokens(text: str, line: int, start: int, stop: int) -> list[Token]:
    """Return the coloured pieces of JSON that touch `start` to `stop` (offsets).

    `line` is where their line begins. Far inside a long line the walk begins at what
    looks like the start of a value. Marks and null have no token.
    """
    at = line
    if start - line > _BACK:
        sync = _SYNC.search(text, start - _BACK, start)
        at = sync.end() if sync is not None else start
    found = map(_token, _TOKEN.finditer(text, at, stop))
    return [token for token in found if token.stop > start]


def _token(match: re.Match[str]) -> Token:
    if match[1] is not None:
        return Token(*match.span(1), "key" if match[2] else "text")
    return Token(*match.span(), "number" if match[3] is not None else "boolean")
