"""Connecting: making, checking and syncing the connections of a project."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress

from ferrule.auth import Secrets
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.api_versions import connector_at
from ferrule.descriptor.model import Connector
from ferrule.errors import (
    FerruleError,
    HostsGrew,
    KeychainUnavailable,
    ReauthRequired,
    StoreError,
)
from ferrule.exchange import Json
from ferrule.store import Connection
from ferrule.sync.events import Event, RunEnded
from ferrule.sync.plan import choose_streams
from ferrule.workspace.accounts import Account
from ferrule.workspace.checking import Check, CheckStep
from ferrule.workspace.effective import effective
from ferrule.workspace.halting import Halt
from ferrule.workspace.health import Cause, Finding
from ferrule.workspace.health_record import record_finding
from ferrule.workspace.host_sets import refuse_held
from ferrule.workspace.identities import signed_in_words
from ferrule.workspace.operations.run_lines import RunLines
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.running import read_time
from ferrule.workspace.sessions import keeper_of
from ferrule.workspace.syncing import sync
from ferrule.workspace.workspace import Workspace

_TELLING = frozenset(
    {
        "AuthRefused",
        "EndlessPaging",
        "ExchangeError",
        "OffHost",
        "RateLimitError",
        "ReauthRequired",
        "ServiceUnreachable",
        "TimedOut",
        "TooManyItemErrors",
        "UnexpectedStatus",
        "UnreadableResponse",
    }
)
_PERSON = frozenset({"ReauthRequired"})
_REFUSED = _PERSON | {"AuthRefused"}
_PASSING = frozenset(
    {
        "CircuitOpen",
        "ExchangeError",
        "RateLimitError",
        "ServiceUnreachable",
        "TimedOut",
        "UnexpectedStatus",
    }
)


def connect(
    workspace: Workspace,
    connector_id: str,
    config: Mapping[str, Json],
    secrets: Secrets,
    *,
    key: str | None = None,
    sync_from: str | None = None,
    streams: Sequence[str] | None = None,
    must_store: bool = False,
    method: str | None = None,
    api_version: str | None = None,
    shared: bool | None = None,
) -> Connection:
    """Make a connection and return it.

    `method` names one of several sign-ins; without it the usual one is used. So does
    `api_version`; the default is kept by its name, so that another default of a later
    connector moves nobody.
    Without secrets it uses the credential that its bundle shares, where one fits; with
    `shared` it must, with False it must not.
    With `must_store` secrets that would only live in memory are refused: a command
    ends and would forget them.

    Raises:
        FerruleError: when the configuration, the key or the secrets do not fit.
    """
    if secrets and must_store and not workspace.vault.state.can_store:
        raise KeychainUnavailable(
            "There is no place that keeps secrets: " + workspace.vault.state.message,
            advice="Unlock the keychain, or set FERRULE_MASTER_KEY.",
        )
    raw = workspace.catalogue.document(connector_id)
    connector = connector_at(raw, api_version)
    choose_streams(connector, streams)
    return workspace.registry.create_connection(
        Connection(
            key=key or connector_id,
            project=workspace.project.key,
            connector_id=connector_id,
            version="",
            config=config,
            sync_from=read_time(sync_from) if sync_from else None,
            streams=streams or None,
            auth_option=method,
            api_version=api_version,
        ),
        secrets,
        shared=shared,
    )


def free_key(workspace: Workspace, connector_id: str) -> str:
    """Return a key for a further connection of a connector."""
    taken = {c.key for c in workspace.connections.list(workspace.project.key)}
    number, key = 2, connector_id
    while key in taken:
        number, key = number + 1, f"{connector_id}-{number}"
    return key


def check_connection(
    workspace: Workspace,
    key: str,
    allow_http: Collection[str] = (),
    clock: Clock | None = None,
) -> Iterator[CheckStep]:
    """Yield the steps of a check and record the connection's health."""
    connection = workspace.connections.get(workspace.project.key, key)
    connector = workspace.registry.connector_of(connection)
    secrets = workspace.registry.secrets_of(connection)
    steps = []
    meter = workspace.operations.traffic.meter(key)
    account = Account.of(connection, workspace.runs, meter)
    try:
        refuse_held(workspace, connection, connector)
    except HostsGrew as error:
        yield _held(error)
        record_health(workspace, key, [_held(error)], clock or SystemClock())
        return
    keeper = keeper_of(workspace, connection, connector=connector)
    check = Check(
        connector, connection.config, secrets, allow_http, account, keeper=keeper
    )
    from ferrule.workspace.history.checks import kept_check  # a sync keeps nothing

    kept_check(workspace, check, connector.id, connection.config, key)
    for step in check.steps():
        steps.append(step)
        yield step
    record_health(workspace, key, steps, clock or SystemClock())


