"""One SQLite file through SQLAlchemy: opened, checked, created, upgraded.

Rules: a writer begins with BEGIN IMMEDIATE, a reader plainly, so that a reader never
shuts out the writer. A file that is newer, foreign, damaged or empty is refused and
never written over. Nothing is created before the first write; until then reads see an
empty database in memory. A new file appears under its name only when it is whole.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    PoolProxiedConnection,
    create_engine,
    event,
)

from ferrule.errors import StoreError
from ferrule.store import faults, schema

_MAGIC: Final = b"SQLite format 3\x00"
_SETTINGS: Final = (
    "synchronous=NORMAL",  # a page and its cursor are lost together, at worst
    "busy_timeout=2000",
)
_OPEN_TO_OTHERS: Final = 0o077


class Database:
    """One database file; safe to use from several threads."""

    def __init__(self, path: Path, *, reading_only: bool = False) -> None:
        self.path = path
        self.reading_only = reading_only
        self._engine: Engine | None = None
        self._empty: Engine | None = None
        self._opening = threading.Lock()
        self._kept: PoolProxiedConnection | None = None
        self._storing = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, reading_only: bool = False) -> Self:
        """Return the database at `path`, checked if it exists, else made on writing.

        Raises:
            StoreError: when the file is newer, foreign, damaged or empty.
        """
        database = cls(path, reading_only=reading_only)
        if path.exists():
            database._existing()
        return database

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection whose reads all see one moment.

        Raises:
            StoreError: for whatever the database complains about.
        """
        engine = self._existing() or self._nothing()
        with (
            faults.translated(self.path),
            engine.execution_options(reading=True).connect() as connection,
        ):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that commits whole, or not at all.

        Raises:
            StoreError: for whatever the database complains about.
        """
        engine = self._writable()
        with faults.translated(self.path), engine.begin() as connection:
            yield connection

    @contextmanager
    def storing(self) -> Iterator[sqlite3.Connection]:
        """Give sqlite3's own connection in such a transaction.

        It is for what runs on every page: statements cost half as much there, and the
        connection is kept, because to borrow one costs as much as a statement. Threads
        take turns.

        Raises:
            StoreError: for whatever the database complains about.
        """
        engine = self._writable()
        with self._storing, faults.translated(self.path):
            if self._kept is None:
                self._kept = engine.raw_connection()
            plain: sqlite3.Connection = self._kept.driver_connection  # type: ignore[assignment]  # SQLAlchemy cannot know whose it is
            plain.execute("BEGIN IMMEDIATE").close()
            try:
                yield plain
                plain.commit()
            except BaseException:
                plain.rollback()
                raise

    def close(self) -> None:
        """Give the file back; the last one out folds the write-ahead log into it."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        for engine in (self._engine, self._empty):
            if engine is not None:
                engine.dispose()
        self._engine = self._empty = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _existing(self) -> Engine | None:
        with self._opening:
            if self._engine is None and self.path.exists():
                self._engine = _checked(self.path)
            return self._engine

    def _writable(self) -> Engine:
        if self.reading_only:
            raise StoreError(f"The database {self.path} was opened for reading only.")
        return self._existing() or self._created()

    def _created(self) -> Engine:
        with faults.file_translated(self.path), faults.translated(self.path):
            _make(self.path)
        engine = self._existing()
        if engine is None:
            raise StoreError(f"The database {self.path} was removed as it was made.")
        return engine

    def _nothing(self) -> Engine:
        with self._opening:
            if self._empty is None:  # each connection has an empty database of its own
                self._empty = _engine("sqlite://", poolclass=NullPool)
                event.listen(self._empty, "connect", _filled)
            return self._empty


def driver(connection: Connection) -> sqlite3.Connection:
    """Return sqlite3's own connection, in the transaction of `connection`."""
    plain: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # SQLAlchemy cannot know whose it is
    return plain


def _engine(url: str, **options: Any) -> Engine:  # noqa: ANN401  SQLAlchemy's options
    engine = create_engine(url, hide_parameters=True, **options)
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return engine


def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401  sqlite3's, through SQLAlchemy
    connection.isolation_level = None  # sqlite3 itself begins nothing
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}").close()
    connection.create_function("holds", -1, _holds, deterministic=True)


def _filled(connection: Any, _record: object) -> None:  # noqa: ANN401  sqlite3's, through SQLAlchemy
    for statement in schema.statements():
        connection.execute(statement).close()


def _begun(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _holds(folded: str, *texts: str | None) -> bool:
    """Tell whether any text holds the case-folded one: LIKE folds ASCII only."""
    return any(text is not None and folded in text.casefold() for text in texts)


def _checked(path: Path) -> Engine:
    """Return an engine on an existing file that is ours, brought to our version."""
    with faults.file_translated(path):
        _check_header(path)
    engine = _engine(f"sqlite:///{path}")
    try:
        with faults.translated(path), faults.file_translated(path):
            _check_version(path, engine)
            _close_to_others(path)
    except StoreError:
        engine.dispose()
        raise
    return engine


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(len(_MAGIC))
    if not header:
        raise faults.zero_length(path)
    if header != _MAGIC:
        raise faults.foreign(path)


def _check_version(path: Path, engine: Engine) -> None:
    # The first read makes SQLite itself compare the header with the file's length.
    with engine.execution_options(reading=True).connect() as connection:
        stamp = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    if stamp != schema.APPLICATION_ID or version < 1:
        raise faults.foreign(path)
    if version > schema.VERSION:
        raise faults.newer(path, version, schema.VERSION)
    if version < schema.VERSION:
        _upgrade(engine)


def _close_to_others(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & _OPEN_TO_OTHERS:
        path.chmod(0o600)


def _upgrade(engine: Engine) -> None:
    with engine.begin() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version < schema.VERSION:  # nobody else was first
            schema.upgrade(connection, version)


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
    with closing(
        sqlite3.connect(path)
    ) as plain:  # outside of any transaction; it stays
        plain.execute(f"PRAGMA page_size={schema.PAGE_SIZE}").close()
        plain.execute("PRAGMA journal_mode=WAL").close()
    engine = _engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            for statement in schema.statements():
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


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
