"""What calls bring, written inside the transaction that settles them.

Signals are written by the same code as a sync's pages. What is older than what is
stored does not replace it: by the time that the mapping reads, and where an item was
removed, by the time as of which it is gone. A full run that is under way neither
sweeps what a call brought nor misses it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection as Db
from typing import Final

import msgspec

from ferrule.exchange import Json
from ferrule.signals import NormalisedSignal
from ferrule.store import signal_rows
from ferrule.store.records import Batch, Lease
from ferrule.store.signals import find_source

GONE_FOR: Final = 30 * 86_400
"""Seconds for which it is remembered that a call removed an item."""
_PLACES: Final = "source = ? AND external_id IN ({})"


class Arrival(msgspec.Struct, frozen=True):
    """What one call brings of one stream; `items` are in the order of `signals`.

    `gone` are ids with the time as of which they are gone, `archived` ids whose item
    says no more than that, with the time when they were archived; None where no item
    tells: then it is when the call came, `at`.
    """

    stream: str
    collection_key: str
    at: str
    signals: Sequence[NormalisedSignal] = ()
    items: Sequence[Json] = ()
    gone: Mapping[str, str | None] = msgspec.field(default_factory=dict)
    archived: Mapping[str, str | None] = msgspec.field(default_factory=dict)


class Arrived(msgspec.Struct, frozen=True):
    """What became of it, by external id.

    `stale` were older than what is stored; `unknown` were to be removed or archived,
    and nothing is stored of them.
    """

    created: tuple[NormalisedSignal, ...] = ()
    updated: tuple[NormalisedSignal, ...] = ()
    unchanged: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def write(
    db: Db, project: str, connection: str, arrival: Arrival, now: datetime
) -> Arrived:
    """Write what a call brings and return what became of it."""
    found = weigh(db, project, connection, arrival)
    run = _latest(db, project, connection)
    lease = Lease(project, connection, run, 0, "incremental", resumed=False)
    fresh = {one.external_id for one in (*found.created, *found.updated)}
    kept = [
        pair
        for pair in zip(arrival.signals, arrival.items, strict=True)
        if pair[0].external_id in fresh
    ]
    batch = Batch(
        stream=arrival.stream,
        collection_key=arrival.collection_key,
        signals=[signal for signal, _ in kept],
        items=[item for _, item in kept],
        deleted=found.deleted,
    )
    signal_rows.store_page(db, lease, batch, now)
    if fresh or arrival.gone or found.archived or found.unchanged:
        source = signal_rows.made_source(db, lease, arrival.collection_key)
        times = [(arrival.archived[key] or arrival.at, key) for key in found.archived]
        _archive(db, source, times)
        gone = {key: time or arrival.at for key, time in arrival.gone.items()}
        _note_gone(db, source, gone, fresh, now)
        _see(db, lease, source, {*fresh, *found.unchanged})
    return found


def weigh(db: Db, project: str, connection: str, arrival: Arrival) -> Arrived:
    """Return what would become of what a call brings; nothing is written."""
    latest = {one.external_id: one for one in arrival.signals}
    for key in (*arrival.gone, *arrival.archived):
        latest.pop(key, None)
    keys = latest.keys() | arrival.gone.keys() | arrival.archived.keys()
    source = find_source(db, project, connection, arrival.collection_key)
    known = _stored(db, source, keys) if source is not None else {}
    gone = _gone(db, source, latest) if source is not None else {}
    sorted_out = defaultdict[str, list[NormalisedSignal]](list)
    for key, signal in latest.items():
        sorted_out[_standing(signal, known.get(key), gone.get(key))].append(signal)
    unchanged, stale = (_ids(sorted_out[name]) for name in ("unchanged", "stale"))
    removed = _Sorted(arrival.gone, known)
    archived = _Sorted(arrival.archived, known)
    return Arrived(
        created=tuple(sorted_out["created"]),
        updated=tuple(sorted_out["updated"]),
        unchanged=unchanged,
        deleted=removed.done,
        archived=archived.done,
        stale=(*stale, *removed.stale, *archived.stale),
        unknown=(*removed.unknown, *archived.unknown),
    )


def _standing(
    signal: NormalisedSignal, known: tuple[str, str] | None, gone: str | None
) -> str:
    """Return what becomes of a signal, given the row and the removal of its id."""
    if known is None:
        was_gone = gone is not None and _is_older(signal.timestamp, gone, or_equal=True)
        return "stale" if was_gone else "created"
    if _is_older(signal.timestamp, known[0]):
        return "stale"
    return "unchanged" if known[1] == signal.content_hash else "updated"


class _Sorted:
    """Ids that are to go or to be archived: done, older than the row, without one."""

    def __init__(
        self, asked: Mapping[str, str | None], known: Mapping[str, tuple[str, str]]
    ) -> None:
        self.unknown = tuple(key for key in asked if key not in known)
        self.stale = tuple(
            key
            for key, at in asked.items()
            if at is not None and key in known and _is_older(at, known[key][0])
        )
        left = {*self.unknown, *self.stale}
        self.done = tuple(key for key in asked if key not in left)


def _ids(signals: Iterable[NormalisedSignal]) -> tuple[str, ...]:
    return tuple(one.external_id for one in signals)


def _latest(db: Db, project: str, connection: str) -> int:
    """Return the number of the latest run: what it wrote, no run before it sweeps."""
    row = db.execute(
        "SELECT max(id) FROM run WHERE project = ? AND connection = ?",
        (project, connection),
    ).fetchone()
    return int(row[0] or 0)


def _stored(db: Db, source: int, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return time and content hash of the rows that exist."""
    found: dict[str, tuple[str, str]] = {}
    for some in signal_rows.in_parts(keys):
        rows = db.execute(
            "SELECT external_id, timestamp, content_hash FROM signal"  # noqa: S608  marks only
            f" WHERE {_PLACES.format(', '.join('?' * len(some)))}",
            (source, *some),
        )
        found.update((key, (at, digest)) for key, at, digest in rows)
    return found


