"""The signals a connection has stored: a filter, a table, one of them whole."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.runs import SIGNALS_AT_ONCE, SignalRow
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending, narrow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.code import CodeView, indented
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable

_PAUSE_MS = 150
_LEAST = 86
_NARROW = 640
_TIGHT = 440
_PRIORITY = 2
_PRIORITY_WIDE = 76
_LEAST_WIDE = 48


class SignalsTab(QtWidgets.QWidget):
    """Stored signals, newest first, some at a time.

    Signals:
        asked(str): the person wants those that hold this text.
        more(): the person wants the next of them.
    """

    asked = QtCore.Signal(str)
    more = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.model: RowsModel[SignalRow] = RowsModel(
            _columns(), key=lambda row: (row.type, row.id)
        )
        self.filter = SearchField(
            "Filter signals", placeholder="Filter by summary, type or id", compact=True
        )
        self.filter.setObjectName("runs.filter")
        self.count = Label("", "caption", "muted", elide=True)
        self.table = DataTable(self.model, "Signals", key="runs.signals")
        self.table.setObjectName("runs.signals")
        self.table.setMinimumHeight(theme.px(_LEAST))
        self.detail = CodeView("The signal as JSON", lines=3)
        self.next = Button(f"Show the next {SIGNALS_AT_ONCE}", compact=True)
        self.next.setObjectName("runs.more_signals")
        self._empty = EmptyState("inbox", "No signals yet", "A run brings them.")
        self._pause = QtCore.QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()
        self._pause.timeout.connect(self._ask)
        self.filter.textChanged.connect(self._pause.start)
        self.table.picked.connect(self._show)
        self.table.verticalScrollBar().valueChanged.connect(self._near_end)
        self.next.clicked.connect(self.more)

    def show_rows(self, rows: Sequence[SignalRow], *, whole: bool, total: int) -> None:
        """Show the first rows; `whole` where there are no more."""
        self.model.set_rows(rows)
        self._tell(whole=whole, total=total)
        self._stack.setCurrentIndex(1 if rows else 0)
        searching = bool(self.filter.text())
        if searching:
            self._empty.say(
                f"Nothing holds “{self.filter.text()}”", "Clear the filter."
            )
        else:
            self._empty.say("No signals yet", "A run brings them.")
        self._show(self.table.current_row())

    def append_rows(
        self, rows: Sequence[SignalRow], *, whole: bool, total: int
    ) -> None:
        """Show further rows below."""
        self.model.append(rows)
        self._tell(whole=whole, total=total)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the summary its room where there is little."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(_NARROW)
        self.table.setColumnHidden(_PRIORITY, narrow)
        if not narrow and self.table.columnWidth(_PRIORITY) < theme.px(_LEAST_WIDE):
            self.table.setColumnWidth(_PRIORITY, theme.px(_PRIORITY_WIDE))

    def last(self) -> SignalRow | None:
        """Return the last row shown."""
        return self.model.row(self.model.rowCount() - 1) if self.model.total else None

    def _build(self) -> None:
        told = Row(gap=12)
        told.add(self.count, stretch=1)
        told.add(self.next)
        head = Bending(
            _TIGHT,
            (self.filter, 1),
            (boxed(told), 0),
            gap=12,
            margins=(16, 8, 16, 8),
        )
        column = Column(gap=8, margins=(0, 0, 0, 10))
        column.add(self.table, stretch=3)
        self._below = boxed(Row(self.detail, margins=(16, 0, 16, 0)))
        self._below.hide()
        column.add(self._below, stretch=2)
        body = QtWidgets.QWidget()
        narrow(self._empty)
        self._stack = QtWidgets.QStackedLayout(body)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(boxed(column))
        outer = Column(head, gap=0)
        outer.add(body, stretch=1)
        self.setLayout(outer)

    def _tell(self, *, whole: bool, total: int) -> None:
        shown = self.model.total
        of = f" of {total:,}" if not self.filter.text() and total else ""
        plus = "" if whole or of else "+"
        self.count.setText(f"{shown:,}{plus}{of} shown")
        self._fit()
        self.next.setVisible(not whole)

    @QtCore.Slot()
    def _fit(self) -> None:
        """Give the count the room of its text: an eliding label asks for none."""
        self.count.setMinimumWidth(min(theme.width(self.count.text(), "caption"), 200))

    @QtCore.Slot()
    def _ask(self) -> None:
        self.asked.emit(self.filter.text().strip())

    @QtCore.Slot(object)
    def _show(self, row: object) -> None:
        text = indented(row.document) if isinstance(row, SignalRow) else ""
        self.detail.show_text(text)
        self._below.setVisible(isinstance(row, SignalRow))

    @QtCore.Slot(int)
    def _near_end(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value and value >= bar.maximum() and self.next.isVisible():
            self.more.emit()


def _columns() -> list[TableColumn[SignalRow]]:
    return [
        TableColumn("id", "Id", lambda row: row.id, "mono", 108),
        TableColumn(
            "type",
            "Type",
            lambda row: row.type,
            "chips",
            132,
            chips=lambda row: [(row.type, "neutral")],
        ),
        TableColumn(
            "priority", "Priority", lambda row: row.priority, width=_PRIORITY_WIDE
        ),
        TableColumn("time", "Time", lambda row: row.time, width=144),
        TableColumn("summary", "Summary", lambda row: row.summary, stretch=True),
    ]
