"""Connections and their runs as the Runs page shows them: stored ones and live ones.

The readers ask the database and block: call them off the window's thread.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from ferrule.clock import day_words
from ferrule.exchange import Json, decode, encode
from ferrule.ui.models.card_standing import SANDBOXES
from ferrule.workspace.workspace import Workspace

Mode = Literal["full", "incremental"]
Counts = Mapping[str, int]
COUNTS: Final = ("created", "updated", "unchanged", "deleted", "failed")
UNFINISHED: Final = frozenset({"interrupted", "stopped", "paused"})
WORDS: Final = {
    "starting": "Starting",
    "running": "Running",
    "elsewhere": "Running elsewhere",
    "stopping": "Stopping after this page",
    "pausing": "Pausing after this page",
    "done": "Done",
    "failed": "Failed",
    "interrupted": "Unfinished",
    "stopped": "Stopped",
    "paused": "Paused",
}
SHAPES: Final = {
    "starting": "running",
    "running": "running",
    "elsewhere": "running",
    "stopping": "running",
    "pausing": "running",
    "done": "done",
    "failed": "failed",
    "interrupted": "interrupted",
    "stopped": "paused",
    "paused": "paused",
}
LIVE: Final = frozenset({"starting", "running", "stopping", "pausing"})
SIGNALS_AT_ONCE: Final = 200
_RUNS_EACH: Final = 8


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run as it is shown, stored or live; times in seconds, moments aware.

    `number` is None until the child has told it. A `dry` run stores nothing. `part`
    says which of the `parts` of a stream is read, `parts_done` of them are done.
    `budget` is how many requests are left, of how many, and until when; `answers` are
    the latest response times in ms, half of all came within `p50`, 95 in 100 in `p95`.
    `saved_at` and `began` are readings of a monotonic clock, of live runs.
    """

    connection: str
    mode: Mode
    status: str
    number: int | None = None
    started_at: datetime | None = None
    seconds: float | None = None
    processed: int = 0
    counts: Counts = field(default_factory=dict)
    left_out: int = 0
    pages: int = 0
    stream: str = ""
    part: str = ""
    parts: int | None = None
    parts_done: int | None = None
    items_a_page: int = 0
    total: int | None = None
    cursor: str = ""
    saved_at: float | None = None
    began: float | None = None
    rate: float | None = None
    rates: tuple[float, ...] = ()
    resumed: bool = False
    dry: bool = False
    waiting: str = ""
    budget: tuple[int, int | None, str] | None = None
    answers: tuple[float, ...] = ()
    p50: float | None = None
    p95: float | None = None
    error: str = ""
    advice: str = ""

    @property
    def title(self) -> str:
        """Return what kind of run it is."""
        return f"{self.mode.title()}, dry run" if self.dry else self.mode.title()

    @property
    def live(self) -> bool:
        """Return whether a child of this window runs it."""
        return self.status in LIVE

    @property
    def word(self) -> str:
        """Return its status as a word."""
        return WORDS[self.status]

    @property
    def shape(self) -> str:
        """Return the name of its status's shape."""
        return SHAPES[self.status]

    @property
    def fetched(self) -> int:
        """Return how many items were read, those left out among them."""
        return self.processed + self.left_out

    @property
    def share(self) -> float | None:
        """Return how much is done, 0 to 1; None where the total is not known."""
        return min(self.fetched / self.total, 1.0) if self.total else None

    @property
    def eta(self) -> float | None:
        """Return the seconds that are left, where total and rate are known."""
        if not (self.live and self.total and self.rate):
            return None
        return max(self.total - self.fetched, 0) / self.rate


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """A connection with its latest runs, newest first."""

    key: str
    connector_id: str
    name: str
    version: str
    enabled: bool
    state: str
    checked: bool
    last_error: str
    signals: int
    sandbox: bool
    secret: bool
    runs: tuple[RunFacts, ...]

    @property
    def word(self) -> str:
        """Return how it is, as a word."""
        if not self.enabled:
            return "Disabled"
        words = {"degraded": "Degraded", "error": "Error", "reauth_required": "Sign in"}
        return words.get(self.state, "Healthy") if self.checked else "Not checked"

    @property
    def shape(self) -> str:
        """Return the name of the shape that goes with the word."""
        if not self.enabled or not self.checked:
            return "disabled"
        return "healthy" if self.state == "healthy" else (
            "degraded" if self.state == "degraded" else "error"
        )  # fmt: skip

    @property
    def resumable(self) -> RunFacts | None:
        """Return the run to go on with: the newest, where it is unfinished."""
        newest = next((run for run in self.runs if not run.dry), None)
        return newest if newest is not None and newest.status in UNFINISHED else None

    @property
    def synced(self) -> bool:
        """Return whether a run was ever done: an incremental one has a start."""
        return any(run.status == "done" and not run.dry for run in self.runs)


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One item error with its item as text."""

    number: int
    item: str
    stream: str
    page: int
    member: str
    message: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One stored signal; `document` is its JSON, `place` where more begin."""

    id: str
    type: str
    priority: str
    time: str
    summary: str
    document: bytes
    place: object


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that happened in a run; `at` is a local time of day."""

    number: int
    at: str
    kind: str
    text: str


def read_shelf(workspace: Workspace) -> tuple[ConnectionFacts, ...]:
    """Return the project's connections with their latest runs."""
    project = workspace.project.key
    names = {card.id: card.name for card in workspace.catalogue.cards()}
    found = []
    for one in workspace.connections.list(project):
        runs = workspace.runs.runs(project, one.key, limit=_RUNS_EACH)
        found.append(
            ConnectionFacts(
                key=one.key,
                connector_id=one.connector_id,
                name=names.get(one.connector_id, one.connector_id),
                version=one.version,
                enabled=one.enabled,
                state=one.state,
                checked=one.last_health_check is not None,
                last_error=one.last_error or "",
                signals=workspace.runs.count_signals(project, one.key).total,
                sandbox=one.connector_id in SANDBOXES,
                secret=one.credential_ref is not None,
                runs=tuple(stored_facts(run) for run in runs),
            )
        )
    return tuple(found)


