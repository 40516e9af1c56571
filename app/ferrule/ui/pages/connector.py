"""One connector: how it does, its connections, versions, permissions, docs, activity.

It is opened from the catalogue; nothing is asked of a service here.
"""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.connector_sheet import Sheet, read_sheet
from ferrule.ui.models.messages import (
    OpenConnector,
    OpenDescriptor,
    ShowConnection,
    ShowConnector,
)
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.tasks import in_thread
from ferrule.ui.theme import theme
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.connector.bar import ConnectionBar
from ferrule.ui.widgets.connector.head import ConnectorHead
from ferrule.ui.widgets.connector.lists import (
    ConnectionsTab,
    DocsTab,
    PermissionsTab,
)
from ferrule.ui.widgets.connector.overview import Overview
from ferrule.ui.widgets.connector.versions import VersionsTab
from ferrule.ui.widgets.connector.work import ConnectorWork
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.log.view import LogView
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.tabs import TabPages
from ferrule.workspace.workspace import Workspace

_CONNECTIONS, _ACTIVITY = 1, 5
_SLIM, _LOW = 620, 480
_ALL: Final = 1000  # of the room, beside a stretch
_TESTING: Final = "No test is under way"


class ConnectorPage(Page):
    """The page of the connector that was opened last."""

    key = "connector"
    title = "Connector"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self._wanted = ""
        self.sheet: Sheet | None = None
        self.head = ConnectorHead()
        self.overview, self.connections = Overview(), ConnectionsTab()
        self.bar = ConnectionBar(self.overview.version)
        self.versions, self.permissions = VersionsTab(), PermissionsTab()
        self.docs = DocsTab()
        self.log: LogView | None = None
        self._log_room = Column(gap=0, margins=(24, 16, 24, 16))
        self.tabs = TabPages("Connector")
        self.tab_bar = self.tabs.bar
        self._none = EmptyState(
            "layout-grid", "No connector is open", "Open one in the catalogue."
        )
        self.work = ConnectorWork(workspace, self.bar, self.overview, self.tasks)
        self._build()
        self._wire()
        self._add_commands()

    def activated(self) -> None:
        """Read the connector again."""
        self._none.setVisible(not self._wanted)
        self.tabs.setVisible(bool(self._wanted))
        self.head.show_any(there=bool(self._wanted))
        if self._wanted:
            self.reload()
            self.tabs.bar.setFocus()

    def receive(self, what: object) -> None:
        """Open a connector."""
        if isinstance(what, OpenConnector):
            if what.connector_id != self._wanted:
                self.work.stop()
                self._drop_log()
                self.overview.show_test(on=False)
                self.tabs.bar.setCurrentIndex(0)
            self._wanted = what.connector_id

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the connection, the tabs, then what the tab shows."""
        on_log = self.log is not None and self.tabs.bar.currentIndex() == _ACTIVITY
        below = self.log.panes() if self.log is not None and on_log else []
        bar = [self.bar.connection] if self.bar.isVisible() else []
        return [*bar, self.tabs.bar, *below]

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
        call = partial(read_sheet, self.workspace, connector_id, self.bar.key)
        sheet = self.sheet = await in_thread(call)
        self.titled.emit(sheet.card.name, False)
        self.head.show_sheet(sheet)
        self.bar.show_connections(sheet.standings)
        self._share()
        self._show_standing()
        self.connections.show_sheet(sheet)
        self.versions.show_sheet(sheet)
        self.permissions.show_rows(sheet.permissions)
        self.docs.show_blocks(sheet.readme)
        many = len(sheet.standings)
        self.tabs.bar.set_badge(_CONNECTIONS, str(many) if many else "")

    def _show_standing(self) -> None:
        sheet = self.sheet
        if sheet is None or sheet.now is None:
            return
        one = sheet.standing(self.bar.key)
        self.overview.show_standing(one, sheet.now)
        self.overview.version.show_versions(sheet.api)
        if one is not None:
            self.bar.show_standing(one)

    @QtCore.Slot()
    def _turn_to_another(self) -> None:
        """Be about another connection."""
        self.work.stop()
        self.overview.show_test(on=False)
        self.reload()

    @QtCore.Slot(str)
    def _choose(self, key: str) -> None:
        if key != self.bar.key:
            self.bar.connection.set_value(key)
            self._turn_to_another()

    @QtCore.Slot()
    def _changed(self) -> None:
        self.judged.emit()
        self.reload()

    @QtCore.Slot(bool)
    def _show_testing(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        self.jobs.emit(int(on))
        self.head.show_testing(running=on)
        if on:
            self.tabs.bar.setCurrentIndex(0)

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
    def _connect(self) -> None:
        self.go.emit("catalogue", ShowConnector(self._wanted, connect=True))

    @QtCore.Slot()
    def _change(self) -> None:
        self._change_to("")

    @QtCore.Slot(str)
    def _change_to(self, version: str) -> None:
        """Change the connection, to another API version where one is named."""
        what = ShowConnector(self._wanted, change=self.bar.key, version=version)
        self.go.emit("catalogue", what)

    @QtCore.Slot()
    def _open_runs(self) -> None:
        if self.bar.key:
            self._open_connection(self.bar.key)

    @QtCore.Slot(str)
    def _open_connection(self, key: str) -> None:
        self.go.emit("runs", ShowConnection(key))

    @QtCore.Slot(str, str, str)
    def _tell(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    @QtCore.Slot(str)
    def _open_address(self, address: str) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl(address))

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave marks out of the head where there is no room for them."""
        super().resizeEvent(event)
        slim = self.width() < theme.px(_SLIM)
        self.head.fit_in(slim=slim)
        self.bar.fit_in(slim=slim)
        self._share()

    @QtCore.Slot()
    def _share(self) -> None:
        """Leave a low window to the tabs that are not about the connection."""
        low = self.height() < theme.px(_LOW) and self.tabs.bar.currentIndex() > 1
        self.bar.setVisible(self.bar.there and not low)

    def _build(self) -> None:
        for title, page in (
            ("Overview", self.overview),
            ("Connections", self.connections),
            ("Versions and difference", self.versions),
            ("Permissions", self.permissions),
            ("Docs", self.docs),
            ("Activity", boxed(self._log_room)),
        ):
            self.tabs.add(title, page)
        self.header.title.hide()  # one that is cut where it must be stands in the head
        self.header.row.insertWidget(0, self.head, _ALL)
        self.bar.hide()
        self.body.add(self._none, self.bar)
        self.body.add(self.tabs, stretch=1)

    def _wire(self) -> None:
        self.head.back.clicked.connect(self._leave)
        self.head.edit.clicked.connect(self._edit)
        self.head.test.clicked.connect(self.work.test)
        self.head.connect_.clicked.connect(self._connect)
        self.bar.connection.chosen.connect(self._turn_to_another)
        self.bar.change.clicked.connect(self._change)
        self.overview.version.set_up.connect(self._change_to)
        self.overview.runs.clicked.connect(self._open_runs)
        self.work.changed.connect(self._changed)
        self.work.told.connect(self._tell)
        self.work.testing.connect(self._show_testing)
        self.tabs.turned.connect(self._show_log)
        self.tabs.turned.connect(self._share)
        self.connections.picked.connect(self._choose)
        self.connections.opened.connect(self._open_connection)
        self.connections.another.clicked.connect(self._connect)
        self.docs.wanted.connect(self._open_address)

    def _add_commands(self) -> None:
        for command, do in (
            (Command("connector.test", "Test the connection", "activity",
                     ("F5", "Ctrl+Return"), words="check health",
                     help="Asks the service step by step whether it answers."),
             self.head.test.click),
            (Command("connector.cancel", "Cancel the test", "x", ("Esc",),
                     needs=_TESTING, help="Ends the test at once."), self.work.stop),
            (Command("connector.reload", "Read the connector again", "rotate-cw",
                     ("Ctrl+R",), help="Reads how its connections are again."),
             self.reload),
            (Command("connector.edit", "Edit this connector in the Builder", "pencil",
                     ("Ctrl+E",),
                     help="Opens it in the Builder; a shipped one is copied."),
             self._edit),
            (Command("connector.disconnect", "Disconnect this connection", "unplug",
                     words="delete remove",
                     help="Asks, then removes the connection and its data."),
             self.work.leave),
            (Command("connector.back", "Back to the catalogue", "arrow-left",
                     ("Alt+Left",), help="Shows the connector among the others."),
             self._leave),
        ):  # fmt: skip
            self.commands.add(command, do, self)
