"""One SQLite file: opened, checked, created, upgraded.

Rules: a writer begins with BEGIN IMMEDIATE, a reader plainly, so that a reader never
shuts out the writer. A file that is newer, foreign, damaged or empty is refused and
never written over. Nothing is created before the first write; until then reads see an
empty database in memory. A new file appears under its name only when it is whole.

What runs is sqlite3 itself. `schema` is imported only where tables are made: it, and
SQLAlchemy with it, takes longer than all statements of a small run.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ferrule.errors import StoreError
from ferrule.store import faults, upgrades

_MAGIC: Final = b"SQLite format 3\x00"
_SYNCHRONOUS: Final = "NORMAL"  # a page and its cursor are lost together, at worst
_BUSY_SECONDS: Final = 2.0
_OPEN_TO_OTHERS: Final = 0o077


class Database:
    """One database file; safe to use from several threads.

    Connections that nobody uses are kept for the next: to open one costs as much as
    some statements, and its cache of pages would be cold.
    """

    def __init__(self, path: Path, *, reading_only: bool = False) -> None:
        self.path = path
        self.reading_only = reading_only
        self._checked = False
        self._idle: list[sqlite3.Connection] = []
        self._opening = threading.Lock()
        self._writing = threading.Lock()
        self._listening = threading.Lock()
        self._listener: sqlite3.Connection | None = None

    @classmethod
    def open(cls, path: Path, *, reading_only: bool = False) -> Self:
        """Return the database at `path`, checked if it exists, else made on writing.

        Raises:
            StoreError: when the file is newer, foreign, damaged or empty.
        """
        database = cls(path, reading_only=reading_only)
        database._exists()
        return database

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose reads all see one moment.

        Raises:
            StoreError: for whatever the database complains about.
        """
        there = self._exists()
        with faults.translated(self.path):
            db = self._borrowed() if there else _nothing()
            try:
                db.execute("BEGIN").close()
                yield db
            finally:
                db.rollback()
                self._give_back(db, keep=there)

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Give a connection in a transaction that commits whole, or not at all.

        Threads take turns. One that is `durable` is on the disk when it is over: it
        outlives the loss of power too.

        Raises:
            StoreError: for whatever the database complains about.
        """
        self._make_writable()
        with self._writing, faults.translated(self.path):
            db = self._borrowed()
            try:
                if durable:
                    db.execute("PRAGMA synchronous=FULL").close()
                db.execute("BEGIN IMMEDIATE").close()
                yield db
                db.commit()
            except BaseException:
                db.rollback()
                raise
            finally:
                if durable:  # no transaction is open any more, in which it would stay
                    db.execute(f"PRAGMA synchronous={_SYNCHRONOUS}").close()
                self._give_back(db)

    def mark(self) -> int:
        """Return a number that is another once anybody has committed; 0 without a file.

        It is SQLite's `data_version`, of a connection that never writes: asking costs
        some microseconds, so that what watches need not read again what is the same.

        Raises:
            StoreError: for whatever the database complains about.
        """
        if not self._exists():
            return 0
        with self._listening, faults.translated(self.path):
            db = self._listener = self._listener or _connected(self.path)
            (number,) = db.execute("PRAGMA data_version").fetchone()
            return int(number)

    def close(self) -> None:
        """Give the file back; the last one out folds the write-ahead log into it."""
        with self._listening:
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        with self._opening:
            idle, self._idle, self._checked = self._idle, [], False
        for db in idle:
            db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _exists(self) -> bool:
        """Tell whether there is a file; it is checked once, and is of our version."""
        with self._opening:
            if not self._checked and self.path.exists():
                self._idle.append(_checked(self.path))
                self._checked = True
            return self._checked

    def _make_writable(self) -> None:
        if self.reading_only:
            raise StoreError(f"The database {self.path} was opened for reading only.")
        if self._exists():
            return
        with faults.file_translated(self.path), faults.translated(self.path):
            _make(self.path)
        if not self._exists():
            raise StoreError(f"The database {self.path} was removed as it was made.")

    def _borrowed(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return _connected(self.path)

    def _give_back(self, db: sqlite3.Connection, *, keep: bool = True) -> None:
        with self._opening:
            if keep and self._checked:  # nobody closed the database meanwhile
                self._idle.append(db)
                return
        db.close()


def _connected(place: Path | str) -> sqlite3.Connection:
    db = sqlite3.connect(
        place,
        timeout=_BUSY_SECONDS,
        isolation_level=None,  # sqlite3 itself begins nothing
        check_same_thread=False,
    )
    db.execute(f"PRAGMA synchronous={_SYNCHRONOUS}").close()
    db.create_function("holds", -1, _holds, deterministic=True)
    return db


def _nothing() -> sqlite3.Connection:
    """Return an empty database in memory."""
    db = _connected(":memory:")
    _create_tables(db)
    return db


def _create_tables(db: sqlite3.Connection) -> None:
    from ferrule.store import schema  # noqa: PLC0415  not for a run: see above

    for statement in schema.statements():
        db.execute(statement).close()


def _holds(folded: str, *texts: str | None) -> bool:
    """Tell whether any text holds the case-folded one: LIKE folds ASCII only."""
    return any(text is not None and folded in text.casefold() for text in texts)


def _checked(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that is ours, brought to our version."""
    with faults.translated(path), faults.file_translated(path):
        _check_header(path)
        db = _connected(path)
        try:
            _check_version(path, db)
            _close_to_others(path)
        except BaseException:
            db.close()
            raise
    return db


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(len(_MAGIC))
    if not header:
        raise faults.zero_length(path)
    if header != _MAGIC:
        raise faults.foreign(path)


def _check_version(path: Path, db: sqlite3.Connection) -> None:
    # The first read makes SQLite itself compare the header with the file's length.
    (stamp,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if stamp != upgrades.APPLICATION_ID or version < 1:
        raise faults.foreign(path)
    if version > upgrades.VERSION:
        raise faults.newer(path, version, upgrades.VERSION)
    if version < upgrades.VERSION:
        _upgrade(db)


def _close_to_others(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & _OPEN_TO_OTHERS:
        path.chmod(0o600)


def _upgrade(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE").close()
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version < upgrades.VERSION:  # nobody else was first
            upgrades.upgrade(db, version)
        db.commit()
    except BaseException:
        db.rollback()
        raise


def _make(path: Path) -> None:
    """Make the file under another name, then give it its own, unless one is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)
    try:
        _fill(made)
        _publish(made, path)
    finally:
        made.unlink(missing_ok=True)


def _fill(path: Path) -> None:
    with closing(_connected(path)) as db:
        # These stay with the file; inside of a transaction they would do nothing.
        db.execute(f"PRAGMA page_size={upgrades.PAGE_SIZE}").close()
        db.execute("PRAGMA journal_mode=WAL").close()
        db.execute("BEGIN IMMEDIATE").close()
        _create_tables(db)
        db.commit()


def _publish(made: Path, path: Path) -> None:
    # A link never replaces; where there are none (some file systems), a rename after
    # a look is the best there is. Either way somebody else's file wins.
    with suppress(FileExistsError):
        try:
            path.hardlink_to(made)
        except FileExistsError:
            raise
        except OSError:
            if not path.exists():
                made.rename(path)
