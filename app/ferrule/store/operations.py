"""The log of operations: what was done, when, for which connection, and how it ended.

A line is written once and read many times. It is no part of what it tells of: whoever
writes lines goes on where they cannot be written. Secrets are gone before a line is
here, and again on the way in; members of details that are secret by their name are
masked, and their size is bounded. Lines go after thirty days, errors after ninety.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection as Db
from typing import Any, Final, Literal

import msgspec

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.exchange import Json, decode, encode
from ferrule.store.database import Database
from ferrule.store.operation_query import Wanted, condition
from ferrule.store.operation_text import clean, clean_details
from ferrule.store.traffic import Tally, add

Level = Literal["debug", "info", "warning", "error"]
LEVELS: Final[tuple[Level, ...]] = ("debug", "info", "warning", "error")
KEPT_DAYS: Final = 30
ERRORS_KEPT_DAYS: Final = 90
MOST_TEXT: Final = 1_000  # characters of a message
MOST_DETAILS: Final = 8_000  # bytes of JSON
_CUT: Final = "…"
_AT_ONCE: Final = 1_000  # rows that an export reads in one go


class Operation(msgspec.Struct, frozen=True):
    """One line to be written; `at` is aware, the rest is empty where it says nothing.

    `correlation` ties the lines of one run, delivery or call together, as in `run:12`.
    `entity` is what it was about beside the connection: a stream, a file, a bundle.
    `outcome` is one word, by convention done, failed, refused, stopped or paused.
    """

    at: datetime
    operation: str
    message: str
    level: Level = "info"
    connector: str = ""
    connection: str = ""
    correlation: str = ""
    entity: str = ""
    outcome: str = ""
    duration_ms: float | None = None
    details: Mapping[str, Json] = {}


class StoredOperation(msgspec.Struct, frozen=True):
    """One line as it stands in the database; `id` grows in the order of writing."""

    id: int
    project: str
    at: str
    level: Level
    operation: str
    connector: str
    connection: str
    correlation: str
    entity: str
    outcome: str
    duration_ms: float | None
    message: str
    details: Mapping[str, Json]

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object without empty members."""
        line: dict[str, Json] = {
            "id": self.id,
            "at": self.at,
            "level": self.level,
            "operation": self.operation,
            "connector": self.connector,
            "connection": self.connection,
            "project": self.project,
            "correlation": self.correlation,
            "entity": self.entity,
            "outcome": self.outcome,
            "durationMs": self.duration_ms,
            "message": self.message,
            "details": dict(self.details) or None,
        }
        return {name: value for name, value in line.items() if value not in ("", None)}


_NAMES: Final = StoredOperation.__struct_fields__
COLUMNS: Final = ", ".join(_NAMES)  # what `stored` takes


