"""A dry run counts what the run would do, writes nothing, and leaves the rest alone."""

import sqlite3

import pytest
from msgspec.structs import replace
from tests.support.commands import KEY
from tests.support.sandbox import Sandbox

from ferrule.credentials import forget_master_key
from ferrule.sync.events import BatchStored, RunStarted
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.halting import Halt
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

NAME = "sandbox-issues"
FULL = SyncOrder(full=True)
NEXT = SyncOrder()


@pytest.fixture
def workspace(tmp_path, sandbox: Sandbox, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    sandbox.control(reset=True)
    home = Home(tmp_path / "home")
    made = Workspace(home, init_project(tmp_path / "work", home).folder)
    connect(made, NAME, {"baseUrl": sandbox.url}, {})
    yield made
    made.close()
    forget_master_key()


def sync(workspace, order, **options):
    events = []
    ended = sync_connection(workspace, NAME, order, emit=events.append, **options)
    return ended, events


def rows(workspace) -> dict[str, list[tuple]]:
    """Return every table but that of the runs, which remembers dry ones too."""
    with sqlite3.connect(workspace.home.database) as db:
        names = [
            row[0]
            for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        skipped = {"run", "sqlite_sequence"}
        found = {
            name: db.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608  its own tables
            for name in names
            if name not in skipped
        }
    db.close()
    return found


@pytest.mark.parametrize("order", [FULL, NEXT])
def test_a_dry_run_tells_what_the_run_then_does(workspace, sandbox, order):
    before = rows(workspace)
    dry, events = sync(workspace, replace(order, dry=True))
    assert rows(workspace) == before
    assert (dry.status, dry.dry_run, dry.checkpoints) == ("done", True, {})
    assert [e.dry_run for e in events if isinstance(e, RunStarted)] == [True]
    real, _ = sync(workspace, order)
    assert real.counts == dry.counts
    assert not real.dry_run
    sandbox.control(touch=7, add=5, remove=sandbox.ids()[:9])
    before = rows(workspace)
    dry, _ = sync(workspace, replace(order, dry=True))
    assert rows(workspace) == before
    real, _ = sync(workspace, order)
    assert real.counts == dry.counts
    assert real.counts.updated > 0
    assert (real.counts.deleted > 0) == order.full


def test_a_dry_run_is_remembered_as_one_and_changes_nothing_else(workspace):
    connection = workspace.connections.get(workspace.project.key, NAME)
    dry, _ = sync(workspace, SyncOrder(full=True, dry=True, limit=120))
    assert (dry.status, dry.counts.processed) == ("stopped", 120)
    [kept] = workspace.runs.runs(workspace.project.key)
    assert (kept.id, kept.dry, kept.counts) == (dry.run, True, dry.counts)
    assert kept.latency_p95_ms == dry.latency_p95_ms is not None
    assert workspace.connections.get(workspace.project.key, NAME) == connection


def test_a_dry_run_leaves_an_unfinished_run_as_it_is(workspace):
    first, _ = sync(workspace, SyncOrder(full=True, limit=150))
    dry, events = sync(workspace, SyncOrder(full=True, dry=True))
    assert events[0].resumed is False
    assert dry.counts.unchanged == 150
    whole, events = sync(workspace, FULL)
    assert (whole.run, events[0].resumed) == (first.run, True)


def test_a_dry_run_can_be_paused_and_needs_no_lease(workspace):
    runs, now = workspace.runs, workspace.runs._clock.now()
    place = (workspace.project.key, NAME)
    lease = runs.begin(*place, "full", owner="elsewhere:1", now=now)
    halt = Halt()

    def emit(event):
        if isinstance(event, BatchStored):
            halt.ask("pause")
            halt.ask("stop")  # the first wish holds

    order = SyncOrder(full=True, dry=True)
    ended = sync_connection(workspace, NAME, order, emit=emit, halt=halt)
    assert (ended.status, ended.pages) == ("paused", 1)
    runs.finish(lease, now, status="stopped")


def test_a_dry_run_works_where_nothing_can_be_written(workspace, monkeypatch):
    sync(workspace, SyncOrder(full=True, limit=100))
    workspace.close()
    workspace.home.database.chmod(0o400)
    read_only = Workspace(workspace.home, workspace.project.folder)
    read_only.database.reading_only = True
    ended, _ = sync(read_only, SyncOrder(full=True, dry=True, limit=200))
    assert (ended.status, ended.run, ended.counts.processed) == ("stopped", 0, 200)
    assert ended.counts.unchanged == 100
    read_only.close()


def test_a_pause_ends_a_wait_at_once(workspace, sandbox):
    connect(workspace, NAME, {"baseUrl": f"{sandbox.url}/limited"}, {}, key="slow")
    sandbox.control(limit={"requests": 3, "seconds": 30})
    halt, waits = Halt(), []

    def emit(event):
        if event.type == "waiting":
            waits.append(event.seconds)
            halt.ask("pause")

    ended = sync_connection(workspace, "slow", FULL, emit=emit, halt=halt)
    sandbox.control(limit={"requests": 10_000, "seconds": 1})
    assert max(waits) > 20
    assert (ended.status, ended.error) == ("paused", None)
    assert ended.seconds < 3
    whole = sync_connection(workspace, "slow", FULL, emit=lambda _event: None)
    assert (whole.run, whole.status) == (ended.run, "done")
