"""Signals written: a page in, and the rows out that a full run did not see.

The hot path is sqlite3 itself: one look-up of a page's hashes, then what is new and
what has changed, each in one `executemany`. Only those are encoded. Ids are bound one
by one: through `json_each`, which is no faster, an id ends at its first NUL. Nothing is
stored twice: the document leaves out what has a column, and `raw` where that is the
whole item.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from sqlite3 import Connection
from typing import Any, NamedTuple

import msgspec

from ferrule.exchange import Json, encode
from ferrule.signals import NormalisedSignal
from ferrule.store.records import (
    Batch,
    Counts,
    Lease,
    PageChanges,
    Sweep,
    utc_text,
)
from ferrule.store.signals import find_source

Pair = tuple[NormalisedSignal, Json]
Known = dict[str, tuple[int, str]]  # number and content hash, by external id
Row = tuple[str | int | None, ...]
Heard = Callable[[Connection, Lease, PageChanges], None]
"""Hears what a page changed, in the transaction that does."""


class Document(
    msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False
):
    """What of a signal has no column of its own."""

    id: str
    source: str
    participants: list[str]
    tags: list[str]
    related_items: list[str]
    fields: dict[str, Any] | None = None
    raw: Any = None
    warnings: list[str] | None = None


_KNOWN = "SELECT external_id, id, content_hash FROM signal"
_INSERT = (  # what all rows of a page share is said once: each value to bind costs
    "INSERT INTO signal (content_hash, stream, type, timestamp, created_at,"
    " archived_at, priority, summary, signal, raw_payload, external_id, stored_at,"
    " last_run, first_run, source)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {at:d}, {run:d}, {run:d}, {source:d})"
)
_UPDATE = (
    "UPDATE signal SET content_hash = ?, stream = ?, type = ?, timestamp = ?,"
    " created_at = ?, archived_at = ?, priority = ?, summary = ?, signal = ?,"
    " raw_payload = ?, stored_at = ?, last_run = ? WHERE id = ?"
)
_SEEN = "INSERT OR IGNORE INTO seen (run, signal) VALUES (?, ?)"
_AT_ONCE = 500  # ids in one statement
# A row that this run or a later one stored is not swept: a full run that was resumed
# after an incremental one has not looked where that one found it.
_SWEEP = (
    "DELETE FROM signal WHERE source = ? AND last_run < ? AND NOT EXISTS (SELECT 1"
    " FROM seen WHERE seen.run = ? AND seen.signal = signal.id)"
)


def store_page(
    db: Connection,
    lease: Lease,
    batch: Batch,
    now: datetime,
    heard: Heard | None = None,
) -> Counts:
    """Write one page and return what became of it; an id that comes twice counts once.

    An item that is deleted removes its row; without a row it is unchanged. An item that
    failed counts as seen where its id is known: it is not gone.
    """
    ids = ids_of(batch)
    source = made_source(db, lease, batch.collection_key) if ids.all else 0
    known = known_rows(db, source, ids.all)
    page = sort_out(batch, ids, known)
    at = int(now.timestamp())
    insert = _INSERT.format(at=at, run=lease.run, source=source)
    db.executemany(insert, _new_rows(page.new))
    db.executemany(_UPDATE, _changed_rows(page.changed, known, lease.run, at))
    removed = [(known[key][0],) for key in page.removed]
    db.executemany("DELETE FROM signal WHERE id = ?", removed)
    if lease.mode == "full":
        _see(db, lease.run, known)
    if heard is not None:
        heard(db, lease, _heard(batch, page))
    return page.counts


class Ids(NamedTuple):
    """The ids of a page: the last item of each, and those that are gone or failed."""

    latest: dict[str, Pair]
    gone: set[str]
    failed: set[str]

    @property
    def all(self) -> set[str]:
        """Return every id that is worth a look-up."""
        return self.latest.keys() | self.gone | self.failed


class SortedPage(NamedTuple):
    """What becomes of the items of a page; `removed` are ids that had a row."""

    new: list[Pair]
    changed: list[Pair]
    removed: list[str]
    counts: Counts


def ids_of(batch: Batch) -> Ids:
    """Return the ids of a page."""
    pairs = zip(batch.signals, batch.items, strict=True)
    latest: dict[str, Pair] = {pair[0].external_id: pair for pair in pairs}
    gone = {key for key, (signal, _) in latest.items() if signal.deleted}
    gone.update(batch.deleted)
    failed = {error[0] for error in batch.errors if error[0] is not None}
    return Ids(latest, gone, failed)


def sort_out(batch: Batch, ids: Ids, known: Known) -> SortedPage:
    """Return what is new, changed and removed, given the rows that are known."""
    new: list[Pair] = []
    changed: list[Pair] = []
    for key, pair in ids.latest.items():
        if key in ids.gone:
            continue
        if key not in known:
            new.append(pair)
        elif known[key][1] != pair[0].content_hash:
            changed.append(pair)
    removed = [key for key in ids.gone if key in known]
    keys = len(ids.latest.keys() | ids.gone)
    counts = Counts(
        processed=keys + len(batch.errors),
        created=len(new),
        updated=len(changed),
        unchanged=keys - len(new) - len(changed) - len(removed),
        deleted=len(removed),
        failed=len(batch.errors),
        skipped=batch.skipped,
    )
    return SortedPage(new, changed, removed, counts)


def _heard(batch: Batch, page: SortedPage) -> PageChanges:
    return PageChanges(
        batch.stream,
        batch.collection_key,
        [signal for signal, _ in page.new],
        [signal for signal, _ in page.changed],
        page.removed,
    )


def sweep(
    db: Connection, lease: Lease, wanted: Sweep, heard: Heard | None = None
) -> int:
    """Delete the rows of a collection that this full run did not see; return how many.

    Times are compared without their Z, so that a fraction sorts after none.
    """
    source = find_source(db, lease.project, lease.connection, wanted.collection_key)
    if source is None:
        return 0
    statement, values = _SWEEP, [source, lease.run, lease.run]
    given: list[int | str] = [*values]
    if wanted.created_from is not None:
        statement += " AND rtrim(created_at, 'Z') >= ?"
        given.append(utc_text(wanted.created_from).rstrip("Z"))
    if wanted.stream is not None:
        statement += " AND stream = ?"
        given.append(wanted.stream)
    if heard is None:
        return db.execute(statement, tuple(given)).rowcount
    rows = db.execute(f"{statement} RETURNING external_id", tuple(given)).fetchall()
    removed = [row[0] for row in rows]
    stream = wanted.stream or ""
    heard(db, lease, PageChanges(stream, wanted.collection_key, (), (), removed))
    return len(removed)


def made_source(db: Connection, lease: Lease, collection_key: str) -> int:
    """Return the number that stands for (project, connection, collection key)."""
    where = (lease.project, lease.connection, collection_key)
    find = (
        "SELECT id FROM source WHERE project = ? AND connection = ?"
        " AND collection_key = ?"
    )
    row = db.execute(find, where).fetchone()
    if row is not None:
        return int(row[0])
    made = db.execute(
        "INSERT INTO source (project, connection, collection_key) VALUES (?, ?, ?)",
        where,
    )
    return int(made.lastrowid or 0)


def known_rows(db: Connection, source: int, keys: Iterable[str]) -> Known:
    """Return number and content hash of those rows that exist, by external id."""
    found: Known = {}
    for some in in_parts(keys):
        places = ", ".join("?" * len(some))
        rows = db.execute(
            f"{_KNOWN} WHERE source = ? AND external_id IN ({places})",
            (source, *some),
        )
        found.update((key, (row, known)) for key, row, known in rows)
    return found


def in_parts(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield ids in parts, each for one statement."""
    rest = iter(keys)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some


