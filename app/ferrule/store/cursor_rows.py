"""Where the streams of a connection stand, read and forgotten.

Every function works inside the transaction of its caller.
"""

from sqlite3 import Connection
from typing import Final

from msgspec.structs import replace

from ferrule.exchange import decode
from ferrule.store.records import StoredCursor

_UNFINISHED: Final = "status IN ('interrupted', 'stopped', 'paused', 'running')"


def cursors(db: Connection, project: str, connection: str) -> dict[str, StoredCursor]:
    """Return what is kept of each stream: its checkpoint, and its unfinished run."""
    found: dict[str, StoredCursor] = {}
    rows = db.execute(
        "SELECT stream, checkpoint, run, finished_at FROM checkpoint"
        " LEFT JOIN run ON run.id = checkpoint.run"
        " WHERE checkpoint.project = ? AND checkpoint.connection = ?",
        (project, connection),
    )
    for stream, text, number, at in rows.fetchall():
        found[stream] = StoredCursor(stream, decode(text.encode()), number, at)
    for stream, text, number, done in _positions(db, project, connection):
        known = found.get(stream, StoredCursor(stream))
        found[stream] = replace(
            known,
            position=decode(text.encode()),
            slices_done=done,
            unfinished=number,
        )
    return found


def forget(db: Connection, project: str, connection: str, stream: str) -> None:
    """Remove a stream's checkpoint, and its place in runs that are not over."""
    db.execute(
        "DELETE FROM checkpoint WHERE project = ? AND connection = ? AND stream = ?",
        (project, connection, stream),
    )
    for table in ("position", "slice_state"):
        db.execute(
            f"DELETE FROM {table} WHERE stream = ? AND run IN (SELECT id FROM run"  # noqa: S608  literals
            f" WHERE project = ? AND connection = ? AND {_UNFINISHED})",
            (stream, project, connection),
        )


def _positions(
    db: Connection, project: str, connection: str
) -> list[tuple[str, str, int, int]]:
    """Return stream, position, run and finished slices of the newest unfinished run."""
    row = db.execute(
        "SELECT id, status FROM run WHERE project = ? AND connection = ? AND dry = 0"
        " ORDER BY id DESC LIMIT 1",
        (project, connection),
    ).fetchone()
    if row is None or row[1] in {"done", "failed"}:
        return []
    rows = db.execute(
        "SELECT stream, position, run, (SELECT count(*) FROM slice_state WHERE"
        " slice_state.run = position.run AND slice_state.stream = position.stream)"
        " FROM position WHERE run = ? ORDER BY stream",
        (row[0],),
    )
    return [(str(a), str(b), int(c), int(d)) for a, b, c, d in rows.fetchall()]
