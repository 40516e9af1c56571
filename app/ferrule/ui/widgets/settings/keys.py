"""Every key of the program: filter, record another one, reset (Settings, Keyboard)."""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions, Command, written
from ferrule.ui.models.key_guide import GUIDE, Fixed
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.spoken import announce

_PORTABLE: Final = QtGui.QKeySequence.SequenceFormat.PortableText
_EVENTS: Final = QtCore.QEvent.Type
_KEYS: Final = QtCore.Qt.Key
_ALONE: Final = frozenset(
    {
        _KEYS.Key_Control,
        _KEYS.Key_Shift,
        _KEYS.Key_Alt,
        _KEYS.Key_Meta,
        _KEYS.Key_AltGr,
        _KEYS.Key_unknown,
    }
)
_LEAVING: Final = frozenset({_KEYS.Key_Escape, _KEYS.Key_Tab, _KEYS.Key_Backtab})
# Keys that do something by themselves; every other one needs Ctrl, Alt or Meta.
_FUNCTION: Final = range(_KEYS.Key_F1, _KEYS.Key_F35 + 1)
_ABOVE: Final = (0, 10, 0, 0)
_TYPES: Final = "Hold Ctrl, Alt or Meta too: this key types a letter."


class KeyButton(Button):
    """Shows the keys of a command; pressed, it takes the next combination.

    Escape and Tab leave it as it is and are never taken.

    Signals:
        recorded(str): this combination was pressed, in Qt's portable form.
        refused(str): the combination cannot be a command's, and why.
    """

    recorded = QtCore.Signal(str)
    refused = QtCore.Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__("", compact=True)
        self._name = name
        self._keys = ""
        self._listening = False
        self.clicked.connect(self._listen)
        self.show_keys("")

    @property
    def listening(self) -> bool:
        """Return whether the next combination is taken."""
        return self._listening

    def show_keys(self, keys: str) -> None:
        """Show keys, in Qt's portable form."""
        self._keys, self._listening = keys, False
        shown = written(keys) if keys else "No key"
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleName(f"Key of {self._name}: {shown}")
        self.updateGeometry()

    def event(self, event: QtCore.QEvent) -> bool:
        """Take a combination that would be a shortcut elsewhere."""
        if self._listening and isinstance(event, QtGui.QKeyEvent):
            if event.type() == _EVENTS.ShortcutOverride:
                event.accept()
                return True
            if event.type() == _EVENTS.KeyPress:
                return self._take(event)
        return super().event(event)

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        """Listen no longer."""
        super().focusOutEvent(event)
        if self._listening:
            self.show_keys(self._keys)

    @QtCore.Slot()
    def _listen(self) -> None:
        self._listening = True
        self.setText("Press keys…")
        self.updateGeometry()
        announce(self, "Press the new keys, Escape to leave")

    def _take(self, event: QtGui.QKeyEvent) -> bool:
        key = _KEYS(event.key())
        if key in _ALONE:
            return True
        if key in _LEAVING:
            self.show_keys(self._keys)
            return True
        self.show_keys(self._keys)
        combination = event.keyCombination()
        if _types(combination):
            self.refused.emit(_TYPES)
        else:
            self.recorded.emit(QtGui.QKeySequence(combination).toString(_PORTABLE))
        return True


class KeyRow(QtWidgets.QWidget):
    """One command: its text over its help, its keys, and a way back to its own.

    Signals:
        changed(): the command has other keys.
    """

    changed = QtCore.Signal()

    def __init__(self, commands: Actions, command: Command) -> None:
        super().__init__()
        self._commands = commands
        self.command = command
        self.keys = KeyButton(command.text)
        self.keys.setObjectName(f"keys.{command.id}")
        self.reset = IconButton("rotate-ccw", f"Reset the key of {command.text}")
        self.clash = Label("", "caption", "danger", wrap=True)
        self.clash.hide()
        about = Label(command.help, "caption", "muted", wrap=True)
        text = Column(Label(command.text, "body", wrap=True), about, self.clash, gap=2)
        row = Row(gap=8, margins=(0, 6, 0, 6))
        row.add(text, stretch=1)
        row.add(self.keys, self.reset)
        self.setLayout(row)
        place = commands.place(command.id)
        self._words = f"{command.text} {command.help} {place}".casefold()
        self.keys.recorded.connect(self._record)
        self.keys.refused.connect(self._refuse)
        self.reset.clicked.connect(self._reset)
        self.refresh()

    @QtCore.Slot()
    def refresh(self) -> None:
        """Show the keys as they are."""
        keys = self._commands.keys(self.command.id)
        self.keys.show_keys(keys[0] if keys else "")
        self.reset.setEnabled(keys != self.command.shortcuts)

    def holds(self, words: str) -> bool:
        """Return whether every word stands in the row, its keys included."""
        keys = " ".join(self._commands.keys(self.command.id)).casefold()
        return all(word in f"{self._words} {keys}" for word in words.split())

    @QtCore.Slot(str)
    def _record(self, keys: str) -> None:
        why = self._taken(keys)
        self._refuse(why)
        if not why:
            self._commands.rebind(self.command.id, (keys,))
            self.refresh()
            self.changed.emit()

    @QtCore.Slot(str)
    def _refuse(self, why: str) -> None:
        """Say why a combination is not taken; nothing for an empty reason."""
        self.clash.setText(why)
        self.clash.setVisible(bool(why))
        announce(self.keys, why)

    def _taken(self, keys: str) -> str:
        rivals = self._commands.rivals(self.command.id, keys)
        if not rivals:
            return ""
        shown = written(keys)
        return f"{shown} is taken: {rivals[0].text}. Give that another key first."

    @QtCore.Slot()
    def _reset(self) -> None:
        rivals = [
            rival
            for keys in self.command.shortcuts
            for rival in self._commands.rivals(self.command.id, keys)
        ]
        for rival in rivals:
            self._commands.rebind(rival.id, None)
        self._commands.rebind(self.command.id, None)
        self.clash.hide()
        self.refresh()
        self.changed.emit()


