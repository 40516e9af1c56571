"""The lists of a connector: its connections, its permissions, its papers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.connector_sheet import (
    PermissionRow,
    Sheet,
    Standing,
    health_of,
    last_sync,
)
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.widgets.blocks import glyph_line
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.form_guide import GuideText
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.readme_text import Block

_MARGINS: Final = (24, 16, 24, 16)


class ConnectionsTab(QtWidgets.QWidget):
    """The connections of a connector, each with its figures.

    Signals:
        opened(str): the person wants to see the runs of that connection.
        picked(str): that connection is the current one in the list.
    """

    opened = QtCore.Signal(str)
    picked = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._now: list[datetime] = []
        self.model: RowsModel[Standing] = RowsModel(
            _connections(self._now), key=lambda row: row.key
        )
        self.table = DataTable(self.model, "Connections", key="connector.connections")
        self.runs = Button("Open its runs", icon="refresh-cw", compact=True)
        self.another = Button("Connect another…", icon="plus", compact=True)
        self._stack = _listed(
            self,
            self.table,
            EmptyState("plug", "Not connected yet", "Its connections are listed here."),
            self.runs,
            self.another,
        )
        self.table.picked.connect(self._pick)
        self.table.opened.connect(self._open)
        self.runs.clicked.connect(self._open)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the connections, the one that the page is about as the current one."""
        self._now[:] = [sheet.now] if sheet.now else []
        with QtCore.QSignalBlocker(self.table):
            self.model.set_rows(sheet.standings)
            self.table.select_key(sheet.key)
        self._stack.setCurrentIndex(1 if sheet.standings else 0)

    @QtCore.Slot(object)
    def _pick(self, row: object) -> None:
        if isinstance(row, Standing):
            self.picked.emit(row.key)

    @QtCore.Slot()
    def _open(self) -> None:
        row = self.table.current_row()
        if isinstance(row, Standing):
            self.opened.emit(row.key)


class PermissionsTab(QtWidgets.QWidget):
    """Where a connector goes, what it writes, and what it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self._groups = Column(gap=16)
        column = Column(self._groups, None, gap=0, margins=_MARGINS)
        whole = Column(gap=0)
        whole.add(Scroll(boxed(column), "Permissions"), stretch=1)
        self.setLayout(whole)

    def show_rows(self, rows: Sequence[PermissionRow]) -> None:
        """Show the permissions by group."""
        self._groups.clear()
        for group in dict.fromkeys(row.group for row in rows):
            card = Card(group, gap=8)
            for row in rows:
                if row.group == group:
                    card.add(glyph_line(row.icon, row.text, mono=row.code))
            self._groups.add(card)


class DocsText(GuideText):
    """A whole README, which scrolls by itself."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        super().__init__(blocks)
        self.setAccessibleName("Documentation")
        self.setStyleSheet("")  # the theme's own has a ring for the keyboard
        self.setProperty("frameless", True)

    def _fit(self) -> None:
        """Take the room there is."""


class DocsTab(QtWidgets.QWidget):
    """The README of a connector's provider.

    Signals:
        wanted(str): the person wants to open that https address.
    """

    wanted = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.text: DocsText | None = None
        self._none = EmptyState(
            "book-open", "No documentation", "Its provider has no README."
        )
        self._card = Card()
        self._column = Column(gap=0, margins=_MARGINS)
        self._column.add(self._none, self._card, stretch=1)
        self.setLayout(self._column)

    def show_blocks(self, blocks: Sequence[Block]) -> None:
        """Show another document."""
        if self.text is not None:
            self.text.hide()
            self.text.deleteLater()
            self.text = None
        self._none.setVisible(not blocks)
        self._card.setVisible(bool(blocks))
        if blocks:
            self.text = DocsText(blocks)
            self.text.wanted.connect(self.wanted)
            self._card.add(self.text, stretch=1)
            self.text.moveCursor(QtGui.QTextCursor.MoveOperation.Start)


def _listed(
    widget: QtWidgets.QWidget,
    table: DataTable,
    empty: EmptyState,
    *actions: QtWidgets.QWidget,
) -> QtWidgets.QStackedLayout:
    card = Card(flush=True)
    card.add(table, stretch=1)
    card.add(boxed(Row(*actions, None, margins=(16, 8, 16, 4))))
    column = Column(gap=0, margins=_MARGINS)
    column.add(card, stretch=1)
    stack = QtWidgets.QStackedLayout(widget)
    stack.addWidget(empty)
    stack.addWidget(boxed(column))
    return stack


def _connections(now: list[datetime]) -> list[TableColumn[Standing]]:
    return [
        TableColumn("key", "Connection", lambda row: row.key, width=140, stretch=True),
        TableColumn("state", "State", lambda row: health_of(row)[1], "status", 128,
                    state=lambda row: health_of(row)[0]),
        TableColumn("sync", "Last sync", lambda row: last_sync(row, now[0]),
                    width=120),
        TableColumn("p95", "p95", _p95, "number", 84,
                    order=lambda row: row.latency_p95_ms or 0),
        TableColumn("requests", "Requests, 24 h", lambda row: f"{row.requests:,}",
                    "number", 116, order=lambda row: row.requests),
        TableColumn("failures", "Failed", lambda row: f"{row.failures:,}", "number",
                    72, order=lambda row: row.failures),
        TableColumn("signals", "Signals, 24 h",
                    lambda row: f"{row.signals.last_day:,}", "number", 104,
                    order=lambda row: row.signals.last_day),
    ]  # fmt: skip


def _p95(row: Standing) -> str:
    slow = row.latency_p95_ms
    return f"{slow:,.0f} ms" if slow is not None else ""
