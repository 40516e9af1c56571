"""Before anything came: the address, and one line that makes a first call."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.code import CodeView
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.delivery_facts import Address

_UNSIGNED = " It is not signed, so it is seen and refused; a sample event is signed."
_NOBODY = (
    "No connection of this project receives webhooks. Connect one whose connector "
    "does; its address then stands here."
)
_BODY = '{"event":"test","data":{"id":"1"}}'


def first_curl(base: str, address: Address) -> str:
    """Return a line that calls a connection, unsigned: it is seen, and refused."""
    return (
        f"curl -X POST {base}{address.path} -H 'Content-Type: application/json'"
        f" -d '{_BODY}'"
    )


class FirstCall(Scroll):
    """What to do until the first call comes.

    Signals:
        catalogue_wanted(): a connection is to be made first.
    """

    catalogue_wanted = QtCore.Signal()

    def __init__(self) -> None:
        self.state = EmptyState("webhook", "Nothing came yet", "")
        kinds = QtWidgets.QSizePolicy.Policy
        self.state.setSizePolicy(kinds.Preferred, kinds.Maximum)
        self.curl = CodeView("A line that makes a first call", lines=3)
        self.copy = Button("Copy the line", icon="copy", compact=True)
        self.catalogue = Button("Open the catalogue", compact=True)
        column = Column(self.state, self.curl, gap=8, margins=(16, 8, 16, 8))
        column.add(Row(None, self.copy, self.catalogue, None), None)
        super().__init__(boxed(column), "Before the first call")
        self.copy.clicked.connect(self._copy)
        self.catalogue.clicked.connect(self.catalogue_wanted)
        theme.changed.connect(self._fit)
        self._fit()

    def show_address(self, base: str, address: Address | None, *, on: bool) -> None:
        """Say how `address` is called at `base`, and whether somebody listens."""
        self.curl.setVisible(address is not None)
        self.copy.setVisible(address is not None)
        self.catalogue.setVisible(address is None)
        if address is None:
            self.state.say("Nobody is called yet", _NOBODY)
            return
        name = Data(address.connection)
        told = _UNSIGNED if address.verification != "none" else ""
        first = "Try it: this" if on else "Start the receiver; then this"
        self.state.say("Nothing came yet", f"{first} line calls “{name}”.{told}")
        self.curl.show_text(first_curl(base, address))

    @QtCore.Slot()
    def _fit(self) -> None:
        high = theme.measured("code").lineSpacing()
        self.curl.setFixedHeight(round(high * 4) + theme.px(20))

    @QtCore.Slot()
    def _copy(self) -> None:
        QtGui.QGuiApplication.clipboard().setText(self.curl.toPlainText())
        announce(self, "Copied")
