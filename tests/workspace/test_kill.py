"""A sync that is killed again and again ends as one that was left alone.

Here the command itself is killed, as a child of the window or in the foreground, at
moments that nobody chose: a start, a request, a commit, an end (those at named points
are in test_crashes). What is compared are the rows, the counts and the checkpoints of
two homes.
"""

import json
import random
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.commands import Ferrule, job
from tests.support.sandbox import Sandbox
from tests.support.soaking import Progress

ITEMS = 2500
LATENCY_MS = 12
KILLS = 8
SOAK_KILLS = 200
SHARE = 0.5  # of the syncs that are killed are children of this process
LONGEST_S = 0.35  # from the first page on: a whole sync takes about a second


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("slow"), ITEMS, LATENCY_MS) as running:
        yield running


@pytest.fixture
def homes(tmp_path: Path, slow: Sandbox) -> tuple[Ferrule, Ferrule]:
    """Return two homes, both connected and synced once."""
    made = (
        Ferrule(tmp_path / "killed", tmp_path),
        Ferrule(tmp_path / "whole", tmp_path),
    )
    for ferrule in made:
        address = f"baseUrl={slow.url}"
        assert ferrule("connect", "sandbox-issues", "--set", address).code == 0
        assert ferrule("sync", "sandbox-issues", "--full", "--json").code == 0
    return made


def kept(ferrule: Ferrule) -> dict[str, Any]:
    """Return rows, counts and checkpoints as they stand in the database."""
    with sqlite3.connect(ferrule.home / "ferrule.db") as db:
        rows = db.execute(
            "SELECT external_id, content_hash, stream, type, timestamp, summary,"
            " raw_payload FROM signal ORDER BY source, external_id"
        ).fetchall()
        runs = db.execute(
            "SELECT mode, status, processed, created, updated, unchanged, deleted,"
            " failed FROM run ORDER BY id"
        ).fetchall()
        marks = db.execute(
            "SELECT stream, checkpoint FROM checkpoint ORDER BY stream"
        ).fetchall()
        errors = db.execute("SELECT count(*) FROM item_error").fetchall()
        left = db.execute("SELECT count(*) FROM seen").fetchall()
        sound = db.execute("PRAGMA integrity_check").fetchall()
    db.close()
    found = {"rows": rows, "runs": runs, "marks": marks, "errors": errors}
    return found | {"seen": left, "sound": sound}


def as_child(ferrule: Ferrule, mode: str) -> subprocess.Popen[bytes]:
    process = ferrule.start("sync", "--control", "stdin", "--json")
    process.stdin.write(job("sandbox-issues", mode))
    process.stdin.flush()
    return process


def in_foreground(ferrule: Ferrule, mode: str) -> subprocess.Popen[bytes]:
    return ferrule.start("sync", "sandbox-issues", f"--{mode}", "--json")


def kill(process: subprocess.Popen[bytes], after_s: float) -> None:
    """Kill a sync `after_s` seconds after it said `started`, if it still runs."""
    for line in process.stdout:
        if json.loads(line)["type"] == "started":
            break
    timer = threading.Timer(after_s, process.kill)
    timer.start()
    process.stdout.read()
    code = process.wait(30)
    timer.cancel()
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    assert code in {0, -signal.SIGKILL}


def over(ferrule: Ferrule) -> bool:
    """Tell whether the latest run has ended: a kill may come after its last commit."""
    with sqlite3.connect(ferrule.home / "ferrule.db") as db:
        status = db.execute("SELECT status FROM run ORDER BY id DESC").fetchone()[0]
    db.close()
    return status == "done"


class Story:
    """Syncs of two homes from the same service: one is killed, one is left alone."""

    def __init__(self, ferrule: Ferrule, undisturbed: Ferrule, seed: int) -> None:
        self.ferrule = ferrule
        self.undisturbed = undisturbed
        self.hits = 0
        self.most_in_one_run = 0
        self._chance = random.Random(seed)  # noqa: S311 - moments, not secrets

    def tell(self, mode: str, kills: int) -> None:
        """Kill a run until it ends by itself or was hit so often; then compare."""
        hits = 0
        while hits < kills:
            start = as_child if self._chance.random() < SHARE else in_foreground
            moment = self._chance.uniform(0, LONGEST_S)
            kill(start(self.ferrule, mode), moment)
            if over(self.ferrule):
                break
            hits += 1
        else:
            assert self._sync(self.ferrule, mode)["resumed"]
        self.hits += hits
        self.most_in_one_run = max(hits, self.most_in_one_run)
        self._sync(self.undisturbed, mode)
        compare(self.ferrule, self.undisturbed)

    def _sync(self, ferrule: Ferrule, mode: str) -> Any:
        said = ferrule("sync", "sandbox-issues", f"--{mode}", "--json")
        assert (said.code, said.last["status"]) == (0, "done")
        return said.lines[0]


def compare(ferrule: Ferrule, undisturbed: Ferrule) -> None:
    found, wanted = kept(ferrule), kept(undisturbed)
    assert found["sound"] == [("ok",)]
    assert found["runs"] == wanted["runs"]
    assert found["marks"] == wanted["marks"]
    assert found["rows"] == wanted["rows"]
    assert (found["errors"], found["seen"]) == (wanted["errors"], wanted["seen"])


def tell_stories(homes: tuple[Ferrule, Ferrule], slow: Sandbox, kills: int) -> Story:
    story, number, told_of = Story(*homes, seed=kills), 0, Progress(kills, "kills")
    while story.hits < kills:
        slow.control(touch=600, add=50, remove=slow.ids(1 + number % 9)[:30])
        left = kills - story.hits
        story.tell("incremental" if number % 3 == 1 else "full", min(left, 12))
        told_of.add(story.hits - told_of.done)
        number += 1
    return story


def test_kills_at_any_moment_leave_what_an_undisturbed_sync_leaves(homes, slow):
    story = tell_stories(homes, slow, KILLS)
    assert story.hits == KILLS
    assert story.most_in_one_run >= 2


@pytest.mark.soak
def test_two_hundred_kills_at_any_moment(homes, slow):
    assert tell_stories(homes, slow, SOAK_KILLS).hits == SOAK_KILLS


def test_a_second_sync_at_once_is_refused(slow: Sandbox, tmp_path: Path):
    ferrule = Ferrule(tmp_path / "home", tmp_path)
    assert (
        ferrule("connect", "sandbox-issues", "--set", f"baseUrl={slow.url}").code == 0
    )
    slow.control(latency_ms=60)
    first = as_child(ferrule, "full")
    for line in first.stdout:
        if json.loads(line)["type"] == "batch":
            break
    first.send_signal(signal.SIGSTOP)  # else it may be done on a machine that is busy
    second = ferrule("sync", "sandbox-issues", "--json")
    assert second.code == 1
    assert second.last["error"] == "AlreadyRunning"
    assert f"by process {first.pid}" in second.last["message"]
    assert "Wait until that run ends" in second.last["advice"]
    words = ferrule("sync", "sandbox-issues")
    assert words.code == 1
    assert "is being synced since" in words.err
    first.send_signal(signal.SIGCONT)
    slow.control(latency_ms=LATENCY_MS)
    first.stdout.read()
    assert first.wait(30) == 0
    for pipe in (first.stdin, first.stdout, first.stderr):
        pipe.close()
