"""Time and sleeping as values, so that nothing else asks the machine's clock."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time and can wait."""

    def now(self) -> datetime:
        """Return the wall-clock time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never step back."""

    def sleep(self, seconds: float) -> None:
        """Wait; a wait may end early when the process is told to stop."""


class SystemClock:
    """The machine's clock; `wake` ends every sleep at once."""

    def __init__(self) -> None:
        self._awake = threading.Event()

    def now(self) -> datetime:
        """Return the wall-clock time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never step back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, unless `wake` was called."""
        self._awake.wait(max(seconds, 0.0))

    def wake(self) -> None:
        """End every present and later sleep."""
        self._awake.set()


def day_words(moment: datetime, *, year: bool = True) -> str:
    """Return the day of `moment`, in its own zone, as people write it: 21 Nov 2026.

    Not by a format alone: one for a day without a zero before it is not everywhere.
    """
    words = f"{moment.day} {moment:%b}"
    return f"{words} {moment.year}" if year else words


def rfc3339(moment: datetime) -> str:
    """Return `moment` in UTC as RFC 3339, with a fraction only where there is one."""
    text = moment.astimezone(UTC).isoformat()
    return text.replace("+00:00", "Z")
