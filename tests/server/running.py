"""A registry server as a child, its tokens, and one call of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

from tests.bundle import acme

from ferrule.bundle import MEDIA_TYPE, seal_trust
from ferrule.server.database import Database
from ferrule.server.tokens import SCOPES, new_token

ROOT = Path(__file__).parents[2]
AT = "2025-06-01T12:00:00Z"
TRUST = "application/vnd.ferrule.trust.v1+json"


@dataclass(frozen=True)
class Said:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def error(self) -> dict:
        return self.json["error"]


class Server:
    """`ferrule server` over one database; a context manager that may start again."""

    def __init__(self, folder: Path, database: str = "", **env: str) -> None:
        self.database = database or str(folder / "server.db")
        self._trust = folder / "trust.json"
        self._trust.write_bytes(seal_trust(acme.trust(), [acme.ROOT]))
        self._env = env
        self._log = folder / "server.log"
        self.url = ""
        self.tokens: dict[tuple[str, ...], str] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FERRULE_")}
        python_path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", "")]))
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.server.child"),
                    *(self.database, str(self._trust), acme.ROOT.public.fingerprint),
                ],
                cwd=ROOT,
                env=kept | {"PYTHONPATH": python_path} | self._env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        line = self.process.stdout.readline()
        assert line, self.log
        self.url = json.loads(line)["url"]

    def stop(self, how: int | None = None) -> None:
        if how is not None:
            self.process.send_signal(how)
        self.process.stdin.close()
        self.process.wait(15)
        self.process.stdout.close()

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def token(self, *scopes: str) -> str:
        """Return a token with these scopes: all, unless some are named."""
        wanted = tuple(
            s for s in SCOPES if not scopes or s.rpartition(".")[2] in scopes
        )
        if wanted not in self.tokens:
            with Database.open(self.database) as database, database.writing() as db:
                self.tokens[wanted] = new_token(db, "a test", wanted, AT)[0]
        return self.tokens[wanted]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        scopes: Sequence[str] | None = (),
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Said:
        """Call one route; bytes are sent as they are, anything else as JSON."""
        sent = (
            {} if scopes is None else {"Authorization": f"Bearer {self.token(*scopes)}"}
        )
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body)
        if raw is not None:
            sent["Content-Type"] = kind
        place = self.url.removeprefix("http://")
        connection = HTTPConnection(place, timeout=30)
        try:
            connection.request(method, path, raw, sent | (headers or {}))
            found = connection.getresponse()
            return Said(found.status, dict(found.headers), found.read())
        finally:
            connection.close()

    def post(self, raw: bytes, query: str = "", **options: Any) -> Said:
        return self.ask(
            "POST", f"/api/v1/bundles{query}", raw, kind=MEDIA_TYPE, **options
        )

    def enable(self, connector_id: str, **members: Any) -> Said:
        wanted = {"enabled": True} | members
        return self.ask("PUT", f"/api/v1/descriptors/{connector_id}/enabled", wanted)
