"""How a connection stands, in one call: what the page of a connector shows of it."""

from dataclasses import dataclass
from datetime import timedelta

from ferrule.clock import Clock, SystemClock
from ferrule.exchange import Json
from ferrule.store.connections import Connection
from ferrule.store.records import StoredHealthCheck, StoredRun
from ferrule.store.series import RunSeries, Series, SignalSeries
from ferrule.store.traffic import Traffic, TrafficCounts
from ferrule.workspace.health import p95
from ferrule.workspace.workspace import Workspace

__all__ = [
    "ConnectionStanding",
    "RunSeries",
    "SignalSeries",
    "StoredHealthCheck",
    "StoredRun",
    "connection_standing",
    "connector_standing",
]
_LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ConnectionStanding:
    """One connection: its health so far, its last sync, how fast and how much.

    `health` are its latest checks, the oldest first. `latency_p95_ms` is that of the
    last day's requests, else of its health checks. `requests` and `failures` are those
    of the last day; `failures_in_a_row` what its health counts.
    """

    key: str
    connector_id: str
    enabled: bool
    state: str | None
    checked: str | None
    last_error: str | None
    failures_in_a_row: int
    health: tuple[StoredHealthCheck, ...]
    last_sync: StoredRun | None
    latency_p95_ms: float | None
    requests: int
    failures: int
    signals: SignalSeries
    runs: RunSeries

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        last = self.last_sync
        return {
            "type": "standing",
            "connection": self.key,
            "connector": self.connector_id,
            "enabled": self.enabled,
            "state": self.state,
            "checkedAt": self.checked,
            "lastError": self.last_error,
            "consecutiveFailures": self.failures_in_a_row,
            "lastSync": (last.finished_at or last.started_at) if last else None,
            "lastSyncStatus": last.status if last else None,
            "latencyP95Ms": self.latency_p95_ms,
            "requests24h": self.requests,
            "failures24h": self.failures,
            "signals": self.signals.total,
            "signals24h": list(self.signals.hours),
            "signals7d": list(self.signals.days),
            "runs7d": list(self.runs.runs),
            "badRuns7d": list(self.runs.bad),
        }


def connection_standing(
    workspace: Workspace, key: str, clock: Clock | None = None
) -> ConnectionStanding:
    """Return how a connection stands; nothing is asked of its service.

    Raises:
        NotFound: when there is no such connection.
    """
    found = workspace.connections.get(workspace.project.key, key)
    return _standing(workspace, found, clock or SystemClock())


def connector_standing(
    workspace: Workspace, connector_id: str, clock: Clock | None = None
) -> tuple[ConnectionStanding, ...]:
    """Return how each connection of a connector stands, by key."""
    project, moment = workspace.project.key, clock or SystemClock()
    found = workspace.connections.list(project, connector_id=connector_id)
    return tuple(_standing(workspace, one, moment) for one in found)


def _standing(
    workspace: Workspace, one: Connection, clock: Clock
) -> ConnectionStanding:
    place = one.project, one.key
    checks = workspace.connections.health_checks(*place)
    series = Series(workspace.database, clock)
    runs = workspace.runs.runs(*place, limit=20)
    traffic = _traffic(workspace, one, clock)
    latencies = [check.latency_ms for check in checks if check.latency_ms is not None]
    slow = traffic.quantile(0.95)
    return ConnectionStanding(
        key=one.key,
        connector_id=one.connector_id,
        enabled=one.enabled,
        state=one.state if one.last_health_check else None,
        checked=one.last_health_check,
        last_error=one.last_error,
        failures_in_a_row=one.consecutive_failures,
        health=tuple(reversed(checks)),
        last_sync=next((run for run in runs if not run.dry), None),
        latency_p95_ms=round(slow, 1) if slow is not None else p95(latencies),
        requests=traffic.requests,
        failures=traffic.failures,
        signals=series.signals(*place),
        runs=series.runs(*place),
    )


def _traffic(workspace: Workspace, one: Connection, clock: Clock) -> Traffic:
    return TrafficCounts(workspace.database, clock).of(one.project, one.key, _LATELY)
