"""The registry server on a socket, under uvicorn, from its start to its end.

It listens on loopback. Elsewhere tokens would go over the network in the clear, so
another address needs the word of a person that a proxy with TLS stands in front.
"""

import contextlib
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass, field
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError, UsageError
from ferrule.metrics.page import Page
from ferrule.redaction import RedactingFormatter, live
from ferrule.server.application import application
from ferrule.server.database import Database
from ferrule.server.operation import Registry
from ferrule.server.secret_references import COMMAND, SecretReferences
from ferrule.server.trusting import begin

LOOPBACK: Final = "127.0.0.1"
MOST_CONNECTIONS: Final = 256
_MOST_PORT: Final = 65_535
_BACKLOG: Final = 128
_GRACE_S: Final = 5

Announce = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Serving:
    """Where a server listens and what it works on.

    `trust` is a signed trust list and `roots` the fingerprints of its root, which a
    person compared; without them the database must hold a list already. `connections`
    gives the metrics of the connections on this machine.
    """

    database: str
    host: str = LOOPBACK
    port: int = 0
    behind_tls: bool = False
    trust: bytes | None = None
    roots: Collection[str] = ()
    clock: Clock = field(default_factory=SystemClock)
    connections: Page | None = None


def serve(
    wanted: Serving, *, announce: Announce, until_stdin_ends: bool = False
) -> int:
    """Answer until the process is told to stop; return the signal that did, or 0.

    `announce` gets `{"type": "ready", "url": …, "trust": VERSION}` once it listens.

    Raises:
        FerruleError: when the port is taken, or the database cannot be used.
        UsageError: for an address that is not loopback, or a trust list that nobody
            confirmed.
    """
    _check_host(wanted.host, behind_tls=wanted.behind_tls)
    references = SecretReferences.of(os.environ.pop(COMMAND, ""))
    database = Database.open(wanted.database)
    try:
        trust = begin(database, wanted.trust, wanted.roots, wanted.clock)
        registry = Registry(database, wanted.clock, references)
        with _listening(wanted.host, wanted.port) as listener:
            server = _Server(_configured(application(registry, wanted.connections)))
            line = {"type": "ready", "url": _url(listener)}
            line["trust"] = str(trust.trust.version)
            server.ready = lambda: announce(line)
            _log_to_standard_error()
            if until_stdin_ends:
                _watch(server)
            server.run(sockets=[listener])
            return server.ended_by
    finally:
        database.close()


class _Server(uvicorn.Server):
    """uvicorn, telling when it listens and what ended it."""

    ready: Callable[[], None] = staticmethod(lambda: None)
    ended_by: int = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        self.ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take signals for a wish to end; none is raised again after the end."""
        wished = (signal.SIGINT, signal.SIGTERM)
        before = {one: signal.signal(one, self._end) for one in wished}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _end(self, number: int, _frame: object) -> None:
        self.force_exit = self.should_exit  # asked twice
        self.should_exit = True
        self.ended_by = number


def _configured(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
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


def _log_to_standard_error() -> None:
    """Log what went wrong, and nothing that a caller sent, without secrets."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(RedactingFormatter(plain, live))
    for name in ("ferrule.server", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)
        logger.propagate = False


def _check_host(host: str, *, behind_tls: bool) -> None:
    if behind_tls or host == "localhost":
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass  # a name: whose address it is, changes
    raise UsageError(
        f"On {host} tokens would go over the network in the clear.",
        advice="Put a proxy with TLS in front and say so: --behind-tls",
    )


def _listening(host: str, port: int) -> socket.socket:
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
            f"The server cannot listen on {host}:{port}: {error.strerror}.",
            advice="Choose another address, or port 0 for any that is free.",
        ) from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _watch(server: _Server) -> None:
    """Stop the server at the end of standard input: the parent is gone, or is done."""

    def wait() -> None:
        with contextlib.suppress(OSError, ValueError):
            while os.read(sys.stdin.fileno(), 4096):
                pass
        server.should_exit = True

    threading.Thread(target=wait, daemon=True).start()
