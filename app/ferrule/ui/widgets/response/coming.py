"""A response that is waited for: for how long by now, and how much of it came."""

from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6 import QtCore

from ferrule.ui.widgets.message import Waiting
from ferrule.ui.widgets.response.head import size_text

Received: TypeAlias = Callable[[], tuple[int, int | None]]
WAITING: Final = "Waiting for the response"
_BEAT_MS: Final = 100


class Coming(QtCore.QObject):
    """Tells of a response on a line with Cancel, from 100 ms on."""

    def __init__(self, line: Waiting) -> None:
        super().__init__(line)
        self._line = line
        self._received: Received = nothing
        self._since = QtCore.QElapsedTimer()
        self._beat = QtCore.QTimer(self, interval=_BEAT_MS)
        self._beat.timeout.connect(self._tell)

    def begin(self, received: Received) -> None:
        """Begin; `received` tells the bytes that came, and of how many if known."""
        self._received = received
        self._since.start()
        self._beat.start()

    def end(self) -> None:
        """Say nothing any more."""
        self._beat.stop()
        self._line.hide()

    @QtCore.Slot()
    def _tell(self) -> None:
        seconds = self._since.elapsed() / 1000
        self._line.show_progress(received_text(*self._received()), seconds)
        self._line.show()


def nothing() -> tuple[int, int | None]:
    """Return that nothing came yet."""
    return 0, None


def received_text(size: int, whole: int | None) -> str:
    """Return what to say of a response of which so many bytes came, of so many."""
    if not size:
        return WAITING
    told = f"Received {size_text(size)}"
    return told if whole is None else f"{told} of {size_text(max(whole, size))}"
