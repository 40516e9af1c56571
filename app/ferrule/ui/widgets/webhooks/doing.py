"""What a person does with the delivery in the pane, and with dead letters."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.errors import UsageError
from ferrule.ui import dialogs
from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_deeds import DeliveryDeeds
from ferrule.ui.models.delivery_desk import DeliveryDesk, sample_of
from ferrule.ui.models.receiver import Receiver
from ferrule.ui.models.signature_words import curl_hint
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.webhooks.view import WebhooksView
from ferrule.workspace.delivery_facts import SampleEvent

Work = Coroutine[object, object, None]
_BARELY_REFUSED: Final = 300
_NOT_OURS: Final = (
    "A test lies beside its connector. Open it in the Builder and save it with Ctrl+S: "
    "then it is the project's own, and can be given tests."
)


class Doing(QtCore.QObject):
    """Deeds on deliveries; each is work of the page, so its errors are told there.

    Signals:
        told(str, str, str): level, what happened, and why.
        changed(object): the numbers of deliveries that stand differently, or are new.
        shown(int): the delivery of that number is to be shown.
        offered(str, str, str, object): as `told`, with a way to the Builder for the
            `Opened` delivery.
        went(str, object): show the page of that key and pass it the object.
    """

    offered = QtCore.Signal(str, str, str, object)
    told = QtCore.Signal(str, str, str)
    changed = QtCore.Signal(object)
    shown = QtCore.Signal(int)
    went = QtCore.Signal(str, object)

    def __init__(
        self, desk: DeliveryDesk, view: WebhooksView, receiver: Receiver, tasks: Tasks
    ) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._receiver = receiver
        self._tasks = tasks
        self.deeds = DeliveryDeeds(desk.workspace, self)
        pane, dead = view.pane, view.list.dead
        pane.asked.connect(self.do)
        pane.signature.banner.accept_wanted.connect(
            lambda: self._start("accept", self._accept(self._number))
        )
        pane.edit.replayed.connect(
            lambda body: self._start("replay", self._replay(self._number, body))
        )
        pane.edit.sent.connect(
            lambda body: self._start("resign", self._resign(self._number, body))
        )
        dead.tried.connect(lambda: self._start("dead", self._weigh()))
        dead.replayed.connect(lambda: self._start("dead", self._replay_dead()))
        dead.discarded.connect(lambda: self._start("dead", self._discard()))

    @QtCore.Slot(str)
    def do(self, verb: str) -> None:
        """Do something with the delivery that is shown."""
        opened = self._view.pane.opened
        if opened is None:
            return
        number = opened.delivery.id
        works: Mapping[str, Callable[[], Work]] = {
            "replay": lambda: self._replay(number, None),
            "resign": lambda: self._resign(number, None),
            "curl": lambda: self._curl(number),
            "pin": lambda: self._pin(number),
            "diff": lambda: self._compare(number),
            "bury": lambda: self._bury(number),
        }
        if verb == "edit":
            self._view.pane.show_edit(can_send=self._receiver.listening)
        elif verb == "sample":
            self.went.emit("builder", sample_of(opened))
        else:
            self._start(verb, works[verb]())

    @QtCore.Slot(object)
    def send(self, event: object) -> None:
        """Send a sample event to the receiver."""
        if isinstance(event, SampleEvent):
            self._start("sample", self._send(event))

    @property
    def _number(self) -> int:
        opened = self._view.pane.opened
        return opened.delivery.id if opened is not None else 0

    def _start(self, verb: str, work: Work) -> None:
        self._tasks.start(f"do {verb}", work)

    async def _replay(self, number: int, body: bytes | None) -> None:
        new = await self.deeds.replay(number, body)
        self._view.pane.go_back()
        self.changed.emit([number, new])
        self.shown.emit(new)

    async def _resign(self, number: int, body: bytes | None) -> None:
        opened = self._view.pane.opened
        path = next(
            (
                one.path
                for one in self._desk.addresses
                if opened is not None and one.connection == opened.delivery.connection
            ),
            "",
        )
        if not self._receiver.listening or not path:
            self.told.emit(
                "warning",
                "Nobody listens",
                "Start the receiver: the signed call goes to it as the service's does.",
            )
            return
        status = await self.deeds.resign(number, self._receiver.url, path, body)
        self._view.pane.go_back()
        self._tell_answer(status)

    async def _send(self, event: SampleEvent) -> None:
        status = await self.deeds.send(event, self._receiver.url)
        self._tell_answer(status)

    def _tell_answer(self, status: int) -> None:
        if status >= _BARELY_REFUSED:
            self.told.emit(
                "warning",
                f"The receiver answered {status}",
                "The list says what was wrong with the call.",
            )
        else:
            announce(self._view, f"Sent, answered {status}")

    async def _accept(self, number: int) -> None:
        await self._desk.accept_former(number)
        announce(self._view, "The old secret is accepted for 24 hours")
        self.changed.emit([number])

    async def _curl(self, number: int) -> None:
        opened = self._view.pane.opened
        line = await self._desk.curl(number, self._receiver.url)
        QtGui.QGuiApplication.clipboard().setText(line)
        announce(self._view, "Copied as cURL")
        why = curl_hint(line, opened.signature if opened is not None else None)
        if why:
            self.told.emit("info", "Copied as cURL", why)

    async def _pin(self, number: int) -> None:
        opened = self._view.pane.opened
        try:
            path = await self.deeds.pin(number)
        except UsageError:
            self.offered.emit(
                "warning", "The connector is not one of this project", _NOT_OURS, opened
            )
            return
        why = f"{Data(path)} expects what comes of it now. The Builder runs it."
        told = "Pinned as a test of the connector"
        self.offered.emit("success", told, why, opened)

    async def _compare(self, number: int) -> None:
        before, text = await self._desk.difference(number)
        if self._number == number:
            self._view.pane.show_difference(before, text)

    async def _bury(self, number: int) -> None:
        await self.deeds.bury(number)
        self.changed.emit([number])

    async def _weigh(self) -> None:
        found = await self.deeds.weigh(self._view.list.numbers())
        self._view.list.dead.show_tally(found)

    async def _replay_dead(self) -> None:
        numbers = self._view.list.numbers()
        self._view.list.dead.show_tally(None)
        await self.deeds.replay_dead(numbers)
        self.changed.emit(numbers)

    async def _discard(self) -> None:
        numbers = self._view.list.numbers()
        many = f"{len(numbers):,} dead letter{'s' if len(numbers) != 1 else ''}"
        what = [f"The chance to replay {many}: they count as skipped from then on"]
        if await dialogs.confirm(
            self._view, "Put dead letters aside?", what, "Put aside"
        ):
            await self.deeds.discard(numbers)
            self.changed.emit(numbers)
