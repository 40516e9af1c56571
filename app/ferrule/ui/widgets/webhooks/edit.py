"""A delivery's body, to be changed and sent again: mapped as it is, or signed first."""

from PySide6 import QtCore, QtWidgets

from ferrule.errors import FerruleError
from ferrule.exchange import decode
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.code import CodeView, indented
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row

_LINE = (
    "The edited call is a delivery of its own. Replayed it counts as not signed; "
    "signed and sent it goes to the receiver as a call of the service would."
)


class EditPane(QtWidgets.QWidget):
    """The editor of a body.

    Signals:
        replayed(object): map these bytes as a delivery of its own.
        sent(object): sign these bytes and send them to the receiver.
        left(): nothing is sent.
    """

    replayed = QtCore.Signal(object)
    sent = QtCore.Signal(object)
    left = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = CodeView("Body of the call", lines=8)
        self.text.setReadOnly(False)
        self.text.setTextInteractionFlags(
            QtCore.Qt.TextInteractionFlag.TextEditorInteraction
        )
        self.told = Label("", "caption", "muted", wrap=True)
        self.replay = Button("Replay", icon="rotate-ccw", compact=True)
        self.send = Button("Sign and send", icon="send", compact=True)
        self.cancel = Button("Cancel", compact=True)
        column = Column(gap=10, margins=(16, 12, 16, 14))
        column.add(Label(_LINE, "body", "muted", wrap=True))
        column.add(self.text, stretch=1)
        column.add(self.told, Row(None, self.cancel, self.send, self.replay))
        self.setLayout(column)
        self.text.textChanged.connect(self._check)
        self.replay.clicked.connect(lambda: self.replayed.emit(self._body()))
        self.send.clicked.connect(lambda: self.sent.emit(self._body()))
        self.cancel.clicked.connect(self.left)

    def show_body(self, body: bytes, *, can_send: bool) -> None:
        """Begin with a body; JSON in lines. `can_send` where the receiver listens."""
        try:
            text = indented(body)
        except FerruleError:
            text = body.decode(errors="replace")
        self.text.setPlainText(text)
        self.send.setEnabled(can_send)
        self.text.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def _body(self) -> bytes:
        return self.text.toPlainText().encode()

    @QtCore.Slot()
    def _check(self) -> None:
        """Say whether it is JSON; what is none may be sent too."""
        try:
            decode(self._body())
        except FerruleError as error:
            self.told.setText(error.message)
            self.told.set_ink("warning")
        else:
            self.told.setText("JSON that can be read.")
            self.told.set_ink("muted")
