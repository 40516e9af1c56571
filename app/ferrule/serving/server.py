"""A server on a socket, under uvicorn, from its start to its end.

On the way out what is in hand is finished: calls that came are answered, and `over`
finishes what they wait for.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any, Final

import uvicorn

from ferrule.errors import FerruleError, UsageError
from ferrule.serving.protocol import MOST_CONNECTIONS, PatientProtocol

LOOPBACK: Final = "127.0.0.1"
_MOST_PORT: Final = 65_535
_BACKLOG: Final = 256
_GRACE_S: Final = 5
_SWITCH_S: Final = 0.0005


class Server(uvicorn.Server):
    """uvicorn, telling when it begins, listens and is over, and what ended it."""

    begin: Callable[[], None] = staticmethod(lambda: None)
    ready: Callable[[], None] = staticmethod(lambda: None)
    over: Callable[[], None] = staticmethod(lambda: None)
    ended_by: int = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin what answers need, listen, then tell."""
        self.begin()
        await super().startup(sockets)
        self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what came, then tell."""
        await super().shutdown(sockets)
        await asyncio.to_thread(self.over)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take signals for a wish to end; none is raised again after the end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wished = (signal.SIGINT, signal.SIGTERM)
        before = {one: signal.signal(one, self._end) for one in wished}
        try:
            yield
        finally:
            for one, held in before.items():
                signal.signal(one, held)

    def _end(self, number: int, _frame: object) -> None:
        self.force_exit = self.should_exit  # asked twice
        self.should_exit = True
        self.ended_by = number


def server_of(app: Callable[..., Any]) -> Server:
    """Return a server of an ASGI application."""
    return Server(
        uvicorn.Config(
            app,
            http=PatientProtocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=_GRACE_S,
        )
    )


def run(server: Server, listener: socket.socket) -> int:
    """Answer until the process is told to stop; return the signal that did, or 0."""
    before = sys.getswitchinterval()
    # The threads that write and map give the interpreter back after each statement; at
    # 5 ms a turn, a batch of them would wait for as many turns of the event loop.
    sys.setswitchinterval(_SWITCH_S)
    try:
        server.run(sockets=[listener])
    finally:
        sys.setswitchinterval(before)
    return server.ended_by


def listening(host: str, port: int, what: str = "gateway") -> socket.socket:
    """Return a socket on which `what` listens; 0 is any free port.

    Raises:
        UsageError: for a port that is none.
        FerruleError: when it cannot listen there.
    """
    if not 0 <= port <= _MOST_PORT:
        raise UsageError(f"{port} is no port.", advice=f"Use 0 to {_MOST_PORT}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With IPPROTO_TCP named, asyncio sets TCP_NODELAY on what it accepts.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise FerruleError(
            f"The {what} cannot listen on {host}:{port}: {error.strerror}.",
            advice="Choose another address, or port 0 for any that is free.",
        ) from error
    return listener


def end_with_input(
    server: Server, told: Callable[[bytes], None] = lambda _: None
) -> None:
    """Stop the server at the end of standard input: the parent is gone, or is done.

    `told` gets each line that came, without its end, in a thread of its own.
    """

    def read() -> None:
        rest = b""
        with contextlib.suppress(OSError, ValueError):
            while chunk := os.read(sys.stdin.fileno(), 65_536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    told(line)
        server.should_exit = True

    threading.Thread(target=read, daemon=True, name="control").start()
