"""A new credential for a connection: typed, checked, and used once it is good."""

from collections.abc import Sequence

from PySide6 import QtCore, QtWidgets

from ferrule.fields import InputField, as_text
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row


class RotationForm(QtWidgets.QWidget):
    """The form of the new credential.

    Signals:
        wanted(object): check these values by field, and use them if they are good.
        discarded(): the pending one is not wanted any more.
        closed(): no rotation after all.
    """

    wanted = QtCore.Signal(object)
    discarded = QtCore.Signal()
    closed = QtCore.Signal()

    def __init__(self, fields: Sequence[InputField], *, pending: bool) -> None:
        super().__init__()
        secret = [field for field in fields if field.secret] or list(fields)
        self.form = FieldForm(secret, kept=frozenset(f.key for f in secret))
        self.go = Button("Check and use", kind="primary", compact=True)
        self.stop = Button("Close", compact=True)
        self.drop = Button("Forget the pending one", compact=True)
        told = Label(
            "The new one is checked first. The one in use is kept for a day, for what "
            "still goes out with it.",
            "caption",
            "muted",
            wrap=True,
        )
        foot = Row(self.stop, None, self.go)
        self.setLayout(Column(told, self.form, foot, self.drop, gap=8))
        self.drop.setVisible(pending)
        self.go.clicked.connect(self._send)
        self.stop.clicked.connect(self.closed)
        self.drop.clicked.connect(self.discarded)

    @QtCore.Slot()
    def _send(self) -> None:
        given = self.form.read() or {}
        values = {key: as_text(value) for key, value in given.items() if value}
        if values:
            self.wanted.emit(values)
        else:
            self.form.focus_first()
