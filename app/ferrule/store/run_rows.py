"""The rows of runs: found, begun, gone on with, added to, and read.

Every function works inside the transaction of its caller.
"""

from collections.abc import Mapping
from datetime import datetime
from sqlite3 import Connection
from typing import Any, Final, get_args

from msgspec.structs import replace

from ferrule.clock import rfc3339
from ferrule.errors import NotFound
from ferrule.exchange import Json, encode
from ferrule.redaction import live
from ferrule.store import page_rows
from ferrule.store.leases import held
from ferrule.store.liveness import provably_dead
from ferrule.store.records import Counts, DryRun, Lease, Mode, StoredRun

_COUNTS: Final = "processed, created, updated, unchanged, deleted, failed, skipped"
COLUMNS: Final = (
    "id, project, connection, connector_id, version, mode, status, sync_from,"
    " started_at, finished_at, resumptions, pages, requests, error, latency_p50_ms,"
    f" latency_p95_ms, dry, {_COUNTS}"
)
_BEFORE_COUNTS: Final = 17
_GOES_ON: Final = frozenset({"interrupted", "stopped", "paused"})


def settle(db: Connection, project: str, connection: str, now: datetime) -> None:
    """Mark runs whose process died as interrupted; the caller took the lease."""
    db.execute(
        "UPDATE run SET status = 'interrupted', finished_at = ?"
        " WHERE project = ? AND connection = ? AND status = 'running'",
        (rfc3339(now), project, connection),
    )


def unfinished(
    db: Connection, project: str, connection: str, mode: Mode, sync_from: str | None
) -> StoredRun | None:
    """Return the run that the next one of this mode goes on with.

    That is the latest of its mode, if it neither ended nor was made for another
    version or `sync_from`. An incremental run that a complete run followed is stale.
    """
    latest = _latest(db, project, connection, "mode = ?", mode)
    if latest is None or latest.status not in _GOES_ON:
        return None
    made_for = (latest.connector_id, latest.version, latest.sync_from)
    if made_for != (*connector(db, project, connection), sync_from):
        return None
    done = _latest(db, project, connection, "status = ?", "done")
    overtaken = done is not None and done.id > latest.id
    return None if mode == "incremental" and overtaken else latest


def connector(db: Connection, project: str, connection: str) -> tuple[str, str]:
    """Return id and version of the connection's connector.

    Raises:
        NotFound: when there is no such connection.
    """
    row = db.execute(
        "SELECT connector_id, version FROM connection WHERE project = ? AND key = ?",
        (project, connection),
    ).fetchone()
    if row is None:
        raise NotFound(
            f"There is no connection {connection!r} in project {project!r}.",
            advice="`ferrule connections` lists those there are.",
        )
    return row[0], row[1]


