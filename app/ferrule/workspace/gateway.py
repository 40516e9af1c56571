"""The gateway as a process: who is called, writing, mapping and answering, joined.

It listens before it says so, maps what an earlier process left, and finishes what is in
hand when it is told to end.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ferrule.clock import Clock, SystemClock
from ferrule.credentials import take_handed_key
from ferrule.errors import FerruleError
from ferrule.exchange import Json, decode
from ferrule.redaction import RedactingFormatter, live
from ferrule.store.deliveries import Deliveries
from ferrule.store.delivery_records import Delivery, MapDelivery
from ferrule.webhook.gateway.answers import Notice
from ferrule.webhook.gateway.application import Gateway, Page, Rules
from ferrule.webhook.gateway.bound import Bound
from ferrule.webhook.gateway.limits import PER_MINUTE
from ferrule.webhook.gateway.serving import (
    LOOPBACK,
    Server,
    end_with_input,
    listening,
    run,
    server_of,
)
from ferrule.webhook.gateway.worker import Mapper
from ferrule.webhook.gateway.writing import MOST_AT_ONCE, Writer
from ferrule.workspace.receiving import KEPT_FOR, Callees, routes
from ferrule.workspace.workspace import Workspace

TIDY_S: Final = 3600.0
Line = dict[str, Json]
_LOGGED: Final = {"ferrule.webhook": logging.WARNING, "uvicorn.error": logging.ERROR}
"""What is logged from which level on: nonsense that somebody sends is no warning."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a gateway listens, and what it may do.

    `public_url` is the address of a tunnel or proxy in front of it. With
    `allow_unsigned` others than this machine may call connections that verify nothing.
    `at_once` is how many calls one commit may hold.
    """

    host: str = LOOPBACK
    port: int = 0
    public_url: str = ""
    allow_unsigned: bool = False
    per_minute: int = PER_MINUTE
    at_once: int = MOST_AT_ONCE
    pages: Mapping[str, Page] = field(default_factory=dict)


def serve(
    workspace: Workspace,
    wanted: Wanted,
    map_delivery: MapDelivery | None = None,
    *,
    announce: Callable[[Line], None],
    noticed: Callable[[Notice], None] = lambda _: None,
    settled: Callable[[Delivery], None] = lambda _: None,
    until_stdin_ends: bool = False,
    clock: Clock | None = None,
) -> int:
    """Answer calls until the process is told to stop; return the signal, or 0.

    `map_delivery` is what makes signals of a call; without it calls are kept, and wait.

    With `until_stdin_ends` the end of standard input stops it, and lines are obeyed:
    `{"vaultKey": …}` opens the vault, `{"do": "stop"}` ends it.

    `announce` gets the line `ready` with `url` once it listens. `noticed` is called for
    each answer, on the event loop; `settled` for each delivery that was mapped, in the
    thread that maps.

    Raises:
        FerruleError: when the port is taken, or the database cannot be used.
    """
    clock = clock or SystemClock()
    with listening(wanted.host, wanted.port) as listener:
        host, port = listener.getsockname()[:2]
        bound = Bound(host, port, wanted.public_url, _name(wanted.host))
        mapper = Mapper(
            Deliveries(workspace.database, clock, only=workspace.project.key),
            map_delivery,
            told=settled,
            tidy=_Tidy(workspace, clock),
        )
        writer = Writer(
            workspace.deliveries.keep, most_at_once=wanted.at_once, wrote=mapper.wake
        )
        gateway = Gateway(
            *(bound, Callees(workspace, clock), writer, clock),
            rules=Rules(wanted.allow_unsigned, wanted.per_minute),
            notice=noticed,
            pages=wanted.pages,
        )
        server = server_of(gateway)
        server.begin = lambda: _begin(writer, mapper)
        server.ready = lambda: announce(_ready(workspace, bound, wanted))
        server.over = lambda: _finish(writer, mapper)
        _log_to_standard_error()
        if until_stdin_ends:
            end_with_input(server, lambda line: _obey(server, line))
        return run(server, listener)


def _name(host: str) -> str:
    """Return a host that was named; "" for an address, which says itself."""
    return "" if host.replace(".", "").isdecimal() or ":" in host else host


def _obey(server: Server, line: bytes) -> None:
    """Do what the parent asks for; what cannot be read is nothing."""
    try:
        asked = decode(line)
    except FerruleError:
        return
    if not isinstance(asked, dict):
        return
    key = asked.get("vaultKey")
    if isinstance(key, str) and key:
        take_handed_key(key)
    if asked.get("do") == "stop":
        server.should_exit = True


def _begin(writer: Writer, mapper: Mapper) -> None:
    writer.start()
    mapper.start()


def _finish(writer: Writer, mapper: Mapper) -> None:
    writer.finish()
    mapper.finish()


def _ready(workspace: Workspace, bound: Bound, wanted: Wanted) -> Line:
    """Return the line that says where it listens, and who is called where."""
    found = routes(workspace)
    exposed = bound.is_exposed and not wanted.allow_unsigned
    return {
        "type": "ready",
        "url": bound.origin,
        "publicUrl": wanted.public_url or None,
        "project": workspace.project.key,
        "connections": [
            {
                "connection": one.connection,
                "connector": one.connector_id,
                "path": one.path,
                "verification": one.verification,
                "refused": exposed and one.verification == "none",
            }
            for one in found
        ],
    }


class _Tidy:
    """Removes old deliveries, once an hour at most."""

    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace = workspace
        self._clock = clock
        self._next = clock.monotonic()

    def __call__(self) -> None:
        """Remove what is over, if it is time."""
        now = self._clock.monotonic()
        if now < self._next:
            return
        gone = self._workspace.deliveries.prune(self._clock.now() - KEPT_FOR)
        self._next = now + (0.0 if gone else TIDY_S)


def _log_to_standard_error() -> None:
    """Log what went wrong, and nothing that a caller sent, without secrets."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(RedactingFormatter(plain, live))
    for name, level in _LOGGED.items():
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
