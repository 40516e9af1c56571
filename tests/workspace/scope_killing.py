"""Changes of whose a credential is, in processes that are killed between two writings.

    python -m tests.workspace.scope_killing PROJECT

The home and the master key are in its environment. It reads jobs as JSON lines:
`deed`, its `arguments`, and `at`: before which writing (of the vault or of the
database, counted from 1) it is killed. Each is carried out in a process that is forked
for it. A line says whether it was killed or done.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr

from ferrule.credentials import HomeVault
from ferrule.store import Database
from ferrule.workspace import keeping, scopes
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]


class Killed:
    """Carries out changes in processes of their own; a context manager."""

    def __init__(self, home: Path, project: Path, master_key: str) -> None:
        self._project = project
        self._environment = {
            **os.environ,
            "FERRULE_HOME": str(home),
            "FERRULE_KEYCHAIN": "off",
            "FERRULE_MASTER_KEY": master_key,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workspace.scope_killing", str(self._project)],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def __call__(self, deed: str, at: int, **arguments: Any) -> str:
        """Carry out a change and return what became of it: killed or done."""
        job = {"deed": deed, "at": at, "arguments": arguments}
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        return str(json.loads(self._process.stdout.readline())["came"])


def _secrets(values: dict[str, str]) -> dict[str, SecretStr]:
    return {key: SecretStr(value) for key, value in values.items()}


def _connect(w: Workspace, connector: str, given: dict[str, str], **how: Any) -> object:
    return connect(w, connector, how["config"], _secrets(given), must_store=True)


def _update(
    w: Workspace, key: str, given: dict[str, str], changes: dict[str, Any]
) -> object:
    return w.registry.update_connection("work", key, changes, _secrets(given) or None)


DEEDS: dict[str, Callable[..., object]] = {
    "connect": _connect,
    "update": _update,
    "share": scopes.share,
    "use_shared": scopes.use_shared,
    "keep_own": lambda w, key, given: scopes.keep_own(w, key, _secrets(given)),
    "forget": keeping.forget,
    "forget_shared": keeping.forget_shared,
    "disconnect": lambda w, key: w.registry.delete_connection("work", key),
}


def _arm(at: int) -> None:
    """Let this process be killed before its writing of that number."""
    seen = [0]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: Any, **named: Any) -> Any:
            seen[0] += 1
            if seen[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return counting

    for name in ("put", "update", "copy", "delete"):
        setattr(HomeVault, name, counted(getattr(HomeVault, name)))
    Database.writing = counted(Database.writing)  # type: ignore[method-assign]  # it dies


def _carry_out(job: dict[str, Any]) -> str:
    child = os.fork()
    if not child:
        code = 1
        try:
            workspace = Workspace(Home.default(), Path(sys.argv[1]))
            _arm(job["at"])
            DEEDS[job["deed"]](workspace, **job["arguments"])
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return "done" if os.WEXITSTATUS(status) == 0 else "failed"


def _main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps({"came": _carry_out(json.loads(line))}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