def insert(
    db: Connection,
    project: str,
    connection: str,
    *,
    mode: Mode,
    sync_from: str | None,
    now: datetime,
) -> int:
    """Begin a run and return its number; what older ones of its mode kept goes."""
    values = (
        *(project, connection, *connector(db, project, connection)),
        *(mode, "running", sync_from, rfc3339(now)),
    )
    number = db.execute(
        "INSERT INTO run (project, connection, connector_id, version, mode, status,"
        " sync_from, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    ).lastrowid
    for table in ("seen", "slice_state", "latency"):
        db.execute(
            f"DELETE FROM {table} WHERE run IN (SELECT id FROM run"  # noqa: S608  literals
            " WHERE project = ? AND connection = ? AND mode = ? AND id < ?)",
            (project, connection, mode, number),
        )
    return int(number or 0)


def insert_dry(db: Connection, one: DryRun) -> int:
    """Write a dry run down, which is over, and return its number."""
    connector_id, version = connector(db, one.project, one.connection)
    counts = one.counts
    values = {
        "project": one.project,
        "connection": one.connection,
        "connector_id": connector_id,
        "version": version,
        "mode": one.mode,
        "status": one.status,
        "sync_from": one.sync_from,
        "started_at": rfc3339(one.started_at),
        "finished_at": rfc3339(one.finished_at),
        "pages": one.pages,
        "requests": one.pages,
        "error": live.text(one.error) if one.error else None,
        "latency_p50_ms": one.latency_p50_ms,
        "latency_p95_ms": one.latency_p95_ms,
        "dry": 1,
    } | {name: getattr(counts, name) for name in _COUNTS.split(", ")}
    row = db.execute(
        f"INSERT INTO run ({', '.join(values)})"  # noqa: S608  literals
        f" VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )
    return int(row.lastrowid or 0)


def reopen(db: Connection, number: int) -> None:
    """Let an unfinished run go on."""
    db.execute(
        "UPDATE run SET status = 'running', finished_at = NULL, error = NULL,"
        " resumptions = resumptions + 1 WHERE id = ?",
        (number,),
    )


def add(
    db: Connection, number: int, counts: Counts, *, pages: int = 0, requests: int = 0
) -> None:
    """Add to what a run counted."""
    db.execute(
        "UPDATE run SET processed = processed + ?, created = created + ?,"
        " updated = updated + ?, unchanged = unchanged + ?, deleted = deleted + ?,"
        " failed = failed + ?, skipped = skipped + ?, pages = pages + ?,"
        " requests = requests + ?"
        " WHERE id = ?",
        (
            *(counts.processed, counts.created, counts.updated, counts.unchanged),
            *(counts.deleted, counts.failed, counts.skipped, pages, requests, number),
        ),
    )


def move_checkpoints(
    db: Connection, lease: Lease, checkpoints: Mapping[str, Json]
) -> None:
    """Set what the next incremental run of each stream starts from."""
    for stream, checkpoint in checkpoints.items():
        db.execute(
            "INSERT OR REPLACE INTO checkpoint"
            " (project, connection, stream, checkpoint, run) VALUES (?, ?, ?, ?, ?)",
            (
                *(lease.project, lease.connection, stream),
                *(encode(checkpoint).decode(), lease.run),
            ),
        )


def end(
    db: Connection, number: int, status: str, error: str | None, now: datetime
) -> None:
    """Write a run's end down; what a finished one kept is needed no more."""
    page_rows.settle_latency(db, number)
    if status in {"done", "failed"}:
        page_rows.forget(db, number)
    db.execute(
        "UPDATE run SET status = ?, finished_at = ?, error = ? WHERE id = ?",
        (status, rfc3339(now), live.text(error) if error else None, number),
    )


def give_up(
    db: Connection, project: str, connection: str, why: str, now: datetime
) -> None:
    """End what would be gone on with: its connection is not what it was."""
    settle(db, project, connection, now)
    for mode in get_args(Mode):
        latest = _latest(db, project, connection, "mode = ?", mode)
        if latest is not None and latest.status in _GOES_ON:
            end(db, latest.id, "failed", why, now)


def read(db: Connection, number: int) -> StoredRun:
    """Return one run.

    Raises:
        NotFound: when there is none of that number.
    """
    row = db.execute(
        f"SELECT {COLUMNS} FROM run WHERE id = ?",  # noqa: S608  a literal
        (number,),
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no run {number}.")
    return _as_run(row)


def listed(
    db: Connection, project: str, connection: str | None, limit: int
) -> list[StoredRun]:
    """Return the latest runs, newest first."""
    where, given = "project = ?", [project]
    if connection is not None:
        where, given = f"{where} AND connection = ?", [project, connection]
    rows = db.execute(
        f"SELECT {COLUMNS} FROM run WHERE {where} ORDER BY id DESC LIMIT ?",  # noqa: S608  literals
        (*given, limit),
    )
    return [_as_run(row) for row in rows.fetchall()]


def as_it_is(db: Connection, run: StoredRun, now: datetime) -> StoredRun:
    """Return a run as interrupted where it says running, but nobody runs it."""
    if run.status != "running":
        return run
    lease = held(db, run.project, run.connection)
    if lease is not None and lease.run == run.id and now.timestamp() < lease.expires:
        dead = provably_dead(lease.holder)
    else:
        dead = True
    return replace(run, status="interrupted") if dead else run


def _latest(
    db: Connection, project: str, connection: str, condition: str, value: str
) -> StoredRun | None:
    row = db.execute(
        f"SELECT {COLUMNS} FROM run WHERE project = ? AND connection = ?"  # noqa: S608  literals
        f" AND dry = 0 AND {condition} ORDER BY id DESC LIMIT 1",
        (project, connection, value),
    ).fetchone()
    return None if row is None else _as_run(row)


def _as_run(row: tuple[Any, ...]) -> StoredRun:
    names = COLUMNS.split(", ")[:_BEFORE_COUNTS]
    told = dict(zip(names, row[:_BEFORE_COUNTS], strict=True))
    told["dry"] = bool(told["dry"])
    return StoredRun(**told, counts=Counts(*row[_BEFORE_COUNTS:]))
