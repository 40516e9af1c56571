"""The tables, and the steps from one schema version to the next.

A row of `signal` is keyed by a small integer for (project, connection, collection
key) and the external id, without a rowid: the look-up of a page's hashes is one walk
down one tree (measured 2.7 µs a row). `seen` is as narrow as it can be, because only
full runs write it, and it goes when they end.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as SQLiteDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from ferrule.exchange import Json, decode, encode

APPLICATION_ID: Final = 0x46455252  # "FERR", as SQLite's file header keeps it
VERSION: Final = 1


class JsonText(TypeDecorator[Any]):
    """JSON in a text column, exact in its numbers; None is SQL's NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """Return the text that is stored."""
        return None if value is None else encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:  # noqa: ARG002  SQLAlchemy's signature
        """Return the value that the text stands for."""
        return None if value is None else decode(value.encode())


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
    Column("config", JsonText, nullable=False),
    _maybe("credential_ref"),
    _maybe("app_key"),
    _maybe("sync_from"),
    Column("streams", JsonText),
    Column("rate_limits", JsonText),
    Column("mapping_overrides", JsonText),
    _maybe("last_health_check"),
    Column("last_latency_ms", Float),
    Column("healthy", Boolean, nullable=False),
    _text("state"),
    _count("consecutive_failures"),
    _maybe("last_error"),
    _text("created_at"),
    _text("updated_at"),
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
    Column("source", Integer, primary_key=True),
    _text("external_id", key=True),
    _text("content_hash"),  # early: found without reading a row's overflow pages
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
    _text("signal"),  # without `raw` where that is the whole item
    _text("raw_payload"),
    Index("signal_by_time", "source", "timestamp"),
    Index("signal_by_storing", "source", "stored_at"),
    sqlite_with_rowid=False,
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

seen = Table(
    "seen",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("source", Integer, primary_key=True),
    _text("external_id", key=True),
    sqlite_with_rowid=False,
)

# From version n to n + 1, each inside the one transaction of the upgrade.
UPGRADES: Mapping[int, Callable[[Connection], None]] = {}


@cache
def statements() -> tuple[str, ...]:
    """Return the SQL that makes an empty database ours."""
    tables = metadata.sorted_tables
    parts: list[CreateTable | CreateIndex] = [CreateTable(table) for table in tables]
    for table in tables:
        parts += map(CreateIndex, sorted(table.indexes, key=lambda one: str(one.name)))
    return (
        *(str(part.compile(dialect=SQLiteDialect())) for part in parts),
        f"PRAGMA application_id={APPLICATION_ID}",
        f"PRAGMA user_version={VERSION}",
    )


def upgrade(db: Connection, version: int) -> None:
    """Bring tables of an older version to this one; the caller holds the transaction.

    Raises:
        KeyError: when a step is missing, which is a bug.
    """
    for step in range(version, VERSION):
        UPGRADES[step](db)
    db.exec_driver_sql(f"PRAGMA user_version={VERSION}")
