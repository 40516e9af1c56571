"""Decoding a large JSON body in pieces, the first of them long before the last.

A call of a decoder holds the interpreter's lock, so no call here gets more than a
quarter of a megabyte (about 1 ms): where a value ends is looked for in a window of the
body, and runs of entries are then decoded together. A container that is larger than a
window is walked into. What cannot be taken apart is decoded whole, which repairs it or
explains what is wrong.
"""

import json
import re
from collections.abc import Callable
from typing import Final, TypeAlias

from ferrule.exchange import Json, decode
from ferrule.ui.models.sweeping import unswept

PIECE: Final = 256_000
_BOM: Final = b"\xef\xbb\xbf"
_SPACE: Final = re.compile(rb"[ \t\n\r]*")
# Only ends are wanted of it: numbers are not made, and texts are read as Latin-1, in
# which a character is a byte.
_SCANNER: Final = json.JSONDecoder(parse_int=len, parse_float=len, strict=True)
_FIRST: Final = PIECE // 4

Stopped: TypeAlias = Callable[[], bool]
Shown: TypeAlias = Callable[[Json], None]
_Container: TypeAlias = "list[Json] | dict[str, Json]"


class StoppedError(Exception):
    """A newer body took the place of this one."""


class _OddError(Exception):
    """The body cannot be taken apart here."""


def decode_in_pieces(
    raw: bytes,
    stopped: Stopped = lambda: False,
    begun: Shown = lambda _value: None,
) -> Json:
    """Decode a body piece by piece, as `exchange.decode` would decode it whole.

    `begun` is called once, early, with a value of its own that holds the first entries.

    Raises:
        UnreadableResponse: when `raw` is not JSON.
        StoppedError: when `stopped` says so between two pieces.
    """
    body = raw.removeprefix(_BOM)
    if stopped():
        raise StoppedError
    with unswept():
        if len(body) <= PIECE:
            return decode(body)
        try:
            return _Reader(body, stopped, begun).whole()
        except (_OddError, ValueError, RecursionError):
            return decode(body)


class _Reader:
    """Walks one body; `_open` are the containers that are being filled, outer first."""

    def __init__(self, body: bytes, stopped: Stopped, begun: Shown) -> None:
        self._body = body
        self._stopped = stopped
        self._begun: Shown | None = begun
        self._window = ""
        self._from = 0
        self._open: list[tuple[_Container, str]] = []

    def whole(self) -> Json:
        """Return the value; raise _OddError where it cannot be read in pieces."""
        value, end = self._value(self._blank(0), "")
        if self._blank(end) != len(self._body):
            raise _OddError
        return value

    def _value(self, at: int, key: str) -> tuple[Json, int]:
        end = self._end(at)
        if end is not None:
            return decode(self._body[at:end]), end
        mark = self._mark(at)
        if mark == b'"':
            end = self._end_of_text(at)
            return decode(self._body[at:end]), end
        if mark not in {b"[", b"{"}:
            raise _OddError
        filled: _Container = [] if mark == b"[" else {}
        self._open.append((filled, key))
        end = self._fill(filled, at + 1)
        self._open.pop()
        return filled, end

    def _fill(self, filled: _Container, at: int) -> int:
        """Fill a container whose first entry begins at `at`; return its end."""
        closing = b"]" if isinstance(filled, list) else b"}"
        at = self._blank(at)
        while True:
            end = self._run(at, named=isinstance(filled, dict))
            if end > at:
                _add(filled, self._body[at:end])
            elif isinstance(filled, list):
                value, end = self._value(at, "")
                filled.append(value)
            else:
                key, place = self._name(at)
                filled[key], end = self._value(place, key)
            self._tell(end)
            at, mark = self._after(end)
            if mark == closing:
                return at
            if mark != b",":
                raise _OddError
            at = self._blank(at)

    def _run(self, at: int, *, named: bool) -> int:
        """Return the end of a run of small entries, `at` where the first is large."""
        end, place, limit = at, at, at + PIECE
        while place < limit:
            stop = self._end_of_named(place) if named else self._end(place)
            if stop is None:
                break
            end = stop
            place, mark = self._after(stop)
            if mark != b",":
                break
            place = self._blank(place)
        return end

    def _end_of_named(self, at: int) -> int | None:
        end = self._end(at) if self._mark(at) == b'"' else None
        if end is None:
            return None
        place, mark = self._after(end)
        return self._end(self._blank(place)) if mark == b":" else None

    def _name(self, at: int) -> tuple[str, int]:
        """Return the name of a member, and where its value begins."""
        end = self._end(at) if self._mark(at) == b'"' else None
        if end is None:
            raise _OddError
        place, mark = self._after(end)
        if mark != b":":
            raise _OddError
        return str(decode(self._body[at:end])), self._blank(place)

    def _end(self, at: int) -> int | None:
        """Return where the value at `at` ends; None where it is too large, or none."""
        rel = at - self._from
        if not 0 <= rel < len(self._window):
            rel = self._move(at)
        end = self._end_in_window(rel)
        if end is None and rel > 0:
            end = self._end_in_window(self._move(at))
        return end

    def _move(self, at: int) -> int:
        self._window = str(self._body[at : at + PIECE], "latin-1")
        self._from = at
        return 0

    def _end_in_window(self, rel: int) -> int | None:
        try:
            _, stop = _SCANNER.raw_decode(self._window, rel)
        except ValueError:
            return None
        # A number that touches the end of the window may go on behind it.
        end = self._from + stop
        cut = stop == len(self._window) and end < len(self._body)
        return None if cut else end

    def _end_of_text(self, at: int) -> int:
        place = at + 1
        while True:
            place = self._body.find(b'"', place) + 1
            if place == 0:
                raise _OddError
            before = self._body[max(at, place - 1_000) : place - 1]
            if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:
                return place

    def _after(self, at: int) -> tuple[int, bytes]:
        """Return the mark that follows, and the place behind it."""
        place = self._blank(at)
        return place + 1, self._body[place : place + 1]

    def _mark(self, at: int) -> bytes:
        return self._body[at : at + 1]

    def _blank(self, at: int) -> int:
        found = _SPACE.match(self._body, at)
        return found.end() if found is not None else at

    def _tell(self, end: int) -> None:
        if self._stopped():
            raise StoppedError
        if self._begun is not None and end >= _FIRST:
            begun, self._begun = self._begun, None
            begun(self._so_far())

    def _so_far(self) -> Json:
        """Return copies of the open containers, each in the one around it."""
        inner: Json | None = None
        name = ""
        for number, (filled, key) in enumerate(reversed(self._open)):
            copy = filled.copy()
            if number and isinstance(copy, list):
                copy.append(inner)
            elif number and isinstance(copy, dict):
                copy[name] = inner
            inner, name = copy, key
        return inner


def _add(filled: _Container, run: bytes) -> None:
    """Add a run of entries, decoded together."""
    if isinstance(filled, list):
        found = decode(b"[" + run + b"]")
        filled += found if isinstance(found, list) else []
    else:
        named = decode(b"{" + run + b"}")
        filled.update(named if isinstance(named, dict) else {})
