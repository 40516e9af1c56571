"""Keeping what was found about a connection, on all whom it concerns."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from ferrule.auth.token import tokens_of
from ferrule.credentials import Ref
from ferrule.errors import FerruleError, StoreError
from ferrule.store import Connection, StoredHealthCheck
from ferrule.workspace.health import RECENT, Finding, Health, next_health
from ferrule.workspace.shared_credentials import is_shared, uses_of
from ferrule.workspace.workspace import Workspace


def record_finding(
    workspace: Workspace, key: str, found: Finding, at: datetime
) -> Connection:
    """Keep what was found and return the connection as it is now.

    Tokens that the service takes no more are noted on all who share them.

    Raises:
        NotFound: when it was disconnected meanwhile.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    noted = _note(workspace, connection, found, at)
    if found.cause == "auth":
        with suppress(FerruleError):  # the others find out by themselves
            _tell_sharers(workspace, connection, found, at)
    return noted


def record_signed_in(workspace: Workspace, ref: Ref, at: datetime) -> None:
    """Note on all who share a sign-in that it is good again, where it had ended."""
    for use in uses_of(workspace, ref):
        with suppress(StoreError):  # it was disconnected meanwhile
            one = workspace.connections.get(use.project, use.key)
            if one.state == "reauth_required":
                _note(workspace, one, Finding(None), at)


def _tell_sharers(
    workspace: Workspace, connection: Connection, found: Finding, at: datetime
) -> None:
    """Note on all who share tokens with a connection that they are taken no more."""
    ref = workspace.registry.ref_of(connection)
    if ref is None or not is_shared(ref):
        return
    tokens = tokens_of(workspace.registry.secrets_of(connection))
    if tokens is None or not tokens.refused:
        return
    for use in uses_of(workspace, ref):
        if (use.project, use.key) == (connection.project, connection.key):
            continue
        with suppress(StoreError):
            one = workspace.connections.get(use.project, use.key)
            if one.state != "reauth_required":
                _note(workspace, one, found, at)


def _note(
    workspace: Workspace, was: Connection, found: Finding, at: datetime
) -> Connection:
    before = Health(was.state, was.consecutive_failures, was.last_error)
    if was.last_health_check is None:
        before = Health("healthy")  # what a connection begins with says nothing
    place = was.project, was.key
    checks = workspace.connections.health_checks(*place, limit=RECENT)
    latencies = [
        ms for ms in (found.latency_ms, *latencies_of(checks)) if ms is not None
    ]
    now = next_health(before, found, latencies)
    kept = found.latency_ms
    if before.state != now.state:
        _note_change(workspace, was, before.state, now)
    return workspace.connections.record_health(
        *place,
        healthy=found.cause is None,
        state=now.state,
        error=now.error,
        at=at,
        latency_ms=was.last_latency_ms if kept is None else kept,
        message=found.message,
    )


def _note_change(
    workspace: Workspace, was: Connection, before: str, now: Health
) -> None:
    worse = now.state != "healthy"
    workspace.operations.note(
        "health",
        f"“{was.key}” was {before} and is {now.state}: {now.error or 'it answers'}",
        level=("error" if now.state != "degraded" else "warning") if worse else "info",
        connector=was.connector_id,
        connection=was.key,
        outcome=now.state,
    )


def latencies_of(checks: Sequence[StoredHealthCheck]) -> list[float]:
    """Return the latencies that checks measured, in ms."""
    return [one.latency_ms for one in checks if one.latency_ms is not None]
