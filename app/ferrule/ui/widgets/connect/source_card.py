"""Whose credential a connection uses: what a bundle shares, or one of its own.

What is shared is chosen where it fits; the other is one press away, both ways.
"""

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.connect_plan import Plan
from ferrule.ui.models.credential_rows import MASK
from ferrule.ui.models.credential_scopes import SharedFacts
from ferrule.ui.widgets.blocks import fact
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.credential_uses import uses_lines
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row


class SourceCard(QtWidgets.QWidget):
    """What is shared and what uses it, or that something is.

    Signals:
        chosen(str): the person wants the other of "own" and "shared".
    """

    chosen = QtCore.Signal(str)

    def __init__(self, plan: Plan, shared: SharedFacts) -> None:
        super().__init__()
        self._wanted = "own" if plan.uses_shared else "shared"
        words = "Use its own instead" if plan.uses_shared else "Use the shared one"
        self.other = Button(words, compact=True)
        self.other.clicked.connect(lambda: self.chosen.emit(self._wanted))
        self.title = Label(shared.title, "emphasis", wrap=True)
        column = _used(self.title, shared) if plan.uses_shared else _offered(shared)
        if plan.changes and plan.source != plan.stored:
            column.add(Label(_difference(plan), "caption", "warning", wrap=True))
        column.add(4, Row(self.other, None))
        self.setLayout(column)
        self.setAccessibleName(shared.title)


def _used(title: Label, shared: SharedFacts) -> Column:
    """Return what the shared credential is, without a value of it."""
    head = Row(Glyph("key-round", size=18), gap=10)
    head.add(title, stretch=1)
    column = Column(head, gap=8)
    column.add(Label(_whose(shared), "caption", "muted", wrap=True))
    for label in shared.fields:
        dots = Label(MASK, "code")
        dots.setAccessibleName(f"{label}, kept")
        column.add(fact(label, dots))
    if shared.sign_in:
        column.add(fact("Signs in by", shared.sign_in))
    column.add(4, Label("Used by", "emphasis"), uses_lines(shared.uses))
    return column


def _offered(shared: SharedFacts) -> Column:
    told = (
        f"The {Data(shared.bundle)} bundle shares a credential that fits. This "
        "connection uses its own instead."
    )
    return Column(Label(told, "caption", "muted", wrap=True), gap=8)


def _whose(shared: SharedFacts) -> str:
    if shared.ours:
        return (
            "Nothing is typed here. What is rotated under Credentials is rotated for "
            "all that use it."
        )
    return (
        f"Nothing is typed here. The project {Data(shared.home.name)} shares it, and "
        "says who may use it."
    )


def _difference(plan: Plan) -> str:
    if plan.uses_shared:
        return "Its own credential is deleted once this is saved."
    return "It uses the shared one until this is saved."


def source_card(plan: Plan) -> SourceCard | None:
    """Return the choice, where something is shared that fits; None elsewhere."""
    return None if plan.shared is None else SourceCard(plan, plan.shared)
