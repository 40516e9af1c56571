"""One request under way: its deadline, how far it came, and how to end it.

When each step was over is noted only where somebody asked for it.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Literal, TypeAlias

import httpcore

from ferrule.exchange import Timing
from ferrule.transport.trouble import Trouble

Stage: TypeAlias = Literal["name", "connect", "tls", "send", "answer"]
Moment: TypeAlias = Literal["begun", "name", "connect", "tls", "sent", "first"]

_TO_MS = 1000


class Exchange:
    """One request under way: its deadline, how far it came, and how to end it.

    `sent` is true once a byte of the request may have left; `reason` tells in words
    why no connection came about and `trouble` in one word; `untrusted` is true when the
    certificate failed, `proxy` the host of the proxy that it goes through.
    `timed` exchanges note when their steps were over. `received` counts the bytes of
    the body as they come, packed or not, of `expected` where the service told.
    """

    def __init__(self, *, timed: bool = False) -> None:
        self.moments: dict[Moment, float] | None = {} if timed else None
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
        self.trouble: Trouble | None = None
        self.proxy = ""
        self.received = 0
        self.expected: int | None = None

    def begin(self, seconds: float) -> None:
        """Start an attempt of this thread that may take `seconds` in all."""
        self._clear()
        if self.moments is not None:
            self.moments = {}
        self._deadline = time.monotonic() + seconds
        THREAD.exchange = self

    def note(self, moment: Moment) -> None:
        """Note that a step is over now, where moments are noted."""
        if self.moments is not None:
            self.moments[moment] = time.perf_counter()

    def note_begun(self) -> None:
        """Note that the first step begins now."""
        if self.moments is not None:
            self.moments.setdefault("begun", time.perf_counter())

    def note_sent(self) -> None:
        """Note that what was to be sent is sent; what comes now is the answer to it."""
        if self.moments is not None:
            self.moments.pop("first", None)
            self.moments["sent"] = time.perf_counter()

    def note_read(self) -> None:
        """Note the first bytes of the answer; later ones change nothing."""
        if self.moments is not None:
            self.moments.setdefault("first", time.perf_counter())

    def timing(self, started: float, ended: float) -> Timing | None:
        """Return the moments between two moments, None where none were noted."""
        moments = self.moments
        if not moments or "first" not in moments:
            return None

        def after(moment: Moment) -> float | None:
            at = moments.get(moment)
            return None if at is None else (at - started) * _TO_MS

        sent, first = moments.get("sent", moments["first"]), moments["first"]
        return Timing(
            begun=(moments.get("begun", sent) - started) * _TO_MS,
            name=after("name"),
            connect=after("connect"),
            tls=after("tls"),
            sent=(sent - started) * _TO_MS,
            first_byte=(first - started) * _TO_MS,
            end=(ended - started) * _TO_MS,
        )

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
