"""The tables of version 6: deliveries and their effects, approvals, operations."""

from typing import Final

DELIVERIES: Final[tuple[str, ...]] = (
    (
        "CREATE TABLE delivery (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
        " project TEXT NOT NULL, connection TEXT NOT NULL, connector_id TEXT NOT NULL,"
        " received_at TEXT NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL,"
        " size INTEGER NOT NULL, event_type TEXT, delivery_id TEXT,"
        " verdict TEXT NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL,"
        " attempts INTEGER DEFAULT '0' NOT NULL, error TEXT,"
        " correlation_id TEXT NOT NULL, outcome TEXT, settled_at TEXT,"
        " duplicate_of INTEGER, is_conflict BOOLEAN DEFAULT '0' NOT NULL,"
        " replay_of INTEGER, taken_by TEXT, taken_until FLOAT DEFAULT '0' NOT NULL)"
    ),
    "CREATE INDEX delivery_of_connection ON delivery (project, connection, id)",
    (
        "CREATE INDEX delivery_pending ON delivery (taken_until)"
        " WHERE status = 'pending'"
    ),
    (
        "CREATE INDEX delivery_unusual ON delivery (project, status, id)"
        " WHERE status NOT IN ('pending', 'mapped')"
    ),
    (
        "CREATE TABLE delivery_content (delivery INTEGER NOT NULL,"
        " headers TEXT NOT NULL, body BLOB, signed_before BLOB, signed_after BLOB,"
        " PRIMARY KEY (delivery))"
    ),
    (
        "CREATE TABLE event_dedup (project TEXT NOT NULL, connection TEXT NOT NULL,"
        ' "key" TEXT NOT NULL, delivery INTEGER NOT NULL, body_hash BLOB NOT NULL,'
        " expires FLOAT NOT NULL, PRIMARY KEY (project, connection, key))"
        " WITHOUT ROWID"
    ),
    (
        "CREATE TABLE delivery_count (project TEXT NOT NULL, connection TEXT NOT NULL,"
        " what TEXT NOT NULL, many INTEGER NOT NULL,"
        " PRIMARY KEY (project, connection, what)) WITHOUT ROWID"
    ),
)

APPROVALS: Final[tuple[str, ...]] = (
    (
        "CREATE TABLE approval (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
        " project TEXT NOT NULL, connection TEXT NOT NULL, connector_id TEXT NOT NULL,"
        " tool TEXT NOT NULL, tool_digest TEXT NOT NULL, digest TEXT NOT NULL,"
        " via TEXT NOT NULL, asked_by TEXT NOT NULL, effect TEXT NOT NULL,"
        " word TEXT NOT NULL, preview TEXT NOT NULL, asked_at TEXT NOT NULL,"
        " expires_at TEXT NOT NULL)"
    ),
    "CREATE INDEX approval_of_project ON approval (project, id)",
    (
        "CREATE TABLE approval_event (approval INTEGER NOT NULL, step TEXT NOT NULL,"
        " at TEXT NOT NULL, via TEXT NOT NULL, note TEXT NOT NULL,"
        " PRIMARY KEY (approval, step)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE waiver_event (id INTEGER NOT NULL, project TEXT NOT NULL,"
        " connection TEXT NOT NULL, tool TEXT NOT NULL, tool_digest TEXT NOT NULL,"
        " waived BOOLEAN NOT NULL, at TEXT NOT NULL, via TEXT NOT NULL,"
        " PRIMARY KEY (id))"
    ),
    (
        "CREATE INDEX waiver_event_of_tool"
        " ON waiver_event (project, connection, tool, id)"
    ),
)

OPERATIONS: Final[tuple[str, ...]] = (
    (
        "CREATE TABLE operation (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
        " project TEXT NOT NULL, at INTEGER NOT NULL, level INTEGER NOT NULL,"
        " operation TEXT NOT NULL, connector TEXT NOT NULL, connection TEXT NOT NULL,"
        " correlation TEXT NOT NULL, entity TEXT NOT NULL, outcome TEXT NOT NULL,"
        " duration_ms FLOAT, message TEXT NOT NULL, details TEXT NOT NULL)"
    ),
    ("CREATE INDEX operation_by_correlation ON operation (project, correlation, id)"),
    "CREATE INDEX operation_by_level ON operation (project, level, id)",
    "CREATE INDEX operation_by_time ON operation (at, level)",
    "CREATE INDEX operation_of_connection ON operation (project, connection, id)",
    "CREATE INDEX operation_of_project ON operation (project, id)",
    (
        "CREATE TABLE traffic (project TEXT NOT NULL, connection TEXT NOT NULL,"
        " minute INTEGER NOT NULL, requests INTEGER DEFAULT '0' NOT NULL,"
        " failures INTEGER DEFAULT '0' NOT NULL,"
        " backoff_ms INTEGER DEFAULT '0' NOT NULL,"
        " latency_ms INTEGER DEFAULT '0' NOT NULL, "
        + ", ".join(f"b{number} INTEGER DEFAULT '0' NOT NULL" for number in range(12))
        + ", PRIMARY KEY (project, connection, minute)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE audit (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
        " at TEXT NOT NULL, project TEXT NOT NULL, actor TEXT NOT NULL,"
        " via TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,"
        " outcome TEXT NOT NULL, correlation TEXT NOT NULL, note TEXT NOT NULL,"
        " previous TEXT NOT NULL, digest TEXT NOT NULL)"
    ),
)

EFFECTS: Final[tuple[str, ...]] = (
    (
        "CREATE TABLE signal_gone (source INTEGER NOT NULL,"
        " external_id TEXT NOT NULL, timestamp TEXT NOT NULL, at INTEGER NOT NULL,"
        " PRIMARY KEY (source, external_id)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE outbound (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
        " project TEXT NOT NULL, connection TEXT NOT NULL, sink TEXT NOT NULL,"
        " event_id TEXT NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL,"
        " at TEXT NOT NULL, status TEXT NOT NULL,"
        " attempts INTEGER DEFAULT '0' NOT NULL, due FLOAT DEFAULT '0' NOT NULL,"
        " error TEXT, settled_at TEXT)"
    ),
    "CREATE INDEX outbound_due ON outbound (due) WHERE status = 'pending'",
    "CREATE INDEX outbound_of_project ON outbound (project, status, id)",
    (
        "CREATE TABLE subscription (project TEXT NOT NULL, connection TEXT NOT NULL,"
        " url TEXT NOT NULL, subscription_id TEXT, expires_at TEXT,"
        " created_at TEXT NOT NULL, renewed_at TEXT,"
        " PRIMARY KEY (project, connection)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE told (project TEXT NOT NULL, connection TEXT NOT NULL,"
        " kind TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL,"
        " PRIMARY KEY (project, connection, kind)) WITHOUT ROWID"
    ),
)

# What was once written here is never unwritten: no row is changed or deleted.
APPEND_ONLY: Final[tuple[str, ...]] = tuple(
    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table}"
    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in ("approval", "approval_event", "audit", "waiver_event")
    for deed in ("UPDATE", "DELETE")
)

STATEMENTS: Final = (
    *DELIVERIES,
    *APPROVALS,
    *OPERATIONS,
    *EFFECTS,
    *APPEND_ONLY,
)
