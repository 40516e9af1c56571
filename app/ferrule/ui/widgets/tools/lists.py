"""The left side: the tools of all connections, and what was asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import SystemClock
from ferrule.ui.models.table import RowsModel
from ferrule.ui.models.tool_rows import (
    ApprovalRow,
    approval_columns,
    ordered,
    tool_columns,
    tool_key,
)
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import narrow
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.layouts import Column, Pane, Row, boxed
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.tabs import TabPages
from ferrule.workspace.tools.facts import ToolFacts

TOOLS, APPROVALS = range(2)
_VIA = _WHERE = 2
_AT: Final = 3
_SEVERAL: Final = 2
_SLIM: Final = 376
_SLIMMER: Final = 296


class ToolLists(Pane):
    """Tabs of tools and of approvals; a badge counts what waits.

    Signals:
        picked(object): another tool is the current one, as its `ToolFacts`.
        looked(object): another approval is the current one, as its `ApprovalRow`.
        opened(): the current one is to be worked with.
    """

    picked = QtCore.Signal(object)
    looked = QtCore.Signal(object)
    opened = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Tools and approvals")
        self._now = SystemClock().now()
        self._badge = ""
        self._all: Sequence[ToolFacts] = ()
        self.search = SearchField("Search tools", placeholder="Tool or connection")
        self.tools: RowsModel[ToolFacts] = RowsModel(
            tool_columns(), key=tool_key, parent=self
        )
        self.table = DataTable(self.tools, "Tools", key="tools.list", row_height=34)
        self.approvals: RowsModel[ApprovalRow] = RowsModel(
            approval_columns(lambda: self._now), key=lambda one: one.id, parent=self
        )
        self.asked = DataTable(self.approvals, "Approvals", key="tools.approvals")
        self.tabs = TabPages("Tools and approvals")
        self._asked_room = QtWidgets.QStackedWidget()
        self._build()
        self.search.textChanged.connect(self._search)
        self.table.picked.connect(self._pick)
        self.asked.picked.connect(self._look)
        # Something else may be shown at the right: a press shows it again.
        self.table.clicked.connect(lambda: self._pick(self.table.current_row()))
        self.asked.clicked.connect(lambda: self._look(self.asked.current_row()))
        for table in (self.table, self.asked):
            table.clicked.connect(self.opened)
            table.opened.connect(self.opened)
        self.tabs.turned.connect(self._turn)

    def current_table(self) -> DataTable:
        """Return the list that is shown."""
        return self.table if self.tabs.bar.currentIndex() == TOOLS else self.asked

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is no room; the right side tells them."""
        super().resizeEvent(event)
        self._fit()
        self.asked.setColumnHidden(_VIA, self.width() < theme.px(_SLIM))
        self.asked.setColumnHidden(_AT, self.width() < theme.px(_SLIMMER))

    def show_tools(self, tools: Sequence[ToolFacts]) -> None:
        """Show tools; the one that was picked stays so."""
        current = self.table.current_row()
        key = tool_key(current) if isinstance(current, ToolFacts) else None
        self._all = tools
        self._fit()
        with QtCore.QSignalBlocker(self.table):
            self.tools.set_rows(tools)
        if key is None or self.tools.find(key) < 0:
            self.table.selectRow(0)
        else:
            self.table.select_key(key)
        self._pick(self.table.current_row())

    def _fit(self) -> None:
        """Leave the connection out where there is one, or no room for it."""
        alone = len({tool.connection for tool in self._all}) < _SEVERAL
        narrow = self.width() < theme.px(_SLIMMER)
        self.table.setColumnHidden(_WHERE, alone or narrow)

    def show_approvals(self, rows: Sequence[ApprovalRow], now: datetime) -> None:
        """Show approvals as they stand; what waits is counted and said."""
        self._now = now
        shown = ordered(rows, now)
        if shown != self.approvals.rows():
            current = self.asked.current_row()
            with QtCore.QSignalBlocker(self.asked):
                self.approvals.set_rows(shown)
                if isinstance(current, ApprovalRow):
                    self.asked.select_key(current.id)
        self._asked_room.setCurrentIndex(1 if shown else 0)
        self._count(sum(row.waits(now) for row in shown))

    def tick(self, now: datetime) -> None:
        """Count from another moment."""
        waited = [row for row in self.approvals.rows() if row.waits(self._now)]
        self._now = now
        for row in waited:
            self.approvals.change(row)
        self._count(sum(row.waits(now) for row in waited))

    def show_approval(self, number: int) -> bool:
        """Make a request the current one, on its tab; return whether it is there."""
        self.tabs.bar.setCurrentIndex(APPROVALS)
        self.asked.select_key(number)
        self.opened.emit()
        row = self.asked.current_row()
        return isinstance(row, ApprovalRow) and row.id == number

    def _count(self, waiting: int) -> None:
        text = str(waiting) if waiting else ""
        if text != self._badge:
            self._badge = text
            self.tabs.bar.set_badge(APPROVALS, text, "warning")
            if waiting:
                announce(self, f"{waiting} waiting for approval")

    @QtCore.Slot(str)
    def _search(self, text: str) -> None:
        current = self.table.current_row()
        self.tools.set_filter(text)
        if isinstance(current, ToolFacts):
            self.table.select_key(tool_key(current))
        if self.table.current_row() is None:
            self.table.selectRow(0)

    @QtCore.Slot(object)
    def _pick(self, row: object) -> None:
        if isinstance(row, ToolFacts):
            self.picked.emit(row)

    @QtCore.Slot(object)
    def _look(self, row: object) -> None:
        if isinstance(row, ApprovalRow):
            self.looked.emit(row)

    @QtCore.Slot(int)
    def _turn(self, tab: int) -> None:
        """Show at the right what is current in the list that is shown now."""
        if tab == TOOLS:
            self._pick(self.table.current_row())
        else:
            row, rows = self.asked.current_row(), self.approvals.rows()
            waits = isinstance(row, ApprovalRow) and row.waits(self._now)
            if rows and not waits and (row is None or rows[0].waits(self._now)):
                self.asked.selectRow(0)  # what waits is on top
            self._look(self.asked.current_row())

    def _build(self) -> None:
        search = Row(margins=(12, 10, 12, 10))
        search.add(self.search, stretch=1)
        listed = Column(search, gap=0)
        listed.add(self.table, stretch=1)
        empty = EmptyState(
            "shield-check",
            "Nothing was asked for",
            "What a tool, an agent or the command line wants to change waits here.",
        )
        narrow(empty)
        narrow(self.search)
        self._asked_room.addWidget(empty)
        self._asked_room.addWidget(self.asked)
        self.tabs.add("Tools", boxed(listed))
        self.tabs.add("Approvals", self._asked_room)
        column = Column(gap=0)
        column.add(self.tabs, stretch=1)
        self.setLayout(column)
