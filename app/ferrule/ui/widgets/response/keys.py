"""The keys that search a response; they work in all of the bench it belongs to."""

from collections.abc import Callable

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.widgets.response.explorer import ResponseExplorer


def bind_find(
    explorer: ResponseExplorer, inside: QtWidgets.QWidget, show: Callable[[], None]
) -> None:
    """Let Ctrl+F call `show` and F3 step through the hits, while `inside` has focus."""
    for keys, do in (
        ("Ctrl+F", show),
        ("F3", explorer.find_row.down.click),
        ("Shift+F3", explorer.find_row.up.click),
    ):
        shortcut = QtGui.QShortcut(QtGui.QKeySequence(keys), inside)
        within = QtCore.Qt.ShortcutContext.WidgetWithChildrenShortcut
        shortcut.setContext(within)
        shortcut.activated.connect(do)
