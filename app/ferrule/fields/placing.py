"""Where a value belongs: into its field, into another, or to another way of signing in.

A value is told by its beginning (`known_tokens`) or by being a key in PEM; what fields
ask for is read from their own words. In doubt nothing is offered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ferrule.fields.input_field import InputField
from ferrule.fields.known_tokens import (
    Shape,
    plain_name,
    shape_of,
    wanted_shapes,
    wanted_starts,
)
from ferrule.fields.pasted_parts import Parts
from ferrule.fields.reading import fits

_PEM: Final = Shape("-----BEGIN ", "", "key in PEM")
_KEYS: Final = ("privatekey", "pem", "certificate", "sshkey", "keyfile")
_BOTH: Final = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to be done by one press: values that go into fields by their keys.

    With `method` they go into the form of that sign-in, which is chosen for it.
    """

    what: str
    verb: str
    values: Mapping[str, str] = field(repr=False)
    method: str = ""


def belongs_elsewhere(
    spec: InputField,
    value: str,
    fields: Sequence[InputField],
    others: Mapping[str, Sequence[InputField]],
) -> Offer | None:
    """Return the offer to put a value where it belongs, None where it may stay."""
    shape = look_of(value)
    if expects(spec, value) or (shape is None and not _has_start(value, fields)):
        return None
    what = (
        f"This looks like {named(shape)}{_asked(spec)}."
        if shape
        else (f"This does not look like “{spec.label}”.")
    )
    for other in fields:
        if other.key != spec.key and expects(other, value):
            return Offer(what, f"Put it into “{other.label}”", {other.key: value})
    for name, theirs in others.items():
        for other in theirs:
            if expects(other, value):
                return Offer(what, f"Sign in with “{name}”", {other.key: value}, name)
    return None


def misplaced(spec: InputField, value: str) -> str:
    """Return a warning where a value looks like none for this field, else nothing."""
    shape = look_of(value)
    if shape is None:
        return ""
    if not expects(spec, value) and (wanted_shapes(spec) or wanted_starts(spec)):
        return f"This looks like {named(shape)}{_asked(spec)}."
    if shape.secret and spec.type in {"text", "url", "textarea"}:
        return (
            f"This looks like {named(shape)}, and “{spec.label}” is no field for "
            "secrets: it is shown as it is."
        )
    return ""


def expects(spec: InputField, value: str) -> bool:
    """Tell whether a field asks for such a value in particular."""
    shape = look_of(value)
    if shape is _PEM:
        names = (plain_name(spec.key), plain_name(spec.label))
        return spec.type == "file" or any(name.endswith(_KEYS) for name in names)
    if any(value.startswith(start) for start in wanted_starts(spec)):
        return fits(spec, value)
    if shape is None:
        return False
    return any(_alike(shape, wanted) for wanted in wanted_shapes(spec))


def look_of(value: str) -> Shape | None:
    """Return what a value looks like, a key in PEM among it."""
    if value.lstrip().startswith(_PEM.prefix):
        return _PEM
    return shape_of(value)


def words_of_parts(parts: Parts, labels: Sequence[str]) -> tuple[str, str]:
    """Return what names and values are, and the verb that fills them in."""
    listed = ", ".join(f"“{label}”" for label in labels)
    kind = parts.kind or "a list of variables"
    if len(labels) == 1:
        return f"This is {kind}: it holds {listed}.", "Fill it in"
    both = "both" if len(labels) == _BOTH else "all"
    return f"This is {kind}: it holds {listed}.", f"Fill in {both}"


def _alike(one: Shape, other: Shape) -> bool:
    return (one.vendor, one.kind) == (other.vendor, other.kind)


def _has_start(value: str, fields: Sequence[InputField]) -> bool:
    starts = [start for spec in fields for start in wanted_starts(spec)]
    return any(value.startswith(start) for start in starts)


def named(shape: Shape) -> str:
    """Return a shape with its article."""
    words = shape.kind if shape is _PEM else shape.words
    return f"an {words}" if words[0] in "aeioAEIO" else f"a {words}"


def _asked(spec: InputField) -> str:
    """Return what the field asks for instead, as the end of a sentence."""
    wanted = wanted_shapes(spec)
    if wanted:
        return f"; “{spec.label}” asks for {named(wanted[0])}"
    starts = wanted_starts(spec)
    return f"; “{spec.label}” begins with {starts[0]}" if starts else ""
