"""Ticks beside a scroll bar: where in the whole the matches stand."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.json_view import JsonView

_WIDTH: Final = 10
_THICK: Final = 2


class TickStrip(QtWidgets.QWidget):
    """The matches of a tree on a strip of 10 px; a click goes there."""

    def __init__(self, view: JsonView, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._ticks: list[float] = []
        self._fit()
        view.ticks_changed.connect(self._refresh)
        theme.changed.connect(self._fit)

    @property
    def ticks(self) -> list[float]:
        """Return the drawn places, 0 to 1."""
        return list(self._ticks)

    def paintEvent(self, _event: object) -> None:
        """Draw the ticks."""
        painter = QtWidgets.QStylePainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        colour = theme.colour("matchbar")
        room = self.height() - theme.px(_THICK)
        for place in self._ticks:
            top = round(min(max(place, 0.0), 1.0) * room)
            painter.fillRect(1, top, self.width() - 1, theme.px(_THICK), colour)

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Scroll to the place under the mouse; N does it by keyboard."""
        bar = self._view.verticalScrollBar()
        share = event.position().y() / max(self.height(), 1)
        bar.setValue(
            round(share * (bar.maximum() + bar.pageStep()) - bar.pageStep() / 2)
        )

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedWidth(theme.px(_WIDTH))

    @QtCore.Slot()
    def _refresh(self) -> None:
        self._ticks = self._view.ticks()
        self.update()
