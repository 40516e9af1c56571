"""A JSON value as a tree to read and to copy from; nothing of it is picked."""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json, encode
from ferrule.ui.widgets.json_lines import JsonLines
from ferrule.ui.widgets.spoken import announce


class JsonReader(JsonLines):
    """The tree of one value: Ctrl+C copies a value, Ctrl+Shift+C its path."""

    def __init__(self, name: str, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.picks = False
        self.setDragEnabled(False)

    @QtCore.Slot()
    def copy_value(self) -> None:
        """Put the current value on the clipboard: texts bare, the rest as JSON."""
        index = self.currentIndex()
        if index.isValid():
            _copy(_text(self.tree.value(index)))
            announce(self, "Value copied")

    @QtCore.Slot()
    def copy_path(self) -> None:
        """Put the current row's normalised path on the clipboard."""
        if self.current_path():
            _copy(self.current_path())
            announce(self, "Path copied")

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Copy; the rest is Qt's."""
        flags = QtCore.Qt.KeyboardModifier
        if event.matches(QtGui.QKeySequence.StandardKey.Copy):
            self.copy_value()
        elif event.key() == QtCore.Qt.Key.Key_C and event.modifiers() == (
            flags.ControlModifier | flags.ShiftModifier
        ):
            self.copy_path()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer the copies; the Menu key comes here too."""
        if not self.currentIndex().isValid():
            return
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        # Shown as text: the keys themselves belong to keyPressEvent.
        menu.addAction("Copy value\tCtrl+C").triggered.connect(self.copy_value)
        menu.addAction("Copy path\tCtrl+Shift+C").triggered.connect(self.copy_path)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Have a current row as soon as the keyboard is here."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.tree.index(0, 0))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else encode(value).decode()


def _copy(text: str) -> None:
    QtGui.QGuiApplication.clipboard().setText(text)
