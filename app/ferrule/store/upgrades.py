"""Versions of the tables: how a file says which it has, and the steps between them.

A step is plain SQL and never changes: what the tables became later is the matter of
later steps. Each runs inside the one transaction of the upgrade.
"""

from collections.abc import Callable, Mapping
from sqlite3 import Connection
from typing import Final

from ferrule.store import upgrade_6

APPLICATION_ID: Final = 0x46455252  # "FERR", as SQLite's file header keeps it
VERSION: Final = 7
PAGE_SIZE: Final = 8192  # of new files; older ones keep theirs


_TO_2: Final = (
    "ALTER TABLE run ADD COLUMN skipped INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE run ADD COLUMN dry INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE run ADD COLUMN latency_p50_ms FLOAT",
    "ALTER TABLE run ADD COLUMN latency_p95_ms FLOAT",
    (
        "CREATE TABLE slice_state (run INTEGER NOT NULL, stream TEXT NOT NULL,"
        " slice TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (run, stream, slice))"
        " WITHOUT ROWID"
    ),
    (
        "CREATE TABLE latency (run INTEGER NOT NULL, ms FLOAT NOT NULL,"
        " answers INTEGER NOT NULL, PRIMARY KEY (run, ms)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE health_check (id INTEGER NOT NULL, project TEXT NOT NULL,"
        " connection TEXT NOT NULL, at TEXT NOT NULL, healthy BOOLEAN NOT NULL,"
        " latency_ms FLOAT, message TEXT NOT NULL, PRIMARY KEY (id))"
    ),
    "CREATE INDEX health_check_of_connection ON health_check (project, connection, id)",
    (
        "CREATE TABLE external_id_mapping (project TEXT NOT NULL,"
        " connection TEXT NOT NULL, collection_key TEXT NOT NULL,"
        " external_id TEXT NOT NULL, local_id TEXT NOT NULL, linked_at TEXT NOT NULL,"
        " PRIMARY KEY (project, connection, collection_key, external_id),"
        " UNIQUE (project, connection, collection_key, local_id)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE spent_rate (project TEXT NOT NULL, connection TEXT NOT NULL,"
        " rate TEXT NOT NULL, amount FLOAT NOT NULL, at FLOAT NOT NULL,"
        " PRIMARY KEY (project, connection, rate)) WITHOUT ROWID"
    ),
)

_SIGNALS_TO_2: Final = (
    "ALTER TABLE signal RENAME TO signal_1",
    (
        "CREATE TABLE signal (id INTEGER NOT NULL, source INTEGER NOT NULL,"
        " external_id TEXT NOT NULL, content_hash TEXT NOT NULL, stream TEXT NOT NULL,"
        " type TEXT NOT NULL, timestamp TEXT NOT NULL, created_at TEXT,"
        " archived_at TEXT, priority TEXT, summary TEXT NOT NULL,"
        " stored_at INTEGER NOT NULL, first_run INTEGER NOT NULL,"
        " last_run INTEGER NOT NULL, signal TEXT NOT NULL, raw_payload TEXT NOT NULL,"
        " PRIMARY KEY (id), UNIQUE (source, external_id))"
    ),
    (
        "INSERT INTO signal (source, external_id, content_hash, stream, type,"
        " timestamp, created_at, archived_at, priority, summary, stored_at, first_run,"
        " last_run, signal, raw_payload) SELECT source, external_id, content_hash,"
        " stream, type, timestamp, created_at, archived_at, priority, summary,"
        " stored_at, first_run, last_run, signal, raw_payload FROM signal_1"
    ),
    "DROP TABLE signal_1",
    (
        "CREATE INDEX signal_by_time"
        " ON signal (source, timestamp, external_id, stored_at)"
    ),
    "ALTER TABLE seen RENAME TO seen_1",
    (
        "CREATE TABLE seen (run INTEGER NOT NULL, signal INTEGER NOT NULL,"
        " PRIMARY KEY (run, signal)) WITHOUT ROWID"
    ),
    (
        "INSERT INTO seen (run, signal) SELECT seen_1.run, signal.id FROM seen_1"
        " JOIN signal ON signal.source = seen_1.source"
        " AND signal.external_id = seen_1.external_id"
    ),
    "DROP TABLE seen_1",
)


