"""The index of kept exchanges: one SQLite file, small however large the bodies are.

A row is written after its body. An index that cannot be read is put aside and begun
anew: what was kept must never keep the program from starting.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

from ferrule.errors import FerruleError, StoreError
from ferrule.exchange import Json, Pairs, decode, encode
from ferrule.workspace.history.facts import Kept, Kind, Usage, Where

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS exchanges (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL,
    project TEXT NOT NULL, connector TEXT NOT NULL, stream TEXT NOT NULL,
    draft TEXT NOT NULL, connection TEXT NOT NULL, kind TEXT NOT NULL,
    grouped TEXT NOT NULL, config TEXT NOT NULL,
    method TEXT NOT NULL, url TEXT NOT NULL, asked TEXT NOT NULL, sent TEXT NOT NULL,
    status INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
    size INTEGER NOT NULL, elapsed REAL NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0, opening INTEGER NOT NULL DEFAULT 0,
    checkpoint TEXT NOT NULL DEFAULT 'null'
);
CREATE INDEX IF NOT EXISTS by_body ON exchanges (body);
CREATE INDEX IF NOT EXISTS pins ON exchanges (pinned) WHERE pinned = 1;
"""
_COLUMNS: Final = (
    "number, at, project, connector, stream, draft, connection, kind, grouped, config,"
    " method, url, asked, sent, status, headers, body, size, elapsed, pinned,"
    " checkpoint"
)
_BUSY_S: Final = 5.0


