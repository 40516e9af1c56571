"""What a change of the vault asks for: one or more passphrases, in place."""

from collections.abc import Mapping, Sequence

from PySide6 import QtCore, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.field import SecretField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row


class VaultForm(QtWidgets.QWidget):
    """Fields below each other, what was refused, and two buttons.

    Signals:
        wanted(object): do it with these texts, by field.
        left(): do nothing.
    """

    wanted = QtCore.Signal(object)
    left = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.go = Button("", kind="primary")
        self.stop = Button("Cancel")
        self.refusal = Label("", "caption", "danger", wrap=True)
        self.fields: dict[str, SecretField] = {}
        self._shown: list[QtWidgets.QWidget] = []
        self._column = Column(gap=4)
        self.setLayout(
            Column(
                self._column,
                self.refusal,
                Row(self.go, self.stop, None),
                gap=8,
                margins=(0, 4, 0, 12),
            )
        )
        self.hide()
        self.go.clicked.connect(self._send)
        self.stop.clicked.connect(self.close_form)

    def open_form(self, verb: str, fields: Sequence[tuple[str, str]]) -> None:
        """Ask for these: each a key and the name of its field."""
        self._empty()
        self.go.setText(verb)
        for key, name in fields:
            field = SecretField(name=name, placeholder=name)
            field.setMaximumWidth(theme.px(320))
            field.returnPressed.connect(self._send)
            self.fields[key] = field
            label = Label(name, "caption", "muted")
            label.setBuddy(field)
            self._column.add(label, field)
            self._shown += [label, field]
        self.refuse("")
        self.show()
        first = next(iter(self.fields.values()), self.go)
        first.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def refuse(self, what: str) -> None:
        """Say why it was not done; "" for nothing to say."""
        self.refusal.setText(what)
        self.refusal.setVisible(bool(what))

    @QtCore.Slot()
    def close_form(self) -> None:
        """Forget what was typed."""
        self._empty()
        self.hide()
        self.left.emit()

    @QtCore.Slot()
    def _send(self) -> None:
        texts: Mapping[str, str] = {k: f.text() for k, f in self.fields.items()}
        if "again" in texts and texts["again"] != texts["new"]:
            self.refuse("The two new passphrases differ.")
        elif not all(texts.values()):
            self.refuse("Fill in every field.")
        else:
            self.wanted.emit(texts)

    def _empty(self) -> None:
        for field in self.fields.values():
            field.clear()
        self.fields = {}
        for old in self._shown:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = []
