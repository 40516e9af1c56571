"""A JSON document as a tree to read, to search and to pick from.

Mouse and keyboard reach the same things: picking by the button of a row, Alt+click, P
or Enter; the other ways to write it by Shift+P; using a value for a field by dragging
or Ctrl+M; the next match by N; copying by Ctrl+C; the menu by the Menu key.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import msgspec
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json, encode, scalar_text
from ferrule.ui.widgets.json_lines import JsonLines
from ferrule.ui.widgets.json_row import pick_box
from ferrule.ui.widgets.spoken import announce

_KEYS = QtCore.Qt.Key
_MOST_OPENED: Final = 500


class JsonView(JsonLines):
    """The tree of one value, with all that can be done in it.

    Signals:
        picked(str): the person picked the value at this normalised path.
        pick_left(): Escape was pressed while `set_picking` was on.
        used(str): the selected values are to be used for what has this key.
        ways_wanted(): the other ways to write the path are to be shown.
        raw_wanted(): the current value is to be shown in the raw text.
    """

    picked = QtCore.Signal(str)
    pick_left = QtCore.Signal()
    used = QtCore.Signal(str)
    ways_wanted = QtCore.Signal()
    raw_wanted = QtCore.Signal()

    def __init__(self, name: str, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._picking = False
        # What values can be used for, as (key, words); an empty key is a divider.
        self.uses: Sequence[tuple[str, str]] = ()

    def set_picking(self, on: bool) -> None:  # noqa: FBT001  agreed with the pages
        """Let a plain click pick until it is switched off."""
        self._picking = on
        shape = QtCore.Qt.CursorShape
        self.viewport().setCursor(shape.CrossCursor if on else shape.ArrowCursor)

    @QtCore.Slot()
    def next_match(self) -> None:
        """Go to the next matched row, from the last one to the first."""
        self._step(forwards=True)

    @QtCore.Slot()
    def previous_match(self) -> None:
        """Go to the matched row before, from the first one to the last."""
        self._step(forwards=False)

    @QtCore.Slot()
    def pick(self) -> None:
        """Pick the current row."""
        self._pick(self.currentIndex())

    def chosen(self) -> list[QtCore.QModelIndex]:
        """Return the selected rows that are values, in document order, or the current.

        A selection that leaves the current row out is an old one.
        """
        rows = self.selectionModel().selectedRows()
        if self.currentIndex() not in rows:
            rows = [self.currentIndex()] if self.currentIndex().isValid() else []
        values = [row for row in rows if self.tree.row(row).kind != "chunk"]
        return sorted(values, key=lambda row: self.tree.rank(self.tree.row(row).path))

    def use_menu(self) -> QtWidgets.QMenu:
        """Return the menu of what the selected values can be used for."""
        count = len(self.chosen())
        words = "Use as" if count == 1 else f"Use {count} values as"
        menu = QtWidgets.QMenu(words, self)
        for key, text in self.uses:
            if key:
                menu.addAction(text).triggered.connect(partial(self._use, key))
            else:
                menu.addSeparator()
        menu.setEnabled(bool(self.uses))
        return menu

    @QtCore.Slot()
    def show_uses(self) -> None:
        """Open the menu of uses below the current row."""
        if self.currentIndex().isValid() and self.uses:
            menu = self.use_menu()
            menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.below_current())
            menu.setActiveAction(menu.actions()[0])

    def below_current(self) -> QtCore.QPoint:
        """Return the place on the screen just below the current row."""
        box = self.visualRect(self.currentIndex())
        return self.viewport().mapToGlobal(box.bottomLeft())

    def _use(self, key: str, _checked: object = None) -> None:
        self.used.emit(key)

    @QtCore.Slot()
    def copy_path(self) -> None:
        """Put the current row's normalised path on the clipboard."""
        if self.current_path():
            QtGui.QGuiApplication.clipboard().setText(self.current_path())
            announce(self, "Path copied")

    @QtCore.Slot()
    def copy_value(self) -> None:
        """Put the current value on the clipboard: texts bare, containers indented."""
        index = self.currentIndex()
        if index.isValid():
            row, value = self.tree.row(index), self.tree.value(index)
            text = row.text if row.kind == "number" else _clipboard_text(value)
            QtGui.QGuiApplication.clipboard().setText(text)
            announce(self, "Value copied")

    @QtCore.Slot()
    def open_below(self) -> None:
        """Open everything below the current row until 500 rows or more came."""
        waiting, opened = [self.currentIndex()], 0
        while waiting and opened < _MOST_OPENED:
            index = waiting.pop(0)
            rows = self.tree.rowCount(index)
            self.expand(index)
            opened += rows
            children = (self.tree.index(row, 0, index) for row in range(rows))
            waiting += [child for child in children if self.tree.hasChildren(child)]

    def keyboardSearch(self, _text: str) -> None:
        """Do nothing: letters are commands here."""

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Pick, go to matches, copy; the rest is Qt's."""
        command = self._command(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            command()

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Pick by the button of a row, by Alt, or by any click while picking."""
        index = self.indexAt(event.position().toPoint())
        left = event.button() == QtCore.Qt.MouseButton.LeftButton
        if left and index.isValid() and self._picks(event, index):
            self.setCurrentIndex(index)
            self._pick(index)
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer what can be done with a row; the Menu key comes here too."""
        place = event.globalPos()
        if event.reason() == QtGui.QContextMenuEvent.Reason.Keyboard:
            place = self.below_current()
        if self.currentIndex().isValid():
            self.menu().popup(place)

    def menu(self) -> QtWidgets.QMenu:
        """Return the menu of the current row; it deletes itself when closed."""
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys, do in (
            ("Pick for the field", "P", self.pick),
            ("Other ways to write it", "Shift+P", self.ways_wanted.emit),
            ("Copy path", "Ctrl+C", self.copy_path),
            ("Copy value", "Ctrl+Shift+C", self.copy_value),
            ("Show in the raw text", "R", self.raw_wanted.emit),
            ("Open everything below", "*", self.open_below),
            ("Next match", "N", self.next_match),
            ("Previous match", "Shift+N", self.previous_match),
        ):
            # Shown as text: the keys themselves belong to keyPressEvent.
            menu.addAction(f"{text}\t{keys}").triggered.connect(do)
        if self.uses:
            uses = self.use_menu()
            uses.setParent(menu, uses.windowFlags())
            uses.setTitle(f"{uses.title()}\tCtrl+M")
            menu.insertMenu(menu.actions()[2], uses)
        return menu

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Have a current row as soon as the keyboard is here."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.tree.index(0, 0))

    def _picks(self, event: QtGui.QMouseEvent, index: QtCore.QModelIndex) -> bool:
        place = event.position().toPoint()
        inner = self.visualRect(index)
        whole = QtCore.QRect(0, inner.top(), self.viewport().width(), inner.height())
        alt = bool(event.modifiers() & QtCore.Qt.KeyboardModifier.AltModifier)
        on_text = place.x() >= inner.left()
        return alt or pick_box(whole).contains(place) or (self._picking and on_text)

    def _pick(self, index: QtCore.QModelIndex) -> None:
        if index.isValid():
            path = self.tree.row(index).path
            self.picked.emit(path)
            announce(self, f"Picked {path}")

    def _command(self, event: QtGui.QKeyEvent) -> Any:  # noqa: ANN401  a slot or None
        flags = QtCore.Qt.KeyboardModifier
        held = event.modifiers() & ~flags.KeypadModifier
        key = QtCore.Qt.Key(event.key())
        if key == _KEYS.Key_Escape and self._picking:
            return self.pick_left.emit
        if key == _KEYS.Key_Asterisk:
            return self.open_below
        return {
            (_KEYS.Key_P, flags.NoModifier): self.pick,
            (_KEYS.Key_P, flags.ShiftModifier): self.ways_wanted.emit,
            (_KEYS.Key_M, flags.ControlModifier): self.show_uses,
            (_KEYS.Key_R, flags.NoModifier): self.raw_wanted.emit,
            (_KEYS.Key_Return, flags.NoModifier): self.pick,
            (_KEYS.Key_Enter, flags.NoModifier): self.pick,
            (_KEYS.Key_N, flags.NoModifier): self.next_match,
            (_KEYS.Key_N, flags.ShiftModifier): self.previous_match,
            (_KEYS.Key_C, flags.ControlModifier): self.copy_path,
            (
                _KEYS.Key_C,
                flags.ControlModifier | flags.ShiftModifier,
            ): self.copy_value,
        }.get((key, held))

    def _step(self, *, forwards: bool) -> None:
        if not self._matches:
            return
        here = self.tree.rank(self.current_path()) if self.current_path() else ()
        if forwards:
            at = bisect_right(self._matches, here, key=self.tree.rank)
        else:
            at = bisect_left(self._matches, here, key=self.tree.rank) - 1
        at %= len(self._matches)
        self.reveal(self._matches[at])
        announce(self, f"Match {at + 1} of {len(self._matches)}")


def _clipboard_text(value: Json) -> str:
    if isinstance(value, dict | list):
        return msgspec.json.format(encode(value), indent=2).decode()
    return scalar_text(value)
