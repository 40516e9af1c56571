"""The tabs of a run that are tables: item errors and the log."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.runs import ErrorRow, LogLine
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import narrow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.code import CodeView
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable

_OPEN: Final = "open"
_LEAST: Final = 92
_NARROW: Final = 620
_LINK: Final = 132
_KINDS: Final = {
    "item": "warning",
    "notice": "warning",
    "wait": "in_progress",
    "end": "done",
    "start": "ready",
}


class ErrorsTab(QtWidgets.QWidget):
    """Items that could not be mapped: which, where, why, and the item itself.

    Signals:
        opened(object): the person wants this `ErrorRow` in the Builder.
    """

    opened = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowsModel[ErrorRow] = RowsModel(
            _error_columns(), key=lambda row: row.number
        )
        self.table = DataTable(
            self.model, "Item errors", key="runs.errors", row_height=32
        )
        self.table.setObjectName("runs.errors")
        self.table.setMinimumHeight(theme.px(_LEAST))
        self.raw = CodeView("The item as it was received", lines=3)
        self.open = Button("Open in Builder", compact=True, icon="blocks")
        self.open.setObjectName("runs.open_item")
        self.about = Label("", "caption", "muted", elide=True)
        self._empty = EmptyState(
            "circle-check", "No item errors", "Every item could be mapped."
        )
        narrow(self._empty)
        self._stack = QtWidgets.QStackedLayout(self)
        foot = Row(Glyph("info", "muted", 14), gap=6, margins=(16, 0, 16, 0))
        foot.add(self.about, stretch=1)
        foot.add(self.open)
        column = Column(gap=8, margins=(0, 0, 0, 10))
        column.add(self.table, stretch=3)
        column.add(Row(self.raw, margins=(16, 0, 16, 0)), stretch=2)
        column.add(foot)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(boxed(column))
        self.table.picked.connect(self._show)
        self.table.opened.connect(self.opened)
        self.table.clicked.connect(self._click)
        self.open.clicked.connect(self._open)

    def show_rows(self, rows: Sequence[ErrorRow], total: int) -> None:
        """Show other errors; `total` counts those that are not listed too."""
        self.model.set_rows(rows)
        self._stack.setCurrentIndex(1 if rows else 0)
        more = f" Listed: the first {len(rows):,}." if total > len(rows) else ""
        self.about.setText(f"Item errors never stop a run by themselves.{more}")
        if rows and self.table.current_row() is None:
            self.table.selectRow(0)
        self._show(self.table.current_row())

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the link out where there is little room: a button does the same."""
        super().resizeEvent(event)
        last = len(self.model.columns) - 1
        slim = self.width() < theme.px(_NARROW)
        self.table.setColumnHidden(last, slim)
        if not slim and self.table.columnWidth(last) < theme.px(_LINK):
            self.table.setColumnWidth(last, theme.px(_LINK))

    @QtCore.Slot(object)
    def _show(self, row: object) -> None:
        self.open.setEnabled(isinstance(row, ErrorRow))
        text = row.raw.decode(errors="replace") if isinstance(row, ErrorRow) else ""
        self.raw.show_text(text)

    @QtCore.Slot(QtCore.QModelIndex)
    def _click(self, index: QtCore.QModelIndex) -> None:
        if self.model.columns[index.column()].key == _OPEN:
            self._open()

    @QtCore.Slot()
    def _open(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.opened.emit(row)


class LogTab(QtWidgets.QWidget):
    """What happened, newest last; it follows its end while one is there."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowsModel[LogLine] = RowsModel(
            _log_columns(), key=lambda line: line.number
        )
        self.table = DataTable(self.model, "Log of the run", key="runs.log")
        self.table.setObjectName("runs.log")
        self._last = 0
        self._owner: object = None
        self.setLayout(Column(self.table))

    def show_lines(self, owner: object, lines: Sequence[LogLine]) -> None:
        """Show the log of a run; lines that came since are appended."""
        new = [line for line in lines if line.number > self._last]
        grown = owner == self._owner and bool(self._last) and len(new) < len(lines)
        self._owner = owner
        if grown and not new:
            return
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        if grown:
            self.model.append(new)
        else:
            self.model.set_rows(lines)
        self._last = lines[-1].number if lines else 0
        if at_end:
            self.table.scrollToBottom()


def _error_columns() -> list[TableColumn[ErrorRow]]:
    return [
        TableColumn("item", "Item", lambda row: row.item, "mono", 96),
        TableColumn(
            "field",
            "Field",
            lambda row: row.member or "item",
            "status",
            150,
            state=lambda _row: "warning",
        ),
        TableColumn("what", "What happened", lambda row: row.message, stretch=True),
        TableColumn(
            "page",
            "Page",
            lambda row: str(row.page),
            "number",
            56,
            order=lambda row: row.page,
        ),
        TableColumn(_OPEN, "", lambda _row: "Open in Builder", "link", _LINK),
    ]


def _log_columns() -> list[TableColumn[LogLine]]:
    return [
        TableColumn("at", "Time", lambda line: line.at, "mono", 96),
        TableColumn(
            "kind",
            "Kind",
            lambda line: line.kind,
            "status",
            104,
            state=lambda line: _KINDS.get(line.kind, "ok"),
        ),
        TableColumn("what", "What happened", lambda line: line.text, stretch=True),
    ]
