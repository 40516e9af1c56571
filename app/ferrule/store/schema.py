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
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as SQLiteDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from ferrule.store.upgrades import APPEND_ONLY, APPLICATION_ID, VERSION

metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, Text)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


connection = Table(
    "connection",
    metadata,
    _text("project", key=True),
    _text("key", key=True),
    _text("connector_id"),
    _text("version"),
    _text("provider"),
    _maybe("api_version"),
    Column("enabled", Boolean, nullable=False),
    _text("config"),  # this and the three below are JSON
    _maybe("credential_ref"),
    _maybe("app_key"),
    _maybe("sync_from"),
    _maybe("streams"),
    _maybe("rate_limits"),
    _maybe("mapping_overrides"),
    _maybe("last_health_check"),
    Column("last_latency_ms", Float),
    Column("healthy", Boolean, nullable=False),
    _text("state"),
    _count("consecutive_failures"),
    _maybe("last_error"),
    _text("created_at"),
    _text("updated_at"),
    _maybe("auth_option"),
    _maybe("earlier_api_version"),
    _maybe("hosts"),  # JSON
    sqlite_with_rowid=False,
)

credential_scope = Table(  # a credential without a row is its own project's alone
    "credential_scope",
    metadata,
    _text("project", key=True),
    _text("owner", key=True),
    _maybe("provider"),  # the bundle whose connectors fall through to it
    _maybe("sign_in"),
    _text("projects"),  # JSON
    _maybe("hosts"),  # JSON
    _text("created_at"),
    sqlite_with_rowid=False,
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("project"),
    _text("connection"),
    _text("connector_id"),
    _text("version"),
    _text("mode"),
    _text("status"),
    _maybe("sync_from"),
    _text("started_at"),
    _maybe("finished_at"),
    _count("resumptions"),
    _count("pages"),
    _count("requests"),
    *map(
        _count,
        ("processed", "created", "updated", "unchanged", "deleted", "failed"),
    ),
    _count("skipped"),
    _count("dry"),
    Column("latency_p50_ms", Float),
    Column("latency_p95_ms", Float),
    _maybe("error"),
    Index("run_of_connection", "project", "connection", "id"),
    sqlite_autoincrement=True,  # a deleted run's number never comes again
)

lease = Table(
    "lease",
    metadata,
    _text("project", key=True),
    _text("connection", key=True),
    Column("run", Integer),  # null: nobody holds it
    Column("epoch", Integer, nullable=False),
    _text("owner"),
    _text("host"),
    Column("pid", Integer, nullable=False),
    _text("process_start"),
    _text("since"),
    Column("seconds", Float, nullable=False),
    Column("expires", Float, nullable=False),  # seconds since 1970
    sqlite_with_rowid=False,
)

position = Table(
    "position",
    metadata,
    Column("run", Integer, primary_key=True),
    _text("stream", key=True),
    _text("position"),
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    _text("project", key=True),
    _text("connection", key=True),
    _text("stream", key=True),
    _text("checkpoint"),
    Column("run", Integer, nullable=False),
    sqlite_with_rowid=False,
)

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("project"),
    _text("connection"),
    _text("collection_key"),
    UniqueConstraint("project", "connection", "collection_key"),
    sqlite_autoincrement=True,
)

signal = Table(
    "signal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Integer, nullable=False),
    _text("external_id"),
    _text("content_hash"),
    _text("stream"),
    _text("type"),
    _text("timestamp"),
    _maybe("created_at"),
    _maybe("archived_at"),
    _maybe("priority"),
    _text("summary"),
    Column("stored_at", Integer, nullable=False),  # seconds since 1970
    Column("first_run", Integer, nullable=False),
    Column("last_run", Integer, nullable=False),
    _text("signal"),  # what has no column, and `raw` where that is not the whole item
    _text("raw_payload"),
    UniqueConstraint("source", "external_id"),
    Index("signal_by_time", "source", "timestamp", "external_id", "stored_at"),
)

item_error = Table(
    "item_error",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, nullable=False, index=True),
    _text("stream"),
    Column("page", Integer, nullable=False),
    _maybe("item_id"),
    _text("field"),
    _text("message"),
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
    _text("stream", key=True),
    _text("slice", key=True),
    _text("state"),
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
    _text("project"),
    _text("connection"),
    _text("at"),
    Column("healthy", Boolean, nullable=False),
    Column("latency_ms", Float),
    _text("message"),
    Index("health_check_of_connection", "project", "connection", "id"),
)

external_id_mapping = Table(
    "external_id_mapping",
    metadata,
    _text("project", key=True),
    _text("connection", key=True),
    _text("collection_key", key=True),
    _text("external_id", key=True),
    _text("local_id"),
    _text("linked_at"),
    UniqueConstraint("project", "connection", "collection_key", "local_id"),
    sqlite_with_rowid=False,
)

spent_rate = Table(
    "spent_rate",
    metadata,
    _text("project", key=True),
    _text("connection", key=True),
    _text("rate", key=True),
    Column("amount", Float, nullable=False),
    Column("at", Float, nullable=False),
    sqlite_with_rowid=False,
)

accepted_version = Table(  # append-only, like the one below: see APPEND_ONLY
    "accepted_version",
    metadata,
    _text("project", key=True),
    _text("connector_id", key=True),
    _text("version", key=True),
    _text("digest"),
    _text("payload_digest"),
    _text("at"),
    sqlite_with_rowid=False,
)

import_record = Table(
    "import_record",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("project"),
    _text("at"),
    _text("event"),
    _text("bundle_id"),
    _text("version"),
    _text("payload_digest"),
    _text("connectors"),  # this and the next are JSON
    _text("signers"),
    _maybe("reason"),
    _text("command"),
)


@cache
def statements() -> tuple[str, ...]:
    """Return the SQL that makes an empty database ours."""
    tables = metadata.sorted_tables
    parts: list[CreateTable | CreateIndex] = [CreateTable(table) for table in tables]
    for table in tables:
        parts += map(CreateIndex, sorted(table.indexes, key=lambda one: str(one.name)))
    return (
        *(str(part.compile(dialect=SQLiteDialect())) for part in parts),
        *APPEND_ONLY,
        f"PRAGMA application_id={APPLICATION_ID}",
        f"PRAGMA user_version={VERSION}",
    )
