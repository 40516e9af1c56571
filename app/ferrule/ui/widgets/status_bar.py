"""The bar at the foot of the window: project, vault, jobs, problems, zoom."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.theme import (
    STATES,
    metrics,
    paint_box,
    paint_focus,
    paint_icon,
    paint_line,
    paint_shape,
    paint_text,
    theme,
)
from ferrule.ui.theme.shapes import Shape
from ferrule.ui.widgets.label import plain_tip
from ferrule.ui.widgets.layouts import Row

_GAP: Final = 20


class StatusItem(QtWidgets.QPushButton):
    """A word of the bar with an icon or a shape; pressing it leads somewhere.

    Signals:
        changed(): it says something else.
    """

    changed = QtCore.Signal()

    def __init__(self, name: str, *, icon: str = "") -> None:
        super().__init__()
        self._name = name
        self._icon = icon
        self._ink = "muted"
        self._bare = False
        self._shape: Shape | None = None
        self.setFlat(True)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)
        self.say("")

    def say(
        self,
        text: str,
        *,
        icon: str = "",
        ink: str = "muted",
        shape: Shape | None = None,
        tip: str = "",
    ) -> None:
        """Show a word; an empty one hides the item. `ink` is the icon's colour."""
        self._icon = icon or self._icon
        self._ink = ink
        self._shape = shape
        self.setText(text.replace("&", "&&"))
        named = f"{Data(tr(self._name))}: {Data(tr(text))}"
        self.setAccessibleName(named if text else self._name)
        self.setToolTip(plain_tip(tip))
        self.setVisible(bool(text) and self.parent() is not None)
        self.updateGeometry()
        self.update()
        self.changed.emit()

    @property
    def shown(self) -> str:
        """Return the word."""
        return self.text().replace("&&", "&")

    def leave_out_word(self, *, bare: bool) -> None:
        """Show the mark alone, where there is one; the name still says the word."""
        self._bare = bare and bool(self._icon or self._shape)
        self.updateGeometry()
        self.update()

    @property
    def whole_width(self) -> int:
        """Return the room that mark and word need, in pixels."""
        front = theme.px(20) if self._icon or self._shape else 0
        return front + theme.width(self.shown, "caption") + theme.px(8)

    def sizeHint(self) -> QtCore.QSize:
        """Return room for what is shown."""
        width = theme.px(24) if self._bare else self.whole_width
        return QtCore.QSize(width, theme.px(metrics.TARGET))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: object) -> None:
        """Draw mark and word."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_SMALL)
        if self.underMouse():
            paint_box(painter, self.rect(), radius, "hover")
        if self.hasFocus():
            paint_focus(painter, self.rect(), radius)
        x = theme.px(4)
        if self._shape:
            side = theme.px(metrics.SHAPE)
            box = QtCore.QRect(x, (self.height() - side) // 2, side, side)
            paint_shape(painter, box, self._shape)
            x += theme.px(16)
        elif self._icon:
            side = theme.px(14)
            box = QtCore.QRect(x, (self.height() - side) // 2, side, side)
            paint_icon(painter, box, self._icon, self._ink)
            x += theme.px(20)
        ink = "text" if self._shape or self.underMouse() else "muted"
        text = QtCore.QRect(x, 0, self.width() - x, self.height())
        if not self._bare:
            paint_text(painter, text, self.shown, role="caption", ink=ink)


class StatusBar(QtWidgets.QWidget):
    """The bar; its items are attributes, each shown while it has something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Status")
        self.project = StatusItem("Project", icon="folder-git-2")
        self.vault = StatusItem("Secrets", icon="lock")
        self.jobs = StatusItem("Running")
        self.health = StatusItem("Connections")
        self.errors = StatusItem("Errors")
        self.warnings = StatusItem("Warnings")
        self.zoom = StatusItem("Zoom")
        left = Row(self.project, self.vault, self.jobs, self.health, gap=_GAP - 8)
        right = Row(self.errors, self.warnings, self.zoom, gap=_GAP - 8)
        self.setLayout(Row(left, None, right, margins=(8, 0, 8, 0)))
        # Where there is no room these lose their words, in this order. How the vault
        # is stays written out: open and locked differ by little more.
        self._spare = (self.project, self.jobs, self.health, self.warnings, self.errors)
        self._all = (*self._spare, self.vault, self.zoom)
        for item in self._all:
            item.changed.connect(self._spread)
        self._fit()
        theme.changed.connect(self._fit)

    def show_jobs(self, count: int) -> None:
        """Say how much runs."""
        self.jobs.say(f"{count} running" if count else "", shape="spinner")

    def show_health(self, text: str, state: str) -> None:
        """Say how connections are, with the shape of the worst; nothing for none."""
        shape = STATES[state].shape if state else None
        tip = "By the last check or run of each connection that is on"
        self.health.say(text, shape=shape, tip=tip)

    def show_problems(self, errors: int, warnings: int) -> None:
        """Say how many problems there are, each with its shape."""
        self.errors.say(_count(errors, "error"), shape="cross")
        self.warnings.say(_count(warnings, "warning"), shape="triangle")

    def paintEvent(self, _event: object) -> None:
        """Draw the ground and the hairline above."""
        painter = QtWidgets.QStylePainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        paint_line(painter, QtCore.QRect(0, 0, self.width(), 1))

    def changeEvent(self, event: QtCore.QEvent) -> None:
        """Follow a change of language or style."""
        super().changeEvent(event)
        self.update()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave words out where there is no room for all."""
        super().resizeEvent(event)
        self._spread()

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        """Give the room back."""
        super().hideEvent(event)
        self.updateGeometry()

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(metrics.STATUS_BAR))
        self._spread()

    @QtCore.Slot()
    def _spread(self) -> None:
        """Leave out as many words as the width asks for."""
        shown = [item for item in self._all if not item.isHidden()]
        gaps = theme.px(_GAP - 8) * len(shown) + theme.px(16)
        wanted = sum(item.whole_width for item in shown) + gaps
        for item in self._spare:
            bare = item in shown and wanted > self.width()
            item.leave_out_word(bare=bare)
            if bare:
                wanted -= item.whole_width - item.sizeHint().width()


def _count(number: int, word: str) -> str:
    if number == 0:
        return ""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
