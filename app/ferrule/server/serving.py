"""The registry server on a socket, under uvicorn, from its start to its end.

It listens on loopback. Elsewhere tokens would go over the network in the clear, so
another address needs the word of a person that a proxy with TLS stands in front.
"""

import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from ferrule.clock import Clock, SystemClock
from ferrule.errors import UsageError
from ferrule.metrics.page import Page
from ferrule.redaction import RedactingFormatter, live
from ferrule.server.application import application
from ferrule.server.database import Database
from ferrule.server.operation import Registry
from ferrule.server.secret_references import COMMAND, SecretReferences
from ferrule.server.trusting import begin
from ferrule.serving import LOOPBACK, end_with_input, listening, server_of

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
        with listening(wanted.host, wanted.port, "server") as listener:
            server = server_of(application(registry, wanted.connections))
            line = {"type": "ready", "url": _url(listener)}
            line["trust"] = str(trust.trust.version)
            server.ready = lambda: announce(line)
            _log_to_standard_error()
            if until_stdin_ends:
                end_with_input(server)
            server.run(sockets=[listener])
            return server.ended_by
    finally:
        database.close()


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


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
