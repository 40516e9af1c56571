"""Transforms, compiled: from an item as it was received to what is mapped.

Transforms run in order, each on what the one before it left; the item itself is never
touched. What cannot be done to an item is an `ItemError` that names the transform by
its index (`transforms/2`), beside the others that came of the same item.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from ferrule.errors import ExpressionError, ItemError
from ferrule.exchange import MISSING, Json
from ferrule.expression.condition import compile_item_predicate
from ferrule.expression.template import Scope, compile_template
from ferrule.mapping.casts import Caster, compile_cast, shown
from ferrule.mapping.members import (
    Member,
    compile_member,
    compile_members,
    without,
)
from ferrule.mapping.renaming import in_case, lifted, lifted_one, renamer
from ferrule.mapping.rules import ItemPredicate
from ferrule.mapping.transforms import (
    CastToSchema,
    ExpandMember,
    FlattenMembers,
    RemoveMembers,
    RenameKeys,
    RenameMember,
    SetMember,
    Transform,
)

MOST_EXPANDED: Final = 10_000
_SEPARATOR: Final = "_"

Change: TypeAlias = Callable[[Json], Json]


class Changed(NamedTuple):
    """What became of an item: what is kept as received, and what is mapped or why not.

    `received` is the item itself, and after an `expand` the part of it that this item
    was made of. An item that expands into nothing has `gone`.
    """

    received: Json
    item: Json
    error: ItemError | None = None
    gone: bool = False


class Spread(NamedTuple):
    """An `expand`: a list whose elements become items."""

    member: Member
    keeps_parent: bool


class CompiledTransforms:
    """The transforms of one mapping, ready to run."""

    def __init__(self, steps: Sequence[tuple[str, Change | Spread]]) -> None:
        self._steps = tuple(steps)

    def __call__(self, item: Json) -> Iterator[Changed]:
        """Yield what becomes of an item: one, or as many as it expands into."""
        return self._from(0, item, item)

    def _from(self, start: int, received: Json, item: Json) -> Iterator[Changed]:
        for index in range(start, len(self._steps)):
            told, step = self._steps[index]
            try:
                if isinstance(step, Spread):
                    parts = _parts(step, item)
                    break
                item = step(item)
            except (ValueError, ExpressionError, RecursionError) as error:
                yield Changed(received, item, _failed(index, told, error))
                return
        else:
            yield Changed(received, item)
            return
        if not parts:
            yield Changed(received, item, gone=True)
        for part in parts:
            yield from self._from(index + 1, part, part)


def compile_transforms(
    transforms: Sequence[Transform],
    names: Mapping[str, Json],
    date_format: str | None,
    to_schema: Caster | None,
) -> CompiledTransforms:
    """Return the transforms ready to run.

    `names` are what templates know beside the item; `to_schema` casts an item to the
    mapping's schema.
    """
    return CompiledTransforms(
        [
            (_told(one), _compiled(one, names, date_format, to_schema))
            for one in transforms
        ]
    )


def _compiled(
    one: Transform,
    names: Mapping[str, Json],
    date_format: str | None,
    to_schema: Caster | None,
) -> Change | Spread:
    if isinstance(one, ExpandMember):
        return Spread(compile_member(one.path), one.keep_parent is True)
    if isinstance(one, SetMember):
        return _only_if(one.if_, _set(one, names, date_format))
    if isinstance(one, RemoveMembers):
        return _only_if(one.if_, _remove(one.paths))
    if isinstance(one, CastToSchema):
        return to_schema or (lambda item: item)
    return _renaming(one)


def _renaming(one: RenameMember | FlattenMembers | RenameKeys) -> Change:
    if isinstance(one, RenameMember):
        return _rename(compile_member(one.from_), compile_member(one.to))
    if isinstance(one, FlattenMembers):
        separator = _SEPARATOR if one.separator is None else one.separator
        return _flatten(one.path, separator)
    rename = renamer(one.case)
    return lambda item: in_case(item, rename)


def _told(one: Transform) -> str:
    """Return a transform as its errors name it."""
    if isinstance(one, RenameMember):
        return f"rename {one.from_}"
    path = getattr(one, "path", None)
    return f"{one.op} {path}" if path else one.op


def _failed(index: int, told: str, error: Exception) -> ItemError:
    reason = str(error) if isinstance(error, ValueError) else ""
    if isinstance(error, ExpressionError):
        reason = error.message.removesuffix(".")
    elif isinstance(error, RecursionError):
        reason = "the item is nested too deeply"
    return ItemError(f"{told}: {reason}.", item_id=None, field=f"transforms/{index}")


def _only_if(predicate: ItemPredicate | None, change: Change) -> Change:
    if predicate is None:
        return change
    holds = compile_item_predicate(predicate)
    return lambda item: change(item) if holds(item) else item


def _set(one: SetMember, names: Mapping[str, Json], date_format: str | None) -> Change:
    member, template = compile_member(one.path), compile_template(one.value)
    cast = compile_cast(one.as_, date_format) if one.as_ else None

    def change(item: Json) -> Json:
        value = template.render(Scope(names, item))
        if value is MISSING:
            return item
        return member.put(item, value if cast is None else cast(value))

    return change


def _remove(paths: Sequence[str]) -> Change:
    finders = [compile_members(path) for path in paths]

    def change(item: Json) -> Json:
        for find in finders:
            for steps in find(item):
                item = without(item, steps)
        return item

    return change


def _rename(old: Member, new: Member) -> Change:
    def change(item: Json) -> Json:
        value = old.read(item)
        return item if value is MISSING else new.put(old.without(item), value)

    return change


def _flatten(path: str | None, separator: str) -> Change:
    if path is None:
        return lambda item: lifted(item, separator) if isinstance(item, dict) else item
    member = compile_member(path)
    *above, name = member.steps
    parent = Member(path, tuple(above))

    def change(item: Json) -> Json:
        members = parent.read(item)
        if not isinstance(members, dict):
            return item
        return parent.put(item, lifted_one(members, str(name), separator))

    return change


def _parts(spread: Spread, item: Json) -> list[Json]:
    """Return the items that the elements of a member become.

    An object is taken for a list of one; null and nothing are an empty list.

    Raises:
        ValueError: for what has no elements, or more than 10,000.
    """
    found = spread.member.read(item)
    if found is MISSING or found is None:
        return []
    if not isinstance(found, list | dict):
        raise ValueError(f"{shown(found)} is not a list")  # noqa: TRY004 - it is told as every other value that does not fit
    elements: list[Json] = found if isinstance(found, list) else [found]
    if len(elements) > MOST_EXPANDED:
        raise ValueError(
            f"{len(elements)} elements; at most {MOST_EXPANDED} become items"
        )
    if not spread.keeps_parent:
        return elements
    return [spread.member.put(item, element) for element in elements]
