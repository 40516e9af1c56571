"""Conditions of a descriptor, and their combinations, compiled to closures.

One match that satisfies the operator suffices (so `not_equals` asks whether any match
differs, and `{"not": …}` whether none is equal). A text equals a boolean or number
whose JSON text it is; numbers are compared as numbers, texts as texts (which orders
ISO dates), and nothing else has an order.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, TypeAlias, TypeVar

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json
from ferrule.expression.comparing import Operator, against, misfit, pair
from ferrule.expression.jsonpath import Path
from ferrule.expression.source import Place, compile_source
from ferrule.expression.wire import Source
from ferrule.section import Section

T = TypeVar("T")
Test: TypeAlias = Callable[[T], bool]
_MOST_DEPTH = 32


class Condition(Section):
    """Something that is so or not so at one place of an item or a response."""

    when: Source = Field(
        title="Look at",
        description="Where the value is: $.state, header:X-Event, status.",
    )
    operator: Operator = Field(
        title="Operator",
        description="How the value is compared. One matching value suffices.",
    )
    value: Json = Field(
        default=None,
        title="Value",
        description="What it is compared with; a list for in, a pattern for matches.",
    )
    value_path: Source | None = Field(
        default=None,
        title="Other place",
        description="Compare with the value at this place instead of a fixed value.",
    )

    @model_validator(mode="after")
    def _value_fits(self) -> "Condition":
        if self.value_path is None:
            message = misfit(self.operator, self.value)
            if message:
                raise PydanticCustomError(
                    "expression", "{message}", {"message": message, "member": "value"}
                )
        return self


class AllOf(Section):
    """True when every one of its conditions is true."""

    all: "tuple[Predicate, ...]" = Field(
        title="All of", description="Every one of these must hold."
    )


class AnyOf(Section):
    """True when one of its conditions is true."""

    any: "tuple[Predicate, ...]" = Field(
        title="Any of", description="One of these must hold."
    )


class NotOf(Section):
    """True when its condition is not."""

    not_: "Predicate" = Field(
        alias="not", title="Not", description="This must not hold."
    )


_MEMBERS: Mapping[str, str] = {"all": "(all)", "any": "(any)", "not": "(not)"}
_CLASSES: Mapping[type, str] = {AllOf: "(all)", AnyOf: "(any)", NotOf: "(not)"}


def _tag(value: object) -> str:
    """Choose by the member that is there; what has none is read as a condition."""
    if isinstance(value, Mapping):
        return next(
            (tag for key, tag in _MEMBERS.items() if key in value), "(condition)"
        )
    return _CLASSES.get(type(value), "(condition)")


Predicate: TypeAlias = Annotated[
    Annotated[Condition, Tag("(condition)")]
    | Annotated[AllOf, Tag("(all)")]
    | Annotated[AnyOf, Tag("(any)")]
    | Annotated[NotOf, Tag("(not)")],
    Discriminator(_tag),
]
AllOf.model_rebuild()
AnyOf.model_rebuild()
NotOf.model_rebuild()


def sources_of(predicate: Predicate) -> Iterator[str]:
    """Yield every source that a predicate looks at."""
    if isinstance(predicate, Condition):
        yield predicate.when
        if predicate.value_path is not None:
            yield predicate.value_path
    elif isinstance(predicate, NotOf):
        yield from sources_of(predicate.not_)
    else:
        parts = predicate.all if isinstance(predicate, AllOf) else predicate.any
        for part in parts:
            yield from sources_of(part)


def compile_predicate(predicate: Predicate) -> Callable[[Place], bool]:
    """Return whether the predicate holds at a place."""
    return _compiled(predicate, _at_place)


def compile_item_predicate(predicate: Predicate) -> Callable[[Json], bool]:
    """Return whether the predicate holds for one item, by its `$…` sources.

    Raises:
        ExpressionError: for a source that no item has, such as a header.
    """
    return _compiled(predicate, _on_item)


def _compiled(
    predicate: Predicate, leaf: Callable[[Condition], Test[T]], depth: int = 0
) -> Test[T]:
    if isinstance(predicate, Condition):
        return leaf(predicate)
    if depth == _MOST_DEPTH:
        raise ExpressionError(
            "The conditions are nested too deeply.",
            text="",
            advice=f"Use at most {_MOST_DEPTH} levels of all, any and not.",
        )
    if isinstance(predicate, NotOf):
        inner = _compiled(predicate.not_, leaf, depth + 1)
        return lambda at: not inner(at)
    if isinstance(predicate, AllOf):
        return _every(tuple(_compiled(p, leaf, depth + 1) for p in predicate.all))
    return _some(tuple(_compiled(p, leaf, depth + 1) for p in predicate.any))


def _every(tests: tuple[Test[T], ...]) -> Test[T]:
    def holds(at: T) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than the tests
            if not test(at):
                return False
        return True

    return holds


def _some(tests: tuple[Test[T], ...]) -> Test[T]:
    def holds(at: T) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than the tests
            if test(at):
                return True
        return False

    return holds


def _at_place(condition: Condition) -> Test[Place]:
    source = compile_source(condition.when)
    if condition.operator in {"exists", "missing"}:
        wanted = condition.operator == "exists"
        return lambda place: (source.first(place) is not MISSING) is wanted
    if condition.value_path is None:
        test = against(condition.operator, condition.value)
        return lambda place: any(map(test, source.values(place)))
    other = compile_source(condition.value_path)
    compare = pair(condition.operator)
    return lambda place: compare(source.values(place), other.values(place))


def _on_item(condition: Condition) -> Test[Json]:
    path = _item_path(condition.when)
    if condition.operator in {"exists", "missing"}:
        wanted = condition.operator == "exists"
        return lambda item: (path.first(item) is not MISSING) is wanted
    if condition.value_path is not None:
        other = _item_path(condition.value_path)
        return _two_places(condition.operator, path, other)
    test = against(condition.operator, condition.value)
    if not path.singular:
        return lambda item: any(map(test, path.values(item)))
    get = path.first

    def holds(item: Json) -> bool:
        found = get(item)
        return found is not MISSING and test(found)

    return holds


def _two_places(operator: Operator, left: Path, right: Path) -> Test[Json]:
    compare = pair(operator)
    if operator != "equals" or not (left.singular and right.singular):
        return lambda item: compare(left.values(item), right.values(item))
    get, get_other = left.first, right.first

    def holds(item: Json) -> bool:
        found, other = get(item), get_other(item)
        if type(found) is str and type(other) is str:
            return found == other
        if found is MISSING or other is MISSING:
            return False
        return compare([found], [other])

    return holds


def _item_path(text: str) -> Path:
    source = compile_source(text)
    path = source.on_body or source.on_item
    if path is None:
        raise ExpressionError(
            f"{text!r} is no place in an item.",
            text=text,
            advice="Write a path that starts with $.",
        )
    return path
