"""A mark tells whether anybody has committed since, without reading anything."""

import pytest
from tests.store.building import connect

from ferrule.errors import StoreError
from ferrule.store import Database


def wrote(database, key):
    connect(database, key=key)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ferrule.db"


def test_it_is_another_after_each_commit_of_whoever(path):
    with Database.open(path) as here, Database.open(path) as elsewhere:
        assert here.mark() == 0, "there is no file yet"
        wrote(here, "a")
        first = here.mark()
        assert first == here.mark() != 0
        wrote(elsewhere, "b")
        second = here.mark()
        assert second != first
        wrote(here, "c")
        assert here.mark() != second


def test_what_is_taken_back_and_what_is_read_leaves_it(path):
    with Database.open(path) as database:
        wrote(database, "a")
        mark = database.mark()
        with pytest.raises(StoreError), database.writing() as db:
            db.execute("INSERT INTO nowhere VALUES (1)")
        with database.reading() as db:
            db.execute("SELECT count(*) FROM connection").fetchone()
        assert database.mark() == mark


def test_asking_keeps_no_file_open_when_it_is_closed(path):
    database = Database.open(path)
    wrote(database, "a")
    assert database.mark()
    database.close()
    assert not path.with_name(f"{path.name}-wal").exists()
