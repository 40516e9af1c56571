"""Work of the window's thread cut into slices, so that no step of it is felt.

What is begun is done at once until its time is over; the rest follows between events,
a few milliseconds at a time, in its order.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from PySide6 import QtCore

FIRST: Final = 0.012
NEXT: Final = 0.006


class Slices(QtCore.QObject):
    """A queue of work that belongs to objects; what goes with its object is dropped.

    Signals:
        done(): nothing is left to do.
    """

    done = QtCore.Signal()

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[object, Callable[[], None]]] = deque()
        self._gone: set[int] = set()
        self._until: float | None = None
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Return whether something is left to do."""
        return bool(self._waiting)

    def overdue(self) -> bool:
        """Return whether the slice is over; outside of one nothing ever is."""
        return self._until is not None and perf_counter() > self._until

    @contextmanager
    def slice(self, seconds: float = FIRST) -> Iterator[None]:
        """Let what is done inside put off its rest once the time is over."""
        before, self._until = self._until, perf_counter() + seconds
        try:
            yield
        finally:
            self._until = before

    def later(self, owner: QtCore.QObject, work: Callable[[], None]) -> None:
        """Do some work of an object in a later slice."""
        self._waiting.append((owner, work))
        owner.destroyed.connect(self._forgetter(owner))
        self._soon.start()

    def finish(self) -> None:
        """Do all that is left now."""
        self._soon.stop()
        while self._waiting:
            self._do_next()

    def _go_on(self) -> None:
        with self.slice(NEXT):
            while self._waiting and not self.overdue():
                self._do_next()
        if self._waiting:
            self._soon.start()
        else:
            self._gone.clear()
            self.done.emit()

    def _do_next(self) -> None:
        owner, work = self._waiting.popleft()
        if id(owner) not in self._gone:
            work()

    def _forgetter(self, owner: QtCore.QObject) -> Callable[[], None]:
        """Return what remembers that an object went; it must not hold the object."""
        number, gone = id(owner), self._gone

        def forget() -> None:
            gone.add(number)

        return forget
