"""Rules that choose a signal's type or priority: the first that holds wins."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from ferrule.errors import ExpressionError
from ferrule.exchange import Json
from ferrule.expression import Condition, Predicate
from ferrule.expression.condition import compile_item_predicate
from ferrule.expression.jsonpath import Path
from ferrule.expression.source import compile_source
from ferrule.section import Section


def _on_items(predicate: Predicate) -> Predicate:
    try:
        compile_item_predicate(predicate)
    except ExpressionError as error:
        context = {
            "message": error.message,
            "advice": error.advice,
            "column": error.column,
        }
        raise PydanticCustomError("expression", "{message}", context) from None
    return predicate


Decide: TypeAlias = Callable[[Json], str | None]
ItemPredicate: TypeAlias = Annotated[Predicate, AfterValidator(_on_items)]


class TypeCondition(Condition):
    """A condition and the signal type that follows from it."""

    then: str = Field(min_length=1, title="Signal type")


class TypeIf(Section):
    """A combined condition and the signal type that follows from it."""

    if_: ItemPredicate = Field(alias="if", title="If")
    then: str = Field(min_length=1, title="Signal type")


class PriorityCondition(Condition):
    """A condition and the priority that follows from it."""

    then: Literal["critical", "high", "medium", "low"] = Field(title="Priority")


class PriorityIf(Section):
    """A combined condition and the priority that follows from it."""

    if_: ItemPredicate = Field(alias="if", title="If")
    then: Literal["critical", "high", "medium", "low"] = Field(title="Priority")


def _form(rule: Json | Section) -> str:
    if isinstance(rule, dict):
        return "(if)" if "if" in rule else "(condition)"
    return "(if)" if isinstance(rule, TypeIf | PriorityIf) else "(condition)"


SignalTypeRule: TypeAlias = Annotated[
    Annotated[TypeCondition, AfterValidator(_on_items), Tag("(condition)")]
    | Annotated[TypeIf, Tag("(if)")],
    Discriminator(_form),
]
PriorityRule: TypeAlias = Annotated[
    Annotated[PriorityCondition, AfterValidator(_on_items), Tag("(condition)")]
    | Annotated[PriorityIf, Tag("(if)")],
    Discriminator(_form),
]


Rule: TypeAlias = TypeCondition | TypeIf | PriorityCondition | PriorityIf


def compile_rules(rules: Sequence[Rule]) -> Callable[[Json], str | None]:
    """Return a function from an item to what the first rule that holds says."""
    if not rules:
        return lambda _item: None
    compiled = [
        (compile_item_predicate(r if isinstance(r, Condition) else r.if_), r.then)
        for r in rules
    ]
    decide = _in_turn(compiled)
    known = texts_of_one_place(rules)
    return decide if known is None else _looked_up(*known, decide)


def _in_turn(compiled: Sequence[tuple[Callable[[Json], bool], str]]) -> Decide:
    def decide(item: Json) -> str | None:
        for holds, then in compiled:
            if holds(item):
                return then
        return None

    return decide


def texts_of_one_place(
    rules: Sequence[Rule],
) -> tuple[Path, Sequence[tuple[str, str]]] | None:
    """Return the place that all rules compare with a text, and the texts in order."""
    texts: list[tuple[str, str]] = []
    place = ""
    for rule in rules:
        if not isinstance(rule, Condition) or rule.value_path is not None:
            return None
        if rule.operator != "equals" or not isinstance(rule.value, str):
            return None
        place = place or rule.when
        if rule.when != place:
            return None
        texts.append((rule.value, rule.then))
    source = compile_source(place)
    path = source.on_body or source.on_item
    return None if path is None else (path, texts)


def _looked_up(path: Path, texts: Sequence[tuple[str, str]], decide: Decide) -> Decide:
    """Return `decide` for rules that all look for a text at one place.

    The place is read once; where it holds anything but texts, `decide` compares.
    """
    values = path.values

    def look(item: Json) -> str | None:
        found = values(item)
        for one in found:
            if type(one) is not str:
                return decide(item)
        for text, then in texts:
            if text in found:
                return then
        return None

    return look
