"""The list at the left of the Runs page, every row drawn by one delegate."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.run_list import ROW, ListRow, RunList
from ferrule.ui.theme import (
    RIGHT,
    STATES,
    monogram,
    paint_line,
    paint_shape,
    paint_text,
    theme,
    tile_pixmap,
)
from ferrule.ui.widgets.meter import paint_meter

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_PAD: Final = 16
_TILE: Final = 32
_BAR: Final = 3
_ROW: Final = 60
_ROW_RUNNING: Final = 68
_BEAT_MS: Final = 80


class RunsList(QtWidgets.QListView):
    """Connections with their runs; arrow keys move.

    Signals:
        picked(object): the person went to that `ListRow`.
    """

    picked = QtCore.Signal(object)

    def __init__(self, model: RunList, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Connections and their runs")
        self.setObjectName("runs.list")
        self._model = model
        self.turn = 0.0
        self._quiet = False
        self.ringed = False
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(self))
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(
            QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel
        )
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._announce)
        self._beat = QtCore.QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._advance)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def current(self) -> ListRow | None:
        """Return the row one is at."""
        row = self.currentIndex().data(ROW)
        return row if isinstance(row, ListRow) else None

    def show_rows(self, rows: list[ListRow], wanted: object = None) -> None:
        """Show other rows; go to the row of the key `wanted`, or stay where one is."""
        here = self.current()
        key = wanted if wanted is not None else (here.key if here else None)
        self._quiet = True
        self._model.show(rows)
        index = self._model.find(key)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)
        self._quiet = False
        running = any(row.progress for row in rows) and theme.motion
        if running and not self._beat.isActive():
            self._beat.start()
        elif not running:
            self._beat.stop()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Show the ring once the keyboard is used."""
        self.ringed = True
        super().keyPressEvent(event)

    @QtCore.Slot(QtCore.QModelIndex)
    def _announce(self, index: QtCore.QModelIndex) -> None:
        row = index.data(ROW)
        if isinstance(row, ListRow) and not self._quiet:
            self.picked.emit(row)

    @QtCore.Slot()
    def _advance(self) -> None:
        self.turn = (self.turn + 0.08) % 1
        if self.isVisible():
            self.viewport().update()

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Have a current row as soon as the keyboard is here, and a ring around it."""
        reasons = QtCore.Qt.FocusReason
        self.ringed = event.reason() in {
            reasons.TabFocusReason,
            reasons.BacktabFocusReason,
            reasons.ShortcutFocusReason,
        }
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0))
        self.viewport().update()


class _RowDelegate(QtWidgets.QStyledItemDelegate):
    """Draws connections and runs."""

    def __init__(self, view: RunsList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, _option: QtWidgets.QStyleOptionViewItem, index: _Index
    ) -> QtCore.QSize:
        row = index.data(ROW)
        running = isinstance(row, ListRow) and row.progress
        return QtCore.QSize(theme.px(120), theme.px(_ROW_RUNNING if running else _ROW))

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        row = index.data(ROW)
        if not isinstance(row, ListRow):
            return
        box = option.rect
        flags = QtWidgets.QStyle.StateFlag
        current = index.row() == self._view.currentIndex().row()
        if current or option.state & flags.State_MouseOver:
            ground = "selection" if current else "hover"
            painter.fillRect(box, theme.colour(ground))
        if current:
            bar = QtCore.QRect(box.left(), box.top(), theme.px(_BAR), box.height())
            painter.fillRect(bar, theme.colour("accent"))
        line = QtCore.QRect(box.left(), box.bottom(), box.width(), 1)
        paint_line(painter, line)
        if current and self._view.hasFocus() and self._view.ringed:
            _paint_ring(painter, box)
        _paint_row(painter, box, row, self._view.turn)


def _paint_ring(painter: QtGui.QPainter, box: QtCore.QRect) -> None:
    painter.save()
    painter.setPen(QtGui.QPen(theme.colour("accent"), 2))
    painter.drawRect(box.adjusted(1, 1, -1, -1))
    painter.restore()


def _paint_row(
    painter: QtGui.QPainter, box: QtCore.QRect, row: ListRow, turn: float
) -> None:
    pad, tile = theme.px(_PAD), theme.px(_TILE)
    inner = box.adjusted(pad, theme.px(10), -pad, -theme.px(9))
    if row.progress:
        inner.setBottom(inner.bottom() - theme.px(6))
    text = inner.adjusted(tile + theme.px(12), 0, 0, 0)
    if row.run is None:
        _paint_tile(painter, inner, row, tile)
    half = text.height() // 2
    upper = QtCore.QRect(text.left(), text.top(), text.width(), half)
    lower = QtCore.QRect(text.left(), text.top() + half, text.width(), half)
    free = _paint_word(painter, upper, row, turn)
    paint_text(painter, free, row.title, role="emphasis")
    free = _paint_detail(painter, lower, row)
    paint_text(painter, free, row.caption, role="caption", ink="muted")
    if row.progress:
        _paint_bar(painter, box, text, row)


def _paint_tile(
    painter: QtGui.QPainter, inner: QtCore.QRect, row: ListRow, side: int
) -> None:
    letters, seed = monogram(row.connection.name), row.connection.connector_id
    pixmap = tile_pixmap(letters, seed, side, painter.device().devicePixelRatioF())
    top = inner.top() + (inner.height() - side) // 2
    painter.drawPixmap(inner.left(), top, pixmap)


def _paint_word(
    painter: QtGui.QPainter, box: QtCore.QRect, row: ListRow, turn: float
) -> QtCore.QRect:
    """Draw shape and word at the right; return the room that is left."""
    look, side = STATES[row.shape], theme.px(10)
    coloured = row.run is None or row.run.live or row.run.status == "failed"
    ink = look.token if coloured else "text"
    title = theme.width(row.title, "emphasis") + theme.px(24)
    room = max(box.width() - title, box.width() // 2)
    width = min(theme.width(row.word, "emphasis"), room)
    text = QtCore.QRect(box.right() + 1 - width, box.top(), width, box.height())
    paint_text(painter, text, row.word, role="emphasis", ink=ink, align=RIGHT)
    left = box.right() + 1 - width - theme.px(6) - side
    mark = QtCore.QRect(left, box.top() + (box.height() - side) // 2, side, side)
    paint_shape(painter, mark, look.shape, look.token, turn)
    return box.adjusted(0, 0, -(box.right() + 1 - left) - theme.px(8), 0)


def _paint_detail(
    painter: QtGui.QPainter, box: QtCore.QRect, row: ListRow
) -> QtCore.QRect:
    caption = theme.width(row.caption, "caption") + theme.px(12)
    room = max(box.width() - caption, box.width() // 3)
    right = QtCore.QRect(box.right() + 1 - room, box.top(), room, box.height())
    paint_text(painter, right, row.detail, role="caption", ink="muted", align=RIGHT)
    return box.adjusted(0, 0, -room, 0) if room < box.width() else box


def _paint_bar(
    painter: QtGui.QPainter, box: QtCore.QRect, text: QtCore.QRect, row: ListRow
) -> None:
    high = theme.px(4)
    top = box.bottom() - theme.px(6) - high
    bar = QtCore.QRect(text.left(), top, text.width(), high)
    share = row.run.share if row.run else None
    start, end = (0.0, share) if share is not None else (0.0, 1 / 3)
    paint_meter(painter, bar, start, end)
