"""Buttons: one filled primary a page, outlined, plain, danger and link ones.

Each is a QPushButton that paints itself, so Space, Enter, shortcuts and the screen
reader work as everywhere. The focus ring shows when the keyboard brought the focus.
"""

from typing import Final, Literal, NamedTuple

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import written
from ferrule.ui.theme import (
    metrics,
    paint_box,
    paint_focus,
    paint_icon,
    paint_text,
    theme,
)
from ferrule.ui.widgets.label import plain_tip
from ferrule.ui.widgets.layouts import Row

Kind = Literal["primary", "secondary", "plain", "danger", "link", "tinted"]
Corners = Literal["all", "left", "right"]
_BY_MOUSE: Final = (
    QtCore.Qt.FocusReason.MouseFocusReason,
    QtCore.Qt.FocusReason.PopupFocusReason,
)


class _Look(NamedTuple):
    fill: str
    border: str
    ink: str
    hover: str


_LOOKS: Final = {
    "primary": _Look("accent", "", "on_accent", "accent_hover"),
    "secondary": _Look("raised", "border", "text", "hover"),
    "plain": _Look("", "", "text", "chip"),
    "danger": _Look("raised", "danger", "danger", "danger_tint"),
    "link": _Look("", "", "accent", ""),
    "tinted": _Look("selection", "", "text", "selection"),
}
_FADED: Final = {
    "primary": _Look("chip", "hairline", "disabled", "chip"),
    "secondary": _Look("", "hairline", "disabled", ""),
    "danger": _Look("", "hairline", "disabled", ""),
}
_BARE: Final = _Look("", "", "disabled", "")


