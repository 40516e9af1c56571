"""Rules as a table in their order, with what each one decides in the sample.

The first rule that holds decides, so order is content. A bar shows which share of the
items each one takes, and what is left for none.
"""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore

from ferrule.errors import Problem
from ferrule.exchange import Json
from ferrule.ui.i18n import ours
from ferrule.ui.models.predicate_edits import fresh_condition
from ferrule.ui.models.rules import RuleRow, rule_columns, rule_rows, shares
from ferrule.ui.models.table import RowsModel
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.coverage import CoverageBar
from ferrule.ui.widgets.form.rows import Slot
from ferrule.ui.widgets.form.shapes import (
    Many,
    Variants,
    family,
    members,
)
from ferrule.ui.widgets.form.table import TableEditor
from ferrule.ui.widgets.form.values import seed

_UNREACHABLE: Final = "FD010"
_NONE: Final = (
    "No rule yet: the type of every item is that of its collection, updated.",
    "No rule yet: no item has a priority.",
)


class RulesEditor(TableEditor):
    """The rules of a type or a priority: table, coverage, and the chosen one's form."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        shape: Many,
        name: str,
        *,
        required: bool,
    ) -> None:
        self._shape = shape
        self._hits: Sequence[int | None] = ()
        self._total = 0
        self._unreachable: set[int] = set()
        self._wrong: set[int] = set()
        rows: RowsModel[RuleRow] = RowsModel(
            rule_columns(_then(shape)), key=lambda row: row.number
        )
        super().__init__(
            context,
            pointer,
            name,
            rows,
            thing=ours("rule"),
            none=_NONE[_then(shape) == "priority"],
            required=required,
        )
        self.bar = CoverageBar(f"{name}, coverage")
        self.above.add(self.bar)
        self.bar.chosen.connect(self.choose)
        self.table.picked.connect(self._mark_part)

    def rows_now(self) -> Sequence[RuleRow]:
        """Return a row for each rule."""
        rules = self.elements
        hits = self._hits if len(self._hits) == len(rules) else ()
        return rule_rows(rules, hits, self._unreachable, self._wrong)

    def fresh(self) -> Json:
        """Return a rule that every item fulfils."""
        element = seed(self._shape.element)
        return {**(element if isinstance(element, dict) else {}), **fresh_condition()}

    def make_chosen(self, pointer: str) -> Editor:
        """Return the form of a rule, or its JSON where it is none."""
        return Slot(self.context, pointer, self._shape.element, f"{self.name}, rule")

    def take(self, hits: Sequence[int | None], total: int) -> None:
        """Show how many of the sample's items each rule decides."""
        self._hits, self._total = hits, total
        self.show_rows()

    def mark(self, problems: Sequence[Problem]) -> None:
        """Mark the rules that are never reached, and those that are wrong."""
        self._unreachable, self._wrong = set(), set()
        for problem in problems:
            number = self.number_of(problem.pointer)
            if number >= 0 and problem.rule == _UNREACHABLE:
                self._unreachable.add(number)
            elif number >= 0 and problem.severity == "error":
                self._wrong.add(number)
        self.show_rows()

    def show_rows(self) -> None:
        """Show the rules, and how they share the items."""
        super().show_rows()
        rows = self.rows_now()
        known = any(row.hits is not None for row in rows)
        self.bar.show_shares(shares(rows, self._total) if known else (), self._total)
        self.bar.setVisible(bool(rows))
        self.bar.set_current(self.current)

    @QtCore.Slot()
    def _mark_part(self) -> None:
        self.bar.set_current(self.current)


def is_rules(shape: Many) -> bool:
    """Return whether the elements of a list are conditions that something follows."""
    element = shape.element
    return isinstance(element, Variants) and family(element) == "rule"


def _then(shape: Many) -> str:
    """Return what follows from a rule, as the head of its column."""
    if isinstance(shape.element, Variants):
        for member in members(shape.element.kinds[0].model):
            if member.name == "then":
                return member.title.lower()
    return "then"
