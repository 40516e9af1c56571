"""A process that asks the service with a connection's sign-in, each time it is told to.

    python -m tests.workspace.refresher PROJECT [CONNECTION]

`FERRULE_HOME` and the master key are in its environment. It says `{"ready": true}`,
then answers each line of its standard input, a JSON object: `do` is `ask`, or `sync`;
with `room` false nothing can be written meanwhile; with `die` it is killed `before` or
`after` a new token is saved.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.support.signed_in import KEY

from ferrule.clock import SystemClock
from ferrule.credentials import HomeVault, Ref
from ferrule.credentials.vault import Secrets
from ferrule.errors import FerruleError
from ferrule.exchange import Request
from ferrule.workspace.clients import open_client, open_session
from ferrule.workspace.connecting import sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.sessions import Session, keeper_of
from ferrule.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]


class Asker:
    """Asks with one session; a context manager."""

    def __init__(self, workspace: Workspace, key: str = KEY) -> None:
        self.key = key
        self.told: list[str] = []
        registry = workspace.registry
        connection = registry.get_connection(workspace.project.key, key)
        connector = registry.connector_of(connection)
        keeper = keeper_of(workspace, connection)
        assert keeper is not None
        keeper.tell = lambda error: self.told.append(str(error))
        secrets = registry.secrets_of(connection)
        self.session: Session = open_session(
            connector, connection.config, secrets, keeper=keeper
        )
        url = f"{connection.config['baseUrl']}/secure/user"
        signed = connector.sign_in.authorise(
            Request("GET", url), self.session.secrets()
        )
        self.request = signed
        self.client = open_client(connector, connection.config, session=self.session)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def ask(self) -> dict[str, Any]:
        """Ask once and return what came of it."""
        self.told.clear()
        try:
            status = self.client.exchange(self.request).status
        except FerruleError as error:
            return {"failure": type(error).__name__, "error": error.message}
        return {"status": status, "told": list(self.told)}


class Refresher:
    """The process; a context manager."""

    def __init__(
        self, home: Path, project: Path, master_key: str, key: str = KEY
    ) -> None:
        self._place = [str(project), key]
        self._environment = {
            **os.environ,
            "FERRULE_HOME": str(home),
            "FERRULE_KEYCHAIN": "off",
            "FERRULE_MASTER_KEY": master_key,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.workspace.refresher", *self._place],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=30)

    def begin(self, do: str = "ask", **order: Any) -> None:
        """Tell it to do something; the first thing it says is that it is ready."""
        self.process.stdin.write(json.dumps({"do": do, **order}).encode() + b"\n")
        self.process.stdin.flush()

    def said(self) -> dict[str, Any]:
        """Return the next that it says; nothing when it died."""
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def __call__(self, do: str = "ask", **order: Any) -> dict[str, Any]:
        """Tell it to do something and return what came of it."""
        self.begin(do, **order)
        return self.said()


def _die(when: str) -> Callable[..., Secrets]:
    """Return what saves secrets in a vault and is killed before or after it."""
    save = HomeVault.update

    def update(
        vault: HomeVault, ref: Ref, change: Callable[[Secrets], Secrets]
    ) -> Secrets:
        if when == "after":
            save(vault, ref, change)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    return update


def _room(*, there: bool) -> None:
    """Let files grow, or let nothing be written to them at all."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if there else 0, hard))


def _sync(workspace: Workspace, key: str) -> dict[str, Any]:
    try:
        ended = sync_connection(
            *(workspace, key, SyncOrder()),
            emit=lambda _event: None,
            clock=SystemClock(),
        )
    except FerruleError as error:
        return {"failure": type(error).__name__, "error": error.message}
    return {"status": ended.status, "failure": ended.failure, "pages": ended.pages}


def _carry_out(workspace: Workspace, asker: Asker, order: dict[str, Any]) -> Any:
    if "die" in order:
        HomeVault.update = _die(order["die"])  # type: ignore[method-assign]  # it dies
    _room(there=order.get("room", True))
    try:
        return asker.ask() if order["do"] == "ask" else _sync(workspace, asker.key)
    finally:
        _room(there=True)


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _main() -> None:
    workspace = Workspace(Home.default(), Path(sys.argv[1]))
    with Asker(workspace, *sys.argv[2:]) as asker:
        _say({"ready": True})
        for line in sys.stdin:
            _say(_carry_out(workspace, asker, json.loads(line)))
    workspace.close()


if __name__ == "__main__":
    _main()
