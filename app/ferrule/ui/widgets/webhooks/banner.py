"""What is said of a signature, and what to do where a service uses the old secret."""

from datetime import datetime

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.signature_words import said
from ferrule.ui.theme import theme
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.message import Message
from ferrule.workspace.delivery_facts import Opened


class OneLine(WrapRow):
    """Buttons in one line where there is room for it."""

    def __init__(self, *widgets: QtWidgets.QWidget) -> None:
        super().__init__()
        self.show_widgets(widgets)

    def sizeHint(self) -> QtCore.QSize:
        """Return the size of one line."""
        wide = sum(one.sizeHint().width() + theme.px(8) for one in self._widgets)
        return QtCore.QSize(wide, self.heightForWidth(wide))


class VerdictBanner(QtWidgets.QWidget):
    """The verdict, and two deeds where the secret was replaced and is still used.

    Signals:
        accept_wanted(): let the former secret count for a day.
        secret_wanted(): put the new secret on the clipboard.
    """

    accept_wanted = QtCore.Signal()
    secret_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.message: Message | None = None
        self.accept: Button | None = None
        self.copy: Button | None = None
        self._place = Column(gap=0)
        self.setLayout(self._place)

    def show_delivery(self, opened: Opened, now: datetime) -> None:
        """Say how a delivery was signed."""
        verdict = said(opened, now)
        self._place.clear()
        self.accept = self.copy = None
        deeds: list[Button] = []
        if verdict.may_accept:
            self.accept = Button("Accept the old secret for 24 h", compact=True)
            self.accept.clicked.connect(self.accept_wanted)
            deeds.append(self.accept)
        if verdict.is_former:
            self.copy = Button("Copy new secret", icon="copy", compact=True)
            self.copy.clicked.connect(self.secret_wanted)
            deeds.append(self.copy)
        actions = (OneLine(*deeds),) if deeds else ()
        self.message = Message(verdict.level, verdict.title, verdict.why, *actions)
        self._place.add(self.message)
