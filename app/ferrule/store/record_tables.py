"""The tables of what was done, by whom, and what a person approved."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, Table

from ferrule.store.columns import count, text

metadata = MetaData()

operation = Table(  # the log; times are milliseconds since 1970, levels 0 to 3
    "operation",
    metadata,
    Column("id", Integer, primary_key=True),
    text("project"),
    Column("at", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    *map(text, ("operation", "connector", "connection", "correlation", "entity")),
    text("outcome"),
    Column("duration_ms", Float),
    text("message"),
    text("details"),  # JSON
    Index("operation_of_project", "project", "id"),
    Index("operation_of_connection", "project", "connection", "id"),
    Index("operation_by_level", "project", "level", "id"),
    Index("operation_by_time", "at", "level"),
    Index("operation_by_correlation", "project", "correlation", "id"),
    sqlite_autoincrement=True,  # who follows the list asks for what is after a number
)

traffic = Table(  # of minute 0: of all minutes that are gone
    "traffic",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    Column("minute", Integer, primary_key=True),
    *map(count, ("requests", "failures", "backoff_ms", "latency_ms")),
    *map(count, (f"b{number}" for number in range(12))),
    sqlite_with_rowid=False,
)

audit = Table(  # append-only too: a row holds the digest of the one before
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    *map(text, ("at", "project", "actor", "via", "action", "subject", "outcome")),
    *map(text, ("correlation", "note", "previous", "digest")),
    sqlite_autoincrement=True,  # rows that are cut off the end are noticed by it
)

approval = Table(  # append-only, like the two below: see upgrade_6.APPEND_ONLY
    "approval",
    metadata,
    Column("id", Integer, primary_key=True),
    *map(text, ("project", "connection", "connector_id", "tool", "tool_digest")),
    *map(text, ("digest", "via", "asked_by", "effect", "word")),
    text("preview"),  # JSON, masked
    text("asked_at"),
    text("expires_at"),
    Index("approval_of_project", "project", "id"),
    sqlite_autoincrement=True,  # a number that was approved never comes again
)

approval_event = Table(
    "approval_event",
    metadata,
    Column("approval", Integer, primary_key=True),
    text("step", key=True),
    *map(text, ("at", "via", "note")),
    sqlite_with_rowid=False,
)

waiver_event = Table(
    "waiver_event",
    metadata,
    Column("id", Integer, primary_key=True),
    *map(text, ("project", "connection", "tool", "tool_digest")),
    Column("waived", Boolean, nullable=False),
    text("at"),
    text("via"),
    Index("waiver_event_of_tool", "project", "connection", "tool", "id"),
)
