"""A database that cannot be written, or is not what it should be, costs no data."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.fault_server import FaultServer
from tests.support.listing import Listing, thing
from tests.workspace.doomed import ROOT
from tests.workspace.faulty import FULL, NEXT, Faulty
from tests.workspace.killing import Killer, armed

from ferrule.errors import StoreError

THINGS = 60
ALL = list(range(1, THINGS + 1))
CLEAN_RUN = ("full", "done", THINGS, THINGS, 0, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def server():
    with FaultServer() as running:
        yield running


@pytest.fixture
def there() -> Listing:
    return Listing([thing(number, number % 60, body="x" * 9000) for number in ALL])


@pytest.fixture
def faulty(tmp_path: Path, server: FaultServer, there: Listing) -> Faulty:
    return Faulty(tmp_path, server, there)


def pragma(text: str):
    """Return what sets a pragma on the one connection that a sync uses."""

    def set_it(database) -> None:
        with database.reading() as db:
            db.execute(f"PRAGMA {text}").close()

    return set_it


def test_a_full_disk_pauses_the_run_and_a_later_sync_goes_on(faulty):
    pages = faulty.ask("PRAGMA page_count")[0][0]
    ended = faulty.sync(prepare=pragma(f"max_page_count={pages + 25}"))
    assert (ended.status, ended.failure) == ("interrupted", "StoreError")
    assert ended.error.startswith("Paused: the disk is full: there is no room left")
    assert str(faulty.path) in ended.error
    assert "free some space" in ended.advice
    assert "goes on after the last page" in ended.advice
    stored = len(faulty.ids)
    assert 0 < stored < THINGS
    assert stored % 3 == 0
    assert ended.counts.created == stored
    assert faulty.runs()[0][2:4] == (stored, stored)
    faulty.listing.works()
    again = faulty.sync()
    assert (again.status, again.counts.created) == ("done", THINGS)
    assert len(faulty.listing.asked) == (THINGS - stored) // 3
    assert (faulty.ids, faulty.runs()) == (ALL, [CLEAN_RUN])


def test_a_disk_that_stays_full_pauses_each_time_and_loses_nothing(faulty):
    pages = faulty.ask("PRAGMA page_count")[0][0]
    for _ in range(3):
        ended = faulty.sync(prepare=pragma(f"max_page_count={pages + 25}"))
        assert ended.status == "interrupted"
        assert "the disk is full" in ended.error
    assert len(faulty.runs()) == 1
    assert faulty.sync().counts.created == THINGS
    assert faulty.runs() == [CLEAN_RUN]


def test_an_end_that_cannot_be_stored_is_no_end(faulty):
    faulty.sync()
    mark = faulty.mark
    faulty.listing.things = faulty.listing.things[:-2]
    used = []
    last = Killer("after commit", 20, lambda: pragma("query_only=1")(used[0]))
    with armed(last):
        ended = faulty.sync(prepare=used.append)
    assert (ended.status, ended.failure) == ("interrupted", "StoreError")
    assert (faulty.ids, faulty.mark, ended.checkpoints) == (ALL, mark, {})
    again = faulty.sync()
    assert (again.status, again.counts.deleted) == ("done", 2)


def test_a_database_that_may_not_be_written_refuses_the_run(faulty):
    with pytest.raises(StoreError, match="no leave to write") as refusal:
        faulty.sync(prepare=pragma("query_only=1"))
    assert "Check the permissions" in refusal.value.advice
    assert faulty.listing.asked == []


def test_a_database_that_another_program_locks_refuses_the_run(faulty):
    other = sqlite3.connect(faulty.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="keeps writing"):
        faulty.sync(prepare=pragma("busy_timeout=1"))
    other.close()
    assert faulty.sync().status == "done"


def _scramble(path: Path, first: int, last: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[first:last] = b"\xff" * (min(last, len(raw)) - first)
    path.write_bytes(raw)


DAMAGES = {
    "zero length": (lambda path: path.write_bytes(b""), "is empty"),
    "header": (lambda path: _scramble(path, 0, 100), "header is damaged"),
    "first page": (lambda path: _scramble(path, 100, 8000), "damaged"),
    "half": (lambda path: path.write_bytes(path.read_bytes()[:70_000]), "damaged"),
    "a text": (lambda path: path.write_text("notes"), "not a Ferrule database"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_database_that_is_no_database_is_refused_and_left_alone(faulty, name: str):
    faulty.sync()
    damage, words = DAMAGES[name]
    damage(faulty.path)
    before = faulty.path.read_bytes()
    faulty.listing.works()
    with pytest.raises(StoreError, match=words) as refusal:
        faulty.sync()
    assert "Move the file aside" in refusal.value.advice
    assert faulty.path.read_bytes() == before
    assert faulty.listing.asked == []


def test_a_newer_database_is_refused_and_left_alone(faulty):
    faulty.ask("PRAGMA user_version=99")
    before = faulty.path.read_bytes()
    with pytest.raises(StoreError, match="has schema 99") as refusal:
        faulty.sync()
    assert "Use a newer Ferrule" in refusal.value.advice
    assert faulty.path.read_bytes() == before


def test_damage_inside_ends_the_run_and_says_so(faulty):
    faulty.sync()
    for page in range(12, faulty.path.stat().st_size // 8192):
        _scramble(faulty.path, page * 8192, page * 8192 + 100)
    for one in faulty.listing.things:
        one["title"] = "Changed"
    for order in (FULL, NEXT):
        try:
            ended = faulty.sync(order)
        except StoreError as refusal:
            error, advice = refusal.message, refusal.advice
        else:
            assert ended.status == "failed"
            error, advice = ended.error, ended.advice
        assert "The database is damaged" in error
        assert "Move the file aside" in advice


def _may_unshare() -> str:
    """Return why there can be no mount of our own, or nothing."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        return "there is no unshare(1) and mount(8)"
    try:
        tried = subprocess.run(
            ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
            check=False,
            capture_output=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return tried.stderr.decode().strip() if tried.returncode else ""


WHY_NOT = _may_unshare() if sys.platform == "linux" else "no Linux"


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "possible")
def test_a_disk_that_is_really_full_and_then_larger_and_then_read_only(
    tmp_path, server, there
):
    disk = tmp_path / "disk"
    disk.mkdir()
    there.at(server)
    command = ["unshare", "-rm", sys.executable, "-m", "tests.workspace.small_disk"]
    said = subprocess.run(
        [*command, str(disk), server.origin],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    full, larger, read_only = map(json.loads, said.stdout.splitlines())
    assert full["status"] in {"interrupted", "refused"}
    assert "the disk is full" in full["error"]
    assert 0 < full["rows"] < THINGS
    assert full["rows"] % 3 == 0
    assert full["processed"] == full["rows"]
    assert (larger["status"], larger["rows"], larger["processed"]) == (
        "done",
        THINGS,
        THINGS,
    )
    assert read_only["status"] == "refused"
    assert "cannot be opened" in read_only["error"]
    assert read_only["rows"] == THINGS
    assert {full["sound"], larger["sound"], read_only["sound"]} == {"ok"}
