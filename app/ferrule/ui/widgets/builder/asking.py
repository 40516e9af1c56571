"""Asking for what sending needs: when the panel of values opens, and what fills it."""

from collections.abc import Sequence

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.builder.sending import Sender
from ferrule.ui.widgets.builder.values import ValuesPanel, Wanted


class Asking(QtCore.QObject):
    """Keeps the panel of values in line with the draft.

    Signals:
        opened(): the panel is to be shown; its fields are there.
        closed(): the panel is to be put away.
        failed(object): what is needed cannot be told; carries the FerruleError.
    """

    opened = QtCore.Signal()
    closed = QtCore.Signal()
    failed = QtCore.Signal(object)

    def __init__(self, panel: ValuesPanel, sending: Sender) -> None:
        super().__init__(panel)
        self._panel = panel
        self._sending = sending
        self.tasks = Tasks(self)
        panel.closed.connect(self.closed)
        panel.borrow_wanted.connect(self._borrow)
        sending.lacking.connect(self._ask)
        sending.started.connect(self.closed)

    @QtCore.Slot()
    def toggle(self) -> None:
        """Open the panel, or put it away."""
        if self._panel.isVisible():
            self.closed.emit()
        else:
            self.tasks.start("values", self._open([]))

    @QtCore.Slot(object, object)
    def _ask(self, _wanted: Wanted, lacking: Sequence[str]) -> None:
        self.tasks.start("values", self._open(lacking))

    async def _open(self, lacking: Sequence[str]) -> None:
        try:
            self._panel.show_fields(await self._sending.wanted())
            self._panel.offer(await self._sending.connections())
        except FerruleError as error:
            self.failed.emit(error)
            return
        self.opened.emit()
        self._panel.ask(lacking)

    @QtCore.Slot(str)
    def _borrow(self, key: str) -> None:
        self.tasks.start("borrow", self._take(key))

    async def _take(self, key: str) -> None:
        try:
            config, secrets = await self._sending.borrowed(key)
            self._panel.borrow(key, config, secrets)
            self._panel.show_fields(await self._sending.wanted())
        except FerruleError as error:
            self.failed.emit(error)
