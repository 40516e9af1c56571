"""What SQLite and the file system complain about, told to a person.

The one place where errors of sqlite3 and the file system under a database
become `StoreError`. Nothing else in the program sees theirs.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ferrule.errors import StoreError


class UnwritableError(StoreError):
    """The database is sound, but cannot be written just now."""


_ASIDE = (
    "Nothing was changed. Move the file aside (with its -wal and -shm) and restore a "
    "backup, or start anew without it."
)
_NO_ROOM = (
    "The disk is full: there is no room left for",
    "The open transaction was undone; free some space and go on.",
    UnwritableError,
)
_KNOWN = (
    # beginning of SQLite's error name, what happened, what to do, whether it may pass
    ("SQLITE_FULL", *_NO_ROOM),
    ("SQLITE_IOERR_SHMSIZE", *_NO_ROOM),  # the index of the log beside the database
    (
        "SQLITE_BUSY",
        "Another program keeps writing to",
        "Wait until it is done, or end it, and try again.",
        UnwritableError,
    ),
    (
        "SQLITE_LOCKED",
        "Another program locks",
        "Wait until it is done, and try again.",
        UnwritableError,
    ),
    (
        "SQLITE_READONLY",
        "There is no leave to write to",
        "Check the permissions of the file and of its folder.",
        UnwritableError,
    ),
    ("SQLITE_CORRUPT", "The database is damaged:", _ASIDE, StoreError),
    ("SQLITE_NOTADB", "This is not a Ferrule database:", _ASIDE, StoreError),
    (
        "SQLITE_CANTOPEN",
        "The database cannot be opened:",
        "Check that the folder exists and may be written.",
        UnwritableError,
    ),
    (
        "SQLITE_PERM",
        "There is no leave to use",
        "Check the permissions of the file.",
        UnwritableError,
    ),
    (
        "SQLITE_IOERR",
        "The disk failed while using",
        "The open transaction was undone. Check the disk.",
        UnwritableError,
    ),
)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn errors of sqlite3 into `StoreError` that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(path, error) from error


@contextmanager
def file_translated(path: Path) -> Iterator[None]:
    """Turn errors of the file system while a database is made into `StoreError`."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be made or opened: {error.strerror or error}.",
            advice="Check the folder's permissions and the room on the disk.",
        ) from error


def explained(path: Path, error: BaseException) -> StoreError:
    """Return what a person is told about a foreign error."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for beginning, what, advice, kind in _KNOWN:
        if name.startswith(beginning):
            return kind(f"{what} {path}.", advice=advice)
    return StoreError(
        f"The database {path} refused: {error}.",
        advice="It may be damaged, or made by another program.",
    )


def zero_length(path: Path) -> StoreError:
    """Return the refusal of an empty file, which SQLite would take for a new one."""
    return StoreError(f"The database {path} is empty (0 bytes).", advice=_ASIDE)


def foreign(path: Path) -> StoreError:
    """Return the refusal of a file that another program made, or a broken header."""
    return StoreError(
        f"{path} is not a Ferrule database, or its header is damaged.", advice=_ASIDE
    )


def newer(path: Path, version: int, known: int) -> StoreError:
    """Return the refusal of a database that a newer Ferrule made."""
    return StoreError(
        f"The database {path} has schema {version}; this Ferrule knows {known}.",
        advice="Use a newer Ferrule, or another data directory (FERRULE_HOME).",
    )
