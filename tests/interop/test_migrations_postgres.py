"""Migrations on a real PostgreSQL: applied twice, changed, and the rows of SQLite."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.migrations.connectors import (
    FIELDS,
    NASTY,
    Mapped,
    applied,
    connector,
    item,
    mapped,
    meant,
    sql_of,
    sqlite_rows,
    stored,
)
from tests.support.commands import KEY
from tests.support.postgres import PostgreSQL, server_programs
from tests.support.sandbox import Sandbox

from ferrule import shipped
from ferrule.credentials import forget_master_key
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.model import Connector
from ferrule.exchange import encode
from ferrule.migrations import Collected, assembled, collections_of
from ferrule.migrations.collected import BASE
from ferrule.migrations.sqlite import sqlite_name
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.migrating import assemble
from ferrule.workspace.project import init_project
from ferrule.workspace.syncing import SyncOrder
from ferrule.workspace.workspace import Workspace

PROGRAMS = server_programs()
pytestmark = [
    pytest.mark.interop,
    pytest.mark.compared("migrations: changes, names, types", "PostgreSQL"),
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed"),
]
ITEMS = [
    item(
        1,
        name='Ada\'s "thing" \\ 日本',
        size=123456789012345678,
        share=0.25,
        open=True,
        due="2026-05-06T07:08:09.125+02:00",
        extra={"a": [1, None, {"b": "x"}]},
        labels=[{"name": "red"}, {"name": "blue"}],
    ),
    item(2),
    item(3, name=None, size=None, extra='{"a": "text"}', open=False),
    item(4, name="", size=-1, share=1e10, extra=True, due=1767225600),
    item(5, extra=[], labels=[]),
]
_NUMBERS = count(1)
TWICE = "migrations applied twice"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    assert PROGRAMS is not None
    with PostgreSQL(PROGRAMS) as running:
        yield running


@pytest.fixture
def database(server: PostgreSQL) -> str:
    name = f"test_{next(_NUMBERS)}"
    server.create(name)
    return name


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def workspace(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    home = Home(tmp_path / "home")
    made = Workspace(home, init_project(tmp_path / "work", home).folder)
    connect(made, "sandbox-issues", {"baseUrl": sandbox.url}, {})
    sync_connection(
        made, "sandbox-issues", SyncOrder(full=True), emit=lambda _event: None
    )
    yield made
    made.close()
    forget_master_key()


def only(one: Connector) -> Collected:
    (collected,) = collections_of(one)
    return collected


def insert(rows: Mapped) -> str:
    """Return what puts signals and their items into the table of entities."""
    plain = msgspec.to_builtins(rows, builtin_types=(Decimal,))
    quoted = encode(plain).decode().replace("'", "''")
    return (
        "SET standard_conforming_strings = on;"  # noqa: S608  quotes are doubled
        "INSERT INTO ferrule.entities (id, project, app_key, collection_key,"
        " external_id, signal, raw_payload, archived_at)"
        " SELECT s ->> 'id', s ->> 'projectId', s ->> 'connection',"
        " s ->> 'collectionKey', s ->> 'externalId', s, i,"
        " (s ->> 'archivedAt')::timestamptz"
        " FROM (SELECT one -> 0 AS s, one -> 1 AS i"
        f" FROM jsonb_array_elements('{quoted}'::jsonb) AS one) AS given"
    )


def view_of(
    server: PostgreSQL, database: str, collected: Collected
) -> list[dict[str, Any]]:
    """Return the rows of a view, with times as moments."""
    view = f'ferrule."{collected.view}"'
    query = f"SELECT * FROM {view} ORDER BY external_id"  # noqa: S608  a safe name
    kinds = {**BASE, **{one.name: one.kind for one in collected.columns}}
    times = {name for name, kind in kinds.items() if kind == "time"}
    return [
        {n: _moment(v) if n in times else v for n, v in row.items()}
        for row in server.rows(query, database)
    ]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def both(
    server: PostgreSQL, database: str, path: Path, one: Connector, rows: Mapped
) -> list[dict[str, Any]]:
    """Apply all twice to both databases, compare their rows and return them."""
    for _ in range(2):
        server.run(sql_of(one), database)
    server.run(f"TRUNCATE ferrule.entities; {insert(rows)}", database)
    path.unlink(missing_ok=True)
    applied(applied(stored(path, rows), one), one)
    found = []
    for collected in collections_of(one):
        theirs = view_of(server, database, collected)
        ours = [meant(collected, row) for row in sqlite_rows(path, collected)]
        assert ours == theirs
        assert [list(row) for row in ours] == [list(row) for row in theirs]
        found += theirs
    return found


def columns_of(server: PostgreSQL, database: str, view: str) -> list[str]:
    """Return the columns of a view with their types, in their order."""
    query = (
        "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute"  # noqa: S608  a name of the test's
        f" WHERE attrelid = 'ferrule.{view}'::regclass AND attnum > 0 ORDER BY attnum"
    )
    found = server.rows(query, database)
    return [f"{row['attname']} {row['type']}" for row in found][len(BASE) :]


def number_of(server: PostgreSQL, database: str, view: str) -> str:
    """Return the number that a view has as long as it is not dropped."""
    return server.run(f"SELECT 'ferrule.{view}'::regclass::oid", database)


def test_both_give_the_same_rows_of_a_synced_store(
    server, database, workspace, interop_table
):
    text = assemble(workspace).text
    server.run(text, database)
    stored_signals = workspace.runs.signals(
        workspace.project.key, "sandbox-issues", limit=9999
    )
    rows = [(one.signal, json.loads(one.raw_payload)) for one in stored_signals]
    server.run(insert(rows), database)
    server.run(text, database)
    workspace.close()
    with closing(sqlite3.connect(workspace.home.database)) as db:
        for _ in range(2):
            db.executescript(assemble(workspace, "sqlite").text)
    found = read_descriptor(workspace.catalogue.document("sandbox-issues"))
    seen = 0
    for collected in collections_of(found):
        path = workspace.home.database
        ours = [meant(collected, row) for row in sqlite_rows(path, collected)]
        theirs = view_of(server, database, collected)
        interop_table.same(theirs, ours, what=f"{TWICE}: rows of both")
        seen += len(ours)
    assert seen == len(rows) > 500


def test_both_give_the_same_rows_of_every_type(server, database, tmp_path):
    one = connector(FIELDS)
    rows = both(server, database, tmp_path / "db", one, mapped(one, ITEMS))
    first = rows[0]
    assert first["name"] == 'Ada\'s "thing" \\ 日本'
    assert first["size"] == 123456789012345678
    assert first["due"] == datetime(2026, 5, 6, 5, 8, 9, 125000, tzinfo=UTC)
    assert first["labels"] == ["red", "blue"]
    assert (rows[2]["extra"], rows[2]["plain"]) == ({"a": "text"}, '{"a": "text"}')
    assert columns_of(server, database, "acme_thing") == [
        "name text",
        "size numeric",
        "share numeric",
        "open boolean",
        "due timestamp with time zone",
        "extra jsonb",
        "plain jsonb",
        "labels jsonb",
    ]


def test_both_have_the_members_of_a_table(server, database, tmp_path):
    schema = {
        "type": "object",
        "properties": {"size": {"type": "integer"}, "name": {"type": "string"}},
    }
    one = connector(
        columns={"id": "$.id", "size": "$.size", "name": "$.name"}, schema=schema
    )
    items = [item(1, size=7, name="x"), item(2, size=8, name="y")]
    origin = mapped(connector(), items)
    rows = both(server, database, tmp_path / "db", one, origin)
    assert [(r["field_id"], r["size"], r["name"]) for r in rows] == [
        *(("1", 7, "x"), ("2", 8, "y")),
    ]


def test_what_an_older_mapping_wrote_makes_no_view_fail(server, database, tmp_path):
    values = [{"a": 1}, [1], "no time", "", 7, True, None, "2026-02-30T00:00:00Z"]
    values += ["infinity", "now", "1" * 400, 10**30]
    items = [item(n, it=value) for n, value in enumerate(values, start=10)]
    older = mapped(connector({name: {"path": "$.it"} for name in FIELDS}), items)
    server.run(sql_of(connector(FIELDS)), database)
    server.run(insert(older), database)
    path = applied(stored(tmp_path / "db", older), connector(FIELDS))
    rows = view_of(server, database, only(connector(FIELDS)))
    assert len(rows) == len(values) == len(sqlite_rows(path, only(connector(FIELDS))))
    assert {row["due"] for row in rows} == {None}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        pytest.param(("a", "b"), ("a", "b"), True, id="the same"),
        pytest.param(("a",), ("a", "b"), True, id="a column at the end"),
        pytest.param(("a", "b"), ("a",), False, id="a column goes"),
        pytest.param(("a", "b"), ("b",), False, id="the first column goes"),
        pytest.param(("a", "b"), ("b", "a"), False, id="columns change places"),
        pytest.param(("a",), ("c",), False, id="a column is renamed"),
        pytest.param(("a", "number"), ("number",), False, id="less and moved"),
    ],
)
def test_a_view_becomes_what_the_mapping_says_now(
    server, database, before, after, kept
):
    kind = {"number": "integer"}
    old, new = (
        connector({n: {"path": "$.x", "as": kind.get(n, "string")} for n in names})
        for names in (before, after)
    )
    server.run(sql_of(old), database)
    server.run('GRANT SELECT ON ferrule."acme_thing" TO PUBLIC', database)
    number = number_of(server, database, "acme_thing")
    for _ in range(2):
        server.run(sql_of(new), database)
    assert [one.split()[0] for one in columns_of(server, database, "acme_thing")] == [
        *after
    ]
    assert (number_of(server, database, "acme_thing") == number) is kept


def test_a_column_may_change_its_type(server, database):
    seen = []
    for cast in ("string", "integer", "boolean", "datetime", "json", "string"):
        server.run(sql_of(connector({"it": {"path": "$.it", "as": cast}})), database)
        seen += columns_of(server, database, "acme_thing")
    assert seen == [
        "it text",
        "it numeric",
        "it boolean",
        "it timestamp with time zone",
        "it jsonb",
        "it text",
    ]


def test_what_builds_on_a_view_is_never_dropped_with_it(server, database):
    server.run(sql_of(connector({"a": {"path": "$.a"}})), database)
    server.run('CREATE VIEW mine AS SELECT a FROM ferrule."acme_thing"', database)
    server.run(
        sql_of(connector({"a": {"path": "$.a"}, "b": {"path": "$.b"}})), database
    )
    with pytest.raises(RuntimeError, match="other objects depend on it"):
        server.run(sql_of(connector()), database)
    assert columns_of(server, database, "acme_thing") == ["a jsonb", "b jsonb"]


@pytest.mark.parametrize("key", NASTY)
@pytest.mark.parametrize("backslashes", ["on", "off"])
def test_names_are_never_read_as_sql(server, database, tmp_path, key, backslashes):
    server.run(
        f"ALTER DATABASE {database} SET standard_conforming_strings = {backslashes};"
        f"ALTER DATABASE {database} SET escape_string_warning = off",
        "postgres",
    )
    names = [name for name in NASTY if "\n" not in name]
    fields = {name: {"path": "$.v", "as": "string"} for name in names}
    one = connector(fields, key=key or "empty")
    rows = mapped(one, [item(1, v="value")])
    (row,) = both(server, database, tmp_path / "db", one, rows)
    assert list(row.values())[len(BASE) :] == ["value"] * len(names)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    names=st.lists(st.text(max_size=70), max_size=6, unique=True),
    key=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
def test_any_names_give_the_same_rows_in_both(server, database, tmp_path, names, key):
    one = connector(
        {name: {"path": "$.v", "as": "integer"} for name in names}, key=key or "empty"
    )
    rows = mapped(one, [item(1, v=7)])
    (row,) = both(server, database, tmp_path / "db", one, rows)
    assert set(list(row.values())[len(BASE) :]) <= {7}


def test_every_shipped_connector_applies_twice(
    server, database, tmp_path, interop_table
):
    paths = sorted(shipped.descriptors().glob("*/connectors/*.json"))
    found = [read_descriptor(path.read_bytes()) for path in paths]
    for _ in range(2):
        server.run(sql_of(*found), database)
    views = {one.view for each in found for one in collections_of(each)}
    told = server.rows(
        "SELECT viewname FROM pg_views WHERE schemaname = 'ferrule'", database
    )
    assert {row["viewname"] for row in told} == views
    told = server.rows(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'ferrule'"
        " AND indexname LIKE 'entities%time'",
        database,
    )
    assert len(told) == len(views)
    interop_table.row(len(found), what=f"{TWICE}: connectors")
    path = stored(tmp_path / "db", [])
    applied(applied(path, *found), *found)
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT name FROM sqlite_schema WHERE type = 'view'"
        made = {name for (name,) in db.execute(query)}
    assert made >= {sqlite_name(one) for each in found for one in collections_of(each)}
    interop_table.row(len(found), what=f"{TWICE}: connectors", peer="SQLite")


def test_a_file_without_connectors_changes_nothing(server, database):
    server.run(assembled([], "postgresql"), database)
    assert (
        server.rows("SELECT FROM pg_namespace WHERE nspname = 'ferrule'", database)
        == []
    )


def test_newest_first_is_read_from_the_index(server, database):
    server.run(sql_of(connector()), database)
    plan = server.run(
        "SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN SELECT id FROM"
        ' ferrule."acme_thing" ORDER BY "timestamp" DESC LIMIT 10',
        database,
    )
    assert "Index Scan using entities_acme_thing_time" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("2024-02-29T23:59:59.123456Z", "2024-02-29T23:59:59.123456+00:00"),
        ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00+00:00"),
        ("1900-02-29T00:00:00Z", None),
        ("2023-02-29T00:00:00Z", None),
        ("2026-04-31T00:00:00Z", None),
        ("2026-13-01T00:00:00Z", None),
        ("2026-00-01T00:00:00Z", None),
        ("2026-01-00T00:00:00Z", None),
        ("2026-01-01T24:00:00Z", None),
        ("2026-01-01T00:60:00Z", None),
        ("0000-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
        ("2026-01-01T00:00:00+01:00", None),
        ("2026-01-01T00:00:00Z; DROP", None),
        ("infinity", None),
        ("", None),
    ],
)
def test_a_text_is_a_moment_or_null_and_never_an_error(server, database, text, read):
    server.run(sql_of(connector()), database)
    (row,) = server.rows(
        f"SELECT ferrule.moment('{text}') AT TIME ZONE 'UTC' AS at", database
    )
    assert row["at"] == (read and read.removesuffix("+00:00"))
