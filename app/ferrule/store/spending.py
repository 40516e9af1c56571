"""What a connection has spent of its hours and days, from one process to the next."""

from collections.abc import Mapping

from ferrule.store.database import Database


class Spending:
    """The spent rates of one connection: two numbers under the key of each limit."""

    def __init__(self, database: Database, project: str, connection: str) -> None:
        self._database = database
        self._place = (project, connection)

    def kept(self) -> dict[str, tuple[float, float]]:
        """Return what was kept last."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT rate, amount, at FROM spent_rate"
                " WHERE project = ? AND connection = ?",
                self._place,
            ).fetchall()
        return {rate: (amount, at) for rate, amount, at in rows}

    def keep(self, spent: Mapping[str, tuple[float, float]]) -> None:
        """Keep what was spent; a limit that is not named any more is forgotten.

        Raises:
            StoreError: when the database cannot be written.
        """
        with self._database.writing() as db:
            plain = db
            plain.execute(
                "DELETE FROM spent_rate WHERE project = ? AND connection = ?",
                self._place,
            )
            plain.executemany(
                "INSERT INTO spent_rate (project, connection, rate, amount, at)"
                " VALUES (?, ?, ?, ?, ?)",
                [(*self._place, rate, *numbers) for rate, numbers in spent.items()],
            )