def to_version_2(db: Connection) -> None:
    """Add slices, skipped items, latencies, health checks and linked ids.

    Signals move to a table in the order of storing; their documents stay as they are.
    """
    for statement in (*_TO_2, *_SIGNALS_TO_2):
        db.execute(statement)


def to_version_3(db: Connection) -> None:
    """Add which of several sign-ins a connection uses; older ones use the usual one."""
    db.execute("ALTER TABLE connection ADD COLUMN auth_option TEXT")


def to_version_4(db: Connection) -> None:
    """Add what may be gone back to, where secrets may be sent, and who shares them."""
    db.execute("ALTER TABLE connection ADD COLUMN earlier_api_version TEXT")
    db.execute("ALTER TABLE connection ADD COLUMN hosts TEXT")
    db.execute(
        "CREATE TABLE credential_scope (project TEXT NOT NULL, owner TEXT NOT NULL,"
        " provider TEXT, sign_in TEXT, projects TEXT NOT NULL, hosts TEXT,"
        " created_at TEXT NOT NULL, PRIMARY KEY (project, owner)) WITHOUT ROWID"
    )


# What was once accepted from a bundle, and why an older one was, is never unwritten.
APPEND_ONLY: Final = tuple(
    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table}"
    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in ("accepted_version", "import_record")
    for deed in ("UPDATE", "DELETE")
)


def to_version_5(db: Connection) -> None:
    """Add which versions of connectors were accepted, and the record of imports."""
    db.execute(
        "CREATE TABLE accepted_version (project TEXT NOT NULL,"
        " connector_id TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL,"
        " payload_digest TEXT NOT NULL, at TEXT NOT NULL,"
        " PRIMARY KEY (project, connector_id, version)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE import_record (id INTEGER NOT NULL, project TEXT NOT NULL,"
        " at TEXT NOT NULL, event TEXT NOT NULL, bundle_id TEXT NOT NULL,"
        " version TEXT NOT NULL, payload_digest TEXT NOT NULL,"
        " connectors TEXT NOT NULL, signers TEXT NOT NULL, reason TEXT,"
        " command TEXT NOT NULL, PRIMARY KEY (id))"
    )
    for trigger in APPEND_ONLY:
        db.execute(trigger)


def to_version_6(db: Connection) -> None:
    """Add what is called in, what waits for approval, and the record of operations."""
    for statement in upgrade_6.STATEMENTS:
        db.execute(statement)


# REPLACE takes a row's place without a word to what forbids deleting.
NO_REPLACE: Final = tuple(
    f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"  # noqa: S608  names below
    f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in ("approval", "audit", "import_record", "waiver_event")
)


def to_version_7(db: Connection) -> None:
    """Add which delivery or run an event that is sent on comes of; forbid REPLACE."""
    db.execute("ALTER TABLE outbound ADD COLUMN correlation TEXT DEFAULT '' NOT NULL")
    for trigger in NO_REPLACE:
        db.execute(trigger)


# From version n to n + 1, each inside the one transaction of the upgrade.
UPGRADES: Mapping[int, Callable[[Connection], None]] = {
    1: to_version_2,
    2: to_version_3,
    3: to_version_4,
    4: to_version_5,
    5: to_version_6,
    6: to_version_7,
}


def upgrade(db: Connection, version: int) -> None:
    """Bring tables of an older version to this one; the caller holds the transaction.

    Raises:
        KeyError: when a step is missing, which is a bug.
    """
    _drop_views(db)
    for step in range(version, VERSION):
        UPGRADES[step](db)
    db.execute(f"PRAGMA user_version={VERSION}")


def _drop_views(db: Connection) -> None:
    """Drop the views of migrations: a table they read cannot be renamed below them.

    `ferrule migrations assemble` makes them again.
    """
    named = "SELECT name FROM sqlite_schema WHERE type = 'view' AND name GLOB ?"
    for (name,) in db.execute(named, ("ferrule_*",)).fetchall():
        db.execute('DROP VIEW "{}"'.format(name.replace('"', '""')))
