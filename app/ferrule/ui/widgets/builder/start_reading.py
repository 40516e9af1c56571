"""Reading what a person begins from, off the window's thread; it can be given up."""

import asyncio
import threading
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.tasks import Tasks, Work, in_thread
from ferrule.workspace import beginning
from ferrule.workspace.beginning import Begun

T = TypeVar("T")
Taken = Callable[[], Collection[str]]
Stopped = Callable[[], bool]
_TICK_MS: Final = 100


class Reading(QtCore.QObject):
    """Reads one source at a time.

    Signals:
        going_on(str, float): what is being read, and for how many seconds.
        choosable(object): the source offers this OperationList to choose from.
        begun(object): what came of it, as Begun.
        failed(object): nothing came of it; carries the FerruleError.
        idle(): nothing is being read any more.
    """

    going_on = QtCore.Signal(str, float)
    choosable = QtCore.Signal(object)
    begun = QtCore.Signal(object)
    failed = QtCore.Signal(object)
    idle = QtCore.Signal()

    def __init__(self, taken: Taken, parent: QtCore.QObject) -> None:
        """Prepare; `taken` returns the ids that are not free, in a thread."""
        super().__init__(parent)
        self._taken = taken
        self._raw = b""
        self._what = ""
        self._since = 0.0
        self.tasks = Tasks(self)
        self._clock = QtCore.QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tell)
        self.tasks.ended.connect(self._end)

    def read(self, raw: bytes, what: str) -> None:
        """Read a source; `what` names it to the person."""
        self._start(what, self._read(raw))

    def read_file(self, path: Path) -> None:
        """Read a file."""
        self._start(path.name, self._read_file(path))

    def choose(self, chosen: Collection[str]) -> None:
        """Read the chosen operations of the source that was read last."""
        self._start(self._what, self._begin(self._raw, list(chosen)))

    def cancel(self) -> bool:
        """Give up; say whether anything was being read."""
        going = self.tasks.running("read")
        self.tasks.cancel("read")
        return going

    def forget(self) -> None:
        """Let go of the source."""
        self._raw = b""

    def _start(self, what: str, work: Work) -> None:
        self._what, self._since = what, time.perf_counter()
        self.tasks.start("read", work)
        self._clock.start()

    async def _read_file(self, path: Path) -> None:
        try:
            raw = await _stoppably(partial(beginning.read_source, path))
        except FerruleError as error:
            self._settle(self.failed, error)
            return
        await self._read(raw)

    async def _read(self, raw: bytes) -> None:
        self._raw = raw
        try:
            offered = await _stoppably(partial(beginning.operations_of, raw))
        except FerruleError as error:
            self._settle(self.failed, error)
            return
        if offered is not None:
            self._settle(self.choosable, offered)
        else:
            await self._begin(raw, None)

    async def _begin(self, raw: bytes, chosen: list[str] | None) -> None:
        def begin(stopped: Stopped) -> Begun:
            return beginning.begin(raw, self._taken(), chosen, stopped)

        try:
            begun = await _stoppably(begin)
        except FerruleError as error:
            self._settle(self.failed, error)
        else:
            self._settle(self.begun, begun)

    def _settle(self, signal: QtCore.SignalInstance, what: object) -> None:
        """Announce how it ended; nothing is said of the waiting after that."""
        self._clock.stop()
        signal.emit(what)

    @QtCore.Slot()
    def _tell(self) -> None:
        self.going_on.emit(self._what, time.perf_counter() - self._since)

    @QtCore.Slot(str)
    def _end(self, _name: str) -> None:
        if not self.tasks.running("read"):
            self._clock.stop()
            self.idle.emit()


async def _stoppably(call: Callable[[Stopped], T]) -> T:
    """Return what `call` returns, run in a thread that ends when nobody waits."""
    given_up = threading.Event()
    try:
        return await in_thread(lambda: call(given_up.is_set))
    except asyncio.CancelledError:
        given_up.set()
        raise