def _gone(db: Db, source: int, keys: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in signal_rows.in_parts(keys):
        rows = db.execute(
            "SELECT external_id, timestamp FROM signal_gone"  # noqa: S608  marks only
            f" WHERE {_PLACES.format(', '.join('?' * len(some)))}",
            (source, *some),
        )
        found.update(rows.fetchall())
    return found


def _archive(db: Db, source: int, found: Sequence[tuple[str, str]]) -> None:
    """Note when rows were archived; another hash lets the next sync write them anew."""
    db.executemany(
        "UPDATE signal SET archived_at = ?, content_hash = 'archived'"
        " WHERE source = ? AND external_id = ? AND archived_at IS NULL",
        [(at, source, key) for at, key in found],
    )


def _note_gone(
    db: Db, source: int, gone: Mapping[str, str], back: set[str], now: datetime
) -> None:
    at = int(now.timestamp())
    db.executemany(
        "DELETE FROM signal_gone WHERE source = ? AND external_id = ?",
        [(source, key) for key in back],
    )
    db.executemany(
        "INSERT INTO signal_gone (source, external_id, timestamp, at)"
        " VALUES (?, ?, ?, ?) ON CONFLICT (source, external_id) DO UPDATE"
        " SET timestamp = max(timestamp, excluded.timestamp), at = excluded.at",
        [(source, key, time, at) for key, time in gone.items()],
    )
    if gone:
        db.execute("DELETE FROM signal_gone WHERE at < ?", (at - GONE_FOR,))


def _see(db: Db, lease: Lease, source: int, keys: Iterable[str]) -> None:
    """Let a full run that is under way know that these are there."""
    row = db.execute(
        "SELECT run.id FROM lease JOIN run ON run.id = lease.run"
        " WHERE lease.project = ? AND lease.connection = ? AND run.mode = 'full'"
        " AND run.status = 'running'",
        (lease.project, lease.connection),
    ).fetchone()
    if row is not None:
        db.executemany(
            "INSERT OR IGNORE INTO seen (run, signal) SELECT ?, id FROM signal"
            " WHERE source = ? AND external_id = ?",
            [(row[0], source, key) for key in keys],
        )


def _is_older(one: str, other: str, *, or_equal: bool = False) -> bool:
    """Tell whether a time is before another; a fraction sorts after none."""
    left, right = one.rstrip("Z"), other.rstrip("Z")
    return left < right or (or_equal and left == right)
