"""What stands in the cells of a table: text, figures, chips, states, tiles."""

from PySide6 import QtCore, QtGui

from ferrule.ui.models.table import Cell
from ferrule.ui.theme import (
    LEFT,
    RIGHT,
    metrics,
    monogram,
    paint_text,
    theme,
    tile_pixmap,
)
from ferrule.ui.widgets.chip import chip_width, paint_chip, paint_status


def padded(box: QtCore.QRect, column: int, edges: tuple[int, int]) -> QtCore.QRect:
    """Return a cell's box without its padding: 8 px, and 16 at the table's edges."""
    first, last = edges
    edge, inner = theme.px(metrics.EDGE_PADDING), theme.px(metrics.CELL_PADDING)
    left = edge if column == first else inner
    right = edge if column == last else inner
    return box.adjusted(left, 0, -right, 0)


def paint_row_ring(
    painter: QtGui.QPainter, box: QtCore.QRect, column: int, edges: tuple[int, int]
) -> None:
    """Draw one cell's share of the focus ring around the current row."""
    colour, thick = theme.colour("accent"), metrics.FOCUS
    painter.fillRect(box.left(), box.top(), box.width(), thick, colour)
    painter.fillRect(box.left(), box.bottom() + 1 - thick, box.width(), thick, colour)
    if column == edges[0]:
        painter.fillRect(box.left(), box.top(), thick, box.height(), colour)
    if column == edges[1]:
        painter.fillRect(
            box.right() + 1 - thick, box.top(), thick, box.height(), colour
        )


def paint_cell(painter: QtGui.QPainter, box: QtCore.QRect, cell: Cell) -> None:
    """Draw a cell's content in its padded box."""
    if cell.kind == "chips":
        _paint_chips(painter, box, cell)
    elif cell.kind == "status":
        paint_status(painter, box, cell.state, cell.text, ink=cell.ink)
    elif cell.kind == "tile":
        _paint_tile(painter, box, cell)
    else:
        align = RIGHT if cell.kind == "number" else LEFT
        paint_text(
            painter, box, cell.text, role=_role(cell), ink=_ink(cell), align=align
        )


def _role(cell: Cell) -> str:
    if cell.kind == "mono":
        return "code"
    return "emphasis" if cell.strong or cell.kind == "link" else "number"


def _ink(cell: Cell) -> str:
    return cell.ink or ("accent" if cell.kind == "link" else "text")


def _paint_chips(painter: QtGui.QPainter, box: QtCore.QRect, cell: Cell) -> None:
    """Draw as many chips as fit; the rest is dropped, never squeezed."""
    x, high = box.left(), theme.px(18)
    top = box.top() + (box.height() - high) // 2
    for text, tone in cell.chips:
        width = chip_width(text)
        room = box.right() + 1 - x
        if width > room and x > box.left():
            return
        place = QtCore.QRect(x, top, min(width, room), high)
        paint_chip(painter, place, text, tone)
        x += width + theme.px(6)


def _paint_tile(painter: QtGui.QPainter, box: QtCore.QRect, cell: Cell) -> None:
    side = theme.px(20)
    ratio = painter.device().devicePixelRatioF()
    top = box.top() + (box.height() - side) // 2
    pixmap = tile_pixmap(monogram(cell.state or cell.text), cell.seed, side, ratio)
    painter.drawPixmap(box.left(), top, pixmap)
    text = box.adjusted(side + theme.px(8), 0, 0, 0)
    paint_text(painter, text, cell.text, role=_role(cell), ink=_ink(cell))
