"""Events of our own: written down in the transaction of the signals they tell of.

A message is `{type, workspace_id, payload}` (seed 000, section 7.2): of a signal its
type and all of it, of one that is gone `<collection>_deleted` and its ids. Its id stays
the same in every attempt, so that a receiver can tell what it has had.
"""

import uuid
from collections.abc import Iterator, Sequence
from sqlite3 import Connection as Db

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.exchange import Json, decode, encode
from ferrule.store.outbound import NewEvent, insert
from ferrule.store.records import Lease, PageChanges
from ferrule.store.signal_rows import Heard
from ferrule.webhook.mapping import Change
from ferrule.workspace.operations.acting import correlation as under_way
from ferrule.workspace.project import Project
from ferrule.workspace.routing import Routing, read_routing


class Outbox:
    """Writes events down in the transaction of what they tell of."""

    def __init__(self, routing: Routing, clock: Clock | None = None) -> None:
        self._routing = routing
        self._clock = clock or SystemClock()

    def add(
        self,
        db: Db,
        project: str,
        connection: str,
        changes: Sequence[Change],
        correlation: str = "",
    ) -> None:
        """Write an event of each change, once for each of its sinks.

        `correlation` is that of what made the changes, by default of the operation
        under way.
        """
        if self._routing.routes:
            tie = correlation or under_way.get()
            insert(db, self._events(project, connection, changes, tie))

    def _events(
        self, project: str, connection: str, changes: Sequence[Change], tie: str
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
                yield NewEvent(
                    *(project, connection, sink, event_id, kind, payload, at), tie
                )


def page_outbox(project: Project) -> Heard:
    """Return what writes the events of a run's pages.

    Raises:
        UsageError: when the project's routes do not hold.
    """
    outbox = Outbox(read_routing(project))

    def heard(db: Db, lease: Lease, page: PageChanges) -> None:
        changes = list(_changes(page))
        outbox.add(db, lease.project, lease.connection, changes, f"run:{lease.run}")

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
