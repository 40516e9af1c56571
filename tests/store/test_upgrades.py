"""A database of an older version is brought up, whole or not at all."""

import gzip
import sqlite3
from pathlib import Path
from sqlite3 import Connection

import pytest
from tests.store.building import NOW, FixedClock, batch, signal, stored

from ferrule.errors import StoreError
from ferrule.store import Connections, Database, Runs, Sweep, upgrades

OLD = Path(__file__).parents[1] / "samples" / "store"
NEW = upgrades.VERSION + 1
PLAIN_2 = "ALTER TABLE run ADD COLUMN note TEXT"


def shape(path: Path) -> dict[str, set[tuple[str, ...]]]:
    """Return the columns of each table and of each index."""
    with sqlite3.connect(path) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema")]
        found = {}
        for name in names:
            for pragma in ("table_info", "index_info"):
                rows = db.execute(f"PRAGMA {pragma}({name})").fetchall()
                found[f"{pragma} {name}"] = {tuple(map(str, row[1:])) for row in rows}
    db.close()
    return found


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    path = tmp_path / "ferrule.db"
    path.write_bytes(gzip.decompress((OLD / "version-1.db.gz").read_bytes()))
    return path


def test_an_upgraded_database_has_the_tables_of_a_new_one(
    version_1: Path, database: Database
) -> None:
    Database.open(version_1).close()
    assert shape(version_1) == shape(database.path)
    with sqlite3.connect(version_1) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (upgrades.VERSION,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_what_version_1_stored_is_read_and_gone_on_with(version_1: Path) -> None:
    with Database.open(version_1) as database:
        runs = Runs(database, FixedClock())
        told = [(run.id, run.status, run.counts.processed) for run in runs.runs("p")]
        assert told == [(3, "failed", 0), (2, "interrupted", 3), (1, "done", 9)]
        assert stored(runs) == {str(n): "b" if n == 2 else "a" for n in range(8)} | {
            "9": "a"
        }
        kept = {
            row.signal.external_id: row.signal.raw for row in runs.signals("p", "work")
        }
        assert (kept["4"], kept["9"]) == (
            {"id": "4", "content": "a"},
            {"id": "9", "content": "a"},
        )
        assert kept["3"] == {"id": "3"}
        lease = runs.begin("p", "work", "full", owner="me", now=NOW)
        assert (lease.run, lease.resumed, lease.counts.skipped) == (2, True, 0)
        assert runs.positions(2) == {"issues": {"page": 2, "token": "n2"}}
        again = batch([signal("3"), signal("4", "b")], skipped=4)
        counts = runs.commit(lease, again, NOW)
        assert (counts.unchanged, counts.updated, counts.skipped) == (1, 1, 4)
        ended = runs.finish(lease, NOW, status="done", sweep=[Sweep("issue")])
        assert (ended.counts.deleted, ended.counts.skipped) == (4, 4)
        assert Connections(database).get("p", "work").config["baseUrl"]


def test_an_older_schema_is_brought_up_step_by_step(
    version_1: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_a_note(db: Connection) -> None:
        db.execute(PLAIN_2)

    monkeypatch.setattr(upgrades, "VERSION", NEW)
    steps = {**upgrades.UPGRADES, upgrades.VERSION - 1: add_a_note}
    monkeypatch.setattr(upgrades, "UPGRADES", steps)
    with Database.open(version_1) as upgraded, upgraded.reading() as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == NEW
        db.execute("SELECT note, skipped FROM run").fetchall()


def test_an_upgrade_that_fails_changes_nothing(
    version_1: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(db: Connection) -> None:
        db.execute(PLAIN_2)
        db.execute("ALTER TABLE nowhere ADD COLUMN note TEXT")

    before = shape(version_1)
    with monkeypatch.context() as patched:
        patched.setattr(upgrades, "UPGRADES", {1: half})
        with pytest.raises(StoreError, match="no such table"):
            Database.open(version_1)
    assert shape(version_1) == before
    with sqlite3.connect(version_1) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()


def test_an_upgrade_without_room_changes_nothing_and_says_so(version_1: Path) -> None:
    """The rest of a disk is played by a cap on the number of pages."""
    before = shape(version_1)

    def full(db: Connection) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count={pages + 1}")
        upgrades.to_version_2(db)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(upgrades, "UPGRADES", {1: full})
        with pytest.raises(StoreError, match="no room left"):
            Database.open(version_1)
    assert shape(version_1) == before
    with Database.open(version_1) as database:
        assert len(Runs(database).runs("p")) == 3
