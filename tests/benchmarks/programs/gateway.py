"""A receiver to be measured: `python gateway.py KIND FOLDER`; it prints its port.

`gateway` and `mapped` are ours, without and with mapping; `single` is ours with a
commit for each call; `enqueue` verifies and puts into a queue; `starlette` is a route
that verifies an HMAC and answers.
"""

import hmac
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.webhook.running import PATH, SECRET, Running, mapped

from ferrule.cli.collecting import settled
from ferrule.serving import listening, run, server_of
from ferrule.store import Kept, NewDelivery
from ferrule.webhook.gateway.application import Rules
from ferrule.webhook.gateway.writing import Draft, Written

NOTHING = NewDelivery(
    *("p", "hook", "acme.hook", "2026-01-01T00:00:00Z", "POST", "", (), b""),
    *("valid", "0" * 32),
)
TAKEN = Written(NOTHING, Kept(1, "pending"))


class Queue:
    """Takes calls and answers at once: nothing is written, the oldest go."""

    def __init__(self) -> None:
        self._calls: deque[Draft] = deque(maxlen=256)

    async def keep(self, draft: Draft, size: int) -> Written:
        self._calls.append(draft)
        return TAKEN

    def note(self, call: NewDelivery) -> None:
        self._calls.append(lambda: call)


async def verify(request: Request) -> Response:
    """Answer a call as the shortest application does that checks its HMAC."""
    body = await request.body()
    signature = "sha256=" + hmac.digest(SECRET.encode(), body, "sha256").hex()
    if not hmac.compare_digest(signature, request.headers["x-hub-signature-256"]):
        return Response(status_code=401)
    return Response(b'{"status":"accepted"}', 202, media_type="application/json")


def of_ours(kind: str, folder: Path) -> tuple[Any, Any]:
    """Return our server and its socket."""
    running = Running(
        folder,
        rules=Rules(per_minute=10**9),
        map_delivery=mapped if kind == "mapped" else None,
        most_at_once=1 if kind == "single" else 256,
    )
    running.gateway._notice = lambda _: None
    if kind == "enqueue":
        running.gateway._writer = Queue()
    return running.server, running.listener


def of_starlette(*_: object) -> tuple[Any, Any]:
    """Return a server of the shortest application and its socket."""
    app = Starlette(routes=[Route(PATH, verify, methods=["POST"])])
    server = server_of(app)
    server.config.http = "httptools"  # uvicorn's own, with less to look after
    return server, listening("127.0.0.1", 0)


def main(kind: str, folder: Path) -> None:
    """Answer until standard input ends."""
    made: Callable[..., tuple[Any, Any]] = (
        of_starlette if kind == "starlette" else of_ours
    )
    server, listener = made(kind, folder)

    def end() -> None:
        sys.stdin.read()
        server.should_exit = True

    settled()  # as the command does
    threading.Thread(target=end, daemon=True).start()
    server.ready = lambda: print(listener.getsockname()[1], flush=True)
    run(server, listener)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
