"""One request under way: its deadline, how far it came, and how to end it."""

import math
import threading
import time
from collections.abc import Callable
from typing import Literal, TypeAlias

import httpcore

Stage: TypeAlias = Literal["name", "connect", "tls", "send", "answer"]


class Exchange:
    """One request under way: its deadline, how far it came, and how to end it.

    `sent` is true once a byte of the request may have left; `reason` tells in words
    why no connection came about; `untrusted` is true when the certificate failed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None
        self._deadline = math.inf
        self.cancelled = False
        self._clear()

    def _clear(self) -> None:
        self.stage: Stage = "send"
        self.sent = False
        self.expired = False
        self.untrusted = False
        self.reason = ""

    def begin(self, seconds: float) -> None:
        """Start an attempt of this thread that may take `seconds` in all."""
        self._clear()
        self._deadline = time.monotonic() + seconds
        THREAD.exchange = self

    def finish(self) -> None:
        """Let go of the socket: a later `cancel` leaves it alone."""
        with self._lock:
            self._interrupt = None

    def cancel(self) -> None:
        """End the exchange at once, from any thread, whatever it is blocked in."""
        with self._lock:
            self.cancelled = True
            if self._interrupt is not None:
                self._interrupt()

    def enter(self, interrupt: Callable[[], None]) -> float:
        """Return the seconds left for a call that `interrupt` can end.

        Raises:
            httpcore.TimeoutException: when the deadline passed or all was cancelled.
        """
        with self._lock:
            if self.cancelled:
                raise httpcore.ReadError("cancelled")
            self._interrupt = interrupt
        return self.left()

    def left(self) -> float:
        """Return the seconds until the deadline.

        Raises:
            httpcore.ReadTimeout: when there are none.
        """
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise self.late()
        return seconds

    def late(self) -> httpcore.ReadTimeout:
        """Note that the deadline passed, and return the exception that says so."""
        self.expired = True
        return httpcore.ReadTimeout("the deadline passed")


class _Thread(threading.local):
    exchange: Exchange


THREAD = _Thread()
"""What the calling thread is busy with; httpcore has no way to hand it down."""
