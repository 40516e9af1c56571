"""The kinds that the descriptor's models know, and which of them a sample uses.

A kind is an arm of a union, or a word where one of several must stand. Both are found
in the models themselves, so that nothing here names one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import get_annotations
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import Discriminator, Tag
from pydantic.fields import FieldInfo

from ferrule.section import Section, wire_name


class Kind(NamedTuple):
    """One of several: whose member it is, and the word or the arm."""

    member: str
    word: str


class Arm(NamedTuple):
    """One arm of a union: what tells it from the others, and its type."""

    tags: tuple[str, ...]
    type: Any


@dataclass(frozen=True)
class Place:
    """A type in a model; `member` names it for a person."""

    member: str
    type: Any
    choice: Discriminator | None = None

    @property
    def bare(self) -> "Place":
        """The place without what pydantic notes beside its type, nor None."""
        if get_origin(self.type) is Annotated:
            inner, *notes = get_args(self.type)
            return Place(self.member, inner, _choice(notes) or self.choice).bare
        if get_origin(self.type) in {Union, UnionType}:
            arms = [arm for arm in get_args(self.type) if arm is not type(None)]
            if len(arms) == 1:
                return Place(self.member, arms[0], self.choice).bare
        return self

    @property
    def arms(self) -> list[Arm]:
        """The arms of a union that says which one is meant; else none."""
        if self.choice is None or get_origin(self.type) not in {Union, UnionType}:
            return []
        by = self.choice.discriminator
        arms = [arm for arm in get_args(self.type) if arm is not type(None)]
        return [Arm(_tags(arm, by), arm) for arm in arms]

    @property
    def words(self) -> tuple[Any, ...]:
        """The words of which one stands here; none where there is only one."""
        words = get_args(self.type) if get_origin(self.type) is Literal else ()
        return words if len(words) > 1 else ()

    @property
    def inside(self) -> list["Place"]:
        """The types that this one is made of."""
        if self.arms:
            return [Place(self.member, arm.type).bare for arm in self.arms]
        named = (get_args(self.type) or ()) if self.words == () else ()
        return [Place(self.member, one).bare for one in named if one is not Ellipsis]

    @property
    def union(self) -> str:
        """The name of the union: a union that stands in many members has one name."""
        models = [arm.type.__name__ for arm in self.arms if _is_section(arm.type)]
        inner = [
            get_args(arm.type)[0] for arm in self.arms if not _is_section(arm.type)
        ]
        models += [one.__name__ for one in inner if _is_section(one)]
        return " | ".join(models) if models else self.member


OTHERS = ("ferrule.server.", "ferrule.workspace.")


def sections(model: type[Section] = Section) -> list[type[Section]]:
    """Return every section of a descriptor; a server's and a project's are others."""
    home = model.__module__.startswith("ferrule.")
    own = [model] if home and not model.__module__.startswith(OTHERS) else []
    below = [one for child in model.__subclasses__() for one in sections(child)]
    return list(dict.fromkeys(own + below))


def members(model: type[Section]) -> Iterator[tuple[str, Place]]:
    """Yield the members of a section: the name in Python, and what stands there."""
    for name, field in model.model_fields.items():
        owner = next(m for m in model.__mro__ if name in get_annotations(m))
        named = f"{owner.__name__}.{wire_name(model, name)}"
        yield name, _of_field(named, field)


def all_kinds() -> set[Kind]:
    """Return every kind of every member of every section."""
    places = [place for model in sections() for _, place in members(model)]
    found: set[Kind] = set()
    while places:
        place = places.pop()
        found |= {Kind(place.union, arm.tags[0]) for arm in place.arms}
        found |= {Kind(place.member, str(word)) for word in place.words}
        places += place.inside
    return found


def used(place: Place, value: Any) -> Iterator[Kind]:
    """Yield the kinds that a part, loaded, is made of."""
    place = place.bare
    if place.arms:
        arm = _arm_of(place, value)
        yield Kind(place.union, arm.tags[0])
        yield from used(Place(place.member, arm.type), value)
    elif place.words:
        yield Kind(place.member, str(value))
    elif isinstance(value, Section):
        for name, inner in members(type(value)):
            if getattr(value, name) is not None:
                yield from used(inner, getattr(value, name))
    elif isinstance(value, Mapping):
        inner = place.inside[-1:] or [Place(place.member, Any)]
        for one in value.values():
            yield from used(inner[0], one)
    elif isinstance(value, tuple | list) and place.inside:
        for one in value:
            yield from used(place.inside[0], one)


def refused(place: Place, loc: Sequence[str | int]) -> Iterator[Kind]:
    """Yield the kinds on the way to what pydantic found wrong, outermost first.

    Of words the last is the member alone: what stood there is none of them.
    """
    place = place.bare
    if place.words and not loc:
        yield Kind(place.member, "")
    if not loc:
        return
    head, *rest = loc
    if place.arms:
        arm = next(arm for arm in place.arms if head in arm.tags)
        yield Kind(place.union, arm.tags[0])
        yield from refused(Place(place.member, arm.type), rest)
    elif _is_section(place.type):
        by_name = {wire_name(place.type, n): inner for n, inner in members(place.type)}
        if head in by_name:
            yield from refused(by_name[str(head)], rest)
    elif place.inside:
        yield from refused(place.inside[-1 if isinstance(head, str) else 0], rest)


def _of_field(named: str, field: FieldInfo) -> Place:
    notes = [*field.metadata, field.discriminator]
    return Place(named, field.annotation, _choice(notes)).bare


def _choice(notes: Sequence[Any]) -> Discriminator | None:
    for note in notes:
        inner = note.discriminator if isinstance(note, FieldInfo) else note
        if isinstance(inner, Discriminator):
            return inner
        if isinstance(inner, str) and not isinstance(note, Tag):
            return Discriminator(inner)
    return None


def _tags(arm: Any, by: Any) -> tuple[str, ...]:
    if isinstance(by, str) and _is_section(arm):
        return get_args(arm.model_fields[by].annotation)
    return tuple(note.tag for note in get_args(arm)[1:] if isinstance(note, Tag))


def _arm_of(place: Place, value: Any) -> Arm:
    for arm in place.arms:
        if Place("", arm.type).bare.type is type(value):
            return arm
    tag = place.choice.discriminator(value)  # type: ignore[operator,union-attr]  # else an arm is a section
    return next(arm for arm in place.arms if tag in arm.tags)


def _is_section(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, Section)