def _held(error: HostsGrew) -> CheckStep:
    return CheckStep(
        "configuration", ok=False, detail=error.message, advice=error.advice
    )


def record_health(
    workspace: Workspace, key: str, steps: Sequence[CheckStep], clock: Clock
) -> None:
    """Note what a check found; of a good one, who was signed in."""
    bad = next((step for step in steps if step.ok is False), None)
    health = next((step for step in steps if step.name == "health"), None)
    cause: Cause | None = None if bad is None else bad.cause or "lasting"
    message = signed_in_words(steps) if bad is None else bad.detail
    found = Finding(cause, message, health.ms if health else None)
    connection = record_finding(workspace, key, found, clock.now())
    workspace.operations.note(
        "check",
        f"“{key}”: {message or 'all steps went well'}",
        level="info" if bad is None else "error",
        connector=connection.connector_id,
        connection=key,
        entity=bad.name if bad else "",
        outcome="done" if bad is None else "failed",
        duration_ms=sum(step.ms or 0 for step in steps),
        details={"steps": [step.name for step in steps]},
    )


def sync_connection(
    workspace: Workspace,
    key: str,
    order: SyncOrder,
    *,
    emit: Callable[[Event], None],
    secrets: Secrets | None = None,
    halt: Halt | None = None,
    clock: Clock | None = None,
) -> RunEnded:
    """Sync one connection of the project; its secrets come from the vault.

    A dry run stores nothing, and says nothing about the connection's health either. Any
    run notes that a person must sign in again.

    Raises:
        HostsGrew: before the first request, when the connection is held.
        ReauthRequired: before the first request, when a person must sign in again.
        FerruleError: before the first request, when it cannot be run at all.
    """
    clock = clock or SystemClock()
    connection = workspace.connections.get(workspace.project.key, key)
    document = workspace.catalogue.document(connection.connector_id)
    connector = effective(connection, document)
    _pass_door(workspace, connection, connector, clock, dry=order.dry)
    given = (
        secrets if secrets is not None else workspace.registry.secrets_of(connection)
    )
    run = _dry_sync() if order.dry else sync
    keeper = keeper_of(workspace, connection, clock, connector)
    lines = RunLines(workspace.operations, emit, connector.id, key)
    try:
        ended = run(
            *(connection, document, given, workspace.runs, order),
            emit=lines,
            halt=halt,
            clock=clock,
            keeper=keeper,
            meter=workspace.operations.traffic.meter(key),
        )
    except ReauthRequired as error:
        lines.refused(error)
        _record_auth(workspace, key, error, clock)
        raise
    except FerruleError as error:
        lines.refused(error)
        raise
    with suppress(StoreError):  # it was disconnected as the run ended, or no room
        if not order.dry or ended.failure in _PERSON:
            _record_run(workspace, connection, ended, clock)
    unkept = keeper.settle() if keeper else None
    if unkept is not None:
        _record_auth(workspace, key, unkept, clock)
    return ended


def _pass_door(
    workspace: Workspace,
    connection: Connection,
    connector: Connector,
    clock: Clock,
    *,
    dry: bool,
) -> None:
    """Refuse to run what is held, and note that it is; a dry run notes nothing.

    Raises:
        HostsGrew: when it is.
    """
    try:
        refuse_held(workspace, connection, connector, remember=not dry)
    except HostsGrew as error:
        if not dry:
            found = Finding("lasting", error.message)
            _record(workspace, connection.key, found, clock)
        raise


def _record_auth(
    workspace: Workspace, key: str, error: FerruleError, clock: Clock
) -> None:
    """Note on the connection that a person must sign in again, and why."""
    _record(workspace, key, Finding("auth", error.message), clock)


def _record(workspace: Workspace, key: str, found: Finding, clock: Clock) -> None:
    with suppress(StoreError):
        record_finding(workspace, key, found, clock.now())


def _dry_sync() -> Callable[..., RunEnded]:
    from ferrule.workspace.dry_running import dry_sync  # a sync as usual needs none

    return dry_sync


def _record_run(
    workspace: Workspace, connection: Connection, ended: RunEnded, clock: Clock
) -> None:
    """Note on the connection how its run went: a refused credential asks for a new one.

    A run that was taken over or stopped by hand says nothing about its health.
    """
    if ended.failure is not None and ended.failure not in _TELLING:
        return
    if ended.failure is None and ended.pages == 0:
        return
    cause: Cause | None = None
    if ended.failure is not None:
        cause = "auth" if ended.failure in _REFUSED else "lasting"
        if ended.status == "interrupted" and ended.failure in _PASSING:
            cause = "passing"
    found = Finding(cause, ended.error or "", ended.latency_p50_ms)
    record_finding(workspace, connection.key, found, clock.now())
