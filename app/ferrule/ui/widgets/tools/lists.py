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
_SLIM: Final = 376
_SLIMMER: Final = 296


class ToolLists(Pane):
    """Tabs of tools and of approvals; a badge counts what waits.

    Signals:
        picked(object): another tool is the current one, as its `ToolFacts`.
        looked(object): another approval is the current one, as its `ApprovalRow`.
    """

    picked = QtCore.Signal(object)
    looked = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Tools and approvals")
        self._now = SystemClock().now()
        self._badge = ""
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
        self.tabs.turned.connect(self._turn)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is no room; the right side tells them."""
        super().resizeEvent(event)
        self.table.setColumnHidden(_WHERE, self.width() < theme.px(_SLIMMER))
        self.asked.setColumnHidden(_VIA, self.width() < theme.px(_SLIM))
        self.asked.setColumnHidden(_AT, self.width() < theme.px(_SLIMMER))

    def show_tools(self, tools: Sequence[ToolFacts]) -> None:
        """Show tools; the one that was picked stays so."""
        current = self.table.current_row()
        key = tool_key(current) if isinstance(current, ToolFacts) else None
        with QtCore.QSignalBlocker(self.table):
            self.tools.set_rows(tools)
        if key is None or self.tools.find(key) < 0:
            self.table.selectRow(0)
        else:
            self.table.select_key(key)
        self._pick(self.table.current_row())

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

    def show_approval(self, number: int) -> None:
        """Make a request the current one, on its tab."""
        self.tabs.bar.setCurrentIndex(APPROVALS)
        self.asked.select_key(number)

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
            if self.asked.current_row() is None and self.approvals.rows():
                self.asked.selectRow(0)
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
