"""Sections and unions of generated forms: their members as rows, their kinds to switch.

A member that is absent and rarely wanted waits behind "More"; one that is in the
document is always shown, and one that the section does not know is shown as JSON.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import MISSING
from ferrule.ui.i18n import Data
from ferrule.ui.models.draft import escaped
from ferrule.ui.theme import metrics
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.fields import JsonEditor
from ferrule.ui.widgets.form.level import LevelTag
from ferrule.ui.widgets.form.rows import Nested, Slot, WriteButton
from ferrule.ui.widgets.form.shapes import (
    Fixed,
    Group,
    Member,
    is_block,
)
from ferrule.ui.widgets.form.values import (
    new_section,
)
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed

_FEW: Final = 3
_WIDE: Final = 420


def needs_chip(needs: str) -> Chip:
    """Return what says that the engine cannot run a part yet."""
    chip = Chip(f"needs {needs}", "warning", state="warning")
    chip.setToolTip("It loads and lints, but cannot run yet.")
    return chip


class MemberRow:
    """A member of a section: a labelled row, or a head with a block below it.

    `whole` is the widget that stands in the form; `row` is there for a labelled one.
    """

    def __init__(
        self, context: FormContext, pointer: str, member: Member, *, bare: bool = False
    ) -> None:
        self.member = member
        self._draft = context.draft
        self._tag: LevelTag | None = None
        self._head: Row | None = None
        self.slot = Slot(
            context, pointer, member.shape, member.title, required=member.required
        )
        chip = needs_chip(member.needs) if member.needs else None
        self.row: FormRow | None = None
        self._error = Label("", "caption_strong", "danger", wrap=True)
        if is_block(member.shape):
            self.whole = self._block(member, chip, bare=bare)
        else:
            self.row = FormRow(
                member.title, self.slot, help_text=member.help, trailing=chip
            )
            self._error.setParent(self.row)
            self.whole = self.row
        self._error.hide()

    def refresh(self) -> None:
        """Show the value, and how a stream stands to the connector's."""
        if self._tag is not None or self._draft.divides(self.slot.pointer):
            tag = self._tag or self._add_tag()
            tag.refresh()
            self.slot.setEnabled(not tag.locked)
        self.slot.refresh()

    def take_focus(self) -> None:
        """Give the keyboard to the field, or to what makes it a stream's own."""
        if self.slot.isEnabled() or self._tag is None:
            self.slot.take_focus()
        else:
            self._tag.deed.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def _add_tag(self) -> LevelTag:
        member = self.member
        pointer, required = self.slot.pointer, member.required
        tag = LevelTag(
            self._draft,
            pointer,
            member.title,
            required=required,
            reserving=self.row is not None,
        )
        tag.overridden.connect(self.slot.take_focus)
        if self.row is not None:
            self.row.add_trailing(tag)
        elif self._head is not None:
            self._head.add(tag)
        self._tag = tag
        return tag

    def set_error(self, error: str) -> None:
        """Say what is wrong with the member itself."""
        self.slot.set_error(error)
        if self.row is not None:
            self.row.set_error(error)
        else:
            self._error.setText(error)
            self._error.setVisible(bool(error))

    def _block(
        self, member: Member, chip: Chip | None, *, bare: bool
    ) -> QtWidgets.QWidget:
        column = Column(gap=metrics.GAP_SMALL)
        self._head = Row(gap=8)
        if not bare:
            self._head.add(Label(member.title, "emphasis"))
            if chip is not None:
                self._head.add(chip)
        self._head.add(None)
        if not bare:
            self._head.add(WriteButton(self.slot))
        column.add(self._head)
        if member.help and not bare:
            column.add(Label(member.help, "caption", "muted", wrap=True))
        column.add(self._error, self.slot)
        return boxed(column)


