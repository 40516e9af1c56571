"""What a gateway does beside answering: it maps, sends what follows, and tells."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError
from ferrule.redaction import live
from ferrule.store.delivery_records import Delivery, MapDelivery
from ferrule.store.outbound import Outbound
from ferrule.store.told import Note
from ferrule.workspace.delivering import Delivering
from ferrule.workspace.notifying import Notifier, read_targets, sink_parts
from ferrule.workspace.operations.delivery_lines import delivery_lines
from ferrule.workspace.outbound import Outbox
from ferrule.workspace.outbound_sending import Sender
from ferrule.workspace.outbound_sinks import sinks_of
from ferrule.workspace.routing import read_routing
from ferrule.workspace.subscribing import due, renew
from ferrule.workspace.workspace import Workspace

RENEW_LOOK_S: Final = 600.0
"""Seconds between looks for subscriptions that are to be renewed."""
log = logging.getLogger(__name__)


class Effects:
    """What follows from calls, for as long as a gateway runs; a context manager.

    `told` hears what a person should know, in a thread of its own.

    Raises (when it is made):
        FerruleError: when the project's sinks cannot be used.
    """

    def __init__(
        self,
        workspace: Workspace,
        clock: Clock | None = None,
        *,
        told: Callable[[Note], None] = lambda _: None,
    ) -> None:
        routing, targets = (
            read_routing(workspace.project),
            read_targets(workspace.project),
        )
        parts = {**routing.sinks, **sink_parts(targets)}
        self.map_delivery: MapDelivery = Delivering(
            workspace, outbox=Outbox(routing, clock), clock=clock
        )
        self._sender = Sender(
            Outbound(workspace.database, clock),
            workspace.project.key,
            sinks_of(parts, workspace.project, clock),
            clock=clock,
            told=delivery_lines(workspace).event,
            also=_Looks(
                workspace,
                Notifier(workspace, targets, clock=clock, told=told),
                clock or SystemClock(),
            ),
        )

    def __enter__(self) -> Self:
        self._sender.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sender.finish()

    def settled(self, delivery: Delivery) -> None:
        """Hear of a delivery that was mapped: its events may be sent."""
        if delivery.status != "ignored":
            self._sender.wake()


class _Looks:
    """What is looked at now and then: what to tell, what to renew."""

    def __init__(self, workspace: Workspace, notifier: Notifier, clock: Clock) -> None:
        self._workspace = workspace
        self._notifier = notifier
        self._clock = clock
        self._next = clock.monotonic()

    def __call__(self) -> None:
        self._notifier()
        now = self._clock.monotonic()
        if now < self._next:
            return
        self._next = now + RENEW_LOOK_S
        for one in due(self._workspace, self._clock.now()):
            try:
                renew(self._workspace, one.connection)
            except FerruleError as error:
                log.warning("%s: %s", one.connection, live.text(str(error)))
