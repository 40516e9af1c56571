"""What stands in the way of checking calls: a secret not at hand, or not kept."""

from collections.abc import Sequence
from functools import partial

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.receiver import CallTrouble
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.message import Message

_WHILE_OPEN = (
    "Nothing here can seal a secret: it is held in memory, and the receiver was handed "
    "it. Close Ferrule, and calls cannot be checked any more."
)


class Troubles(QtWidgets.QWidget):
    """Says which connections cannot check their calls, and how that is mended.

    Signals:
        secret_wanted(str, str): give a connection of a connector its secret.
        vault_wanted(): unlock the vault, or begin one.
    """

    secret_wanted = QtCore.Signal(str, str)
    vault_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self._told: tuple[object, ...] = ()
        self._column = Column(gap=8)
        self.setLayout(self._column)
        self.hide()

    def show_troubles(self, found: Sequence[CallTrouble], *, in_memory: bool) -> None:
        """Say what is wrong; `in_memory` where secrets end with the window."""
        told = (*found, in_memory)
        if told == self._told:
            return
        self._told = told
        self._column.clear()
        for one in found[:1]:
            self._column.add(self._message(one, len(found) - 1))
        if in_memory and not found:
            keep = Button("Keep secrets", icon="key-round", compact=True)
            keep.clicked.connect(self.vault_wanted)
            self._column.add(
                Message("info", "Secrets are held in memory", _WHILE_OPEN, keep)
            )
        self.setVisible(bool(found) or in_memory)

    def _message(self, one: CallTrouble, more: int) -> Message:
        name = Data(one.connection)
        what = f"Calls of “{name}” cannot be checked"
        if more:
            what = f"Calls of “{name}” and {more} more cannot be checked"
        if one.locked:
            mend = Button("Unlock the vault", icon="lock-open", compact=True)
            mend.clicked.connect(self.vault_wanted)
        else:
            mend = Button("Give the secret", icon="key-round", compact=True)
            mend.clicked.connect(partial(self._give, one))
        return Message("warning", what, one.what, mend)

    def _give(self, one: CallTrouble, *_checked: object) -> None:
        self.secret_wanted.emit(one.connector_id, one.connection)
