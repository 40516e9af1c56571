"""The tables of what services call in, and of what is sent on."""

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
    literal_column,
)

from ferrule.store.columns import count, maybe, text

metadata = MetaData()

delivery = Table(  # what a list shows; the rest is in the table below
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    text("project"),
    text("connection"),
    text("connector_id"),
    text("received_at"),
    text("method"),
    text("url"),
    Column("size", Integer, nullable=False),
    maybe("event_type"),
    maybe("delivery_id"),
    text("verdict"),
    text("reason"),
    text("status"),
    count("attempts"),
    maybe("error"),
    text("correlation_id"),
    maybe("outcome"),  # JSON
    maybe("settled_at"),
    Column("duplicate_of", Integer),
    Column("is_conflict", Boolean, nullable=False, server_default="0"),
    Column("replay_of", Integer),
    maybe("taken_by"),
    Column("taken_until", Float, nullable=False, server_default="0"),
    Index("delivery_of_connection", "project", "connection", "id"),
    Index(
        "delivery_pending",
        "taken_until",
        sqlite_where=literal_column("status = 'pending'"),
    ),
    Index(
        "delivery_unusual",
        *("project", "status", "id"),
        sqlite_where=literal_column("status NOT IN ('pending', 'mapped')"),
    ),
    sqlite_autoincrement=True,  # who follows the list asks for what is after a number
)

delivery_content = Table(
    "delivery_content",
    metadata,
    Column("delivery", Integer, primary_key=True),
    text("headers"),  # JSON
    Column("body", LargeBinary),  # null: that of the first
    Column("signed_before", LargeBinary),  # the signed text, with the body cut out
    Column("signed_after", LargeBinary),
)

event_dedup = Table(
    "event_dedup",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    text("key", key=True),
    Column("delivery", Integer, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("expires", Float, nullable=False),  # seconds since 1970
    sqlite_with_rowid=False,
)

delivery_count = Table(  # by standing, and of all that ever came
    "delivery_count",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    text("what", key=True),
    Column("many", Integer, nullable=False),
    sqlite_with_rowid=False,
)

signal_gone = Table(  # what calls removed, so that older ones do not bring it back
    "signal_gone",
    metadata,
    Column("source", Integer, primary_key=True),
    text("external_id", key=True),
    text("timestamp"),
    Column("at", Integer, nullable=False),  # seconds since 1970
    sqlite_with_rowid=False,
)

outbound = Table(  # events that wait for their sink, were sent, or are dead letters
    "outbound",
    metadata,
    Column("id", Integer, primary_key=True),
    *map(text, ("project", "connection", "sink", "event_id", "type")),
    text("payload"),  # JSON
    text("at"),
    text("status"),
    count("attempts"),
    Column("due", Float, nullable=False, server_default="0"),  # seconds since 1970
    maybe("error"),
    maybe("settled_at"),
    Column("correlation", Text, nullable=False, server_default=""),
    Index(
        "outbound_due",
        "due",
        sqlite_where=literal_column("status = 'pending'"),
    ),
    Index("outbound_of_project", "project", "status", "id"),
    sqlite_autoincrement=True,
)

subscription = Table(
    "subscription",
    metadata,
    text("project", key=True),
    text("connection", key=True),
    text("url"),
    maybe("subscription_id"),
    maybe("expires_at"),
    text("created_at"),
    maybe("renewed_at"),
    sqlite_with_rowid=False,
)

told = Table(  # what a person was told of, until it is over
    "told",
    metadata,
    text("project", key=True),
    text("connection", key=True),  # empty: the whole project
    text("kind", key=True),
    text("message"),
    text("at"),
    sqlite_with_rowid=False,
)
