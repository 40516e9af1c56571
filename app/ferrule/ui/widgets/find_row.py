"""Searching in what a tab shows: the text, "12 / 340", up and down."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import paint_line, theme
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row

_HEIGHT: Final = 40
_KEYS = QtCore.Qt.Key


class FindRow(QtWidgets.QWidget):
    """A row of 40 px; a fact of the tree may stand at its right.

    Signals:
        asked(str): another text is searched for.
        stepped(int): go on to the next (1) or back to the one before (-1).
    """

    asked = QtCore.Signal(str)
    stepped = QtCore.Signal(int)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = SearchField(
            "Find in the response", placeholder="Find", trailing="Ctrl+F", compact=True
        )
        self.count = Label("", "caption", "muted")
        self.up = IconButton("chevron-up", "Previous hit (Shift+F3)")
        self.down = IconButton("chevron-down", "Next hit (F3)")
        self.fact = Label("", "caption", "muted")
        row = Row(gap=6, margins=(12, 0, 12, 0))
        row.add(self.field, stretch=1)
        row.add(self.count, self.up, self.down, self.fact)
        self.setLayout(row)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self.asked)
        self.up.clicked.connect(self._back)
        self.down.clicked.connect(self._on)
        theme.changed.connect(self._fit)
        self._fit()
        self.show_count(0, 0)

    def show_count(self, number: int, total: int, *, most: bool = False) -> None:
        """Say which hit is shown of how many; `most` when there are still more."""
        asked = bool(self.field.text())
        plus = "+" if most else ""
        told = f"{number:,} / {total:,}{plus}" if total else "No hits"
        self.count.setText(told if asked else "")
        for button in (self.up, self.down):
            button.setEnabled(total > 0)

    def show_waiting(self) -> None:
        """Say that the search is under way."""
        self.count.setText("…")

    def show_fact(self, text: str) -> None:
        """Say something of the whole at the right, where there is room."""
        self.fact.setText(text)
        self._drop()

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Step by Enter and Shift+Enter in the field."""
        if isinstance(event, QtGui.QKeyEvent) and watched is self.field:
            pressed = event.type() == QtCore.QEvent.Type.KeyPress
            if pressed and event.key() in {_KEYS.Key_Return, _KEYS.Key_Enter}:
                back = event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier
                self.stepped.emit(-1 if back else 1)
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the fact out where there is no room."""
        super().resizeEvent(event)
        self._drop()

    def paintEvent(self, _event: object) -> None:
        """Draw the hairline above."""
        painter = QtWidgets.QStylePainter(self)
        paint_line(painter, QtCore.QRect(0, 0, self.width(), 1))

    def _drop(self) -> None:
        needed = theme.px(300) + theme.width(self.fact.text(), "caption")
        self.fact.setVisible(bool(self.fact.text()) and self.width() >= needed)

    @QtCore.Slot()
    def _fit(self) -> None:
        least = self.field.sizeHint().height() + theme.px(8)
        self.setFixedHeight(max(theme.px(_HEIGHT), least))
        self.count.setMinimumWidth(theme.width("00 / 000", "caption"))

    @QtCore.Slot()
    def _back(self) -> None:
        self.stepped.emit(-1)

    @QtCore.Slot()
    def _on(self) -> None:
        self.stepped.emit(1)
