"""What a part of a descriptor looks like as a form, read from its pydantic model.

A shape says how a value is edited. It is worked out from the annotation alone, so a
new kind or member has its form without a line of code here.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    Union,
    cast,
    get_args,
    get_origin,
)

from pydantic import Discriminator, Tag
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ferrule.exchange import MISSING, Json, Missing
from ferrule.section import Section

# What an annotation of Python is: no type describes classes, unions and aliases alike.
Annotation: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `format` names its small language, empty for plain text."""

    format: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `whole` allows no fraction."""

    whole: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values."""

    options: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always this value: the member that tells a kind from the others."""

    value: str | int | bool


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text or a number in one field."""

    format: str = ""


@dataclass(frozen=True, slots=True)
class AnyJson:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class Group:
    """The members of a section."""

    model: type[Section]


@dataclass(frozen=True, slots=True)
class Variant:
    """One kind of a union."""

    tag: str
    title: str
    model: type[Section]


@dataclass(frozen=True, slots=True)
class Variants:
    """One of several kinds of section; `tag_of` tells which a value is."""

    kinds: tuple[Variant, ...]
    tag_of: Callable[[Mapping[str, Json]], str | None]

    def kind(self, value: Json | Missing) -> Variant | None:
        """Return the kind of a value, None where it is none of them."""
        if not isinstance(value, dict):
            return None
        tag = self.tag_of(value)
        return next((kind for kind in self.kinds if kind.tag == tag), None)


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    element: "Shape"


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values by names of the author's choice."""

    element: "Shape"


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes that are no kinds: one or several, a list or a text."""

    shapes: "tuple[Shape, ...]"


Shape: TypeAlias = (
    Text
    | Number
    | Flag
    | Choice
    | Fixed
    | Scalar
    | AnyJson
    | Group
    | Variants
    | Many
    | Keyed
    | Either
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a section: its name on the wire, its label, its help, its shape.

    `needs` names what the engine lacks to run it; `default` is what its absence means.
    """

    name: str
    title: str
    help: str
    shape: Shape
    required: bool
    needs: str = ""
    default: Json | Missing = MISSING


# Members whose text is the key of a stream: no annotation tells them from others.
STREAM: Final = "stream"
_STREAM_NAMES: Final = {("ParentPartition", "parent"), ("WebhookEvent", "stream")}


@lru_cache(maxsize=256)
def members(model: type[Section]) -> tuple[Member, ...]:
    """Return the members of a section in the order of its model."""
    return tuple(_member(model, name) for name in model.model_fields)


def _member(model: type[Section], attribute: str) -> Member:
    field = model.model_fields[attribute]
    name = field.alias or attribute
    default = field.get_default()
    plain = default is None or default is PydanticUndefined
    shape = _shape(field.annotation, (field, *field.metadata))
    if (model.__name__, name) in _STREAM_NAMES:
        shape = Text(STREAM)
    return Member(
        name=name,
        title=field.title or spaced(name),
        help=field.description or "",
        shape=shape,
        required=field.is_required(),
        needs=model.member_needs.get(attribute, ""),
        default=MISSING if plain or isinstance(default, tuple) else default,
    )


def shape_of(annotation: Annotation) -> Shape:
    """Return the shape of a section or of any annotation; a shape is its own."""
    if isinstance(annotation, get_args(Shape)):
        return cast("Shape", annotation)
    return _shape(annotation, ())


def _shape(annotation: Annotation, meta: tuple[object, ...]) -> Shape:
    if annotation is Any or annotation is Json:
        return AnyJson()
    origin: Annotation = get_origin(annotation)
    args = get_args(annotation)
    if origin is Annotated:
        return _shape(args[0], (*args[1:], *meta))
    if origin in {Union, types.UnionType}:
        return _union([arg for arg in args if arg is not type(None)], meta)
    return _holding(annotation, origin, args, meta)


def _holding(
    annotation: Annotation,
    origin: Annotation,
    args: tuple[Annotation, ...],
    meta: tuple[object, ...],
) -> Shape:
    if origin is Literal:
        return Fixed(args[0]) if len(args) == 1 else Choice(args)
    if origin is tuple:
        return Many(shape_of(args[0]))
    if origin is dict:
        return Keyed(shape_of(args[1]))
    return _plain(annotation, meta)


def _plain(annotation: Annotation, meta: tuple[object, ...]) -> Shape:
    if annotation is bool:
        return Flag()
    if annotation in {int, float}:
        return Number(whole=annotation is int)
    if annotation is str:
        return Text(_format(meta))
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return Group(annotation)
    return AnyJson()


