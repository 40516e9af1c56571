"""The moments of a sync at which it may be killed, named, and how to be there.

`armed` puts a call into each of them for as long as it lasts. What is done there is up
to the killer: a child sends itself SIGKILL or SIGSTOP, a test leaves its own stack.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from ferrule.store import Runs, database, run_rows, signal_rows
from ferrule.sync.events import BatchStored, Event
from ferrule.transport import Client

POINTS = (
    "before fetch",
    "after fetch",
    "before the rows",
    "in the transaction",
    "after commit",
    "before the event",
    "in the last transaction",
    "after the end",
)
STATEMENT = "at a statement"


@dataclass
class Killer:
    """Acts when a point is reached for the `nth` time, from 1."""

    point: str
    nth: int
    act: Callable[[], object]

    def reached(self, point: str) -> None:
        """Note that a point is reached."""
        if point == self.point:
            self.nth -= 1
            if self.nth == 0:
                self.act()

    def emit(self, event: Event) -> None:
        """Hear an event as the listener of a run."""
        if isinstance(event, BatchStored):
            self.reached("before the event")


def _around(before: Callable[[], None], call: Any, after: Callable[[], None]) -> Any:
    def called(*given: Any, **named: Any) -> Any:
        before()
        result = call(*given, **named)
        after()
        return result

    return called


def _nothing() -> None:
    """Do nothing."""


@contextmanager
def armed(killer: Killer) -> Iterator[Killer]:
    """Let `killer` be told of each point that a sync reaches."""

    def at(point: str) -> Callable[[], None]:
        return lambda: killer.reached(point)

    def traced(place: Path | str) -> sqlite3.Connection:
        connection = connect(place)
        connection.set_trace_callback(lambda _sql: killer.reached(STATEMENT))
        return connection

    connect = database._connected
    places = (
        (Client, "send", at("before fetch"), at("after fetch")),
        (signal_rows, "store_page", at("before the rows"), at("in the transaction")),
        (Runs, "commit", _nothing, at("after commit")),
        (run_rows, "end", _nothing, at("in the last transaction")),
        (Runs, "finish", _nothing, at("after the end")),
    )
    with ExitStack() as undo:
        undo.enter_context(mock.patch.object(database, "_connected", traced))
        for home, name, before, after in places:
            call = getattr(home, name)
            patched = mock.patch.object(home, name, _around(before, call, after))
            undo.enter_context(patched)
        yield killer
