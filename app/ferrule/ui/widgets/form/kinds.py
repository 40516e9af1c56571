"""Unions of generated forms: which kind it is, and the form of that kind.

Switching keeps the members that both kinds have, and remembers the others for
switching back.
"""

from collections.abc import Iterator

from PySide6 import QtCore

from ferrule.exchange import MISSING
from ferrule.section import Section
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.groups import needs_chip
from ferrule.ui.widgets.form.rows import Nested
from ferrule.ui.widgets.form.shapes import (
    Either,
    Fixed,
    Group,
    Many,
    Variants,
    members,
)
from ferrule.ui.widgets.form.values import (
    new_section,
    restored,
    seed,
    switched,
    takes,
)
from ferrule.ui.widgets.layouts import Column, Row


class VariantsEditor(Editor):
    """A choice of the kind over the form of that kind."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        shape: Variants,
        name: str,
        *,
        required: bool,
    ) -> None:
        super().__init__(context, pointer, name)
        self._shape = shape
        self._tag: str | None = None
        self._inner: Editor | None = None
        options: list[tuple[object, str]] = [(k.tag, k.title) for k in shape.kinds]
        if not required:
            options.insert(0, (None, "Not set"))
        self.combo = ComboBox(options, name=f"{name}: kind")
        self.combo.chosen.connect(self._switch)
        self._chip = needs_chip("")
        self._nest = Nested()
        self._nest.hide()
        self.setFocusProxy(self.combo)
        self._arrange()
        self._chip.hide()
        self.refresh()

    def _arrange(self) -> None:
        self.setLayout(self._lines())

    def _lines(self) -> Column:
        return Column(Row(self.combo, self._chip, None), self._nest, gap=8)

    @property
    def tag(self) -> str | None:
        """Return the kind that is shown."""
        return self._tag

    def refresh(self) -> None:
        """Show the kind, with another form where it is another kind."""
        kind = self._shape.kind(self.value())
        tag = kind.tag if kind is not None else None
        if tag != self._tag:
            self._tag = tag
            self._rebuild()
        self.combo.set_value(tag)
        if self._inner is not None:
            self._inner.refresh()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the form of the kind."""
        if self._inner is not None:
            yield self._inner

    def switch(self, tag: str | None) -> None:
        """Make it another kind, or absent."""
        value = self.value()
        if isinstance(value, dict) and self._tag is not None:
            where = self.context.draft.raw(self.pointer)
            self.context.remembered[where, self._tag] = value
        if tag is None:
            self.put(MISSING)
            return
        kind = next(kind for kind in self._shape.kinds if kind.tag == tag)
        fresh = switched(value, kind)
        where = self.context.draft.raw(self.pointer)
        known = self.context.remembered.get((where, tag), {})
        self.put(restored(fresh, known, new_section(kind.model)))

    def _rebuild(self) -> None:
        self._nest.column.clear()
        self._inner = None
        kind = next((k for k in self._shape.kinds if k.tag == self._tag), None)
        needs = kind.model.needs if kind is not None else ""
        self._chip.show_fact(f"needs {needs}", "warning", state="warning")
        self._chip.setVisible(bool(needs))
        if kind is not None:
            make = self.context.make
            shape = Group(kind.model)
            self._inner = make(
                self.context, self.pointer, shape, self.name, required=True
            )
            self._nest.column.add(self._inner)
        self._nest.setVisible(kind is not None and _has_fields(kind.model))
        self.context.structure.emit()

    @QtCore.Slot(object)
    def _switch(self, tag: object) -> None:
        self.switch(tag if isinstance(tag, str) else None)


def _has_fields(model: type[Section]) -> bool:
    return any(not isinstance(member.shape, Fixed) for member in members(model))


class EitherEditor(Editor):
    """One of two shapes: one value or several, a number or a text."""

    def __init__(
        self, context: FormContext, pointer: str, shape: Either, name: str
    ) -> None:
        super().__init__(context, pointer, name)
        self._shapes = shape.shapes
        self._at = -1
        self._inner: Editor | None = None
        self._several = next(
            (n for n, part in enumerate(shape.shapes) if isinstance(part, Many)), 1
        )
        self.toggle = IconButton("list", f"{name}: several values", checkable=True)
        self.toggle.clicked.connect(self._switch)
        self._box = Column(gap=4)
        row = Row(gap=6)
        row.add(self._box, stretch=1)
        row.addWidget(self.toggle, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        self.setLayout(row)
        self.refresh()

    def refresh(self) -> None:
        """Show the field of the shape that takes the value."""
        value = self.value()
        fitting = [n for n, s in enumerate(self._shapes) if takes(s, value)]
        at = self._at if self._at in fitting else fitting[0] if fitting else 0
        if at != self._at:
            self._at = at
            self._box.clear()
            make = self.context.make
            shape = self._shapes[at]
            self._inner = make(
                self.context, self.pointer, shape, self.name, required=False
            )
            self._box.add(self._inner)
            self.setFocusProxy(self._inner)
            self.context.structure.emit()
        self.toggle.setChecked(at == self._several)
        if self._inner is not None:
            self._inner.refresh()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the field."""
        if self._inner is not None:
            yield self._inner

    @QtCore.Slot()
    def _switch(self) -> None:
        several = self.toggle.isChecked()
        at = self._several if several else 1 - self._several
        value, shape = self.value(), self._shapes[at]
        if isinstance(shape, Many):
            self.put([] if value is MISSING or value == "" else [value])
        elif isinstance(value, list) and value and takes(shape, value[0]):
            self.put(value[0])
        else:
            self.put(seed(shape))
