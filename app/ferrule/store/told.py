"""What a person was told of, until it is over: once per change, whoever looks."""

from collections.abc import Callable, Collection
from sqlite3 import Connection as Db

import msgspec

from ferrule.redaction import live
from ferrule.store.database import Database


class Note(msgspec.Struct, frozen=True):
    """Something that a person should know, and since when; no `connection`: of all.

    It is another note only where project, connection or kind differ.
    """

    project: str
    connection: str
    kind: str
    message: str
    at: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from others of its project."""
        return self.connection, self.kind


class Told:
    """The notes of every project in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, project: str) -> tuple[Note, ...]:
        """Return what is told now, the newest first."""
        with self._database.reading() as db:
            return _all(db, project)

    def change(
        self,
        project: str,
        now: Collection[Note],
        tell: Callable[[Db, Note], None],
        *,
        kinds: Collection[str],
    ) -> tuple[Note, ...]:
        """Make `now` what is told of these kinds; return what is new.

        Each new note is told in the transaction that writes it down, so that none is
        told twice by two who look at once. What is over is forgotten: it is told anew
        when it comes back.
        """
        wanted = {one.key: one for one in now}
        with self._database.writing() as db:
            known = {one.key for one in _all(db, project) if one.kind in kinds}
            new = [one for key, one in wanted.items() if key not in known]
            db.executemany(
                "DELETE FROM told WHERE project = ? AND connection = ? AND kind = ?",
                [(project, *key) for key in known - wanted.keys()],
            )
            for one in new:
                masked = msgspec.structs.replace(one, message=live.text(one.message))
                row = (*(project, one.connection, one.kind), masked.message, one.at)
                db.execute("INSERT INTO told VALUES (?, ?, ?, ?, ?)", row)
                tell(db, masked)
        return tuple(new)


def _all(db: Db, project: str) -> tuple[Note, ...]:
    rows = db.execute(
        "SELECT project, connection, kind, message, at FROM told WHERE project = ?"
        " ORDER BY at DESC, connection, kind",
        (project,),
    )
    return tuple(Note(*row) for row in rows)
