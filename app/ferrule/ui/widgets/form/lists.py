"""Lists and named values of generated forms: add, remove, move, rename."""

from collections.abc import Iterator
from functools import partial

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import MISSING, Json
from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.draft import escaped
from ferrule.ui.models.nouns import singular, spoken
from ferrule.ui.theme import icon
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.rows import ElementRow, Slot, add_button
from ferrule.ui.widgets.form.shapes import (
    Keyed,
    Many,
    Shape,
    Variants,
    family,
    is_block,
)
from ferrule.ui.widgets.form.values import seed
from ferrule.ui.widgets.layouts import Column, Row


class ManyEditor(Editor):
    """The elements of a list below one another, each with its tools."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        shape: Many,
        name: str,
        *,
        required: bool,
    ) -> None:
        super().__init__(context, pointer, name)
        self._element: Shape = shape.element
        self._required = required
        self._block = is_block(shape.element)
        self._rows: list[ElementRow] = []
        self._list = Column(gap=10 if self._block else 6)
        self.add_button = add_button(name, spoken(name))
        self.add_button.clicked.connect(self.append)
        self.setFocusProxy(self.add_button)
        self.setLayout(Column(self._list, Row(self.add_button, None), gap=6))

    def refresh(self) -> None:
        """Show as many rows as there are elements; those that stay are kept."""
        elements = self._elements()
        changed = len(elements) != len(self._rows)
        while len(self._rows) > len(elements):
            self._drop()
        slices = self.context.slices
        while len(self._rows) < len(elements):
            if self._rows and slices.overdue():
                slices.later(self, self.refresh)
                break
            self._grow()
        for row in self._rows:
            row.slot.refresh()
        if changed:
            self.context.structure.emit()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the elements."""
        for row in self._rows:
            yield row.slot

    @QtCore.Slot()
    def append(self) -> None:
        """Add an element and go to it."""
        fresh = seed(self._element)
        elements = [*self._elements(), "" if fresh is MISSING else fresh]
        self._put(elements, f"Add to {self.name}")
        self.refresh()
        if self._rows:
            self._rows[-1].slot.take_focus()

    def remove(self, number: int) -> None:
        """Take an element away; an optional list goes with its last one."""
        elements = self._elements()
        del elements[number]
        self._put(elements, f"Remove from {self.name}")

    def shift(self, number: int, by: int) -> None:
        """Let an element change places with the one before or after it."""
        elements = self._elements()
        other = number + by
        if 0 <= other < len(elements):
            pair = elements[other], elements[number]
            elements[number], elements[other] = pair
            self._put(elements, f"Move in {self.name}")

    def _elements(self) -> list[Json]:
        value = self.value()
        return list(value) if isinstance(value, list) else []

    def _put(self, elements: list[Json], label: str) -> None:
        gone = not elements and not self._required
        value = MISSING if gone else elements
        self.context.draft.edit(self.pointer, value, label)

    def _drop(self) -> None:
        row = self._rows.pop()
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _grow(self) -> None:
        number = len(self._rows)
        called = Data(f"{tr(singular(self.name))} {number + 1}")
        pointer = f"{self.pointer}/{number}"
        slot = Slot(self.context, pointer, self._element, called)
        row = ElementRow(slot, *self._tools(number, called))
        self._rows.append(row)
        self._list.add(row)

    def _tools(self, number: int, called: str) -> list[QtWidgets.QWidget]:
        if isinstance(self._element, Variants) and family(self._element):
            return []  # a condition has a menu of its own
        menu = QtWidgets.QMenu()
        for text, mark, by in (
            ("Move up", "chevron-up", -1),
            ("Move down", "chevron-down", 1),
        ):
            action = menu.addAction(icon(mark), text)
            action.triggered.connect(partial(self._move, number, by))
        more = IconButton("ellipsis-vertical", f"{called}: move", menu=menu)
        gone = IconButton("x", f"Remove {called}")
        gone.clicked.connect(partial(self._remove, number))
        return [gone, more]

    def _move(self, number: int, by: int, *_checked: object) -> None:
        self.shift(number, by)

    def _remove(self, number: int, *_checked: object) -> None:
        self.remove(number)


