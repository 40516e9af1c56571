"""One SQLite file: created lazily, checked, never written over."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.store.building import NOW, batch, connect, signal, stored

from ferrule.errors import NotFound, StoreError
from ferrule.store import Connections, Database, Runs, upgrades


def test_nothing_is_created_before_the_first_write(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ferrule.db"
    with Database.open(path) as database:
        assert Connections(database).list("p") == ()
        assert Runs(database).runs("p") == []
        with pytest.raises(NotFound):
            Runs(database).run(1)
        assert not path.parent.exists()
        connect(database)
        assert path.exists()
        assert [one.key for one in Connections(database).list("p")] == ["work"]


def test_reads_of_nothing_may_nest_and_run_side_by_side(tmp_path: Path) -> None:
    with Database.open(tmp_path / "ferrule.db") as database:
        with database.reading() as one, database.reading() as two:
            for db in (one, two):
                assert db.execute("SELECT count(*) FROM run").fetchone()[0] == 0
        assert not database.path.exists()


def test_threads_may_share_a_database(database: Database) -> None:
    def sync(key: str) -> None:
        runs = Runs(database)
        lease = runs.begin("p", key, "full", owner=key, now=NOW)
        for number in range(10):
            runs.commit(lease, batch([signal(f"{key}{number}")]), NOW)

    keys = ["a", "b", "c"]
    for key in keys:
        connect(database, key)
    with ThreadPoolExecutor() as threads:
        list(threads.map(sync, keys))
    assert [len(stored(Runs(database), key)) for key in keys] == [10, 10, 10]


def test_a_reader_that_was_there_first_sees_what_is_made_later(tmp_path: Path) -> None:
    path = tmp_path / "ferrule.db"
    with Database.open(path, reading_only=True) as reader, Database.open(path) as other:
        assert Connections(reader).list("p") == ()
        connect(other)
        assert [one.key for one in Connections(reader).list("p")] == ["work"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_folder_and_files_are_the_owners_alone(database: Database) -> None:
    folder = database.path.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "ferrule.db" in modes


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_file_that_others_could_read_is_closed_to_them(database: Database) -> None:
    database.close()
    database.path.chmod(0o644)
    Database.open(database.path).close()
    assert database.path.stat().st_mode & 0o777 == 0o600


def _zero(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("These are notes, not a database. " * 40)


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()


def _newer(path: Path) -> None:
    _ours(path)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={upgrades.VERSION + 1}")
    db.close()


def _truncated(path: Path) -> None:
    _ours(path)
    path.write_bytes(path.read_bytes()[:6000])


def _scrambled(path: Path) -> None:
    _ours(path)
    raw = bytearray(path.read_bytes())
    raw[:100] = bytes(100)
    path.write_bytes(raw)


def _broken_first_page(path: Path) -> None:
    _ours(path)
    raw = bytearray(path.read_bytes())
    raw[100:4000] = b"\xff" * 3900
    path.write_bytes(raw)


def _ours(path: Path) -> None:
    with Database.open(path) as database:
        connect(database)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_zero, "0 bytes"),
        (_text, "not a Ferrule database"),
        (_foreign, "not a Ferrule database"),
        (
            _newer,
            f"has schema {upgrades.VERSION + 1}; this Ferrule knows {upgrades.VERSION}",
        ),
        (_truncated, "damaged"),
        (_scrambled, "header is damaged"),
        (_broken_first_page, "damaged"),
    ],
)
def test_a_file_that_is_not_ours_to_use_is_refused_and_left_alone(
    tmp_path: Path, make, says: str
) -> None:
    path = tmp_path / "ferrule.db"
    make(path)
    before = path.read_bytes()
    for reading_only in (True, False):
        with pytest.raises(StoreError, match=says) as refusal:
            Database.open(path, reading_only=reading_only)
        assert str(path) in str(refusal.value)
        assert refusal.value.advice
    assert path.read_bytes() == before


def test_a_file_that_turns_up_empty_later_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "ferrule.db"
    with Database.open(path) as database:
        path.touch()
        with pytest.raises(StoreError, match="0 bytes"):
            connect(database)
    assert path.read_bytes() == b""


def test_damage_inside_is_told_when_it_is_met(database: Database, runs: Runs) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    runs.commit(lease, batch([signal(str(n)) for n in range(500)]), NOW)
    database.close()
    raw = bytearray(database.path.read_bytes())
    for page in range(20, len(raw) // 4096):
        raw[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    database.path.write_bytes(raw)
    with pytest.raises(StoreError, match="damaged"):
        stored(runs)


def test_a_database_opened_for_reading_refuses_to_write(database: Database) -> None:
    with (
        Database.open(database.path, reading_only=True) as reader,
        pytest.raises(StoreError, match="reading only"),
    ):
        connect(reader, "other")


def test_a_reader_neither_blocks_the_writer_nor_sees_its_page(
    database: Database, runs: Runs
) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    with database.reading() as reader:
        count = "SELECT count(*) FROM signal"
        assert reader.execute(count).fetchone()[0] == 0
        runs.commit(lease, batch([signal("1")]), NOW)
        assert reader.execute(count).fetchone()[0] == 0
    assert stored(runs) == {"1": "a"}


def test_a_second_writer_is_told_that_another_one_writes(database: Database) -> None:
    with database.writing() as first:
        first.execute("DELETE FROM run")
        with Database.open(database.path) as other:
            _hurry(other)
            with pytest.raises(StoreError, match="Another program keeps writing"):
                connect(other, "second")


def test_a_full_disk_undoes_the_page_and_lets_the_run_go_on(
    database: Database, runs: Runs
) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    runs.commit(lease, batch([signal("1")], position=1), NOW)
    used = _pragma(database, "page_count")
    _pragma(database, f"max_page_count={used + 2}")
    many = [signal(str(n), raw="x" * 500) for n in range(200)]
    with pytest.raises(StoreError, match="no room left"):
        runs.commit(lease, batch(many, position=2), NOW)
    assert (stored(runs), runs.positions(lease.run)) == ({"1": "a"}, {"issues": 1})
    assert runs.run(lease.run).counts.processed == 1
    _pragma(database, "max_page_count=1000000")
    assert runs.commit(lease, batch(many, position=2), NOW).created == 199


def test_two_makers_of_one_database_end_up_with_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ferrule.db"
    both = threading.Barrier(2)

    def make(key: str) -> None:
        with Database.open(path) as database:
            both.wait(5)
            connect(database, key)

    threads = [threading.Thread(target=make, args=(key,)) for key in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    with Database.open(path) as database:
        assert [one.key for one in Connections(database).list("p")] == ["one", "two"]
    assert not list(path.parent.glob("*.new"))


def test_no_value_of_a_statement_is_told_in_an_error(database: Database) -> None:
    with pytest.raises(StoreError) as refusal, database.writing() as db:
        db.execute("INSERT INTO nowhere VALUES (?)", ("s3cret-value",))
    told = f"{refusal.value} {refusal.value.__cause__}"
    assert "s3cret-value" not in told


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        Database.open(tmp_path / "file" / "ferrule.db") as database,
        pytest.raises(StoreError, match="cannot be made"),
    ):
        connect(database)


def test_importing_the_package_loads_no_sqlalchemy() -> None:
    code = (
        "import sys, ferrule.store, ferrule.store.records;"
        "sys.exit('sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _pragma(database: Database, text: str) -> int:
    with database.writing() as db:  # the connection that pages go through
        return int(db.execute(f"PRAGMA {text}").fetchone()[0])


def _hurry(database: Database) -> None:
    """Let the pooled connection give up at once instead of after its two seconds."""
    with database.reading() as db:
        db.execute("PRAGMA busy_timeout=1").fetchall()
