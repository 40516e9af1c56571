"""The sample service on a port of 127.0.0.1, under uvicorn.

It says where it listens once it does. Only this module knows a socket.
"""

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import uvicorn
from starlette.types import Receive, Scope, Send

from ferrule.errors import FerruleError, UsageError
from ferrule.sandbox.answer import Asked, told
from ferrule.sandbox.api import Api
from ferrule.sandbox.authority.front import Duties, known_ones
from ferrule.sandbox.tracker import DEFAULT_ITEMS, SEED, Tracker

HOST: Final = "127.0.0.1"
_MOST_BODY = 65_536
_MOST_PORT = 65_535
_BACKLOG = 128
_WITH_BODY: Final = frozenset({"POST", "PATCH"})

Announce = Callable[[dict[str, Any]], None]


def serve(
    port: int = 0,
    items: int = DEFAULT_ITEMS,
    latency_ms: int = 0,
    *,
    announce: Announce,
    seed: int = SEED,
    misbehave: Sequence[str] = (),
    until_stdin_ends: bool = False,
) -> None:
    """Answer on `port` (0: any free one) until the process is told to stop.

    `announce` gets `{"type": "ready", "url": "http://127.0.0.1:PORT"}` once the
    service listens. `misbehave` is what its sign-ins do wrong from the start. With
    `until_stdin_ends` the end of standard input stops it.

    Raises:
        FerruleError: when the port is taken, a figure is out of its range, or there is
            no such misbehaviour.
    """
    with _listening(port) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        api = Api(Tracker(items, seed), latency_ms=max(latency_ms, 0))
        if misbehave:
            api.authority.obey(Duties(misbehave=known_ones(misbehave)))
        server = _Server(_configured(application(api, url)))
        server.ready = lambda: announce({"type": "ready", "url": url})
        if until_stdin_ends:
            threading.Thread(target=_watch_stdin, args=(server,), daemon=True).start()
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn, telling when it listens."""

    ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        self.ready()


def _configured(app: Callable[..., Any]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def _listening(port: int) -> socket.socket:
    if not 0 <= port <= _MOST_PORT:
        raise UsageError(f"{port} is no port.", advice=f"Use 0 to {_MOST_PORT}.")
    # With IPPROTO_TCP named, asyncio sets TCP_NODELAY on what it accepts; without it
    # head and body of a small answer wait 40 ms for one another.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise FerruleError(
            f"The sandbox cannot listen on {HOST}:{port}: {error.strerror}.",
            advice="Choose another port, or 0 for any that is free.",
        ) from error
    return listener


def _watch_stdin(server: uvicorn.Server) -> None:
    """Stop the server at the end of standard input: the parent is gone, or is done."""
    try:
        while os.read(sys.stdin.fileno(), 4096):
            pass
    except (OSError, ValueError):
        pass  # a standard input that is closed has ended
    server.should_exit = server.force_exit = True


def application(api: Api, origin: str) -> Callable[[Scope, Receive, Send], Any]:
    """Return `api` as an ASGI application that is called at `origin`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _read(receive) if scope["method"] in _WITH_BODY else b""
        if body is None:
            answer = told({"message": "Content Too Large", "status": 413}, 413)
        else:
            answer = api.answer(_asked(scope, body, origin))
        if answer.delay_ms:
            await asyncio.sleep(answer.delay_ms / 1000)
        headers = [(k.encode(), v.encode()) for k, v in answer.headers]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": answer.body})

    return app


def _asked(scope: Scope, body: bytes, origin: str) -> Asked:
    query = scope["query_string"].decode("latin-1")
    headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
    by_name = origin.replace(HOST, "localhost")
    if headers.get("host", "").lower() == by_name.removeprefix("http://"):
        origin = by_name  # links and the issuer are what the caller calls it
    return Asked(
        method=scope["method"],
        path=scope["path"],
        params=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=body,
        origin=origin,
        query=query,
    )


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request, None when it is larger than 64 kB."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _MOST_BODY:
            return None
    return bytes(body)
