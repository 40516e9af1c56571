"""Values of a form's shapes: a new one, one carried to another kind, one as text.

Nothing here drops what it was not asked to drop: a text reads back as the value it was
made from, and switching a kind keeps every member that the new kind has too.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from ferrule.errors import UnreadableResponse
from ferrule.exchange import MISSING, Json, Missing, canonical, decode, encode
from ferrule.expression import AllOf, AnyOf, Condition, NotOf
from ferrule.section import Section
from ferrule.ui.widgets.form.shapes import (
    AnyJson,
    Choice,
    Either,
    Fixed,
    Flag,
    Group,
    Keyed,
    Many,
    Member,
    Number,
    Scalar,
    Shape,
    Text,
    Variant,
    Variants,
    members,
)
from ferrule.workspace.authoring import pretty

_LISTS: Final[dict[type[Section], str]] = {AllOf: "all", AnyOf: "any"}
_OWN: Final = ("when", "operator", "value", "valuePath")


def seed(shape: Shape) -> Json | Missing:
    """Return what a new value of a shape begins as; MISSING where none is sensible."""
    if isinstance(shape, Fixed):
        return shape.value
    if isinstance(shape, Choice):
        return shape.options[0]
    if isinstance(shape, Group):
        return new_section(shape.model)
    if isinstance(shape, Variants):
        return new_section(shape.kinds[0].model)
    if isinstance(shape, Either):
        return seed(shape.shapes[0])
    plain: dict[type, Json] = {Many: [], Keyed: {}, Flag: False, Text: "", Scalar: ""}
    return plain.get(type(shape), MISSING)


def new_section(model: type[Section]) -> dict[str, Json]:
    """Return a section with the members that it must have, as far as they are known."""
    found: dict[str, Json] = {}
    for member in members(model):
        if member.required or isinstance(member.shape, Fixed):
            value = seed(member.shape)
            if value is not MISSING:
                found[member.name] = value
    return found


def takes(shape: Shape, value: Json | Missing) -> bool:
    """Return whether the form's field of a shape can show a value, right or wrong."""
    if value is MISSING or isinstance(shape, AnyJson):
        return True
    if isinstance(shape, Text):
        return isinstance(value, str)
    if isinstance(shape, Number | Scalar):
        return isinstance(value, int | float | Decimal | str) and not _is_truth(value)
    if isinstance(shape, Flag):
        return _is_truth(value)
    if isinstance(shape, Choice | Fixed):
        options = shape.options if isinstance(shape, Choice) else (shape.value,)
        return any(same(value, option) for option in options)
    return _takes_many(shape, value)


def _takes_many(shape: Shape, value: Json) -> bool:
    if isinstance(shape, Variants):
        return shape.kind(value) is not None
    if isinstance(shape, Either):
        return any(takes(part, value) for part in shape.shapes)
    return isinstance(value, list if isinstance(shape, Many) else dict)


def _is_truth(value: Json | Missing) -> bool:
    return isinstance(value, bool)


def same(one: Json | Missing, other: Json | Missing) -> bool:
    """Return whether two values are the same JSON: true is not 1."""
    if one is MISSING or other is MISSING:
        return one is other
    return canonical(one) == canonical(other)


def switched(old: Json | Missing, kind: Variant) -> dict[str, Json]:
    """Return a value of `kind` that keeps what it shares with the old value.

    A condition goes into a combination and comes out of it again.
    """
    if isinstance(old, dict):
        combined = _combined(old, kind)
        if combined is not None:
            return combined
    return carried(old if isinstance(old, dict) else {}, kind.model)


def carried(old: Mapping[str, Json], model: type[Section]) -> dict[str, Json]:
    """Return the members of `old` that a section of `model` has, and what it needs."""
    known = {member.name: member for member in members(model)}
    kept = {
        name: _carried_value(value, known[name])
        for name, value in old.items()
        if name in known
        and takes(known[name].shape, value)
        and not isinstance(known[name].shape, Fixed)
    }
    fresh = new_section(model)
    ordered = {name: fresh[name] for name in fresh if name in _tags(model)}
    return {**ordered, **fresh, **kept}


def restored(
    fresh: Mapping[str, Json], known: Mapping[str, Json], plain: Mapping[str, Json]
) -> dict[str, Json]:
    """Return a section of another kind with what was known of that kind before.

    What the section says wins, unless it says only what a new one would (`plain`).
    """
    found = {name: value for name, value in known.items() if name not in fresh}
    for name, value in fresh.items():
        old, new = known.get(name, MISSING), plain.get(name, MISSING)
        if isinstance(value, dict) and isinstance(old, dict) and isinstance(new, dict):
            found[name] = restored(value, old, new)
        else:
            found[name] = old if old is not MISSING and same(value, new) else value
    return {
        name: found[name] for name in (*fresh, *(n for n in found if n not in fresh))
    }


def _tags(model: type[Section]) -> set[str]:
    return {m.name for m in members(model) if isinstance(m.shape, Fixed)}


def _carried_value(value: Json, member: Member) -> Json:
    if not isinstance(value, dict):
        return value
    if isinstance(member.shape, Group):
        return carried(value, member.shape.model)
    if isinstance(member.shape, Variants):
        kind = member.shape.kind(value)
        return carried(value, kind.model) if kind else value
    return value


def _combined(old: dict[str, Json], kind: Variant) -> dict[str, Json] | None:
    """Return `old` as another form of predicate or rule, None where it is neither."""
    rest = {k: v for k, v in old.items() if k not in {*_OWN, "all", "any", "not", "if"}}
    parts = _parts(old)
    if parts is None:
        return None
    names = {member.name for member in members(kind.model)}
    if {"if", "then"} <= names:
        return {"if": _one(parts), **rest}
    if kind.model in _LISTS:
        return {_LISTS[kind.model]: parts}
    if kind.model is NotOf:
        return {"not": _one(parts)}
    if issubclass(kind.model, Condition):
        first = next((p for p in parts if isinstance(p, dict) and "when" in p), {})
        return {**new_section(kind.model), **first, **rest}
    return None


def _parts(old: dict[str, Json]) -> list[Json] | None:
    for name in ("all", "any"):
        found = old.get(name)
        if isinstance(found, list):
            return found
    for name in ("not", "if"):
        if name in old:
            return [old[name]]
    if "when" in old:
        return [{name: old[name] for name in _OWN if name in old}]
    return None


def _one(parts: list[Json]) -> Json:
    if len(parts) == 1:
        return parts[0]
    return {"all": parts} if parts else new_section(Condition)


def text_of(value: Json | Missing) -> str:
    """Return a JSON value as a person writes it: a text bare where it stays one."""
    if value is MISSING:
        return ""
    if isinstance(value, str) and same(read_text(value), value):
        return value
    if isinstance(value, dict | list) and value:
        return pretty(value).rstrip("\n")
    return encode(value).decode()


def read_text(text: str) -> Json | Missing:
    """Return the JSON value that a person wrote; what is no JSON is a text."""
    if not text.strip():
        return MISSING
    try:
        return decode(text.encode())
    except (UnreadableResponse, UnicodeEncodeError):
        return text


def read_number(text: str, *, whole: bool) -> Json | Missing:
    """Return a number; what is none stays a text, which lint then tells about."""
    found = read_text(text)
    fits = isinstance(found, int if whole else int | float | Decimal)
    return found if fits and not _is_truth(found) else (text or MISSING)


def read_scalar(text: str) -> Json | Missing:
    """Return a number where the text is one, else the text."""
    return read_number(text, whole=False)
