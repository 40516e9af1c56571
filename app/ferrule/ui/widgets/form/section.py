"""A form made from a section's model: labels, help, kinds and limits come from it.

Every edit goes through the draft, so undo covers every kind of field, and a value that
no field can show stands there as JSON text.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import Problem
from ferrule.expression import Condition
from ferrule.partition import ParentPartition
from ferrule.section import Section
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.draft_level import LevelDraft
from ferrule.ui.widgets.form.condition import ConditionEditor
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.fields import (
    ChoiceEditor,
    JsonEditor,
    NumberEditor,
    ScalarEditor,
    SwitchEditor,
    TextEditor,
)
from ferrule.ui.widgets.form.groups import (
    GroupEditor,
    MemberRow,
    OptionalGroup,
)
from ferrule.ui.widgets.form.kinds import EitherEditor, VariantsEditor
from ferrule.ui.widgets.form.level import LevelTag
from ferrule.ui.widgets.form.lists import KeyedEditor, ManyEditor
from ferrule.ui.widgets.form.parent import ParentEditor, StreamChoice
from ferrule.ui.widgets.form.predicate import PredicateEditor, RuleEditor
from ferrule.ui.widgets.form.rows import Slot, WriteButton
from ferrule.ui.widgets.form.rules import RulesEditor, is_rules
from ferrule.ui.widgets.form.shapes import (
    STREAM,
    Annotation,
    Choice,
    Either,
    Flag,
    Group,
    Keyed,
    Many,
    Member,
    Number,
    Scalar,
    Shape,
    Text,
    Variants,
    family,
    members,
    shape_of,
)
from ferrule.ui.widgets.form.streams import StreamsEditor, is_streams
from ferrule.ui.widgets.form.version import VersionEditor
from ferrule.ui.widgets.layouts import Column, Row

_VERSION: Final = "/version"


def form_context(
    draft: DraftModel, parent: QtCore.QObject | None = None
) -> FormContext:
    """Return what the forms of one draft share."""
    return FormContext(LevelDraft(draft, parent or draft), make_editor, parent)


def make_editor(
    context: FormContext, pointer: str, shape: Shape, name: str, *, required: bool
) -> Editor:
    """Return the field of a shape."""
    if isinstance(shape, Text):
        return _text(context, pointer, shape, name, required=required)
    if isinstance(shape, Number):
        return NumberEditor(context, pointer, name, whole=shape.whole)
    if isinstance(shape, Scalar):
        return ScalarEditor(context, pointer, name, shape.format)
    if isinstance(shape, Flag | Choice):
        return _choice(context, pointer, shape, name, required=required)
    return _compound(context, pointer, shape, name, required=required)


def _text(
    context: FormContext, pointer: str, shape: Text, name: str, *, required: bool
) -> Editor:
    if pointer == _VERSION:
        return VersionEditor(context, pointer, name, required=required)
    if shape.format == STREAM:
        return StreamChoice(context, pointer, name)
    return TextEditor(context, pointer, name, shape.format, required=required)


def _choice(
    context: FormContext,
    pointer: str,
    shape: Flag | Choice,
    name: str,
    *,
    required: bool,
) -> Editor:
    if isinstance(shape, Choice):
        words = tuple((option, str(option)) for option in shape.options)
        return ChoiceEditor(context, pointer, name, words, required=required)
    if required:
        return SwitchEditor(context, pointer, name)
    answers = ((True, "Yes"), (False, "No"))
    return ChoiceEditor(context, pointer, name, answers, required=False)


def _compound(
    context: FormContext, pointer: str, shape: Shape, name: str, *, required: bool
) -> Editor:
    if isinstance(shape, Many):
        return _list_kind(shape)(context, pointer, shape, name, required=required)
    if isinstance(shape, Variants):
        kind = _VARIANTS[family(shape)]
        return kind(context, pointer, shape, name, required=required)
    if isinstance(shape, Group):
        return _group(context, pointer, shape, name, required=required)
    if isinstance(shape, Keyed):
        return KeyedEditor(context, pointer, shape, name, required=required)
    if isinstance(shape, Either):
        return EitherEditor(context, pointer, shape, name)
    return JsonEditor(context, pointer, name)


def _list_kind(
    shape: Many,
) -> type[RulesEditor] | type[StreamsEditor] | type[ManyEditor]:
    if is_rules(shape):
        return RulesEditor
    return StreamsEditor if is_streams(shape) else ManyEditor


def _group(
    context: FormContext, pointer: str, shape: Group, name: str, *, required: bool
) -> Editor:
    if not required:
        return OptionalGroup(context, pointer, shape, name)
    if issubclass(shape.model, Condition):
        return ConditionEditor(context, pointer, shape, name)
    if issubclass(shape.model, ParentPartition):
        return ParentEditor(context, pointer, ordered(members(shape.model)), name)
    return GroupEditor(context, pointer, ordered(members(shape.model)), name)


_VARIANTS: Final[dict[str, type[VariantsEditor]]] = {
    "predicate": PredicateEditor,
    "rule": RuleEditor,
    "": VariantsEditor,
}


def ordered(found: Sequence[Member]) -> list[Member]:
    """Return members with those that must be there first."""
    return sorted(found, key=lambda member: not member.required)


class SectionForm(QtWidgets.QWidget):
    """The form of a section (or a union of kinds) that stands at `pointer`.

    `only` picks members of a section by name, in that order. `required` is whether the
    whole may not be absent.
    """

    def __init__(
        self,
        context: FormContext,
        model: type[Section] | Annotation,
        pointer: str,
        name: str = "",
        *,
        only: Sequence[str] = (),
        required: bool = True,
    ) -> None:
        super().__init__()
        self.context = context
        self.pointer = pointer
        self.root = self._root(model, pointer, name, only, required=required)
        self._name = name
        self._required = required
        self._tag: LevelTag | None = None
        self._head = Row(None, gap=8)
        if isinstance(self.root, Slot):
            self._head.add(WriteButton(self.root))
        self.setLayout(Column(self._head, self.root, gap=8))
        context.draft.changed.connect(self.refresh)
        self.refresh()

    def _root(
        self,
        model: Annotation,
        pointer: str,
        name: str,
        only: Sequence[str],
        *,
        required: bool,
    ) -> Editor:
        if not only:
            return Slot(self.context, pointer, shape_of(model), name, required=required)
        known = {member.name: member for member in members(model)}
        listed = [known[wanted] for wanted in only]
        return GroupEditor(self.context, pointer, listed, name, strict=False)

    @QtCore.Slot()
    def refresh(self) -> None:
        """Show the document as it is now, and how a stream stands to it."""
        if isinstance(self.root, Slot):
            self._show_level()
        self.root.refresh()

    def _show_level(self) -> None:
        draft = self.context.draft
        if self._tag is None:
            if not draft.divides(self.pointer):
                return
            self._tag = LevelTag(
                draft, self.pointer, self._name, required=self._required, words=True
            )
            self._tag.overridden.connect(self.root.take_focus)
            self._head.insertWidget(0, self._tag)
        self._tag.refresh()
        self.root.setEnabled(not self._tag.locked)

    def editors(self) -> Iterator[Editor]:
        """Yield every field and group, the outer before the inner."""
        yield from self.root.all_editors()

    def editor(self, pointer: str) -> Editor | None:
        """Return the innermost field at a pointer or around it, None elsewhere."""
        return nearest(self.editors(), pointer)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark the fields that problems are about, and no others."""
        by_place = {problem.pointer: _said(problem) for problem in reversed(problems)}
        for row in self.rows():
            row.set_error(by_place.get(row.slot.pointer, ""))
        for editor in self.editors():
            editor.mark(problems)

    def rows(self) -> Iterator[MemberRow]:
        """Yield the rows of all sections in the form."""
        for editor in self.editors():
            if isinstance(editor, GroupEditor):
                yield from editor.rows

    def find_editor(self, accept: Callable[[Editor], bool]) -> Editor | None:
        """Return the first field that `accept` takes."""
        return next((editor for editor in self.editors() if accept(editor)), None)


def nearest(editors: Iterator[Editor], pointer: str) -> Editor | None:
    """Return the editor whose place is `pointer` or the nearest around it."""
    best: Editor | None = None
    for editor in editors:
        here = editor.pointer
        around = pointer == here or pointer.startswith(f"{here}/")
        if around and (best is None or len(here) >= len(best.pointer)):
            best = editor
    return best


def _said(problem: Problem) -> str:
    if problem.severity == "hint":
        return ""
    return f"{problem.message} {problem.advice}".strip()
