"""The items of a response as rows of a table.

Columns are the union of the keys of the first 200 items, the commonest first. Rows
come 2,000 at a time as the table is scrolled; ordering by a column takes all of them
first.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Final, TypeAlias

from PySide6 import QtCore

from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.models.json_value import bare_text, kind_of, visible
from ferrule.ui.models.table import CellKind, Column, RowsModel

Record: TypeAlias = tuple[int, Json]
SAMPLED: Final = 200
MOST_COLUMNS: Final = 100
SHOWN_COLUMNS: Final = 30
_BATCH: Final = 2_000
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex


class RecordsModel(RowsModel[Record]):
    """Numbered items; a row is (number, item)."""

    def __init__(
        self, items: Sequence[Json], parent: QtCore.QObject | None = None
    ) -> None:
        self._items = items
        first = list(enumerate(items[:_BATCH]))
        super().__init__(
            columns_of(items), first, key=lambda record: record[0], parent=parent
        )

    def let_go(self) -> None:
        """Show nothing any more: whoever still holds the model holds no items."""
        self._items = ()
        self.set_rows(())

    def canFetchMore(self, parent: _Index) -> bool:
        """Return whether items are left."""
        return not parent.isValid() and self.total < len(self._items)

    def fetchMore(self, _parent: _Index) -> None:
        """Show the next items."""
        self._fetch(self.total + _BATCH)

    def sort(
        self,
        column: int,
        order: QtCore.Qt.SortOrder = QtCore.Qt.SortOrder.AscendingOrder,
    ) -> None:
        """Order all items by a column."""
        self._fetch(len(self._items))
        super().sort(column, order)

    def _fetch(self, stop: int) -> None:
        start = self.total
        more = list(enumerate(self._items[start:stop], start))
        if more:
            self.append(more)


def columns_of(items: Sequence[Json]) -> list[Column[Record]]:
    """Return a number column and one for each key of the first 200 items."""
    sample = items[:SAMPLED]
    keys: dict[str, list[Json]] = {}
    for item in sample:
        if isinstance(item, dict):
            for key, value in item.items():
                keys.setdefault(key, []).append(value)
    columns = [_number_column()]
    if not all(isinstance(item, dict) for item in sample):
        columns.append(_value_column())
    shown = sorted(keys.items(), key=lambda entry: -len(entry[1]))[:MOST_COLUMNS]
    columns += [_column(*entry, at >= SHOWN_COLUMNS) for at, entry in enumerate(shown)]
    return columns


def _number_column() -> Column[Record]:
    return Column(
        "#", "#", lambda row: str(row[0]), "number", 56, order=lambda row: row[0]
    )


def _value_column() -> Column[Record]:
    def text(row: Record) -> str:
        return "" if isinstance(row[1], dict) else bare_text(row[1])

    return Column("", "value", text, "text", 240)


def _column(key: str, values: list[Json], hidden: bool) -> Column[Record]:  # noqa: FBT001  called by star
    kinds = {kind_of(value) for value in values} - {"null"}
    kind: CellKind = "number" if kinds == {"number"} else "text"
    longest = max(len(bare_text(value)) for value in values)
    return Column(
        key,
        visible(key),
        partial(_cell_text, key),
        kind,
        min(max(8 * max(longest, len(key)) + 24, 72), 240),
        hidden=hidden,
        order=partial(_order, key),
    )


def _member(key: str, row: Record) -> Json | Missing:
    item = row[1]
    return item.get(key, MISSING) if isinstance(item, dict) else MISSING


def _cell_text(key: str, row: Record) -> str:
    value = _member(key, row)
    return "" if isinstance(value, Missing) else bare_text(value)


def _order(key: str, row: Record) -> tuple[int, int | float | Decimal, str]:
    """Return what orders nothing before numbers before texts."""
    value = _member(key, row)
    if isinstance(value, Missing) or value is None:
        return 0, 0, ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return 1, value, ""
    return 2, 0, bare_text(value).casefold()
