"""Events of our own: written with the signals they tell of, and sent to their sinks.

A message is `{type, workspace_id, payload}` (seed 000, section 7.2): of a signal its
type and all of it, of one that is gone `<collection>_deleted` and its ids. Its id stays
the same in every attempt, so that a receiver can tell what it has had.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from sqlite3 import Connection as Db
from typing import Final, Protocol

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import FerruleError, StoreError
from ferrule.exchange import Json, decode, encode
from ferrule.redaction import live
from ferrule.store.outbound import NewEvent, Outbound, OutboundEvent, insert
from ferrule.store.records import Lease, PageChanges
from ferrule.store.signal_rows import Heard
from ferrule.webhook.mapping import Change
from ferrule.workspace.project import Project
from ferrule.workspace.routing import Routing, read_routing

LOOK_S: Final = 2.0
log = logging.getLogger(__name__)


class Sink(Protocol):
    """Where events go."""

    def send(self, event: OutboundEvent) -> None:
        """Hand one event over.

        Raises:
            FerruleError: when it was not taken.
        """

    def close(self) -> None:
        """Give back what was opened."""


class Outbox:
    """Writes events down in the transaction of what they tell of."""

    def __init__(self, routing: Routing, clock: Clock | None = None) -> None:
        self._routing = routing
        self._clock = clock or SystemClock()

    def add(
        self, db: Db, project: str, connection: str, changes: Sequence[Change]
    ) -> None:
        """Write an event of each change, once for each of its sinks."""
        if self._routing.routes:
            insert(db, self._events(project, connection, changes))

    def _events(
        self, project: str, connection: str, changes: Sequence[Change]
    ) -> Iterator[NewEvent]:
        at = rfc3339(self._clock.now())
        for change in changes:
            kind, payload = _told(change)
            message: dict[str, Json] = {
                "type": kind,
                "workspace_id": project,
                "payload": decode(payload),
            }
            event_id = f"evt_{uuid.uuid4().hex}"
            for sink in self._routing.sinks_of(message):
                yield NewEvent(project, connection, sink, event_id, kind, payload, at)


def page_outbox(project: Project) -> Heard:
    """Return what writes the events of a run's pages.

    Raises:
        UsageError: when the project's routes do not hold.
    """
    outbox = Outbox(read_routing(project))

    def heard(db: Db, lease: Lease, page: PageChanges) -> None:
        outbox.add(db, lease.project, lease.connection, list(_changes(page)))

    return heard


def _changes(page: PageChanges) -> Iterator[Change]:
    where = page.stream, page.collection_key
    for signal in page.created:
        yield Change("created", *where, signal.external_id, signal)
    for signal in page.updated:
        yield Change("updated", *where, signal.external_id, signal)
    for key in page.removed:
        yield Change("deleted", *where, key)


def _told(change: Change) -> tuple[str, bytes]:
    """Return the type and the payload that tell of a change."""
    if change.signal is not None:
        return change.signal.type, encode(change.signal)
    payload: dict[str, Json] = {
        "externalId": change.external_id,
        "collectionKey": change.collection_key,
        "stream": change.stream,
        change.what: True,
    }
    return f"{change.collection_key}_{change.what}", encode(payload)


class Sender:
    """Sends what is due in a thread of its own, each event at most five times.

    `died` hears of dead letters; `also` is done before each look, every two seconds.
    """

    def __init__(
        self,
        outbound: Outbound,
        project: str,
        sinks: Mapping[str, Sink],
        *,
        clock: Clock | None = None,
        died: Callable[[OutboundEvent], None] = lambda _: None,
        also: Callable[[], object] = lambda: None,
    ) -> None:
        self._outbound = outbound
        self._project = project
        self._sinks = sinks
        self._clock = clock or SystemClock()
        self._died = died
        self._also = also
        self._rests: dict[str, float] = {}
        self._wanted = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbound")

    def start(self) -> None:
        """Begin with what is due already."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something may be due; from any thread."""
        self._wanted.set()

    def finish(self) -> None:
        """End after the event in hand; what waits is sent at the next start."""
        self._ending.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()
        for sink in self._sinks.values():
            sink.close()

    def work_off(self) -> int:
        """Send what is due now and return how many were taken by their sinks."""
        sent = 0
        while not self._ending.is_set():
            due = self._outbound.claim(self._project, self._resting())
            if due is None:
                break
            sent += self._is_sent(due)
        return sent

    def _resting(self) -> set[str]:
        """Return the sinks that failed a moment ago: they hold up no other."""
        now = self._clock.monotonic()
        self._rests = {one: until for one, until in self._rests.items() if until > now}
        return set(self._rests)

    def _is_sent(self, event: OutboundEvent) -> bool:
        sink = self._sinks.get(event.sink)
        try:
            if sink is None:
                raise StoreError(f"There is no sink “{event.sink}” any more.")
            sink.send(event)
        except FerruleError as error:
            self._rests[event.sink] = self._clock.monotonic() + event.pause
            if self._outbound.failed(event, str(error)) == "dead":
                log.warning("Event %s is a dead letter.", event.event_id)
                self._died(event)
            return False
        self._outbound.sent(event.id)
        return True

    def _run(self) -> None:
        while not self._ending.is_set():
            self._wanted.clear()
            try:
                self._also()
                self.work_off()
                wait = self._wait()
            except StoreError as error:
                log.warning("%s", live.text(str(error)))
                wait = LOOK_S
            except Exception:
                log.exception("Events could not be sent.")
                wait = LOOK_S
            self._wanted.wait(wait)

    def _wait(self) -> float:
        due = self._outbound.next_due(self._project, self._resting())
        waits = [until - self._clock.monotonic() for until in self._rests.values()]
        if due is not None:
            waits.append(due - self._clock.now().timestamp())
        return min(max(min(waits, default=LOOK_S), 0.01), LOOK_S)
