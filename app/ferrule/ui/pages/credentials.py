"""Credentials: where secrets are kept, how each stands, and what to do about it.

No value leaves the vault for this page but one at a time, after a fresh unlock, for ten
seconds; what is copied is taken off the clipboard after thirty.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import SystemClock
from ferrule.errors import FerruleError, VaultLocked
from ferrule.ui import dialogs
from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.credential_desk import CredentialDesk
from ferrule.ui.models.credential_rows import columns, kept_where
from ferrule.ui.models.messages import ShowConnection, ShowConnector
from ferrule.ui.models.table import RowsModel
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.credentials.banner import VaultBanner
from ferrule.ui.widgets.credentials.detail import CredentialPane
from ferrule.ui.widgets.credentials.rotation import RotationForm
from ferrule.ui.widgets.credentials.secret_line import Clipboard
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.keeping import KeptCredential
from ferrule.workspace.workspace import Workspace

T = TypeVar("T")
_TICK_MS: Final = 30_000
_WIDE: Final = 1100
_ROTATION: Final = 5


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
        self.model: RowsModel[KeptCredential] = RowsModel(
            columns(self._now), key=lambda row: row.key
        )
        self.table = DataTable(self.model, "Credentials", key="credentials.list")
        self.catalogue = Button("Open the catalogue", kind="primary")
        self.clipboard = Clipboard(self)
        self._asked_for: tuple[str, Callable[[str], None]] | None = None
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._count_down)
        self._build()
        self._add_commands()
        self._wire()

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
        self.table.setColumnHidden(_ROTATION, slim)

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        """Show no value to who comes back."""
        super().hideEvent(event)
        self._tick.stop()
        self._asked_for = None
        self.pane.ask_passphrase(on=False)

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
        if rows and not isinstance(current, KeptCredential):
            self.table.selectRow(0)
        self._none.setVisible(not rows)
        self._room.setVisible(bool(rows))
        self._show(self.table.current_row())

    @QtCore.Slot()
    def _count_down(self) -> None:
        """Count from this moment, without asking anybody."""
        self._now[0] = SystemClock().now()
        self.model.set_rows([*self.desk.rows])
        self._show(self.table.current_row())

    @QtCore.Slot(object)
    def _show(self, row: object) -> None:
        known = row if isinstance(row, KeptCredential) else None
        if self.pane.row is None or known is None or known.key != self.pane.row.key:
            self._close_rotation()
        self.pane.show_row(known, self._now[0])

    @QtCore.Slot(str)
    def do(self, verb: str) -> None:
        """Do something with the credential that is shown."""
        row = self.pane.row
        if row is None:
            return
        deeds: Mapping[str, Callable[[KeptCredential], None]] = {
            "test": self._test,
            "reconnect": self._reconnect,
            "rotate": self._open_rotation,
            "open": lambda one: self.go.emit("runs", ShowConnection(one.key)),
            "forget": lambda one: self.tasks.start("forget", self._forget(one.key)),
        }
        deeds[verb](row)

    def _test(self, row: KeptCredential) -> None:
        self._close_rotation()
        self.tasks.start("check", self._report(self.desk.check(row.key)))

    async def _report(self, work: Coroutine[object, object, T]) -> T | None:
        """Tell a check's steps in the pane, and what came of it in the list."""
        report = self.pane.begin_report()
        shown = self.desk.stepped.connect(report.lines.show_line)
        try:
            done = await work
            report.end()
        except asyncio.CancelledError:
            report.cancel()
            raise
        except FerruleError as error:
            report.fail(error.message, error.advice)
            return None
        finally:
            self.desk.stepped.disconnect(shown)
        await self._read()
        self.judged.emit()
        return done

    def _reconnect(self, row: KeptCredential) -> None:
        where = ShowConnector(row.line.connector_id, reconnect=row.key)
        self.go.emit("catalogue", where)

    def _open_rotation(self, row: KeptCredential) -> None:
        pending = row.line.pending_at is not None
        form = RotationForm(self.desk.fields(row.key), pending=pending)
        form.wanted.connect(partial(self._rotate, row.key))
        form.closed.connect(self._close_rotation)
        form.discarded.connect(partial(self._discard, row.key))
        self.pane.show_form(form)
        form.form.focus_first()

    @QtCore.Slot()
    def _close_rotation(self) -> None:
        self.tasks.cancel("check")
        self.pane.show_form(None)

    def _rotate(self, key: str, values: object) -> None:
        if isinstance(values, dict):
            self.tasks.start("check", self._renew(key, values))

    async def _renew(self, key: str, values: dict[str, str]) -> None:
        if await self._report(self.desk.rotate(key, values)):
            self.pane.show_form(None)
            self.say(Notice("success", f"“{key}” uses the new credential now."))

    def _discard(self, key: str) -> None:
        self.tasks.start("discard", self._give_up(key))

    async def _give_up(self, key: str) -> None:
        await self.desk.discard(key)
        self._close_rotation()
        await self._read()

    async def _forget(self, key: str) -> None:
        goes = (
            f"Every secret that is kept for “{key}”, for good",
            "Its connection stays, and cannot be used until it is signed in again",
        )
        title = f"Delete the secrets of “{key}”?"
        if await dialogs.confirm(self, title, goes, "Delete"):
            await self.desk.forget(key)
            await self._read()

    @QtCore.Slot(str)
    def _reveal(self, field: str) -> None:
        line = self.pane.lines[field]
        self._ask(field, line.show_value)

    @QtCore.Slot(str)
    def _copy(self, field: str) -> None:
        self._ask(field, self.clipboard.take)

    def _ask(self, field: str, take: Callable[[str], None]) -> None:
        """Ask for a value; where a passphrase opens the vault, for that first."""
        self._asked_for = field, take
        if self.desk.needs_passphrase:
            self.pane.ask_passphrase(on=True)
        else:
            self.tasks.start("reveal", self._proven(None))

    async def _proven(self, passphrase: str | None) -> None:
        row, asked = self.pane.row, self._asked_for
        if row is None or asked is None:
            return
        try:
            value = await self.desk.reveal(row.key, asked[0], passphrase)
        except VaultLocked as error:
            self.say(Notice("danger", error.message, error.advice))
            return
        if self._asked_for is asked and self.isVisible():
            self._asked_for = None
            self.pane.ask_passphrase(on=False)
            asked[1](value)

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
        self._turn_key(self.desk.lock())

    def _wire(self) -> None:
        banner, pane, desk = self.banner, self.pane, self.desk
        self.table.picked.connect(self._show)
        pane.asked.connect(self.do)
        pane.stopped.connect(partial(self.tasks.cancel, "check"))
        pane.reveal_wanted.connect(self._reveal)
        pane.copy_wanted.connect(self._copy)
        pane.proved.connect(lambda text: self.tasks.start("reveal", self._proven(text)))
        banner.unlock_wanted.connect(lambda text: self._turn_key(desk.unlock(text)))
        banner.passphrase_wanted.connect(
            lambda text: self._turn_key(desk.set_passphrase(text))
        )
        banner.lock_wanted.connect(self._lock)
        banner.look_again.connect(
            lambda: self.tasks.start("read", self._read(anew=True))
        )
        self.catalogue.clicked.connect(lambda: self.go.emit("catalogue", None))
