"""How one row of a JSON tree is drawn: tint, guides, chevron, name, value, tag, pick.

Everything is drawn here, row by row, from the theme's caches; the style draws nothing.
"""

from dataclasses import dataclass
from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.ui.i18n import Data
from ferrule.ui.models.json_tree import JsonRow
from ferrule.ui.theme import (
    metrics,
    paint_box,
    paint_focus,
    paint_icon,
    theme,
)
from ferrule.ui.widgets.chip import chip_width, paint_chip

HEIGHT: Final = 24
INDENT: Final = 16
_EDGE: Final = 12
_PICK: Final = 24
_CHEVRON: Final = 14
_BAR: Final = 3
_INKS: Final = {
    "text": "json_string",
    "number": "json_number",
    "boolean": "json_boolean",
}


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands in its view; `inner` is its box after the indentation.

    Without `picks` it has no button that picks it.
    """

    whole: QtCore.QRect
    inner: QtCore.QRect
    open: bool = False
    parental: bool = False
    selected: bool = False
    hovered: bool = False
    focused: bool = False
    needle: str = ""
    picks: bool = True


def pick_box(whole: QtCore.QRect) -> QtCore.QRect:
    """Return where the pick button of a row stands."""
    side = theme.px(_PICK)
    high = min(theme.px(20), whole.height())
    right = whole.right() + 1 - theme.px(_EDGE)
    top = whole.top() + (whole.height() - high) // 2
    return QtCore.QRect(right - side, top, side, high)


def paint_row(painter: QtGui.QPainter, row: JsonRow, state: RowState) -> None:
    """Draw a row."""
    _paint_ground(painter, row, state)
    _paint_guides(painter, row, state)
    if state.parental:
        _paint_chevron(painter, state)
    right = state.whole.right() + 1 - theme.px(_EDGE)
    if state.picks and (state.hovered or state.selected):
        right = _paint_pick(painter, state)
    if row.tag:
        right = _paint_tag(painter, row.tag, state.whole, right)
    _paint_text(painter, row, state, right)


def _paint_ground(painter: QtGui.QPainter, row: JsonRow, state: RowState) -> None:
    whole = state.whole
    if state.selected:
        painter.fillRect(whole, theme.colour("selection"))
    elif row.matched:
        painter.fillRect(whole, theme.colour("match"))
    elif state.hovered:
        painter.fillRect(whole, theme.colour("hover"))
    if row.matched:
        bar = QtCore.QRect(whole.left(), whole.top(), theme.px(_BAR), whole.height())
        painter.fillRect(bar, theme.colour("matchbar"))
    if state.focused:
        paint_focus(painter, whole.adjusted(1, 1, -1, -1), metrics.RADIUS_SMALL)


def _paint_guides(painter: QtGui.QPainter, row: JsonRow, state: RowState) -> None:
    step, middle = theme.px(INDENT), theme.px(_EDGE)
    left = state.inner.left() - (row.level + 1) * step
    colour = theme.colour("border" if row.matched or state.selected else "hairline")
    for level in range(row.level):
        x = left + level * step + middle
        painter.fillRect(x, state.whole.top(), 1, state.whole.height(), colour)


def _paint_chevron(painter: QtGui.QPainter, state: RowState) -> None:
    side = theme.px(_CHEVRON)
    x = state.inner.left() - theme.px(INDENT - _EDGE) - side // 2
    y = state.whole.top() + (state.whole.height() - side) // 2
    name = "chevron-down" if state.open else "chevron-right"
    paint_icon(painter, QtCore.QRect(x, y, side, side), name, "muted")


def _paint_pick(painter: QtGui.QPainter, state: RowState) -> int:
    """Draw the pick button and return the left edge of its room."""
    box = pick_box(state.whole)
    radius = theme.px(metrics.RADIUS_CHIP)
    paint_box(painter, box, radius, "surface", border="accent")
    side = theme.px(14)
    mark = QtCore.QRect(0, 0, side, side)
    mark.moveCenter(box.center())
    paint_icon(painter, mark, "crosshair", "accent")
    return box.left() - theme.px(6)


def _paint_tag(
    painter: QtGui.QPainter, tag: str, whole: QtCore.QRect, right: int
) -> int:
    """Draw the field a row is mapped to; return the left edge of its room."""
    text = f"← {tag}"
    high = min(theme.px(18), whole.height())
    width = min(chip_width(text), theme.px(140))
    top = whole.top() + (whole.height() - high) // 2
    box = QtCore.QRect(right - width, top, width, high)
    paint_chip(painter, box, text, "accent")
    return box.left() - theme.px(8)


def _paint_text(
    painter: QtGui.QPainter, row: JsonRow, state: RowState, right: int
) -> None:
    """Draw name, mark and value one after the other; the value is cut to fit."""
    box = state.inner.adjusted(theme.px(5), 0, 0, 0)
    box.setRight(right)
    pieces = [(row.key, "text")]
    if row.kind in {"object", "list"}:
        pieces.append((f" {row.text}", "muted"))
    elif row.kind != "chunk":
        pieces += [(": ", "muted"), (row.text, _INKS.get(row.kind, "muted"))]
    painter.setFont(theme.font("code"))
    for text, ink in pieces:
        if box.width() <= 0:
            return
        box.setLeft(box.left() + _paint_piece(painter, box, text, ink, state.needle))


def _paint_piece(
    painter: QtGui.QPainter, box: QtCore.QRect, text: str, ink: str, needle: str
) -> int:
    shown = theme.elided(Data(text), "code", box.width())
    measured = theme.measured("code")
    at = _position(shown, needle)
    if at >= 0:
        left = box.left() + measured.horizontalAdvance(shown[:at])
        width = measured.horizontalAdvance(shown[at : at + len(needle)])
        mark = QtCore.QRectF(left, box.top() + 3, width, box.height() - 6)
        painter.fillRect(mark, theme.colour("match"))
        under = QtCore.QRectF(left, mark.bottom() - 1, width, 1)
        painter.fillRect(under, theme.colour("matchbar"))
    painter.setPen(theme.colour(ink))
    flags = QtCore.Qt.AlignmentFlag.AlignVCenter | QtCore.Qt.TextFlag.TextSingleLine
    painter.drawText(box, int(flags), shown)
    return round(measured.horizontalAdvance(shown))


def _position(text: str, needle: str) -> int:
    if not needle:
        return -1
    return (text.lower() if needle == needle.lower() else text).find(needle)
