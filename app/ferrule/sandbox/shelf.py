"""Rows in order: filtered by time and state, sorted either way, kept until a change."""

import operator
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ferrule.sandbox.dataset import Row

Sort = Literal["created", "updated", "comments"]
_KEPT_VIEWS = 64
_KEYS: Final[dict[Sort, Callable[[Row], int]]] = {
    "created": operator.attrgetter("created"),
    "updated": operator.attrgetter("updated"),
    "comments": operator.attrgetter("comments"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, in which order; `since` is a time in seconds, inclusive."""

    since: float | None = None
    state: str = "all"
    sort: Sort = "created"
    descending: bool = True


class Shelf:
    """A collection that answers `select` from views kept until something changes."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {row.id: row for row in rows}
        self._views: dict[Wanted, Sequence[bytes]] = {}
        self._orders: dict[Sort, list[Row]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self._rows

    def rows(self) -> list[Row]:
        """Return every row in the order of arrival."""
        return list(self._rows.values())

    def get(self, row_id: int) -> Row | None:
        """Return the row of an id, if it is there."""
        return self._rows.get(row_id)

    def put(self, rows: Iterable[Row]) -> None:
        """Add rows; one with a known id takes the other's place."""
        self._rows.update((row.id, row) for row in rows)
        self._forget()

    def drop(self, ids: Iterable[int]) -> list[int]:
        """Remove rows by id; return the ids that were there."""
        gone = [i for i in ids if self._rows.pop(i, None) is not None]
        self._forget()
        return gone

    def select(self, wanted: Wanted) -> Sequence[bytes]:
        """Return the bytes of the wanted rows in order."""
        view = self._views.get(wanted)
        if view is None:
            if len(self._views) >= _KEPT_VIEWS:
                self._views.clear()
            view = self._views[wanted] = self._view(wanted)
        return view

    def _view(self, wanted: Wanted) -> list[bytes]:
        rows = self._ordered(wanted.sort)
        if wanted.since is not None:
            rows = self._since(rows, wanted.since, wanted.sort)
        if wanted.state != "all":
            rows = [row for row in rows if row.state == wanted.state]
        return [row.raw for row in (reversed(rows) if wanted.descending else rows)]

    def _ordered(self, sort: Sort) -> list[Row]:
        if sort not in self._orders:
            key = _KEYS[sort]
            self._orders[sort] = sorted(
                self._rows.values(), key=lambda row: (key(row), row.number)
            )
        return self._orders[sort]

    @staticmethod
    def _since(rows: list[Row], since: float, sort: Sort) -> list[Row]:
        if sort == "updated":
            return rows[bisect_left(rows, since, key=_KEYS["updated"]) :]
        return [row for row in rows if row.updated >= since]

    def _forget(self) -> None:
        self._views.clear()
        self._orders.clear()
