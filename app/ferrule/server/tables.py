"""The server's own tables, the same in SQLite and PostgreSQL.

A mark is the high-water mark of a connector: what was accepted last. It outlives the
connector's rows, so that nothing older comes back after a removal. No table has a place
for a secret: a token is its hash, a credential is a reference to it. Times are RFC 3339
text in UTC; lists and objects are JSON text.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION: Final = 1
metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, Text)


stamp = Table(
    "ferrule_server",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

trust_list = Table(
    "trust_list",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    _text("digest"),
    Column("raw", LargeBinary, nullable=False),
    _text("taken_at"),
    _text("taken_by"),
)

bundle = Table(
    "bundle",
    metadata,
    _text("digest", key=True),
    _text("bundle_id"),
    _text("version"),
    _text("provider"),
    _text("title"),
    _text("created_at"),
    _text("expires_at"),
    _text("connectors"),  # this and the next two are JSON
    _text("permissions"),
    _text("signers"),
    Column("raw", LargeBinary, nullable=False),
    _text("received_at"),
    _text("received_by"),
)

connector = Table(
    "connector",
    metadata,
    _text("id", key=True),
    _text("version", key=True),
    _text("digest"),
    _text("bundle"),
    _text("provider"),
    _text("name"),
    _text("category"),
    _text("permissions"),  # JSON
    Column("descriptor", LargeBinary, nullable=False),
    Column("enabled", Boolean, nullable=False),
    _maybe("enabled_at"),  # kept when it is disabled: its hosts were looked at
    _text("received_at"),
    Index("connector_of_provider", "provider", "id"),
)

mark = Table(
    "mark",
    metadata,
    _text("connector", key=True),
    _text("version"),
    _text("digest"),
    _text("marked_at"),
)

instance = Table(
    "instance",
    metadata,
    _text("project", key=True),
    _text("key", key=True),
    _text("connector"),
    _text("version"),
    Column("enabled", Boolean, nullable=False),
    _text("config"),  # JSON
    _maybe("credential_ref"),
    _maybe("app_key"),
    _text("created_at"),
    _text("updated_at"),
    UniqueConstraint("project", "app_key"),
    ForeignKeyConstraint(
        ["connector", "version"], ["connector.id", "connector.version"]
    ),
    Index("instance_of_connector", "connector", "version"),
)

token = Table(
    "token",
    metadata,
    _text("id", key=True),
    _text("label"),
    _text("hash"),
    _text("scopes"),  # JSON
    _text("created_at"),
    _maybe("revoked_at"),
)

override = Table(
    "override",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("at"),
    _text("by"),
    _text("reason"),
    _text("bundle"),
    _text("connector"),
    _text("from_version"),
    _text("to_version"),
    sqlite_autoincrement=True,
)
