"""Two runs of one connection never both write."""

import subprocess
import sys
from datetime import timedelta

import pytest
from tests.store.building import NOW, FixedClock, batch, connect, signal, stored

from ferrule.errors import AlreadyRunning, NotFound, RunInterrupted
from ferrule.store import Database, Runs, leases
from ferrule.store.liveness import Holder, current

LATER = NOW + timedelta(seconds=31)


def test_a_second_owner_is_told_since_when_it_runs(runs: Runs) -> None:
    runs.begin("p", "work", "full", owner="me", now=NOW)
    with pytest.raises(AlreadyRunning, match="since 2026-01-02T03:04:05Z by process"):
        runs.begin("p", "work", "incremental", owner="you", now=NOW)


def test_two_connections_run_side_by_side(database: Database, runs: Runs) -> None:
    connect(database, "other")
    first = runs.begin("p", "work", "full", owner="me", now=NOW)
    second = runs.begin("p", "other", "full", owner="you", now=NOW)
    assert (first.epoch, second.epoch, first.run != second.run) == (1, 1, True)


def test_a_stale_lease_is_taken_over_and_its_owner_shut_out(runs: Runs) -> None:
    slow = runs.begin("p", "work", "full", owner="slow", now=NOW)
    runs.commit(slow, batch([signal("1")], 1), NOW)
    quick = runs.begin("p", "work", "full", owner="quick", now=LATER)
    assert (quick.run, quick.epoch, quick.resumed) == (slow.run, slow.epoch + 1, True)
    for call in (
        lambda: runs.commit(slow, batch([signal("2")], 2), LATER),
        lambda: runs.extend(slow, LATER),
        lambda: runs.finish(slow, LATER, status="done", checkpoints={"issues": 1}),
    ):
        with pytest.raises(RunInterrupted, match="lost its lease"):
            call()
    assert stored(runs) == {"1": "a"}
    assert runs.positions(quick.run) == {"issues": 1}
    assert runs.checkpoints("p", "work") == {}
    assert runs.run(quick.run).status == "running"


@pytest.mark.parametrize("keep", ["commit", "extend"])
def test_a_lease_lives_on_with_every_commit_and_extension(
    runs: Runs, keep: str
) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    if keep == "commit":
        runs.commit(lease, batch([signal("1")]), NOW + timedelta(seconds=20))
    else:
        runs.extend(lease, NOW + timedelta(seconds=20))
    with pytest.raises(AlreadyRunning):
        runs.begin("p", "work", "full", owner="you", now=LATER)


def test_a_lease_may_last_longer(runs: Runs) -> None:
    runs.begin("p", "work", "full", owner="me", now=NOW, lease_seconds=900)
    with pytest.raises(AlreadyRunning):
        runs.begin("p", "work", "full", owner="you", now=LATER)


def test_the_same_owner_may_begin_again(runs: Runs) -> None:
    first = runs.begin("p", "work", "full", owner="me", now=NOW)
    second = runs.begin("p", "work", "full", owner="me", now=NOW)
    assert (second.run, second.epoch) == (first.run, 2)
    with pytest.raises(RunInterrupted):
        runs.commit(first, batch([signal("1")]), NOW)


def test_a_released_lease_is_free_and_its_epoch_goes_on(runs: Runs) -> None:
    first = runs.begin("p", "work", "full", owner="me", now=NOW)
    runs.finish(first, NOW, status="done")
    with pytest.raises(RunInterrupted):
        runs.commit(first, batch([signal("1")]), NOW)
    assert runs.begin("p", "work", "full", owner="you", now=NOW).epoch == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no proof on Windows")
def test_a_dead_processs_lease_is_taken_at_once(runs: Runs, monkeypatch) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead = Holder(current().host, child.pid, "")
    with monkeypatch.context() as patched:
        patched.setattr(leases, "current", lambda: dead)
        killed = runs.begin("p", "work", "full", owner="killed", now=NOW)
    assert runs.run(killed.run).status == "interrupted"
    assert runs.begin("p", "work", "full", owner="next", now=NOW).run == killed.run


def test_a_running_run_reads_as_running(runs: Runs, clock: FixedClock) -> None:
    lease = runs.begin("p", "work", "full", owner="me", now=NOW)
    assert runs.run(lease.run).status == "running"
    clock.moment = LATER
    assert [run.status for run in runs.runs("p")] == ["interrupted"]


def test_there_is_no_run_without_a_connection(runs: Runs) -> None:
    with pytest.raises(NotFound, match="no connection 'none'"):
        runs.begin("p", "none", "full", owner="me", now=NOW)
