"""The sandbox as a child process, as the window and the README start it."""

import json
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

from tests.support.commands import Ferrule


class Sandbox:
    """`ferrule sandbox --port 0 --control stdin`; a context manager."""

    def __init__(self, folder: Path, items: int = 500, latency_ms: int = 0) -> None:
        self._ferrule = Ferrule(folder / "sandbox-home", folder)
        self._options = ("--items", str(items), "--latency-ms", str(latency_ms))
        self.url = ""

    def __enter__(self) -> Self:
        self.process: subprocess.Popen[bytes] = self._ferrule.start(
            "sandbox", "--port", "0", "--control", "stdin", *self._options
        )
        ready = json.loads(self.process.stdout.readline())
        assert ready["type"] == "ready"
        self.url = ready["url"]
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
        self.process.stderr.close()

    def control(self, **order: Any) -> Any:
        """Tell the service what to do: add, touch, remove, fault, limit, latency_ms."""
        return self.ask("/_control", order)

    def ids(self, page: int = 1) -> list[int]:
        """Return the ids of a hundred issues."""
        found = self.ask(f"/link/issues?state=all&per_page=100&page={page}")
        return [issue["id"] for issue in found]

    def ask(self, path: str, body: Any = None) -> Any:
        """Return the JSON that the service answers."""
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=10)
        try:
            if body is None:
                connection.request("GET", path)
            else:
                connection.request("POST", path, json.dumps(body))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()
