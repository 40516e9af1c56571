"""Tables: 28-px rows, a sticky head, columns to choose, copies as TSV.

Every cell is drawn by one delegate from a `Cell`; fonts, colours and elisions come out
of the theme's caches. The first and the last column keep 16 px from the edge, so that
text aligns with the title of the card around it.
"""

from collections.abc import Hashable
from typing import Any, Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.table import CELL, KIND, Cell, RowsModel
from ferrule.ui.theme import (
    LEFT,
    RIGHT,
    metrics,
    paint_icon,
    paint_line,
    paint_text,
    preferences,
    theme,
)
from ferrule.ui.widgets.cells import padded, paint_cell, paint_row_ring

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_BAR: Final = 3


class DataTable(QtWidgets.QTableView):
    """A table of rows of objects.

    `key` names it in the preferences, where widths and hidden columns are kept.

    Signals:
        opened(object): the person pressed Enter on a row or double-clicked it.
        picked(object): another row (or None) is the current one.
    """

    opened = QtCore.Signal(object)
    picked = QtCore.Signal(object)

    def __init__(
        self,
        model: RowsModel[Any],
        name: str,
        *,
        key: str = "",
        row_height: int = metrics.TABLE_ROW,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._rows = model
        self._key = f"table/{key}" if key else ""
        self._row_height = row_height
        self._kept: list[Hashable] = []
        self._zoom = 0.0
        self._fitted = False
        self.hovered = -1
        self.edges = (-1, -1)
        self._dress()
        self.setModel(model)
        self.setItemDelegate(_CellDelegate(self))
        self._head = TableHead(self)
        self.setHorizontalHeader(self._head)
        self.fit()
        self._connect()

    @property
    def rows(self) -> RowsModel[Any]:
        """Return the model."""
        return self._rows

    def current_row(self) -> object | None:
        """Return the current row object, None where there is none."""
        index = self.currentIndex()
        return self._rows.row(index.row()) if index.isValid() else None

    def select_key(self, key: Hashable) -> None:
        """Make the row with that key the current one."""
        number = self._rows.find(key)
        if number >= 0:
            self.selectRow(number)

    def selected_rows(self) -> list[object]:
        """Return the selected row objects from top to bottom."""
        numbers = sorted(i.row() for i in self.selectionModel().selectedRows())
        return [self._rows.row(number) for number in numbers]

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the cells; which columns are at the edges is asked once for all."""
        self.edges = self.edge_columns()
        super().paintEvent(event)

    def edge_columns(self) -> tuple[int, int]:
        """Return the first and the last visible column as they stand."""
        head = self.horizontalHeader()
        shown = [
            head.logicalIndex(at)
            for at in range(head.count())
            if not head.isSectionHidden(head.logicalIndex(at))
        ]
        return (shown[0], shown[-1]) if shown else (-1, -1)

    def column_menu(self) -> QtWidgets.QMenu:
        """Return a menu that shows and hides columns."""
        menu = QtWidgets.QMenu("Columns", self)
        for number, column in enumerate(self._rows.columns):
            action = menu.addAction(column.title or column.key)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(self._toggler(number))
        return menu

    @QtCore.Slot()
    def copy(self) -> None:
        """Put the selected rows' visible columns on the clipboard as TSV."""
        head = self.horizontalHeader()
        shown = [head.logicalIndex(at) for at in range(head.count())]
        columns = [self._rows.columns[n] for n in shown if not self.isColumnHidden(n)]
        lines = [[column.title for column in columns]]
        lines += [[c.text(row) for c in columns] for row in self.selected_rows()]
        text = "\n".join("\t".join(_flat(cell) for cell in line) for line in lines)
        QtGui.QGuiApplication.clipboard().setText(text)

    @QtCore.Slot()
    def fit(self) -> None:
        """Set heights and widths again for the zoom in force."""
        least = round(theme.measured("number").height()) + theme.px(6)
        height = max(theme.px(self._row_height), least)
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self._head.setFixedHeight(theme.px(metrics.TABLE_HEAD))
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give columns their width at first, later scale what the person chose."""
        scale, self._zoom = theme.zoom / (self._zoom or theme.zoom), theme.zoom
        for number, column in enumerate(self._rows.columns):
            shown = self._fitted and not self.isColumnHidden(number)
            wide = self.columnWidth(number) * scale
            width = wide if shown else theme.px(column.width)
            self._head.resizeSection(number, round(width))
        self._fitted = True
        self._stretch()

    def _stretch(self) -> None:
        """Let the stretch column take the room left, but never less than its width."""
        columns = self._rows.columns
        for number, column in enumerate(columns):
            if column.stretch and not self.isColumnHidden(number):
                room = self.viewport().width() - self._head.length()
                room += self.columnWidth(number)
                self._head.resizeSection(number, max(room, theme.px(column.width)))
                return

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give the new room to the stretch column."""
        super().resizeEvent(event)
        self._stretch()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Copy by Ctrl+C, open by Enter."""
        if event.matches(QtGui.QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in {QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter}:
            self._open()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer copying and the columns; the Menu key comes here too."""
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction("Copy rows")
        copy.setShortcut(QtGui.QKeySequence.StandardKey.Copy)
        copy.triggered.connect(self.copy)
        menu.addMenu(self.column_menu())
        menu.popup(event.globalPos())

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Tint the row under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(round(event.position().y())))

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        """Take the tint away."""
        super().leaveEvent(event)
        self._hover(-1)

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Have a current row as soon as the keyboard is here."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._rows.rowCount():
            self.selectRow(0)
        self.viewport().update()

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Announce the current row."""
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.row() != previous.row() or current.isValid() != previous.isValid():
            self.picked.emit(self.current_row())

    def _dress(self) -> None:
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        views = QtWidgets.QAbstractItemView
        self.setSelectionBehavior(views.SelectionBehavior.SelectRows)
        self.setSelectionMode(views.SelectionMode.ExtendedSelection)
        self.setEditTriggers(views.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(views.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(views.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.setCornerButtonEnabled(False)

    def _connect(self) -> None:
        self.doubleClicked.connect(self._open)
        self._rows.modelAboutToBeReset.connect(self._keep)
        self._rows.modelReset.connect(self._restore)
        theme.changed.connect(self.fit)
        for number, column in enumerate(self._rows.columns):
            self.setColumnHidden(number, column.hidden)
        state = preferences.state(self._key) if self._key else None
        if state is not None:
            self.horizontalHeader().restoreState(state)
        self._head.sectionResized.connect(self._remember)

    def _toggler(self, number: int) -> Any:  # noqa: ANN401  a slot
        def toggle() -> None:
            self.setColumnHidden(number, not self.isColumnHidden(number))
            self._remember()

        return toggle

    @QtCore.Slot()
    def _remember(self) -> None:
        if self._key:
            preferences.put(self._key, self.horizontalHeader().saveState())

    @QtCore.Slot()
    def _open(self) -> None:
        row = self.current_row()
        if row is not None:
            self.opened.emit(row)

    @QtCore.Slot()
    def _keep(self) -> None:
        self._kept = [self._rows.key(row) for row in self.selected_rows()]

    @QtCore.Slot()
    def _restore(self) -> None:
        places = [self._rows.find(key) for key in self._kept]
        selection = self.selectionModel()
        flags = QtCore.QItemSelectionModel.SelectionFlag
        for number in sorted(place for place in places if place >= 0):
            index = self._rows.index(number, 0)
            if not self.currentIndex().isValid():
                selection.setCurrentIndex(index, flags.NoUpdate)
            selection.select(index, flags.Select | flags.Rows)

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()


def _flat(text: str) -> str:
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")


class TableHead(QtWidgets.QHeaderView):
    """The head of a table: captions, a sort mark, columns to choose by menu."""

    def __init__(self, table: DataTable) -> None:
        super().__init__(QtCore.Qt.Orientation.Horizontal, table)
        self._table = table
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(32)
        self._sorted = (-1, False)
        self.sectionClicked.connect(self._sort)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer the columns."""
        menu = self._table.column_menu()
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the ground, the sections and the line below."""
        painter = QtWidgets.QStylePainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour("surface"))
        painter.end()
        super().paintEvent(event)
        painter = QtWidgets.QStylePainter(self.viewport())
        line = QtCore.QRect(0, self.height() - 1, self.width(), 1)
        paint_line(painter, line)

    def paintSection(
        self, painter: QtGui.QPainter, rect: QtCore.QRect, section: int
    ) -> None:
        """Draw one title, aligned as its cells are."""
        model = self.model()
        across = QtCore.Qt.Orientation.Horizontal
        number = model.headerData(section, across, KIND) == "number"
        box = padded(rect, section, self._table.edge_columns())
        title = Data(model.headerData(section, across) or "")
        column, backwards = self._sorted
        if column == section:
            side = theme.px(12)
            width = min(theme.width(title, "caption_strong"), box.width() - side - 4)
            x = box.right() - side if number else box.left() + width + theme.px(4)
            mark = QtCore.QRect(x, box.top() + (box.height() - side) // 2, side, side)
            paint_icon(
                painter, mark, f"chevron-{'down' if backwards else 'up'}", "muted"
            )
            box.adjust(0, 0, -side - theme.px(4), 0)
        paint_text(
            painter,
            box,
            title,
            role="caption_strong",
            ink="muted",
            align=RIGHT if number else LEFT,
        )

    @QtCore.Slot(int)
    def _sort(self, column: int) -> None:
        """Order by a column: up, then down, then as the rows came."""
        before, backwards = self._sorted
        if before != column:
            self._sorted = (column, False)
        elif not backwards:
            self._sorted = (column, True)
        else:
            self._sorted = (-1, False)
        number, falling = self._sorted
        orders = QtCore.Qt.SortOrder
        order = orders.DescendingOrder if falling else orders.AscendingOrder
        self.model().sort(number, order)
        self.viewport().update()


class _CellDelegate(QtWidgets.QStyledItemDelegate):
    """Draws every kind of cell."""

    def __init__(self, table: DataTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        edges = self._table.edges
        self._paint_ground(painter, option, index, edges)
        cell = index.data(CELL)
        if isinstance(cell, Cell):
            paint_cell(painter, padded(option.rect, index.column(), edges), cell)

    def _paint_ground(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
        edges: tuple[int, int],
    ) -> None:
        box = option.rect
        selected = bool(option.state & QtWidgets.QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(box, theme.colour("selection"))
            if index.column() == edges[0]:
                bar = QtCore.QRect(box.left(), box.top(), theme.px(_BAR), box.height())
                painter.fillRect(bar, theme.colour("accent"))
        elif index.row() == self._table.hovered:
            painter.fillRect(box, theme.colour("hover"))
        current = index.row() == self._table.currentIndex().row()
        if current and self._table.hasFocus():
            paint_row_ring(painter, box, index.column(), edges)
