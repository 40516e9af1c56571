"""Texts of several lines in a form, and lists with one value a line.

Tab goes on to the next field. In a list commas that are pasted begin new lines, and Alt
with an arrow moves the line; it is as high as its lines, within reason.
"""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.fields import list_parts
from ferrule.ui.theme import theme

_KEYS: Final = QtCore.Qt.Key
_STEPS: Final = {_KEYS.Key_Up: -1, _KEYS.Key_Down: 1}
_LEAST: Final = 2
_MOST: Final = 8
_PAD: Final = 12


class TextArea(QtWidgets.QPlainTextEdit):
    """A text of several lines; Tab goes on to the next field.

    Signals:
        left(): the person goes on to something else.
        pasted(str, str): a text that was pasted in place of the other.
    """

    left = QtCore.Signal()
    pasted = QtCore.Signal(str, str)

    def __init__(self, placeholder: str = "", *, lines: int = 4) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.wrong = False
        self._lines = lines
        self.fit()
        theme.changed.connect(self.fit)

    def set_mark(self, mark: str) -> None:
        """Turn the border red for an error."""
        self.wrong = mark == "error"
        self.fit()

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        """Tell that the person goes on."""
        super().focusOutEvent(event)
        self.left.emit()

    def insertFromMimeData(self, source: QtCore.QMimeData) -> None:
        """Tell of what is pasted over everything."""
        document, cursor = self.document(), self.textCursor()
        whole = document.isEmpty() or (
            cursor.selectionEnd() - cursor.selectionStart()
            == document.characterCount() - 1
        )
        before = self.toPlainText()
        super().insertFromMimeData(source)
        if whole and source.hasText():
            self.pasted.emit(source.text(), before)

    def put(self, text: str) -> None:
        """Put a text in the place of all; Ctrl+Z takes it back."""
        cursor = self.textCursor()
        cursor.select(QtGui.QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def lines(self) -> int:
        """Return how many lines it is high."""
        return self._lines

    @QtCore.Slot()
    def fit(self) -> None:
        """Be as high as the lines, and have the border of an error in red."""
        ink = theme.colour("danger").name()
        sheet = f"QPlainTextEdit {{ border-color: {ink}; }}" if self.wrong else ""
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        self.setFont(theme.font("body"))
        high = self.fontMetrics().lineSpacing() * self.lines()
        self.setFixedHeight(high + theme.px(_PAD))


class ListArea(TextArea):
    """Values one a line: Enter begins another, Alt and an arrow moves one."""

    def __init__(self, placeholder: str = "") -> None:
        self._exact = False
        super().__init__(placeholder)
        self.setAccessibleDescription("One a line; Alt+Up and Alt+Down move a line")
        self.textChanged.connect(self.fit)
        self.left.connect(self._settle)

    def values(self) -> list[str]:
        """Return the values; commas part them too, unless a value that was kept has."""
        text = self.toPlainText()
        if self._exact:
            return [line.strip() for line in text.split("\n") if line.strip()]
        return list_parts(text)

    def show_values(self, values: list[str]) -> None:
        """Show other values."""
        self._exact = any("," in value for value in values)
        self.setPlainText("\n".join(values))

    def lines(self) -> int:
        """Return the lines there are and one more, within reason."""
        return max(_LEAST, min(self.blockCount() + 1, _MOST))

    def insertFromMimeData(self, source: QtCore.QMimeData) -> None:
        """Begin a line at every comma of what is pasted."""
        if source.hasText() and not self._exact:
            self.textCursor().insertText("\n".join(list_parts(source.text())))
            return
        super().insertFromMimeData(source)

    def event(self, event: QtCore.QEvent) -> bool:
        """Keep Alt and an arrow from going to the next field."""
        override = QtCore.QEvent.Type.ShortcutOverride
        if event.type() == override and _step(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Move the line by Alt and an arrow."""
        if step := _step(event):
            self._move(step)
            return
        super().keyPressEvent(event)

    def _move(self, step: int) -> None:
        cursor = self.textCursor()
        at, column = cursor.blockNumber(), cursor.positionInBlock()
        lines = self.toPlainText().split("\n")
        if not 0 <= at + step < len(lines):
            return
        lines.insert(at + step, lines.pop(at))
        self.put("\n".join(lines))
        cursor.setPosition(
            self.document().findBlockByNumber(at + step).position() + column
        )
        self.setTextCursor(cursor)

    @QtCore.Slot()
    def _settle(self) -> None:
        """Show one value a line once the person goes on."""
        lines = "\n".join(self.values())
        if lines != self.toPlainText():
            self.setPlainText(lines)


def _step(event: QtCore.QEvent) -> int:
    """Return where Alt and an arrow move a line, 0 for another key."""
    if not isinstance(event, QtGui.QKeyEvent):
        return 0
    alt = event.modifiers() & QtCore.Qt.KeyboardModifier.AltModifier
    return _STEPS.get(_KEYS(event.key()), 0) if alt else 0
