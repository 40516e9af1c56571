"""Row objects as a table: columns are specifications, cells are asked for when seen.

Sorting and filtering happen on prebuilt Python lists, which beats a proxy model that
calls back for every comparison (10,000 rows: about 10 ms).
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, Generic, Literal, TypeVar

from PySide6 import QtCore

from ferrule.ui.i18n import Data, tr

RowT = TypeVar("RowT")
CellKind = Literal["text", "number", "mono", "chips", "status", "tile", "link"]
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_ROLE = QtCore.Qt.ItemDataRole
CELL: Final = int(_ROLE.UserRole)
ROW: Final = int(_ROLE.UserRole) + 1
KIND: Final = int(_ROLE.UserRole) + 2


@dataclass(frozen=True, slots=True)
class Cell:
    """What a delegate draws: the text, and by kind a state, chips, a tile or an ink."""

    text: str
    kind: CellKind = "text"
    state: str = ""
    chips: tuple[tuple[str, str], ...] = ()
    seed: str = ""
    ink: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """One column: how a row becomes a cell, and how it sorts.

    `text` is what is shown, searched and copied. A `status` column adds `state` (a name
    in `theme.STATES`), a `chips` column `chips` as (text, tone) pairs, a `tile` column
    `seed`, and as `state` the name that its letters stand for, where that is not the
    text. `tip` is the cell's tool tip, plain text. `width` is in pixels at 100 %; one
    `stretch` column takes what is left. What a row holds is data; texts of a `status`
    column, and of one with `words`, are ours and are translated.
    """

    key: str
    title: str
    text: Callable[[RowT], str]
    kind: CellKind = "text"
    width: int = 120
    stretch: bool = False
    hidden: bool = False
    order: Callable[[RowT], Any] | None = None
    state: Callable[[RowT], str] | None = None
    chips: Callable[[RowT], Sequence[tuple[str, str]]] | None = None
    seed: Callable[[RowT], str] | None = None
    ink: Callable[[RowT], str] | None = None
    strong: Callable[[RowT], bool] | None = None
    tip: Callable[[RowT], str] | None = None
    words: bool = False

    def cell(self, row: RowT) -> Cell:
        """Return what to draw for a row."""
        ours = self.words or self.kind == "status"
        text = self.text(row)
        chips = self.chips(row) if self.chips else ()
        return Cell(
            text=tr(text) if ours else Data(text),
            kind=self.kind,
            state=self.state(row) if self.state else "",
            chips=tuple((c if ours else Data(c), tone) for c, tone in chips),
            seed=self.seed(row) if self.seed else "",
            ink=self.ink(row) if self.ink else "",
            strong=bool(self.strong and self.strong(row)),
        )


@dataclass(slots=True)
class _Entry(Generic[RowT]):
    """A row with what has been worked out about it; `search` only once it is needed."""

    row: RowT
    search: str | None = None
    cells: dict[int, Cell] = field(default_factory=dict)


class RowsModel(QtCore.QAbstractTableModel, Generic[RowT]):
    """Rows in an order, under a filter.

    `key` tells rows apart across `set_rows`, so that a view can keep its selection;
    without it a row is itself.
    """

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        rows: Iterable[RowT] = (),
        *,
        key: Callable[[RowT], Hashable] | None = None,
        parent: QtCore.QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._needle = ""
        self._accept: Callable[[RowT], bool] | None = None
        self._sorted: tuple[int, bool] | None = None
        self._all: list[_Entry[RowT]] = [_Entry(row) for row in rows]
        self._shown: list[_Entry[RowT]] = list(self._all)

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many rows pass the filter."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Return the text, the `Cell`, the row object, the tip or what is spoken."""
        if not index.isValid():
            return None
        entry = self._shown[index.row()]
        column = self.columns[index.column()]
        if role == CELL:
            return self._cell(entry, index.column())
        if role == _ROLE.DisplayRole:
            return self._cell(entry, index.column()).text
        if role == _ROLE.AccessibleTextRole:
            return f"{tr(column.title)}: {self._cell(entry, index.column()).text}"
        if role == ROW:
            return entry.row
        return _about(column, entry.row, role)

    def headerData(
        self,
        section: int,
        orientation: QtCore.Qt.Orientation,
        role: int = _ROLE.DisplayRole,
    ) -> object:
        """Return a column's title; rows have none."""
        if orientation != QtCore.Qt.Orientation.Horizontal:
            return None
        if role in {_ROLE.DisplayRole, _ROLE.AccessibleTextRole}:
            return tr(self.columns[section].title)
        return self.columns[section].kind if role == KIND else None

    def row(self, number: int) -> RowT:
        """Return the row object at a shown position."""
        return self._shown[number].row

    def rows(self) -> list[RowT]:
        """Return the shown rows in their order."""
        return [entry.row for entry in self._shown]

    @property
    def total(self) -> int:
        """Return how many rows there are without the filter."""
        return len(self._all)

    def key(self, row: RowT) -> Hashable:
        """Return what tells a row from others."""
        return self._key(row) if self._key else id(row)

    def find(self, key: Hashable) -> int:
        """Return the shown position of the row with that key, -1 where it is not."""
        for number, entry in enumerate(self._shown):
            if self.key(entry.row) == key:
                return number
        return -1

    def set_rows(self, rows: Iterable[RowT]) -> None:
        """Show other rows, in the same order and under the same filter."""
        self.beginResetModel()
        self._all = [_Entry(row) for row in rows]
        self._arrange()
        self.endResetModel()

    def append(self, rows: Iterable[RowT]) -> None:
        """Add rows; without an order they come last and nothing else moves."""
        entries = [_Entry(row) for row in rows]
        self._all.extend(entries)
        seen = [entry for entry in entries if self._passes(entry)]
        if not seen:
            return
        start = len(self._shown)
        self.beginInsertRows(QtCore.QModelIndex(), start, start + len(seen) - 1)
        self._shown.extend(seen)
        self.endInsertRows()
        if self._sorted is not None:
            column, backwards = self._sorted
            self._sort(column, backwards=backwards)

    def change(self, row: RowT) -> bool:
        """Put a row in the place of the one with its key; say whether there was one."""
        key = self.key(row)
        for entry in self._all:
            if self.key(entry.row) == key:
                entry.row, entry.search = row, None
                entry.cells.clear()
                self._touch(key)
                return True
        return False

    def set_filter(self, text: str) -> None:
        """Show only rows that hold every word of `text` in one of their columns."""
        needle = text.casefold().strip()
        if needle != self._needle:
            self._needle = needle
            self._again()

    def set_predicate(self, accept: Callable[[RowT], bool] | None) -> None:
        """Show only rows that `accept` takes, beside the text filter."""
        self._accept = accept
        self._again()

    def sort(
        self,
        column: int,
        order: QtCore.Qt.SortOrder = QtCore.Qt.SortOrder.AscendingOrder,
    ) -> None:
        """Order by a column; -1 goes back to the order the rows came in."""
        backwards = order == QtCore.Qt.SortOrder.DescendingOrder
        self._sort(column, backwards=backwards)

    def _sort(self, column: int, *, backwards: bool) -> None:
        self._sorted = (column, backwards) if column >= 0 else None
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        moved = [self._shown[index.row()] for index in old]
        self._arrange()
        place = {id(entry): number for number, entry in enumerate(self._shown)}
        new = [
            self.index(place[id(entry)], index.column())
            for entry, index in zip(moved, old, strict=True)
        ]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _search(self, entry: _Entry[RowT]) -> str:
        if entry.search is None:
            texts = (column.text(entry.row) for column in self.columns)
            entry.search = "\n".join(texts).casefold()
        return entry.search

    def _cell(self, entry: _Entry[RowT], column: int) -> Cell:
        if column not in entry.cells:
            entry.cells[column] = self.columns[column].cell(entry.row)
        return entry.cells[column]

    def _passes(self, entry: _Entry[RowT]) -> bool:
        if self._accept is not None and not self._accept(entry.row):
            return False
        if not self._needle:
            return True
        text = self._search(entry)
        return all(word in text for word in self._needle.split())

    def _arrange(self) -> None:
        """Work out the shown rows from all rows, the filter and the order."""
        self._shown = [entry for entry in self._all if self._passes(entry)]
        if self._sorted is None:
            return
        number, backwards = self._sorted
        column = self.columns[number]
        order = column.order or (lambda row: column.text(row).casefold())
        self._shown.sort(key=lambda entry: order(entry.row), reverse=backwards)

    def _again(self) -> None:
        self.beginResetModel()
        self._arrange()
        self.endResetModel()

    def _touch(self, key: Hashable) -> None:
        number = self.find(key)
        if number < 0 or not self._passes(self._shown[number]):
            self._again()
            return
        last = len(self.columns) - 1
        self.dataChanged.emit(self.index(number, 0), self.index(number, last))


def _about(column: Column[RowT], row: RowT, role: int) -> object:
    """Return what a cell has besides its text."""
    if role == _ROLE.ToolTipRole:
        return _tip(column.tip(row)) if column.tip else None
    return _alignment(column.kind) if role == _ROLE.TextAlignmentRole else None


def _tip(text: str) -> str:
    """Return a tool tip that shows `text` as it is: Qt would guess HTML."""
    plain = escape(text, quote=False).replace("\n", "<br>")
    return f"<span>{plain}</span>" if text else ""


def _alignment(kind: CellKind) -> QtCore.Qt.AlignmentFlag:
    flags = QtCore.Qt.AlignmentFlag
    side = flags.AlignRight if kind == "number" else flags.AlignLeft
    return side | flags.AlignVCenter
