"""Strokes that every painted widget shares: boxes, focus rings, lines of text."""

from functools import cache, lru_cache
from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.ui.theme import metrics
from ferrule.ui.theme.current import theme

LEFT: Final = QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter
CENTRE: Final = QtCore.Qt.AlignmentFlag.AlignCenter


def paint_box(
    painter: QtGui.QPainter,
    rect: QtCore.QRect,
    radius: float,
    fill: str = "",
    *,
    border: str = "",
    width: float = 1.0,
) -> None:
    """Draw a rounded box by tokens; its border lies inside `rect`, on whole pixels."""
    painter.save()
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    inset = width / 2 if border else 0.0
    box = QtCore.QRectF(rect).adjusted(inset, inset, -inset, -inset)
    painter.setPen(
        QtGui.QPen(theme.colour(border), width)
        if border
        else QtGui.QPen(QtCore.Qt.PenStyle.NoPen)
    )
    painter.setBrush(
        QtGui.QBrush(theme.colour(fill)) if fill else QtCore.Qt.BrushStyle.NoBrush
    )
    painter.drawRoundedRect(box, max(radius - inset, 0), max(radius - inset, 0))
    painter.restore()


def paint_focus(
    painter: QtGui.QPainter, rect: QtCore.QRect, radius: float, ink: str = "accent"
) -> None:
    """Draw the 2-px focus ring just inside `rect`."""
    paint_box(painter, rect, radius, border=ink, width=metrics.FOCUS)


def paint_text(
    painter: QtGui.QPainter,
    rect: QtCore.QRect,
    text: str,
    *,
    role: str = "body",
    ink: str = "text",
    align: QtCore.Qt.AlignmentFlag = LEFT,
) -> None:
    """Draw one line of plain text, with an ellipsis where it does not fit."""
    painter.setFont(theme.font(role))
    painter.setPen(theme.colour(ink))
    shown = theme.elided(text, role, rect.width())
    painter.drawText(rect, _one_line(align), shown)


@cache
def _one_line(align: QtCore.Qt.AlignmentFlag) -> int:
    """Return the flags of a line of text; to join them each time costs 1 us."""
    return int(align | QtCore.Qt.TextFlag.TextSingleLine)


def paint_line(
    painter: QtGui.QPainter, rect: QtCore.QRect, ink: str = "hairline"
) -> None:
    """Fill a one-pixel divider."""
    painter.fillRect(rect, theme.colour(ink))


@lru_cache(maxsize=4096)
def wrapped(text: str, _zoom: float, width: int) -> tuple[str, ...]:
    """Break a text into two lines by words; the second takes all that is left."""
    words = text.split()
    for count in range(len(words), 0, -1):
        first = " ".join(words[:count])
        if theme.width(first) <= width:
            rest = " ".join(words[count:])
            return (first, rest) if rest else (first,)
    return (text,) if text else ()
