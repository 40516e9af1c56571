"""Credentials: where secrets are kept, how each stands, and what to do about it.

No value leaves the vault for this page but one at a time, after a fresh unlock, for ten
seconds; what is copied is taken off the clipboard after thirty.
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import SystemClock
from ferrule.errors import FerruleError
from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.credential_desk import CredentialDesk
from ferrule.ui.models.credential_list import CredentialRow, row_of
from ferrule.ui.models.credential_rows import columns, counts_down, kept_where
from ferrule.ui.models.messages import ShowConnection, ShowConnector, ShowCredential
from ferrule.ui.models.table import RowsModel
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.credentials.banner import VaultBanner
from ferrule.ui.widgets.credentials.detail import CredentialPane
from ferrule.ui.widgets.credentials.owning import Owning
from ferrule.ui.widgets.credentials.renewing import Renewing
from ferrule.ui.widgets.credentials.revealing import Revealing
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.workspace import Workspace

_TICK_MS: Final = 1000
_SLOWLY: Final = 30
_WIDE: Final = 1100
_LEFT_OUT: Final = (1, 6)


class CredentialsPage(Page):
    """The vault, the credentials of the project's connections, and one of them."""

    key = "credentials"
    title = "Credentials"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.desk = CredentialDesk(workspace)
        self.banner = VaultBanner()
        self.pane = CredentialPane()
        self._now: list[datetime] = [SystemClock().now()]
        self.model: RowsModel[CredentialRow] = RowsModel(
            columns(self._now), key=lambda row: row.id
        )
        self.table = DataTable(self.model, "Credentials", key="credentials.list")
        self.catalogue = Button("Open the catalogue", kind="primary")
        self.revealing = Revealing(self.desk, self.pane, self.tasks)
        self.renewing = Renewing(self.desk, self.pane, self.tasks, self._read)
        self.owning = Owning(self.desk, self.pane, self.tasks, self._read)
        self.clipboard = self.revealing.clipboard
        self._wanted = ""
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._ticks = 0
        self._tick.timeout.connect(self._count_down)
        self._build()
        self._add_commands()
        self._wire()

    def receive(self, what: object) -> None:
        """Show the credential of a connection, once the list is read."""
        if isinstance(what, ShowCredential):
            self._wanted = what.connection

    def activated(self) -> None:
        """Read everything again."""
        self.reload()
        self._tick.start()
        self.table.setFocus()

    def health_changed(self) -> None:
        """Read again how connections are."""
        if self.isVisible():
            self.reload()

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the list, then the credential."""
        return [self.table, self.pane]

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave out columns where there is no room."""
        super().resizeEvent(event)
        slim = self.width() < theme.px(_WIDE)
        self.pane.fit_in(slim=slim)
        for column in _LEFT_OUT:
            self.table.setColumnHidden(column, slim)

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        """Show no value to who comes back."""
        super().hideEvent(event)
        self._tick.stop()
        self.revealing.forget()

    def hide_secrets(self) -> None:
        """Show dots again, and leave no secret on the clipboard."""
        self.revealing.forget()
        for line in self.pane.lines.values():
            line.hide_value()
        self.clipboard.clear()

    def vault_turned(self) -> None:
        """Read again how the vault is."""
        if self.isVisible():
            self.reload()

    async def close_work(self) -> None:
        """Leave no secret on the clipboard."""
        self.clipboard.clear()
        await super().close_work()

    @QtCore.Slot()
    def reload(self) -> None:
        """Read the vault and the credentials again."""
        self.tasks.start("read", self._read())

    async def _read(self, *, anew: bool = False) -> None:
        status = await self.desk.read(anew=anew)
        rows = self.desk.rows
        self.banner.show_vault(
            status.standing,
            kept_where(status),
            by_passphrase="passphrase" in status.ways,
            troubles="\n".join(f"{t.message} {t.advice}" for t in status.troubles),
        )
        self._now[0] = SystemClock().now()
        current = self.table.current_row()
        self.model.set_rows(rows)
        if rows and not isinstance(current, CredentialRow):
            self.table.selectRow(0)
        wanted, self._wanted = self._wanted, ""
        self.table.select_key(row_of(rows, self.workspace.project.key, wanted))
        self._none.setVisible(not rows)
        self._room.setVisible(bool(rows))
        self._show(self.table.current_row())

    @QtCore.Slot()
    def _count_down(self) -> None:
        """Count from this moment, without asking anybody."""
        self._now[0] = now = SystemClock().now()
        self._ticks = (self._ticks + 1) % _SLOWLY
        for row in self.desk.rows:
            if self._ticks == 0 or counts_down(row, now):
                self.model.change(row)
        self.pane.tick(now)

    @QtCore.Slot(object)
    def _show(self, row: object) -> None:
        known = row if isinstance(row, CredentialRow) else None
        if self.pane.row is None or known is None or known.id != self.pane.row.id:
            self.renewing.close()
        self.pane.show_row(known, self._now[0], self.desk.projects)

    @QtCore.Slot(str)
    def do(self, verb: str) -> None:
        """Do something with the credential that is shown."""
        row = self.pane.row
        if row is None:
            return
        deeds: Mapping[str, Callable[[CredentialRow], None]] = {
            "test": self.renewing.test,
            "reconnect": self._reconnect,
            "rotate": self.renewing.open,
            "open": lambda one: self.go.emit("runs", ShowConnection(one.key)),
            "change": self._change,
            "forget": self.owning.forget,
        }
        deeds[verb](row)

    def _change(self, row: CredentialRow) -> None:
        where = ShowConnector(row.line.connector_id, change=row.key)
        self.go.emit("catalogue", where)

    def _reconnect(self, row: CredentialRow) -> None:
        where = ShowConnector(row.line.connector_id, reconnect=row.key)
        self.go.emit("catalogue", where)

    @QtCore.Slot(str, str)
    def _refuse(self, what: str, why: str) -> None:
        self.say(Notice("danger", what, why))

    @QtCore.Slot(str, str, str)
    def _tell(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    @QtCore.Slot(str)
    def _tell_renewed(self, key: str) -> None:
        self.say(Notice("success", f"“{key}” uses the new credential now."))

    async def _open_vault(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except FerruleError as error:
            self.banner.refuse(f"{error.message} {error.advice}".strip())
            return
        await self._read()

    def _turn_key(self, work: Coroutine[object, object, None]) -> None:
        self.tasks.start("vault", self._open_vault(work))

    def _build(self) -> None:
        table = boxed(Column(self.table, gap=0))
        row = Row(gap=0)
        row.add(table, stretch=1)
        row.add(self.pane)
        self._room = boxed(row)
        self._none = EmptyState(
            "key-round",
            "No credentials yet",
            "Connect a service in the catalogue; what it is signed in with is listed "
            "here.",
            self.catalogue,
        )
        self._none.hide()
        head = boxed(Column(self.banner, margins=(24, 8, 24, 16)))
        self.body.add(head)
        self.body.add(self._none, stretch=1)
        self.body.add(self._room, stretch=1)

    def _add_commands(self) -> None:
        for command, do in (
            (Command("credentials.test", "Test the credential", "plug-zap", ("F5",),
                     help="Asks the service once whether it is accepted."),
             partial(self.do, "test")),
            (Command("credentials.rotate", "Rotate the credential", "refresh-cw",
                     help="Checks a new one and uses it from then on."),
             partial(self.do, "rotate")),
            (Command("credentials.lock", "Lock the vault", "lock",
                     help="Forgets what opens it."), self._lock),
        ):  # fmt: skip
            self.commands.add(command, do, self)

    def _lock(self) -> None:
        self.hide_secrets()
        self._turn_key(self.desk.lock())

    def _wire(self) -> None:
        banner, pane, desk = self.banner, self.pane, self.desk
        self.table.picked.connect(self._show)
        pane.asked.connect(self.do)
        self.revealing.refused.connect(self._refuse)
        self.renewing.judged.connect(self.judged)
        self.renewing.renewed.connect(self._tell_renewed)
        self.owning.told.connect(self._tell)
        self.owning.changed.connect(self.judged)
        banner.unlock_wanted.connect(lambda text: self._turn_key(desk.unlock(text)))
        banner.passphrase_wanted.connect(
            lambda text: self._turn_key(desk.set_passphrase(text))
        )
        banner.lock_wanted.connect(self._lock)
        banner.look_again.connect(
            lambda: self.tasks.start("read", self._read(anew=True))
        )
        self.catalogue.clicked.connect(lambda: self.go.emit("catalogue", None))
