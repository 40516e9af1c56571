"""Subscriptions: what services were asked to call, and until when they do."""

import msgspec

from ferrule.store.database import Database


class Subscribed(msgspec.Struct, frozen=True):
    """That a service calls a connection: under which address, name and until when."""

    project: str
    connection: str
    url: str
    subscription_id: str | None
    expires_at: str | None
    created_at: str
    renewed_at: str | None = None


_ALL = (
    "SELECT project, connection, url, subscription_id, expires_at, created_at,"
    " renewed_at FROM subscription WHERE project = ?"
)


class Subscriptions:
    """The subscriptions of every project in one database, one a connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, project: str, connection: str) -> Subscribed | None:
        """Return the subscription of a connection, None where it has none."""
        with self._database.reading() as db:
            row = db.execute(
                f"{_ALL} AND connection = ?", (project, connection)
            ).fetchone()
        return None if row is None else Subscribed(*row)

    def list(self, project: str) -> tuple[Subscribed, ...]:
        """Return the subscriptions of a project, by connection."""
        with self._database.reading() as db:
            rows = db.execute(f"{_ALL} ORDER BY connection", (project,))
            return tuple(Subscribed(*row) for row in rows)

    def add(self, one: Subscribed) -> bool:
        """Write a new subscription down; tell whether there was none before."""
        row = msgspec.structs.astuple(one)
        with self._database.writing() as db:
            added = db.execute(
                "INSERT OR IGNORE INTO subscription VALUES (?, ?, ?, ?, ?, ?, ?)", row
            )
            return added.rowcount == 1

    def replace(self, before: Subscribed, one: Subscribed) -> bool:
        """Put a subscription in another's place; tell whether that was still there."""
        row = msgspec.structs.astuple(one)
        with self._database.writing() as db:
            taken = db.execute(
                "DELETE FROM subscription WHERE project = ? AND connection = ?"
                " AND subscription_id IS ? AND created_at = ?",
                (
                    *(before.project, before.connection),
                    *(before.subscription_id, before.created_at),
                ),
            )
            if taken.rowcount != 1:
                return False
            db.execute("INSERT INTO subscription VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            return True

    def put(self, one: Subscribed) -> None:
        """Write a subscription down, in place of the one before."""
        row = msgspec.structs.astuple(one)
        with self._database.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?, ?, ?, ?)", row
            )

    def remove(self, project: str, connection: str) -> None:
        """Forget the subscription of a connection."""
        with self._database.writing() as db:
            db.execute(
                "DELETE FROM subscription WHERE project = ? AND connection = ?",
                (project, connection),
            )
