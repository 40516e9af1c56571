"""The lines of a run: made of its events, on their way to whoever else listens.

Its beginning, each stream's end, what a person should know, and its end are noted;
waits and items that failed are counted and told with the end, so that a run of a
million items leaves no more lines than one of ten.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.store.operations import Level
from ferrule.sync.events import (
    Event,
    ItemFailed,
    Noticed,
    RunEnded,
    RunStarted,
    StreamEnded,
    Waited,
)
from ferrule.workspace.operations.acting import new_correlation
from ferrule.workspace.operations.log import OperationLog

_BY_SOMEBODY: Final = frozenset({"Cancelled", "FerruleError", "RunInterrupted"})
_LONG_S: Final = 5.0
_MOST_WAITS: Final = 20  # lines of long waits a run leaves


class RunLines:
    """Passes the events of one run on, and notes what is worth it."""

    def __init__(
        self,
        log: OperationLog,
        listen: Callable[[Event], None],
        connector: str,
        connection: str,
    ) -> None:
        self._log = log
        self._listen = listen
        self._connector, self._connection = connector, connection
        self._correlation = ""
        self._failed: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._waits = 0
        self._waited_s = 0.0
        self._begun = False

    def __call__(self, event: Event) -> None:
        """Note an event where it is worth a line, and pass it on."""
        self._take(event)
        self._listen(event)

    def refused(self, error: FerruleError) -> None:
        """Note that the run could not begin; what ended it later is told already."""
        if not self._begun:
            told = {"failure": type(error).__name__, "advice": error.advice}
            self._note(error.message, "error", outcome="refused", details={**told})

    def _take(self, event: Event) -> None:
        match event:
            case ItemFailed():
                self._failed[event.stream] += 1
                self._fields[event.field] += 1
            case Waited():
                self._wait(event)
            case RunStarted():
                self._begin(event)
            case Noticed():
                self._note(event.message, "warning", entity=event.stream)
            case StreamEnded():
                self._stream(event)
            case RunEnded():
                self._end(event)
            case _:
                pass

    def _begin(self, event: RunStarted) -> None:
        self._begun = True
        self._correlation = f"run:{event.run}" if event.run else new_correlation()
        how = "goes on" if event.resumed else "begins"
        dry = " dry" if event.dry_run else ""
        self._note(
            f"The{dry} {event.mode} sync {how}.",
            outcome="resumed" if event.resumed else "begun",
            details={"streams": list(event.streams), "connector": event.connector},
        )

    def _wait(self, event: Waited) -> None:
        self._waits += 1
        self._waited_s += event.seconds
        asked = event.reason != "rate"  # a limit of our own is no trouble
        if asked:
            self._log.traffic.wait(self._connection, event.seconds)
        if event.seconds >= _LONG_S and self._waits <= _MOST_WAITS:
            told = f"Waits {event.seconds:g} s: {event.reason}"
            self._note(told, "warning" if asked else "debug")

    def _stream(self, event: StreamEnded) -> None:
        failed = self._failed[event.stream]
        many = "page" if event.pages == 1 else "pages"
        told = f"{event.stream}: {event.pages} {many}"
        self._note(
            f"{told}, {failed} items failed." if failed else f"{told}.",
            "warning" if failed else "info",
            entity=event.stream,
            outcome="done" if event.whole else "cut",
            details={"pages": event.pages, "failedItems": failed},
        )

    def _end(self, event: RunEnded) -> None:
        c = event.counts
        told = (
            f"{'Dry run: ' if event.dry_run else ''}{c.processed} items: {c.created} "
            f"created, {c.updated} updated, {c.unchanged} unchanged, {c.deleted} "
            f"deleted, {c.failed} failed."
        )
        self._note(
            f"{event.error} {told}" if event.error else told,
            _level_of(event),
            outcome=event.status,
            duration_ms=event.seconds * 1000,
            details=self._summary(event),
        )

    def _summary(self, event: RunEnded) -> dict[str, Json]:
        c = event.counts
        told: dict[str, Json] = {
            "pages": event.pages,
            "processed": c.processed,
            "created": c.created,
            "updated": c.updated,
            "unchanged": c.unchanged,
            "deleted": c.deleted,
            "failed": c.failed,
            "skipped": event.skipped,
            "latencyP50Ms": event.latency_p50_ms,
            "latencyP95Ms": event.latency_p95_ms,
            "waits": self._waits or None,
            "waitedSeconds": round(self._waited_s, 1) or None,
            "failedFields": dict(self._fields.most_common(5)) or None,
            "failure": event.failure,
            "advice": event.advice,
        }
        return {name: value for name, value in told.items() if value is not None}

    def _note(
        self,
        message: str,
        level: Level = "info",
        *,
        entity: str = "",
        outcome: str = "",
        duration_ms: float | None = None,
        details: dict[str, Json] | None = None,
    ) -> None:
        self._log.note(
            "sync",
            message,
            level=level,
            connector=self._connector,
            connection=self._connection,
            correlation=self._correlation,
            entity=entity,
            outcome=outcome,
            duration_ms=duration_ms,
            details=details,
        )


def _level_of(event: RunEnded) -> Level:
    """Return how bad an end is: what a person or another run ended is no error."""
    if event.failure is not None:
        return "warning" if event.failure in _BY_SOMEBODY else "error"
    return "warning" if event.counts.failed or event.status == "interrupted" else "info"
