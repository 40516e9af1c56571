"""Status shapes: vectors that stay crisp at 9 to 12 px, where an icon blurs.

A shape never stands alone: a word is beside it. `STATES` is the one table of both the
shape and the colour of every state the window shows.
"""

from collections.abc import Callable, Mapping
from math import ceil
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from PySide6 import QtCore, QtGui

from ferrule.ui.theme.current import theme

Shape = Literal[
    "dot", "ring", "triangle", "cross", "half", "tick", "spinner", "bars", "dash"
]


class State(NamedTuple):
    """How a state looks: its shape and the token of its colour."""

    shape: Shape
    token: str


STATES: Final[Mapping[str, State]] = MappingProxyType(
    {
        "connected": State("dot", "success"),
        "ready": State("dot", "success"),
        "healthy": State("dot", "success"),
        "not_configured": State("ring", "muted"),
        "disabled": State("ring", "muted"),
        "degraded": State("triangle", "warning"),
        "warning": State("triangle", "warning"),
        "error": State("cross", "danger"),
        "failed": State("cross", "danger"),
        "deprecated": State("half", "warning"),
        "running": State("spinner", "accent"),
        "ok": State("tick", "success"),
        "done": State("tick", "success"),
        "valid": State("tick", "success"),
        "paused": State("bars", "text"),
        "cancelled": State("dash", "muted"),
        "interrupted": State("triangle", "warning"),
        "untouched": State("ring", "muted"),
        "info": State("dot", "info"),
        "in_progress": State("half", "accent"),
    }
)


def paint_shape(
    painter: QtGui.QPainter,
    rect: QtCore.QRect | QtCore.QRectF,
    shape: Shape,
    token: str = "",
    turn: float = 0.0,
) -> None:
    """Draw a shape centred in `rect`, in a colour of the theme.

    `turn`, 0 to 1, is how far a spinner has gone round.
    """
    box = QtCore.QRectF(rect)
    side = min(box.width(), box.height())
    square = QtCore.QRectF(0, 0, side, side)
    square.moveCenter(box.center())
    painter.save()
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    colour = theme.colour(token or _TOKENS.get(shape, "text"))
    _DRAW[shape](painter, square, colour, turn)
    painter.restore()


_TOKENS: Final = {
    "dot": "success",
    "ring": "muted",
    "triangle": "warning",
    "cross": "danger",
    "half": "warning",
    "tick": "success",
    "spinner": "accent",
}


def _pen(colour: QtGui.QColor, width: float) -> QtGui.QPen:
    return QtGui.QPen(
        colour,
        width,
        QtCore.Qt.PenStyle.SolidLine,
        QtCore.Qt.PenCapStyle.RoundCap,
        QtCore.Qt.PenJoinStyle.RoundJoin,
    )


def _dot(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, _turn: float
) -> None:
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    inset = box.width() * 0.1
    painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))


def _ring(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, _turn: float
) -> None:
    width = box.width() * 0.15
    inset = box.width() * 0.1 + width / 2
    painter.setPen(_pen(colour, width))
    painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))


def _half(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, turn: float
) -> None:
    _ring(painter, box, colour, turn)
    inset = box.width() * 0.17
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPie(box.adjusted(inset, inset, -inset, -inset), 90 * 16, 180 * 16)


def _triangle(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, _turn: float
) -> None:
    side = box.width()
    points = [
        box.topLeft() + QtCore.QPointF(side * x, side * y)
        for x, y in ((0.5, 0.1), (0.94, 0.86), (0.06, 0.86))
    ]
    painter.setPen(_pen(colour, side * 0.1))
    painter.setBrush(colour)
    painter.drawPolygon(points)


def _line(
    painter: QtGui.QPainter,
    box: QtCore.QRectF,
    colour: QtGui.QColor,
    strokes: tuple[tuple[tuple[float, float], ...], ...],
) -> None:
    side = box.width()
    painter.setPen(_pen(colour, max(side * 0.18, 1.6)))
    painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
    for stroke in strokes:
        points = [QtCore.QPointF(side * x, side * y) for x, y in stroke]
        painter.drawPolyline([box.topLeft() + point for point in points])


def _cross(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, _turn: float
) -> None:
    strokes = (((0.15, 0.15), (0.85, 0.85)), ((0.85, 0.15), (0.15, 0.85)))
    _line(painter, box, colour, strokes)


def _tick(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, _turn: float
) -> None:
    _line(painter, box, colour, (((0.08, 0.55), (0.38, 0.84), (0.92, 0.2)),))


def _dash(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, _turn: float
) -> None:
    _line(painter, box, colour, (((0.15, 0.5), (0.85, 0.5)),))


def _bars(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, _turn: float
) -> None:
    strokes = (((0.32, 0.18), (0.32, 0.82)), ((0.68, 0.18), (0.68, 0.82)))
    _line(painter, box, colour, strokes)


def _spinner(
    painter: QtGui.QPainter, box: QtCore.QRectF, colour: QtGui.QColor, turn: float
) -> None:
    width = max(box.width() * 0.2, 1.6)
    inset = ceil(width) / 2 + 0.25
    inner = box.adjusted(inset, inset, -inset, -inset)
    painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
    faint = QtGui.QColor(colour)
    faint.setAlphaF(0.3)
    painter.setPen(_pen(faint, width))
    painter.drawEllipse(inner)
    painter.setPen(_pen(colour, width))
    start = round((90 - 360 * turn) * 16)
    painter.drawArc(inner, start, -200 * 16)


_Draw = Callable[[QtGui.QPainter, QtCore.QRectF, QtGui.QColor, float], None]
_DRAW: Final[Mapping[str, _Draw]] = MappingProxyType(
    {
        "dot": _dot,
        "ring": _ring,
        "half": _half,
        "triangle": _triangle,
        "cross": _cross,
        "tick": _tick,
        "dash": _dash,
        "bars": _bars,
        "spinner": _spinner,
    }
)
