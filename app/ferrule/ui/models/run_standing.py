"""A connection as its tabs show it: its health, where its streams stand, its mappings.

The readers ask the database and block: call them off the window's thread. What reads
descriptors is imported there, which the first paint does without.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ferrule.exchange import Json, encode
from ferrule.ui.i18n import ours, tr
from ferrule.ui.models.connector_facts import HEALTH, ago
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What is known of a connection's health; `answers` in ms, the oldest first."""

    state: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    error: str = ""
    answers: tuple[float, ...] = ()

    @property
    def shape(self) -> str:
        """Return the name of the shape of its state."""
        return HEALTH[self.state][0]

    @property
    def word(self) -> str:
        """Return its state as a word."""
        return HEALTH[self.state][1]


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One stream: where its next run begins, and where an unfinished one goes on.

    `document` is what is kept of it, as JSON.
    """

    stream: str
    name: str
    polled: bool
    begins: str
    kept: str
    going: str
    document: bytes
    resettable: bool


@dataclass(frozen=True, slots=True)
class MappingRow:
    """The mapping of a stream: the connector's own, and a person's change or none."""

    stream: str
    inherited: Json
    override: dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class TrialFacts:
    """What a change of a mapping would do: `problems` refuse it, `lines` tell more."""

    problems: tuple[str, ...] = ()
    told: str = ""
    lines: tuple[str, ...] = field(default=())
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it for one connection."""

    key: str
    health: HealthFacts
    streams: tuple[StreamRow, ...]
    mappings: tuple[MappingRow, ...]


def read_standing(workspace: Workspace, key: str, now: datetime) -> Standing:
    """Return how a connection stands.

    Raises:
        NotFound: when it was disconnected meanwhile.
    """
    from ferrule.workspace.cursors import (  # noqa: PLC0415  see above
        stream_cursors,
    )

    return Standing(
        key,
        read_health(workspace, key, now),
        tuple(_stream_row(one, now) for one in stream_cursors(workspace, key)),
        _mappings(workspace, key),
    )


def read_health(workspace: Workspace, key: str, now: datetime) -> HealthFacts:
    """Return what is known of a connection's health.

    Raises:
        NotFound: when it was disconnected meanwhile.
    """
    from ferrule.workspace.health_checks import (  # noqa: PLC0415  see above
        health_line,
    )

    one = workspace.connections.get(workspace.project.key, key)
    line = health_line(workspace, one)
    state = line.state if line.checked else ""
    facts = [("Last check", ago(line.checked, now) or ours("never"))]
    if line.latency_p95_ms is not None:
        facts.append(("Answers, p95", f"{line.latency_p95_ms:,.0f} ms"))
    if line.failures:
        facts.append(("Failures in a row", f"{line.failures:,}"))
    answers = [one.latency_ms for one in line.checks if one.latency_ms is not None]
    return HealthFacts(
        state if line.enabled else "disabled",
        tuple(facts),
        line.error or "",
        tuple(reversed(answers)),
    )


def try_change(workspace: Workspace, key: str, stream: str, change: Json) -> TrialFacts:
    """Return what is wrong with a change of a mapping, and what it would do.

    Raises:
        NotFound: when the connection was disconnected meanwhile.
    """
    from ferrule.workspace.overriding import (  # noqa: PLC0415  see above
        try_mapping,
    )

    trial = try_mapping(workspace, key, stream, change)
    prefix = f"/mappingOverrides/{stream}"
    if trial.refused:
        return TrialFacts(
            tuple(
                f"{one.pointer.removeprefix(prefix) or '/'}: {one.message}"
                for one in trial.problems
            )
        )
    if not trial.tried:
        return TrialFacts(told="It fits. Nothing is stored yet to try it on.")
    parts = [f"{trial.changed:,} would read differently"]
    if trial.gone:
        parts.append(f"{trial.gone:,} would be left out")
    if trial.failed:
        parts.append(f"{trial.failed:,} could not be mapped")
    told = f"Of the {trial.tried:,} newest stored items {', '.join(parts)}."
    return TrialFacts((), told, trial.examples, trial.failed)


def keep_change(
    workspace: Workspace, key: str, stream: str, change: Json | None
) -> None:
    """Keep a change of a mapping; None goes back to the connector's own.

    Raises:
        DescriptorInvalid: when it does not fit.
    """
    from ferrule.workspace.overriding import (  # noqa: PLC0415  see above
        clear_mapping,
        set_mapping,
    )

    if change is None:
        clear_mapping(workspace, key, stream)
    else:
        set_mapping(workspace, key, stream, change)


def reset_cursor(workspace: Workspace, key: str, stream: str) -> None:
    """Let a stream begin at its start.

    Raises:
        AlreadyRunning: while a run of the connection is under way.
    """
    from ferrule.workspace.cursors import (  # noqa: PLC0415  see above
        reset_stream,
    )

    reset_stream(workspace, key, stream)


def _mappings(workspace: Workspace, key: str) -> tuple[MappingRow, ...]:
    from ferrule.errors import FerruleError  # noqa: PLC0415  beside its raiser
    from ferrule.workspace.overriding import (  # noqa: PLC0415  see above
        stream_mappings,
    )

    try:
        found: Sequence[Any] = stream_mappings(workspace, key)
    except FerruleError:
        return ()  # its connector cannot be read: the catalogue says why
    return tuple(MappingRow(m.stream, m.inherited, m.override) for m in found)


def _kept(one: Any) -> dict[str, Json]:  # noqa: ANN401  a StreamCursor of the workspace
    kept = {"checkpoint": one.kept.checkpoint, "position": one.kept.position}
    return {name: value for name, value in kept.items() if value is not None}


def _stream_row(one: Any, now: datetime) -> StreamRow:  # noqa: ANN401  a StreamCursor of the workspace
    kept = one.kept
    begins = tr("At its start")
    if one.slices is not None:
        begins = tr(f"At the marks of {one.slices:,} slices")
    elif kept.checkpoint is not None:
        mark = kept.checkpoint
        begins = mark if isinstance(mark, str) else encode(mark).decode()
    when = f", {ago(kept.at, now)}" if kept.at else ""
    going = ""
    if kept.unfinished is not None:
        going = f"Run {kept.unfinished}, after page {one.page or 0:,}"
    return StreamRow(
        stream=one.stream,
        name=one.name,
        polled=one.polled,
        begins=begins,
        kept=f"Run {kept.run}{when}" if kept.run is not None else "—",
        going=going or "—",
        document=encode(_kept(one)),
        resettable=not one.empty,
    )
