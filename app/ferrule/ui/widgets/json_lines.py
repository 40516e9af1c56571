"""A JSON document as a tree to look at: rows, tints, tags, and where matches stand."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json, Missing
from ferrule.ui.models.json_tree import KEY, JsonTreeModel
from ferrule.ui.models.json_value import visible
from ferrule.ui.theme import theme
from ferrule.ui.widgets.chip import chip_width, paint_chip
from ferrule.ui.widgets.json_row import HEIGHT, INDENT, RowState, paint_row

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_MOST_TICKS: Final = 200
_MOST_KEPT: Final = 200
_OPEN: Final = 3  # the whole, its list, the first item


class JsonLines(QtWidgets.QTreeView):
    """The rows of one value, drawn whole; what can be done with them is JsonView's.

    Signals:
        moved(str): another row is the current one; its normalised path.
        ticks_changed(): matches stand at other places of the scroll range.
    """

    moved = QtCore.Signal(str)
    ticks_changed = QtCore.Signal()

    def __init__(self, name: str, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.tree = JsonTreeModel(self)
        self.needle = ""
        self.picks = True
        self._matches: Sequence[str] = ()
        self._hovered = QtCore.QPersistentModelIndex()
        self._deepest = 0
        self._soon = QtCore.QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.ticks_changed)
        self._dress()
        self.setModel(self.tree)
        self.setItemDelegate(_Height(self))
        self._fit()
        self.expanded.connect(self._deepen)
        self.expanded.connect(self._soon.start)
        self.collapsed.connect(self._soon.start)
        theme.changed.connect(self._fit)

    def set_document(self, value: Json | Missing) -> None:
        """Show a value, open down to its first entry; MISSING shows nothing."""
        self._matches = ()
        self._deepest = 0
        self._hovered = QtCore.QPersistentModelIndex()
        self.tree.set_document(value)
        index, depth = self.tree.index(0, 0), 0
        while index.isValid() and depth < _OPEN:
            self.expand(index)
            # A chunk is no level of the document: it is opened on the way.
            depth += self.tree.row(index).kind != "chunk"
            index = self.tree.index(0, 0, index)
        self._soon.start()

    def complete(self, value: Json) -> None:
        """Show the whole of a value whose beginning is shown; nothing moves."""
        opened = [self.tree.steps(x) for x in self.tree.opened() if self.isExpanded(x)]
        current, place = self.current_path(), self.verticalScrollBar().value()
        focused = self.hasFocus()
        self.set_document(value)
        for steps in opened[:_MOST_KEPT]:
            self._open_to(self.tree.find(steps))
        index = self.tree.find(current) if current else QtCore.QModelIndex()
        if index.isValid() and (focused or current != "$"):
            self.setCurrentIndex(index)
        self.verticalScrollBar().setValue(place)

    def _open_to(self, index: QtCore.QModelIndex) -> None:
        while index.isValid():
            self.expand(index)
            index = index.parent()

    def set_matches(self, paths: Sequence[str]) -> None:
        """Tint the rows at these normalised paths, given in document order."""
        self._matches = tuple(paths)
        self.tree.set_matches(paths)
        self._repaint()

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Show beside these normalised paths the field each is mapped to."""
        self.tree.set_tags(tags)
        self.viewport().update()

    def set_literals(self, literals: Mapping[str, str]) -> None:
        """Show numbers at these normalised paths as the service wrote them."""
        self.tree.set_literals(literals)
        self.viewport().update()

    def set_needle(self, needle: str) -> None:
        """Underline a text wherever it stands."""
        if needle != self.needle:
            self.needle = needle
            self.viewport().update()

    def current_path(self) -> str:
        """Return the normalised path of the current row, empty where there is none."""
        index = self.currentIndex()
        return self.tree.row(index).path if index.isValid() else ""

    def reveal(self, place: str | tuple[str | int, ...]) -> bool:
        """Make a place the current row; say whether there is such a place."""
        index = self.tree.find(place)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def ticks(self) -> list[float]:
        """Return where matches stand in the scroll range, 0 to 1, at most 200."""
        bar = self.verticalScrollBar()
        whole = max(bar.maximum() + bar.pageStep(), 1)
        step = max(len(self._matches) // _MOST_TICKS, 1)
        places = (self._shown(path) for path in self._matches[::step])
        tops = [self.visualRect(index).top() for index in places if index.isValid()]
        return sorted({(top + bar.value()) / whole for top in tops})

    def drawRow(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        """Draw a row whole; the style draws nothing."""
        at = self.tree.same(index)
        current = index == self.currentIndex()
        selected = current or self.selectionModel().isSelected(at)
        whole = QtCore.QRect(
            0, option.rect.top(), self.viewport().width(), option.rect.height()
        )
        state = RowState(
            whole=whole,
            inner=self.visualRect(at),
            open=self.isExpanded(at),
            parental=self.tree.hasChildren(index),
            selected=selected,
            hovered=index == self._hovered,
            focused=current and self.hasFocus(),
            needle=self.needle,
            picks=self.picks,
        )
        paint_row(painter, self.tree.row(index), state)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Show the button of the row under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()))

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        """Take the button away."""
        super().leaveEvent(event)
        self._hover(QtCore.QModelIndex())

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Announce the path of the current row."""
        super().currentChanged(current, previous)
        self.viewport().update()
        self.moved.emit(self.current_path())

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give the column the width of the view, or of the deepest row."""
        super().resizeEvent(event)
        self._widen()

    def _dress(self) -> None:
        self.setHeaderHidden(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setAnimated(False)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(1)
        way = QtWidgets.QAbstractItemView
        self.setVerticalScrollMode(way.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(way.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(way.EditTrigger.NoEditTriggers)
        self.setSelectionMode(way.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(way.DragDropMode.DragOnly)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setIndentation(theme.px(INDENT))
        self.scheduleDelayedItemsLayout()
        self._widen()

    @QtCore.Slot(QtCore.QModelIndex)
    def _deepen(self, index: QtCore.QModelIndex) -> None:
        level = self.tree.row(index).level + 1
        if level > self._deepest:
            self._deepest = level
            self._widen()

    def _widen(self) -> None:
        needed = (self._deepest + 1) * theme.px(INDENT) + theme.px(160)
        self.setColumnWidth(0, max(self.viewport().width(), needed))

    def _repaint(self) -> None:
        self.viewport().update()
        self._soon.start()

    def _hover(self, index: QtCore.QModelIndex) -> None:
        if index != self._hovered:
            self._hovered = QtCore.QPersistentModelIndex(index)
            self.viewport().update()

    def _shown(self, path: str) -> QtCore.QModelIndex:
        """Return the place of a match, or of what it is folded away in."""
        shown = QtCore.QModelIndex()
        for index in self.tree.way_to(path):
            shown = index
            if not self.isExpanded(index):
                break
        return shown


class _Height(QtWidgets.QStyledItemDelegate):
    """Gives every row its height; the view draws it, but for what is dragged."""

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        """Draw a row as it hangs at the mouse: its name on a chip."""
        box: QtCore.QRect = option.rect
        text = visible(str(index.data(KEY)))
        width = min(chip_width(text, mono=True), box.width())
        high = theme.px(20)
        top = box.top() + (box.height() - high) // 2
        chip = QtCore.QRect(box.left(), top, width, high)
        paint_chip(painter, chip, text, "accent", mono=True)

    def sizeHint(self, _option: object, _index: _Index) -> QtCore.QSize:
        """Return a row of 24 px, or what the code font needs."""
        least = round(theme.measured("code").height()) + theme.px(4)
        return QtCore.QSize(theme.px(80), max(theme.px(HEIGHT), least))
