"""What the detail pane shows of one connection: its health, its runs, its figures.

`read_facts` asks the database; it is called off the window's thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Final, Protocol

from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.ui.models.api_versions import VersionFacts, read_versions
from ferrule.ui.models.credential_held import HeldFacts, read_held
from ferrule.workspace.workspace import Workspace

_SHOWN: Final = 20
_ENOUGH: Final = 2
_STATES: Final[Mapping[str, str]] = {
    "running": "running",
    "done": "done",
    "failed": "failed",
    "interrupted": "interrupted",
    "stopped": "paused",
    "paused": "paused",
}

HEALTH: Final[Mapping[str, tuple[str, str]]] = {  # name in theme.STATES, word
    "healthy": ("healthy", "Healthy"),
    "degraded": ("degraded", "Degraded"),
    "error": ("error", "Error"),
    "reauth_required": ("error", "Sign-in refused"),
    "disabled": ("disabled", "Disabled"),
    "": ("disabled", "Not checked"),
}


class _Counts(Protocol):
    """The counts of a stored run, as far as they are shown."""

    @property
    def processed(self) -> int: ...
    @property
    def created(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def deleted(self) -> int: ...


class _Run(Protocol):
    """A stored run, as far as it is shown."""

    @property
    def mode(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def started_at(self) -> str: ...
    @property
    def finished_at(self) -> str | None: ...
    @property
    def pages(self) -> int: ...
    @property
    def dry(self) -> bool: ...
    @property
    def counts(self) -> _Counts: ...


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a line: the state's name in `theme.STATES`, words, and when."""

    state: str
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One connection in figures and words; times are spoken relative to now.

    `page_ms` are milliseconds per page of the last runs, `answers` those of the latest
    health checks and runs, the oldest first. `state` is empty where nobody checked.
    """

    key: str
    enabled: bool
    config: Mapping[str, Json]
    last_check: str
    latency: str
    failures: int
    error: str
    last_sync: str
    last_day: int
    stored: int
    runs: Sequence[RunLine]
    page_ms: Sequence[float]
    state: str = ""
    answers: Sequence[float] = ()
    versions: VersionFacts | None = None
    held: HeldFacts | None = None

    @property
    def answers_p95(self) -> float | None:
        """Return the 95th percentile of `answers`, None for none."""
        found = sorted(self.answers)
        return found[-(-len(found) * 95 // 100) - 1] if found else None

    @property
    def p95(self) -> float | None:
        """Return the 95th percentile of `page_ms`, None for too few runs."""
        if len(self.page_ms) < _ENOUGH:
            return None
        return quantiles(self.page_ms, n=20, method="inclusive")[-1]


def read_facts(workspace: Workspace, key: str, clock: Clock | None = None) -> Facts:
    """Return the facts of a connection of the project.

    Raises:
        NotFound: when it was disconnected meanwhile.
    """
    now = (clock or SystemClock()).now()
    project = workspace.project.key
    found = workspace.connections.get(project, key)
    runs = workspace.runs.runs(project, key, limit=_SHOWN)
    counts = workspace.runs.count_signals(project, key)
    ended = [run for run in runs if run.finished_at is not None and not run.dry]
    checks = workspace.connections.health_checks(project, key)
    return Facts(
        key=key,
        enabled=found.enabled,
        config=found.config,
        last_check=ago(found.last_health_check, now),
        latency=f"{found.last_latency_ms:.0f} ms" if found.last_latency_ms else "",
        failures=found.consecutive_failures,
        error=found.last_error or "",
        last_sync=ago(ended[0].finished_at, now) if ended else "",
        last_day=counts.last_day,
        stored=counts.total,
        runs=tuple(_line(run, now) for run in runs[:5]),
        page_ms=tuple(_page_ms(run) for run in reversed(ended) if run.pages),
        state=found.state if found.last_health_check is not None else "",
        answers=tuple(
            c.latency_ms for c in reversed(checks) if c.latency_ms is not None
        ),
        versions=read_versions(
            workspace,
            found.connector_id,
            found.api_version,
            found.earlier_api_version,
            now.date(),
        ),
        held=_held(workspace, key),
    )


def _held(workspace: Workspace, key: str) -> HeldFacts | None:
    try:
        return read_held(workspace, key)
    except FerruleError:  # its card says what is wrong with it
        return None


def ago(moment: str | None, now: datetime) -> str:
    """Return a stored time in words: "2 min ago"; empty for none."""
    if moment is None:
        return ""
    passed = now - datetime.fromisoformat(moment)
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)} h ago"
    days = passed // timedelta(days=1)
    return "yesterday" if days == 1 else f"{days} days ago"


def _line(run: _Run, now: datetime) -> RunLine:
    counts = run.counts
    kind = "Full" if run.mode == "full" else "Incremental"
    if run.dry:
        kind += ", dry"
    if run.status in {"running", "done"}:
        figure = counts.processed if run.mode == "full" else _changed(run)
        noun = "items" if run.mode == "full" else "changed"
        text = f"{kind}, {figure:,} {noun}"
    else:
        text = f"{kind}, {run.status}"
    return RunLine(_STATES[run.status], text, ago(run.started_at, now))


def _changed(run: _Run) -> int:
    return run.counts.created + run.counts.updated + run.counts.deleted


def _page_ms(run: _Run) -> float:
    took = datetime.fromisoformat(run.finished_at or run.started_at)
    spent = took - datetime.fromisoformat(run.started_at)
    return spent / timedelta(milliseconds=1) / run.pages