class GroupEditor(Editor):
    """The members of a section, in the order they are listed.

    Absent members wait behind "More" where there are several; their rows are made when
    they are wanted. A section that is not `strict` shows only some of its members.
    """

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        listed: Sequence[Member],
        name: str,
        *,
        strict: bool = True,
        wide_from: int = _WIDE,
    ) -> None:
        super().__init__(context, pointer, name)
        self._known = {member.name for member in listed}
        self._strict = strict
        shown = [m for m in listed if not isinstance(m.shape, Fixed)]
        self._alone = strict and len(shown) == 1 and is_block(shown[0].shape)
        self.rows: list[MemberRow] = []
        self._waiting = self._rarely_wanted(shown)
        self._form = Form(wide_from=wide_from)
        self._extras = Nested()
        self._extra_rows: dict[str, JsonEditor] = {}
        self._extras.hide()
        self._more = Button("", kind="link", icon="chevron-down", compact=True)
        self._more.clicked.connect(self.open_all)
        self.setLayout(Column(self._form, self._extras, Row(self._more, None), gap=8))
        self._add([member for member in shown if member not in self._waiting])
        self._tell_more()

    def refresh(self) -> None:
        """Show all members, and those that the section does not know."""
        self._add([m for m in self._waiting if self._present(m)])
        for row in self.rows:
            row.refresh()
        if self._strict:
            self._show_extras()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the members."""
        for row in self.rows:
            yield row.slot
        yield from self._extra_rows.values()

    @QtCore.Slot()
    def open_all(self) -> None:
        """Show the members that wait behind "More" too."""
        at = len(self.rows)
        self._add(list(self._waiting))
        if at < len(self.rows):
            self.rows[at].slot.take_focus()

    def _add(self, fresh: Sequence[Member]) -> None:
        """Make the rows of some members."""
        if not fresh:
            return
        slices = self.context.slices
        for number, member in enumerate(fresh):
            if number and slices.overdue():
                slices.later(self, partial(self._add, fresh[number:]))
                break
            pointer = f"{self.pointer}/{escaped(member.name)}"
            row = MemberRow(self.context, pointer, member, bare=self._alone)
            row.refresh()
            self.rows.append(row)
            if row.row is not None:
                self._form.add_row(row.row)
            else:
                self._form.add(row.whole)
        self._waiting = [m for m in self._waiting if m not in fresh]
        self.setFocusProxy(self.rows[0].slot)
        self._tell_more()
        self.context.structure.emit()

    def _rarely_wanted(self, shown: Sequence[Member]) -> list[Member]:
        idle = [m for m in shown if not (m.required or self._present(m))]
        return idle if len(idle) > _FEW else []

    def _present(self, member: Member) -> bool:
        pointer = f"{self.pointer}/{escaped(member.name)}"
        return self.context.draft.value(pointer) is not MISSING

    def _tell_more(self) -> None:
        count = len(self._waiting)
        fields = "field" if count == 1 else "fields"
        self._more.setText(f"{count} more {fields}")
        self._more.setAccessibleName(f"{self.name}: {count} more {fields}")
        self._more.setVisible(bool(count))

    def _show_extras(self) -> None:
        value = self.value()
        found = value if isinstance(value, dict) else {}
        names = [name for name in found if name not in self._known]
        if names != list(self._extra_rows):
            self._extras.column.clear()
            self._extra_rows = {}
            for name in names:
                self._add_extra(name)
            self._extras.setVisible(bool(names))
        for row in self._extra_rows.values():
            row.refresh()

    def _add_extra(self, name: str) -> None:
        pointer = f"{self.pointer}/{escaped(name)}"
        editor = JsonEditor(self.context, pointer, name)
        gone = IconButton("x", f"Remove {Data(name)}")
        gone.clicked.connect(lambda: editor.put(MISSING))
        self._extra_rows[name] = editor
        row = FormRow(name, editor, help_text="Not a member here", trailing=gone)
        self._extras.column.add(row)


class OptionalGroup(Editor):
    """A section that may be absent: a button that adds it, and one that removes it."""

    def __init__(
        self, context: FormContext, pointer: str, shape: Group, name: str
    ) -> None:
        super().__init__(context, pointer, name)
        self._shape = shape
        self._inner: Editor | None = None
        self._add = Button(
            f"Set {name.lower()}", kind="link", icon="plus", compact=True
        )
        self._add.setAccessibleName(f"Set {name.lower()}")
        self._gone = Button("Remove", kind="link", icon="x", compact=True)
        self._gone.setAccessibleName(f"Remove {name.lower()}")
        self._add.clicked.connect(self._set)
        self._gone.clicked.connect(self._unset)
        self._nest = Nested()
        tools = boxed(Row(self._add, self._gone, None))
        self.setLayout(Column(self._nest, tools, gap=6))
        self.refresh()

    def refresh(self) -> None:
        """Show the section where it is."""
        present = self.value() is not MISSING
        if present and self._inner is None:
            make = self.context.make
            self._inner = make(
                self.context, self.pointer, self._shape, self.name, required=True
            )
            self._nest.column.add(self._inner)
            self.context.structure.emit()
        elif not present and self._inner is not None:
            self._nest.column.clear()
            self._inner = None
            self.context.structure.emit()
        self._nest.setVisible(present)
        self._add.setVisible(not present)
        self._gone.setVisible(present)
        self.setFocusProxy(self._inner if self._inner is not None else self._add)
        if self._inner is not None:
            self._inner.refresh()

    def children_editors(self) -> Iterator[Editor]:
        """Yield the section."""
        if self._inner is not None:
            yield self._inner

    @QtCore.Slot()
    def _set(self) -> None:
        self.put(new_section(self._shape.model))

    @QtCore.Slot()
    def _unset(self) -> None:
        self.put(MISSING)
