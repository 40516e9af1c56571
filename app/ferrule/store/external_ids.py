"""Which item of a service a thing of one's own is (SyncExternalIdMapping).

A sync writes no such row: a signal's id is computed from its external id, so that every
stored signal can be looked up both ways without one (measured: a row and its indexes
cost 7 µs beside the 10 µs of storing a signal, and 300 bytes). Rows are for things that
were here first and were sent to the service, or that stand for an item under an id of
their own: for syncing both ways. One local id and one external id of a collection
belong together; they outlive the signal, so that a deletion at the service finds its
counterpart.
"""

import re
from datetime import datetime
from typing import Final

from ferrule.clock import rfc3339
from ferrule.errors import StoreError
from ferrule.signals import signal_id, signal_ids
from ferrule.store.database import Database
from ferrule.store.signals import find_source

_SIGNAL_ID: Final = re.compile(r"[0-9a-f]{32}")


class ExternalIds:
    """The linked ids of one collection of one connection."""

    def __init__(
        self, database: Database, project: str, connection: str, collection_key: str
    ) -> None:
        self._database = database
        self._place = (project, connection, collection_key)

    def link(self, local_id: str, external_id: str, now: datetime) -> None:
        """Say that a local thing is an item of the service; what it was before goes.

        Raises:
            StoreError: when another local thing is that item already.
        """
        with self._database.writing() as db:
            found = db.execute(
                "SELECT local_id FROM external_id_mapping WHERE project = ?"
                " AND connection = ? AND collection_key = ? AND external_id = ?",
                (*self._place, external_id),
            ).fetchone()
            if found is not None and found[0] != local_id:
                raise StoreError(
                    f"{external_id} is linked with {found[0]} already.",
                    advice="Unlink that one first.",
                )
            db.execute(
                "INSERT OR REPLACE INTO external_id_mapping (project, connection,"
                " collection_key, external_id, local_id, linked_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*self._place, external_id, local_id, rfc3339(now)),
            )

    def unlink(self, local_id: str) -> None:
        """Forget which item a local thing is."""
        with self._database.writing() as db:
            db.execute(
                "DELETE FROM external_id_mapping WHERE project = ?"
                " AND connection = ? AND collection_key = ? AND local_id = ?",
                (*self._place, local_id),
            )

    def local(self, external_id: str) -> str:
        """Return the local id of an item: the linked one, or its signal's."""
        found = self._one("local_id", "external_id", external_id)
        return signal_id(*self._place, external_id) if found is None else found

    def external(self, local_id: str) -> str | None:
        """Return the item of a local id: the linked one, or the stored signal's.

        The ids of signals are computed anew to find it: 1 µs for each that is stored.
        """
        found = self._one("external_id", "local_id", local_id)
        if found is not None or not _SIGNAL_ID.fullmatch(local_id):
            return found
        identify = signal_ids(*self._place)
        with self._database.reading() as db:
            source = find_source(db, *self._place)
            rows = db.execute(
                "SELECT external_id FROM signal WHERE source = ?", (source,)
            )
            return next((row[0] for row in rows if identify(row[0]) == local_id), None)

    def stored(self, external_id: str) -> bool:
        """Tell whether a signal of an item is stored."""
        with self._database.reading() as db:
            source = find_source(db, *self._place)
            row = db.execute(
                "SELECT 1 FROM signal WHERE source = ? AND external_id = ?",
                (source, external_id),
            ).fetchone()
        return row is not None

    def linked(self, external_id: str) -> bool:
        """Tell whether somebody linked an item."""
        return self._one("local_id", "external_id", external_id) is not None

    def links(self) -> list[tuple[str, str]]:
        """Return what is linked, as local id and external id."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT local_id, external_id FROM external_id_mapping"
                " WHERE project = ? AND connection = ? AND collection_key = ?"
                " ORDER BY local_id",
                self._place,
            ).fetchall()
        return [(str(row[0]), str(row[1])) for row in rows]

    def _one(self, wanted: str, known: str, value: str) -> str | None:
        with self._database.reading() as db:
            row = db.execute(
                f"SELECT {wanted} FROM external_id_mapping WHERE project = ?"  # noqa: S608  two literals above
                f" AND connection = ? AND collection_key = ? AND {known} = ?",
                (*self._place, value),
            ).fetchone()
        return None if row is None else str(row[0])