class HistoryIndex:
    """The rows of kept exchanges; opened with the first of its uses, in any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def add(self, kept: Kept) -> int:
        """Write a row and return its number; that of `kept` does not count."""
        where = kept.where
        values = (
            kept.at, where.project, where.connector, where.stream, where.draft,
            where.connection, where.kind, where.group, _text(dict(where.config)),
            kept.method, kept.url, _pairs_text(kept.request_headers),
            kept.request_body, kept.status, _pairs_text(kept.headers), kept.body,
            kept.size, kept.elapsed_ms, int(kept.pinned), _text(where.checkpoint),
        )  # fmt: skip
        names = _COLUMNS.removeprefix("number, ")
        marks = ", ".join("?" * len(values))
        with self._work() as database:
            done = database.execute(
                f"INSERT INTO exchanges ({names}) VALUES ({marks})",  # noqa: S608  our own names
                values,
            )
            return cast("int", done.lastrowid)

    def rows(self, project: str, connector: str = "", draft: str = "") -> list[Kept]:
        """Return the rows of a project, or of one connector or draft, newest first."""
        which, values = "project = ?", [project]
        if connector or draft:
            which += " AND (connector = ? OR (draft = ? AND draft != ''))"
            values += [connector, draft]
        return self._select(which, values)

    def row(self, number: int) -> Kept | None:
        """Return one row."""
        return next(iter(self._select("number = ?", [number])), None)

    def group(self, kept: Kept) -> list[Kept]:
        """Return what came of the same wish up to this row, oldest first."""
        if not kept.where.group:
            return [kept]
        found = self._select("grouped = ? AND number <= ?",
                             [kept.where.group, kept.number])  # fmt: skip
        return found[::-1]

    def oldest(self, limit: int) -> list[Kept]:
        """Return the first rows that may be evicted."""
        return self._select("pinned = 0", [], f"number LIMIT {int(limit)}")

    def pin(self, kept: Kept) -> None:
        """Pin a row in place of any other of the same stream."""
        where = kept.where
        with self._work() as database:
            database.execute(
                "UPDATE exchanges SET pinned = 0 WHERE pinned = 1 AND project = ?"
                " AND stream = ? AND (connector = ? OR (draft = ? AND draft != ''))",
                (where.project, where.stream, where.connector, where.draft),
            )
            database.execute(
                "UPDATE exchanges SET pinned = 1, opening = 0 WHERE number = ?",
                (kept.number,),
            )

    def unpin(self, number: int) -> None:
        """Let a row be evicted again."""
        with self._work() as database:
            database.execute(
                "UPDATE exchanges SET pinned = 0, opening = 0 WHERE number = ?",
                (number,),
            )

    def pinned(self, where: Where) -> Kept | None:
        """Return the pinned row of a stream."""
        which = "pinned = 1 AND project = ? AND stream = ?"
        which += " AND ((draft = ? AND draft != '') OR (? = '' AND connector = ?))"
        values = [where.project, where.stream, where.draft, where.draft]
        return next(iter(self._select(which, [*values, where.connector])), None)

    def pins(self) -> list[Kept]:
        """Return all pinned rows."""
        return self._select("pinned = 1", [])

    def set_opening(self, number: int, *, on: bool) -> None:
        """Note that a body is being opened, or was."""
        with self._work() as database:
            database.execute(
                "UPDATE exchanges SET opening = ? WHERE number = ?", (int(on), number)
            )

    def is_opening(self, number: int) -> bool:
        """Tell whether the program ended while a body was being opened."""
        with self._work() as database:
            found = database.execute(
                "SELECT opening FROM exchanges WHERE number = ?", (number,)
            ).fetchone()
        return bool(found and found[0])

    def delete(self, numbers: Sequence[int]) -> list[str]:
        """Delete rows; return the bodies that nothing points at any more."""
        with self._work() as database:
            marks = [(number,) for number in numbers]
            bodies: set[str] = set()
            for mark in marks:
                found = database.execute(
                    "SELECT body FROM exchanges WHERE number = ?", mark
                ).fetchone()
                bodies |= {found[0]} if found else set()
            database.executemany("DELETE FROM exchanges WHERE number = ?", marks)
            return [body for body in bodies if not _is_used(database, body)]

    def clear(self, *, pinned: bool) -> list[str]:
        """Delete all rows, the pinned ones only where told; return the free bodies."""
        which = "1" if pinned else "pinned = 0"
        with self._work() as database:
            bodies = [row[0] for row in database.execute(
                f"SELECT DISTINCT body FROM exchanges WHERE {which}"  # noqa: S608  one of two texts
            ).fetchall()]  # fmt: skip
            database.execute(f"DELETE FROM exchanges WHERE {which}")  # noqa: S608  one of two texts
            return [body for body in bodies if not _is_used(database, body)]

    def bodies(self) -> frozenset[str]:
        """Return the names of all bodies that rows point at."""
        with self._work() as database:
            found = database.execute("SELECT DISTINCT body FROM exchanges").fetchall()
        return frozenset(row[0] for row in found)

    def usage(self) -> Usage:
        """Return how much is kept; a body that several rows share counts once."""
        with self._work() as database:
            count, pinned = database.execute(
                "SELECT COUNT(*), COALESCE(SUM(pinned), 0) FROM exchanges"
            ).fetchone()
            size = database.execute(
                "SELECT COALESCE(SUM(size), 0) FROM"
                " (SELECT DISTINCT body, size FROM exchanges)"
            ).fetchone()[0]
        return Usage(count, size, pinned)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _select(
        self, which: str, values: Sequence[object], order: str = "number DESC"
    ) -> list[Kept]:
        query = f"SELECT {_COLUMNS} FROM exchanges WHERE {which} ORDER BY {order}"  # noqa: S608  our own names
        with self._work() as database:
            found = database.execute(query, list(values)).fetchall()
        return [kept for row in found if (kept := _kept(row)) is not None]

    @contextmanager
    def _work(self) -> Iterator[sqlite3.Connection]:
        """Yield the open file inside one transaction."""
        with self._lock:
            try:
                database = self._database()
                with database:
                    yield database
            except sqlite3.Error as error:
                raise StoreError(
                    f"The history cannot be used: {error}.",
                    advice="Clear it in Settings, or check the disk's space.",
                ) from None

    def _database(self) -> sqlite3.Connection:
        if self._opened is None:
            try:
                self._opened = self._open()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise  # locked or full: it is not damaged
                self._put_aside()
                self._opened = self._open()
        return self._opened

    def _open(self) -> sqlite3.Connection:
        try:
            # Made by us first: what SQLite makes beside it takes its mode.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be used: {error.strerror}."
            ) from None
        opened = sqlite3.connect(self._path, timeout=_BUSY_S, check_same_thread=False)
        try:
            opened.executescript(_TABLE)
            _grow(opened)
            opened.execute("SELECT number FROM exchanges LIMIT 1").fetchall()
        except sqlite3.DatabaseError:
            opened.close()
            raise
        return opened

    def _put_aside(self) -> None:
        for ending in ("-journal", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()
        with suppress(OSError):
            self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))


def _grow(database: sqlite3.Connection) -> None:
    """Add what the file of an earlier version lacks."""
    known = {row[1] for row in database.execute("PRAGMA table_info(exchanges)")}
    if "checkpoint" not in known:
        with suppress(sqlite3.OperationalError):  # another process was faster
            database.execute(
                "ALTER TABLE exchanges ADD COLUMN checkpoint TEXT NOT NULL"
                " DEFAULT 'null'"
            )


def _is_used(database: sqlite3.Connection, body: str) -> bool:
    query = "SELECT 1 FROM exchanges WHERE body = ? LIMIT 1"
    return database.execute(query, (body,)).fetchone() is not None


def _text(value: Json) -> str:
    return encode(value).decode()


def _pairs_text(pairs: Pairs) -> str:
    return json.dumps([list(pair) for pair in pairs], ensure_ascii=False)


def _pairs(text: str) -> Pairs:
    return tuple((str(name), str(value)) for name, value in json.loads(text))


def _kept(row: Sequence[Any]) -> Kept | None:
    """Return a row as a value, None where it makes no sense."""
    try:
        config = decode(row[9].encode())
        where = Where(
            project=row[2], connector=row[3], stream=row[4], draft=row[5],
            connection=row[6], kind=cast("Kind", row[7]), group=row[8],
            config=config if isinstance(config, dict) else {},
            checkpoint=decode(row[20].encode()),
        )  # fmt: skip
        return Kept(
            number=row[0], at=row[1], where=where, method=row[10], url=row[11],
            request_headers=_pairs(row[12]), request_body=row[13], status=row[14],
            headers=_pairs(row[15]), body=row[16], size=row[17], elapsed_ms=row[18],
            pinned=bool(row[19]),
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError, FerruleError):
        return None
