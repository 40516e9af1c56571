"""A condition on one line: place, operator, and a value or another place."""

from collections.abc import Iterator
from typing import Final

from PySide6 import QtCore

from ferrule.exchange import MISSING
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.fields import (
    ChoiceEditor,
    JsonEditor,
    TextEditor,
)
from ferrule.ui.widgets.form.groups import GroupEditor
from ferrule.ui.widgets.form.shapes import Choice, Group, Member, members
from ferrule.ui.widgets.layouts import Column, Row

_OWN: Final = ("when", "operator", "value", "valuePath")
_WORDS: Final = {
    "equals": "is",
    "not_equals": "is not",
    "contains": "contains",
    "exists": "exists",
    "missing": "is missing",
    "matches": "matches",
    "in": "is one of",
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
}
_ALONE: Final = ("exists", "missing")
_NARROW: Final = 240


class ConditionEditor(Editor):
    """Look at a place, compare, with a value; what follows from it stands below."""

    def __init__(
        self, context: FormContext, pointer: str, shape: Group, name: str
    ) -> None:
        super().__init__(context, pointer, name)
        found = {member.name: member for member in members(shape.model)}
        self.when = TextEditor(
            context, f"{pointer}/when", f"{name}: place", "source", required=True
        )
        self.operator = _operator(context, pointer, name, found["operator"])
        self.amount = JsonEditor(context, f"{pointer}/value", f"{name}: value")
        self.other = TextEditor(
            context,
            f"{pointer}/valuePath",
            f"{name}: other place",
            "source",
            required=False,
        )
        self.against = ComboBox(
            [("value", "Value"), ("valuePath", "Place")], name=f"{name}: compare with"
        )
        self.against.chosen.connect(self._compare_with)
        rest = [member for name_, member in found.items() if name_ not in _OWN]
        self._rest = GroupEditor(
            context, pointer, rest, name, strict=False, wide_from=_NARROW
        )
        self._build()
        self._rest.setVisible(bool(rest))
        self.setFocusProxy(self.when)

    def _build(self) -> None:
        top = QtCore.Qt.AlignmentFlag.AlignTop
        first, second = Row(gap=6), Row(gap=6)
        first.addWidget(self.when, 3, top)
        first.addWidget(self.operator, 2, top)
        second.addWidget(self.against, 0, top)
        second.addWidget(self.amount, 1, top)
        second.addWidget(self.other, 1, top)
        self.setLayout(Column(first, second, self._rest, gap=6))

    def refresh(self) -> None:
        """Show the condition; an operator that needs no value shows none."""
        for editor in self.children_editors():
            editor.refresh()
        draft = self.context.draft
        alone = draft.value(f"{self.pointer}/operator") in _ALONE
        place = draft.value(f"{self.pointer}/valuePath") is not MISSING
        stray = draft.value(f"{self.pointer}/value") is not MISSING
        self.against.set_value("valuePath" if place else "value")
        self.against.setVisible(not alone)
        self.other.setVisible(place)
        self.amount.setVisible((not alone and not place) or stray)

    def children_editors(self) -> Iterator[Editor]:
        """Yield place, operator, value, other place, and what else there is."""
        yield from (self.when, self.operator, self.amount, self.other, self._rest)

    @QtCore.Slot(object)
    def _compare_with(self, name: object) -> None:
        """Compare with a value or with another place, in one step of the history."""
        found = self.value()
        rest = dict(found) if isinstance(found, dict) else {}
        rest.pop("value", None)
        rest.pop("valuePath", None)
        rest[str(name)] = "$." if name == "valuePath" else ""
        self.put(rest)


def _operator(
    context: FormContext, pointer: str, name: str, member: Member
) -> ChoiceEditor:
    options = member.shape.options if isinstance(member.shape, Choice) else ()
    words = tuple((option, _WORDS.get(str(option), str(option))) for option in options)
    return ChoiceEditor(
        context, f"{pointer}/operator", f"{name}: operator", words, required=True
    )
