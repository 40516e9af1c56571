"""Commands are data: an id, a text, an icon and a shortcut, all in one registry.

Menus, shortcuts, the palette and the keyboard page read the registry; every QAction
carries its command's id as object name, so that tests can walk them.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import icon

_Context = QtCore.Qt.ShortcutContext


class Command(NamedTuple):
    """One thing the person can do.

    `id` reads `place.verb` ("runs.start"). `shortcuts` are in Qt's portable form
    ("Ctrl+S"); the first is shown. `words` are further words the palette finds it by.
    """

    id: str
    text: str
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    words: str = ""
    checkable: bool = False


class Actions:
    """All commands of the window with what they do; each goes with its widget."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Command, QtGui.QAction]] = {}

    def add(
        self,
        command: Command,
        do: Callable[[], object],
        where: QtWidgets.QWidget,
        *,
        everywhere: bool = False,
    ) -> QtGui.QAction:
        """Let `command` call `do`.

        Its shortcut works while the focus is inside `where`, or, `everywhere`, in the
        whole window. A command known already raises ValueError.
        """
        if command.id in self._known:
            raise ValueError(f"the command {command.id} is known already")
        action = QtGui.QAction(command.text, where)
        action.setObjectName(command.id)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icon(command.icon))
        action.setShortcuts([QtGui.QKeySequence(keys) for keys in command.shortcuts])
        action.setShortcutContext(
            _Context.WindowShortcut
            if everywhere
            else _Context.WidgetWithChildrenShortcut
        )
        # Without the slot's `checked`: `do` takes nothing.
        action.triggered.connect(partial(_do, do))
        where.addAction(action)
        action.destroyed.connect(partial(self._forget, command.id))
        self._known[command.id] = (command, action)
        return action

    def action(self, command_id: str) -> QtGui.QAction:
        """Return the action of a command; an unknown one raises KeyError."""
        return self._known[command_id][1]

    def trigger(self, command_id: str) -> None:
        """Do a command, if it is enabled."""
        self.action(command_id).trigger()

    def __iter__(self) -> Iterator[tuple[Command, QtGui.QAction]]:
        return iter(tuple(self._known.values()))

    def __contains__(self, command_id: object) -> bool:
        return command_id in self._known

    def _forget(self, command_id: str, *_gone: object) -> None:
        self._known.pop(command_id, None)


def _do(do: Callable[[], object], *_checked: object) -> None:
    do()