class KeyedEditor(Editor):
    """Values by name: query parameters, headers, claims."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        shape: Keyed,
        name: str,
        *,
        required: bool,
    ) -> None:
        super().__init__(context, pointer, name)
        self._element: Shape = shape.element
        self._required = required
        self._rows: list[_KeyedRow] = []
        self._order: list[str] = []
        self._list = Column(gap=6)
        self.add_button = add_button(name, spoken(name))
        self.add_button.clicked.connect(self.append)
        self.setFocusProxy(self.add_button)
        self.setLayout(Column(self._list, Row(self.add_button, None), gap=6))

    def refresh(self) -> None:
        """Show a row for each name; those that stay are kept."""
        names = self._in_order(list(self.members()))
        changed = len(names) != len(self._rows)
        while len(self._rows) > len(names):
            row = self._rows.pop()
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        slices = self.context.slices
        while len(self._rows) < len(names):
            if self._rows and slices.overdue():
                slices.later(self, self.refresh)
                break
            self._rows.append(_KeyedRow(self, self._element, names[len(self._rows)]))
            self._list.add(self._rows[-1])
        for row, name in zip(self._rows, names, strict=False):
            row.show_name(name)
        if changed:
            self.context.structure.emit()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the values."""
        for row in self._rows:
            yield row.slot

    def members(self) -> dict[str, Json]:
        """Return the values by name as they stand."""
        value = self.value()
        return dict(value) if isinstance(value, dict) else {}

    @QtCore.Slot()
    def append(self) -> None:
        """Add a value under a name that is free, and go to the name."""
        found = self.members()
        number = len(found) + 1
        while f"name{number}" in found:
            number += 1
        fresh = seed(self._element)
        found[f"name{number}"] = "" if fresh is MISSING else fresh
        self._put(found, f"Add to {self.name}")
        self.refresh()
        if self._rows:
            self._rows[-1].key.setFocus()
            self._rows[-1].key.selectAll()

    def rename(self, old: str, new: str) -> bool:
        """Give a value another name in the same place; say whether that was free."""
        found = self.members()
        if not new or (new in found and new != old):
            return False
        renamed = {new if k == old else k: v for k, v in found.items()}
        number = list(found).index(old)
        self._order = [new if row.shown == old else row.shown for row in self._rows]
        merge = f"name:{self.pointer}/{number}"
        self.context.draft.edit(self.pointer, renamed, f"Rename in {self.name}", merge)
        return True

    def _in_order(self, names: list[str]) -> list[str]:
        """Return the names as they stood: a merge patch puts a renamed one last."""
        if set(names) != set(self._order) or len(names) != len(self._order):
            self._order = []
        return self._order or names

    def remove(self, name: str) -> None:
        """Take a value away; an optional set goes with its last one."""
        found = self.members()
        del found[name]
        self._put(found, f"Remove from {self.name}")

    def rebase(self, pointer: str) -> None:
        """Stand for another place."""
        super().rebase(pointer)
        for row in self._rows:
            row.slot.rebase(f"{pointer}/{escaped(row.shown)}")

    def _put(self, found: dict[str, Json], label: str) -> None:
        gone = not found and not self._required
        self.context.draft.edit(self.pointer, MISSING if gone else found, label)


class _KeyedRow(QtWidgets.QWidget):
    """A name, its value, and a button that takes both away."""

    def __init__(self, owner: KeyedEditor, element: Shape, name: str) -> None:
        super().__init__()
        self._owner = owner
        self.shown = name
        self.key = LineEdit(name, name=f"{singular(owner.name)}: name", mono=True)
        self.key.textEdited.connect(self._rename)
        pointer = f"{owner.pointer}/{escaped(name)}"
        self.slot = Slot(owner.context, pointer, element, f"{owner.name}: value")
        self._gone = IconButton("x", f"Remove {Data(name)}")
        self._gone.clicked.connect(self._remove)
        row = Row(gap=6)
        top = QtCore.Qt.AlignmentFlag.AlignTop
        row.addWidget(self.key, 2, top)
        row.addWidget(self.slot, 3)
        row.addWidget(self._gone, 0, top)
        self.setLayout(row)

    def show_name(self, name: str) -> None:
        """Stand for the value of that name."""
        if name != self.shown:
            self.shown = name
            self.slot.rebase(f"{self._owner.pointer}/{escaped(name)}")
            self._gone.set_name(f"Remove {Data(name)}")
        if self.key.text() != name:
            at = self.key.cursorPosition()
            self.key.setText(name)
            self.key.setCursorPosition(at)
        self.key.set_mark("")
        self.slot.refresh()

    @QtCore.Slot(str)
    def _rename(self, text: str) -> None:
        if text == self.shown:
            self.key.set_mark("")
        elif not self._owner.rename(self.shown, text):
            self.key.set_mark("error")

    @QtCore.Slot()
    def _remove(self) -> None:
        self._owner.remove(self.shown)
