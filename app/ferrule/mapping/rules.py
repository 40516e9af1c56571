"""Rules that choose a signal's type or priority: the first that holds wins."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from ferrule.exchange import Json
from ferrule.expression import Condition, Predicate
from ferrule.expression.condition import compile_item_predicate
from ferrule.section import Section


class TypeCondition(Condition):
    """A condition and the signal type that follows from it."""

    then: str = Field(min_length=1, title="Signal type")


class TypeIf(Section):
    """A combined condition and the signal type that follows from it."""

    if_: Predicate = Field(alias="if", title="If")
    then: str = Field(min_length=1, title="Signal type")


class PriorityCondition(Condition):
    """A condition and the priority that follows from it."""

    then: Literal["critical", "high", "medium", "low"] = Field(title="Priority")


class PriorityIf(Section):
    """A combined condition and the priority that follows from it."""

    if_: Predicate = Field(alias="if", title="If")
    then: Literal["critical", "high", "medium", "low"] = Field(title="Priority")


def _form(rule: Json | Section) -> str:
    if isinstance(rule, dict):
        return "if" if "if" in rule else "condition"
    return "if" if isinstance(rule, TypeIf | PriorityIf) else "condition"


SignalTypeRule: TypeAlias = Annotated[
    Annotated[TypeCondition, Tag("condition")] | Annotated[TypeIf, Tag("if")],
    Discriminator(_form),
]
PriorityRule: TypeAlias = Annotated[
    Annotated[PriorityCondition, Tag("condition")] | Annotated[PriorityIf, Tag("if")],
    Discriminator(_form),
]


def compile_rules(
    rules: Sequence[TypeCondition | TypeIf | PriorityCondition | PriorityIf],
) -> Callable[[Json], str | None]:
    """Return a function from an item to what the first rule that holds says."""
    compiled = [
        (compile_item_predicate(r if isinstance(r, Condition) else r.if_), r.then)
        for r in rules
    ]

    def decide(item: Json) -> str | None:
        for holds, then in compiled:
            if holds(item):
                return then
        return None

    return decide
