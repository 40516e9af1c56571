"""One connector: how it does, its connections, versions, permissions, docs, activity.

It is opened from the catalogue; nothing is asked of a service here.
"""

from functools import partial

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.i18n import Data
from ferrule.ui.models.connector_sheet import Sheet, read_sheet
from ferrule.ui.models.messages import (
    OpenConnector,
    OpenDescriptor,
    ShowConnection,
    ShowConnector,
)
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.connector.lists import (
    ConnectionsTab,
    DocsTab,
    PermissionsTab,
    VersionsTab,
)
from ferrule.ui.widgets.connector.overview import Overview
from ferrule.ui.widgets.label import Tile
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.log.view import LogView
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.tabs import TabPages
from ferrule.workspace.workspace import Workspace

_CONNECTIONS, _ACTIVITY = 1, 5


class ConnectorPage(Page):
    """The page of the connector that was opened last."""

    key = "connector"
    title = "Connector"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self._wanted = ""
        self.sheet: Sheet | None = None
        self.tile, self.version = Tile("", "", 32), Chip("", "outline")
        self.back = IconButton("arrow-left", "Back to the catalogue")
        self.edit = Button("Edit", icon="pencil")
        self.overview, self.connections = Overview(), ConnectionsTab()
        self.connection, self.enabled = self.overview.connection, self.overview.enabled
        self.versions, self.permissions = VersionsTab(), PermissionsTab()
        self.docs = DocsTab()
        self.log: LogView | None = None
        self._log_room = Column(gap=0, margins=(24, 16, 24, 16))
        self.tabs = TabPages("Connector")
        self.tab_bar = self.tabs.bar
        self._none = EmptyState(
            "layout-grid", "No connector is open", "Open one in the catalogue."
        )
        self._build()
        self._wire()
        self._add_commands()

    def activated(self) -> None:
        """Read the connector again."""
        self._none.setVisible(not self._wanted)
        self.tabs.setVisible(bool(self._wanted))
        if self._wanted:
            self.reload()

    def receive(self, what: object) -> None:
        """Open a connector."""
        if isinstance(what, OpenConnector):
            if what.connector_id != self._wanted:
                self._drop_log()
                self.tabs.bar.setCurrentIndex(0)
            self._wanted = what.connector_id

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the tabs, then what the tab shows."""
        on_log = self.log is not None and self.tabs.bar.currentIndex() == _ACTIVITY
        below = self.log.panes() if self.log is not None and on_log else []
        return [self.tabs.bar, *below]

    def health_changed(self) -> None:
        """Read again how its connections are."""
        if self.isVisible():
            self.reload()

    @QtCore.Slot()
    def reload(self) -> None:
        """Read the connector again."""
        if self._wanted:
            self.tasks.start("read", self._read(self._wanted))
            self._show_log()

    async def _read(self, connector_id: str) -> None:
        sheet = await in_thread(partial(read_sheet, self.workspace, connector_id))
        self.sheet = sheet
        self._show_head(sheet)
        self._show_standing()
        self.connections.show_sheet(sheet)
        self.versions.show_sheet(sheet)
        self.permissions.show_rows(sheet.permissions)
        self.docs.show_blocks(sheet.readme)
        many = len(sheet.standings)
        self.tabs.bar.set_badge(_CONNECTIONS, str(many) if many else "")

    def _show_head(self, sheet: Sheet) -> None:
        card, kept = sheet.card, self.connection.value()
        self.header.title.setText(Data(card.name))
        self.tile.show_connector(card.name, card.id)
        self.version.show_fact(f"v{card.version}", "outline")
        self.titled.emit(card.name, False)
        keys = [one.key for one in sheet.standings]
        self.connection.set_options([(key, key) for key in keys])
        if kept in keys:
            self.connection.set_value(kept)
        self.connection.setVisible(len(keys) > 1)

    @QtCore.Slot()
    def _show_standing(self) -> None:
        sheet = self.sheet
        if sheet is None or sheet.now is None:
            return
        one = sheet.standing(self.shown_key())
        self.overview.show_standing(one, sheet.now)
        blocker = QtCore.QSignalBlocker(self.enabled)
        self.enabled.setChecked(one is not None and one.enabled)
        blocker.unblock()

    def shown_key(self) -> str:
        """Return the key of the connection that is chosen, empty for none."""
        value = self.connection.value()
        return value if isinstance(value, str) else ""

    @QtCore.Slot(bool)
    def _switch(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        if self.shown_key():
            self.tasks.start("enable", self._enable(self.shown_key(), on=on))

    async def _enable(self, key: str, *, on: bool) -> None:
        project, registry = self.workspace.project.key, self.workspace.registry
        call = partial(registry.enable_connection, project, key, enabled=on)
        await in_thread(call)
        self.judged.emit()
        self.reload()

    def _show_log(self) -> None:
        """Have the log of this connector, once its tab is looked at."""
        if self.tabs.bar.currentIndex() != _ACTIVITY or not self._wanted:
            return
        if self.log is None:
            self.log = LogView(
                self.workspace, self.tasks, "connector.log", self._wanted
            )
            self.log.go.connect(self.go)
            self.log.told.connect(self._tell)
            self._log_room.add(self.log, stretch=1)
        self.log.activated()

    def _drop_log(self) -> None:
        if self.log is not None:
            for name in ("find", "newer", "blocks", "related", "names", "copy"):
                self.tasks.cancel(f"connector.log.{name}")
            self.log.hide()
            self.log.deleteLater()
            self.log = None

    @QtCore.Slot()
    def _edit(self) -> None:
        self.go.emit("builder", OpenDescriptor(self._wanted))

    @QtCore.Slot()
    def _leave(self) -> None:
        what = ShowConnector(self._wanted) if self._wanted else None
        self.go.emit("catalogue", what)

    @QtCore.Slot()
    def _open_runs(self) -> None:
        if self.shown_key():
            self._open_connection(self.shown_key())

    @QtCore.Slot(str)
    def _open_connection(self, key: str) -> None:
        self.go.emit("runs", ShowConnection(key))

    @QtCore.Slot(str, str, str)
    def _tell(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    @QtCore.Slot(str)
    def _open_address(self, address: str) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl(address))

    def _build(self) -> None:
        self.header.row.insertWidget(0, self.back)
        self.header.row.insertWidget(1, self.tile)
        self.header.row.insertWidget(3, self.version)
        self.header.add(self.edit)
        for title, page in (
            ("Overview", self.overview),
            ("Connections", self.connections),
            ("Versions", self.versions),
            ("Permissions", self.permissions),
            ("Docs", self.docs),
            ("Activity", boxed(self._log_room)),
        ):
            self.tabs.add(title, page)
        self.body.add(self._none, self.tabs, stretch=1)

    def _wire(self) -> None:
        self.back.clicked.connect(self._leave)
        self.edit.clicked.connect(self._edit)
        self.overview.runs.clicked.connect(self._open_runs)
        self.connection.chosen.connect(self._show_standing)
        self.enabled.toggled.connect(self._switch)
        self.tabs.turned.connect(self._show_log)
        self.connections.opened.connect(self._open_connection)
        self.docs.wanted.connect(self._open_address)

    def _add_commands(self) -> None:
        for command, do in (
            (Command("connector.reload", "Read the connector again", "rotate-cw",
                     ("F5",), help="Reads how its connections are again."),
             self.reload),
            (Command("connector.back", "Back to the catalogue", "arrow-left",
                     ("Alt+Left",), help="Shows the connector among the others."),
             self._leave),
        ):  # fmt: skip
            self.commands.add(command, do, self)
