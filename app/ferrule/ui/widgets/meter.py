"""Meters: a progress bar and a sparkline, both with their figure in words."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import paint_box, theme

_BEAT_MS = 40


class ProgressBar(QtWidgets.QProgressBar):
    """A bar of 8 px (4 in rows); a maximum of 0 means the total is not known."""

    def __init__(
        self,
        name: str,
        *,
        thin: bool = False,
        ink: str = "accent",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setTextVisible(False)
        self._thick = 4 if thin else 8
        self._ink = ink
        self._at = 0.0
        self._beat = QtCore.QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._advance)
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed
        )

    def show_progress(self, done: int, total: int | None) -> None:
        """Show how much is done; None for a total that is not known."""
        self.setRange(0, 1000 if total else 0)
        if total:
            self.setValue(min(round(done * 1000 / total), 1000))
        self._beat_or_rest()

    def sizeHint(self) -> QtCore.QSize:
        """Return a bar of the thickness asked for."""
        return QtCore.QSize(theme.px(120), theme.px(self._thick))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return a short bar."""
        return QtCore.QSize(theme.px(24), theme.px(self._thick))

    def paintEvent(self, _event: object) -> None:
        """Draw the track and what is done."""
        painter = QtWidgets.QStylePainter(self)
        paint_meter(painter, self.rect(), *self._part(), ink=self._ink)

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Move while seen."""
        super().showEvent(event)
        self._beat_or_rest()

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        """Rest while not seen."""
        super().hideEvent(event)
        self._beat.stop()

    def _part(self) -> tuple[float, float]:
        """Return where the filled part begins and ends, 0 to 1."""
        span = self.maximum() - self.minimum()
        if span > 0:
            return 0.0, max(self.value() - self.minimum(), 0) / span
        if not theme.motion:
            return 0.0, 1.0 / 3
        return max(self._at - 0.3, 0.0), min(self._at, 1.0)

    def _beat_or_rest(self) -> None:
        if self.maximum() == self.minimum() and theme.motion and self.isVisible():
            self._beat.start()
        else:
            self._beat.stop()
            self.update()

    @QtCore.Slot()
    def _advance(self) -> None:
        self._at = (self._at + 0.025) % 1.3
        self.update()


def paint_meter(
    painter: QtGui.QPainter,
    box: QtCore.QRect,
    start: float,
    end: float,
    *,
    ink: str = "accent",
) -> None:
    """Draw a track with a filled part, both as shares of its width."""
    radius = box.height() / 2
    paint_box(painter, box, radius, "track")
    left = box.left() + round(box.width() * start)
    right = box.left() + round(box.width() * end)
    if right > left:
        least = max(right - left, box.height())
        filled = QtCore.QRect(left, box.top(), least, box.height())
        paint_box(painter, filled & box, radius, ink)


class Sparkline(QtWidgets.QWidget):
    """The last values as a line over a tint, with a dot at the newest.

    The accessible description says the newest, least and greatest value.
    """

    def __init__(
        self,
        name: str,
        *,
        unit: str = "",
        ink: str = "accent",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._values: tuple[float, ...] = ()
        self._unit = unit
        self._ink = ink
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed
        )

    def show_values(self, values: Sequence[float]) -> None:
        """Draw other values, oldest first."""
        self._values = tuple(values)
        if values:
            self.setAccessibleDescription(
                f"now {values[-1]:g}{self._unit}, between {min(values):g}{self._unit}"
                f" and {max(values):g}{self._unit}"
            )
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return 32 px of height."""
        return QtCore.QSize(theme.px(120), theme.px(32))

    def paintEvent(self, _event: object) -> None:
        """Draw line, tint and dot."""
        if len(self._values) < 2:  # noqa: PLR2004  one value is no line
            return
        painter = QtWidgets.QStylePainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        points = self._points()
        colour = theme.colour(self._ink)
        tint = QtGui.QColor(colour)
        tint.setAlphaF(0.13)
        floor = float(self.height())
        area = QtGui.QPolygonF(
            [
                QtCore.QPointF(points[0].x(), floor),
                *points,
                QtCore.QPointF(points[-1].x(), floor),
            ]
        )
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawPolygon(area)
        painter.setPen(QtGui.QPen(colour, theme.zoom * 1.5))
        painter.drawPolyline(points)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        dot = theme.zoom * 2.5
        painter.drawEllipse(points[-1], dot, dot)

    def _points(self) -> list[QtCore.QPointF]:
        low, high = min(self._values), max(self._values)
        edge = theme.px(4)
        width, height = self.width() - 2 * edge, self.height() - 2 * edge
        step = width / (len(self._values) - 1)
        span = (high - low) or 1.0
        return [
            QtCore.QPointF(edge + step * at, edge + height * (1 - (value - low) / span))
            for at, value in enumerate(self._values)
        ]
