"""A service on loopback that is asked to call, and answers as it is told."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple, Self


class Asked(NamedTuple):
    """One request: method, path with query, headers (lower-case), raw body."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw or b"null")


Answer = tuple[int, Any]


class HookService:
    """Answers each request by `answers`, by default with `status` and `answer`.

    `answers` gives a status and a body for a request, or None for the usual one; it may
    do whatever the service does meanwhile, such as calling back.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Any = {"data": {"id": 7, "expires": "2026-04-01T00:00:00Z"}}
        self.status = 200
        self.answers: Callable[[Asked], Answer | None] = lambda _: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                headers = {k.lower(): v for k, v in self.headers.items()}
                asked = Asked(
                    self.command, self.path, headers, self.rfile.read(size) or b""
                )
                outer.asked.append(asked)
                told = outer.answers(asked) or (outer.status, outer.answer)
                said = b"" if told[1] is None else json.dumps(told[1]).encode()
                self.send_response(told[0])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815  as the base asks for them

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What was asked so far, method and path."""
        return [(one.method, one.path) for one in self.asked]