class Operations:
    """The lines of every project in one database."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    def append(
        self,
        project: str,
        lines: Sequence[Operation],
        traffic: Sequence[Tally] = (),
    ) -> None:
        """Write lines, and what to count with them, in one transaction; no secret.

        Raises:
            StoreError: when the database cannot be written; nothing is then.
        """
        rows = [_row(project, line) for line in lines]
        with self._database.writing() as db:
            _insert(db, rows)
            add(db, project, traffic)

    def page(
        self,
        project: str,
        wanted: Wanted | None = None,
        *,
        limit: int = 100,
        before: int | None = None,
    ) -> tuple[StoredOperation, ...]:
        """Return lines newest first; `before` is the last id of the page before."""
        where, given = condition(project, wanted or Wanted())
        if before is not None:
            where, given = f"{where} AND id < ?", [*given, before]
        return self._read(f"{where} ORDER BY id DESC LIMIT ?", [*given, limit])

    def after(
        self,
        project: str,
        wanted: Wanted | None = None,
        *,
        after: int,
        limit: int = 1_000,
    ) -> tuple[StoredOperation, ...]:
        """Return lines written after the line `after`, oldest first: to follow."""
        where, given = condition(project, wanted or Wanted())
        found = f"{where} AND id > ? ORDER BY id LIMIT ?"
        return self._read(found, [*given, after, limit])

    def each(
        self, project: str, wanted: Wanted | None = None
    ) -> Iterator[StoredOperation]:
        """Yield every line that fits, oldest first, a thousand rows at a time."""
        last = 0
        while lines := self.after(project, wanted, after=last, limit=_AT_ONCE):
            yield from lines
            last = lines[-1].id

    def latest(self, project: str) -> int:
        """Return the id of the newest line, 0 where there is none."""
        with self._database.reading() as db:
            found = db.execute(
                "SELECT max(id) FROM operation WHERE project = ?", (project,)
            ).fetchone()
        return int(found[0] or 0)

    def counts(self, project: str, wanted: Wanted | None = None) -> dict[Level, int]:
        """Return how many lines of each level fit, whatever levels are wanted."""
        asked = msgspec.structs.replace(wanted or Wanted(), levels=frozenset())
        where, given = condition(project, asked)
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT level, count(*) FROM operation WHERE {where} GROUP BY level",  # noqa: S608  made of literals
                given,
            ).fetchall()
        found = dict(rows)
        return {level: found.get(number, 0) for number, level in enumerate(LEVELS)}

    def names(
        self, project: str, column: Literal["connector", "connection"]
    ) -> set[str]:
        """Return what the lines of a project are of."""
        with self._database.reading() as db:
            found = db.execute(
                f"SELECT DISTINCT {column} FROM operation WHERE project = ?",  # noqa: S608  one of two
                (project,),
            )
            return {name for (name,) in found if name}

    def prune(
        self,
        *,
        days: int = KEPT_DAYS,
        error_days: int = ERRORS_KEPT_DAYS,
    ) -> int:
        """Delete lines of all projects whose time is over; return how many went.

        Raises:
            StoreError: when the database cannot be written.
        """
        now = self._clock.now()
        error = LEVELS.index("error")
        floors = (
            ("level < ?", error, _milliseconds(now - timedelta(days=days))),
            ("level = ?", error, _milliseconds(now - timedelta(days=error_days))),
        )
        with self._database.writing() as db:
            return sum(
                db.execute(
                    f"DELETE FROM operation WHERE at < ? AND {which}",  # noqa: S608  literals
                    (floor, level),
                ).rowcount
                for which, level, floor in floors
            )

    def _read(self, where: str, given: Sequence[Any]) -> tuple[StoredOperation, ...]:
        query = f"SELECT {COLUMNS} FROM operation WHERE {where}"  # noqa: S608  made of literals
        with self._database.reading() as db:
            return tuple(map(stored, db.execute(query, given)))


def _insert(db: Db, rows: Sequence[tuple[Any, ...]]) -> None:
    db.executemany(
        "INSERT INTO operation (project, at, level, operation, connector, connection,"
        " correlation, entity, outcome, duration_ms, message, details)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _row(project: str, line: Operation) -> tuple[Any, ...]:
    duration = None if line.duration_ms is None else round(line.duration_ms, 1)
    return (
        project,
        _milliseconds(line.at),
        LEVELS.index(line.level),
        line.operation,
        line.connector,
        line.connection,
        line.correlation,
        clean(line.entity)[:MOST_TEXT] if line.entity else "",
        line.outcome,
        duration,
        _cut(clean(line.message), MOST_TEXT),
        _details(line.details) if line.details else "{}",
    )


def _details(details: Mapping[str, Json]) -> str:
    """Return details as JSON without secrets; what is too large is cut, and says so."""
    try:
        raw = encode(clean_details(details))
    except (TypeError, OverflowError, ValueError):  # a line is never a reason to fail
        raw = encode({"untold": clean(str(dict(details)))})
    if len(raw) > MOST_DETAILS:
        text = raw.decode()
        raw = encode({"cut": True, "text": _cut(text, MOST_DETAILS // 4)})
    return raw.decode()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + _CUT


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def stored(row: tuple[Any, ...]) -> StoredOperation:
    """Return a row of `COLUMNS` as a line."""
    members = dict(zip(_NAMES, row, strict=True))
    found = decode(members["details"].encode())
    at = datetime.fromtimestamp(members["at"] / 1000, UTC)
    members["at"] = rfc3339(at)
    members["level"] = LEVELS[members["level"]]
    members["details"] = found if isinstance(found, dict) else {}
    return StoredOperation(**members)
