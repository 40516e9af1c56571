"""A state as a shape in front of a title in the colour of text."""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.theme import STATES, metrics, paint_shape, theme
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row

_SIDE = 12
INSET = _SIDE + metrics.GAP  # where text below a marked title begins


class ShapeMark(QtWidgets.QWidget):
    """The shape of a state, 12 px; a word stands beside it."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    def sizeHint(self) -> QtCore.QSize:
        """Return the square."""
        return QtCore.QSize(theme.px(_SIDE), theme.px(_SIDE))

    def paintEvent(self, _event: object) -> None:
        """Draw the shape."""
        look = STATES[self._state]
        painter = QtWidgets.QStylePainter(self)
        paint_shape(painter, self.rect(), look.shape, look.token)


def marked(state: str, title: str, *trailing: QtWidgets.QWidget) -> Row:
    """Return a row of a shape, a title and what stands at its end."""
    row = Row(ShapeMark(state), gap=metrics.GAP)
    row.add(Label(title, "body", elide=True), stretch=1)
    row.add(*trailing)
    return row
