"""Connections: connectors as a person configured them, any number of one connector.

Secrets are not here: `credential_ref` names them in the vault. `provider` and
`last_latency_ms` are kept beside what the descriptor format calls a Connection, so
that connections are found by vendor and shown with their last answer's time.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, select, update
from sqlalchemy import Connection as Db

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import NotFound, StoreError, UsageError
from ferrule.exchange import Json
from ferrule.redaction import live
from ferrule.store import health_rows, schema
from ferrule.store.database import Database
from ferrule.store.records import StoredHealthCheck

HealthState = Literal["healthy", "degraded", "error", "reauth_required"]


@dataclass(frozen=True, slots=True)
class Connection:
    """One connector configured in a project, under a key of its own."""

    key: str
    project: str
    connector_id: str
    version: str
    provider: str = ""
    api_version: str | None = None
    enabled: bool = True
    config: Mapping[str, Json] = field(default_factory=dict)
    credential_ref: str | None = None
    app_key: str | None = None
    sync_from: str | None = None
    streams: Sequence[str] | None = None
    rate_limits: Sequence[Json] | None = None
    mapping_overrides: Mapping[str, Json] | None = None
    last_health_check: str | None = None
    last_latency_ms: float | None = None
    healthy: bool = False
    state: HealthState = "degraded"
    consecutive_failures: int = 0
    last_error: str | None = None
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """What went with a connection."""

    signals: int
    runs: int
    item_errors: int
    checkpoints: int


_FIXED = frozenset({"project", "key", "created_at"})
_NAMES = frozenset(column.name for column in schema.connection.columns)
_GOING = (  # what names runs and sources goes before them
    schema.signal,
    schema.seen,
    schema.item_error,
    schema.position,
    schema.checkpoint,
    schema.lease,
    schema.slice_state,
    schema.latency,
    schema.health_check,
    schema.external_id_mapping,
    schema.spent_rate,
    schema.run,
    schema.source,
    schema.connection,
)


class Connections:
    """The connections of every project in one database."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    def list(
        self,
        project: str,
        *,
        connector_id: str | None = None,
        provider: str | None = None,
    ) -> tuple[Connection, ...]:
        """Return a project's connections by key: all, a connector's or a vendor's."""
        table = schema.connection
        query = select(table).where(table.c.project == project).order_by(table.c.key)
        if connector_id is not None:
            query = query.where(table.c.connector_id == connector_id)
        if provider is not None:
            query = query.where(table.c.provider == provider)
        with self._database.reading() as db:
            return tuple(Connection(**row) for row in db.execute(query).mappings())

    def get(self, project: str, key: str) -> Connection:
        """Return one connection.

        Raises:
            NotFound: when the project has none of that key.
        """
        with self._database.reading() as db:
            return _get(db, project, key)

    def create(self, connection: Connection) -> Connection:
        """Keep a new connection and return it with its times.

        Raises:
            StoreError: when the project has one of that key already.
        """
        now = self._now()
        kept = dataclasses.replace(
            connection,
            created_at=connection.created_at or now,
            updated_at=connection.updated_at or now,
        )
        if not kept.key or not kept.project:
            raise UsageError("A connection needs a key and a project.")
        with self._database.writing() as db:
            if _find(db, kept.project, kept.key) is not None:
                raise StoreError(
                    f"Project {kept.project!r} has a connection {kept.key!r} already.",
                    advice="Choose another key (--key), or disconnect that one first.",
                )
            db.execute(insert(schema.connection).values(_row(kept)))
        return kept

    def update(self, project: str, key: str, /, **changes: Any) -> Connection:  # noqa: ANN401  any attribute of Connection
        """Change attributes of a connection and return it as it is now.

        Raises:
            NotFound: when the project has none of that key.
            UsageError: for a name that is no attribute, or one that never changes.
        """
        refused = sorted((set(changes) - _NAMES) | (set(changes) & _FIXED))
        if refused:
            raise UsageError(f"A connection's {', '.join(refused)} cannot be changed.")
        with self._database.writing() as db:
            _get(db, project, key)
            return _changed(db, project, key, {"updated_at": self._now(), **changes})

    def enable(self, project: str, key: str, *, enabled: bool) -> Connection:
        """Let a connection be synced, or not.

        Raises:
            NotFound: when the project has none of that key.
        """
        return self.update(project, key, enabled=enabled)

    def record_health(
        self,
        project: str,
        key: str,
        *,
        healthy: bool,
        state: HealthState,
        at: datetime,
        error: str | None = None,
        latency_ms: float | None = None,
        message: str = "",
    ) -> Connection:
        """Note what a check or a run found; failures in a row are counted.

        `message` is what it said in a few words, by default the error.

        Raises:
            NotFound: when the project has none of that key.
        """
        with self._database.writing() as db:
            failures = _get(db, project, key).consecutive_failures
            found = {
                "healthy": healthy,
                "state": state,
                "last_error": live.text(error) if error else None,
                "last_health_check": rfc3339(at),
                "last_latency_ms": latency_ms,
                "consecutive_failures": 0 if healthy else failures + 1,
            }
            said = live.text(message or error or "")
            check = StoredHealthCheck(rfc3339(at), healthy, latency_ms, said)
            health_rows.note(db, project, key, check)
            return _changed(db, project, key, found)

    def health_checks(
        self, project: str, key: str, *, limit: int = health_rows.KEPT
    ) -> tuple[StoredHealthCheck, ...]:
        """Return the latest checks of a connection, newest first; 100 are kept."""
        with self._database.reading() as db:
            return health_rows.latest(db, project, key, limit)

    def in_use(self, connector_id: str) -> tuple[tuple[str, str], ...]:
        """Return (project, key) of every connection of a connector."""
        table = schema.connection
        query = (
            select(table.c.project, table.c.key)
            .where(table.c.connector_id == connector_id)
            .order_by(table.c.project, table.c.key)
        )
        with self._database.reading() as db:
            return tuple((row.project, row.key) for row in db.execute(query))

    def holdings(self, project: str, key: str) -> Removed:
        """Return what `delete` would remove, to be shown before asking.

        Raises:
            NotFound: when the project has none of that key.
        """
        with self._database.reading() as db:
            _get(db, project, key)
            return _holdings(db, project, key)

    def delete(self, project: str, key: str) -> Removed:
        """Remove a connection with all that was stored for it; a run of it ends.

        Raises:
            NotFound: when the project has none of that key.
        """
        with self._database.writing() as db:
            _get(db, project, key)
            removed = _holdings(db, project, key)
            for table in _GOING:
                db.execute(delete(table).where(_mine(table, project, key)))
            return removed

    def _now(self) -> str:
        return rfc3339(self._clock.now())


