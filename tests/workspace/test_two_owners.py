"""Two processes that sync one connection never both commit, however late one wakes.

A process stops itself (SIGSTOP) at a named moment. Its lease runs out, for the clock of
the other one, which takes the run over. Then the first is woken (SIGCONT).
"""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import FaultServer
from tests.support.listing import Listing, thing
from tests.workspace.doomed import Doomed
from tests.workspace.faulty import FULL, NEXT, Faulty

from ferrule.errors import AlreadyRunning, StoreError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX signals")

THINGS = 12
ALL = list(range(1, THINGS + 1))
CLEAN_RUN = ("full", "done", THINGS, THINGS, 0, 0, 0, 0, 0)
START = FakeClock().now()


@pytest.fixture(scope="module")
def server():
    with FaultServer() as running:
        yield running


@pytest.fixture(scope="module")
def doomed():
    with Doomed() as running:
        yield running


@pytest.fixture
def faulty(tmp_path: Path, server: FaultServer) -> Faulty:
    there = Listing([thing(number) for number in ALL])
    return Faulty(tmp_path, server, there, clock=FakeClock(START + timedelta(hours=1)))


def hurry(database) -> None:
    """Let the pooled connection give up at once instead of after its two seconds."""
    with database.reading() as db:
        db.execute("PRAGMA busy_timeout=1").fetchall()


@pytest.mark.parametrize(
    ("point", "nth", "pages"),
    [
        ("before fetch", 1, 0),
        ("before fetch", 3, 2),
        ("after fetch", 3, 2),
        ("after commit", 2, 2),
        ("before the event", 4, 4),
    ],
)
def test_a_stale_owner_that_wakes_commits_nothing(
    faulty, doomed, point: str, nth: int, pages: int
):
    doomed.begin({**faulty.job, "signal": "SIGSTOP", "point": point, "nth": nth})
    pid = doomed.stopped()
    assert faulty.ids == ALL[: 3 * pages]
    ended = faulty.sync(FULL)
    assert (ended.status, faulty.ids, faulty.runs()) == ("done", ALL, [CLEAN_RUN])
    left = faulty.kept(), faulty.runs(), faulty.ask("SELECT run, epoch FROM lease")
    os.kill(pid, signal.SIGCONT)
    code, said = doomed.ended()
    assert (code, said["status"], said["failure"]) == (
        0,
        "interrupted",
        "RunInterrupted",
    )
    assert "lost its lease" in said["error"]
    after = faulty.kept(), faulty.runs(), faulty.ask("SELECT run, epoch FROM lease")
    assert after == left


def test_a_stale_owner_that_wakes_into_another_run_leaves_it_alone(faulty, doomed):
    doomed.begin({**faulty.job, "signal": "SIGSTOP", "point": "after fetch", "nth": 2})
    pid = doomed.stopped()
    faulty.sync(FULL)
    faulty.listing.things = [thing(n, title="New") for n in ALL[:5]]
    half = {"point": "after commit", "nth": 1, "signal": "SIGKILL"}
    os.kill(pid, signal.SIGCONT)
    assert doomed.ended()[1]["failure"] == "RunInterrupted"
    assert doomed.sync({**faulty.job, **half})[0] == -signal.SIGKILL
    assert faulty.sync(FULL).counts.updated == 5
    assert faulty.ids == ALL[:5]
    assert faulty.sync(NEXT).status == "done"


def test_while_a_lease_lasts_nobody_else_may_sync(faulty, doomed):
    faulty.clock = FakeClock(START)
    doomed.begin({**faulty.job, "signal": "SIGSTOP", "point": "after commit", "nth": 1})
    pid = doomed.stopped()
    with pytest.raises(AlreadyRunning, match=f"by process {pid}"):
        faulty.sync(FULL)
    os.kill(pid, signal.SIGCONT)
    assert doomed.ended()[1]["status"] == "done"
    assert faulty.runs() == [CLEAN_RUN]


def test_an_owner_stopped_in_a_transaction_is_waited_for_and_not_overtaken(
    faulty, doomed
):
    doomed.begin(
        {**faulty.job, "signal": "SIGSTOP", "point": "in the transaction", "nth": 2}
    )
    pid = doomed.stopped()
    with pytest.raises(StoreError, match="Another program keeps writing"):
        faulty.sync(FULL, prepare=hurry)
    assert faulty.ids == ALL[:3]
    os.kill(pid, signal.SIGCONT)
    assert doomed.ended()[1]["status"] == "done"
    assert (faulty.ids, faulty.runs()) == (ALL, [CLEAN_RUN])


def test_an_owner_that_was_killed_is_followed_at_once(faulty, doomed):
    faulty.clock = FakeClock(START)
    killed = {"signal": "SIGKILL", "point": "in the transaction", "nth": 3}
    assert doomed.sync({**faulty.job, **killed})[0] == -signal.SIGKILL
    assert faulty.sync(FULL).status == "done"
    assert faulty.runs() == [CLEAN_RUN]
