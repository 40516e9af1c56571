"""One field of a credential: its name, dots, and two ways to its value."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.redaction import MASK
from ferrule.ui.i18n import Data
from ferrule.ui.theme import RIGHT
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row
from ferrule.ui.widgets.spoken import announce

SHOWN_MS: Final = 10_000
COPIED_MS: Final = 30_000


class SecretLine(QtWidgets.QWidget):
    """A secret behind dots of a fixed number; shown for ten seconds when asked for.

    Signals:
        reveal_wanted(str): show the value of that field.
        copy_wanted(str): put the value of that field on the clipboard.
    """

    reveal_wanted = QtCore.Signal(str)
    copy_wanted = QtCore.Signal(str)

    def __init__(self, key: str, label: str) -> None:
        super().__init__()
        self.key = key
        self.value = Label(MASK, "code", elide=True)
        self.eye = IconButton("eye", f"Show {label}")
        self.copy = IconButton("copy", f"Copy {label}")
        row = Row(Label(label, "body", "muted"), gap=4)
        row.addStretch(1)
        row.add(self.value)
        row.add(self.eye, self.copy)
        self.value.setAlignment(RIGHT)
        self.setLayout(row)
        self._end = QtCore.QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.hide_value)
        self.eye.clicked.connect(self._toggle)
        self.copy.clicked.connect(lambda: self.copy_wanted.emit(self.key))
        self._fit(MASK)

    @property
    def shown(self) -> bool:
        """Return whether the value is on the screen."""
        return self._end.isActive()

    def show_value(self, value: str) -> None:
        """Show the value for ten seconds."""
        self._fit(value)
        self.eye.set_icon("eye-off")
        self._end.start(SHOWN_MS)

    @QtCore.Slot()
    def hide_value(self) -> None:
        """Put the dots back."""
        self._end.stop()
        self.eye.set_icon("eye")
        self._fit(MASK)

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        """Show nothing to who comes back."""
        super().hideEvent(event)
        self.hide_value()

    @QtCore.Slot()
    def _toggle(self) -> None:
        if self.shown:
            self.hide_value()
        else:
            self.reveal_wanted.emit(self.key)

    def _fit(self, text: str) -> None:
        self.value.setText(Data(text))
        self.value.setMinimumWidth(min(self.value.sizeHint().width(), 180))


class Clipboard(QtCore.QObject):
    """A secret on the clipboard, taken off after thirty seconds if still there."""

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._owner = parent
        self._text = ""
        self._end = QtCore.QTimer(self)
        self._end.setSingleShot(True)
        self._end.timeout.connect(self.clear)

    def take(self, text: str) -> None:
        """Put a secret on the clipboard."""
        self._text = text
        QtGui.QGuiApplication.clipboard().setText(text)
        self._end.start(COPIED_MS)
        announce(self._owner, "Copied; the clipboard is cleared in 30 seconds")

    @QtCore.Slot()
    def clear(self) -> None:
        """Take it off again, unless something else was copied since."""
        board = QtGui.QGuiApplication.clipboard()
        if self._text and board.text() == self._text:
            board.clear()
        self._text = ""
        self._end.stop()
