"""A large text to read: only the visible part of the visible lines is ever drawn.

A long line is cut by the view, not wrapped, so one line of 10 MB costs no more than a
short one. Columns count code points; what a line shows is one font, so a column is a
width. Control and direction marks are shown as U+FFFD.
"""

from bisect import bisect_left
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.json_value import visible
from ferrule.ui.models.raw_text import RawText, tokens
from ferrule.ui.theme import RIGHT, theme
from ferrule.ui.widgets.raw_caret import RawCaret
from ferrule.ui.widgets.raw_paint import SeenLine
from ferrule.ui.widgets.spoken import announce

_PAD: Final = 12
_LONGEST_COPY: Final = 20_000_000


class RawView(QtWidgets.QAbstractScrollArea):
    """A text with line numbers, colours of JSON, a selection and found places.

    Signals:
        searched(int): the number of the found place that is shown, from 1.
        tree_wanted(): what the caret stands in is to be shown in the tree.
    """

    searched = QtCore.Signal(int)
    tree_wanted = QtCore.Signal()

    def __init__(self, name: str, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(QtCore.Qt.CursorShape.IBeamCursor)
        self.raw = RawText("")
        self.caret = RawCaret(self.raw)
        self._coloured = True
        self._hits: list[int] = []
        self._hit_length = 0
        self._hit = -1
        self._widest = 0
        self._drag = QtCore.QTimer(self, interval=40)
        self._drag.timeout.connect(self._drag_on)
        theme.changed.connect(self._fit)

    def set_text(self, raw: RawText, *, coloured: bool = True) -> None:
        """Show another text; `coloured` as JSON."""
        self.raw = raw
        self.caret = RawCaret(raw)
        self._coloured = coloured
        self._hits = []
        self._hit = -1
        self._widest = 0
        self.setAccessibleDescription(f"{raw.line_count:,} lines")
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self._fit()

    def set_hits(self, offsets: list[int], length: int) -> None:
        """Mark found places of one length and show the first from the caret on."""
        self._hits = offsets
        self._hit_length = length
        self._hit = -1
        if offsets:
            start = self.caret.selection()[0]
            later = (at for at, offset in enumerate(offsets) if offset >= start)
            self.show_hit(next(later, 0))
        self.viewport().update()

    @property
    def hit_count(self) -> int:
        """Return how many places were found."""
        return len(self._hits)

    def show_hit(self, number: int) -> None:
        """Select the found place of that number, round from the last to the first."""
        if self._hits:
            self._hit = number % len(self._hits)
            start = self._hits[self._hit]
            self.caret.select(start, start + self._hit_length)
            self.reveal(start)
            self.searched.emit(self._hit + 1)

    @QtCore.Slot()
    def next_hit(self) -> None:
        """Show the next found place."""
        self.show_hit(self._hit + 1)

    @QtCore.Slot()
    def previous_hit(self) -> None:
        """Show the found place before."""
        self.show_hit(self._hit - 1 if self._hit > 0 else len(self._hits) - 1)

    def select(self, start: int, stop: int) -> None:
        """Select from one offset to another, and show where that begins."""
        self.caret.select(stop, start)
        self.reveal(start)

    def reveal(self, offset: int) -> None:
        """Scroll to where an offset is seen."""
        line = self.raw.line_at(offset)
        column = offset - self.raw.span(line)[0]
        bar, across = self.verticalScrollBar(), self.horizontalScrollBar()
        if not bar.value() <= line < bar.value() + self._page():
            bar.setValue(line - self._page() // 2)
        self._stretch(line)
        shown = self._columns()
        if not across.value() <= column < across.value() + shown - 4:
            across.setMaximum(max(across.maximum(), column))
            across.setValue(max(column - shown // 3, 0) if column > shown - 4 else 0)
        self.viewport().update()

    @QtCore.Slot()
    def copy(self) -> None:
        """Put the selected text on the clipboard."""
        start, stop = self.caret.selection()
        if stop > start:
            text = self.raw.piece(start, min(stop, start + _LONGEST_COPY))
            QtGui.QGuiApplication.clipboard().setText(text)
            announce(self, "Copied")

    @QtCore.Slot()
    def select_all(self) -> None:
        """Select the whole text."""
        self.caret.select(0, len(self.raw))
        self.viewport().update()

    def paintEvent(self, _event: object) -> None:
        """Draw what is seen."""
        painter = QtGui.QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour("surface"))
        painter.setFont(theme.font("code"))
        first = self.verticalScrollBar().value()
        spans = self.raw.spans(first, self._page() + 1)
        for row, (start, stop) in enumerate(spans):
            self._paint_line(painter, row * self._height(), start, stop)
        self._paint_gutter(painter, first, len(spans))

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Draw again: there is no content to move."""
        self.viewport().update()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Set the ranges of the scroll bars again."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Move, select and copy by keyboard."""
        keys = QtGui.QKeySequence.StandardKey
        if event.matches(keys.Copy):
            self.copy()
        elif event.matches(keys.SelectAll):
            self.select_all()
        elif event.key() == QtCore.Qt.Key.Key_T and not event.modifiers():
            self.tree_wanted.emit()
        elif self.caret.press(event, self._page()):
            self.reveal(self.caret.place)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Put the caret where the mouse is, or extend the selection to there."""
        if event.button() == QtCore.Qt.MouseButton.LeftButton:
            held = event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier
            self.caret.move(self.offset_at(event.position()), keep=bool(held))
            self._drag.start()
            self.viewport().update()

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Extend the selection."""
        if event.buttons() & QtCore.Qt.MouseButton.LeftButton:
            self.caret.move(self.offset_at(event.position()), keep=True)
            self.viewport().update()

    def mouseReleaseEvent(self, _event: QtGui.QMouseEvent) -> None:
        """Stop extending."""
        self._drag.stop()

    def mouseDoubleClickEvent(self, event: QtGui.QMouseEvent) -> None:
        """Select a word."""
        self.caret.select_word(self.offset_at(event.position()))
        self.viewport().update()

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer copying and the tree; the Menu key comes here too."""
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy\tCtrl+C").triggered.connect(self.copy)
        menu.addAction("Select all\tCtrl+A").triggered.connect(self.select_all)
        menu.addAction("Show in the tree\tT").triggered.connect(self.tree_wanted)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Show the caret."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        """Take the caret away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def offset_at(self, place: QtCore.QPointF) -> int:
        """Return the offset under a point of the viewport."""
        row = max(int(place.y() // self._height()), 0)
        line = min(self.verticalScrollBar().value() + row, self.raw.line_count - 1)
        seen = self._seen(0, *self.raw.span(line))
        after = range(seen.left + 1, seen.right + 1)
        middles = ((seen.x_of(at - 1) + seen.x_of(at)) / 2 for at in after)
        passed = (at for at, middle in enumerate(middles) if middle > place.x())
        return seen.left + next(passed, len(seen.text))

    def _seen(self, top: int, start: int, stop: int) -> SeenLine:
        """Return the visible part of the line from `start` to `stop`."""
        left = min(start + self.horizontalScrollBar().value(), stop)
        right = min(left + self._columns() + 2, stop)
        text = visible(self.raw.piece(left, right))
        return SeenLine(left, right, text, self._text_left(), top, self._height())

    def _paint_line(
        self, painter: QtGui.QPainter, top: int, start: int, stop: int
    ) -> None:
        self._widest = max(self._widest, stop - start)
        seen = self._seen(top, start, stop)
        for offset in self._seen_hits(seen):
            seen.paint_span(painter, offset, offset + self._hit_length, "match")
        seen.paint_span(painter, *self.caret.selection(), "selection")
        found = None
        if self._coloured:
            found = tokens(self.raw, start, seen.left, seen.right)
        seen.paint_text(painter, found)
        if self.hasFocus():
            seen.paint_caret(painter, self.caret.place)

    def _seen_hits(self, seen: SeenLine) -> list[int]:
        first = bisect_left(self._hits, seen.left - self._hit_length)
        return self._hits[first : bisect_left(self._hits, seen.right, first)]

    def _paint_gutter(self, painter: QtGui.QPainter, first: int, count: int) -> None:
        width = self._gutter()
        box = QtCore.QRect(0, 0, width, self.viewport().height())
        painter.fillRect(box, theme.colour("ground"))
        painter.setPen(theme.colour("muted"))
        for row in range(count):
            room = QtCore.QRect(
                0, row * self._height(), width - theme.px(8), self._height()
            )
            painter.drawText(room, int(RIGHT), str(first + row + 1))

    def _height(self) -> int:
        return round(theme.measured("code").height()) + theme.px(4)

    def _page(self) -> int:
        return max(self.viewport().height() // self._height(), 1)

    def _gutter(self) -> int:
        digits = max(len(str(self.raw.line_count)), 2)
        return theme.width("0" * digits, "code") + theme.px(_PAD + 8)

    def _text_left(self) -> int:
        return self._gutter() + theme.px(_PAD - 4)

    def _columns(self) -> int:
        width = max(self.viewport().width() - self._text_left(), 0)
        return int(width / max(theme.measured("code").horizontalAdvance("0"), 1)) + 1

    @QtCore.Slot()
    def _fit(self) -> None:
        bar = self.verticalScrollBar()
        bar.setPageStep(self._page())
        bar.setRange(0, max(self.raw.line_count - self._page(), 0))
        for start, stop in self.raw.spans(bar.value(), self._page()):
            self._widest = max(self._widest, stop - start)
        across = self.horizontalScrollBar()
        across.setPageStep(self._columns())
        across.setRange(0, max(self._widest - self._columns() + 4, 0))
        self.viewport().update()

    def _stretch(self, line: int) -> None:
        start, stop = self.raw.span(line)
        if stop - start > self._widest:
            self._widest = stop - start
            self._fit()

    @QtCore.Slot()
    def _drag_on(self) -> None:
        """Scroll on while the mouse is held outside of the viewport."""
        place = self.viewport().mapFromGlobal(QtGui.QCursor.pos())
        if not self.viewport().rect().contains(place):
            self.caret.move(self.offset_at(QtCore.QPointF(place)), keep=True)
            self.reveal(self.caret.place)
