"""What was accepted from signed bundles, and the record of what was decided.

Both are append-only: triggers of the database refuse to change or delete a row. A
version that was accepted stands for its content for good, in each project by itself,
and the highest of a connector is its high-water mark.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection as Db
from typing import Any, Final, Literal

from ferrule.errors import StoreError
from ferrule.exchange import decode, encode
from ferrule.store.database import Database

Decision = Literal["accepted", "downgraded", "enabled", "disabled", "dropped"]


@dataclass(frozen=True, slots=True)
class AcceptedVersion:
    """A version of a connector that was accepted once, and its content's digest."""

    connector_id: str
    version: str
    digest: str
    payload_digest: str
    at: str


@dataclass(frozen=True, slots=True)
class ImportEvent:
    """One line of the record: what was decided, when, by which command, and why.

    `connectors` are `ID@vVERSION`. A line is written before what it tells is done.
    """

    at: str
    event: Decision
    bundle_id: str
    version: str
    payload_digest: str
    connectors: tuple[str, ...]
    signers: tuple[str, ...]
    command: str
    reason: str | None = None


_ACCEPTED: Final = tuple(one.name for one in dataclasses.fields(AcceptedVersion))
_EVENT: Final = tuple(one.name for one in dataclasses.fields(ImportEvent))
_LISTS: Final = frozenset({"connectors", "signers"})


class Imports:
    """What was accepted and decided, of every project in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accepted(self, project: str) -> tuple[AcceptedVersion, ...]:
        """Return every version that was ever accepted in a project."""
        query = (
            f"SELECT {', '.join(_ACCEPTED)} FROM accepted_version"  # noqa: S608  names above
            " WHERE project = ? ORDER BY connector_id, version"
        )
        with self._database.reading() as db:
            return tuple(AcceptedVersion(*row) for row in db.execute(query, (project,)))

    def record(self, project: str) -> tuple[ImportEvent, ...]:
        """Return what was decided in a project, the oldest first."""
        query = (
            f"SELECT {', '.join(_EVENT)} FROM import_record"  # noqa: S608  names above
            " WHERE project = ? ORDER BY id"
        )
        with self._database.reading() as db:
            return tuple(map(_event, db.execute(query, (project,))))

    def note(
        self,
        project: str,
        events: Sequence[ImportEvent],
        accepted: Sequence[AcceptedVersion] = (),
    ) -> None:
        """Add to the record, and what is accepted with it, in one transaction.

        Raises:
            StoreError: when a version was accepted with other content; nothing is kept.
        """
        with self._database.writing() as db:
            for one in accepted:
                _accept(db, project, one)
            for event in events:
                _insert(db, "import_record", project, event)


def _accept(db: Db, project: str, one: AcceptedVersion) -> None:
    row = db.execute(
        "SELECT digest FROM accepted_version"
        " WHERE project = ? AND connector_id = ? AND version = ?",
        (project, one.connector_id, one.version),
    ).fetchone()
    if row is None:
        _insert(db, "accepted_version", project, one)
    elif row[0] != one.digest:
        raise StoreError(
            f"{one.connector_id}@v{one.version} was accepted with other content.",
            advice="Its signer must raise the version of what changed.",
        )


def _insert(
    db: Db, table: str, project: str, one: AcceptedVersion | ImportEvent
) -> None:
    names = _EVENT if isinstance(one, ImportEvent) else _ACCEPTED
    marks = ", ".join("?" * (len(names) + 1))
    db.execute(
        f"INSERT INTO {table} (project, {', '.join(names)}) VALUES ({marks})",  # noqa: S608  names above
        (project, *(_value(name, getattr(one, name)) for name in names)),
    )


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  what SQLite takes
    return encode(list(value)).decode() if name in _LISTS else value


def _event(row: tuple[Any, ...]) -> ImportEvent:
    members = dict(zip(_EVENT, row, strict=True))
    for name in _LISTS:
        found = decode(members[name].encode())
        members[name] = tuple(map(str, found)) if isinstance(found, list) else ()
    return ImportEvent(**members)
