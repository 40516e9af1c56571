"""Where each stream of a connection stands, and letting one begin anew (SyncCursor).

The checkpoint is what the next incremental run begins from; the position is where an
unfinished run goes on. Both are what the service sent.
"""

from dataclasses import dataclass

from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Json
from ferrule.store import Connection, StoredCursor
from ferrule.sync.plan import choose_streams
from ferrule.workspace.effective import every_sign_in
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StreamCursor:
    """One stream: what is kept of it, and whether the connection polls it."""

    stream: str
    name: str
    polled: bool
    kept: StoredCursor

    @property
    def slices(self) -> int | None:
        """Return how many slices have a mark of their own, None without slices."""
        checkpoint = self.kept.checkpoint
        found = checkpoint.get("slices") if isinstance(checkpoint, dict) else None
        return len(found) if isinstance(found, dict) else None

    @property
    def page(self) -> int | None:
        """Return after how many pages the unfinished run goes on."""
        position = self.kept.position
        page = position.get("page") if isinstance(position, dict) else None
        return page if isinstance(page, int) else None

    @property
    def empty(self) -> bool:
        """Return whether nothing is kept: the stream begins at its start anyway."""
        return self.kept.checkpoint is None and self.kept.position is None

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        kept = self.kept
        return {
            "stream": self.stream,
            "name": self.name,
            "polled": self.polled,
            "checkpoint": kept.checkpoint,
            "slices": self.slices,
            "run": kept.run,
            "at": kept.at,
            "unfinishedRun": kept.unfinished,
            "position": kept.position,
            "slicesDone": kept.slices_done if kept.unfinished is not None else None,
        }


def stream_cursors(workspace: Workspace, key: str) -> tuple[StreamCursor, ...]:
    """Return the streams of a connection in the connector's order.

    Streams of which something is kept, but which the connector has no more, come last.

    Raises:
        NotFound: when there is no such connection.
    """
    project = workspace.project.key
    connection = workspace.connections.get(project, key)
    kept = workspace.runs.cursors(project, key)
    names, polled = _streams(workspace, connection)
    gone = [stream for stream in sorted(kept) if stream not in names]
    return tuple(
        StreamCursor(
            stream,
            names.get(stream, stream),
            stream in polled,
            kept.get(stream, StoredCursor(stream)),
        )
        for stream in (*names, *gone)
    )


def reset_stream(workspace: Workspace, key: str, stream: str) -> StreamCursor:
    """Let a stream begin at its start next time; return what was kept of it.

    Raises:
        UsageError: when the connection has no such stream.
        AlreadyRunning: while a run of the connection is under way.
    """
    found = {one.stream: one for one in stream_cursors(workspace, key)}
    if stream not in found:
        raise UsageError(
            f"“{key}” has no stream “{stream}”.",
            advice=f"It has: {', '.join(found)}.",
        )
    workspace.runs.forget_cursor(workspace.project.key, key, stream)
    return found[stream]


def _streams(
    workspace: Workspace, connection: Connection
) -> tuple[dict[str, str], set[str]]:
    """Return the connector's streams with their names, and which are polled.

    A connector that cannot be read any more has none.
    """
    try:
        raw = workspace.catalogue.document(connection.connector_id)
        connector = every_sign_in(connection, raw)
    except FerruleError:
        return {}, set()
    names = {s.key: s.name for s in connector.resolved_streams if s.polling is not None}
    try:
        return names, {s.key for s in choose_streams(connector, connection.streams)}
    except UsageError:
        return names, set()
