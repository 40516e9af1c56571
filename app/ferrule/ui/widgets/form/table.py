"""A list of a form as a table in its order, with the chosen element's form below it.

Elements are dragged, or moved by Alt and an arrow; one is copied, removed and added by
buttons and keys. Only the chosen one has fields, so a long list costs no more.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6 import QtCore

from ferrule.exchange import MISSING, Json
from ferrule.ui.models.table import RowsModel
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.rows import Nested, add_button
from ferrule.ui.widgets.form_order import OrderTable
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed


class TableEditor(Editor):
    """The elements of a list as rows; subclasses say what a row and an element are."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        name: str,
        model: RowsModel[Any],
        *,
        thing: str,
        none: str,
        required: bool,
    ) -> None:
        super().__init__(context, pointer, name)
        self._required = required
        self._thing = thing
        self._shown: Sequence[object] = ()
        self._chosen: Editor | None = None
        self.model = model
        model.setParent(self)
        self.table = OrderTable(model, name)
        self.above = Column(gap=6)
        self._none = Label(none, "body", "muted", wrap=True)
        self._nest = Nested()
        self.add_button = add_button(name, thing)
        self.add_button.clicked.connect(self.append)
        self.tools = self._make_tools()
        row = Row(self.add_button, None, gap=2)
        row.add(*self.tools)
        lines = (self.above, self.table, self._none, boxed(row), self._nest)
        self.setLayout(Column(*lines, gap=6))
        self.setFocusProxy(self.add_button)
        self.table.picked.connect(self._pick)
        self.table.moved.connect(self.move_element)
        self.table.removing.connect(self.remove)

    def rows_now(self) -> Sequence[object]:
        """Return the rows of the table as they should be now; each subclass knows."""
        raise NotImplementedError

    def fresh(self) -> Json:
        """Return an element to begin with; each subclass knows."""
        raise NotImplementedError

    def copied(self, element: Json) -> Json:
        """Return a copy of an element that may stand beside it."""
        return element

    def make_chosen(self, pointer: str) -> Editor:
        """Return the form of an element; each subclass knows."""
        raise NotImplementedError

    @property
    def elements(self) -> list[Json]:
        """Return the elements as they stand."""
        value = self.value()
        return list(value) if isinstance(value, list) else []

    @property
    def current(self) -> int:
        """Return the number of the chosen element, -1 where there is none."""
        return self.table.place()

    def refresh(self) -> None:
        """Show the elements of now; the chosen one stays chosen."""
        self.show_rows()
        self._show_chosen()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the chosen element's form."""
        if self._chosen is not None:
            yield self._chosen

    def reveal(self, pointer: str) -> None:
        """Choose the element that holds a place."""
        number = self.number_of(pointer)
        if number >= 0:
            self.choose(number)

    @QtCore.Slot(int)
    def choose(self, number: int) -> None:
        """Show the form of an element."""
        if 0 <= number < self.model.rowCount():
            self.table.selectRow(number)

    @QtCore.Slot()
    def append(self) -> None:
        """Add an element after all others, and go to it."""
        elements = [*self.elements, self.fresh()]
        self.write(elements, f"Add {self._thing}", len(elements) - 1)
        if self._chosen is not None:
            self._chosen.take_focus()

    @QtCore.Slot(int, int)
    def move_element(self, number: int, to: int) -> None:
        """Put an element at another place; it stays the chosen one."""
        elements = self.elements
        elements.insert(to, elements.pop(number))
        self.write(elements, f"Move {self._thing}", to)

    @QtCore.Slot(int)
    def remove(self, number: int) -> None:
        """Take an element away; an optional list goes with its last one."""
        elements = self.elements
        del elements[number]
        self.write(elements, f"Remove {self._thing}", min(number, len(elements) - 1))

    def write(self, elements: list[Json], label: str, chosen: int) -> None:
        """Put other elements, and choose one of them."""
        gone = not elements and not self._required
        self.context.draft.edit(self.pointer, MISSING if gone else elements, label)
        self.refresh()
        self.choose(chosen)

    def number_of(self, pointer: str) -> int:
        """Return the number of the element that holds a place, -1 for none."""
        inside = pointer.removeprefix(f"{self.pointer}/").split("/")[0]
        found = pointer.startswith(f"{self.pointer}/") and inside.isdigit()
        return int(inside) if found else -1

    def show_rows(self) -> None:
        """Show other rows, where they are others."""
        rows = self.rows_now()
        if rows != self._shown:
            self._shown = rows
            self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self._none.setVisible(not rows)
        if rows and self.current < 0:
            self.choose(0)

    def _show_chosen(self) -> None:
        """Show the form of the chosen element; the same fields serve for all."""
        number = self.current
        if number < 0 or number >= len(self._shown):
            if self._chosen is not None:
                self._nest.column.clear()
                self._chosen = None
                self.context.structure.emit()
        elif self._chosen is None and self.context.slices.overdue():
            self.context.slices.later(self, self._show_chosen)
            return
        else:
            self._show_element(f"{self.pointer}/{number}")
        self._nest.setVisible(self._chosen is not None)
        last = len(self._shown) - 1
        able = (number > 0, 0 <= number < last, number >= 0, number >= 0)
        for tool, may in zip(self.tools, able, strict=True):
            tool.setEnabled(may)

    def _show_element(self, pointer: str) -> None:
        if self._chosen is None:
            self._chosen = self.make_chosen(pointer)
            self._nest.column.add(self._chosen)
        if self._chosen.pointer != pointer:
            self._chosen.rebase(pointer)
        self._chosen.refresh()

    def _make_tools(self) -> list[IconButton]:
        tools = []
        for mark, word, deed in (
            ("chevron-up", "Move up (Alt+Up)", self._up),
            ("chevron-down", "Move down (Alt+Down)", self._down),
            ("copy", "Duplicate", self._copy),
            ("x", "Remove (Delete)", self._remove),
        ):
            tool = IconButton(mark, f"{self.name}: {word}")
            tool.clicked.connect(deed)
            tools.append(tool)
        return tools

    @QtCore.Slot(object)
    def _pick(self, _row: object) -> None:
        self._show_chosen()
        self.context.structure.emit()

    @QtCore.Slot()
    def _up(self) -> None:
        if self.current > 0:
            self.move_element(self.current, self.current - 1)

    @QtCore.Slot()
    def _down(self) -> None:
        if 0 <= self.current < len(self._shown) - 1:
            self.move_element(self.current, self.current + 1)

    @QtCore.Slot()
    def _copy(self) -> None:
        elements, number = self.elements, self.current
        elements.insert(number + 1, self.copied(elements[number]))
        self.write(elements, f"Duplicate {self._thing}", number + 1)

    @QtCore.Slot()
    def _remove(self) -> None:
        self.remove(self.current)
