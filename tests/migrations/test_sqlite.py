"""Views in the store's own database: applied twice, safe, typed, total."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.migrations.connectors import (
    FIELDS,
    NASTY,
    applied,
    connector,
    item,
    mapped,
    meant,
    sqlite_rows,
    stored,
)

from ferrule.migrations import collections_of
from ferrule.migrations.collected import has_column
from ferrule.store import Database, Runs

FULL = {
    "name": 'Ada\'s "thing"',
    "size": 7,
    "share": 0.5,
    "open": False,
    "due": "2026-05-06T07:08:09+02:00",
    "extra": {"a": [1, None, "x"]},
    "labels": [{"name": "red"}, {"name": "blue"}],
}


def only(one):
    (collected,) = collections_of(one)
    return collected


def test_a_row_has_the_usual_columns_and_the_fields_with_their_types(tmp_path):
    one = connector(FIELDS)
    path = stored(tmp_path / "db", mapped(one, [item(1, **FULL), item(2)]))
    first, second = sqlite_rows(applied(path, one), only(one))
    assert meant(only(one), first) == {
        "id": first["id"],
        "project": "work",
        "connection": "acme",
        "external_id": "1",
        "stream": "acme_thing",
        "type": "acme_thing_updated",
        "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "created_at": None,
        "archived_at": None,
        "priority": None,
        "summary": 'Ada\'s "thing"',
        "participants": [],
        "tags": [],
        "related_items": [],
        "raw_payload": {**item(1, **FULL)},
        "name": 'Ada\'s "thing"',
        "size": 7,
        "share": 0.5,
        "open": False,
        "due": datetime(2026, 5, 6, 5, 8, 9, tzinfo=UTC),
        "extra": {"a": [1, None, "x"]},
        "plain": {"a": [1, None, "x"]},
        "labels": ["red", "blue"],
    }
    assert len(first["id"]) == 32
    # A list of what is found is empty, not missing.
    assert {n for n in FIELDS if second[n] is not None} == {"labels"}


@pytest.mark.parametrize("value", ["text", 7, 0.5, True, False, [1], {"a": 1}])
def test_a_json_column_holds_json_whatever_it_is(tmp_path, value):
    one = connector({"it": {"path": "$.it"}, "it's": {"path": "$.it"}})
    path = stored(tmp_path / "db", mapped(one, [item(1, it=value)]))
    (row,) = sqlite_rows(applied(path, one), only(one))
    read = meant(only(one), row)
    assert (read["it"], read["it_s"]) == (value, value)


def test_what_an_older_mapping_stored_is_null_in_a_column_of_another_type(tmp_path):
    older = connector({name: {"path": "$.it"} for name in FIELDS})
    kept = [item(1, it={"a": 1}), item(2, it="no time"), item(3, it=5)]
    path = stored(tmp_path / "db", mapped(older, kept))
    newer = connector(FIELDS)
    rows = sqlite_rows(applied(path, newer), only(newer))
    typed = ("name", "size", "open", "due")
    assert [tuple(row[one] for one in typed) for row in rows] == [
        (None, None, None, None),
        ("no time", None, None, None),
        (None, 5, None, None),
    ]


def test_applied_twice_and_again_after_a_change_there_is_one_view(tmp_path):
    one, other = connector(FIELDS), connector({"size": FIELDS["name"]})
    path = stored(tmp_path / "db", mapped(one, [item(1, **FULL)]))
    before = sqlite_rows(applied(applied(path, one), one), only(one))
    (row,) = sqlite_rows(applied(path, other), only(other))
    assert (row["size"], "name" in row) == (None, False)
    assert sqlite_rows(applied(path, one), only(one)) == before


def test_a_file_that_fails_leaves_the_views_that_were_there(tmp_path):
    one = connector(FIELDS)
    path = applied(stored(tmp_path / "db", mapped(one, [item(1)])), one)
    with closing(sqlite3.connect(path)) as db, pytest.raises(sqlite3.OperationalError):
        db.executescript(
            'BEGIN IMMEDIATE; DROP VIEW "ferrule_acme_thing"; CREATE VIEW x AS oops;'
        )
    assert len(sqlite_rows(path, only(one))) == 1


def test_the_store_goes_on_with_the_views_in_it(tmp_path):
    one = connector(FIELDS)
    path = applied(stored(tmp_path / "db", mapped(one, [item(1, **FULL)])), one)
    stored(path, mapped(one, [item(2, **FULL), item(3)]))
    assert len(sqlite_rows(path, only(one))) == 3
    with Database.open(path) as database:
        assert Runs(database).count_signals("work", "acme").total == 3


@pytest.mark.parametrize("key", ["signal", "source", "connection", "run", "entities"])
def test_a_collection_may_be_called_as_a_table_of_the_store(tmp_path, key):
    one = connector(FIELDS, key=key)
    path = stored(tmp_path / "db", mapped(one, [item(1)]))
    assert len(sqlite_rows(applied(applied(path, one), one), only(one))) == 1


@settings(
    max_examples=40,
    deadline=None,  # each makes a database
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    names=st.lists(
        st.one_of(st.sampled_from(NASTY), st.text(max_size=30)),
        min_size=1,
        max_size=5,
        unique=True,
    ),
    key=st.one_of(st.sampled_from(NASTY[:-1]), st.text(min_size=1, max_size=30)),
)
def test_names_are_never_read_as_sql(tmp_path, names, key):
    key = key.replace("\0", "x")
    one = connector({n: {"path": "$.v", "as": "string"} for n in names}, key=key)
    path = tmp_path / "db"
    path.unlink(missing_ok=True)
    stored(path, mapped(one, [item(1, v="value")]))
    (row,) = sqlite_rows(applied(applied(path, one), one), only(one))
    kept = [name for name in names if has_column(name)]
    assert [row[column.name] for column in only(one).columns] == ["value"] * len(kept)
    with closing(sqlite3.connect(path)) as db:
        (tables,) = db.execute(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'signal'"
        ).fetchone()
        assert tables == 1
