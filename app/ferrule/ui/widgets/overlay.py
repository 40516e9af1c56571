"""A panel over the window: Escape, or the keyboard going elsewhere, closes it.

It is a child of the window and no window of its own: platforms differ in where they put
those and in when they close them.
"""

from typing import Final

import shiboken6
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.frame_keys import step_focus

_TOP: Final = 64
_BELOW: Final = 32


class Overlay(QtWidgets.QFrame):
    """A panel that takes the keyboard and gives it back when it goes."""

    def __init__(self, parent: QtWidgets.QWidget, name: str, width: int) -> None:
        super().__init__(parent)
        self.hide()
        self.setAccessibleName(name)
        self._over = parent
        self._wide = width
        self._before = QtWidgets.QApplication.focusWidget()
        app = QtWidgets.QApplication.instance()
        if isinstance(app, QtWidgets.QApplication):
            app.focusChanged.connect(self._follow)

    def show_over(self, focus: QtWidgets.QWidget) -> None:
        """Show it over the window with the keyboard in `focus`."""
        self.place()
        self.show()
        self.raise_()
        focus.setFocus(QtCore.Qt.FocusReason.PopupFocusReason)

    @property
    def tallest(self) -> int:
        """Return the height there is room for."""
        return self._over.height() - theme.px(_TOP) - theme.px(_BELOW)

    def place(self) -> None:
        """Stand at the middle of the window's top, within it."""
        room = self._over.width()
        width = min(theme.px(self._wide), room - theme.px(48))
        self.setFixedWidth(width)
        self.move((room - width) // 2, theme.px(_TOP))

    @QtCore.Slot()
    def leave(self) -> None:
        """Go, and give the keyboard back to what had it."""
        app = QtWidgets.QApplication.instance()
        if self.isHidden() or not isinstance(app, QtWidgets.QApplication):
            return
        app.focusChanged.disconnect(self._follow)
        had, before = self._has_keyboard(), self._before
        self.hide()
        if had and before is not None and shiboken6.isValid(before):
            before.setFocus(QtCore.Qt.FocusReason.PopupFocusReason)
        self.deleteLater()

    def event(self, event: QtCore.QEvent) -> bool:
        """Keep Escape from being a command of the page below."""
        override = QtCore.QEvent.Type.ShortcutOverride
        if (
            isinstance(event, QtGui.QKeyEvent)
            and event.type() == override
            and event.key() == QtCore.Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  Qt's signature
        """Keep Tab in the panel."""
        return step_focus(self, forward=forward)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Go by Escape."""
        if event.key() == QtCore.Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Draw the panel."""
        painter = QtWidgets.QStylePainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        radius = theme.px(metrics.RADIUS_SMALL)
        paint_box(painter, self.rect(), radius, "surface", border="control")

    def _has_keyboard(self) -> bool:
        focused = QtWidgets.QApplication.focusWidget()
        return focused is None or focused is self or self.isAncestorOf(focused)

    @QtCore.Slot("QWidget*", "QWidget*")
    def _follow(
        self, _old: QtWidgets.QWidget | None, now: QtWidgets.QWidget | None
    ) -> None:
        """Go when the keyboard went elsewhere in this window."""
        if now is None or not self.isVisible() or self._has_keyboard():
            return
        if now.window() is self.window():
            self.leave()
