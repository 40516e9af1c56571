"""A large text by lines, without a list of its lines and without one large string.

It is kept in blocks of 16 k characters, in which line breaks are counted, so 10 MB take
a few milliseconds; a line is found by looking inside one block. A text of one line is
no special case. To join 50 MB would hold the interpreter's lock for a tenth of a
second, and the window with it.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
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

    def __init__(self, text: str | Iterable[str]) -> None:
        """Take a text, or the pieces it comes in; they are never joined."""
        self._parts = list(_blocks([text] if isinstance(text, str) else text))
        self._before = [0]
        for block in self._parts:
            self._before.append(self._before[-1] + block.count("\n"))
        self._length = sum(map(len, self._parts))

    def __len__(self) -> int:
        """Return how many characters it has."""
        return self._length

    @property
    def line_count(self) -> int:
        """Return how many lines there are, at least one."""
        return self._before[-1] + 1

    def piece(self, start: int = 0, stop: int | None = None) -> str:
        """Return the text from one offset to another, by default to the end."""
        stop = self._length if stop is None else min(stop, self._length)
        if start >= stop:
            return ""
        first, last = start // _BLOCK, (stop - 1) // _BLOCK
        joined = "".join(self._parts[first : last + 1])
        return joined[start - first * _BLOCK : stop - first * _BLOCK]

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
        block = offset // _BLOCK
        if block >= len(self._parts):
            return self._before[-1]
        inside = self._parts[block].count("\n", 0, offset - block * _BLOCK)
        return self._before[block] + inside

    def _line_stop(self, start: int) -> int:
        """Return where the line from `start` ends, looking inside two blocks alone."""
        block = start // _BLOCK
        if block >= len(self._parts):
            return self._length
        stop = self._break(block, start - block * _BLOCK)
        if stop < 0:
            # The next block in which the count of breaks grows.
            block = bisect_right(self._before, self._before[block + 1]) - 1
            stop = self._break(block, 0) if block < len(self._parts) else -1
        return self._length if stop < 0 else stop

    def _break(self, block: int, at: int) -> int:
        """Return the offset of a block's first line break from `at`, -1 for none."""
        found = self._parts[block].find("\n", at)
        return found if found < 0 else block * _BLOCK + found

    def _line_start(self, line: int) -> int:
        if line <= 0:
            return 0
        block = bisect_right(self._before, line - 1) - 1
        at = -1
        for _ in range(line - self._before[block]):
            at = self._parts[block].find("\n", at + 1)
        return block * _BLOCK + at + 1


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield a text again in blocks that are all full but the last."""
    rest = ""
    for piece in pieces:
        rest += piece
        full = len(rest) - len(rest) % _BLOCK
        yield from (rest[at : at + _BLOCK] for at in range(0, full, _BLOCK))
        rest = rest[full:]
    if rest:
        yield rest


def read_raw(raw: bytes) -> RawText:
    """Return the text of a body; what is not UTF-8 becomes U+FFFD.

    It is decoded in windows, so that a thread lets the window's own thread in.
    """
    return RawText(_decoded(raw.removeprefix(b"\xef\xbb\xbf")))


def _decoded(body: bytes) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for start in range(0, len(body), _WINDOW):
        yield decoder.decode(body[start : start + _WINDOW])
    yield decoder.decode(b"", final=True)


def find_all(
    text: RawText, needle: str, stopped: Callable[[], bool] = lambda: False
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
        window = text.piece(start, start + _WINDOW + len(needle) - 1)
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


def tokens(text: RawText, line: int, start: int, stop: int) -> list[Token]:
    """Return the coloured pieces of JSON that touch `start` to `stop` (offsets).

    `line` is where their line begins. Far inside a long line the walk begins at what
    looks like the start of a value. Marks and null have no token.
    """
    begin = max(line, start - _BACK)
    piece, at = text.piece(begin, stop), 0
    if begin > line:
        sync = _SYNC.search(piece, 0, start - begin)
        at = sync.end() if sync is not None else start - begin
    found = (_token(match, begin) for match in _TOKEN.finditer(piece, at))
    return [token for token in found if token.stop > start]


def _token(match: re.Match[str], begin: int) -> Token:
    if match[1] is not None:
        kind: TokenKind = "key" if match[2] else "text"
        return Token(match.start(1) + begin, match.end(1) + begin, kind)
    kind = "number" if match[3] is not None else "boolean"
    return Token(match.start() + begin, match.end() + begin, kind)
