"""Members of an item: where they stand, and an item with one of them changed.

A member is named by its dotted name (`user.login`), in which a number is the place in
a list that is there, or by a path (`$['a.b'].c`), which any name can stand in. Items
are never changed: `put` and `without` return another one, which shares what stayed.
"""

import functools
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeAlias

import msgspec
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json
from ferrule.expression.getting import Found, element
from ferrule.expression.jsonpath import Path, compile_path
from ferrule.expression.steps import Step, read_steps

Steps: TypeAlias = tuple[str | int, ...]

_INDEX: Final = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_MOST_LENGTH: Final = 512


class Member(msgspec.Struct, frozen=True):
    """One member of an item, by its steps from the item."""

    text: str
    steps: Steps

    def read(self, item: Json) -> Found:
        """Return what stands there, or MISSING."""
        found: Found = item
        for step in self.steps:
            if type(found) is dict:
                found = found.get(str(step), MISSING)
            elif type(found) is list and (index := _index(step)) is not None:
                found = element(found, index)
            else:
                return MISSING
        return found

    def put(self, item: Json, value: Json) -> Json:
        """Return the item with `value` there; objects are made on the way.

        Raises:
            ValueError: when there is no such place: something that is no object
                stands on the way, or a list has no such element.
        """
        return _put(item, self.steps, value)

    def without(self, item: Json) -> Json:
        """Return the item without this member; what is not there stays away."""
        return without(item, self.steps)


@functools.lru_cache(maxsize=1024)
def compile_member(text: str) -> Member:
    """Compile the name of one member.

    Raises:
        ExpressionError: when it names none, or may name several.
    """
    if not text.startswith("$"):
        return Member(text, _dotted(text))
    compile_path(text)
    steps = _singular(read_steps(text))
    if not steps:
        raise ExpressionError(
            "This path names no single member.",
            text=text,
            advice="Use names and indexes only, such as $.user.login or $.lines[0].",
        )
    return Member(text, steps)


@functools.lru_cache(maxsize=1024)
def compile_members(text: str) -> Callable[[Json], list[Steps]]:
    """Return a function from an item to the members that `text` names, last first.

    Raises:
        ExpressionError: when it names none.
    """
    if not text.startswith("$") or _singular(read_steps(text)):
        member = compile_member(text)
        return lambda item: [] if member.read(item) is MISSING else [member.steps]
    path = compile_path(text)
    if not path.portable or text == "$":
        raise ExpressionError(
            "This path names no members.", text=text, advice=path.reason
        )
    return lambda item: _found(path, item)


def without(item: Json, steps: Steps) -> Json:
    """Return the item without what stands at `steps`."""
    step, rest = steps[0], steps[1:]
    if type(item) is dict:
        name = str(step)
        if name not in item:
            return item
        if not rest:
            return {key: value for key, value in item.items() if key != name}
        return {**item, name: without(item[name], rest)}
    index = _index(step)
    if type(item) is list and index is not None and element(item, index) is not MISSING:
        at = index % len(item)
        kept = [without(item[at], rest)] if rest else []
        return [*item[:at], *kept, *item[at + 1 :]]
    return item


def _dotted(text: str) -> Steps:
    if len(text) > _MOST_LENGTH:
        raise ExpressionError(
            f"The name has more than {_MOST_LENGTH} characters.",
            text=text,
            column=_MOST_LENGTH,
        )
    names = text.split(".")
    if "" in names:
        before = sum(len(name) + 1 for name in names[: names.index("")])
        raise ExpressionError(
            "A name is empty.",
            text=text,
            column=before,
            advice="Write names with dots between them, such as user.login.",
        )
    return tuple(names)


def _singular(steps: tuple[Step, ...] | None) -> Steps:
    if steps is None:
        return ()
    kept = tuple(step for step in steps if step is not None)
    return kept if len(kept) == len(steps) else ()


def _index(step: str | int) -> int | None:
    if isinstance(step, int):
        return step
    return int(step) if _INDEX.fullmatch(step) else None


def _found(path: Path, item: Json) -> list[Steps]:
    """Return the steps to each match, so that removing one moves no other."""
    steps = {_singular(read_steps(match.path)) for match in path.find(item)}
    return sorted(steps - {()}, reverse=True)


def _put(item: Json, steps: Sequence[str | int], value: Json) -> Json:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if type(item) is list:
        return _put_element(item, step, rest, value)
    if item is not None and type(item) is not dict:
        raise ValueError(f"{step} cannot stand in something that is no object")
    members = item or {}
    return {**members, str(step): _put(members.get(str(step)), rest, value)}


def _put_element(
    item: list[Json], step: str | int, rest: Sequence[str | int], value: Json
) -> Json:
    index = _index(step)
    if index is None or element(item, index) is MISSING:
        raise ValueError(f"the list has no element {step}")
    at = index % len(item)
    return [*item[:at], _put(item[at], rest, value), *item[at + 1 :]]


def _checked(compile_text: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            compile_text(text)
        except ExpressionError as error:
            raise PydanticCustomError(
                "expression",
                "{message}",
                {
                    "message": error.message,
                    "advice": error.advice,
                    "column": error.column,
                },
            ) from None
        return text

    return AfterValidator(check)


MemberName = Annotated[
    str, _checked(compile_member), Field(json_schema_extra={"format": "member"})
]
MemberNames = Annotated[
    str, _checked(compile_members), Field(json_schema_extra={"format": "members"})
]
