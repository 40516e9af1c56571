"""Starting and stopping the receiver, and handing it what it cannot read itself."""

from typing import Final

from PySide6 import QtCore

from ferrule.ui.models.delivery_desk import DeliveryDesk
from ferrule.ui.models.messages import ShowConnector
from ferrule.ui.models.receiver import Receiver
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.webhooks.receiver import ReceiverCard

_PULSE_MS: Final = 1000


class Running(QtCore.QObject):
    """Does what the receiver's card asks for; its errors are told by the page.

    Signals:
        went(str, object): show the page of that key and pass it the object.
    """

    went = QtCore.Signal(str, object)

    def __init__(
        self, desk: DeliveryDesk, server: Receiver, card: ReceiverCard, tasks: Tasks
    ) -> None:
        super().__init__(card)
        self._desk, self._server = desk, server
        self._card, self._tasks = card, tasks
        self._pulse = QtCore.QTimer(self)
        self._pulse.setInterval(_PULSE_MS)
        self._pulse.timeout.connect(self._hand_over)
        card.started.connect(self._start)
        card.stopped.connect(self._stop)
        card.troubles.vault_wanted.connect(lambda: self.went.emit("credentials", None))
        card.troubles.secret_wanted.connect(self._give)
        server.changed.connect(self._follow)

    async def look(self) -> None:
        """Say which connections cannot check their calls, and why."""
        found = await self._server.troubles(self._keys())
        in_memory = self._server.in_memory and self._server.listening
        self._card.troubles.show_troubles(found, in_memory=in_memory)

    def _keys(self) -> set[str]:
        return {one.connection for one in self._desk.addresses}

    @QtCore.Slot()
    def _follow(self) -> None:
        """Hand secrets on for as long as it listens, where they live in memory."""
        if self._server.listening:
            self._tasks.start("troubles", self.look())
        if self._server.listening and self._server.in_memory:
            self._pulse.start()
        else:
            self._pulse.stop()

    @QtCore.Slot()
    def _hand_over(self) -> None:
        if not self._tasks.running("hand"):
            self._tasks.start("hand", self._server.hand_over(self._keys()))

    @QtCore.Slot(int, str)
    def _start(self, port: int, public_url: str) -> None:
        self._tasks.start("receiver", self._restart(port, public_url))

    async def _restart(self, port: int, public_url: str) -> None:
        await self._server.stop()
        await self._server.start(port, public_url)

    @QtCore.Slot()
    def _stop(self) -> None:
        self._tasks.start("receiver", self._server.stop())

    @QtCore.Slot(str, str)
    def _give(self, connector: str, connection: str) -> None:
        self.went.emit("catalogue", ShowConnector(connector, reconnect=connection))
