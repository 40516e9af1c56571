"""Webhooks: receive the calls of services here, and look at each that came.

The receiver is a child process; what it prints says which deliveries to read again. A
delivery that another receiver of the project took appears as well, a second later.
"""

import asyncio
from functools import partial
from typing import Final, cast

from PySide6 import QtCore, QtWidgets

from ferrule.ui.actions import Actions
from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_desk import DeliveryDesk, sample_of
from ferrule.ui.models.delivery_rows import DeliveryRow
from ferrule.ui.models.messages import ShowDeadLetters, ShowDelivery
from ferrule.ui.models.receiver import Receiver
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.webhooks.deeds import add_commands
from ferrule.ui.widgets.webhooks.doing import Doing
from ferrule.ui.widgets.webhooks.list import ALL, DEAD
from ferrule.ui.widgets.webhooks.revealing import RevealSignature
from ferrule.ui.widgets.webhooks.running import Running
from ferrule.ui.widgets.webhooks.view import SendSample, WebhooksView
from ferrule.workspace.delivery_facts import DeliveryStatus, Opened
from ferrule.workspace.workspace import Workspace

_LOOK_MS: Final = 1000
_SOON_MS: Final = 40  # what is refused is written down a moment after the answer
_GONE: Final = "Settled ones are kept for 30 days, and the latest refused ones."
_ANSWERED: Final = "It was answered; such a question is no delivery and not kept."
_AWAY: Final = {
    "too_large": "A call was larger than 256 kB",
    "too_many": "A connection was called more than 100 times within a minute",
    "misdirected": "A call was made to another name than the receiver's",
    "not_for_browsers": "A page in a browser called the receiver",
    "packed": "A call's body was packed",
    "not_found": "A call was made to a path that nobody has here",
}


