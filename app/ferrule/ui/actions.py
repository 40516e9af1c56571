"""Commands are data: an id, a text, an icon and a shortcut, all in one registry.

Menus, shortcuts, the palette and the keyboard page read the registry; every QAction
carries its command's id as object name, so that tests can walk them. A person's own
keys are kept in the preferences and take the place of a command's when it is added.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import icon, preferences

_Context = QtCore.Qt.ShortcutContext
_NONE: Final = "none"


class Command(NamedTuple):
    """One thing the person can do.

    `id` reads `place.verb` ("runs.start"). `shortcuts` are in Qt's portable form
    ("Ctrl+S"); the first is shown. `words` are further words the palette finds it by,
    `help` says in a sentence what it does, `needs` what must be there for it.
    """

    id: str
    text: str
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    words: str = ""
    checkable: bool = False
    help: str = ""
    needs: str = ""


class _Known(NamedTuple):
    command: Command
    action: QtGui.QAction
    where: QtWidgets.QWidget
    everywhere: bool
    can: Callable[[], bool]


class Actions:
    """All commands of the window with what they do; each goes with its widget."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def add(
        self,
        command: Command,
        do: Callable[[], object],
        where: QtWidgets.QWidget,
        *,
        everywhere: bool = False,
        can: Callable[[], bool] = lambda: True,
    ) -> QtGui.QAction:
        """Let `command` call `do`.

        Its shortcut works while the focus is inside `where`, or, `everywhere`, in the
        whole window. `can` tells whether there is now what it needs. A command known
        already raises ValueError.
        """
        if command.id in self._known:
            raise ValueError(f"the command {command.id} is known already")
        action = QtGui.QAction(command.text, where)
        action.setObjectName(command.id)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icon(command.icon))
        action.setShortcuts([QtGui.QKeySequence(keys) for keys in keys_of(command)])
        action.setShortcutContext(
            _Context.WindowShortcut
            if everywhere
            else _Context.WidgetWithChildrenShortcut
        )
        # Without the slot's `checked`: `do` takes nothing.
        action.triggered.connect(partial(_do, do))
        where.addAction(action)
        action.destroyed.connect(partial(self._forget, command.id))
        self._known[command.id] = _Known(command, action, where, everywhere, can)
        return action

    def action(self, command_id: str) -> QtGui.QAction:
        """Return the action of a command; an unknown one raises KeyError."""
        return self._known[command_id].action

    def trigger(self, command_id: str) -> None:
        """Do a command, if it is enabled."""
        self.action(command_id).trigger()

    def place(self, command_id: str) -> str:
        """Return the title of the page a command belongs to, empty for everywhere."""
        known = self._known[command_id]
        title = getattr(known.where, "title", "")
        return title if isinstance(title, str) and not known.everywhere else ""

    def why_not(self, command_id: str) -> str:
        """Return why a command cannot be done now, empty where it can."""
        known = self._known[command_id]
        if not known.everywhere and not known.where.isVisible():
            return f"Only in {self.place(command_id)}"
        if not (known.action.isEnabled() and known.can()):
            return known.command.needs or "Not possible at the moment"
        return ""

    def keys(self, command_id: str) -> tuple[str, ...]:
        """Return the keys that do a command now."""
        return keys_of(self._known[command_id].command)

    def rebind(self, command_id: str, keys: tuple[str, ...] | None) -> None:
        """Let other keys do a command and remember them; None takes its own again."""
        known = self._known[command_id]
        own = keys is None or keys == known.command.shortcuts
        kept = "" if own else "\n".join(keys or ()) or _NONE
        preferences.put(_place_of(command_id), kept)
        sequences = [QtGui.QKeySequence(k) for k in keys_of(known.command)]
        known.action.setShortcuts(sequences)

    def rivals(self, command_id: str, keys: str) -> list[Command]:
        """Return the other commands that these keys do where this one's would work."""
        mine = self._known[command_id]
        wanted = QtGui.QKeySequence(keys)
        return [
            known.command
            for known in self._known.values()
            if known is not mine
            and (mine.everywhere or known.everywhere or known.where is mine.where)
            and wanted in map(QtGui.QKeySequence, keys_of(known.command))
        ]

    def __iter__(self) -> Iterator[tuple[Command, QtGui.QAction]]:
        pairs = [(known.command, known.action) for known in self._known.values()]
        return iter(pairs)

    def __contains__(self, command_id: object) -> bool:
        return command_id in self._known

    def _forget(self, command_id: str, *_gone: object) -> None:
        self._known.pop(command_id, None)


def keys_of(command: Command) -> tuple[str, ...]:
    """Return the keys of a command: the person's own, else those it was made with."""
    kept = preferences.text(_place_of(command.id))
    if not kept:
        return command.shortcuts
    return () if kept == _NONE else tuple(kept.split("\n"))


def written(keys: str) -> str:
    """Return keys in the one spelling that this system has for them."""
    native = QtGui.QKeySequence.SequenceFormat.NativeText
    return QtGui.QKeySequence(keys).toString(native)


def _place_of(command_id: str) -> str:
    return f"keys/{command_id}"


def _do(do: Callable[[], object], *_checked: object) -> None:
    do()
