"""Connectors and items that tests of migrations make."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from ferrule.descriptor.model import Connector
from ferrule.mapping.normalise import compile_mapping
from ferrule.mapping.origin import Origin
from ferrule.migrations import (
    Collected,
    Dialect,
    MigrationFile,
    assembled,
    generated,
)
from ferrule.migrations.collected import BASE
from ferrule.migrations.names import quoted
from ferrule.migrations.sqlite import sqlite_name
from ferrule.signals import NormalisedSignal
from ferrule.store import Batch, Connection, Connections, Database, Runs

NASTY: Final = (
    "'); DROP TABLE signal; --",
    '"; DROP VIEW x; --',
    "$ferrule$; DROP SCHEMA ferrule CASCADE; $ferrule$",
    "back\\slash\\' OR 1=1",
    "line\nbreak; DROP TABLE signal;",
    "*/ /* --",
    "select",
    "Über größe",
    "日本語",
    "",
    " ",
    "a.b[0]",
    "%s {value} {type} :name ?",
    "x" * 200,
)
FIELDS: Final[dict[str, Any]] = {
    "name": {"path": "$.name", "as": "string"},
    "size": {"path": "$.size", "as": "integer"},
    "share": {"path": "$.share", "as": "number"},
    "open": {"path": "$.open", "as": "boolean"},
    "due": {"path": "$.due", "as": "datetime"},
    "extra": {"path": "$.extra", "as": "json"},
    "plain": {"path": "$.extra"},
    "labels": {"path": "$.labels[*].name", "as": "string"},
}


def document(
    fields: Any = None, *, key: str = "acme_thing", **mapping: Any
) -> dict[str, Any]:
    """Return a descriptor with these further fields."""
    return {
        "id": "acme-things",
        "name": "Acme",
        "description": "Things.",
        "category": "Custom",
        "icon": "plug",
        "kind": "generic",
        "version": "1.2.3",
        "collectionKey": key,
        "auth": {"method": "none"},
        "ingestion": {
            "mode": "polling",
            "endpoint": "https://api.acme.example/things",
            "method": "GET",
            "delta": {"type": "none"},
            "rateLimitRpm": 60,
        },
        "fieldMapping": {
            "itemsPath": "$",
            "idPath": "$.id",
            "timestampPath": "$.at",
            "summaryTemplate": "{{name}}",
            "signalTypeRules": [],
            "fields": fields or {},
            **mapping,
        },
        "healthCheck": {
            "endpoint": "https://api.acme.example/",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 1000,
        },
    }


def connector(fields: Any = None, **more: Any) -> Connector:
    """Return a connector with these further fields."""
    return Connector.model_validate(document(fields, **more))


def item(number: int = 1, **members: Any) -> dict[str, Any]:
    """Return an item that maps."""
    return {"id": str(number), "at": "2026-01-02T03:04:05Z", **members}


Mapped = list[tuple[NormalisedSignal, Any]]


def mapped(one: Connector, items: list[dict[str, Any]]) -> Mapped:
    """Return the signals of items by every stream of a connector, with the items."""
    found: Mapped = []
    for stream in one.resolved_streams:
        origin = Origin(one.id, "work", "acme", stream.collection_key, stream.key)
        for each in compile_mapping(stream.mapping, origin).page(items):
            assert each.error is None, each.error
            found.append((each.signal, each.item))
    return found


def stored(path: Path, rows: Mapped) -> Path:
    """Store signals, a page for each stream, in a database of the store's own."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    with Database.open(path) as database:
        runs = Runs(database)
        if not Connections(database).list("work"):
            Connections(database).create(Connection("acme", "work", "acme", "1.0.0"))
        lease = runs.begin("work", "acme", "full", owner="test:1", now=begun)
        for (key, stream), some in groupby(
            rows, lambda row: (row[0].collection_key, row[0].stream)
        ):
            signals, items = zip(*some, strict=True)
            runs.commit(lease, Batch(stream, key, signals, items), begun)
        runs.finish(lease, begun, status="done")
    return path


def sql_of(*connectors: Connector, dialect: Dialect = "postgresql") -> str:
    """Return the one file with what is generated for these connectors."""
    files = [
        MigrationFile(one.id, one.version, name, text)
        for one in connectors
        for name, text in generated(one).items()
    ]
    return assembled(files, dialect)


def applied(path: Path, *connectors: Connector) -> Path:
    """Apply what is generated for these connectors to a database of the store's."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(sql_of(*connectors, dialect="sqlite"))
    return path


def sqlite_rows(path: Path, collected: Collected) -> list[dict[str, Any]]:
    """Return the rows of a view by external id."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        view = quoted(sqlite_name(collected))
        query = f"SELECT * FROM {view} ORDER BY external_id"  # noqa: S608  it is quoted
        rows = db.execute(query).fetchall()
    return [dict(row) for row in rows]


def meant(collected: Collected, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of SQLite as its columns mean it: times, truths, JSON as values."""
    kinds = {**BASE, **{one.name: one.kind for one in collected.columns}}
    return {name: _meant(kinds[name], value) for name, value in row.items()}


def _meant(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "time":
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind == "json" and isinstance(value, str):
        return json.loads(value)
    return bool(value) if kind == "boolean" else value