class WebhooksPage(Page):
    """The page of the receiver and of what came."""

    key = "webhooks"
    title = "Webhooks"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.desk = DeliveryDesk(workspace, self)
        self.server = Receiver(workspace, self)
        self.letters = Button("Dead letters", icon="inbox")
        self.sample = SendSample()
        self.header.add(self.letters, self.sample)
        self.view = WebhooksView()
        self.body.add(self.view, stretch=1)
        self.receiver, self.list = self.view.receiver, self.view.list
        self.pane = self.view.pane
        self.tab_bar = self.pane.tabs.bar
        self.revealing = RevealSignature(self.desk, self.pane, self.tasks)
        self.doing = Doing(self.desk, self.view, self.server, self.tasks)
        self.running = Running(self.desk, self.server, self.receiver, self.tasks)
        self._reading = asyncio.Lock()  # what is read first is shown first
        self._waiting: set[int] = set()
        self._sought = ""
        self._at: int | None = None
        self._look = QtCore.QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._look_again)
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        add_commands(actions, self.doing, self.view, self)
        self._connect()
        self._show_receiver()

    def receive(self, what: object) -> None:
        """Show the dead letters, or one delivery, whatever was filtered before."""
        if isinstance(what, ShowDeadLetters):
            self.list.show_all(DEAD)
        elif isinstance(what, ShowDelivery):
            self._sought = what.correlation
            self.list.show_all(ALL)

    def activated(self) -> None:
        """Read everything again, and follow what comes."""
        self.reload()
        self._look.start()
        self.list.table.setFocus()

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the receiver, the list, then the delivery."""
        return [self.receiver, self.list, self.pane]

    def hideEvent(self, event: QtCore.QEvent) -> None:
        """Show no secret to who comes back, and look no more."""
        super().hideEvent(event)  # type: ignore[arg-type]  # Qt gives its own kind
        self._look.stop()
        self.revealing.forget()

    def hide_secrets(self) -> None:
        """Show dots again, and leave no secret on the clipboard."""
        self.revealing.forget()
        self.revealing.clipboard.clear()

    def vault_turned(self) -> None:
        """Hand the key of the vault on, and judge the delivery shown again."""
        self.tasks.start("key", self.server.unlock())
        if self.isVisible():
            self._open_current()
            self.tasks.start("troubles", self.running.look())

    async def close_work(self) -> None:
        """End the receiver, and leave no secret on the clipboard."""
        self._look.stop()
        self.revealing.clipboard.clear()
        await super().close_work()
        await self.server.end()
        await self.pane.content.close_work()

    @QtCore.Slot()
    def reload(self) -> None:
        """Read the deliveries again, those that the filters take."""
        self.tasks.start("read", self._read())

    async def _read(self) -> None:
        async with self._reading:
            rows, whole = await self.desk.read(*self._filters())
            self._show_read(rows, whole=whole)
        if self._sought:
            await self._seek()
        else:
            self._show_detail(self.list.table.current_row())
        await self.desk.prepare()
        events = await self.doing.deeds.samples()
        self.sample.show_events(events, can_send=self.server.listening)
        await self.running.look()

    def _show_read(self, rows: list[DeliveryRow], *, whole: bool) -> None:
        self.list.filters.show_connections(
            {one.connection: one.connection for one in self.desk.addresses}
        )
        self.list.dead.show_tally(None)
        self.list.show_rows(rows, whole=whole)
        self._show_receiver()

    async def _seek(self) -> None:
        """Show the delivery that another page asked for, however old it is."""
        correlation, self._sought = self._sought, ""
        row = await self.desk.find(correlation)
        if row is None:
            self._show_detail(self.list.table.current_row())
            self.say(Notice("warning", "That delivery is not kept any more", _GONE))
            return
        self.list.show_one(row)
        self._show_detail(row)

    @QtCore.Slot()
    def _more(self) -> None:
        if not self.tasks.running("more"):
            self.tasks.start("more", self._read_more())

    async def _read_more(self) -> None:
        async with self._reading:
            older, whole = await self.desk.read(*self._filters(), self.list.oldest)
            self.list.add_older(older, whole=whole)

    def _filters(self) -> tuple[str | None, DeliveryStatus | None]:
        status = cast("DeliveryStatus | None", self.list.wanted_status())
        return self.list.wanted_connection(), status

    @QtCore.Slot(object)
    def _hear(self, numbers: list[int]) -> None:
        """Read the deliveries again that the receiver told of."""
        self._waiting |= {*numbers}
        if not self.tasks.running("came"):
            self.tasks.start("came", self._take())

    async def _take(self) -> None:
        while self._waiting:
            numbers, self._waiting = sorted(self._waiting), set()
            async with self._reading:
                self._show_came(await self.desk.came(numbers))

    def _show_came(self, rows: list[DeliveryRow]) -> None:
        if not rows:
            return
        self.list.take(rows)
        self._show_receiver()
        if self._at in {row.one.id for row in rows}:
            self._open_current()

    @QtCore.Slot()
    def _look_again(self) -> None:
        busy = any(map(self.tasks.running, ("came", "read", "since")))
        if self.isVisible() and not busy:
            self.tasks.start("since", self._look_since())

    async def _look_since(self) -> None:
        """Show what another receiver took or settled."""
        async with self._reading:
            known = self.list.waiting()
            rows = await self.desk.came_since([row.one.id for row in known])
            self._show_came([row for row in rows if row not in known])

    @QtCore.Slot(object)
    def _show_detail(self, row: object) -> None:
        self.revealing.forget()
        self._at = row.one.id if isinstance(row, DeliveryRow) else None
        if self._at is None:
            self.tasks.cancel("open")
            self.pane.show_delivery(None)
        self._open_current()

    def _open_current(self) -> None:
        """Read the delivery that is shown, or is about to be, once more."""
        if self._at is not None:
            self.tasks.start("open", self._open(self._at))

    async def _open(self, number: int) -> None:
        self.pane.show_delivery(await self.desk.open(number))

    @QtCore.Slot()
    def _show_receiver(self) -> None:
        """Say how the receiver stands, and what it means for the rest."""
        desk, server = self.desk, self.server
        self.receiver.show_receiver(server, desk.addresses, desk.today)
        on = server.listening
        first = desk.addresses[0] if desk.addresses else None
        base = server.base if on else self.receiver.proposed
        self.list.first.show_address(base, first, on=on)
        dead = desk.counts.by_status.get("dead", 0)
        self.list.show_dead(dead)
        self.letters.setText(f"Dead letters · {dead:,}" if dead else "Dead letters")
        self.sample.set_kind(primary=on)
        self.sample.show_events(self.sample.events, can_send=on)
        self.jobs.emit(1 if on else 0)

    @QtCore.Slot(str)
    def _tell_away(self, why: str) -> None:
        """Tell of a call that was turned away before it was written down."""
        if why == "not_now":
            self.tasks.start("troubles", self.running.look())
        elif why in _AWAY:
            self.say(Notice("warning", _AWAY[why], "It was turned away."))

    @QtCore.Slot(str)
    def _tell_question(self, connection: str) -> None:
        what = f"The service of “{Data(connection)}” asked whether somebody is here"
        self.say(Notice("success", what, _ANSWERED))

    @QtCore.Slot(str, str, str)
    def _tell(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    @QtCore.Slot(str, str, str, object)
    def _offer(self, level: Level, what: str, why: str, opened: object) -> None:
        """Say something that goes on in the Builder."""
        go_on = Button("Open in Builder", icon="blocks", compact=True)
        self.say(Notice(level, what, why), go_on)
        if isinstance(opened, Opened):
            message = sample_of(opened)
            go_on.clicked.connect(lambda: self.go.emit("builder", message))

    @QtCore.Slot(int)
    def _select(self, number: int) -> None:
        self.tasks.start("select", self._selected(number))

    async def _selected(self, number: int) -> None:
        await self.tasks.wait("came")
        self.list.select(number)

    def _connect(self) -> None:
        self.letters.clicked.connect(lambda: self.list.show_all(DEAD))
        self.running.went.connect(self.go)
        self._soon.timeout.connect(self._look_again)
        self.server.refused.connect(self._soon.start)
        self.server.questioned.connect(self._tell_question)
        self.server.changed.connect(self._show_receiver)
        self.server.heard.connect(self._hear)
        self.server.turned_away.connect(self._tell_away)
        self.list.asked.connect(self.reload)
        self.list.more.connect(self._more)
        self.list.picked.connect(self._show_detail)
        self.list.first.catalogue_wanted.connect(
            lambda: self.go.emit("catalogue", None)
        )
        self.sample.chosen.connect(self.doing.send)
        self.doing.told.connect(self._tell)
        self.doing.offered.connect(self._offer)
        self.doing.changed.connect(self._hear)
        self.doing.shown.connect(self._select)
        self.doing.went.connect(self.go)
        self.revealing.refused.connect(partial(self._tell, "warning"))
