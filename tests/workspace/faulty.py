"""A connection to a service that misbehaves, synced for real into a real database."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from tests.support.clock import FakeClock
from tests.support.fault_server import FaultServer
from tests.support.listing import SIZE, Listing
from tests.sync.scripted import document

from ferrule.exchange import Json
from ferrule.store import Connection, Connections, Database, Runs
from ferrule.sync.events import Event, RunEnded, Waited
from ferrule.workspace.syncing import SyncOrder, sync

FULL = SyncOrder(full=True)
NEXT = SyncOrder()
CURSOR: Mapping[str, Json] = {
    "type": "cursor",
    "nextPath": "$.next",
    "nextParam": "query:cursor",
    "pageSize": SIZE,
}
PAGE: Mapping[str, Json] = {
    "type": "page",
    "pageSize": SIZE,
    "nextParam": "query:page",
}
SINCE: Mapping[str, Json] = {
    "type": "timestamp_filter",
    "queryParam": "since",
    "format": "iso8601",
}
CONFIG_FIELD = {
    "key": "baseUrl",
    "label": "Address",
    "type": "url",
    "required": True,
    "example": "https://api.example.com",
}
KEPT = {
    "rows": "SELECT external_id, stream, type, timestamp, summary, raw_payload"
    " FROM signal ORDER BY external_id",
    "marks": "SELECT stream, checkpoint FROM checkpoint",
    "seen": "SELECT * FROM seen",
    "slices": "SELECT * FROM slice_state",
    "sound": "PRAGMA integrity_check",
}
CLEAN = {
    "rows": "SELECT count(*) FROM signal",
    "processed": "SELECT max(processed) FROM run",
    "sound": "PRAGMA integrity_check",
}
RUNS = (
    "SELECT mode, status, processed, created, updated, unchanged, deleted, failed,"
    " skipped FROM run ORDER BY id"
)


def described(**members: Any) -> bytes:
    """Return a descriptor that lists things at the configured address."""
    plain = {
        "pagination": CURSOR,
        "delta": SINCE,
        "polling": {"endpoint": "/things"},
        "mapping": {"itemsPath": "$.items", "createdPath": "$.created_at"},
        "configFields": [CONFIG_FIELD],
        "baseUrl": "{{baseUrl}}",
    }
    for name in ("polling", "mapping"):
        members[name] = {**plain[name], **members.get(name, {})}
    made = document(**{**plain, **members})
    made["healthCheck"]["endpoint"] = "/things"
    return json.dumps(made).encode()


@dataclass
class Faulty:
    """A connection of its own database to a listing on the fault server."""

    folder: Path
    server: FaultServer
    listing: Listing
    descriptor: bytes = field(default_factory=described)
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    clock: FakeClock = field(default_factory=FakeClock)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listing.at(self.server)
        self.path = self.folder / "ferrule.db"
        self.address = self.server.origin
        with Database.open(self.path) as database:
            connections = Connections(database)
            if not connections.list("p"):
                connections.create(Connection("things", "p", "things", "1.0.0"))

    def sync(
        self,
        order: SyncOrder = FULL,
        *,
        prepare: Callable[[Database], object] = lambda _database: None,
        emit: Callable[[Event], None] | None = None,
    ) -> RunEnded:
        """Sync once; `events` are what this run told."""
        self.events = []
        self.listing.at(self.server)
        with Database.open(self.path) as database:
            prepare(database)
            config = {"baseUrl": self.address}
            made = Connection("things", "p", "things", "1.0.0", config=config)
            return sync(
                *(made, self.descriptor, self.secrets, Runs(database, self.clock)),
                order,
                emit=emit or self.events.append,
                clock=self.clock,
            )

    @property
    def job(self) -> dict[str, Any]:
        """What a process of its own is told to sync this connection."""
        descriptor = self.descriptor.decode()
        where = {"path": str(self.path), "address": self.address}
        return {**where, "descriptor": descriptor, "full": True, "limit": None}

    def told(self, kind: type[Event]) -> list[Any]:
        """Return the events of one kind of the last run."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def waits(self) -> list[float]:
        """The waits of the last run, in seconds."""
        return [event.seconds for event in self.told(Waited)]

    def ask(self, statement: str) -> list[Any]:
        """Return the rows of a query on the database."""
        with closing(sqlite3.connect(self.path)) as db:
            return db.execute(statement).fetchall()

    @property
    def ids(self) -> list[int]:
        """The ids of the rows, in order."""
        return sorted(int(row[0]) for row in self.ask("SELECT external_id FROM signal"))

    @property
    def cursor(self) -> Json:
        """Where the stream goes on, in the last run."""
        rows = self.ask("SELECT position FROM position ORDER BY run DESC LIMIT 1")
        return json.loads(rows[0][0])["token"] if rows else None

    @property
    def mark(self) -> Json:
        """The checkpoint of the stream."""
        rows = self.ask(KEPT["marks"])
        return json.loads(rows[0][1]) if rows else None

    def kept(self) -> dict[str, Any]:
        """Return what a sync leaves: rows, checkpoint, and nothing half done."""
        return {name: self.ask(statement) for name, statement in KEPT.items()}

    def runs(self) -> list[Any]:
        """Return mode, status and counts of each run."""
        return self.ask(RUNS)
