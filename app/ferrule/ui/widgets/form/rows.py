"""A place in a form: the field of its shape, or JSON text where that cannot show it.

So nothing in a document is lost because a form has no field for it.
"""

from collections.abc import Iterator

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.theme import metrics, paint_line, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.fields import JsonEditor
from ferrule.ui.widgets.form.json import SectionJson
from ferrule.ui.widgets.form.shapes import Shape
from ferrule.ui.widgets.form.values import takes
from ferrule.ui.widgets.layouts import Column, Row


class Slot(Editor):
    """Holds the editor of a shape; swaps it for JSON text where the value needs it."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        shape: Shape,
        name: str,
        *,
        required: bool = True,
    ) -> None:
        super().__init__(context, pointer, name)
        self._shape = shape
        self._required = required
        self._box = Column(gap=0)
        self.setLayout(self._box)
        self._fits = takes(shape, self.value())
        self._written = False
        self.inner = self._make()
        self._fill()

    @property
    def as_json(self) -> bool:
        """Return whether the value is shown as JSON text for want of a field."""
        return not self._fits

    @property
    def written(self) -> bool:
        """Return whether the person wants to write it as JSON."""
        return self._written

    def set_written(self, *, on: bool) -> None:
        """Show the value as JSON text, or as the form it was."""
        if on != self._written:
            self._written = on
            self._swap()
            self.inner.refresh()

    def refresh(self) -> None:
        """Show the value in the field that can."""
        fits = takes(self._shape, self.value())
        if fits != self._fits:
            self._fits = fits
            if not self._written:
                self._swap()
        self.inner.refresh()

    def _swap(self) -> None:
        self._box.clear()
        self.inner = self._make()
        self._fill()
        self.context.structure.emit()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the one inside."""
        yield self.inner

    def set_error(self, error: str) -> None:
        """Mark the field."""
        self.inner.set_error(error)

    def _make(self) -> Editor:
        if self._written:
            needed = self._required
            return SectionJson(self.context, self.pointer, self.name, required=needed)
        if not self._fits:
            return JsonEditor(self.context, self.pointer, self.name)
        make = self.context.make
        return make(
            self.context, self.pointer, self._shape, self.name, required=self._required
        )

    def _fill(self) -> None:
        self._box.add(self.inner)
        self.setFocusProxy(self.inner)


class Nested(QtWidgets.QWidget):
    """What belongs to the thing above it: a hairline at its left, moved in a little."""

    def __init__(self, *content: QtWidgets.QWidget) -> None:
        super().__init__()
        self._plain = False
        self.column = Column(*content, gap=metrics.FORM_GAP, margins=(14, 2, 0, 2))
        self.setLayout(self.column)

    def set_plain(self, *, on: bool) -> None:
        """Stand without line and indent, as if it were not nested."""
        if on != self._plain:
            self._plain = on
            self.column.set_margins((0, 0, 0, 0) if on else (14, 2, 0, 2))
            self.update()

    def paintEvent(self, _event: object) -> None:
        """Draw the line."""
        if self._plain:
            return
        painter = QtWidgets.QStylePainter(self)
        paint_line(painter, QtCore.QRect(theme.px(4), 0, 1, self.height()), "border")


class WriteButton(IconButton):
    """Switches a section between its form and its JSON."""

    def __init__(self, slot: Slot) -> None:
        super().__init__("braces", f"{slot.name}: write as JSON", checkable=True)
        self._slot = slot
        self.toggled.connect(self._switch)

    @QtCore.Slot(bool)
    def _switch(self, on: bool) -> None:  # noqa: FBT001  Qt's signature
        self._slot.set_written(on=on)
        self._slot.take_focus()


class ElementRow(QtWidgets.QWidget):
    """An element of a list: its field, and at its right what can be done with it."""

    def __init__(self, slot: Editor, *tools: QtWidgets.QWidget) -> None:
        super().__init__()
        self.slot = slot
        row = Row(gap=6)
        row.add(slot, stretch=1)
        side = Row(*tools, gap=2)
        row.addLayout(side)
        row.setAlignment(side, QtCore.Qt.AlignmentFlag.AlignTop)
        self.setLayout(row)


def add_button(name: str, thing: str) -> Button:
    """Return the button that adds one thing to the list of that name."""
    made = Button(f"Add {thing}", kind="link", icon="plus", compact=True)
    made.setAccessibleName(f"{Data(tr(name))}: add {Data(tr(thing))}")
    return made
