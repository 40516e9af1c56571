"""Showing and copying a secret: one at a time, after a fresh unlock of the vault."""

from collections.abc import Callable

from PySide6 import QtCore

from ferrule.errors import VaultLocked
from ferrule.ui.models.credential_desk import CredentialDesk
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.credentials.detail import CredentialPane
from ferrule.ui.widgets.secret_line import Clipboard


class Revealing(QtCore.QObject):
    """The values of the credential in a pane, and the passphrase before each.

    Signals:
        refused(str, str): a value cannot be shown: why, and what to do.
    """

    refused = QtCore.Signal(str, str)

    def __init__(
        self, desk: CredentialDesk, pane: CredentialPane, tasks: Tasks
    ) -> None:
        super().__init__(pane)
        self.clipboard = Clipboard(pane)
        self._desk = desk
        self._pane = pane
        self._tasks = tasks
        self._asked_for: tuple[str, Callable[[str], None]] | None = None
        pane.reveal_wanted.connect(self._reveal)
        pane.copy_wanted.connect(self._copy)
        pane.proved.connect(self._prove)

    def forget(self) -> None:
        """Wait for no passphrase any more; nothing is shown that was asked for."""
        self._asked_for = None
        self._pane.ask_passphrase(on=False)

    @QtCore.Slot(str)
    def _reveal(self, field: str) -> None:
        line = self._pane.lines[field]
        self._ask(field, line.show_value)

    @QtCore.Slot(str)
    def _copy(self, field: str) -> None:
        self._ask(field, self.clipboard.take)

    @QtCore.Slot(str)
    def _prove(self, passphrase: str) -> None:
        self._tasks.start("reveal", self._proven(passphrase))

    def _ask(self, field: str, take: Callable[[str], None]) -> None:
        """Ask for a value; where a passphrase opens the vault, for that first."""
        self._asked_for = field, take
        if self._desk.needs_passphrase:
            self._pane.ask_passphrase(on=True)
        else:
            self._tasks.start("reveal", self._proven(None))

    async def _proven(self, passphrase: str | None) -> None:
        row, asked = self._pane.row, self._asked_for
        if row is None or asked is None:
            return
        try:
            value = await self._desk.reveal(row.key, asked[0], passphrase)
        except VaultLocked as error:
            self.refused.emit(error.message, error.advice)
            return
        if self._asked_for is asked and self._pane.isVisible():
            self._asked_for = None
            self._pane.ask_passphrase(on=False)
            asked[1](value)