def stored_facts(run: Any) -> RunFacts:  # noqa: ANN401  a StoredRun, whose package pages do not import
    """Return a stored run; one that says it is running belongs to another process."""
    started = datetime.fromisoformat(run.started_at)
    ended = datetime.fromisoformat(run.finished_at) if run.finished_at else None
    seconds = (ended - started).total_seconds() if ended else None
    counts = {name: getattr(run.counts, name) for name in COUNTS}
    return RunFacts(
        connection=run.connection,
        mode=run.mode,
        status="elsewhere" if run.status == "running" else run.status,
        number=run.id,
        started_at=started,
        seconds=seconds,
        processed=run.counts.processed,
        counts=counts,
        left_out=run.counts.skipped,
        pages=run.pages,
        dry=run.dry,
        p50=run.latency_p50_ms,
        p95=run.latency_p95_ms,
        rate=run.counts.processed / seconds if seconds else None,
        resumed=run.resumptions > 0,
        error=run.error or "",
    )


def read_errors(workspace: Workspace, run: int) -> list[ErrorRow]:
    """Return the item errors of a run."""
    return [
        ErrorRow(
            number=number,
            item=one.item_id or "—",
            stream=one.stream,
            page=one.page,
            member=one.field,
            message=one.message,
            raw=one.raw,
        )
        for number, one in enumerate(workspace.runs.item_errors(run))
    ]


def read_signals(
    workspace: Workspace, connection: str, text: str, after: SignalRow | None
) -> tuple[list[SignalRow], bool]:
    """Return the next stored signals that hold `text`, and whether these are all."""
    found = workspace.runs.signals(
        workspace.project.key,
        connection,
        text=text or None,
        limit=SIGNALS_AT_ONCE + 1,
        after=after.place if after else None,  # type: ignore[arg-type]  # the store's own mark, which pages pass back
    )
    rows = [
        SignalRow(
            id=one.signal.external_id,
            type=one.signal.type,
            priority=one.signal.priority or "—",
            time=one.signal.timestamp[:16].replace("T", " "),
            summary=one.signal.summary,
            document=encode(one.signal),
            place=one.mark,
        )
        for one in found[:SIGNALS_AT_ONCE]
    ]
    return rows, len(found) <= SIGNALS_AT_ONCE


def cursor_text(value: Json) -> str:
    """Return a cursor or mark in one line, cut."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else encode(value).decode()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_LONGEST: Final = 200
_NAMES: Final = re.compile(r"\$((?:\.[A-Za-z_]\w*)*)(?:\[\*\])?\Z")


def sample_body(document: bytes, stream: str, item: bytes) -> bytes:
    """Return a body whose items path leads to one item, to try a mapping on.

    A path of names is built around the item; under any other the body is the item in
    a list.
    """
    wrapped: Json = [decode(item)]
    path = _NAMES.match(_items_path(decode(document), stream))
    for name in reversed(path[1].split(".")[1:] if path else ()):
        wrapped = {name: wrapped}
    return encode(wrapped)


def _items_path(document: Json, stream: str) -> str:
    told = document if isinstance(document, dict) else {}
    streams = told.get("streams")
    parts = [told, *(streams if isinstance(streams, list) else ())]
    path = "$"
    for part in parts:
        if isinstance(part, dict) and part.get("key", stream) == stream:
            mapping = part.get("fieldMapping")
            if isinstance(mapping, dict) and isinstance(mapping.get("itemsPath"), str):
                path = str(mapping["itemsPath"])
    return path


def duration_text(seconds: float) -> str:
    """Return a duration as a person says it: 0.4 s, 48 s, 1 min 4 s, 2 h 5 min."""
    if seconds < 10:  # noqa: PLR2004  tenths matter below
        return f"{seconds:.1f} s"
    whole = timedelta(seconds=round(seconds))
    minutes, rest = divmod(int(whole.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def moment_text(moment: datetime, now: datetime, *, exact: bool = False) -> str:
    """Return a local time; the day stands before it where it is not today."""
    local, today = moment.astimezone(), now.astimezone()
    time = f"{local:%H:%M:%S}" if exact else f"{local:%H:%M}"
    if local.date() == today.date():
        return time
    return f"{day_words(local, year=False)} {time}"


def stored_log(run: RunFacts) -> list[LogLine]:
    """Return the little that is known of a run which this window did not start."""
    if run.started_at is None:
        return []
    began = run.started_at.astimezone()
    told = f"{run.title} began" if run.dry else f"{run.title} run began"
    lines = [LogLine(1, f"{began:%H:%M:%S}", "start", told)]
    if run.seconds is not None:
        ended = began + timedelta(seconds=run.seconds)
        pages = f"{run.pages:,} page" if run.pages == 1 else f"{run.pages:,} pages"
        told = f"{run.word} after {duration_text(run.seconds)}, {pages}"
        lines.append(LogLine(2, f"{ended:%H:%M:%S}", "end", told))
        if run.error:
            lines.append(LogLine(3, f"{ended:%H:%M:%S}", "notice", run.error))
    return lines


def changes_text(facts: RunFacts) -> str:
    """Return what a run changed in short: "+3 ~12" and how many were deleted."""
    counts = facts.counts
    parts = (("+", "created"), ("~", "updated"), ("\N{MINUS SIGN}", "deleted"))
    return "  ".join(f"{mark}{counts.get(name, 0):,}" for mark, name in parts)
