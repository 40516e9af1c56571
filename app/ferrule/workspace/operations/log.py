"""The log of a workspace: lines are kept for a moment, then written together.

Whoever notes a line waits for nothing and is told of nothing: a thread writes what was
noted within a second, `close` what is left. Where the database cannot be written, lines
wait for the next time; beyond `MOST_WAITING` they are dropped, and that is noted.
Secrets are taken out as a line is written.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Final

from ferrule.clock import Clock, SystemClock
from ferrule.errors import StoreError
from ferrule.exchange import Json
from ferrule.store.operations import Level, Operation, Operations
from ferrule.store.traffic import Tally
from ferrule.workspace.operations.acting import correlation as current
from ferrule.workspace.operations.counting import Counting

FLUSHED_S: Final = 1.0
MOST_WAITING: Final = 10_000


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
    ) -> None:
        """Note one line; it never raises and never waits.

        Without a `correlation` it is that of the operation under way, if there is one.
        """
        line = Operation(
            self._clock.now(),
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
        """Write what was noted; return whether nothing is left."""
        with self._writing:
            lines, tallies = self._taken()
            if not lines and not tallies:
                return True
            try:
                self._open().append(self._project, lines, tallies)
            except (StoreError, OSError):
                self._give_back(lines, tallies)
                return False
            return True

    def close(self) -> None:
        """Write what is left; what cannot be written by now is lost."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        self.flush()

    def _arm(self) -> None:
        """Have what was noted written soon, unless that is under way."""
        with self._lock:
            if self._timer is not None:
                return
            self._timer = threading.Timer(FLUSHED_S, self._write)
            self._timer.name, self._timer.daemon = "operation log", True
            self._timer.start()

    def _write(self) -> None:
        with self._lock:
            self._timer = None
        self.flush()

    def _taken(self) -> tuple[list[Operation], list[Tally]]:
        with self._lock:
            lines, self._lines = self._lines, []
            dropped, self._dropped = self._dropped, 0
        if dropped:
            told = f"{dropped} lines were dropped: the database was busy for long."
            lines.append(Operation(self._clock.now(), "log", told, "warning"))
        return lines, self.traffic.taken()

    def _give_back(self, lines: list[Operation], tallies: list[Tally]) -> None:
        with self._lock:
            self._lines = [*lines, *self._lines][:MOST_WAITING]
        self.traffic.give_back(tallies)
