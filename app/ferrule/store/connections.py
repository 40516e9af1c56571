"""Connections: connectors as a person configured them, any number of one connector.

Secrets are not here: `credential_ref` names them in the vault. `provider` and
`last_latency_ms` are kept beside what the descriptor format calls a Connection, so
that connections are found by vendor and shown with their last answer's time;
`auth_option` is the name of the sign-in that was chosen where there are several;
`earlier_api_version` is what can be gone back to, and `hosts` are those that were shown
when its credential was given (None: before they were remembered).
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection as Db
from typing import Any, Final, Literal

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import NotFound, StoreError, UsageError
from ferrule.exchange import Json, decode, encode
from ferrule.redaction import live
from ferrule.store import cursor_rows, health_rows, leases, run_rows
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
    auth_option: str | None = None
    earlier_api_version: str | None = None
    hosts: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """What went with a connection."""

    signals: int
    runs: int
    item_errors: int
    checkpoints: int


_FIXED: Final = frozenset({"project", "key", "created_at"})
_NAMES: Final = tuple(one.name for one in dataclasses.fields(Connection))
_JSON: Final = frozenset(
    {"config", "streams", "rate_limits", "mapping_overrides", "hosts"}
)
_FLAGS: Final = frozenset({"enabled", "healthy"})
_ALL: Final = f"SELECT {', '.join(_NAMES)} FROM connection"  # noqa: S608  names above
_PLACE: Final = "project = ? AND connection = ?"
_OF_A_RUN: Final = f"run IN (SELECT id FROM run WHERE {_PLACE})"  # noqa: S608  literals
_OF_A_DELIVERY: Final = f"delivery IN (SELECT id FROM delivery WHERE {_PLACE})"  # noqa: S608  literals
_OF_A_SOURCE: Final = f"source IN (SELECT id FROM source WHERE {_PLACE})"  # noqa: S608  literals
MINE: Final[Mapping[str, str]] = {  # what each table holds of a connection
    "signal_gone": _OF_A_SOURCE,
    "signal": _OF_A_SOURCE,  # what names runs and sources goes before them
    "seen": _OF_A_RUN,
    "item_error": _OF_A_RUN,
    "position": _OF_A_RUN,
    "checkpoint": _PLACE,
    "lease": _PLACE,
    "slice_state": _OF_A_RUN,
    "latency": _OF_A_RUN,
    "health_check": _PLACE,
    "external_id_mapping": _PLACE,
    "spent_rate": _PLACE,
    "delivery_content": _OF_A_DELIVERY,
    "delivery": _PLACE,
    "event_dedup": _PLACE,
    "delivery_count": _PLACE,
    "traffic": _PLACE,
    "outbound": _PLACE,
    "subscription": _PLACE,
    "told": _PLACE,
    "run": _PLACE,
    "source": _PLACE,
    "connection": "project = ? AND key = ?",
}


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
        wanted = {
            "project": project,
            "connector_id": connector_id,
            "provider": provider,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join(f"{name} = ?" for name in given)
        with self._database.reading() as db:
            rows = db.execute(f"{_ALL} WHERE {where} ORDER BY key", (*given.values(),))
            return tuple(map(_read, rows))

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
            _insert(db, kept)
        return kept

    def update(self, project: str, key: str, /, **changes: Any) -> Connection:  # noqa: ANN401  any attribute of Connection
        """Change attributes of a connection and return it as it is now.

        Raises:
            NotFound: when the project has none of that key.
            UsageError: for a name that is no attribute, or one that never changes.
        """
        refused = sorted((set(changes) - {*_NAMES}) | (set(changes) & _FIXED))
        if refused:
            raise UsageError(f"A connection's {', '.join(refused)} cannot be changed.")
        with self._database.writing() as db:
            _get(db, project, key)
            return _changed(db, project, key, {"updated_at": self._now(), **changes})

    def change_over(
        self,
        project: str,
        key: str,
        /,
        changes: Mapping[str, Any],
        *,
        anew: Collection[str],
        why: str,
    ) -> Connection:
        """Change what a connection reads by; its next run is a new one.

        Unfinished runs end for the reason `why`, the streams `anew` begin at their
        start, and all checkpoints but theirs stay: in one transaction.

        Raises:
            AlreadyRunning: while a run of the connection is under way.
            NotFound: when the project has none of that key.
        """
        now = self._clock.now()
        with self._database.writing() as db:
            _get(db, project, key)
            leases.claim(db, project, key, "", now)
            run_rows.give_up(db, project, key, why, now)
            for stream in anew:
                cursor_rows.forget(db, project, key, stream)
            changed = {"updated_at": rfc3339(now), **changes}
            return _changed(db, project, key, changed)

    def refuse_running(self, project: str, key: str) -> None:
        """Refuse where a run of the connection is under way.

        Raises:
            AlreadyRunning: naming who runs it.
        """
        with self._database.reading() as db:
            leases.claim(db, project, key, "", self._clock.now())

    def remember_hosts(self, project: str, key: str, hosts: Collection[str]) -> None:
        """Note which hosts a connection asks for, where none were noted before."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE connection SET hosts = ?"
                " WHERE project = ? AND key = ? AND hosts IS NULL",
                (encode(sorted(hosts)).decode(), project, key),
            )

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
        query = (
            "SELECT project, key FROM connection WHERE connector_id = ?"
            " ORDER BY project, key"
        )
        with self._database.reading() as db:
            return tuple((row[0], row[1]) for row in db.execute(query, (connector_id,)))

    def without_own(self) -> tuple[Connection, ...]:
        """Return the connections of every project that have no credential of their own.

        They may use a shared one, or need none.
        """
        query = f"{_ALL} WHERE credential_ref IS NULL ORDER BY project, key"
        with self._database.reading() as db:
            return tuple(map(_read, db.execute(query)))

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
            for table, mine in MINE.items():
                db.execute(f"DELETE FROM {table} WHERE {mine}", (project, key))  # noqa: S608  literals
            return removed

    def _now(self) -> str:
        return rfc3339(self._clock.now())


