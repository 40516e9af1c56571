"""How a card of the catalogue is drawn: as a card, or as a row of the list."""

from typing import Final, NamedTuple

from PySide6 import QtCore, QtGui

from ferrule.ui.i18n import Data
from ferrule.ui.models.card_entries import BundleEntry, Shown
from ferrule.ui.theme import (
    CENTRE,
    STATES,
    metrics,
    monogram,
    paint_box,
    paint_focus,
    paint_icon,
    paint_line,
    paint_text,
    theme,
    tile_pixmap,
    wrapped,
)
from ferrule.ui.widgets.chip import chip_width, paint_chip, paint_status

GAP: Final = 12
_FOOT: Final = 43
_PAD: Final = 14
_BADGE: Final = 14
_STEP: Final = 3


class Look(NamedTuple):
    """How one card stands in the view: where it is and what it is under.

    `lit` and `pressed` are of its button; a `member` stands there because its bundle is
    open.
    """

    box: QtCore.QRect
    current: bool
    focused: bool
    hovered: bool
    lit: bool
    pressed: bool
    member: bool


def inside(cell: QtCore.QRect, *, listed: bool) -> QtCore.QRect:
    """Return the card within its cell: the gap is at the right and below."""
    gap = theme.px(GAP)
    if listed:
        return cell.adjusted(0, 0, -gap, -theme.px(4))
    return cell.adjusted(0, 0, -gap, -gap)


def button_box(card: QtCore.QRect, entry: Shown, *, listed: bool) -> QtCore.QRect:
    """Return where a card's button is."""
    height = theme.px(metrics.COMPACT)
    width = theme.width(entry.standing.button, "button") + theme.px(20)
    below = card.height() if listed else theme.px(_FOOT)
    right = card.right() - theme.px(8)
    top = card.bottom() + 1 - below + (below - height) // 2
    return QtCore.QRect(right - width, top, width, height)


def paint_entry(
    painter: QtGui.QPainter, look: Look, entry: Shown, *, listed: bool
) -> None:
    """Draw a card with its frame and its button."""
    if isinstance(entry, BundleEntry) and not entry.opened:
        _paint_behind(painter, look, listed=listed)
    _paint_frame(painter, look, listed=listed)
    (_paint_row if listed else _paint_card)(painter, look.box, entry)
    _paint_button(painter, button_box(look.box, entry, listed=listed), entry, look)
    if look.focused:
        inner = look.box.adjusted(3, 3, -3, -3)
        paint_focus(painter, inner, theme.px(metrics.RADIUS))


def _paint_behind(painter: QtGui.QPainter, look: Look, *, listed: bool) -> None:
    """Draw the edges of the cards that lie below a bundle's."""
    radius = theme.px(metrics.RADIUS_BANNER if listed else metrics.RADIUS_CARD)
    step = theme.px(2 if listed else _STEP)
    for down in (1,) if listed else (2, 1):
        aside = down * theme.px(6)
        box = look.box.adjusted(aside, 0, -aside, down * step)
        box.setTop(box.bottom() - 3 * radius)
        paint_box(painter, box, radius, "surface", border="border")


def _paint_frame(painter: QtGui.QPainter, look: Look, *, listed: bool) -> None:
    radius = theme.px(metrics.RADIUS_BANNER if listed else metrics.RADIUS_CARD)
    border = "accent_edge" if look.member else "border"
    border = "control" if look.hovered else border
    fill = "surface"
    if look.current:
        paint_box(painter, look.box, radius, fill, border="accent", width=2)
    else:
        paint_box(painter, look.box, radius, fill, border=border)


def _paint_button(
    painter: QtGui.QPainter, box: QtCore.QRect, entry: Shown, look: Look
) -> None:
    fill = "chip" if look.pressed else "hover" if look.lit else "raised"
    paint_box(painter, box, theme.px(metrics.RADIUS), fill, border="border")
    paint_text(painter, box, entry.standing.button, role="button", align=CENTRE)


def _paint_tile(painter: QtGui.QPainter, at: QtCore.QPoint, entry: Shown) -> None:
    card = entry.card
    ratio = painter.device().devicePixelRatioF()
    tile = tile_pixmap(monogram(card.name), entry.seed, theme.px(36), ratio)
    painter.drawPixmap(at, tile)


