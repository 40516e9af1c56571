"""Letting a field take values that are dragged from the response."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.path_drag import MIME, read_mime
from ferrule.ui.theme import metrics, paint_focus, theme

_KINDS = QtCore.QEvent.Type
_OVER: Final = {_KINDS.DragEnter, _KINDS.DragMove}


class DropGate(QtCore.QObject):
    """Makes a widget take dragged values; while one is above it, it has a ring.

    What else is dragged there is left to the widget itself.

    Signals:
        dropped(object, object): a tuple of Picks, and where (a QPoint of the widget).
    """

    dropped = QtCore.Signal(object, object)

    def __init__(self, widget: QtWidgets.QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._ring: _Ring | None = None
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    @property
    def open(self) -> bool:
        """Return whether something is held above the widget."""
        return self._ring is not None

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Take what is ours; a drag's events carry where and what."""
        if watched is self._widget and isinstance(event, QtGui.QDropEvent):
            if not event.mimeData().hasFormat(MIME):
                return False
            self._meet(event)
            return True
        if event.type() == _KINDS.DragLeave:
            self._show(on=False)
        return False

    def _meet(self, event: QtGui.QDropEvent) -> None:
        event.setDropAction(QtCore.Qt.DropAction.CopyAction)
        event.accept()
        over = event.type() in _OVER
        self._show(on=over)
        if not over:
            picks = read_mime(event.mimeData())
            if picks:
                self.dropped.emit(picks, event.position().toPoint())

    def _show(self, *, on: bool) -> None:
        if on and self._ring is None:
            self._ring = _Ring(self._widget)
        elif not on and self._ring is not None:
            self._ring.hide()
            self._ring.deleteLater()
            self._ring = None


class _Ring(QtWidgets.QWidget):
    """A ring over a field: it will take what is held above it."""

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(parent.rect())
        self.show()

    def paintEvent(self, _event: object) -> None:
        """Draw the ring and a light tint."""
        painter = QtWidgets.QStylePainter(self)
        tint = QtGui.QColor(theme.colour("accent"))
        tint.setAlphaF(0.10)
        painter.fillRect(self.rect(), tint)
        box = self.rect().adjusted(1, 1, -1, -1)
        paint_focus(painter, box, theme.px(metrics.RADIUS))