def _new_rows(pairs: list[Pair]) -> Iterator[Row]:
    for signal, item in pairs:
        yield (*_columns(signal, item), signal.external_id)


def _changed_rows(pairs: list[Pair], known: Known, run: int, at: int) -> Iterator[Row]:
    for signal, item in pairs:
        yield (*_columns(signal, item), at, run, known[signal.external_id][0])


def _columns(signal: NormalisedSignal, item: Json) -> Row:
    payload, raw = encode(item), signal.raw
    document = Document(
        signal.id,
        signal.source,
        signal.participants,
        signal.tags,
        signal.related_items,
        signal.fields,
        # `raw` is left out where that is the complete item.
        None if raw is item or encode(raw) == payload else raw,
        signal.warnings,
    )
    return (
        signal.content_hash,
        signal.stream,
        signal.type,
        signal.timestamp,
        signal.created_at,
        signal.archived_at,
        signal.priority,
        signal.summary,
        _document(document),
        payload.decode(),
    )


def _document(document: Document) -> str:
    try:
        return encode(document).decode()
    except OverflowError:  # integers beyond 64 bits: only plain values encode exactly
        plain = msgspec.to_builtins(document, builtin_types=(Decimal,))
        return encode(plain).decode()


def _see(db: Connection, run: int, known: Known) -> None:
    """Note the rows that this page has: those it wrote are known by their last run."""
    db.executemany(_SEEN, ((run, row[0]) for row in known.values()))