def _paint_name(painter: QtGui.QPainter, box: QtCore.QRect, entry: Shown) -> None:
    """Draw the name, and after it the badge of what was signed."""
    name, side = Data(entry.card.name), theme.px(_BADGE)
    if not entry.signed:
        paint_text(painter, box, name, role="emphasis")
        return
    text = box.adjusted(0, 0, -side - theme.px(6), 0)
    paint_text(painter, text, name, role="emphasis")
    width = min(theme.width(name, "emphasis"), text.width())
    badge = QtCore.QRect(box.left() + width + theme.px(6), 0, side, side)
    badge.moveTop(box.center().y() - side // 2 + 1)
    paint_icon(painter, badge, "badge-check", "success")


def _paint_card(painter: QtGui.QPainter, box: QtCore.QRect, entry: Shown) -> None:
    pad, line = theme.px(_PAD), theme.px(18)
    inner = box.adjusted(pad, pad, -pad, 0)
    _paint_tile(painter, inner.topLeft(), entry)
    head = QtCore.QRect(inner.left() + theme.px(46), inner.top(), 0, line)
    head.setRight(inner.right())
    _paint_name(painter, head, entry)
    head.translate(0, line)
    paint_text(painter, head, Data(entry.edition), role="caption", ink="muted")
    _paint_lines(painter, inner, entry)
    chips = QtCore.QRect(inner.left(), inner.top() + theme.px(84), 0, theme.px(20))
    chips.setRight(inner.right())
    _paint_chips(painter, chips, entry)
    foot = QtCore.QRect(box.left() + 1, box.bottom() - theme.px(_FOOT), box.width(), 1)
    paint_line(painter, foot.adjusted(0, 0, -2, 0))
    status = QtCore.QRect(inner.left(), foot.top(), 0, theme.px(_FOOT))
    status.setRight(button_box(box, entry, listed=False).left() - theme.px(6))
    _paint_standing(painter, status, entry)


def _paint_lines(painter: QtGui.QPainter, inner: QtCore.QRect, entry: Shown) -> None:
    """Draw the description, or the problem, on two lines."""
    height = theme.px(17)
    at = QtCore.QRect(inner.left(), inner.top() + theme.px(44), inner.width(), height)
    ink = "danger" if entry.problem else "muted"
    for text in wrapped(entry.line, theme.zoom, inner.width()):
        paint_text(painter, at, Data(text), ink=ink)
        at.translate(0, height)


def _paint_row(painter: QtGui.QPainter, box: QtCore.QRect, entry: Shown) -> None:
    _paint_tile(
        painter, box.topLeft() + QtCore.QPoint(theme.px(10), theme.px(8)), entry
    )
    button = button_box(box, entry, listed=True)
    right = min(button.left(), box.right() - theme.px(128)) - theme.px(12)
    if box.width() > theme.px(440):
        status = QtCore.QRect(right - theme.px(120), box.top(), theme.px(120), 0)
        status.setHeight(box.height())
        _paint_standing(painter, status, entry)
        right = status.left() - theme.px(12)
    if box.width() > theme.px(620):
        chips = QtCore.QRect(right - theme.px(160), 0, theme.px(160), theme.px(20))
        chips.moveTop(box.center().y() - theme.px(9))
        _paint_chips(painter, chips, entry)
        right = chips.left() - theme.px(12)
    text = QtCore.QRect(box.left() + theme.px(58), box.top() + theme.px(8), 0, 0)
    text.setHeight(theme.px(18))
    text.setRight(right)
    _paint_name(painter, text, entry)
    text.translate(0, theme.px(18))
    ink = "danger" if entry.problem else "muted"
    paint_text(painter, text, Data(entry.line), role="caption", ink=ink)


def _paint_chips(painter: QtGui.QPainter, box: QtCore.QRect, entry: Shown) -> None:
    """Draw the chips; one that does not fit is dropped, not squeezed."""
    left = box.left()
    for text in entry.chips:
        width = chip_width(text)
        if left + width > box.right() + 1:
            return
        paint_chip(painter, QtCore.QRect(left, box.top(), width, box.height()), text)
        left += width + theme.px(6)


def _paint_standing(painter: QtGui.QPainter, box: QtCore.QRect, entry: Shown) -> None:
    """Draw the status; the day that it names stands below its word."""
    standing = entry.standing
    if not standing.day:
        paint_status(painter, box, standing.shape, standing.word, "chip")
        return
    paint_status(painter, box, standing.shape, "", "chip")
    height = round(theme.measured("chip").height())
    line = box.adjusted(theme.px(metrics.SHAPE + 6), 0, 0, 0)
    line.setHeight(height)
    line.moveTop(box.center().y() - height + 1)
    ink = STATES[standing.shape].token
    for text in (standing.word, standing.day):
        paint_text(painter, line, text, role="chip", ink=ink)
        line.translate(0, height)
