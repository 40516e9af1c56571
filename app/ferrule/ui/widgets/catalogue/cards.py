"""The cards of the catalogue: one list view, one delegate, no widget a card.

A card is one stop of the arrow keys. Enter does what its button does, Menu opens its
menu, and a letter goes to the search field.
"""

from typing import Final, NamedTuple

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.catalogue import ENTRY, CatalogueModel, Entry
from ferrule.ui.theme import (
    CENTRE,
    STATES,
    metrics,
    monogram,
    paint_box,
    paint_focus,
    paint_line,
    paint_text,
    theme,
    tile_pixmap,
    wrapped,
)
from ferrule.ui.widgets.chip import chip_width, paint_chip, paint_status

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
CARD: Final = 172
ROW: Final = 56
_GAP: Final = 12
_NOWHERE: Final = QtCore.QPoint(-1, -1)
_LEAST: Final = 194
_FOOT: Final = 43
_BAR: Final = 12
_PAD: Final = 14


class _Look(NamedTuple):
    """How one card stands in the view: where it is and what it is under."""

    box: QtCore.QRect
    current: bool
    focused: bool
    hovered: bool
    pressed: bool


class CardView(QtWidgets.QListView):
    """The cards, as a grid or as a list.

    Signals:
        acted(str): the person pressed the button of the connector of that id.
        picked(str): another card is the current one; empty for none.
        typed(str): a letter was typed here that belongs to the search.
        menu_wanted(str, object): the card's menu is wanted at that global point.
        painted(): the cards were drawn for the first time.
    """

    acted = QtCore.Signal(str)
    picked = QtCore.Signal(str)
    typed = QtCore.Signal(str)
    menu_wanted = QtCore.Signal(str, object)
    painted = QtCore.Signal()

    def __init__(
        self, model: CatalogueModel, parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Connectors")
        self.cards = model
        self.listed = False
        self.seen = False
        # Our own: asking Qt for its viewport loads every class that it might be.
        self._canvas = QtWidgets.QWidget()
        self.setViewport(self._canvas)
        self._mouse = _NOWHERE
        self._on_button = QtCore.QPersistentModelIndex()
        self._pressed = QtCore.QPersistentModelIndex()
        self._wanted = ""
        self.setModel(model)
        self.setItemDelegate(_CardDelegate(self))
        self._set_up()
        model.modelReset.connect(self._restore)
        self.selectionModel().currentChanged.connect(self._announce)
        theme.changed.connect(self._regrid)

    def show_listed(self, *, listed: bool) -> None:
        """Show one card a line, or a grid of cards."""
        self.listed = listed
        self._regrid()

    def current_id(self) -> str:
        """Return the id of the current card, empty for none."""
        index = self.currentIndex()
        return self.cards.entry(index.row()).card.id if index.isValid() else ""

    def pick(self, connector_id: str) -> bool:
        """Make a card the current one; return whether it is shown."""
        self._wanted = connector_id
        row = self.cards.find(connector_id)
        if row >= 0:
            self.setCurrentIndex(self.cards.index(row))
            self.scrollTo(self.cards.index(row))
        return row >= 0

    def over(self, cell: QtCore.QRect) -> bool:
        """Return whether the mouse is over a cell."""
        return cell.contains(self._mouse)

    def hot(self, index: _Index) -> tuple[bool, bool]:
        """Return whether the mouse is over a card's button, and presses it."""
        return self._on_button == index, self._pressed == index

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the cards, and say so the first time."""
        super().paintEvent(event)
        if not self.seen:
            self.seen = True
            self.painted.emit()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Share the width among as many columns as fit."""
        super().resizeEvent(event)
        self._regrid()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Act on Enter; letters go to the search."""
        keys = QtCore.Qt.Key
        if event.key() in {keys.Key_Return, keys.Key_Enter}:
            if self.current_id():
                self.acted.emit(self.current_id())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Pass a letter on instead of jumping to a name."""
        self.typed.emit(search)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Ask for the menu of the current card."""
        if not self.current_id():
            return
        at = event.globalPos()
        if event.reason() == QtGui.QContextMenuEvent.Reason.Keyboard:
            box = self.visualRect(self.currentIndex())
            at = self._canvas.mapToGlobal(box.center())
        self.menu_wanted.emit(self.current_id(), at)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Light the button under the mouse."""
        super().mouseMoveEvent(event)
        self._mouse = event.position().toPoint()
        self._on_button = self._button_at(self._mouse)
        self._canvas.update()

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        """Put the light out."""
        super().leaveEvent(event)
        self._mouse = _NOWHERE
        self._on_button = QtCore.QPersistentModelIndex()
        self._canvas.update()

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Press a button, or choose a card."""
        super().mousePressEvent(event)
        if event.button() == QtCore.Qt.MouseButton.LeftButton:
            self._pressed = self._button_at(event.position().toPoint())
            self._canvas.update()

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        """Act where the button was pressed and let go."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, QtCore.QPersistentModelIndex()
        self._canvas.update()
        if pressed.isValid() and pressed == self._button_at(event.position().toPoint()):
            self.acted.emit(self.cards.entry(pressed.row()).card.id)

    def mouseDoubleClickEvent(self, event: QtGui.QMouseEvent) -> None:
        """Take a double click on a button as two presses, else as Enter."""
        self.mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._pressed.isValid():
            self.acted.emit(self.cards.entry(index.row()).card.id)

    def _set_up(self) -> None:
        # It looks like icon mode, and lays 5,000 cards out in half the time.
        self.setViewMode(QtWidgets.QListView.ViewMode.ListMode)
        self.setFlow(QtWidgets.QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setMovement(QtWidgets.QListView.Movement.Static)
        self.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAutoFillBackground(False)
        # The application's sheet gives item views a surface of their own.
        self.setStyleSheet("QListView { background: transparent; }")

    @QtCore.Slot()
    def _regrid(self) -> None:
        # Without the scroll bar, there or not, so that columns never jump; a cell as
        # wide as what is left of the line is put on the next one by Qt.
        width = self.width() - theme.px(_BAR) - 1
        if self.listed:
            self.setGridSize(QtCore.QSize(width, theme.px(ROW)))
            return
        columns = max(width // theme.px(_LEAST + _GAP), 1)
        self.setGridSize(QtCore.QSize(width // columns, theme.px(CARD + _GAP)))

    @QtCore.Slot()
    def _restore(self) -> None:
        """Keep the current card over a search, else take the first."""
        if not self.cards.rowCount():
            self.picked.emit("")
        elif not self.pick(self._wanted):
            self.setCurrentIndex(self.cards.index(0))

    @QtCore.Slot(QtCore.QModelIndex)
    def _announce(self, index: QtCore.QModelIndex) -> None:
        if index.isValid():
            self._wanted = self.cards.entry(index.row()).card.id
            self.picked.emit(self._wanted)

    def _button_at(self, at: QtCore.QPoint) -> QtCore.QPersistentModelIndex:
        index = self.indexAt(at)
        if index.isValid():
            entry = self.cards.entry(index.row())
            box = inside(self.visualRect(index), listed=self.listed)
            if button_box(box, entry, listed=self.listed).contains(at):
                return QtCore.QPersistentModelIndex(index)
        return QtCore.QPersistentModelIndex()


def inside(cell: QtCore.QRect, *, listed: bool) -> QtCore.QRect:
    """Return the card within its cell: the gap is at the right and below."""
    gap = theme.px(_GAP)
    if listed:
        return cell.adjusted(0, 0, -gap, -theme.px(4))
    return cell.adjusted(0, 0, -gap, -gap)


def button_box(card: QtCore.QRect, entry: Entry, *, listed: bool) -> QtCore.QRect:
    """Return where a card's button is."""
    height = theme.px(metrics.COMPACT)
    width = theme.width(entry.standing.button, "button") + theme.px(20)
    below = card.height() if listed else theme.px(_FOOT)
    right = card.right() - theme.px(8)
    top = card.bottom() + 1 - below + (below - height) // 2
    return QtCore.QRect(right - width, top, width, height)


class _CardDelegate(QtWidgets.QStyledItemDelegate):
    """Draws a card from its `Entry`."""

    def __init__(self, view: CardView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, _option: QtWidgets.QStyleOptionViewItem, _index: _Index
    ) -> QtCore.QSize:
        return self._view.gridSize()

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        entry = index.data(ENTRY)
        listed = self._view.listed
        hovered, pressed = self._view.hot(index)
        current = index.row() == self._view.currentIndex().row()
        look = _Look(
            box=inside(option.rect, listed=listed),
            current=current,
            focused=current and self._view.hasFocus(),
            hovered=self._view.over(option.rect),
            pressed=pressed,
        )
        _paint_frame(painter, look, listed=listed)
        (_paint_row if listed else _paint_card)(painter, look.box, entry)
        button = button_box(look.box, entry, listed=listed)
        _paint_button(painter, button, entry, lit=hovered, pressed=pressed)
        if look.focused:
            inner = look.box.adjusted(3, 3, -3, -3)
            paint_focus(painter, inner, theme.px(metrics.RADIUS))


def _paint_frame(painter: QtGui.QPainter, look: _Look, *, listed: bool) -> None:
    radius = theme.px(metrics.RADIUS_BANNER if listed else metrics.RADIUS_CARD)
    border = "control" if look.hovered else "border"
    fill = "surface"
    if look.current:
        paint_box(painter, look.box, radius, fill, border="accent", width=2)
    else:
        paint_box(painter, look.box, radius, fill, border=border)


def _paint_button(
    painter: QtGui.QPainter,
    box: QtCore.QRect,
    entry: Entry,
    *,
    lit: bool,
    pressed: bool,
) -> None:
    fill = "chip" if pressed else "hover" if lit else "raised"
    paint_box(painter, box, theme.px(metrics.RADIUS), fill, border="border")
    paint_text(painter, box, entry.standing.button, role="button", align=CENTRE)


def _paint_tile(painter: QtGui.QPainter, at: QtCore.QPoint, entry: Entry) -> None:
    card = entry.card
    ratio = painter.device().devicePixelRatioF()
    tile = tile_pixmap(monogram(card.name), card.id, theme.px(36), ratio)
    painter.drawPixmap(at, tile)


def _paint_card(painter: QtGui.QPainter, box: QtCore.QRect, entry: Entry) -> None:
    pad, line = theme.px(_PAD), theme.px(18)
    inner = box.adjusted(pad, pad, -pad, 0)
    _paint_tile(painter, inner.topLeft(), entry)
    head = QtCore.QRect(inner.left() + theme.px(46), inner.top(), 0, line)
    head.setRight(inner.right())
    paint_text(painter, head, Data(entry.card.name), role="emphasis")
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


def _paint_lines(painter: QtGui.QPainter, inner: QtCore.QRect, entry: Entry) -> None:
    """Draw the description, or the problem, on two lines."""
    height = theme.px(17)
    at = QtCore.QRect(inner.left(), inner.top() + theme.px(44), inner.width(), height)
    ink = "danger" if entry.problem else "muted"
    for text in wrapped(entry.line, theme.zoom, inner.width()):
        paint_text(painter, at, Data(text), ink=ink)
        at.translate(0, height)


def _paint_row(painter: QtGui.QPainter, box: QtCore.QRect, entry: Entry) -> None:
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
    paint_text(painter, text, Data(entry.card.name), role="emphasis")
    text.translate(0, theme.px(18))
    ink = "danger" if entry.problem else "muted"
    paint_text(painter, text, Data(entry.line), role="caption", ink=ink)


def _paint_chips(painter: QtGui.QPainter, box: QtCore.QRect, entry: Entry) -> None:
    """Draw the chips; one that does not fit is dropped, not squeezed."""
    left = box.left()
    for text in (entry.auth, entry.ingestion):
        width = chip_width(text)
        if left + width > box.right() + 1:
            return
        paint_chip(painter, QtCore.QRect(left, box.top(), width, box.height()), text)
        left += width + theme.px(6)


def _paint_standing(painter: QtGui.QPainter, box: QtCore.QRect, entry: Entry) -> None:
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
