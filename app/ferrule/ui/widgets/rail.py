"""The rail at the left of the window: one button a page, icon over label."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import written
from ferrule.ui.theme import (
    CENTRE,
    metrics,
    paint_box,
    paint_focus,
    paint_icon,
    paint_line,
    paint_text,
    theme,
)
from ferrule.ui.widgets.label import plain_tip
from ferrule.ui.widgets.layouts import Column

_LOW: Final = 720
_BAR: Final = 3


class RailItem(QtWidgets.QPushButton):
    """One place: checked while its page is shown; a badge counts what runs there.

    What waits for a person is counted in its stead: it is the more urgent.
    """

    def __init__(self, key: str, title: str, icon: str, keys: str = "") -> None:
        super().__init__()
        self.key = key
        self._title = title
        self._icon = icon
        self._badge = self._waits = 0
        self._low = False
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setToolTip(plain_tip(f"{title} ({written(keys)})" if keys else title))
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    def set_badge(self, count: int) -> None:
        """Show a count, none for 0."""
        self._badge = count
        self._describe()

    @QtCore.Slot(int)
    def set_waiting(self, count: int) -> None:
        """Show how much waits for the person here, none for 0."""
        self._waits = count
        self._describe()

    def _describe(self) -> None:
        waits = f"{self._waits} waiting for approval" if self._waits else ""
        runs = f"{self._badge} running" if self._badge else ""
        self.setAccessibleDescription(waits or runs)
        self.update()

    def set_low(self, *, low: bool) -> None:
        """Be 52 instead of 56 px high, for a low window."""
        self._low = low
        self.updateGeometry()

    def sizeHint(self) -> QtCore.QSize:
        """Return the item's size."""
        high = metrics.RAIL_ITEM - (4 if self._low else 0)
        return QtCore.QSize(theme.px(metrics.RAIL) - 1, theme.px(high))

    def paintEvent(self, _event: object) -> None:
        """Draw ground, bar, icon, label and badge."""
        painter = QtWidgets.QStylePainter(self)
        active = self.isChecked()
        inset = theme.px(6)
        box = self.rect().adjusted(inset, 2, -inset, -2)
        radius = theme.px(metrics.RADIUS_BANNER)
        if active or self.underMouse():
            paint_box(painter, box, radius, "selection" if active else "hover")
        if active:
            bar = QtCore.QRect(-2, box.top() + 12, _BAR + 2, box.height() - 24)
            paint_box(painter, bar, 2, "accent")
        if self.hasFocus():
            paint_focus(painter, box, radius)
        self._paint_content(painter, box, active=active)

    def _paint_content(
        self, painter: QtGui.QPainter, box: QtCore.QRect, *, active: bool
    ) -> None:
        size = theme.px(metrics.ICON_LARGE)
        high = theme.px(8 + metrics.ICON_LARGE + 2 + 16)
        labelled = box.height() >= high  # else the name is in the tip
        top = box.top() + (theme.px(8) if labelled else (box.height() - size) // 2)
        left = box.left() + (box.width() - size) // 2
        mark = QtCore.QRect(left, top, size, size)
        paint_icon(painter, mark, self._icon, "accent" if active else "muted")
        if labelled:
            self._paint_title(painter, mark.bottom() + 2, active=active)
        if count := self._waits or self._badge:
            side = theme.px(15)
            spot = QtCore.QRect(mark.right() - side // 3, top - side // 3, side, side)
            fill, ink = (
                ("warning", "surface") if self._waits else ("accent", "on_accent")
            )
            paint_box(painter, spot, side / 2, fill)
            text = str(min(count, 99))
            paint_text(painter, spot, text, role="badge", ink=ink, align=CENTRE)

    def _paint_title(self, painter: QtGui.QPainter, top: int, *, active: bool) -> None:
        label = QtCore.QRect(0, top, self.width(), theme.px(18))
        role = "caption_strong" if active else "caption"
        ink = "text" if active or self.underMouse() else "muted"
        paint_text(painter, label, self._title, role=role, ink=ink, align=CENTRE)


class Rail(QtWidgets.QWidget):
    """The places, some at the top and some at the bottom.

    Signals:
        chosen(str): the person wants the page of that key.
    """

    chosen = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Pages")
        self.items: dict[str, RailItem] = {}
        self._group = QtWidgets.QButtonGroup(self)
        self._top = Column(gap=0)
        self._bottom = Column(gap=0)
        column = Column(self._top, None, self._bottom, gap=0, margins=(0, 6, 0, 6))
        self.setLayout(column)
        self._fit()
        theme.changed.connect(self._fit)

    def add(self, item: RailItem, *, bottom: bool = False) -> None:
        """Append a place."""
        self.items[item.key] = item
        self._group.addButton(item)
        (self._bottom if bottom else self._top).add(item)
        item.clicked.connect(lambda: self.chosen.emit(item.key))

    def show_current(self, key: str) -> None:
        """Mark the place one is at."""
        self.items[key].setChecked(True)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Lower the items in a low window."""
        super().resizeEvent(event)
        for item in self.items.values():
            item.set_low(low=self.height() < theme.px(_LOW))

    def paintEvent(self, _event: object) -> None:
        """Draw the ground and the hairline at the right."""
        painter = QtWidgets.QStylePainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        line = QtCore.QRect(self.width() - 1, 0, 1, self.height())
        paint_line(painter, line)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedWidth(theme.px(metrics.RAIL))