def _row(connection: Connection) -> dict[str, Any]:
    return {name: getattr(connection, name) for name in _NAMES}


def _find(db: Db, project: str, key: str) -> Connection | None:
    table = schema.connection
    query = select(table).where(table.c.project == project, table.c.key == key)
    row = db.execute(query).mappings().one_or_none()
    return None if row is None else Connection(**row)


def _get(db: Db, project: str, key: str) -> Connection:
    found = _find(db, project, key)
    if found is None:
        raise NotFound(
            f"There is no connection {key!r} in project {project!r}.",
            advice="`ferrule connections` lists those there are.",
        )
    return found


def _changed(db: Db, project: str, key: str, changes: Mapping[str, Any]) -> Connection:
    table = schema.connection
    mine = and_(table.c.project == project, table.c.key == key)
    db.execute(update(table).where(mine).values(**changes))
    return _get(db, project, key)


def _mine(table: Table, project: str, key: str) -> ColumnElement[bool]:
    """Return the condition for the rows of a table that belong to a connection."""
    columns = table.c
    if table is schema.signal:
        owner, mine = schema.source, columns.source
    elif "run" in columns and "connection" not in columns:
        owner, mine = schema.run, columns.run
    else:
        named = columns.key if table is schema.connection else columns.connection
        return and_(columns.project == project, named == key)
    ids = select(owner.c.id).where(_mine(owner, project, key))
    return mine.in_(ids)


def _holdings(db: Db, project: str, key: str) -> Removed:
    tables = (schema.signal, schema.run, schema.item_error, schema.checkpoint)
    queries = (
        select(func.count()).select_from(table).where(_mine(table, project, key))
        for table in tables
    )
    return Removed(*(db.execute(query).scalar_one() for query in queries))
