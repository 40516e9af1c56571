"""The stateless run: a descriptor in, JSON lines out, nothing kept.

Any scheduler can drive a connector with it: the state of one run is the input of the
next. Neither a database nor a keychain is touched.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from ferrule.auth import Secrets
from ferrule.auth.token import tokens_of
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.descriptor.api_versions import read_connector
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, RunInterrupted, StoreError, UsageError
from ferrule.exchange import Json
from ferrule.expression.dates import parse_date
from ferrule.expression.template import Scope, compile_template
from ferrule.resilience.rates import whole_number
from ferrule.store.records import Counts, Ending, Mode
from ferrule.sync.ahead import USUAL_THREADS, Ahead
from ferrule.sync.events import (
    Event,
    Noticed,
    RunEnded,
    RunStarted,
    ended,
    in_turn,
    line_bytes,
)
from ferrule.sync.plan import Place, StreamPlan, plan_streams
from ferrule.sync.run import DEFAULT_ERROR_RATIO, Orders, Progress, Run
from ferrule.transport.client import Client
from ferrule.workspace.clients import open_client, open_session
from ferrule.workspace.deprecating import deprecation
from ferrule.workspace.line_sink import LineSink, nothing_to_flush
from ferrule.workspace.own_credentials import refuse_malformed
from ferrule.workspace.run_state import read_state
from ferrule.workspace.sessions import Session


class RunOrder(msgspec.Struct, frozen=True):
    """What a stateless run is asked for.

    `method` names one of several sign-ins, `api_version` one of several versions.
    """

    descriptor: bytes
    config: Mapping[str, Json]
    secrets: Secrets
    state: Path | None = None
    limit: int | None = None
    streams: Sequence[str] | None = None
    full: bool = False
    allow_http: Collection[str] = ()
    method: str | None = None
    api_version: str | None = None


def _nobody_listens(_event: Event) -> None:
    """Take no notice."""


def run_once(
    order: RunOrder,
    write: Callable[[bytes], None],
    clock: Clock | None = None,
    *,
    flush: Callable[[], None] = nothing_to_flush,
    listen: Callable[[Event], None] = _nobody_listens,
) -> RunEnded:
    """Run a descriptor and write its JSON lines; return the last of them.

    `listen` hears each event after its line is written.
    The last line is written in every case, also when the run fails or is interrupted.

    Raises:
        FerruleError: before the first request, when the order cannot be run at all.
    """
    clock = clock or SystemClock()
    began = clock.monotonic()

    @in_turn
    def emit(event: Event) -> None:
        write(line_bytes(event.wire()))
        listen(event)

    connector, session, plans = _prepared(order, clock)
    config = plans[0].config
    before = read_state(order.state)
    mode: Mode = "full" if order.full else "incremental"
    sink = LineSink(write, before.streams, mode, order.state, flush)
    client = open_client(
        *(connector, config, plans),
        allow_http=order.allow_http,
        emit=emit,
        clock=clock,
        session=session,
    )
    _tell_rotation(order.secrets, session, plans, emit)
    client.resume(before.spent)
    sink.spent = client.spent
    run = Run(plans, client.send, sink, _orders(order, connector, config), emit, clock)
    run.ahead = look_ahead(connector, config, client)
    _begin(order, connector, run, sink)
    with client:
        return _carried_out(run, sink, began)


def _prepared(
    order: RunOrder, clock: Clock
) -> tuple[Connector, Session, tuple[StreamPlan, ...]]:
    """Return what an order runs, how it signs in, and the streams that it asks for."""
    connector = read_connector(
        order.descriptor, version=order.api_version, method=order.method
    )
    refuse_malformed(connector, order.secrets)
    session = open_session(
        *(connector, order.config, order.secrets),
        allow_http=order.allow_http,
        clock=clock,
    )
    plans = plan_streams(
        connector,
        Place("", connector.id),
        *(order.config, session.secrets(), order.streams),
        clock=clock,
        captured=session.captured,
    )
    return connector, session, plans


def _tell_rotation(
    given: Secrets,
    session: Session,
    plans: Sequence[StreamPlan],
    emit: Callable[[Event], None],
) -> None:
    """Tell, once, when the refresh token that was given is spent: now, or later."""
    tell = _rotation_teller(given, emit)
    tell(plans[0].secrets)
    session.teach(tell)


def _begin(order: RunOrder, connector: Connector, run: Run, sink: LineSink) -> None:
    """Write the first lines: what is run, and what is to be known of its version."""
    run.emit(_started(connector, run.plans, sink))
    for notice in version_notices(connector, order.api_version, run.clock):
        run.emit(notice)


def _rotation_teller(
    given: Secrets, emit: Callable[[Event], None]
) -> Callable[[Secrets], None]:
    """Return what tells, once, that the refresh token that was given is spent."""
    before, told = tokens_of(given), False

    def tell(secrets: Secrets) -> None:
        nonlocal told
        tokens = tokens_of(secrets)
        new = tokens.refresh if tokens else None
        if told or new is None or new == (before.refresh if before else None):
            return
        told = True
        emit(Noticed("", _SPENT))

    return tell


_SPENT = (
    "The service gave another refresh token, and this command keeps nothing: the one "
    "that was given may not work again. A connection keeps it: ferrule connect and "
    "ferrule sync."
)


def look_ahead(
    connector: Connector, config: Mapping[str, Json], client: Client
) -> Ahead | None:
    """Return the look-ahead of a run, None where only one request may go at once.

    Raises:
        DescriptorError: when the template of `maxConcurrency` does not give a number.
    """
    names: dict[str, Json] = {"config": dict(config)}
    allowed = whole_number(connector.max_concurrency, names, "/maxConcurrency")
    threads = min(USUAL_THREADS, allowed or USUAL_THREADS)
    return Ahead(client.send, threads, client.cancel) if threads > 1 else None


def _carried_out(run: Run, sink: LineSink, began: float) -> RunEnded:
    """Run to the end, whatever it is, and write the last line."""
    try:
        run.execute()
    except FerruleError as error:
        return _end(run, sink, error, began)
    except KeyboardInterrupt:
        _end(run, sink, RunInterrupted("The run was ended by Ctrl-C."), began)
        raise
    return _end(run, sink, None, began)


def _orders(order: RunOrder, connector: Connector, config: dict[str, Json]) -> Orders:
    ratio = connector.max_item_error_ratio
    return Orders(
        full=order.full,
        sync_from=sync_from(connector.sync_from, config),
        limit=order.limit,
        max_item_error_ratio=DEFAULT_ERROR_RATIO if ratio is None else ratio,
    )


def _started(
    connector: Connector, plans: Sequence[StreamPlan], sink: LineSink
) -> RunStarted:
    return RunStarted(
        run=0,
        connection=connector.id,
        connector=f"{connector.id}@v{connector.version}",
        mode=sink.mode,
        streams=tuple(plan.key for plan in plans),
        resumed=any(sink.position(plan.key) is not None for plan in plans),
        counts=Counts(),
    )


def version_notices(
    connector: Connector, version: str | None, clock: Clock
) -> tuple[Event, ...]:
    """Return what a person should know of the API version that a run uses."""
    found = deprecation(connector, version, clock.now().date())
    if found is None:
        return ()
    guide = f" Guide: {found.guide}" if found.guide else ""
    return (Noticed("", f"{found.title} {found.advice}{guide}"),)


def sync_from(template: str | None, config: Mapping[str, Json]) -> str | None:
    """Return the descriptor's `syncFrom` filled from the configuration.

    Raises:
        UsageError: when it does not give a time.
    """
    if template is None:
        return None
    value = compile_template(template).render(
        Scope({"config": dict(config)}, dict(config))
    )
    return read_time(str(value)) if value else None


def read_time(text: str) -> str:
    """Return a time that a person gave for `syncFrom`, as RFC 3339 in UTC.

    Raises:
        UsageError: when it is none.
    """
    try:
        return rfc3339(parse_date(text))
    except ValueError as error:
        raise UsageError(
            f"syncFrom: {error}", advice="Write it as 2026-01-31 or 2026-01-31T08:00Z."
        ) from None


def _end(
    run: Run, sink: LineSink, failure: FerruleError | None, began: float
) -> RunEnded:
    """Keep the checkpoints of what was seen whole, and write the last line."""
    progress = run.progress
    for stream, checkpoint in progress.whole.items():
        sink.complete(stream, checkpoint)
    try:
        if progress.whole or sink.untold or sink.spent():
            sink.tell()
    except StoreError as error:
        failure = failure or error
    last = ended(
        run=0,
        status=_status(progress, failure),
        counts=progress.counts,
        skipped=progress.counts.skipped,
        pages=progress.pages,
        seconds=run.clock.monotonic() - began,
        checkpoints={k: sink.checkpoint(k) for k in progress.whole},
        failure=failure,
    )
    run.emit(last)
    sink.flush()
    return last


def _status(progress: Progress, failure: FerruleError | None) -> Ending:
    if isinstance(failure, RunInterrupted):
        return "interrupted"
    if failure is not None:
        return "failed"
    return "stopped" if progress.stopped else "done"
