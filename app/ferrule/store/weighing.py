"""What a run would do: its pages counted against the store, and nothing stored.

What the run would have stored so far stands in a scratch database of its own: SQLite
keeps it in memory and moves what is much to a temporary file, which goes with it. The
counts are those that the run would have had, because the same function makes them.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, Self

from ferrule.store import signal_rows
from ferrule.store.database import Database
from ferrule.store.records import Batch, Counts, Sweep, utc_text
from ferrule.store.signal_rows import Ids, Known, SortedPage
from ferrule.store.signals import find_source

_MET: Final = (
    "CREATE TABLE met (collection TEXT NOT NULL, external_id TEXT NOT NULL,"
    " content_hash TEXT, PRIMARY KEY (collection, external_id)) WITHOUT ROWID"
)


class Weighing:
    """Pages of one connection, weighed; close it, or use it as a context."""

    def __init__(self, database: Database, project: str, connection: str) -> None:
        self._database = database
        self._place = (project, connection)
        self._scratch = sqlite3.connect(
            "", isolation_level=None, check_same_thread=False
        )
        for statement in ("PRAGMA journal_mode=OFF", _MET):
            self._scratch.execute(statement)
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget what was weighed."""
        self._scratch.close()

    def weigh(self, batch: Batch) -> Counts:
        """Return what would become of a page's items.

        Raises:
            StoreError: when the database cannot be read.
        """
        ids = signal_rows.ids_of(batch)
        with self._turn:
            known = self._stored(batch.collection_key, ids.all)
            known = self._as_met(batch.collection_key, ids.all, known)
            page = signal_rows.sort_out(batch, ids, known)
            self._scratch.executemany(
                "INSERT OR REPLACE INTO met (collection, external_id, content_hash)"
                " VALUES (?, ?, ?)",
                _met(batch.collection_key, ids, page, known),
            )
        return page.counts

    def swept(self, wanted: Sweep) -> int:
        """Return how many rows a full run would delete that it has not seen."""
        statement, given = "SELECT external_id FROM signal WHERE source = ?", []
        if wanted.created_from is not None:
            statement += " AND rtrim(created_at, 'Z') >= ?"
            given.append(utc_text(wanted.created_from).rstrip("Z"))
        if wanted.stream is not None:
            statement += " AND stream = ?"
            given.append(wanted.stream)
        with self._database.reading() as db:
            source = find_source(db, *self._place, wanted.collection_key)
            if source is None:
                return 0
            rows = db.execute(statement, (source, *given))
            return sum(
                len(ids) - self._count_met(wanted.collection_key, ids)
                for ids in iter(lambda: [row[0] for row in rows.fetchmany(500)], [])
            )

    def _stored(self, collection_key: str, keys: Iterable[str]) -> Known:
        with self._database.reading() as db:
            source = find_source(db, *self._place, collection_key)
            if source is None:
                return {}
            return signal_rows.known_rows(db, source, keys)

    def _as_met(self, collection: str, keys: Iterable[str], stored: Known) -> Known:
        """Return the rows as they would be now, after the pages before."""
        known = dict(stored)
        for some in signal_rows.in_parts(keys):
            rows = self._scratch.execute(
                "SELECT external_id, content_hash FROM met WHERE collection = ?"  # noqa: S608  marks only
                f" AND external_id IN ({', '.join('?' * len(some))})",
                (collection, *some),
            )
            for key, content_hash in rows:
                if content_hash is None:
                    known.pop(key, None)
                else:
                    known[key] = (0, content_hash)
        return known

    def _count_met(self, collection: str, ids: list[str]) -> int:
        row = self._scratch.execute(
            "SELECT count(*) FROM met WHERE collection = ?"  # noqa: S608  marks only
            f" AND external_id IN ({', '.join('?' * len(ids))})",
            (collection, *ids),
        ).fetchone()
        return int(row[0])


def _met(
    collection: str, ids: Ids, page: SortedPage, known: Known
) -> Iterator[tuple[str, str, str | None]]:
    """Yield what is met on a page: each id with the hash its row would have."""
    for signal, _ in (*page.new, *page.changed):
        yield collection, signal.external_id, signal.content_hash
    for key in page.removed:
        yield collection, key, None
    wrote = {signal.external_id for signal, _ in (*page.new, *page.changed)}
    for key in ids.all - wrote - set(page.removed):
        if key in known:
            yield collection, key, known[key][1]
