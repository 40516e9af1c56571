"""Where the values of a JSON body end, found without making them.

A decoder looks for each end in a window of a quarter of a megabyte (about 1 ms), for a
call of it holds the interpreter's lock. Places are offsets in bytes.
"""

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ferrule.exchange import decode

PIECE: Final = 256_000
_SPACE: Final = re.compile(rb"[ \t\n\r]*")
# Only ends are wanted of it: numbers are not made, and texts are read as Latin-1, in
# which a character is a byte.
_SCANNER: Final = json.JSONDecoder(parse_int=len, parse_float=len, strict=True)
_CONTAINERS: Final = {b"[": b"]", b"{": b"}"}


class OddError(Exception):
    """The body cannot be taken apart here."""


class Entry(NamedTuple):
    """One entry of a container: its step, and where it and its value begin and end."""

    step: str | int
    begin: int
    start: int
    end: int


class Ends:
    """Finds ends in one body that has no byte order mark."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self._window = ""
        self._from = 0

    def end(self, at: int) -> int | None:
        """Return where the value at `at` ends; None where it is too large, or none."""
        rel = at - self._from
        if not 0 <= rel < len(self._window):
            rel = self._move(at)
        end = self._end_in_window(rel)
        if end is None and rel > 0:
            end = self._end_in_window(self._move(at))
        return end

    def whole_end(self, at: int) -> int:
        """Return where the value at `at` ends, however large it is.

        Raises:
            OddError: where no value is.
        """
        end = self.end(at)
        if end is not None:
            return end
        if self.mark(at) == b'"':
            return self.end_of_text(at)
        last = at + 1
        for entry in self.entries(at):
            last = entry.end
        return self.after(last)[0]

    def entries(self, at: int) -> Iterator[Entry]:
        """Yield the entries of the container at `at`.

        Raises:
            OddError: where none is, or it is broken.
        """
        opening = self.mark(at)
        closing = _CONTAINERS.get(opening)
        if closing is None:
            raise OddError
        place, index = self.blank(at + 1), 0
        if self.mark(place) == closing:
            return
        while True:
            step, start = self.name(place) if opening == b"{" else (index, place)
            end = self.whole_end(start)
            yield Entry(step, place, start, end)
            place, mark = self.after(end)
            if mark == closing:
                return
            if mark != b",":
                raise OddError
            place, index = self.blank(place), index + 1

    def end_of_named(self, at: int) -> int | None:
        """Return where a small member ends that begins at `at`."""
        end = self.end(at) if self.mark(at) == b'"' else None
        if end is None:
            return None
        place, mark = self.after(end)
        return self.end(self.blank(place)) if mark == b":" else None

    def name(self, at: int) -> tuple[str, int]:
        """Return the name of a member, and where its value begins.

        Raises:
            OddError: where none is.
        """
        end = self.end(at) if self.mark(at) == b'"' else None
        if end is None:
            raise OddError
        place, mark = self.after(end)
        if mark != b":":
            raise OddError
        return str(decode(self.body[at:end])), self.blank(place)

    def end_of_text(self, at: int) -> int:
        """Return where the text at `at` ends, however long it is.

        Raises:
            OddError: where it has no end.
        """
        place = at + 1
        while True:
            place = self.body.find(b'"', place) + 1
            if place == 0:
                raise OddError
            before = self.body[max(at, place - 1_000) : place - 1]
            if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:
                return place

    def after(self, at: int) -> tuple[int, bytes]:
        """Return the mark that follows, and the place behind it."""
        place = self.blank(at)
        return place + 1, self.body[place : place + 1]

    def mark(self, at: int) -> bytes:
        """Return the byte at a place, nothing behind the end."""
        return self.body[at : at + 1]

    def blank(self, at: int) -> int:
        """Return the first place from `at` on that is no space."""
        found = _SPACE.match(self.body, at)
        return found.end() if found is not None else at

    def _move(self, at: int) -> int:
        self._window = str(self.body[at : at + PIECE], "latin-1")
        self._from = at
        return 0

    def _end_in_window(self, rel: int) -> int | None:
        try:
            _, stop = _SCANNER.raw_decode(self._window, rel)
        except (ValueError, RecursionError):
            return None
        # A number that touches the end of the window may go on behind it.
        end = self._from + stop
        cut = stop == len(self._window) and end < len(self.body)
        return None if cut else end
