"""Underlined tabs, and tabs with their pages."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import (
    CENTRE,
    metrics,
    paint_box,
    paint_focus,
    paint_line,
    paint_text,
    theme,
)
from ferrule.ui.widgets.chip import chip_colours
from ferrule.ui.widgets.layouts import Row


class Tabs(QtWidgets.QTabBar):
    """A bar of tabs whose active one is underlined; a badge may follow a title.

    Every tab keeps the room its semibold title takes, so that none jumps.
    """

    def __init__(self, name: str, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMouseTracking(True)
        self.setUsesScrollButtons(True)
        name_arrows(self)
        self._badges: dict[int, tuple[str, str]] = {}
        self._hovered = -1

    def set_badge(self, index: int, text: str, tone: str = "neutral") -> None:
        """Show a short figure behind a title; an empty one takes it away."""
        self._badges[index] = (text, tone)
        self.setAccessibleTabName(index, f"{self.tabText(index)}, {text}")
        # Qt keeps the sizes of tabs; setting a text makes it ask again.
        self.setTabText(index, self.tabText(index))

    def tabSizeHint(self, index: int) -> QtCore.QSize:
        """Return the room for the semibold title and its badge."""
        width = theme.width(self.tabText(index), "emphasis") + theme.px(20)
        badge = self._badges.get(index, ("", ""))[0]
        if badge:
            width += theme.width(badge, "chip") + theme.px(6 + 12)
        return QtCore.QSize(width, theme.px(36))

    def minimumTabSizeHint(self, index: int) -> QtCore.QSize:
        """Never cut a title; the bar scrolls instead."""
        return self.tabSizeHint(index)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Note the tab under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.tabAt(event.position().toPoint()))

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        """Forget the tab under the mouse."""
        super().leaveEvent(event)
        self._hover(-1)

    def paintEvent(self, _event: object) -> None:
        """Draw every tab."""
        painter = QtWidgets.QStylePainter(self)
        for index in range(self.count()):
            self._paint_tab(painter, index)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _paint_tab(self, painter: QtGui.QPainter, index: int) -> None:
        active = index == self.currentIndex()
        box = self.tabRect(index)
        inner = box.adjusted(theme.px(10), 0, -theme.px(10), 0)
        ink = "text" if active or index == self._hovered else "muted"
        if not self.isTabEnabled(index):
            ink = "disabled"
        role = "emphasis" if active else "body"
        text = self.tabText(index)
        paint_text(painter, inner, text, role=role, ink=ink)
        badge, tone = self._badges.get(index, ("", ""))
        if badge:
            self._paint_badge(painter, inner, badge, tone)
        if active:
            line = QtCore.QRect(
                inner.left(), box.bottom() - 1, inner.width(), metrics.FOCUS
            )
            paint_box(painter, line, 1, "accent")
            if self.hasFocus():
                ring = box.adjusted(2, 4, -2, -4)
                paint_focus(painter, ring, theme.px(metrics.RADIUS_SMALL))

    @staticmethod
    def _paint_badge(
        painter: QtGui.QPainter, inner: QtCore.QRect, badge: str, tone: str
    ) -> None:
        width = theme.width(badge, "chip") + theme.px(12)
        high = theme.px(18)
        top = inner.top() + (inner.height() - high) // 2
        box = QtCore.QRect(inner.right() + 1 - width, top, width, high)
        fill, ink = chip_colours(tone)
        paint_box(painter, box, high / 2, fill)
        paint_text(painter, box, badge, role="chip", ink=ink, align=CENTRE)


def name_arrows(bar: QtWidgets.QTabBar) -> None:
    """Name the arrows of a bar in our words: Qt's own are in no language of ours."""
    names = {"ScrollLeftButton": "Scroll left", "ScrollRightButton": "Scroll right"}
    for button in bar.findChildren(QtWidgets.QToolButton):
        button.setAccessibleName(names.get(button.objectName(), ""))


class TabPages(QtWidgets.QWidget):
    """Tabs over the page of the active one, with room for widgets at the right.

    Signals:
        turned(int): another page is shown.
    """

    turned = QtCore.Signal(int)

    def __init__(
        self,
        name: str,
        *trailing: QtWidgets.QWidget,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.bar = Tabs(name)
        self.stack = QtWidgets.QStackedWidget()
        head = _TabHead(self.bar, trailing)
        column = QtWidgets.QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.stack, 1)
        self.setLayout(column)
        self.bar.currentChanged.connect(self._turn)

    def add(self, title: str, page: QtWidgets.QWidget) -> int:
        """Append a page and return its number."""
        self.stack.addWidget(page)
        return self.bar.addTab(title)

    @QtCore.Slot(int)
    def _turn(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        self.turned.emit(index)


class _TabHead(QtWidgets.QWidget):
    """The bar, what stands at its right, and a hairline below."""

    def __init__(self, bar: Tabs, trailing: tuple[QtWidgets.QWidget, ...]) -> None:
        super().__init__()
        row = Row(margins=(6, 0, 16, 0))
        row.add(bar, stretch=1)
        row.add(*trailing)
        self.setLayout(row)

    def paintEvent(self, _event: object) -> None:
        """Draw the hairline."""
        painter = QtWidgets.QStylePainter(self)
        line = QtCore.QRect(0, self.height() - 1, self.width(), 1)
        paint_line(painter, line)
