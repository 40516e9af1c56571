"""Collecting cyclic garbage on the window's thread alone.

Python collects in whichever thread allocates; in a worker that would destroy Qt objects
off their thread ("Timers cannot be stopped from another thread"). So automatic
collection is off while the window lives, and a timer collects here: the young often,
the old rarely. While a large response is being read there are millions of the young,
and to look at them takes a tenth of a second: that waits until they are frozen or gone.

Nor is it turned on at the window's end. Qt holds a lock while it destroys an object and
tells Python of it; a collection in there destroys others, and where one of them needs
the same lock the program stands still for ever (one end in a hundred, on a busy
machine).
"""

import gc
from types import TracebackType
from typing import Final, Self

from PySide6 import QtCore

_EVERY_MS: Final = 500
_STARTED: Final = 6
_MIDDLE_EVERY: Final = 20
_ALL_EVERY: Final = 240
_MOST_YOUNG: Final = 100_000
_MOST_WAITS: Final = 20


class Collector(QtCore.QObject):
    """While it lasts, garbage is collected by a timer of the window's thread.

    After it nothing collects, unless something did before.
    """

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._rounds = 0
        self._waits = 0
        self._was = False
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)

    def __enter__(self) -> Self:
        self._was = gc.isenabled()
        gc.disable()
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.stop()
        gc.unfreeze()
        if self._was:  # whoever shows a window and lives on
            gc.collect()
            gc.enable()

    @QtCore.Slot()
    def _collect(self) -> None:
        self._rounds += 1
        if self._rounds == _STARTED:
            gc.freeze()  # what was imported lives as long as the program
        if gc.get_count()[0] > _MOST_YOUNG and self._waits < _MOST_WAITS:
            self._waits += 1
            return
        self._waits = 0
        if self._rounds % _ALL_EVERY == 0:
            gc.collect()
        elif self._rounds % _MIDDLE_EVERY == 0:
            gc.collect(1)
        else:
            gc.collect(0)
