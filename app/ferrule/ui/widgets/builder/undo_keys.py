"""Ctrl+Z inside a field of the document is undo of the document, not of the field.

A line edit takes the key for its own history before any shortcut sees it, and that
history knows nothing of lists, kinds and other fields.
"""

from PySide6 import QtCore, QtGui, QtWidgets

_Keys = QtGui.QKeySequence.StandardKey


class UndoKeys(QtCore.QObject):
    """Leaves undo and redo to the shortcuts for fields inside watched widgets."""

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._areas: list[QtWidgets.QWidget] = []
        app = QtWidgets.QApplication.instance()
        if isinstance(app, QtWidgets.QApplication):
            app.focusChanged.connect(self._follow)

    def watch(self, *areas: QtWidgets.QWidget) -> None:
        """Watch the fields inside these widgets."""
        self._areas += areas

    def forget(self, *areas: QtWidgets.QWidget) -> None:
        """Watch these no longer."""
        self._areas = [area for area in self._areas if area not in areas]

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Keep the field from claiming the keys of undo and redo."""
        if event.type() == QtCore.QEvent.Type.ShortcutOverride and isinstance(
            event, QtGui.QKeyEvent
        ):
            redo = event.keyCombination() == QtCore.QKeyCombination(
                QtCore.Qt.KeyboardModifier.ControlModifier, QtCore.Qt.Key.Key_Y
            )
            if event.matches(_Keys.Undo) or event.matches(_Keys.Redo) or redo:
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    @QtCore.Slot(QtWidgets.QWidget, QtWidgets.QWidget)
    def _follow(
        self, _old: QtWidgets.QWidget | None, new: QtWidgets.QWidget | None
    ) -> None:
        if isinstance(new, QtWidgets.QLineEdit | QtWidgets.QPlainTextEdit) and any(
            area.isAncestorOf(new) for area in self._areas
        ):
            new.installEventFilter(self)
