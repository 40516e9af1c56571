"""The tables, declared once, and the SQL that makes them.

A row of `signal` holds an item of a kilobyte or more, so rows lie in the order they
were stored, and pages are twice as large as SQLite's own choice: without a rowid the
rest of every row took a page to itself (measured per record of 1.2 kB: 4.7 kB and 21 µs
then, 1.7 kB and 9 µs now, and 38 µs for ids in no order). `signal_by_time` holds what
the newest-first list and the counts of lately need.
"""

from functools import cache

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as SQLiteDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from ferrule.store import delivery_tables, record_tables, upgrade_6
from ferrule.store.columns import count, maybe, text
from ferrule.store.upgrades import (
    APPEND_ONLY,
    APPLICATION_ID,
    NO_REPLACE,
    VERSION,
)

metadata = MetaData()
_PLACES = (metadata, delivery_tables.metadata, record_tables.metadata)

connection = Table(
    "connection",
    metadata,
    text("project", key=True),
    text("key", key=True),
    text("connector_id"),
    text("version"),
    text("provider"),
    maybe("api_version"),
    Column("enabled", Boolean, nullable=False),
    text("config"),  # this and the three below are JSON
    maybe("credential_ref"),
    maybe("app_key"),
    maybe("sync_from"),
    maybe("streams"),
    maybe("rate_limits"),
    maybe("mapping_overrides"),
    maybe("last_health_check"),
    Column("last_latency_ms", Float),
    Column("healthy", Boolean, nullable=False),
    text("state"),
    count("consecutive_failures"),
    maybe("last_error"),
    text("created_at"),
    text("updated_at"),
    maybe("auth_option"),
    maybe("earlier_api_version"),
    maybe("hosts"),  # JSON
    sqlite_with_rowid=False,
)

credential_scope = Table(  # a credential without a row is its own project's alone
    "credential_scope",
    metadata,
    text("project", key=True),
    text("owner", key=True),
    maybe("provider"),  # the bundle whose connectors fall through to it
    maybe("sign_in"),
    text("projects"),  # JSON
    maybe("hosts"),  # JSON
    text("created_at"),
    sqlite_with_rowid=False,
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    text("project"),
    text("connection"),
    text("connector_id"),
    text("version"),
    text("mode"),
    text("status"),
    maybe("sync_from"),
    text("started_at"),
    maybe("finished_at"),
    count("resumptions"),
    count("pages"),
    count("requests"),
    *map(
        count,
        ("processed", "created", "updated", "unchanged", "deleted", "failed"),
    ),
    count("skipped"),
    count("dry"),
    Column("latency_p50_ms", Float),
    Column("latency_p95_ms", Float),
    maybe("error"),
    Index("run_of_connection", "project", "connection", "id"),
    sqlite_autoincrement=True,  # a deleted run's number never comes again
)

lease = Table(
    "lease",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    Column("run", Integer),  # null: nobody holds it
    Column("epoch", Integer, nullable=False),
    text("owner"),
    text("host"),
    Column("pid", Integer, nullable=False),
    text("process_start"),
    text("since"),
    Column("seconds", Float, nullable=False),
    Column("expires", Float, nullable=False),  # seconds since 1970
    sqlite_with_rowid=False,
)

position = Table(
    "position",
    metadata,
    Column("run", Integer, primary_key=True),
    text("stream", key=True),
    text("position"),
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    text("stream", key=True),
    text("checkpoint"),
    Column("run", Integer, nullable=False),
    sqlite_with_rowid=False,
)

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    text("project"),
    text("connection"),
    text("collection_key"),
    UniqueConstraint("project", "connection", "collection_key"),
    sqlite_autoincrement=True,
)

signal = Table(
    "signal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Integer, nullable=False),
    text("external_id"),
    text("content_hash"),
    text("stream"),
    text("type"),
    text("timestamp"),
    maybe("created_at"),
    maybe("archived_at"),
    maybe("priority"),
    text("summary"),
    Column("stored_at", Integer, nullable=False),  # seconds since 1970
    Column("first_run", Integer, nullable=False),
    Column("last_run", Integer, nullable=False),
    text("signal"),  # what has no column, and `raw` where that is not the whole item
    text("raw_payload"),
    UniqueConstraint("source", "external_id"),
    Index("signal_by_time", "source", "timestamp", "external_id", "stored_at"),
)

item_error = Table(
    "item_error",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False, index=True),
    text("stream"),
    Column("page", Integer, nullable=False),
    maybe("item_id"),
    text("field"),
    text("message"),
    Column("raw", LargeBinary, nullable=False),
)

seen = Table(  # rows that a full run found unchanged; those it wrote name it themselves
    "seen",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("signal", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

slice_state = Table(
    "slice_state",
    metadata,
    Column("run", Integer, primary_key=True),
    text("stream", key=True),
    text("slice", key=True),
    text("state"),
    sqlite_with_rowid=False,
)

latency = Table(  # how many answers of a run took so long, to a tenth of a millisecond
    "latency",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("ms", Float, primary_key=True),
    Column("answers", Integer, nullable=False),
    sqlite_with_rowid=False,
)

health_check = Table(
    "health_check",
    metadata,
    Column("id", Integer, primary_key=True),
    text("project"),
    text("connection"),
    text("at"),
    Column("healthy", Boolean, nullable=False),
    Column("latency_ms", Float),
    text("message"),
    Index("health_check_of_connection", "project", "connection", "id"),
)

external_id_mapping = Table(
    "external_id_mapping",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    text("collection_key", key=True),
    text("external_id", key=True),
    text("local_id"),
    text("linked_at"),
    UniqueConstraint("project", "connection", "collection_key", "local_id"),
    sqlite_with_rowid=False,
)

spent_rate = Table(
    "spent_rate",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    text("rate", key=True),
    Column("amount", Float, nullable=False),
    Column("at", Float, nullable=False),
    sqlite_with_rowid=False,
)

accepted_version = Table(  # append-only, like the one below: see APPEND_ONLY
    "accepted_version",
    metadata,
    text("project", key=True),
    text("connector_id", key=True),
    text("version", key=True),
    text("digest"),
    text("payload_digest"),
    text("at"),
    sqlite_with_rowid=False,
)

import_record = Table(
    "import_record",
    metadata,
    Column("id", Integer, primary_key=True),
    text("project"),
    text("at"),
    text("event"),
    text("bundle_id"),
    text("version"),
    text("payload_digest"),
    text("connectors"),  # this and the next are JSON
    text("signers"),
    maybe("reason"),
    text("command"),
)


def declared() -> list[Table]:
    """Return every table of the database."""
    return [table for place in _PLACES for table in place.sorted_tables]


@cache
def statements() -> tuple[str, ...]:
    """Return the SQL that makes an empty database ours."""
    tables = declared()
    parts: list[CreateTable | CreateIndex] = [CreateTable(table) for table in tables]
    for table in tables:
        parts += map(CreateIndex, sorted(table.indexes, key=lambda one: str(one.name)))
    return (
        *(str(part.compile(dialect=SQLiteDialect())) for part in parts),
        *APPEND_ONLY,
        *upgrade_6.APPEND_ONLY,
        *NO_REPLACE,
        f"PRAGMA application_id={APPLICATION_ID}",
        f"PRAGMA user_version={VERSION}",
    )
