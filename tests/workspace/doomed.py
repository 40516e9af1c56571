"""Syncs in processes of their own that send themselves a signal at a named moment.

    python -m tests.workspace.doomed

reads jobs as JSON lines: path, address, descriptor, full, limit, and `signal`, `point`
and `nth`. Each is carried out in a process that is forked for it, so that none pays for
the imports. A line says how the process came off, and the one before how the run ended,
where anybody lived to tell.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.support.clock import FakeClock
from tests.workspace.killing import Killer, armed

from ferrule.errors import FerruleError
from ferrule.store import Connection, Database, Runs
from ferrule.workspace.syncing import SyncOrder, sync

ROOT = Path(__file__).parents[2]


class Doomed:
    """Carries out syncs in processes of their own; a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workspace.doomed"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def sync(self, job: Mapping[str, Any]) -> tuple[int, Any]:
        """Carry out a job; return its exit code (-9 if killed) and what it said."""
        self.begin(job)
        return self.ended()

    def begin(self, job: Mapping[str, Any]) -> None:
        """Begin a job; `stopped` or `ended` tell how it goes on."""
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()

    def stopped(self) -> int:
        """Wait until the process of the job has stopped itself; return its number."""
        line = json.loads(self._process.stdout.readline())
        return int(line["stopped"])

    def ended(self) -> tuple[int, Any]:
        """Wait until the job is over; return its exit code and what it said."""
        told: Any = None
        while True:
            line = json.loads(self._process.stdout.readline())
            if "code" in line:
                return int(line["code"]), told
            told = line


def carry_out(job: Mapping[str, Any], killer: Killer) -> dict[str, Any]:
    """Sync as the job says and return how that ended."""
    config = {"baseUrl": job["address"]}
    made = Connection("things", "p", "things", "1.0.0", config=config)
    order = SyncOrder(full=job["full"], limit=job["limit"])
    with Database.open(Path(job["path"])) as database, armed(killer):
        try:
            ended = sync(
                *(made, job["descriptor"].encode(), {}, Runs(database), order),
                emit=killer.emit,
                clock=FakeClock(),
            )
        except FerruleError as error:
            return {"failure": type(error).__name__, "error": error.message}
    return ended.wire()


def _tell(line: Mapping[str, Any]) -> None:
    os.write(1, json.dumps(line).encode() + b"\n")


def _die_of(job: Mapping[str, Any]) -> None:
    """Carry out a job in this process, which is its own, and leave."""
    number = signal.Signals[job["signal"]]
    act = lambda: os.kill(os.getpid(), number)
    _tell(carry_out(job, Killer(job["point"], job["nth"], act)))
    os._exit(0)


def _watch(pid: int) -> None:
    """Tell when a process stops, and how it ends."""
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            _tell({"code": os.waitstatus_to_exitcode(status)})
            return
        _tell({"stopped": pid})


if __name__ == "__main__":
    for told in sys.stdin:
        child = os.fork()
        if child == 0:
            _die_of(json.loads(told))
        _watch(child)
