"""Approvals of tools, and waivers: who asked, what exactly, and what became of it.

All of it is append-only: triggers of the database refuse to change or delete a row. A
request stands with the digest of what would be sent; each step of it (approved,
declined, used, and how that ended) is a row that can be there but once. So an approval
is used once, by whoever writes its row first, and that is before anything is sent.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from sqlite3 import Connection as Db
from typing import Any, Final, Literal

from ferrule.clock import rfc3339
from ferrule.errors import ApprovalMissing, NotFound, ToolRefused
from ferrule.exchange import Json, decode, encode
from ferrule.store.database import Database

Via = Literal["window", "cli", "mcp"]
Step = Literal[
    "approved", "declined", "waived", "used", "done", "failed", "unsent", "unknown"
]
State = Literal["waiting", "approved", "declined", "expired", "used"]
Outcome = Literal["", "done", "failed", "unsent", "unknown"]
_ENDS: Final[tuple[Outcome, ...]] = ("done", "failed", "unsent", "unknown")
_ORDER: Final[tuple[Step, ...]] = (
    *("approved", "waived", "declined", "used", "done", "failed", "unsent", "unknown"),
)
MOST_LISTED: Final = 500


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What is asked for: one request of one tool, exactly.

    `digest` is that of the request and its arguments, `tool_digest` that of the tool.
    `preview` is shown to whoever decides; nothing in it is secret. `asked_by` is what a
    client says that it is called: nobody has checked it. `word` is typed to approve.
    """

    project: str
    connection: str
    connector_id: str
    tool: str
    tool_digest: str
    digest: str
    via: Via
    asked_by: str
    effect: str
    word: str
    preview: dict[str, Json]
    asked_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One step of an approval: what, when, by which way in, and a note to it."""

    step: Step
    at: str
    via: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A request for approval and its steps so far, the earliest first."""

    id: int
    request: ApprovalRequest
    steps: tuple[ApprovalStep, ...] = field(default=())

    def state(self, now: datetime) -> State:
        """Return how it stands at a time."""
        had = {one.step for one in self.steps}
        if "used" in had:
            return "used"
        if "declined" in had:
            return "declined"
        if now >= datetime.fromisoformat(self.request.expires_at):
            return "expired"
        return "approved" if had & {"approved", "waived"} else "waiting"

    @property
    def outcome(self) -> Outcome:
        """Return how its use ended; empty where it was not used.

        Without an end that was written down nobody knows whether it took effect.
        """
        had = [one.step for one in self.steps]
        if "used" not in had:
            return ""
        return next((end for end in _ENDS if end in had), "unknown")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A tool of a connection that is run without asking, as long as it stays so."""

    connection: str
    tool: str
    tool_digest: str
    at: str
    via: str


_COLUMNS: Final = tuple(one.name for one in dataclasses.fields(ApprovalRequest))


class Approvals:
    """Approvals and waivers of every project in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, request: ApprovalRequest) -> Approval:
        """Keep a request, and return it with its number."""
        values = [getattr(request, name) for name in _COLUMNS]
        values[_COLUMNS.index("preview")] = encode(request.preview).decode()
        marks = ", ".join("?" * len(_COLUMNS))
        statement = f"INSERT INTO approval ({', '.join(_COLUMNS)}) VALUES ({marks})"  # noqa: S608  names above
        with self._database.writing() as db:
            number = db.execute(statement, values).lastrowid
        return Approval(int(number or 0), request)

    def get(self, project: str, number: int) -> Approval:
        """Return one approval.

        Raises:
            NotFound: when the project has none of that number.
        """
        with self._database.reading() as db:
            return _one(db, project, number)

    def list(self, project: str, *, most: int = MOST_LISTED) -> tuple[Approval, ...]:
        """Return the latest approvals of a project, the newest first."""
        query = (
            f"SELECT id, {', '.join(_COLUMNS)} FROM approval"  # noqa: S608  names above
            " WHERE project = ? ORDER BY id DESC LIMIT ?"
        )
        with self._database.reading() as db:
            rows = db.execute(query, (project, most)).fetchall()
            return tuple(_approvals(db, rows))

    def waiting(self, project: str, now: datetime) -> tuple[Approval, ...]:
        """Return what waits for a person, the oldest first."""
        query = (
            f"SELECT id, {', '.join(_COLUMNS)} FROM approval WHERE id IN"  # noqa: S608  names above
            " (SELECT id FROM approval WHERE project = ? ORDER BY id DESC LIMIT ?)"
            " AND expires_at > ? AND NOT EXISTS"
            " (SELECT 1 FROM approval_event WHERE approval = id) ORDER BY id"
        )
        # As text, a time without a fraction is after those with one: to be sure.
        since = rfc3339(now - timedelta(seconds=1))
        with self._database.reading() as db:
            rows = db.execute(query, (project, MOST_LISTED, since)).fetchall()
            found = tuple(_approvals(db, rows))
        return tuple(one for one in found if one.state(now) == "waiting")

    def same(
        self, project: str, digest: str, via: Via, now: datetime
    ) -> Approval | None:
        """Return the latest request of the same that waits or may be used; or None."""
        for one in self.list(project):
            asked = one.request
            if (asked.digest, asked.via) == (digest, via):
                state = one.state(now)
                return one if state in {"waiting", "approved"} else None
        return None

    def decide(
        self,
        project: str,
        number: int,
        step: Literal["approved", "declined", "waived"],
        *,
        via: str,
        now: datetime,
        note: str = "",
    ) -> Approval:
        """Approve or decline what waits, and return it.

        What was approved may still be declined before it is used.

        Raises:
            NotFound: when there is none of that number.
            ToolRefused: when it no longer waits, saying why.
        """
        with self._database.writing() as db:
            found = _one(db, project, number)
            state = found.state(now)
            may = {"waiting", "approved"} if step == "declined" else {"waiting"}
            if state not in may:
                raise ToolRefused(f"The request {number} {_SAID[state]}.")
            _note(db, number, ApprovalStep(step, rfc3339(now), via, note))
            return _one(db, project, number)

    def use(
        self, project: str, number: int, digest: str, *, via: str, now: datetime
    ) -> Approval:
        """Mark an approval as used, once, before what it allows is sent.

        Raises:
            ApprovalMissing: when it is not approved, is for something else, has
                expired, or was used already.
        """
        with self._database.writing() as db:
            found = _one(db, project, number)
            state = found.state(now)
            if found.request.digest != digest:
                raise ApprovalMissing(
                    f"The request {number} was for something else: what would be sent "
                    "has changed since. Nothing was sent.",
                    advice="Ask again.",
                )
            if state != "approved":
                raise ApprovalMissing(
                    f"The request {number} {_SAID[state]}. Nothing was sent.",
                    approval=number,
                )
            _note(db, number, ApprovalStep("used", rfc3339(now), via))
            return _one(db, project, number)

    def end(
        self, number: int, outcome: Outcome, *, via: str, now: datetime, note: str = ""
    ) -> None:
        """Write down how an approval's use ended; a second time changes nothing."""
        if outcome:
            with self._database.writing() as db:
                had = db.execute(
                    "SELECT 1 FROM approval_event WHERE approval = ? AND step IN"
                    " ('done', 'failed', 'unsent', 'unknown')",
                    (number,),
                ).fetchone()
                if had is None:
                    _note(db, number, ApprovalStep(outcome, rfc3339(now), via, note))

    def last_deed(
        self,
        project: str,
        subject: str,
        actions: Sequence[str],
        *,
        anywhere: bool = False,
    ) -> int:
        """Return the audit trail's number of the latest of these actions; 0 for none.

        Those on one subject of a project, or with `anywhere` on any; and whatever put
        another vault in the place of the one there was.
        """
        query = (
            "SELECT coalesce(max(id), 0) FROM audit WHERE action = 'vault.restore'"
            " OR (action IN (SELECT value FROM json_each(?))"
            " AND (? OR (project = ? AND subject = ?)))"
        )
        given = (encode([*actions]).decode(), anywhere, project, subject)
        with self._database.reading() as db:
            return int(db.execute(query, given).fetchone()[0])

    def waive(
        self,
        project: str,
        connection: str,
        tool: str,
        digest: str,
        *,
        waived: bool,
        via: str,
        now: datetime,
    ) -> None:
        """Write down that a tool is no longer asked for, or is asked for again."""
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO waiver_event (project, connection, tool, tool_digest,"
                " waived, at, via) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (project, connection, tool, digest, waived, rfc3339(now), via),
            )

    def waivers(self, project: str) -> tuple[Waiver, ...]:
        """Return the waivers that nobody has ended, whatever became of their tools."""
        query = (
            "SELECT connection, tool, tool_digest, at, via, waived FROM waiver_event"
            " WHERE id IN (SELECT max(id) FROM waiver_event WHERE project = ?"
            " GROUP BY connection, tool) ORDER BY connection, tool"
        )
        with self._database.reading() as db:
            rows = db.execute(query, (project,)).fetchall()
        return tuple(Waiver(*row[:-1]) for row in rows if row[-1])


