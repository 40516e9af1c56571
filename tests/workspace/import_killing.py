"""Imports in processes that are killed between two steps.

    python -m tests.workspace.import_killing

reads jobs as JSON lines: a `folder`, a `deed` with its `arguments`, and `at`: before
which step (a write to the disk, a rename, a deletion, or a transaction, counted from 1)
it is killed. Each is carried out in a process that is forked for it. A line says what
became of it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.bundle import acme
from tests.workspace.importer import AT, Importer

from ferrule.store import Database, schema
from ferrule.workspace import importing, taking_in

ROOT = Path(__file__).parents[2]


class Killed:
    """Carries out imports in processes of their own; a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workspace.import_killing"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def __call__(self, folder: Path, deed: str, at: int, **arguments: Any) -> str:
        """Carry out a deed and return what became of it: killed, done or failed."""
        job = {"folder": str(folder), "deed": deed, "at": at, "arguments": arguments}
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        return str(json.loads(self._process.stdout.readline())["came"])


def _arm(at: int) -> None:
    """Let this process be killed before its step of that number."""
    seen = [0]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: Any, **named: Any) -> Any:
            seen[0] += 1
            if seen[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return counting

    for owner, name in (
        (os, "fsync"),
        (Path, "rename"),
        (Path, "replace"),
        (shutil, "rmtree"),
        (Database, "writing"),
        (Database, "_give_back"),
    ):
        setattr(owner, name, counted(getattr(owner, name)))


def _deed(room: Importer, job: dict[str, Any]) -> None:
    given = job["arguments"]
    if job["deed"] == "take_in":
        path = Path(given["path"])
        importing.take_in(room.workspace, path, enable=given["enable"], clock=AT)
    elif job["deed"] == "drop":
        importing.drop(room.workspace, given["bundle"])
    else:
        getattr(importing, job["deed"])(room.workspace, given["connectors"])


def _carry_out(job: dict[str, Any]) -> str:
    child = os.fork()
    if not child:
        code = 1
        try:
            for module in (importing, taking_in):
                module.trusted = lambda _workspace: acme.trust()  # type: ignore[attr-defined]  # it dies
            room = Importer(Path(job["folder"]))
            _arm(job["at"])
            _deed(room, job)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return "done" if os.WEXITSTATUS(status) == 0 else "failed"


def _main() -> None:
    schema.statements()  # once for all that are forked
    for line in sys.stdin:
        sys.stdout.write(json.dumps({"came": _carry_out(json.loads(line))}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
