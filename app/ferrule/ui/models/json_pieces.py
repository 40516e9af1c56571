"""Decoding a large JSON body in pieces, the first of them long before the last.

A call of a decoder holds the interpreter's lock, so no call here gets more than a
quarter of a megabyte (about 1 ms): where a value ends is looked for in a window of the
body, and runs of entries are then decoded together. A container that is larger than a
window is walked into. What cannot be taken apart is decoded whole, which repairs it or
explains what is wrong.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from ferrule.exchange import Json, decode
from ferrule.ui.models.json_ends import PIECE, Ends, OddError
from ferrule.ui.models.sweeping import unswept

_BOM: Final = b"\xef\xbb\xbf"
_FIRST: Final = PIECE // 4

Stopped: TypeAlias = Callable[[], bool]
Shown: TypeAlias = Callable[[Json], None]
_Container: TypeAlias = "list[Json] | dict[str, Json]"


class StoppedError(Exception):
    """A newer body took the place of this one."""


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
        except (OddError, ValueError, RecursionError):
            return decode(body)


class _Reader(Ends):
    """Walks one body; `_open` are the containers that are being filled, outer first."""

    def __init__(self, body: bytes, stopped: Stopped, begun: Shown) -> None:
        super().__init__(body)
        self._stopped = stopped
        self._begun: Shown | None = begun
        self._open: list[tuple[_Container, str]] = []

    def whole(self) -> Json:
        """Return the value; raise OddError where it cannot be read in pieces."""
        value, end = self._value(self.blank(0), "")
        if self.blank(end) != len(self.body):
            raise OddError
        return value

    def _value(self, at: int, key: str) -> tuple[Json, int]:
        end = self.end(at)
        if end is not None:
            return decode(self.body[at:end]), end
        mark = self.mark(at)
        if mark == b'"':
            end = self.end_of_text(at)
            return decode(self.body[at:end]), end
        if mark not in {b"[", b"{"}:
            raise OddError
        filled: _Container = [] if mark == b"[" else {}
        self._open.append((filled, key))
        end = self._fill(filled, at + 1)
        self._open.pop()
        return filled, end

    def _fill(self, filled: _Container, at: int) -> int:
        """Fill a container whose first entry begins at `at`; return its end."""
        closing = b"]" if isinstance(filled, list) else b"}"
        at = self.blank(at)
        while True:
            end = self._run(at, named=isinstance(filled, dict))
            if end > at:
                _add(filled, self.body[at:end])
            elif isinstance(filled, list):
                value, end = self._value(at, "")
                filled.append(value)
            else:
                key, place = self.name(at)
                filled[key], end = self._value(place, key)
            self._tell(end)
            at, mark = self.after(end)
            if mark == closing:
                return at
            if mark != b",":
                raise OddError
            at = self.blank(at)

    def _run(self, at: int, *, named: bool) -> int:
        """Return the end of a run of small entries, `at` where the first is large."""
        end, place, limit = at, at, at + PIECE
        while place < limit:
            stop = self.end_of_named(place) if named else self.end(place)
            if stop is None:
                break
            end = stop
            place, mark = self.after(stop)
            if mark != b",":
                break
            place = self.blank(place)
        return end

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
