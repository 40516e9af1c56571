"""Choices: a drop-down, a check box and a switch."""

from collections.abc import Sequence
from typing import Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import (
    metrics,
    paint_box,
    paint_focus,
    paint_icon,
    paint_shape,
    paint_text,
    theme,
)


class ComboBox(QtWidgets.QComboBox):
    """A drop-down of (value, text) options.

    `look` "field" has the border of an input, "button" that of a button (filters).
    The wheel changes it only while it has the focus: a scrolled form stays as it is.

    Signals:
        chosen(object): the person chose the option of that value.
    """

    chosen = QtCore.Signal(object)

    def __init__(
        self,
        options: Sequence[tuple[object, str]] = (),
        *,
        name: str = "",
        icon: str = "",
        look: Literal["field", "button"] = "field",
        compact: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self._icon = icon
        self._look = look
        self._compact = compact
        self._wrong = False
        self.setView(QtWidgets.QListView(self))
        if name:
            self.setAccessibleName(name)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)
        self.set_options(options)
        self.activated.connect(self._announce)

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Offer other options; the first is chosen."""
        blocker = QtCore.QSignalBlocker(self)
        self.clear()
        self._values = [value for value, _ in options]
        self.addItems([text for _, text in options])
        blocker.unblock()
        self.updateGeometry()

    def value(self) -> object:
        """Return the chosen value, None where there are no options."""
        index = self.currentIndex()
        return self._values[index] if index >= 0 else None

    def set_value(self, value: object) -> None:
        """Choose a value without announcing it; an unknown one chooses nothing."""
        known = value in self._values
        self.setCurrentIndex(self._values.index(value) if known else -1)

    def set_mark(self, mark: str) -> None:
        """Turn the border red for an error."""
        self._wrong = mark == "error"
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return room for the widest option."""
        texts = [self.itemText(number) for number in range(self.count())]
        widest = max((theme.width(text, self._role) for text in texts), default=60)
        front = theme.px(22) if self._icon else 0
        height = theme.px(metrics.COMPACT if self._compact else metrics.CONTROL)
        least = round(theme.measured(self._role).height()) + theme.px(8)
        return QtCore.QSize(front + widest + theme.px(10 + 32), max(height, least))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return a narrow box of full height."""
        return QtCore.QSize(theme.px(72), self.sizeHint().height())

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        """Leave the wheel to the page, unless the focus is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: object) -> None:
        """Draw the box, the chosen text and the chevron."""
        painter = QtWidgets.QStylePainter(self)
        self._paint_frame(painter)
        ink = "text" if self.isEnabled() else "disabled"
        x = theme.px(10)
        if self._icon:
            size = theme.px(metrics.ICON)
            box = QtCore.QRect(x, (self.height() - size) // 2, size, size)
            paint_icon(painter, box, self._icon, "muted")
            x += theme.px(22)
        size = theme.px(14)
        text = QtCore.QRect(x, 0, self.width() - x - theme.px(30), self.height())
        paint_text(painter, text, self.currentText(), role=self._role, ink=ink)
        left = self.width() - theme.px(10) - size
        box = QtCore.QRect(left, (self.height() - size) // 2, size, size)
        paint_icon(painter, box, "chevron-down", "muted" if ink == "text" else ink)

    @property
    def _role(self) -> str:
        return "button" if self._look == "button" else "body"

    def _paint_frame(self, painter: QtGui.QPainter) -> None:
        radius = theme.px(metrics.RADIUS)
        fill, border = "surface", "control"
        if self._look == "button":
            fill, border = ("hover" if self.underMouse() else "raised"), "border"
        if not self.isEnabled():
            fill, border = "sunken", "hairline"
        border = "danger" if self._wrong else border
        paint_box(painter, self.rect(), radius, fill, border=border)
        if self.hasFocus():
            paint_focus(painter, self.rect(), radius)

    @QtCore.Slot(int)
    def _announce(self, index: int) -> None:
        self.chosen.emit(self._values[index])


class CheckBox(QtWidgets.QCheckBox):
    """A check box of 16 px; `count` shows a figure at the right end (facets).

    A subclass that draws more between box and text sets `front` in pixels at 100 %.
    """

    front = 0

    def __init__(
        self, text: str = "", *, parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._count = ""
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)

    def set_count(self, count: str) -> None:
        """Show a figure at the right end."""
        self._count = count
        self.setAccessibleDescription(count)
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return room for box, text and count, at least 24 px high."""
        width = theme.px(16 + 8 + 4 + self.front) + theme.width(self.text())
        if self._count:
            width += theme.px(12) + theme.width(self._count, "caption")
        height = round(theme.measured().height()) + theme.px(4)
        return QtCore.QSize(width, max(height, theme.px(metrics.TARGET)))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Keep the box; the text may be cut."""
        return QtCore.QSize(theme.px(28 + self.front), self.sizeHint().height())

    def hitButton(self, pos: QtCore.QPoint) -> bool:
        """Take a press anywhere."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: object) -> None:
        """Draw the box, its text and its count."""
        painter = QtWidgets.QStylePainter(self)
        side = theme.px(16)
        box = QtCore.QRect(theme.px(2), (self.height() - side) // 2, side, side)
        paint_check(
            painter,
            box,
            self.checkState(),
            enabled=self.isEnabled(),
            hovered=self.underMouse(),
        )
        ink = "text" if self.isEnabled() else "disabled"
        text = self.rect().adjusted(theme.px(2 + 16 + 8 + self.front), 0, 0, 0)
        if self._count:
            width = theme.width(self._count, "caption")
            tail = QtCore.QRect(self.width() - width, 0, width, self.height())
            paint_text(painter, tail, self._count, role="caption", ink="muted")
            text.adjust(0, 0, -width - theme.px(6), 0)
        paint_text(painter, text, self.text(), ink=ink)
        if self.hasFocus():
            ring = box.adjusted(-3, -3, 3, 3) & self.rect()
            paint_focus(painter, ring, theme.px(metrics.RADIUS))


def paint_check(
    painter: QtGui.QPainter,
    box: QtCore.QRect,
    state: QtCore.Qt.CheckState,
    *,
    enabled: bool = True,
    hovered: bool = False,
) -> None:
    """Draw a check box: empty, ticked or (partly) with a dash."""
    radius = theme.px(metrics.RADIUS_SMALL)
    if state == QtCore.Qt.CheckState.Unchecked:
        border = "control" if enabled else "hairline"
        fill = "hover" if hovered and enabled else "surface"
        paint_box(painter, box, radius, fill, border=border)
        return
    paint_box(painter, box, radius, "accent" if enabled else "track")
    ink = "on_accent" if enabled else "disabled"
    inset = theme.px(3)
    inner = box.adjusted(inset, inset, -inset, -inset)
    whole = state == QtCore.Qt.CheckState.Checked
    paint_shape(painter, inner, "tick" if whole else "dash", ink)


def paint_switch(
    painter: QtGui.QPainter, track: QtCore.QRect, *, on: bool, enabled: bool = True
) -> None:
    """Draw a switch; its track is 32 by 18 px."""
    height = track.height()
    fill = "accent" if on else "surface"
    border = "" if on else "control"
    if not enabled:
        fill, border = "track", ""
    paint_box(painter, track, height / 2, fill, border=border)
    side = height - theme.px(6)
    left = track.right() - theme.px(2) - side if on else track.left() + theme.px(3)
    thumb = QtCore.QRect(left, track.top() + theme.px(3), side, side)
    paint_box(painter, thumb, side / 2, "on_accent" if on else "control")


class Switch(QtWidgets.QCheckBox):
    """A check box drawn as a switch, for what takes effect at once."""

    def __init__(
        self, text: str = "", *, parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(text, parent)

    def sizeHint(self) -> QtCore.QSize:
        """Return room for the track and the text."""
        text = theme.px(8) + theme.width(self.text()) if self.text() else 0
        height = round(theme.measured().height()) + theme.px(4)
        return QtCore.QSize(theme.px(38) + text, max(height, theme.px(metrics.TARGET)))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Keep the track; the text may be cut."""
        return QtCore.QSize(theme.px(38), self.sizeHint().height())

    def hitButton(self, pos: QtCore.QPoint) -> bool:
        """Take a press anywhere."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: object) -> None:
        """Draw track, thumb and text."""
        painter = QtWidgets.QStylePainter(self)
        height, on = theme.px(18), self.isChecked()
        top = (self.height() - height) // 2
        track = QtCore.QRect(theme.px(3), top, theme.px(32), height)
        paint_switch(painter, track, on=on, enabled=self.isEnabled())
        ink = "text" if self.isEnabled() else "disabled"
        text = self.rect().adjusted(theme.px(38 + 6), 0, 0, 0)
        paint_text(painter, text, self.text(), ink=ink)
        if self.hasFocus():
            ring = track.adjusted(-3, -3, 3, 3) & self.rect()
            paint_focus(painter, ring, height / 2 + 3)
