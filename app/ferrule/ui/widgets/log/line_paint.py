"""The lines of the log as they are seen, painted a column at a time.

A table asks a delegate for each cell, with an index and an option made for it: that
costs more than the text. Here what is the same for all is asked once, and nothing is
done for a line that is not read yet. It looks as other tables do (`widgets/table.py`).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.log_lines import LogModel
from ferrule.ui.models.table import Column
from ferrule.ui.theme import theme
from ferrule.ui.widgets.cells import padded, paint_row_ring
from ferrule.ui.widgets.chip import paint_status
from ferrule.workspace.operations.timeline import Line

_BAR: Final = 3


class Row(NamedTuple):
    """A row that is seen: where it stands, and its line, None while it is not read."""

    number: int
    top: int
    line: Line | None


class LinePainter:
    """Paints the rows of one table of lines."""

    def __init__(self, table: QtWidgets.QTableView, model: LogModel) -> None:
        self._table = table
        self._model = model

    def paint(
        self, region: QtCore.QRect, edges: tuple[int, int], hovered: int, *, ring: bool
    ) -> None:
        """Paint what is seen of a region; `ring` shows which row the keys are on."""
        rows = self._rows(region)
        painter = QtGui.QPainter(self._table.viewport())
        painter.setClipRect(region)
        self._grounds(painter, rows, edges, hovered)
        filled = [row for row in rows if row.line is not None]
        high = self._high
        for number, column in enumerate(self._model.columns):
            if self._table.isColumnHidden(number):
                continue
            box = padded(self._box(number, 0, high), number, edges)
            if column.kind == "status":
                _paint_states(painter, box, column, filled)
            else:
                _paint_texts(painter, box, column, filled)
        if ring:
            self._ring(painter, edges)
        painter.end()

    @property
    def _high(self) -> int:
        return self._table.verticalHeader().defaultSectionSize()

    def _rows(self, region: QtCore.QRect) -> list[Row]:
        """Return the rows in a region; all are of one height."""
        high = self._high
        offset = self._table.verticalScrollBar().value()
        first = max(offset + region.top(), 0) // high
        stop = min((offset + region.bottom()) // high + 1, self._model.total)
        return [
            Row(number, number * high - offset, self._model.row(number))
            for number in range(first, stop)
        ]

    def _box(self, column: int, top: int, high: int) -> QtCore.QRect:
        left = self._table.columnViewportPosition(column)
        return QtCore.QRect(left, top, self._table.columnWidth(column), high)

    def _grounds(
        self,
        painter: QtGui.QPainter,
        rows: Sequence[Row],
        edges: tuple[int, int],
        hovered: int,
    ) -> None:
        high, selection = self._high, self._table.selectionModel()
        left = self._table.columnViewportPosition(edges[0])
        wide = self._table.horizontalHeader().length()
        for row in rows:
            if selection.isRowSelected(row.number, QtCore.QModelIndex()):
                painter.fillRect(left, row.top, wide, high, theme.colour("selection"))
                bar = theme.px(_BAR)
                painter.fillRect(left, row.top, bar, high, theme.colour("accent"))
            elif row.number == hovered:
                painter.fillRect(left, row.top, wide, high, theme.colour("hover"))

    def _ring(self, painter: QtGui.QPainter, edges: tuple[int, int]) -> None:
        current = self._table.currentIndex()
        if not current.isValid():
            return
        high = self._high
        top = current.row() * high - self._table.verticalScrollBar().value()
        for number in range(len(self._model.columns)):
            if not self._table.isColumnHidden(number):
                paint_row_ring(painter, self._box(number, top, high), number, edges)


def _paint_states(
    painter: QtGui.QPainter,
    box: QtCore.QRect,
    column: Column[Line | None],
    rows: Sequence[Row],
) -> None:
    for row in rows:
        cell = column.cell(row.line)
        place = box.translated(0, row.top)
        paint_status(painter, place, cell.state, cell.text, ink=cell.ink)


def _paint_texts(
    painter: QtGui.QPainter,
    box: QtCore.QRect,
    column: Column[Line | None],
    rows: Sequence[Row],
) -> None:
    role = "code" if column.kind == "mono" else "number"
    measured = theme.measured(role)
    base = box.top() + (box.height() - measured.height()) / 2 + measured.ascent()
    wide = box.width()
    painter.setFont(theme.font(role))
    painter.setPen(theme.colour("text"))
    for row in rows:
        shown = theme.elided(Data(column.text(row.line)), role, wide)
        if shown:
            left = box.left()
            if column.kind == "number":
                left += wide - theme.width(Data(shown), role)
            painter.drawText(QtCore.QPointF(left, base + row.top), shown)
