"""What was pasted into a field of a form: what was taken off, or where else it belongs.

A paste is seen by a whole value that came at once, so a drop and the context menu count
too. What belongs elsewhere is not left in the field, where it could be seen; it goes on
by one press, and can be taken back by another. The value stands in no text shown here.
"""

from collections.abc import Callable
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.form_rows import takes_enter
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.spoken import announce

_AT_ONCE: Final = 2
_ABOVE: Final = 4
Deed = tuple[str, Callable[[], None]]
"""The text of a button, and what it does."""


class PasteWatch(QtCore.QObject):
    """Tells of a value that came into a line at once.

    Signals:
        pasted(str, str): the text that stands in it now, and that before.
    """

    pasted = QtCore.Signal(str, str)

    def __init__(self, edit: QtWidgets.QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._before = edit.text()
        self._own = False
        edit.textEdited.connect(self._look)
        edit.textChanged.connect(self._note)

    def write(self, text: str) -> None:
        """Put a text into the line without its being a paste; Ctrl+Z takes it back."""
        self._own = True
        self._edit.selectAll()
        self._edit.insert(text)
        self._own = False
        self._before = text

    @QtCore.Slot(str)
    def _look(self, text: str) -> None:
        before, self._before = self._before, text
        if self._own or len(text) < _AT_ONCE or len(text) - len(before) == 1:
            return
        if not before or text == QtGui.QGuiApplication.clipboard().text():
            self.pasted.emit(text, before)

    @QtCore.Slot(str)
    def _note(self, text: str) -> None:
        if not self._edit.isModified():
            self._before = text


class PasteNote(QtWidgets.QFrame):
    """A sentence below a field with up to two things to do about it."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Label("", "caption", wrap=True)
        self.go = Button("", compact=True)
        self.other = Button("", compact=True, kind="plain")
        self.close_button = IconButton("x", "Close this note")
        self._do: dict[QtWidgets.QAbstractButton, Callable[[], None]] = {}
        line = Row(Glyph("clipboard-paste", "info"), margins=(10, 4 + _ABOVE, 4, 0))
        line.add(self.told, stretch=1)
        line.add(self.close_button)
        foot = Row(self.go, self.other, None, margins=(34, 0, 4, 8))
        self.setLayout(Column(line, foot, gap=2))
        self.hide()
        self.go.clicked.connect(lambda: self._act(self.go))
        self.other.clicked.connect(lambda: self._act(self.other))
        self.close_button.clicked.connect(self.forget)

    def say(
        self,
        text: str,
        go: Deed,
        other: Deed | None = None,
    ) -> None:
        """Show a sentence and what can be done, in place of an older one."""
        self._do = {self.go: go[1]}
        self.go.setText(go[0])
        if other is not None:
            self.other.setText(other[0])
            self._do[self.other] = other[1]
        self.other.setVisible(other is not None)
        self.told.setText(text)
        for button in (self.go, self.other):
            button.setAccessibleDescription(text)
            button.updateGeometry()
        self.show()
        announce(self, text)

    @QtCore.Slot()
    def forget(self) -> None:
        """Go, and keep nothing of what was offered."""
        self._do.clear()
        self.hide()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Keep Enter here, where it presses the button that has the keyboard."""
        if not takes_enter(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: object) -> None:
        """Draw the tint."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS)
        box = self.rect().adjusted(0, theme.px(_ABOVE), 0, 0)
        paint_box(painter, box, radius, "info_tint", border="info_edge")

    def _act(self, button: QtWidgets.QAbstractButton) -> None:
        do = self._do.get(button)
        self.forget()
        if do is not None:
            do()
