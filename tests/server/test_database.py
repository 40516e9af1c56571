"""The server's database: made, opened again, refused, and what its errors tell."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import insert, select, update

from ferrule.errors import NotFound, StoreError, UsageError
from ferrule.server import tables
from ferrule.server.database import Database
from ferrule.server.tokens import (
    SCOPES,
    find_token,
    list_tokens,
    new_token,
    revoke_token,
)

AT = "2025-06-01T12:00:00Z"


@pytest.fixture
def database(tmp_path):
    with Database.open(str(tmp_path / "made" / "server.db")) as opened:
        yield opened


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path):
    place = str(tmp_path / "server.db")
    with Database.open(place) as first, first.writing() as db:
        text, made = new_token(db, "me", SCOPES, AT)
    with Database.open(place) as second, second.reading() as db:
        assert find_token(db, text) == made


def test_a_transaction_that_fails_leaves_nothing(database):
    def fail():
        with database.writing() as db:
            new_token(db, "me", SCOPES, AT)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.reading() as db:
        assert list_tokens(db) == []


def test_a_database_of_something_else_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(StoreError, match="something else"):
        Database.open(str(path))
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT name FROM sqlite_schema").fetchall() == [("mine",)]


def test_a_later_database_is_left_alone(tmp_path):
    path = str(tmp_path / "server.db")
    with Database.open(path) as database, database.writing() as db:
        db.execute(update(tables.stamp).values(version=tables.VERSION + 1))
    with pytest.raises(StoreError, match="version 2"):
        Database.open(path)


def test_a_file_that_is_no_database_is_told(tmp_path):
    path = tmp_path / "text.db"
    path.write_text("This is a text that is no database at all." * 20)
    with pytest.raises(StoreError, match="not a database"):
        Database.open(str(path))
    with pytest.raises(StoreError, match="cannot be used"):
        Database.open(str(path / "below"))


@pytest.mark.parametrize(
    "place", ["mysql://me:hidden@h/d", "nothing://me:hidden@h", "://", "a://b:c:d"]
)
def test_another_kind_of_database_is_refused_without_its_password(place):
    with pytest.raises(UsageError, match="neither") as refused:
        Database.open(place)
    assert "hidden" not in str(refused.value)


def test_a_database_that_cannot_be_reached_is_told_without_its_password():
    pytest.importorskip("pg8000")
    with pytest.raises(StoreError) as refused:
        Database.open("postgresql://me:hidden@127.0.0.1:1/none")
    assert "hidden" not in str(refused.value)


def test_errors_of_the_database_quote_no_values(database):
    row = {"version": 7, "digest": "hidden", "raw": b"hidden"}
    row |= {"taken_at": AT, "taken_by": "hidden"}

    def twice():
        with database.writing() as db:
            db.execute(insert(tables.trust_list).values(row))
            db.execute(insert(tables.trust_list).values(row))

    with pytest.raises(StoreError, match="UNIQUE") as refused:
        twice()
    assert "hidden" not in str(refused.value)


def test_a_token_is_told_once_and_counts_until_it_is_revoked(database):
    with database.writing() as db:
        text, made = new_token(db, "me", SCOPES[:1], AT)
        other, _ = new_token(db, "me", SCOPES, AT)
        assert text != other
        assert str(made) == f"me ({made.id})"
        for wrong in ("", "x", text[:-1], text + "x", other[:20] + text[20:], "ü" * 64):
            assert find_token(db, wrong) is None
        assert find_token(db, text).scopes == SCOPES[:1]
        assert revoke_token(db, made.id, AT).revoked_at == AT
        assert revoke_token(db, made.id, "later").revoked_at == AT
        assert find_token(db, text) is None
        with pytest.raises(NotFound):
            revoke_token(db, "nobody", AT)
        for label in ("", "a\nb", "ü", "x" * 101):
            with pytest.raises(UsageError):
                new_token(db, label, SCOPES, AT)
        kept = db.execute(select(tables.token)).all()
    assert all(text.split("_", 2)[2] not in repr(row) for row in kept)
