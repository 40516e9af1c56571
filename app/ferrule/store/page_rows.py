"""What a page leaves beside its signals: errors, its place, slices, its latency.

Every function works inside the transaction of its caller.
"""

from collections.abc import Mapping
from itertools import accumulate
from sqlite3 import Connection

from ferrule.exchange import Json, decode, encode
from ferrule.redaction import live
from ferrule.store.records import Batch, Lease


def note_page(db: Connection, lease: Lease, batch: Batch) -> None:
    """Write down the page's item errors, where its stream goes on, and its slices."""
    if batch.errors:
        rows = [
            (lease.run, batch.stream, batch.page, item, member, live.text(why), raw)
            for item, member, why, raw in batch.errors
        ]
        db.executemany(
            "INSERT INTO item_error (run, stream, page, item_id, field, message, raw)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    db.execute(
        "INSERT OR REPLACE INTO position (run, stream, position) VALUES (?, ?, ?)",
        (lease.run, batch.stream, encode(batch.position).decode()),
    )
    if batch.slices:
        _note_slices(db, lease.run, batch.stream, batch.slices)
    if batch.latency_ms is not None:
        _note_latency(db, lease.run, batch.latency_ms)


def slices(db: Connection, run: int, stream: str) -> dict[str, Json]:
    """Return the states of a stream's slices in a run, by slice."""
    rows = db.execute(
        "SELECT slice, state FROM slice_state WHERE run = ? AND stream = ?",
        (run, stream),
    )
    return {row[0]: decode(row[1].encode()) for row in rows.fetchall()}


def settle_latency(db: Connection, run: int) -> None:
    """Write down how long half, and 95 in 100, of a run's answers took at most."""
    rows = db.execute(
        "SELECT ms, answers FROM latency WHERE run = ? ORDER BY ms", (run,)
    ).fetchall()
    if rows:
        taken, answers = zip(*map(tuple, rows), strict=True)
        found = [quantile(taken, answers, share) for share in (50, 95)]
        db.execute(
            "UPDATE run SET latency_p50_ms = ?, latency_p95_ms = ? WHERE id = ?",
            (*found, run),
        )


def forget(db: Connection, run: int) -> None:
    """Remove what only an unfinished run needs."""
    for table in ("seen", "slice_state", "latency"):
        db.execute(
            f"DELETE FROM {table} WHERE run = ?",  # noqa: S608  literals
            (run,),
        )


def _note_slices(
    db: Connection, run: int, stream: str, states: Mapping[str, Json]
) -> None:
    for name, state in states.items():
        if state is None:
            db.execute(
                "DELETE FROM slice_state WHERE run = ? AND stream = ? AND slice = ?",
                (run, stream, name),
            )
        else:
            db.execute(
                "INSERT OR REPLACE INTO slice_state (run, stream, slice, state)"
                " VALUES (?, ?, ?, ?)",
                (run, stream, name, encode(state).decode()),
            )


def _note_latency(db: Connection, run: int, milliseconds: float) -> None:
    db.execute(
        "INSERT INTO latency (run, ms, answers) VALUES (?, ?, 1)"
        " ON CONFLICT (run, ms) DO UPDATE SET answers = answers + 1",
        (run, round(milliseconds, 1)),
    )


def quantile(taken: tuple[float, ...], answers: tuple[int, ...], share: int) -> float:
    """Return the least time within which `share` of 100 answers came."""
    sums = list(accumulate(answers))
    return next(
        ms
        for ms, many in zip(taken, sums, strict=True)
        if many * 100 >= share * sums[-1]
    )
