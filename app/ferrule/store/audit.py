"""The audit trail: who did what with credentials, approvals, imports and deletions.

Rows are only ever added: triggers refuse to change or delete one. Each holds the hash
of the row before it and its own, so that an edit by another program is noticed: of a
row, of their order, of one left out, and of the last ones (their number is remembered
by SQLite itself). The trail is one for all projects of a database and is never pruned.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from sqlite3 import Connection as Db
from typing import Any, Final, Literal

import msgspec

from ferrule.clock import rfc3339
from ferrule.exchange import canonical
from ferrule.store.database import Database
from ferrule.store.operation_text import clean

AuditOutcome = Literal["begun", "done", "failed", "refused"]
START: Final = "0" * 64  # what the first row follows
_MOST: Final = 500  # characters of what it says


class AuditEntry(msgspec.Struct, frozen=True):
    """What is to be written down: `actor` did `action` to `subject`, by `via`.

    `action` is dotted, as in `credential.rotate`; `subject` names a connection, a
    connector, a bundle or a key, never a value. `note` says more, or why it failed.
    A deed is `begun` before anything is changed; a later row of its `correlation` says
    how it ended.
    """

    at: datetime
    project: str
    actor: str
    via: str
    action: str
    subject: str
    outcome: AuditOutcome = "done"
    correlation: str = ""
    note: str = ""


class AuditRow(msgspec.Struct, frozen=True):
    """One row of the trail as it stands in the database."""

    id: int
    at: str
    project: str
    actor: str
    via: str
    action: str
    subject: str
    outcome: AuditOutcome
    correlation: str
    note: str
    previous: str
    digest: str


class Broken(msgspec.Struct, frozen=True):
    """Where the trail is not as it was written, and in what way."""

    id: int
    why: str


class Verified(msgspec.Struct, frozen=True):
    """What looking through the trail found; `head` is the digest of its last row."""

    rows: int
    head: str
    broken: tuple[Broken, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every row is as it was written."""
        return not self.broken


_TOLD: Final = (
    "at",
    "project",
    "actor",
    "via",
    "action",
    "subject",
    "outcome",
    "correlation",
    "note",
)
_COLUMNS: Final = ", ".join(("id", *_TOLD, "previous", "digest"))
_TRIGGERS: Final = frozenset({"audit_no_update", "audit_no_delete", "audit_no_replace"})


class Audit:
    """The trail of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entry: AuditEntry) -> AuditRow:
        """Add a row to the trail and return it.

        Raises:
            StoreError: when it cannot be written.
        """
        with self._database.writing() as db:
            return append(db, entry)

    def rows(
        self, project: str | None = None, *, limit: int = 100, before: int | None = None
    ) -> tuple[AuditRow, ...]:
        """Return rows newest first, of one project or of all."""
        where, given = ["1"], []
        if project is not None:
            where.append("project = ?")
            given.append(project)
        query = (
            f"SELECT {_COLUMNS} FROM audit WHERE {' AND '.join(where)}"  # noqa: S608  literals
            " AND id < ? ORDER BY id DESC LIMIT ?"
        )
        last = before if before is not None else 1 << 62
        with self._database.reading() as db:
            return tuple(
                AuditRow(*row) for row in db.execute(query, (*given, last, limit))
            )

    def verify(self, expected: str | None = None) -> Verified:
        """Look through the whole trail and return what was found.

        `expected` is a head that was noted once: it must be among the rows.
        """
        with self._database.reading() as db:
            rows = [
                AuditRow(*row)
                for row in db.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY id")  # noqa: S608  names above
            ]
            broken = [*_broken(rows), *_missing(db, rows)]
        if expected is not None and expected not in {START, *(r.digest for r in rows)}:
            last = rows[-1].id if rows else 0
            broken.append(Broken(last, "The head that was expected is not in it."))
        return Verified(len(rows), rows[-1].digest if rows else START, tuple(broken))


def append(db: Db, entry: AuditEntry) -> AuditRow:
    """Add a row inside the transaction of the caller."""
    last = db.execute("SELECT digest FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    previous = START if last is None else last[0]
    told = (
        rfc3339(entry.at),
        entry.project,
        entry.actor,
        entry.via,
        entry.action,
        clean(entry.subject)[:_MOST],
        entry.outcome,
        entry.correlation,
        clean(entry.note)[:_MOST],
    )
    digest = _digest(told, previous)
    marks = ", ".join("?" * (len(told) + 2))
    number = db.execute(
        f"INSERT INTO audit ({', '.join(_TOLD)}, previous, digest) VALUES ({marks})",  # noqa: S608  names above
        (*told, previous, digest),
    ).lastrowid
    return AuditRow(int(number or 0), *told, previous, digest)


def _digest(told: tuple[Any, ...], previous: str) -> str:
    """Return the digest of a row: over what it says and the digest before it."""
    said = dict(zip(_TOLD, told, strict=True))
    return hashlib.sha256(canonical({**said, "previous": previous})).hexdigest()


def _broken(rows: list[AuditRow]) -> Iterator[Broken]:
    previous = START
    for row in rows:
        told = tuple(getattr(row, name) for name in _TOLD)
        if row.previous != previous:
            yield Broken(row.id, "It does not follow the row before it.")
        elif row.digest != _digest(told, row.previous):
            yield Broken(row.id, "It was changed.")
        previous = row.digest


def _missing(db: Db, rows: list[AuditRow]) -> Iterator[Broken]:
    """Yield what the file itself tells: rows cut off its end, triggers taken away."""
    last = rows[-1].id if rows else 0
    counted = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
    (written,) = counted.fetchone() or (0,)
    if written != last:
        yield Broken(last, f"Rows after it are missing: {written} were written.")
    found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    gone = _TRIGGERS - {name for (name,) in found.fetchall()}
    if gone:
        yield Broken(last, f"The database lacks: {', '.join(sorted(gone))}.")
