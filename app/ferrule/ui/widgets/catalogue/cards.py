"""The cards of the catalogue: one list view, one delegate, no widget a card.

A card is one stop of the arrow keys. Enter does what its button does, Menu opens its
menu, and a letter goes to the search field. Space opens and closes a bundle's card.
"""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.catalogue import ENTRY, CatalogueModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.catalogue.card_paint import (
    GAP,
    Look,
    button_box,
    inside,
    paint_entry,
)

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
CARD: Final = 172
ROW: Final = 56
_NOWHERE: Final = QtCore.QPoint(-1, -1)
_LEAST: Final = 194
_BAR: Final = 12


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
        """Make a card the current one, its bundle opened; tell whether it is shown."""
        self._wanted = connector_id
        self.cards.reveal(connector_id)
        return self._stand_on(connector_id)

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
        """Act on Enter, and on Space where it is a bundle; letters go to the search."""
        keys, name = QtCore.Qt.Key, self.current_id()
        enter = event.key() in {keys.Key_Return, keys.Key_Enter}
        if enter or (event.key() == keys.Key_Space and self.cards.bundle(name)):
            if name:
                self.acted.emit(name)
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
        columns = max(width // theme.px(_LEAST + GAP), 1)
        self.setGridSize(QtCore.QSize(width // columns, theme.px(CARD + GAP)))

    @QtCore.Slot()
    def _restore(self) -> None:
        """Keep the current card over a search, or its bundle's; else take the first."""
        wanted = self._wanted
        if not self.cards.rowCount():
            self.picked.emit("")
        elif not self._stand_on(wanted):
            name = self.cards.bundle_of(wanted)
            if not name or not self._stand_on(name):
                self.setCurrentIndex(self.cards.index(0))

    def _stand_on(self, name: str) -> bool:
        """Make the card of that id the current one; return whether it is shown."""
        row = self.cards.find(name)
        if row >= 0:
            self.setCurrentIndex(self.cards.index(row))
            self.scrollTo(self.cards.index(row))
        return row >= 0

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
        look = Look(
            box=inside(option.rect, listed=listed),
            current=current,
            focused=current and self._view.hasFocus(),
            hovered=self._view.over(option.rect),
            lit=hovered,
            pressed=pressed,
            member=self._view.cards.is_inside(entry),
        )
        paint_entry(painter, look, entry, listed=listed)
