"""A splitter that keeps its places between starts and can be moved by keyboard."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, paint_line, preferences, theme

_STEP = 16


class _Handle(QtWidgets.QSplitterHandle):
    """A hairline in a grip of 5 px; it takes the focus and the arrow keys."""

    def __init__(
        self, orientation: QtCore.Qt.Orientation, parent: QtWidgets.QSplitter
    ) -> None:
        super().__init__(orientation, parent)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Move the divider")

    def paintEvent(self, _event: object) -> None:
        """Draw the hairline, thick where it is grabbed or has the focus."""
        painter = QtWidgets.QStylePainter(self)
        box = self.rect()
        lively = self.underMouse() or self.hasFocus()
        owner = self.splitter()
        if not lively and isinstance(owner, Splitter) and not owner.lined:
            return
        thick = metrics.FOCUS if lively else 1
        if self.orientation() == QtCore.Qt.Orientation.Horizontal:
            box = QtCore.QRect((box.width() - thick) // 2, 0, thick, box.height())
        else:
            box = QtCore.QRect(0, (box.height() - thick) // 2, box.width(), thick)
        paint_line(painter, box, "accent" if lively else "hairline")

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Move by arrow keys."""
        keys = QtCore.Qt.Key
        back = event.key() in {keys.Key_Left, keys.Key_Up}
        on = event.key() in {keys.Key_Right, keys.Key_Down}
        if not (back or on):
            super().keyPressEvent(event)
            return
        across = self.orientation() == QtCore.Qt.Orientation.Horizontal
        at = self.x() if across else self.y()
        step = theme.px(_STEP)
        self.moveSplitter(at + (step if on else -step))

    def enterEvent(self, event: QtGui.QEnterEvent) -> None:
        """Show that it can be grabbed."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        """Go back to a hairline."""
        super().leaveEvent(event)
        self.update()


class Splitter(QtWidgets.QSplitter):
    """Panes side by side (or, `upright`, below one another), remembered by `key`.

    Between panes that are framed themselves it is not `lined`.
    """

    def __init__(
        self,
        key: str,
        *panes: QtWidgets.QWidget,
        upright: bool = False,
        sizes: tuple[int, ...] = (),
        lined: bool = True,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        way = QtCore.Qt.Orientation
        super().__init__(way.Vertical if upright else way.Horizontal, parent)
        self._key = f"splitter/{key}"
        self.lined = lined
        self.setHandleWidth(5)
        self.setChildrenCollapsible(False)
        for pane in panes:
            self.addWidget(pane)
        if sizes:
            self.setSizes([theme.px(size) for size in sizes])
        state = preferences.state(self._key)
        if state is not None:
            self.restoreState(state)
            self.setHandleWidth(5)
        self.splitterMoved.connect(self._remember)

    def createHandle(self) -> QtWidgets.QSplitterHandle:
        """Make a handle of ours."""
        return _Handle(self.orientation(), self)

    @QtCore.Slot()
    def _remember(self) -> None:
        preferences.put(self._key, self.saveState())
