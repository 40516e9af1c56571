"""The server's database: SQLite in a file, or PostgreSQL by its URL.

Writers take turns, also those of several servers over one database: what was read
inside of a writing transaction is true until it ends. A transaction commits whole or
not at all, and is on the disk when it has. Errors of the database are told without
values: they may be anybody's.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from ferrule.errors import StoreError, UsageError
from ferrule.server import tables

_DRIVER: Final = "postgresql+pg8000"
_LOCK: Final = 4_027_110_693  # one number for all servers over one database
_WRITES: Final = "ferrule_writes"
_BUSY_SECONDS: Final = 10.0
_CONNECTIONS: Final = 16


class Database:
    """The tables of one server; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine
        self._writing = engine.execution_options(**{_WRITES: True})
        self._is_sqlite = engine.dialect.name == "sqlite"

    @classmethod
    def open(cls, place: str) -> Self:
        """Return the database at a path or a `postgresql://` URL, made if need be.

        Raises:
            StoreError: when it cannot be reached, or holds something else.
            UsageError: for a URL of another kind.
        """
        database = cls(_engine(place))
        try:
            with database.writing() as db:
                _make_or_check(db)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with.

        Raises:
            StoreError: for whatever the database complains about.
        """
        with _translated(), self._reading.connect() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that nobody else writes beside; commits at the end.

        Raises:
            StoreError: for whatever the database complains about.
        """
        with _translated(), self._writing.begin() as db:
            if not self._is_sqlite:
                db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield db

    def close(self) -> None:
        """Give every connection back."""
        self._reading.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _engine(place: str) -> Engine:
    if "://" not in place:
        return _sqlite(Path(place))
    try:
        url = make_url(place)
        if url.get_backend_name() == "postgresql":
            return _postgres(url.set(drivername=_DRIVER))
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass  # the same words: they must not quote the URL, which holds a password
    raise UsageError(
        "The database is neither a file nor PostgreSQL.",
        advice="Give a path, or postgresql://USER:PASSWORD@HOST/NAME",
    )


def _postgres(url: URL) -> Engine:
    try:
        return create_engine(
            url, pool_size=_CONNECTIONS, pool_pre_ping=True, hide_parameters=True
        )
    except ModuleNotFoundError:
        raise UsageError(
            "PostgreSQL needs pg8000, which is not installed.",
            advice="Install it with: pip install 'ferrule[server]'.",
        ) from None


def _sqlite(path: Path) -> Engine:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if os.name == "posix":
            path.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be used: {error.strerror}.",
            advice="Name another file with --database.",
        ) from None
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        pool_size=_CONNECTIONS,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(db: sqlite3.Connection, _record: object) -> None:
    """Set a new connection of SQLite up: sqlite3 itself begins nothing."""
    db.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        db.execute(f"PRAGMA {pragma}").close()


def _begin(db: Connection) -> None:
    writes = db.get_execution_options().get(_WRITES, False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise StoreError(
            f"The server's database cannot be used ({kind}: {_said(error)}).",
            advice="Look at the database, its disk and its address.",
        ) from None


def _said(error: SQLAlchemyError) -> str:
    """Return what SQLite says, which quotes nothing; of others the kind is enough."""
    orig = getattr(error, "orig", None)
    quiet = orig is not None and type(orig).__module__ == "sqlite3"
    return str(orig)[:200] if quiet else type(error).__name__


def _make_or_check(db: Connection) -> None:
    there = set(inspect(db).get_table_names())
    if not there:
        tables.metadata.create_all(db)
        db.execute(insert(tables.stamp).values(version=tables.VERSION))
        return
    if tables.stamp.name not in there:
        raise StoreError(
            "The database holds something else than a server's tables.",
            advice="Give the server a database of its own.",
        )
    version = db.scalar(select(tables.stamp.c.version))
    if version != tables.VERSION:
        raise StoreError(
            f"The database has version {version}; this is for {tables.VERSION}.",
            advice="Use the Ferrule that made it, or a later one.",
        )
