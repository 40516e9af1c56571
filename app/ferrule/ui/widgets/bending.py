"""Layouts that turn from a row into a column where there is no room for a row."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.layouts import Item, Margins, Row, Scroll

_WAY = QtWidgets.QBoxLayout.Direction


class Flowing(Scroll):
    """A scrolling column; `flow` lets it be as high as its content instead."""

    def __init__(self, content: QtWidgets.QWidget, name: str) -> None:
        super().__init__(content, name)
        self._flowing = False
        self._content = content
        content.installEventFilter(self)

    def flow(self, *, on: bool) -> None:
        """Be as high as the content, for an area around it to scroll; or not."""
        self._flowing = on
        policy = QtCore.Qt.ScrollBarPolicy
        bars = policy.ScrollBarAlwaysOff if on else policy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(bars)
        self.updateGeometry()

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return the content's height while it flows."""
        least = self._content.minimumSizeHint()
        return QtCore.QSize(least.width(), self._height() if self._flowing else 0)

    def _height(self) -> int:
        """Return the height that the content wants at the width it has."""
        content = self._content
        wanted = content.heightForWidth(content.width())
        return max(wanted, content.minimumSizeHint().height())

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Ask for another height when the content does."""
        if event.type() == QtCore.QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class Bending(QtWidgets.QWidget):
    """Items side by side from `wide` on (pixels at 100 %), below one another before.

    An item is (widget, stretch); the stretch counts only side by side.

    Signals:
        bends(bool): the items stand below one another now, or side by side.
    """

    bends = QtCore.Signal(bool)

    def __init__(
        self,
        wide: int,
        *items: tuple[Item, int],
        gap: int = 8,
        margins: Margins = (0, 0, 0, 0),
    ) -> None:
        super().__init__()
        self._wide = wide
        self._row = Row(gap=gap, margins=margins)
        for item, stretch in items:
            self._row.add(item, stretch=stretch)
        self._stretches = [stretch for _, stretch in items]
        self.setLayout(self._row)
        # The widget says how narrow it may get, not the row.
        free = QtWidgets.QLayout.SizeConstraint.SetNoConstraint
        self._row.setSizeConstraint(free)
        theme.changed.connect(self._bend)

    def turn_at(self, wide: int, *stretches: int) -> None:
        """Turn at another width, and share a row out by other stretches."""
        if (wide, [*stretches]) != (self._wide, self._stretches):
            self._wide, self._stretches = wide, [*stretches]
            for at, stretch in enumerate(stretches):
                self._row.setStretch(at, 0 if self.bent else stretch)
            self._bend()

    @property
    def bent(self) -> bool:
        """Return whether the items stand below one another."""
        return self._row.direction() == _WAY.TopToBottom

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Turn where the width crosses the threshold."""
        super().resizeEvent(event)
        self._bend()

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return what a column needs: a row may always become one."""
        hints = [self._hint(at) for at in range(self._row.count())]
        margins = self._row.contentsMargins()
        width = max((hint.width() for hint in hints), default=0)
        height = super().minimumSizeHint().height()
        return QtCore.QSize(width + margins.left() + margins.right(), height)

    def _hint(self, at: int) -> QtCore.QSize:
        item = self._row.itemAt(at)
        return item.minimumSize() if item is not None else QtCore.QSize()

    @QtCore.Slot()
    def _bend(self) -> None:
        bent = self.width() < theme.px(self._wide)
        if bent != self.bent:
            self._row.setDirection(_WAY.TopToBottom if bent else _WAY.LeftToRight)
            for at, stretch in enumerate(self._stretches):
                self._row.setStretch(at, 0 if bent else stretch)
            self.updateGeometry()
            self.bends.emit(bent)


def narrow(widget: QtWidgets.QWidget) -> None:
    """Let a widget be narrower than it asks for: it must not widen its neighbours."""
    policy = QtWidgets.QSizePolicy.Policy
    widget.setSizePolicy(policy.Ignored, policy.Preferred)
