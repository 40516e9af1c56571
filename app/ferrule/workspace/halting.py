"""What a person asks of a run that goes on: to pause, or to stop after its page.

Both end it in order and are gone on with from its last page; a pause says that one
means to. A run that only waits has no page to end: it ends at once.
"""

import threading
import time
from collections.abc import Callable
from typing import Literal

Wish = Literal["pause", "stop"]


def _nobody_waits() -> None:
    """Wake nobody."""


class Halt:
    """A wish that any thread may speak and a run hears."""

    def __init__(self) -> None:
        self.wish: Wish | None = None
        self._lock = threading.Lock()
        self._waits_until = 0.0
        self._wake = _nobody_waits

    def ask(self, wish: Wish) -> None:
        """Ask the run to end; the first wish holds."""
        with self._lock:
            self.wish = self.wish or wish
            self._wake_up()

    def asked(self) -> bool:
        """Return whether the run shall end after its page."""
        return self.wish is not None

    def wakes(self, wake: Callable[[], None]) -> None:
        """Say what ends a wait of the run."""
        with self._lock:
            self._wake = wake

    def waits(self, seconds: float) -> None:
        """Hear that the run waits so long; it is woken where it shall end."""
        with self._lock:
            self._waits_until = max(self._waits_until, time.monotonic() + seconds)
            self._wake_up()

    def _wake_up(self) -> None:
        if self.wish is not None and time.monotonic() < self._waits_until:
            self._wake()