def _values(members: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return members as columns hold them: JSON is text, None is SQL's NULL."""
    return tuple(
        encode(value).decode() if name in _JSON and value is not None else value
        for name, value in members.items()
    )


def _read(row: tuple[Any, ...]) -> Connection:
    members = dict(zip(_NAMES, row, strict=True))
    for name in _JSON:
        if members[name] is not None:
            members[name] = decode(members[name].encode())
    for name in _FLAGS:
        members[name] = bool(members[name])
    return Connection(**members)


def _find(db: Db, project: str, key: str) -> Connection | None:
    query = f"{_ALL} WHERE project = ? AND key = ?"
    row = db.execute(query, (project, key)).fetchone()
    return None if row is None else _read(row)


def _get(db: Db, project: str, key: str) -> Connection:
    found = _find(db, project, key)
    if found is None:
        raise NotFound(
            f"There is no connection {key!r} in project {project!r}.",
            advice="`ferrule connections` lists those there are.",
        )
    return found


def _insert(db: Db, connection: Connection) -> None:
    members = {name: getattr(connection, name) for name in _NAMES}
    marks = ", ".join("?" * len(members))
    db.execute(
        f"INSERT INTO connection ({', '.join(members)}) VALUES ({marks})",  # noqa: S608  names above
        _values(members),
    )


def _changed(db: Db, project: str, key: str, changes: Mapping[str, Any]) -> Connection:
    members = ", ".join(f"{name} = ?" for name in changes)
    db.execute(
        f"UPDATE connection SET {members} WHERE project = ? AND key = ?",  # noqa: S608  names that were checked
        (*_values(changes), project, key),
    )
    return _get(db, project, key)


def _holdings(db: Db, project: str, key: str) -> Removed:
    return Removed(
        *(
            db.execute(
                f"SELECT count(*) FROM {table} WHERE {MINE[table]}",  # noqa: S608  literals
                (project, key),
            ).fetchone()[0]
            for table in ("signal", "run", "item_error", "checkpoint")
        )
    )
