"""The steps from one schema version to the next, as they were written then.

A step is plain SQL and never changes: what the tables became later is the matter of
later steps. Each runs inside the one transaction of the upgrade.
"""

from typing import Final

from sqlalchemy import Connection

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
        db.exec_driver_sql(statement)