_SAID: Final = {
    "waiting": "waits for approval",
    "approved": "is approved already",
    "declined": "was declined",
    "expired": "has expired",
    "used": "was used already",
}


def _one(db: Db, project: str, number: int) -> Approval:
    query = (
        f"SELECT id, {', '.join(_COLUMNS)} FROM approval"  # noqa: S608  names above
        " WHERE project = ? AND id = ?"
    )
    rows = db.execute(query, (project, number)).fetchall()
    for found in _approvals(db, rows):
        return found
    raise NotFound(
        f"There is no request {number} for approval.", advice="See: ferrule approve."
    )


def _approvals(db: Db, rows: Sequence[tuple[Any, ...]]) -> Iterator[Approval]:
    query = "SELECT step, at, via, note FROM approval_event WHERE approval = ?"
    for number, *values in rows:
        members = dict(zip(_COLUMNS, values, strict=True))
        preview = decode(members["preview"].encode())
        members["preview"] = preview if isinstance(preview, dict) else {}
        steps = [ApprovalStep(*row) for row in db.execute(query, (number,))]
        steps.sort(key=lambda one: _ORDER.index(one.step))
        yield Approval(number, ApprovalRequest(**members), tuple(steps))


def _note(db: Db, number: int, one: ApprovalStep) -> None:
    db.execute(
        "INSERT INTO approval_event (approval, step, at, via, note)"
        " VALUES (?, ?, ?, ?, ?)",
        (number, one.step, one.at, one.via, one.note),
    )
