"""Where the lines of the log stand: their ids, so that a view of them needs no copy.

The log is looked through from its end, some thousand lines at a time. Whoever asks has
the newest lines first, and may stop between two parts.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ferrule.store.database import Database
from ferrule.store.operation_query import Wanted, condition
from ferrule.store.operations import COLUMNS, StoredOperation, stored

_STEP: Final = 10_000  # ids that one statement looks through
_SLOW_STEP: Final = 2_500  # the same where each line is searched for words
_SEARCHING: Final = ("words",)


class Part(msgspec.Struct, frozen=True):
    """Some lines that fit, newest first: the id of each, and the number of its level.

    `left` is how many ids are still to be looked through.
    """

    ids: "array[int]"
    levels: bytes
    left: int


class OperationIndex:
    """The places of the lines of every project in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def parts(self, project: str, wanted: Wanted | None = None) -> Iterator[Part]:
        """Yield where the lines stand that fit, part by part, newest first.

        Lines of every level are in it: whoever wants some of them leaves others out.
        """
        asked = msgspec.structs.replace(wanted or Wanted(), levels=frozenset())
        where, given = condition(project, asked)
        query = (
            f"SELECT id, level FROM operation WHERE {where}"  # noqa: S608  made of literals
            " AND id > ? AND id <= ? ORDER BY id DESC"
        )
        first, last = self._span(project)
        step = _SLOW_STEP if _searches(asked) else _STEP
        while last >= first:
            floor = max(last - step, first - 1)
            with self._database.reading() as db:
                rows = db.execute(query, [*given, floor, last]).fetchall()
            ids = array("q", [row[0] for row in rows])
            yield Part(ids, bytes(row[1] for row in rows), floor - first + 1)
            last = floor

    def lines(
        self, project: str, ids: Sequence[int]
    ) -> tuple[StoredOperation | None, ...]:
        """Return the lines of these ids, in their order; None for one that is gone."""
        marks = ", ".join("?" * len(ids))
        query = (
            f"SELECT {COLUMNS} FROM operation"  # noqa: S608  names of ours
            f" WHERE project = ? AND id IN ({marks})"
        )
        with self._database.reading() as db:
            found = [stored(row) for row in db.execute(query, [project, *ids])]
        known = {line.id: line for line in found}
        return tuple(known.get(one) for one in ids)

    def _span(self, project: str) -> tuple[int, int]:
        with self._database.reading() as db:
            first, last = db.execute(
                "SELECT min(id), max(id) FROM operation WHERE project = ?", (project,)
            ).fetchone()
        return (first, last) if last is not None else (1, 0)


def _searches(wanted: Wanted) -> bool:
    named = {name for name, _ in wanted.without}
    return bool(wanted.words) or bool(named & set(_SEARCHING))
