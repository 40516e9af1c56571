"""What a sync is asked for, and all that its run needs, put together and checked.

Real and dry runs are prepared here alike: nothing is sent and nothing stored yet, but
for a token that the sign-in needs first.
"""

from collections.abc import Callable, Collection, Sequence

import msgspec

from ferrule.auth import Secrets
from ferrule.clock import Clock
from ferrule.credentials.tokens import TokenKeeper
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, UsageError
from ferrule.store.connections import Connection
from ferrule.store.records import Mode
from ferrule.sync.events import Event, Noticed, Waited, in_turn
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.run import DEFAULT_ERROR_RATIO, Orders
from ferrule.transport.client import Client, Meter
from ferrule.workspace.accounts import own_limits
from ferrule.workspace.clients import open_client, open_session
from ferrule.workspace.effective import effective
from ferrule.workspace.halting import Halt
from ferrule.workspace.running import read_time, sync_from, version_notices
from ferrule.workspace.sessions import Session


class SyncOrder(msgspec.Struct, frozen=True):
    """What a sync is asked for; without `full` it is incremental.

    A `dry` one counts what it would do and stores nothing.
    """

    full: bool = False
    sync_from: str | None = None
    fresh: bool = False
    limit: int | None = None
    allow_http: Collection[str] = ()
    dry: bool = False

    @property
    def mode(self) -> Mode:
        """Return the name of what is asked for."""
        return "full" if self.full else "incremental"


class Ready(msgspec.Struct, frozen=True):
    """What a run needs, checked and put together; nothing is sent yet."""

    connector: Connector
    plans: tuple[StreamPlan, ...]
    orders: Orders
    client: Client
    emit: Callable[[Event], None]
    warnings: tuple[Event, ...] = ()

    def begin(self, started: Event) -> None:
        """Tell that the run began, and what a person should know about it."""
        for event in (started, *self.warnings):
            self.emit(event)


def prepare(
    connection: Connection,
    document: bytes,
    secrets: Secrets,
    order: SyncOrder,
    *,
    emit: Callable[[Event], None],
    halt: Halt,
    clock: Clock,
    keeper: TokenKeeper | None = None,
    meter: Meter | None = None,
) -> Ready:
    """Return what a run of the connection needs.

    `keeper` keeps the tokens that are renewed on the way, `meter` counts its requests.

    Raises:
        ReauthRequired: when a person must sign in first.
        FerruleError: when it cannot be run at all.
    """
    told = _Told(in_turn(emit), halt)
    connector = effective(connection, document)
    if keeper is not None:
        keeper.tell = _teller(told)
    session = open_session(
        *(connector, connection.config, secrets),
        keeper=keeper,
        allow_http=order.allow_http,
        clock=clock,
    )
    halt.wakes(session.cancel)
    plans = _plans(connection, connector, session, clock)
    orders = _orders(connection, connector, plans[0], order)
    client = _client(
        *(connection, connector, plans, order, session),
        emit=told,
        clock=clock,
        meter=meter,
    )
    halt.wakes(client.cancel)
    warnings = version_notices(connector, connection.api_version, clock)
    return Ready(connector, plans, orders, client, told, warnings)


def _client(
    connection: Connection,
    connector: Connector,
    plans: Sequence[StreamPlan],
    order: SyncOrder,
    session: Session,
    *,
    emit: Callable[[Event], None],
    clock: Clock,
    meter: Meter | None,
) -> Client:
    return open_client(
        connector,
        plans[0].config,
        plans,
        allow_http=order.allow_http,
        own_limits=own_limits(connection),
        emit=emit,
        clock=clock,
        session=session,
        meter=meter,
    )


def _plans(
    connection: Connection, connector: Connector, session: Session, clock: Clock
) -> tuple[StreamPlan, ...]:
    if not connection.enabled:
        raise UsageError(
            f"The connection “{connection.key}” is disabled.",
            advice="Enable it first.",
        )
    return plan_streams(
        connector,
        Place(connection.project, connection.key),
        connection.config,
        session.secrets(),
        connection.streams,
        clock=clock,
        overrides=connection.mapping_overrides,
        captured=session.captured,
    )


def _teller(emit: Callable[[Event], None]) -> Callable[[FerruleError], None]:
    """Return what tells a warning about the sign-in as a notice of no stream."""
    return lambda error: emit(Noticed("", str(error)))


def _orders(
    connection: Connection, connector: Connector, plan: StreamPlan, order: SyncOrder
) -> Orders:
    since = order.sync_from or connection.sync_from
    if since is not None:
        since = read_time(since)
    since = since or sync_from(connector.sync_from, plan.config)
    ratio = connector.max_item_error_ratio
    return Orders(
        full=order.full,
        sync_from=since,
        limit=order.limit,
        max_item_error_ratio=DEFAULT_ERROR_RATIO if ratio is None else ratio,
    )


class _Told(msgspec.Struct):
    """Tells events to a listener, until it cannot listen any more.

    A log that cannot be written ends no sync. A reader that went away does. Whether the
    run waits is told to who may end it.
    """

    listen: Callable[[Event], None]
    halt: Halt
    heard: bool = True

    def __call__(self, event: Event) -> None:
        if isinstance(event, Waited):
            self.halt.waits(event.seconds)
        if not self.heard:
            return
        try:
            self.listen(event)
        except BrokenPipeError:
            raise
        except OSError:
            self.heard = False
