"""Using values of the response by name: what a drag does, from a menu."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore

from ferrule.exchange import MISSING, Json, decode
from ferrule.ui.models.path_drag import Pick
from ferrule.ui.widgets.builder.mapping import PLANS, Plan
from ferrule.ui.widgets.form.context import FormContext
from ferrule.ui.widgets.path_edit import joined
from ferrule.ui.widgets.response.explorer import ResponseExplorer
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.picking import Reach

_RULES: Final = {
    "signalTypeRules": ("Rule for the type", "updated"),
    "priorityMapping": ("Rule for the priority", "high"),
}
_FILTER: Final = "filter"


class Using(QtCore.QObject):
    """Puts values of the response where the menu "Use as" says, each undone at once.

    Several values fill the summary together, and make one rule each; any other member
    of the mapping takes the first.
    """

    def __init__(self, context: FormContext, explorer: ResponseExplorer) -> None:
        super().__init__(explorer)
        self._draft = context.draft
        self._explorer = explorer
        self._plans = {plan.member: plan for plan in PLANS}
        rows = [(plan.member, plan.label.capitalize()) for plan in PLANS]
        rules = [(key, words) for key, (words, _) in _RULES.items()]
        explorer.set_uses(
            [*rows, ("", ""), *rules, (_FILTER, "Only items with this value")]
        )
        explorer.used.connect(self._use)

    @QtCore.Slot(str, object)
    def _use(self, key: str, picks: Sequence[Pick]) -> None:
        if not picks:
            return
        if key in self._plans:
            self._map(self._plans[key], picks)
        elif key in _RULES:
            self._add_rules(key, picks)
        else:
            self._put(key, _condition(picks[0]), "Only items where")
        words = dict(self._explorer.tree.view.uses)[key]
        announce(self._explorer, f"Used as {words}")

    def _map(self, plan: Plan, picks: Sequence[Pick]) -> None:
        if plan.kind == "template":
            before = self._value(plan.member)
            text = before if isinstance(before, str) else ""
            self._put(plan.member, joined(text, picks), plan.label.capitalize())
        else:
            reach: Reach = "body" if plan.kind == "items" else "item"
            self._put(plan.member, picks[0].best(reach), plan.label.capitalize())

    def _add_rules(self, member: str, picks: Sequence[Pick]) -> None:
        words, then = _RULES[member]
        found = self._value(member)
        rules = list(found) if isinstance(found, list) else []
        rules += [_condition(pick) | {"then": then} for pick in picks]
        self._put(member, rules, words)

    def _value(self, member: str) -> Json:
        found = self._draft.value(f"/fieldMapping/{member}")
        return None if found is MISSING else found

    def _put(self, member: str, value: Json, label: str) -> None:
        self._draft.edit(f"/fieldMapping/{member}", value, label)


def _condition(pick: Pick) -> dict[str, Json]:
    """Return the condition that an item's value is this one; of a container, is."""
    when: dict[str, Json] = {"when": pick.best("item")}
    if not pick.text:
        return when | {"operator": "exists"}
    return when | {"operator": "equals", "value": decode(pick.json.encode())}
