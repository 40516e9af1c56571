"""The time that is left, as a ring that empties and as minutes and seconds."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import CENTRE, paint_text, theme

_SIDE: Final = 104
_STROKE: Final = 6
_FULL_TURN: Final = 16 * 360
_TOP: Final = 16 * 90


class CountdownRing(QtWidgets.QWidget):
    """What is left of a wait; whoever shows it tells it the seconds."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._left = 0.0
        self._whole = 1.0
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    @property
    def clock(self) -> str:
        """Return what is left as `04:32`."""
        minutes, seconds = divmod(max(round(self._left), 0), 60)
        return f"{minutes:02d}:{seconds:02d}"

    def show_left(self, left_s: float, whole_s: float) -> None:
        """Show the seconds that are left of the whole."""
        self._left, self._whole = left_s, max(whole_s, 1.0)
        self.setAccessibleName(f"{self.clock} left")
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return the square it is drawn in."""
        return QtCore.QSize(theme.px(_SIDE), theme.px(_SIDE))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: object) -> None:
        """Draw the track, what is left of it, and the time."""
        painter = QtWidgets.QStylePainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        inset = theme.px(_STROKE) / 2
        box = QtCore.QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        self._paint_arc(painter, box, "track", 1.0)
        share = min(max(self._left / self._whole, 0.0), 1.0)
        self._paint_arc(painter, box, "accent", share)
        self._paint_words(painter)

    def _paint_arc(
        self, painter: QtGui.QPainter, box: QtCore.QRectF, ink: str, share: float
    ) -> None:
        pen = QtGui.QPen(theme.colour(ink), theme.px(_STROKE))
        pen.setCapStyle(QtCore.Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(box, _TOP, round(_FULL_TURN * share))

    def _paint_words(self, painter: QtGui.QPainter) -> None:
        upper = QtCore.QRect(0, theme.px(28), self.width(), theme.px(28))
        lower = upper.translated(0, theme.px(26))
        paint_text(painter, upper, self.clock, role="stat", align=CENTRE)
        minutes = round(self._whole / 60)
        paint_text(
            painter,
            lower,
            f"of {minutes} min",
            role="caption",
            ink="muted",
            align=CENTRE,
        )
