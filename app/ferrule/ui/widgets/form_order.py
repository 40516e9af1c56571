"""A table whose rows have an order: dragged by the mouse, or moved by Alt and arrows.

It shows where a dragged row would go and asks for the move; it never changes its rows
by itself.
"""

from typing import Any, Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets.table import DataTable

_KEYS: Final = QtCore.Qt.Key
_STEPS: Final = {_KEYS.Key_Up: -1, _KEYS.Key_Down: 1}
_LINE: Final = 2


class OrderTable(DataTable):
    """A table as high as its rows, up to `most` of them; the order is the content.

    Signals:
        moved(int, int): the row at the first place is wanted at the second.
        removing(int): the row at that place is to be removed.
    """

    moved = QtCore.Signal(int, int)
    removing = QtCore.Signal(int)

    def __init__(self, model: RowsModel[Any], name: str, *, most: int = 8) -> None:
        super().__init__(model, name)
        self._most = most
        self._pressed: QtCore.QPoint | None = None
        self._from = -1
        self._gap = -1
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.SingleSelection)
        self._head.setSectionsClickable(False)
        self._head.setSectionsMovable(False)
        self.setAccessibleDescription(
            "Alt+Up and Alt+Down move a row, Delete removes it"
        )
        model.modelReset.connect(self.fit_height)
        theme.changed.connect(self.fit_height)
        self.fit_height()

    @QtCore.Slot()
    def fit_height(self) -> None:
        """Be as high as the rows."""
        rows = min(self.rows.rowCount(), self._most)
        row = self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(theme.px(metrics.TABLE_HEAD) + rows * row + 2)

    def place(self) -> int:
        """Return the place of the current row, -1 where there is none."""
        index = self.currentIndex()
        return index.row() if index.isValid() else -1

    def event(self, event: QtCore.QEvent) -> bool:
        """Keep Alt and an arrow from going to the next field."""
        if (
            isinstance(event, QtGui.QKeyEvent)
            and event.type() == QtCore.QEvent.Type.ShortcutOverride
            and event.key() in _STEPS
            and event.modifiers() & QtCore.Qt.KeyboardModifier.AltModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Move a row by Alt and an arrow; remove one by Delete; leave a drag."""
        step = _STEPS.get(_KEYS(event.key()))
        if step and event.modifiers() & QtCore.Qt.KeyboardModifier.AltModifier:
            self._ask(self.place(), self.place() + step)
        elif event.key() == _KEYS.Key_Delete and self.place() >= 0:
            self.removing.emit(self.place())
        elif event.key() == _KEYS.Key_Escape and self._gap >= 0:
            self._let_go()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Remember where a drag could begin."""
        super().mousePressEvent(event)
        if event.button() == QtCore.Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self._from = self.rowAt(self._pressed.y())

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Show where the row would go."""
        place = event.position().toPoint()
        if self._pressed is None or self._from < 0:
            super().mouseMoveEvent(event)
            return
        far = (place - self._pressed).manhattanLength()
        if self._gap >= 0 or far >= QtWidgets.QApplication.startDragDistance():
            self._show_gap(self._gap_at(place.y()))

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        """Ask for the move."""
        start, gap = self._from, self._gap
        self._let_go()
        super().mouseReleaseEvent(event)
        if gap >= 0:
            self._ask(start, gap - (gap > start))

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the rows, and the line where the dragged one would go."""
        super().paintEvent(event)
        if self._gap < 0:
            return
        high = self.verticalHeader().defaultSectionSize()
        y = self._gap * high - self.verticalScrollBar().value()
        painter = QtWidgets.QStylePainter(self.viewport())
        box = QtCore.QRect(0, max(y - 1, 0), self.viewport().width(), theme.px(_LINE))
        painter.fillRect(box, theme.colour("accent"))

    def _gap_at(self, y: int) -> int:
        """Return between which rows a place lies."""
        high = self.verticalHeader().defaultSectionSize()
        found = round((y + self.verticalScrollBar().value()) / high)
        return max(0, min(found, self.rows.rowCount()))

    def _show_gap(self, gap: int) -> None:
        if gap != self._gap:
            self._gap = gap
            self.setCursor(QtCore.Qt.CursorShape.ClosedHandCursor)
            self.viewport().update()

    def _let_go(self) -> None:
        self._pressed, self._from, self._gap = None, -1, -1
        self.unsetCursor()
        self.viewport().update()

    def _ask(self, start: int, to: int) -> None:
        if start >= 0 and 0 <= to < self.rows.rowCount() and to != start:
            self.moved.emit(start, to)
