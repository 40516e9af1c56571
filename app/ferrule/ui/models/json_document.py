"""The body of a response as a JSON value, decoded without a stall of the window.

The bytes are kept once. A large body is decoded in a thread, item by item: one call of
the decoder holds the interpreter's lock, so none gets more than a quarter of a
megabyte where the body can be taken apart (about 2 ms).
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.exchange import MISSING, Json, Missing, decode
from ferrule.ui.models.sweeping import unswept
from ferrule.ui.tasks import Tasks, in_thread

AT_ONCE: Final = 64_000
PIECE: Final = 256_000
_BOM: Final = b"\xef\xbb\xbf"
_LISTS = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECTS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class StoppedError(Exception):
    """A newer body took the place of this one."""


class JsonDocument(QtCore.QObject):
    """One body and, once it is decoded, its value.

    A body of up to 64 kB is there when `load` returns; a larger one needs a running
    asyncio loop and is announced.

    Signals:
        ready(): `value` is there.
        failed(object): the body is not JSON; carries the FerruleError.
    """

    ready = QtCore.Signal()
    failed = QtCore.Signal(object)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.raw = b""
        self.value: Json | Missing = MISSING
        self._turn = 0
        self._tasks = Tasks(self)

    @property
    def size(self) -> int:
        """Return the size of the body in bytes."""
        return len(self.raw)

    @property
    def busy(self) -> bool:
        """Return whether a body is being decoded."""
        return self._tasks.running("decode")

    def load(self, raw: bytes) -> None:
        """Take another body and decode it; an older one under way is dropped."""
        self.clear()
        self.raw = raw
        if len(raw) <= AT_ONCE:
            self._decode_now()
        else:
            self._tasks.start("decode", self._decode_later(self._turn))

    def clear(self) -> None:
        """Forget the body and stop decoding it."""
        self._turn += 1
        self._tasks.cancel("decode")
        self.raw = b""
        self.value = MISSING

    def _decode_now(self) -> None:
        try:
            self.value = decode(self.raw)
        except FerruleError as error:
            self.failed.emit(error)
        else:
            self.ready.emit()

    async def _decode_later(self, turn: int) -> None:
        raw = self.raw
        stopped = partial(self._is_stale, turn)
        try:
            value = await in_thread(lambda: decode_in_pieces(raw, stopped))
        except StoppedError:
            return
        except FerruleError as error:
            if turn == self._turn:
                self.failed.emit(error)
            return
        if turn == self._turn:
            self.value = value
            self.ready.emit()

    def _is_stale(self, turn: int) -> bool:
        return turn != self._turn


def decode_in_pieces(raw: bytes, stopped: Callable[[], bool] = lambda: False) -> Json:
    """Decode a body piece by piece, as `exchange.decode` would decode it whole.

    Raises:
        UnreadableResponse: when `raw` is not JSON.
        StoppedError: when `stopped` says so between two pieces.
    """
    body = raw.removeprefix(_BOM)
    with unswept():
        try:
            return _taken_apart(body, stopped)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            # What cannot be taken apart is decoded whole, which repairs or explains.
            return decode(body)


def _taken_apart(body: bytes, stopped: Callable[[], bool]) -> Json:
    if stopped():
        raise StoppedError
    first = body[:64].lstrip()[:1]
    if len(body) <= PIECE or first not in {b"[", b"{"}:
        return decode(body)
    if first == b"[":
        return [_piece(part, stopped) for part in _LISTS.decode(body)]
    found = _OBJECTS.decode(body)
    return {key: _piece(part, stopped) for key, part in found.items()}


def _piece(part: msgspec.Raw, stopped: Callable[[], bool]) -> Json:
    return _taken_apart(bytes(part), stopped)