def _format(meta: tuple[object, ...]) -> str:
    for part in meta:
        extra = part.json_schema_extra if isinstance(part, FieldInfo) else None
        if isinstance(extra, dict) and isinstance(extra.get("format"), str):
            return str(extra["format"])
    return ""


def _union(parts: list[Annotation], meta: tuple[object, ...]) -> Shape:
    if len(parts) == 1:
        return _shape(parts[0], meta)
    if all(_section(part) is not None for part in parts):
        return _variants(parts, meta)
    shapes = tuple(dict.fromkeys(map(shape_of, parts)))
    if all(isinstance(shape, Number) for shape in shapes):
        return Number(whole=False)
    if all(isinstance(shape, Number | Text | Choice | Fixed) for shape in shapes):
        formats = [shape.format for shape in shapes if isinstance(shape, Text)]
        return Scalar(formats[0] if formats else "")
    return Either(shapes)


def _section(part: Annotation) -> type[Section] | None:
    origin: Annotation = get_origin(part)
    if origin is Annotated:
        return _section(get_args(part)[0])
    if isinstance(part, type) and issubclass(part, Section):
        return part
    return None


def _variants(parts: list[Annotation], meta: tuple[object, ...]) -> Variants:
    by = next((d for d in map(_discriminator, meta) if d is not None), None)
    models = [model for model in map(_section, parts) if model is not None]
    if isinstance(by, str):
        tags = [_tags(model, by) for model in models]
        kinds = [
            Variant(tag, kind_title(model), model)
            for model, some in zip(models, tags, strict=True)
            for tag in some[:1]
        ]
        return Variants(tuple(kinds), _by_member(by))
    kinds = [
        Variant(_tag(part) or model.__name__, kind_title(model), model)
        for part, model in zip(parts, models, strict=True)
    ]
    return Variants(tuple(kinds), by or (lambda _value: None))


def _discriminator(part: object) -> "str | Callable[[Any], str | None] | None":
    found = part.discriminator if isinstance(part, FieldInfo) else part
    if isinstance(found, Discriminator):
        return found.discriminator  # type: ignore[return-value] # pydantic's tags are texts here
    return found if isinstance(found, str) else None


def _by_member(name: str) -> Callable[[Mapping[str, Json]], str | None]:
    def tag_of(value: Mapping[str, Json]) -> str | None:
        found = value.get(name)
        return found if isinstance(found, str) else None

    return tag_of


def _tags(model: type[Section], attribute: str) -> tuple[str, ...]:
    return tuple(map(str, get_args(model.model_fields[attribute].annotation)))


def _tag(part: Annotation) -> str | None:
    found = (p.tag for p in get_args(part)[1:] if isinstance(p, Tag))
    return next(found, None)


_TITLES: Mapping[str, str] = {
    "TypeCondition": "One condition",
    "TypeIf": "Combination",
    "PriorityCondition": "One condition",
    "PriorityIf": "Combination",
    "NotOf": "Not",
    "ValuesPartition": "A list of values",
    "ParentPartition": "Items of a stream",
    "PollingAndWebhook": "Polling and webhook",
    "AskedBackoff": "As the service asks",
    "ConstantBackoff": "The same each time",
    "ExponentialBackoff": "Longer each time",
    "SetMember": "Set a member",
    "RenameMember": "Rename a member",
    "ExpandMember": "Expand a list",
    "CastToSchema": "Cast to the schema",
}


def kind_title(model: type[Section]) -> str:
    """Return what a kind is called: its `title`, else the words of its class."""
    given = getattr(model, "title", "")
    if isinstance(given, str) and given:
        return given
    return _TITLES.get(model.__name__) or spaced(model.__name__)


def spaced(name: str) -> str:
    """Return a camelCase name as words: `keepParent` reads "Keep parent"."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.strip("_")).lower()
    return words[:1].upper() + words[1:]


def family(shape: Variants) -> str:
    """Return what a union is about: "predicate", "rule", or nothing special."""
    names = [{m.name for m in members(kind.model)} for kind in shape.kinds]
    if any({"if", "then"} <= some for some in names):
        return "rule"
    return "predicate" if {"all"} in names and {"not"} in names else ""


def is_block(shape: Shape) -> bool:
    """Return whether a shape takes a block of its own instead of a labelled row."""
    if isinstance(shape, Many):
        return not isinstance(shape.element, Text | Scalar | Number | Choice | AnyJson)
    if isinstance(shape, Either):
        return any(map(is_block, shape.shapes))
    return isinstance(shape, Group | Variants | Keyed)