def _types(combination: QtCore.QKeyCombination) -> bool:
    """Return whether a combination types something where there is a field."""
    shift = QtCore.Qt.KeyboardModifier.ShiftModifier
    bare = combination.keyboardModifiers() & ~shift
    return combination.key() not in _FUNCTION and not bare.value


class _Group(NamedTuple):
    """The rows of one place under its title, in a box of their own."""

    box: QtWidgets.QWidget
    rows: "list[KeyRow | FixedRow]"

    def show_matching(self, words: str) -> int:
        """Show the rows that hold all words; return how many.

        Behind a hidden box that costs one layout, not one for each row.
        """
        self.box.hide()
        found = 0
        for row in self.rows:
            fits = row.holds(words)
            row.setVisible(fits)
            found += fits
        self.box.setVisible(found > 0)
        return found


class KeysSection(Card):
    """All commands by place, then the keys that belong to a widget."""

    def __init__(self, commands: Actions) -> None:
        self.search = SearchField("Filter keys", placeholder="Filter keys")
        self.search.setObjectName("settings.keys.search")
        super().__init__("Keyboard", self.search, gap=0)
        self._commands = commands
        self.rows: list[KeyRow] = []
        self._groups: list[_Group] = []
        self._list = Column(gap=0)
        self._nothing = Label("No command or key is like that.", "body", "muted")
        self._nothing.hide()
        self.reset = Button("Reset all keys", icon="rotate-ccw", compact=True)
        self.add(boxed(self._list), self._nothing, Row(self.reset, None))
        self.search.textChanged.connect(self.show_matching)
        self.reset.clicked.connect(self._reset_all)

    async def list_commands(self) -> None:
        """List every command there is now, row by row between events."""
        if len(self.rows) == len(tuple(self._commands)):
            return
        self._list.clear()
        self.rows, self._groups = [], []
        for place, commands in self._by_place().items():
            rows = []
            for command in commands:
                rows.append(self._row(command))
                await asyncio.sleep(0)
            self._group(place, rows)
        self._group("In what has the keyboard", [FixedRow(one) for one in GUIDE])
        if self.search.text():  # it was typed while they were listed
            self.show_matching(self.search.text())

    @QtCore.Slot(str)
    def show_matching(self, typed: str) -> int:
        """Show the rows that hold the words typed; return how many."""
        words = typed.casefold()
        shown = sum(group.show_matching(words) for group in self._groups)
        self._nothing.setVisible(not shown)
        return shown

    def _by_place(self) -> dict[str, list[Command]]:
        places: dict[str, list[Command]] = {}
        for command, _action in self._commands:
            place = self._commands.place(command.id) or "Everywhere"
            places.setdefault(place, []).append(command)
        return places

    def _row(self, command: Command) -> KeyRow:
        row = KeyRow(self._commands, command)
        row.changed.connect(self._refresh)
        self.rows.append(row)
        return row

    def _group(self, title: str, rows: "Sequence[KeyRow | FixedRow]") -> None:
        head = Label(title, "section", "muted")
        group = _Group(boxed(Column(head, *rows, gap=0, margins=_ABOVE)), [*rows])
        self._groups.append(group)
        self._list.add(group.box)
        group.show_matching(self.search.text().casefold())

    @QtCore.Slot()
    def _refresh(self) -> None:
        for row in self.rows:
            row.refresh()

    @QtCore.Slot()
    def _reset_all(self) -> None:
        for row in self.rows:
            self._commands.rebind(row.command.id, None)
        self._refresh()


class FixedRow(QtWidgets.QWidget):
    """Keys of a widget, which stay as they are."""

    def __init__(self, fixed: Fixed) -> None:
        super().__init__()
        self.fixed = fixed
        about = Label(fixed.help, "caption", "muted", wrap=True)
        row = Row(gap=8, margins=(0, 6, 0, 6))
        text = Column(Label(fixed.text), about, gap=2)
        row.add(text, stretch=1)
        keys = map(written, fixed.keys)
        self.keys = Label(", ".join(keys), "code_small", "muted")
        row.add(self.keys)
        self.setLayout(row)

    def holds(self, words: str) -> bool:
        """Return whether every word stands in the row, its keys included."""
        whole = f"{self.fixed.text} {self.fixed.help} {self.keys.text()}".casefold()
        return all(word in whole for word in words.split())
