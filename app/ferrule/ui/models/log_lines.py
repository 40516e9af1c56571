"""The lines of the log as rows of a table: read where they are seen, and forgotten.

Every line has its place from the start; what is not read yet is an empty row. Rows are
asked for in blocks, and some blocks are kept.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from operator import neg
from typing import Final

from PySide6 import QtCore

from ferrule.ui.i18n import tr
from ferrule.ui.models.table import CELL, Cell, CellKind, Column, RowsModel
from ferrule.workspace.operations.timeline import Line

BLOCK: Final = 100
_MOST_BLOCKS: Final = 60
_MOST_CELLS: Final = 4_000
_ROLE = QtCore.Qt.ItemDataRole
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
STATES: Final = {
    "debug": "untouched",
    "info": "info",
    "warning": "warning",
    "error": "error",
}
WORDS: Final = {
    "debug": "Debug",
    "info": "Info",
    "warning": "Warning",
    "error": "Error",
}
LOUD: Final = frozenset({"warning", "error"})
_BLANK: Final = Cell("")
_SECOND: Final = 1000
MESSAGE: Final = 150  # the least room of a message


class LogModel(RowsModel[Line | None]):
    """The lines that fit a query, newest first.

    Signals:
        missed(): rows were asked for that are not read yet; `missing` names them.
    """

    missed = QtCore.Signal()

    def __init__(
        self,
        columns: Sequence[Column[Line | None]],
        parent: QtCore.QObject | None = None,
    ) -> None:
        super().__init__(columns, parent=parent)
        self._ids: array[int] = array("q")
        self._lines: dict[int, Line] = {}  # by place
        self._blocks: dict[int, None] = {}  # those that are read, the oldest first
        self._asked: dict[int, None] = {}
        self._cells: dict[tuple[int, int], Cell] = {}

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many lines fit."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    @property
    def total(self) -> int:
        """Return how many lines fit."""
        return len(self._ids)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Return what a cell shows; an empty one where its line is not read yet."""
        if not index.isValid():
            return None
        line = self.row(index.row())
        if line is None:
            return _BLANK if role == CELL else None
        cell = self._cell_of(line, index.column())
        if role == CELL:
            return cell
        if role == _ROLE.DisplayRole:
            return cell.text
        if role == _ROLE.AccessibleTextRole:
            return f"{tr(self.columns[index.column()].title)}: {cell.text}"
        return None

    def row(self, number: int) -> Line | None:
        """Return a line, None where it is not read yet; it is asked for then."""
        found = self._lines.get(number)
        if found is None:
            self._ask(number // BLOCK)
        return found

    def known(self, number: int) -> Line | None:
        """Return a line if it is read; it is not asked for."""
        return self._lines.get(number)

    def rows(self) -> list[Line | None]:
        """Return the lines that were read, in their order."""
        return [self._lines[at] for at in sorted(self._lines)]

    def id_at(self, number: int) -> int:
        """Return the id of the line at a place."""
        return self._ids[number]

    def ids(self, start: int, stop: int) -> list[int]:
        """Return the ids of a span of places."""
        return list(self._ids[start:stop])

    def key(self, row: Line | None) -> Hashable:
        """Return what tells a line from others."""
        return row.id if row is not None else None

    def find(self, key: Hashable) -> int:
        """Return the place of the line with that id, -1 where it is not."""
        if not isinstance(key, int):
            return -1
        at = bisect_left(self._ids, -key, key=neg)
        return at if at < len(self._ids) and self._ids[at] == key else -1

    def show_ids(self, ids: "array[int]") -> None:
        """Show other lines, newest first."""
        self.beginResetModel()
        self._ids = ids[:]
        self._forget()
        self.endResetModel()

    def extend_ids(self, ids: "array[int]") -> None:
        """Show more lines below: `ids` are all of them, the shown ones first."""
        start = len(self._ids)
        if len(ids) > start:
            self.beginInsertRows(QtCore.QModelIndex(), start, len(ids) - 1)
            self._ids.extend(ids[start:])
            self.endInsertRows()

    def put_above(self, lines: Sequence[Line]) -> None:
        """Show newer lines above, the newest first."""
        if not lines:
            return
        self.beginInsertRows(QtCore.QModelIndex(), 0, len(lines) - 1)
        kept, many = self._lines, len(lines)
        self._ids = array("q", [line.id for line in lines]) + self._ids
        self._forget()
        self._lines = {at + many: line for at, line in kept.items()}
        self._lines.update(enumerate(lines))
        # Blocks have other bounds now: those that are whole are known again.
        full = {at // BLOCK for at in self._lines}
        self._blocks = {n: None for n in sorted(full) if self._whole(n)}
        self.endInsertRows()

    def tsv(self, lines: Sequence[Line]) -> str:
        """Return lines as TSV, the titles of the columns first."""
        rows = [[column.title for column in self.columns]]
        rows += [[column.text(line) for column in self.columns] for line in lines]
        return "\n".join("\t".join(" ".join(c.split()) for c in row) for row in rows)

    def missing(self) -> list[int]:
        """Return the blocks that were asked for, and forget that they were."""
        asked = [n for n in self._asked if n not in self._blocks]
        self._asked = {}
        return asked

    def block_ids(self, block: int) -> list[int]:
        """Return the ids of a block's lines."""
        return list(self._ids[block * BLOCK : (block + 1) * BLOCK])

    def fill(
        self, block: int, ids: Sequence[int], lines: Sequence[Line | None]
    ) -> None:
        """Show the lines of a block; one that is gone stays empty.

        `ids` are those that were read: others stand there if lines came meanwhile.
        """
        start = block * BLOCK
        if self.block_ids(block) != list(ids):
            return
        for at, line in enumerate(lines, start):
            if line is not None:
                self._lines[at] = line
        self._blocks.pop(block, None)
        self._blocks[block] = None
        self._drop_oldest()
        last = min(start + BLOCK, len(self._ids)) - 1
        if last >= start:
            end = self.index(last, len(self.columns) - 1)
            self.dataChanged.emit(self.index(start, 0), end)

    def set_rows(self, rows: Iterable[Line | None]) -> None:
        """Show lines that are read already, newest first."""
        lines = [line for line in rows if line is not None]
        self.show_ids(array("q"))
        self.put_above(lines)

    def sort(
        self,
        column: int,
        order: QtCore.Qt.SortOrder = QtCore.Qt.SortOrder.AscendingOrder,
    ) -> None:
        """Do nothing: the log has one order."""

    def _cell_of(self, line: Line, column: int) -> Cell:
        if len(self._cells) > _MOST_CELLS:
            self._cells = {}
        found = self._cells.get((line.id, column))
        if found is None:
            found = self._cells[line.id, column] = self.columns[column].cell(line)
        return found

    def _ask(self, block: int) -> None:
        if block not in self._blocks and block not in self._asked:
            self._asked[block] = None
            self.missed.emit()

    def _whole(self, block: int) -> bool:
        places = range(block * BLOCK, min((block + 1) * BLOCK, len(self._ids)))
        return all(at in self._lines for at in places)

    def _forget(self) -> None:
        self._lines, self._blocks, self._asked = {}, {}, {}
        self._cells = {}  # a day may have gone by

    def _drop_oldest(self) -> None:
        while len(self._blocks) > _MOST_BLOCKS:
            block = next(iter(self._blocks))
            del self._blocks[block]
            for at in range(block * BLOCK, (block + 1) * BLOCK):
                self._lines.pop(at, None)


def time_text(at: str, now: datetime) -> str:
    """Return a line's time in this place's clock; of another day, the day too."""
    local = datetime.fromisoformat(at).astimezone()
    today = local.date() == now.astimezone().date()
    return f"{local:%H:%M:%S}" if today else f"{local:%m-%d %H:%M}"


def moment_text(at: str) -> str:
    """Return a line's time whole: day, clock, offset."""
    local = datetime.fromisoformat(at).astimezone()
    return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03d} {local:%z}"


def took_text(milliseconds: float | None) -> str:
    """Return how long something took; empty where nothing says so."""
    if milliseconds is None:
        return ""
    if milliseconds < _SECOND:
        return f"{milliseconds:,.0f} ms"
    return f"{milliseconds / _SECOND:,.1f} s"


def log_columns(now: Sequence[datetime]) -> list[Column[Line | None]]:
    """Return the columns of the log; `now[0]` is this moment."""
    return [
        _column("time", "Time", lambda x: time_text(x.at, now[0]), 108),
        Column(
            "level",
            "Level",
            lambda x: WORDS[x.level] if x else "",
            "status",
            92,
            state=lambda x: STATES[x.level] if x else "untouched",
            ink=lambda x: "" if x and x.level in LOUD else "text",
        ),
        _column("connector", "Connector", lambda x: x.connector, 116),
        _column("operation", "Operation", lambda x: x.operation, 88),
        _column("message", "Message", lambda x: " ".join(x.message.split()), MESSAGE),
        _column("outcome", "Outcome", lambda x: x.outcome, 76),
        _column("duration", "Duration", lambda x: took_text(x.duration_ms), 76),
        _column("correlation", "Correlation", lambda x: x.correlation, 104),
        _column("connection", "Connection", lambda x: x.connection, 120),
        _column("entity", "About", lambda x: x.entity, 120),
    ]


_MONO: Final = frozenset({"correlation"})
_HIDDEN: Final = frozenset({"connection", "entity"})
_NUMBERS: Final = frozenset({"duration"})


def _column(
    key: str, title: str, text: Callable[[Line], str], width: int
) -> Column[Line | None]:
    kind: CellKind = "mono" if key in _MONO else "text"
    return Column(
        key,
        title,
        lambda line: text(line) if line is not None else "",
        "number" if key in _NUMBERS else kind,
        width,
        stretch=key == "message",
        hidden=key in _HIDDEN,
    )
