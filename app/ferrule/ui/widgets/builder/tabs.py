"""The open drafts as tabs: tile, name, an amber dot where something is not saved."""

from dataclasses import dataclass
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import (
    metrics,
    monogram,
    paint_box,
    paint_focus,
    paint_icon,
    paint_line,
    paint_text,
    theme,
    tile_pixmap,
)
from ferrule.ui.widgets.tabs import name_arrows

HEIGHT: Final = 44
_WIDEST: Final = 168


@dataclass(slots=True)
class _Tab:
    key: str
    title: str
    seed: str
    modified: bool = False


class DraftTabs(QtWidgets.QTabBar):
    """One tab for each open draft.

    Signals:
        chosen(str): the draft of that key is to be shown.
        closing(str): the person wants to close the draft of that key.
    """

    chosen = QtCore.Signal(str)
    closing = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Open drafts")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMouseTracking(True)
        self.setUsesScrollButtons(True)
        name_arrows(self)
        self.setElideMode(QtCore.Qt.TextElideMode.ElideRight)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self._known: list[_Tab] = []
        self._hovered = -1
        self.currentChanged.connect(self._announce)

    def add(self, key: str, title: str, seed: str) -> None:
        """Append a tab; it is not chosen by that."""
        blocker = QtCore.QSignalBlocker(self)
        self._known.append(_Tab(key, title, seed))
        self.addTab(title)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        blocker.unblock()

    def drop(self, key: str) -> None:
        """Take a tab away without announcing another one."""
        at = self._at(key)
        blocker = QtCore.QSignalBlocker(self)
        del self._known[at]
        self.removeTab(at)
        if not self._known:
            self.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)  # it has no name then
        blocker.unblock()

    def names(self) -> list[str]:
        """Return the keys from left to right."""
        return [tab.key for tab in self._known]

    def current(self) -> str:
        """Return the key of the chosen tab, empty where there is none."""
        at = self.currentIndex()
        return self._known[at].key if 0 <= at < len(self._known) else ""

    def choose(self, key: str) -> None:
        """Choose a tab without announcing it."""
        blocker = QtCore.QSignalBlocker(self)
        self.setCurrentIndex(self._at(key))
        blocker.unblock()
        self.update()

    def describe(self, key: str, title: str, seed: str, *, modified: bool) -> None:
        """Show another title, another tile or whether it is saved."""
        at = self._at(key)
        fresh = _Tab(key, title, seed, modified)
        if self._known[at] == fresh:
            return
        self._known[at] = fresh
        self.setAccessibleTabName(at, f"{title}, not saved" if modified else title)
        self.setTabText(at, title)
        self.update()

    def tabSizeHint(self, index: int) -> QtCore.QSize:
        """Return room for tile, semibold title, dot and cross."""
        text = theme.width(self.tabText(index), "emphasis")
        width = min(text, theme.px(_WIDEST)) + theme.px(12 + 20 + 8 + 16 + 24 + 4)
        return QtCore.QSize(width, theme.px(HEIGHT))

    def wanted_width(self) -> int:
        """Return the pixels that all tabs take side by side."""
        return sum(self.tabSizeHint(at).width() for at in range(self.count()))

    def minimumTabSizeHint(self, index: int) -> QtCore.QSize:
        """Keep the tile and some letters; the bar scrolls beyond that."""
        return QtCore.QSize(theme.px(112), self.tabSizeHint(index).height())

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Note the tab under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.tabAt(event.position().toPoint()))

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        """Forget the tab under the mouse."""
        super().leaveEvent(event)
        self._hover(-1)

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        """Close by the cross or the middle button."""
        at = self.tabAt(event.position().toPoint())
        middle = event.button() == QtCore.Qt.MouseButton.MiddleButton
        cross = at >= 0 and self._cross(at).contains(event.position().toPoint())
        super().mouseReleaseEvent(event)
        if at >= 0 and (middle or cross):
            self.closing.emit(self._known[at].key)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Close by Delete."""
        if event.key() == QtCore.Qt.Key.Key_Delete and self.current():
            self.closing.emit(self.current())
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: object) -> None:
        """Draw every tab."""
        painter = QtWidgets.QStylePainter(self)
        for index, tab in enumerate(self._known):
            self._paint_tab(painter, index, tab)

    def _at(self, key: str) -> int:
        return [tab.key for tab in self._known].index(key)

    def _cross(self, index: int) -> QtCore.QRect:
        box = self.tabRect(index)
        side = theme.px(20)
        top = box.top() + (box.height() - side) // 2
        return QtCore.QRect(box.right() - side - theme.px(6), top, side, side)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _paint_tab(self, painter: QtGui.QPainter, index: int, tab: _Tab) -> None:
        active = index == self.currentIndex()
        box = self.tabRect(index)
        if active:
            painter.fillRect(box, theme.colour("surface"))
            top = QtCore.QRect(box.left(), box.top(), box.width(), metrics.FOCUS)
            painter.fillRect(top, theme.colour("accent"))
        paint_line(painter, QtCore.QRect(box.right(), box.top(), 1, box.height()))
        x = self._paint_tile(painter, box, tab)
        cross = self._cross(index)
        dot = theme.px(14) if tab.modified else 0
        text = QtCore.QRect(x, box.top(), cross.left() - x - dot, box.height())
        ink = "text" if active or index == self._hovered else "muted"
        role = "emphasis" if active else "body"
        paint_text(painter, text, tab.title, role=role, ink=ink)
        if tab.modified:
            self._paint_dot(painter, text, tab, role)
        if active or index == self._hovered:
            inset = theme.px(3)
            inner = cross.adjusted(inset, inset, -inset, -inset)
            paint_icon(painter, inner, "x", "text" if active else "muted")
        if active and self.hasFocus():
            ring = box.adjusted(3, 5, -3, -3)
            paint_focus(painter, ring, theme.px(metrics.RADIUS_SMALL))

    def _paint_tile(self, painter: QtGui.QPainter, box: QtCore.QRect, tab: _Tab) -> int:
        side = theme.px(20)
        left = box.left() + theme.px(12)
        top = box.top() + (box.height() - side) // 2
        ratio = self.devicePixelRatioF()
        pixmap = tile_pixmap(monogram(tab.title), tab.seed, side, ratio)
        painter.drawPixmap(left, top, pixmap)
        return left + side + theme.px(8)

    @staticmethod
    def _paint_dot(
        painter: QtGui.QPainter, text: QtCore.QRect, tab: _Tab, role: str
    ) -> None:
        width = min(theme.width(tab.title, role), text.width())
        side = theme.px(6)
        top = text.top() + (text.height() - side) // 2
        dot = QtCore.QRect(text.left() + width + theme.px(7), top, side, side)
        paint_box(painter, dot, side / 2, "matchbar")

    @QtCore.Slot(int)
    def _announce(self, index: int) -> None:
        if 0 <= index < len(self._known):
            self.chosen.emit(self._known[index].key)
