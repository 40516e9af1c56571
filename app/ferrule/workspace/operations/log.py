"""The log of a workspace: lines are kept for a moment, then written together.

Whoever notes a line waits for nothing and is told of nothing: a thread writes what was
noted within a second, `close` what is left. Where the database cannot be written, lines
wait for the next time; beyond `MOST_WAITING` they are dropped, and that is noted.
Secrets are taken out as a line is written.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from ferrule.clock import Clock, SystemClock
from ferrule.errors import StoreError
from ferrule.exchange import Json
from ferrule.store.operations import Level, Operation, Operations
from ferrule.store.traffic import Tally
from ferrule.workspace.operations.acting import correlation as current
from ferrule.workspace.operations.counting import Counting

FLUSHED_S: Final = 1.0
SOON_S: Final = 0.01
MOST_WAITING: Final = 30_000
AT_ONCE: Final = 200
"""Lines of one transaction: whoever else writes waits no longer for them, and a flood
of lines is written in many such, with `SOON_S` between them."""


class OperationLog:
    """Notes lines about one project, from any thread, and counts requests."""

    def __init__(
        self,
        rows: Callable[[], Operations],
        project: str,
        clock: Clock | None = None,
    ) -> None:
        self._open = rows
        self._project = project
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._lines: list[Operation] = []
        self._dropped = 0
        self._timer: threading.Timer | None = None
        self.traffic: Final = Counting(self._clock, self._arm)
        """What was asked of services, counted a minute at a time."""

    def note(
        self,
        operation: str,
        message: str,
        *,
        level: Level = "info",
        connector: str = "",
        connection: str = "",
        correlation: str = "",
        entity: str = "",
        outcome: str = "",
        duration_ms: float | None = None,
        details: Mapping[str, Json] | None = None,
        at: datetime | None = None,
    ) -> None:
        """Note one line; it never raises and never waits.

        Without a `correlation` it is that of the operation under way, if there is one.
        `at` is when it was, where that is not now: lines are written in that order.
        """
        line = Operation(
            at or self._clock.now(),
            operation,
            message,
            level,
            connector,
            connection,
            correlation or current.get(),
            entity,
            outcome,
            duration_ms,
            details or {},
        )
        with self._lock:
            if len(self._lines) >= MOST_WAITING:
                self._dropped += 1
            else:
                self._lines.append(line)
        self._arm()

    def flush(self) -> bool:
        """Write what was noted until now; return whether nothing of it is left."""
        with self._writing:
            parts = len(self._lines) // AT_ONCE + 1
            return all(self._wrote_part() for _ in range(parts))

    def close(self) -> None:
        """Write what is left; what cannot be written by now is lost."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        self.flush()

    def _arm(self, seconds: float | None = None) -> None:
        """Have what was noted written soon, unless that is under way."""
        with self._lock:
            if self._timer is not None:
                return
            wait = FLUSHED_S if seconds is None else seconds
            self._timer = threading.Timer(wait, self._write)
            self._timer.name, self._timer.daemon = "operation log", True
            self._timer.start()

    def _write(self) -> None:
        """Write a part; the rest follows in a moment, or where it failed in a while."""
        with self._lock:
            self._timer = None
        with self._writing:
            wrote = self._wrote_part()
        if self._lines:
            self._arm(SOON_S if wrote else None)

    def _wrote_part(self) -> bool:
        """Write the oldest lines, and what was counted; tell whether that went well."""
        lines, tallies = self._taken()
        if not lines and not tallies:
            return True
        try:
            self._open().append(self._project, lines, tallies)
        except (StoreError, OSError):
            self._give_back(lines, tallies)
            return False
        return True

    def _taken(self) -> tuple[list[Operation], list[Tally]]:
        with self._lock:
            lines, self._lines = self._lines[:AT_ONCE], self._lines[AT_ONCE:]
            dropped, self._dropped = self._dropped, 0
        lines.sort(key=_when)
        if dropped:
            told = f"{dropped} lines were dropped: the database was busy for long."
            lines.append(Operation(self._clock.now(), "log", told, "warning"))
        return lines, self.traffic.taken()

    def _give_back(self, lines: list[Operation], tallies: list[Tally]) -> None:
        with self._lock:
            self._lines = [*lines, *self._lines][:MOST_WAITING]
        self.traffic.give_back(tallies)


def _when(line: Operation) -> datetime:
    return line.at
