"""How the visible part of one line of raw text is drawn."""

from dataclasses import dataclass
from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.ui.models.raw_text import Token
from ferrule.ui.theme import theme

_INKS: Final = {
    "key": "text",
    "text": "json_string",
    "number": "json_number",
    "boolean": "json_boolean",
}


@dataclass(frozen=True, slots=True)
class SeenLine:
    """The visible part of a line: offsets, its text, and where it stands."""

    left: int
    right: int
    text: str
    x: int
    top: int
    height: int

    def x_of(self, offset: int) -> float:
        """Return the x of an offset within the visible part."""
        measured = theme.measured("code")
        return self.x + measured.horizontalAdvance(self.text[: offset - self.left])

    def paint_span(
        self, painter: QtGui.QPainter, start: int, stop: int, ink: str
    ) -> None:
        """Draw the ground of what is seen of a span."""
        begin, end = max(start, self.left), min(stop, self.right)
        if end > begin:
            x = self.x_of(begin)
            box = QtCore.QRectF(x, self.top, self.x_of(end) - x, self.height)
            painter.fillRect(box, theme.colour(ink))

    def paint_caret(self, painter: QtGui.QPainter, place: int) -> None:
        """Draw the caret, if it is seen."""
        if self.left <= place <= self.right:
            x = self.x_of(place)
            bar = QtCore.QRectF(x, self.top + 1, 2, self.height - 2)
            painter.fillRect(bar, theme.colour("accent"))

    def paint_text(self, painter: QtGui.QPainter, tokens: list[Token] | None) -> None:
        """Draw the text in the colours of its tokens, or in one without any."""
        measured = theme.measured("code")
        base = self.top + self.height - measured.descent() - theme.px(2)
        x = float(self.x)
        for begin, end, ink in self._runs(tokens):
            piece = self.text[begin - self.left : end - self.left]
            painter.setPen(theme.colour(ink))
            painter.drawText(QtCore.QPointF(x, base), piece)
            x += measured.horizontalAdvance(piece)

    def _runs(self, tokens: list[Token] | None) -> list[tuple[int, int, str]]:
        if tokens is None:
            return [(self.left, self.right, "text")]
        runs, at = [], self.left
        for begin, end, kind in tokens:
            if begin > at:
                runs.append((at, begin, "muted"))
            runs.append((max(begin, self.left), end, _INKS[kind]))
            at = end
        runs.append((at, self.right, "muted"))
        return runs
