"""The gateway as a process: who is called, writing, mapping and answering, joined.

It listens before it says so, maps what an earlier process left, and finishes what is in
hand when it is told to end.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from ferrule.clock import Clock, SystemClock
from ferrule.credentials import take_handed_key
from ferrule.errors import FerruleError
from ferrule.exchange import Json, decode
from ferrule.redaction import RedactingFormatter, live
from ferrule.serving import (
    LOOPBACK,
    Server,
    end_with_input,
    listening,
    run,
    server_of,
)
from ferrule.store.deliveries import Deliveries
from ferrule.store.delivery_records import Delivery, MapDelivery
from ferrule.webhook.gateway.answers import Notice
from ferrule.webhook.gateway.application import Gateway, Page, Rules
from ferrule.webhook.gateway.bound import Bound
from ferrule.webhook.gateway.limits import PER_MINUTE
from ferrule.webhook.gateway.worker import Mapper
from ferrule.webhook.gateway.writing import Writer
from ferrule.workspace.handing import take_handed
from ferrule.workspace.operations.delivery_lines import DeliveryLines
from ferrule.workspace.operations.reading import prune_log
from ferrule.workspace.receiving import KEPT_FOR, Callees, routes
from ferrule.workspace.workspace import Workspace

TIDY_S: Final = 3600.0
Line = dict[str, Json]
One = TypeVar("One")
_LOGGED: Final = {"ferrule": logging.WARNING, "uvicorn.error": logging.ERROR}
"""What is logged from which level on: nonsense that somebody sends is no warning."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a gateway listens, what it may do, and what ends it.

    `public_url` is the address of a tunnel or proxy in front of it. With
    `allow_unsigned` others than this machine may call connections that verify nothing.
    With `until_stdin_ends` the end of standard input stops it, and lines are obeyed:
    `{"vaultKey": …}` opens the vault, `{"secrets": {…}}` are kept in memory where
    nothing opens one, `{"do": "stop"}` ends it.
    """

    host: str = LOOPBACK
    port: int = 0
    public_url: str = ""
    allow_unsigned: bool = False
    per_minute: int = PER_MINUTE
    until_stdin_ends: bool = False
    pages: Mapping[str, Page] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of what: `announce` gets the line `ready` once the gateway listens.

    `noticed` is called for each answer, on the event loop; `settled` for each delivery
    that was mapped, in the thread that maps.
    """

    announce: Callable[[Line], None]
    noticed: Callable[[Notice], None] = lambda _: None
    settled: Callable[[Delivery], None] = lambda _: None


def serve(
    workspace: Workspace,
    wanted: Wanted,
    map_delivery: MapDelivery | None,
    told: Told,
    clock: Clock | None = None,
) -> int:
    """Answer calls until the process is told to stop; return the signal, or 0.

    `map_delivery` is what makes signals of a call; without it calls are kept, and wait.

    Raises:
        FerruleError: when the port is taken, or the database cannot be used.
    """
    clock = clock or SystemClock()
    with listening(wanted.host, wanted.port) as listener:
        host, port = listener.getsockname()[:2]
        bound = Bound(host, port, wanted.public_url, _name(wanted.host))
        working = _Working(workspace, map_delivery, told, clock)
        server = server_of(working.gateway(bound, wanted))
        server.begin, server.over = working.begin, working.finish
        server.ready = lambda: told.announce(_ready(workspace, bound, wanted))
        _log_to_standard_error()
        if wanted.until_stdin_ends:
            given = _Given(workspace, working.callees)
            end_with_input(server, lambda line: _obey(server, given, line))
        return run(server, listener)


class _Working:
    """Who is called, who writes and who maps, for as long as a gateway runs."""

    def __init__(
        self,
        workspace: Workspace,
        map_delivery: MapDelivery | None,
        told: Told,
        clock: Clock,
    ) -> None:
        self._lines = DeliveryLines(workspace.operations, clock)
        self._told = told
        self._clock = clock
        self.callees = Callees(workspace, clock)
        self._mapper = Mapper(
            Deliveries(workspace.database, clock, only=workspace.project.key),
            map_delivery,
            told=_both(self._lines.settled, told.settled),
            put_off=self._lines.put_off,
            tidy=_Tidy(workspace, clock),
        )
        self._writer = Writer(workspace.deliveries.keep, wrote=self._mapper.wake)

    def gateway(self, bound: Bound, wanted: Wanted) -> Gateway:
        """Return what answers calls."""
        return Gateway(
            *(bound, self.callees, self._writer, self._clock),
            rules=Rules(wanted.allow_unsigned, wanted.per_minute),
            notice=_both(self._lines.answered, self._told.noticed),
            pages=wanted.pages,
        )

    def begin(self) -> None:
        """Begin to write and to map."""
        self._writer.start()
        self._mapper.start()

    def finish(self) -> None:
        """Write what waits, end after what is being mapped."""
        self._writer.finish()
        self._mapper.finish()


def _both(
    first: Callable[[One], None], then: Callable[[One], None]
) -> Callable[[One], None]:
    def hear(one: One) -> None:
        first(one)
        then(one)

    return hear


def _name(host: str) -> str:
    """Return a host that was named; "" for an address, which says itself."""
    return "" if host.replace(".", "").isdecimal() or ":" in host else host


class _Given(NamedTuple):
    """What a parent's keys and secrets are for."""

    workspace: Workspace
    callees: Callees

    def open_vault(self, key: str) -> None:
        """Open the vault with its key."""
        take_handed_key(key)
        if self.workspace.opened_vault is not None:
            self.workspace.opened_vault.look_again()
        self.callees.forget()

    def keep(self, secrets: Json) -> None:
        """Keep secrets in memory."""
        take_handed(self.workspace, secrets)
        self.callees.forget()


def _obey(server: Server, given: _Given, line: bytes) -> None:
    """Do what the parent asks for; what cannot be read is nothing."""
    try:
        asked = decode(line)
    except FerruleError:
        return
    if not isinstance(asked, dict):
        return
    key = asked.get("vaultKey")
    if isinstance(key, str) and key:
        given.open_vault(key)
    if "secrets" in asked:
        given.keep(asked["secrets"])
    if asked.get("do") == "stop":
        server.should_exit = True


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
    """Removes old deliveries and lines of the log, once an hour at most."""

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
        if not gone:
            prune_log(self._workspace)


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