class Button(QtWidgets.QPushButton):
    """A button of one kind; `hint` shows a key in caption type at its right."""

    def __init__(
        self,
        text: str = "",
        *,
        kind: Kind = "secondary",
        icon: str = "",
        compact: bool = False,
        hint: str = "",
        menu: QtWidgets.QMenu | None = None,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind: Kind = kind
        self._icon = icon
        self._compact = compact
        self._hint = written(hint)
        self._menu = menu
        self._corners: Corners = "all"
        self._ringed = False
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)
        if menu is not None:
            menu.setParent(self, menu.windowFlags())
            self.clicked.connect(self.show_menu)

    def set_kind(self, kind: Kind) -> None:
        """Look like another kind of button."""
        self._kind = kind
        self.update()

    def set_icon(self, name: str) -> None:
        """Show another icon, or none for an empty name."""
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_corners(self, corners: Corners) -> None:
        """Round only the outer corners of a part of a group."""
        self._corners = corners

    @QtCore.Slot()
    def show_menu(self) -> None:
        """Open the menu below the button, without a nested event loop."""
        if self._menu is not None:
            self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Open the menu with the down key too."""
        if self._menu is not None and event.key() == QtCore.Qt.Key.Key_Down:
            self.show_menu()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Show the ring, unless the mouse brought the focus."""
        self._ringed = event.reason() not in _BY_MOUSE
        super().focusInEvent(event)

    def sizeHint(self) -> QtCore.QSize:
        """Return the size of the content within the kind's padding."""
        height = theme.px(metrics.COMPACT if self._compact else metrics.CONTROL)
        height = max(height, round(theme.measured(self._role).height()) + theme.px(6))
        if not self.text() and not self._hint and self._menu is None:
            return QtCore.QSize(height, height)
        width = sum(self._widths()) + 2 * self._padding()
        return QtCore.QSize(width, height)

    def minimumSizeHint(self) -> QtCore.QSize:
        """Never be squeezed: a cut verb is none."""
        return self.sizeHint()

    def paintEvent(self, _event: object) -> None:
        """Draw ground, content and ring."""
        painter = QtWidgets.QStylePainter(self)
        look = self._look()
        hovered = self.underMouse() and self.isEnabled()
        fill = look.hover if hovered or self.isDown() else look.fill
        radius = theme.px(metrics.RADIUS)
        painter.setClipRect(self.rect())
        paint_box(painter, self._outer(), radius, fill, border=look.border)
        self._paint_content(painter, look.ink)
        if self.hasFocus() and self._ringed:
            self._paint_ring(painter, radius)

    @property
    def _role(self) -> str:
        return "button_primary" if self._kind == "primary" else "button"

    @property
    def _shown(self) -> str:
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def _look(self) -> _Look:
        if not self.isEnabled():
            return _FADED.get(self._kind, _BARE)
        if self.isCheckable() and self.isChecked():
            return _LOOKS["tinted"]
        return _LOOKS[self._kind]

    def _padding(self) -> int:
        if self._kind == "link":
            return 0
        return theme.px(10 if self._compact else 12)

    def _outer(self) -> QtCore.QRect:
        """Return the box to draw; it leaves the widget at corners that are square."""
        far = theme.px(metrics.RADIUS) + 1
        if self._corners == "left":
            return self.rect().adjusted(0, 0, far, 0)
        if self._corners == "right":
            return self.rect().adjusted(-far, 0, 0, 0)
        return self.rect()

    def _widths(self) -> list[int]:
        """Return the widths of icon, text, hint and chevron with their gaps before."""
        gap = theme.px(6)
        parts = [theme.px(metrics.ICON)] if self._icon else []
        if self.text():
            parts.append(theme.width(self._shown, self._role) + (gap if parts else 0))
        if self._hint:
            parts.append(theme.width(self._hint, "caption") + theme.px(8))
        if self._menu is not None:
            parts.append(theme.px(14) + (theme.px(8) if parts else 0))
        return parts

    def _paint_content(self, painter: QtGui.QPainter, ink: str) -> None:
        room = sum(self._widths())
        x = max((self.width() - room) // 2, 0)
        height, size = self.height(), theme.px(metrics.ICON)
        if self._icon:
            box = QtCore.QRect(x, (height - size) // 2, size, size)
            paint_icon(painter, box, self._icon, ink)
            x += size + (theme.px(6) if self.text() else 0)
        if self.text():
            width = theme.width(self._shown, self._role)
            box = QtCore.QRect(x, 0, min(width, self.width() - x), height)
            paint_text(painter, box, self._shown, role=self._role, ink=ink)
            x += width
        self._paint_trailing(painter, x, ink)

    def _paint_trailing(self, painter: QtGui.QPainter, x: int, ink: str) -> None:
        height = self.height()
        if self._hint:
            x += theme.px(8)
            width = theme.width(self._hint, "caption")
            pale = ink if self._kind == "primary" or not self.isEnabled() else "muted"
            box = QtCore.QRect(x, 0, width, height)
            paint_text(painter, box, self._hint, role="caption", ink=pale)
            x += width
        if self._menu is not None:
            x += theme.px(8) if self.text() or self._icon else 0
            size = theme.px(14)
            box = QtCore.QRect(x, (height - size) // 2, size, size)
            paint_icon(painter, box, "chevron-down", ink)

    def _paint_ring(self, painter: QtGui.QPainter, radius: int) -> None:
        if self._kind == "primary":
            inner = self.rect().adjusted(2, 2, -2, -2)
            paint_focus(painter, inner, max(radius - 2, 0), "on_accent")
        elif self._kind == "link":
            below = self.height() // 2 + round(theme.measured(self._role).height() / 2)
            painter.fillRect(
                0, below, self.width(), metrics.FOCUS, theme.colour("accent")
            )
        elif self._kind == "danger":
            paint_focus(painter, self.rect(), radius, "danger")
        else:
            paint_focus(painter, self.rect(), radius)


class IconButton(Button):
    """A button of one icon; `name` is what a screen reader and the tool tip say."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        kind: Kind = "plain",
        compact: bool = True,
        checkable: bool = False,
        menu: QtWidgets.QMenu | None = None,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(kind=kind, icon=icon, compact=compact, parent=parent)
        self.set_name(name)
        self.setCheckable(checkable)
        self._icon_menu = menu
        if menu is not None:
            menu.setParent(self, menu.windowFlags())
            self.clicked.connect(self._show_icon_menu)

    def set_name(self, name: str) -> None:
        """Be called something else."""
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(name))

    @QtCore.Slot()
    def _show_icon_menu(self) -> None:
        if self._icon_menu is not None:
            self._icon_menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


class _MorePart(IconButton):
    """The narrow part of a split button, behind a divider."""

    def sizeHint(self) -> QtCore.QSize:
        """Return 31 px beside the divider."""
        return QtCore.QSize(theme.px(31), super().sizeHint().height())

    def paintEvent(self, event: object) -> None:
        """Draw the part and the divider at its left."""
        super().paintEvent(event)
        painter = QtWidgets.QStylePainter(self)
        colour = QtGui.QColor(theme.colour(self._look().ink))
        colour.setAlphaF(0.35)
        inset = theme.px(6)
        painter.fillRect(0, inset, 1, self.height() - 2 * inset, colour)


class SplitButton(QtWidgets.QWidget):
    """A button with further choices in a menu at its right.

    Signals:
        clicked(): the main part was pressed.
    """

    clicked = QtCore.Signal()

    def __init__(
        self,
        text: str,
        menu: QtWidgets.QMenu,
        *,
        kind: Kind = "primary",
        icon: str = "",
        more: str = "",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.main = Button(text, kind=kind, icon=icon)
        self.main.set_corners("left")
        name = more or f"More ways: {text}"
        self.more = _MorePart("chevron-down", name, kind=kind, compact=False, menu=menu)
        self.more.set_corners("right")
        self.main.clicked.connect(self.clicked)
        self.setLayout(Row(self.main, self.more, gap=0))
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)


class Segmented(QtWidgets.QWidget):
    """A choice of one among a few, side by side.

    Signals:
        chosen(str): the person chose the option of that key.
    """

    chosen = QtCore.Signal(str)

    def __init__(
        self,
        options: tuple[tuple[str, str], ...],
        name: str,
        *,
        icons: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        """Make one segment for each (key, text); with `icons`, (icon, name)."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QtWidgets.QButtonGroup(self)
        self._keys = [key for key, _ in options]
        row = Row(gap=0, margins=(2, 2, 2, 2))
        for number, (key, text) in enumerate(options):
            segment = _Segment("" if icons else text, key if icons else "")
            segment.setAccessibleName(text)
            segment.setToolTip(plain_tip(text))  # it may be cut
            self._group.addButton(segment, number)
            row.add(segment)
        self.setLayout(row)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._choose)
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    def value(self) -> str:
        """Return the key of the chosen option."""
        return self._keys[self._group.checkedId()]

    def set_value(self, key: str) -> None:
        """Choose an option without announcing it."""
        self._group.button(self._keys.index(key)).setChecked(True)

    def paintEvent(self, _event: object) -> None:
        """Draw the track."""
        painter = QtWidgets.QStylePainter(self)
        paint_box(
            painter,
            self.rect(),
            theme.px(metrics.RADIUS),
            "sunken",
            border="hairline",
        )

    @QtCore.Slot(int)
    def _choose(self, number: int) -> None:
        self.chosen.emit(self._keys[number])


class _Segment(Button):
    """One option of a segmented choice."""

    def __init__(self, text: str, icon: str) -> None:
        super().__init__(text, kind="plain", icon=icon, compact=True)
        self.setCheckable(True)

    def sizeHint(self) -> QtCore.QSize:
        """Return the inside of a 28-px track; a lone icon is 28 wide."""
        size = super().sizeHint()
        least = theme.px(metrics.COMPACT)
        return QtCore.QSize(max(size.width(), least), theme.px(metrics.TARGET))

    def paintEvent(self, _event: object) -> None:
        """Draw the thumb where it is chosen, then the content."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_CHIP)
        chosen = self.isChecked()
        if chosen:
            paint_box(painter, self.rect(), radius, "raised", border="border")
        ink = "text" if chosen or self.underMouse() else "muted"
        self._paint_content(painter, ink if self.isEnabled() else "disabled")
        if self.hasFocus() and self._ringed:
            paint_focus(painter, self.rect(), radius)
