"""Showing and copying what our secret makes of a call, after a fresh unlock.

So is the secret itself, for the service that still uses the one before it.
"""

from collections.abc import Callable, Coroutine

from PySide6 import QtCore

from ferrule.errors import VaultLocked
from ferrule.ui.models.delivery_desk import DeliveryDesk
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.secret_line import Clipboard
from ferrule.ui.widgets.webhooks.detail import DeliveryPane

Read = Callable[[int, str | None], Coroutine[object, object, str]]
"""Reads what is secret of a delivery, with the passphrase where there is one."""


class RevealSignature(QtCore.QObject):
    """The computed signature of the delivery in a pane, and the passphrase before it.

    Signals:
        refused(str, str): it cannot be shown: why, and what to do.
    """

    refused = QtCore.Signal(str, str)

    def __init__(self, desk: DeliveryDesk, pane: DeliveryPane, tasks: Tasks) -> None:
        super().__init__(pane)
        self.clipboard = Clipboard(pane)
        self._desk = desk
        self._pane = pane
        self._tasks = tasks
        self._wanted: tuple[Read, Callable[[str], None]] | None = None
        tab, computed, take = pane.signature, desk.computed, self.clipboard.take
        tab.reveal_wanted.connect(lambda: self._ask(computed, tab.computed.show_value))
        tab.copy_wanted.connect(lambda: self._ask(computed, take))
        tab.banner.secret_wanted.connect(lambda: self._ask(desk.new_secret, take))
        tab.proved.connect(lambda text: tasks.start("reveal", self._proven(text)))

    def forget(self) -> None:
        """Show nothing that was asked for, and dots in place of what is shown."""
        self._wanted = None
        self._pane.signature.ask_passphrase(on=False)
        self._pane.signature.computed.hide_value()

    def _ask(self, read: Read, take: Callable[[str], None]) -> None:
        self._wanted = read, take
        self._tasks.start("reveal", self._begin())

    async def _begin(self) -> None:
        if await self._desk.needs_passphrase():
            self._pane.signature.ask_passphrase(on=True)
        else:
            await self._proven(None)

    async def _proven(self, passphrase: str | None) -> None:
        opened, wanted = self._pane.opened, self._wanted
        if opened is None or wanted is None:
            return
        try:
            value = await wanted[0](opened.delivery.id, passphrase)
        except VaultLocked as error:
            self.refused.emit(error.message, error.advice)
            return
        same = self._pane.opened is opened
        if same and self._wanted is wanted and self._pane.isVisible():
            self._wanted = None
            self._pane.signature.ask_passphrase(on=False)
            wanted[1](value)
