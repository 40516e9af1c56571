"""What came, newest first, with filters; or how a first call is made."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import SystemClock
from ferrule.ui.models.delivery_rows import DeliveryRow, columns
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import narrow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.tabs import Tabs
from ferrule.ui.widgets.webhooks.dead import DeadBar
from ferrule.ui.widgets.webhooks.filters import Filters
from ferrule.ui.widgets.webhooks.first import FirstCall

ALL, DEAD = range(2)
_MOST_WAITING: Final = 200
# From which width on a column is there: the least important go first.
_ROOM: Final = {"attempt": 640, "size": 500}
# A dead letter is valid and dead; what tells one from another is why.
_UNLIKE: Final = {ALL: {"reason"}, DEAD: {"signature", "status", "attempt"}}


class DeliveryList(QtWidgets.QWidget):
    """The list of deliveries and that of dead letters: one table, two tabs.

    Signals:
        asked(): other deliveries are wanted: of another tab, connection or status.
        more(): older ones are wanted.
        picked(object): another `DeliveryRow`, or None, is the current one.
    """

    asked = QtCore.Signal()
    more = QtCore.Signal()
    picked = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._now: list[datetime] = [SystemClock().now()]
        self.model: RowsModel[DeliveryRow] = RowsModel(
            columns(self._now), key=lambda row: row.one.id
        )
        self.model.sort(0, QtCore.Qt.SortOrder.DescendingOrder)
        self.tabs = Tabs("What came")
        self.tabs.addTab("Deliveries")
        self.tabs.addTab("Dead letters")
        self.filters = Filters()
        self.search, self.verdict = self.filters.search, self.filters.verdict
        self.connection, self.status = self.filters.connection, self.filters.status
        self._oldest: int | None = None
        self._hidden: frozenset[str] = frozenset({"reason"})
        self.table = DataTable(self.model, "Deliveries", row_height=32)
        self.table.setObjectName("webhooks.deliveries")
        self.older = Button("Show older ones", compact=True)
        self.count = Label("", "caption", "muted", elide=True)
        self.dead = DeadBar()
        self.first = FirstCall()
        self._none = EmptyState("inbox", "Nothing here", "")
        self._build()
        self._connect()

    @property
    def tab(self) -> int:
        """Return which tab is shown."""
        return self.tabs.currentIndex()

    def wanted_connection(self) -> str | None:
        """Return the key of the connection to show, None for all."""
        return str(self.connection.value() or "") or None

    def wanted_status(self) -> str | None:
        """Return the standing to show, None for all."""
        if self.tab == DEAD:
            return "dead"
        return str(self.status.value() or "") or None

    def takes(self, row: DeliveryRow) -> bool:
        """Tell whether a delivery belongs to what is shown now."""
        connection, status = self.wanted_connection(), self.wanted_status()
        here = connection is None or row.one.connection == connection
        return here and (status is None or row.one.status == status)

    def show_rows(self, rows: Sequence[DeliveryRow], *, whole: bool) -> None:
        """Show other deliveries; `whole` where nothing older is left out."""
        self._now[0] = SystemClock().now()
        self._oldest = None
        self._note(rows)
        self.model.set_rows(rows)
        self.older.setVisible(not whole)
        if rows and self.table.current_row() is None:
            self.table.selectRow(0)
        self._settle()

    def add_older(self, rows: Sequence[DeliveryRow], *, whole: bool) -> None:
        """Show older deliveries below."""
        self._note(rows)
        self.model.append([row for row in rows if not self.model.change(row)])
        self.older.setVisible(not whole)
        self._settle()

    def take(self, rows: Sequence[DeliveryRow]) -> None:
        """Show deliveries that came or that stand differently, in their place."""
        known = [row for row in rows if self.model.change(row)]
        new = [row for row in rows if row not in known and self.takes(row)]
        was_empty = not self.model.rowCount()
        bar = self.table.verticalScrollBar()
        at_top = bar.value() == 0
        self.model.append(new)
        gone = [row for row in known if not self.takes(row)]
        if gone:
            self.model.set_predicate(self._accepts)
        if was_empty and self.model.rowCount():
            self.table.selectRow(0)
        elif at_top:
            self.table.scrollToTop()
        self._settle()

    def show_dead(self, many: int) -> None:
        """Badge the tab of dead letters."""
        self.tabs.set_badge(DEAD, f"{many:,}" if many else "", "danger")

    def show_all(self, tab: int) -> None:
        """Turn to one of the tabs, without any filter."""
        self.filters.forget()
        self.tabs.setCurrentIndex(tab)

    def show_one(self, row: DeliveryRow) -> None:
        """Make a delivery the current one, however long ago it came."""
        if self.model.find(row.one.id) < 0 and not self.model.change(row):
            self.model.append([row])
            self._settle()
        self.select(row.one.id)

    def waiting(self) -> list[DeliveryRow]:
        """Return what is shown and waits to be mapped: the first 200."""
        rows = (row for row in self.model.rows() if row.one.status == "pending")
        return [*islice(rows, _MOST_WAITING)]

    @property
    def oldest(self) -> int | None:
        """Return the number of the last of those that were read one after another."""
        return self._oldest

    def select(self, number: int) -> None:
        """Make a delivery the current one."""
        self.table.select_key(number)

    def numbers(self) -> list[int]:
        """Return the numbers of the selected deliveries, or of all that are shown."""
        chosen = [r for r in self.table.selected_rows() if isinstance(r, DeliveryRow)]
        rows = chosen if len(chosen) > 1 else self.model.rows()
        return [row.one.id for row in rows]

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is little room."""
        super().resizeEvent(event)
        self._fit()

    @QtCore.Slot()
    def _fit(self) -> None:
        hidden = {key for key, room in _ROOM.items() if self.width() < theme.px(room)}
        hidden |= _UNLIKE[self.tab]
        for number, column in enumerate(self.model.columns):
            if column.key in hidden ^ self._hidden:  # else it is as a person chose
                self.table.setColumnHidden(number, column.key in hidden)
        self._hidden = frozenset(hidden)

    def _note(self, rows: Sequence[DeliveryRow]) -> None:
        numbers = [row.one.id for row in rows]
        known = [] if self._oldest is None else [self._oldest]
        self._oldest = min([*numbers, *known], default=None)

    def _accepts(self, row: DeliveryRow) -> bool:
        return self.filters.accepts(row) and self.takes(row)

    @QtCore.Slot()
    def _settle(self) -> None:
        """Show the table, or why there is nothing in it."""
        shown, known = self.model.rowCount(), self.model.total
        plus = "" if self.older.isHidden() else "+"
        self.count.setText(f"{shown:,} of {known:,}{plus}" if known else "")
        filtered = self.filters.used
        self.dead.setVisible(self.tab == DEAD and shown > 0)
        self.dead.show_chosen(len(self.numbers()), shown)
        if shown:
            self._stack.setCurrentWidget(self._rows)
        elif self.tab == DEAD and not filtered:
            self._none.say("No dead letters", "Whatever came could be mapped.")
            self._stack.setCurrentWidget(self._none)
        elif filtered:
            self._none.say("Nothing fits the filters", "Choose others above.")
            self._stack.setCurrentWidget(self._none)
        else:
            self._stack.setCurrentWidget(self.first)
        self.filters.setVisible(self._stack.currentWidget() is not self.first)

    @QtCore.Slot()
    def _narrow(self) -> None:
        self.model.set_predicate(self._accepts)
        self.model.set_filter(self.filters.words)
        self._settle()

    @QtCore.Slot()
    def _turn(self) -> None:
        self.status.setVisible(self.tab == ALL)
        self.verdict.setVisible(self.tab == ALL)
        self._fit()
        self.asked.emit()

    def _build(self) -> None:
        foot = Row(gap=8, margins=(16, 0, 12, 0))
        foot.add(self.count, stretch=1)
        foot.add(self.older)
        rows = Column(gap=6)
        rows.add(self.table, stretch=1)
        rows.add(foot)
        self._rows = boxed(rows)
        narrow(self._none)
        self._stack = QtWidgets.QStackedWidget()
        for page in (self._rows, self.first, self._none):
            self._stack.addWidget(page)
        head = Column(self.filters, self.dead, gap=8, margins=(12, 8, 12, 8))
        column = Column(Row(self.tabs, None, margins=(6, 0, 6, 0)), head, gap=0)
        column.add(self._stack, stretch=1)
        self.setLayout(column)
        self.dead.hide()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._turn)
        self.filters.asked.connect(self.asked)
        self.filters.narrowed.connect(self._narrow)
        theme.changed.connect(self._fit)
        self.older.clicked.connect(self.more)
        self.table.picked.connect(self.picked)
        self.table.selectionModel().selectionChanged.connect(self._settle)
