"""The body of a response as a JSON value, decoded without a stall of the window.

The bytes are kept once. A large body is decoded in a thread, piece by piece, and its
first entries are there long before the rest.
"""

import asyncio
import gc
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.exchange import MISSING, Json, Missing, decode
from ferrule.ui.models.json_literals import literals, respelled
from ferrule.ui.models.json_pieces import StoppedError, decode_in_pieces
from ferrule.ui.tasks import Tasks, in_thread

AT_ONCE: Final = 64_000


class JsonDocument(QtCore.QObject):
    """One body and, once it is decoded, its value.

    A body of up to 64 kB is there when `load` returns; a larger one needs a running
    asyncio loop and is announced.

    Signals:
        begun(object): the first entries of a large body, a value of its own.
        ready(): `value` is there.
        failed(object): the body is not JSON; carries the FerruleError.
        spelled(object): after `ready`, the numbers whose own spelling we would change:
            their source text by normalised path. Not announced where there are none.
    """

    begun = QtCore.Signal(object)
    ready = QtCore.Signal()
    failed = QtCore.Signal(object)
    spelled = QtCore.Signal(object)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.raw = b""
        self.value: Json | Missing = MISSING
        self._shown: Json | Missing = MISSING
        self._turn = 0
        self._tasks = Tasks(self)

    @property
    def size(self) -> int:
        """Return the size of the body in bytes."""
        return len(self.raw)

    @property
    def shown(self) -> Json | Missing:
        """Return the value with its numbers as the service wrote them."""
        return self.value if isinstance(self._shown, Missing) else self._shown

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
        self._tasks.cancel("spell")
        self.raw = b""
        self.value = self._shown = MISSING
        gc.unfreeze()

    async def close_work(self) -> None:
        """End what is under way and let go of the body."""
        self.clear()
        await self._tasks.cancel_all()

    def _decode_now(self) -> None:
        try:
            self.value = decode(self.raw)
        except FerruleError as error:
            self.failed.emit(error)
        else:
            self.ready.emit()
            self._tell_spelling(*_spelling(self.raw, self.value))

    async def _decode_later(self, turn: int) -> None:
        raw = self.raw
        stopped = partial(self._is_stale, turn)
        loop = asyncio.get_running_loop()

        def begun(value: Json) -> None:
            loop.call_soon_threadsafe(self._begin, turn, value)

        try:
            value = await in_thread(lambda: decode_in_pieces(raw, stopped, begun))
        except StoppedError:
            return
        except FerruleError as error:
            if turn == self._turn:
                self.failed.emit(error)
            return
        if turn == self._turn:
            self.value = value
            # The collector would look at a million values again and again (40 ms for
            # 50 MB); they hold no cycles.
            gc.freeze()
            self.ready.emit()
            self._tasks.start("spell", self._spell_later(turn, value))

    async def _spell_later(self, turn: int, value: Json) -> None:
        raw, stopped = self.raw, partial(self._is_stale, turn)
        found, shown = await in_thread(lambda: _spelling(raw, value, stopped))
        if turn == self._turn:
            self._tell_spelling(found, shown)

    def _tell_spelling(self, found: dict[str, str], shown: Json) -> None:
        if found:
            self._shown = shown
            self.spelled.emit(found)

    def _begin(self, turn: int, value: Json) -> None:
        if turn == self._turn and self.value is MISSING:
            self.begun.emit(value)

    def _is_stale(self, turn: int) -> bool:
        return turn != self._turn


def _spelling(
    raw: bytes, value: Json, stopped: Callable[[], bool] = lambda: False
) -> tuple[dict[str, str], Json]:
    """Return the numbers that are written otherwise, and the value with them."""
    found = literals(raw, value, stopped)
    return found, respelled(value, found) if found else value
