"""The lists of a connector: its connections, versions, differences, permissions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.connector_sheet import (
    DifferenceRow,
    PermissionRow,
    Sheet,
    Standing,
    VersionRow,
    health_of,
    last_sync,
)
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.blocks import glyph_line
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.form_guide import GuideText
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.readme_text import Block

_ALL: Final = 1000  # of the room, beside a stretch
_MARGINS: Final = (24, 16, 24, 16)
_KINDS: Final = {
    "added": "done",
    "removed": "failed",
    "changed": "in_progress",
    "moved": "untouched",
}


class ConnectionsTab(QtWidgets.QWidget):
    """The connections of a connector, each with its figures.

    Signals:
        opened(str): the person wants to see the runs of that connection.
    """

    opened = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._now: list[datetime] = []
        self.model: RowsModel[Standing] = RowsModel(
            _connections(self._now), key=lambda row: row.key
        )
        self.table = DataTable(self.model, "Connections", key="connector.connections")
        self.runs = Button("Open its runs", icon="refresh-cw", compact=True)
        self._stack = _listed(
            self,
            self.table,
            EmptyState("plug", "Not connected yet", "Connect it in the catalogue."),
            self.runs,
        )
        self.table.opened.connect(self._open)
        self.runs.clicked.connect(self._open)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the connections."""
        self._now[:] = [sheet.now] if sheet.now else []
        self.model.set_rows(sheet.standings)
        self._stack.setCurrentIndex(1 if sheet.standings else 0)
        if sheet.standings and not self.table.currentIndex().isValid():
            self.table.selectRow(0)

    @QtCore.Slot()
    def _open(self) -> None:
        row = self.table.current_row()
        if isinstance(row, Standing):
            self.opened.emit(row.key)


class VersionsTab(QtWidgets.QWidget):
    """The versions of the service's API, and what differs from the shipped one."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: RowsModel[VersionRow] = RowsModel(
            _versions(), key=lambda row: row.id
        )
        self.changes: RowsModel[DifferenceRow] = RowsModel(
            _differences(), key=lambda row: row.number
        )
        self.table = DataTable(self.versions, "API versions", key="connector.versions")
        self.compared = DataTable(self.changes, "Differences", key="connector.changes")
        self._one = Label("", "body", "muted", wrap=True)
        self._same = Label("", "body", "muted", wrap=True)
        above, below = Card("API versions", flush=True), Card("Difference", flush=True)
        for card, told, table in (
            (above, self._one, self.table),
            (below, self._same, self.compared),
        ):
            card.add(boxed(Row(told, margins=(16, 10, 16, 10))))
            card.add(table, stretch=_ALL)
            card.body.addStretch(1)
            table.setMinimumHeight(theme.px(112))
        column = Column(gap=16, margins=_MARGINS)
        column.add(above, below, stretch=1)
        whole = Column(gap=0)
        whole.add(Scroll(boxed(column), "Versions and difference"), stretch=1)
        self.setLayout(whole)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show versions and differences."""
        self.versions.set_rows(sheet.versions)
        self.table.setVisible(bool(sheet.versions))
        card = sheet.card
        told = f"This is version {Data(card.version)} of the connector."
        none = "It knows one version of the service's API."
        self._one.setText(told if sheet.versions else f"{told} {none}")
        found = sheet.differences
        self.changes.set_rows(found or ())
        self.compared.setVisible(bool(found))
        self._same.setText(_told(sheet))


def _told(sheet: Sheet) -> str:
    if sheet.trouble:
        return sheet.trouble
    found = sheet.differences
    if found is None:
        if sheet.card.origin == "shipped":
            return "This is the shipped connector: there is nothing to compare with."
        return "No connector of this id is shipped: there is nothing to compare with."
    if not found:
        return "It is the same as the shipped one."
    major = sum(one.level == "major" for one in found)
    many = f"{len(found):,} differences from the shipped one"
    return f"{many}, {major:,} of them break something." if major else f"{many}."


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


def _versions() -> list[TableColumn[VersionRow]]:
    return [
        TableColumn("label", "Version", lambda row: row.label, width=160),
        TableColumn("status", "Status", lambda row: row.status, "status", 120,
                    state=lambda row: row.state),
        TableColumn("deprecated", "Deprecated", lambda row: row.deprecated, width=104),
        TableColumn("ends", "Ends", lambda row: row.ends, width=104),
        TableColumn("changelog", "What changed", lambda row: row.changelog, width=160,
                    stretch=True, tip=lambda row: row.changelog),
    ]  # fmt: skip


def _differences() -> list[TableColumn[DifferenceRow]]:
    return [
        TableColumn("place", "Place", lambda row: row.place, width=200),
        TableColumn("kind", "What", lambda row: row.kind.capitalize(), "status", 104,
                    state=lambda row: _KINDS[row.kind]),
        TableColumn("level", "Level", lambda row: row.level, "chips", 76,
                    chips=lambda row: [(row.level, _tone(row.level))]),
        TableColumn("old", "Shipped", lambda row: row.old, "mono", 160,
                    tip=lambda row: row.old),
        TableColumn("new", "Here", lambda row: row.new, "mono", 160, stretch=True,
                    tip=lambda row: row.new),
    ]  # fmt: skip


def _tone(level: str) -> str:
    return {"major": "danger", "minor": "info"}.get(level, "neutral")
