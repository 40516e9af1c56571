"""The schema of an item: JSON Schema draft 2020-12, compiled to closures.

What is read: every keyword of the validation and applicator vocabularies, `$defs` and
`$ref` within the document (`#`, `#/$defs/x`). What is refused when the schema is
loaded, at its place: `$ref` to anywhere else, anchors and dynamic references, other
drafts, and words that are no keywords. `format` only tells `cast` what a text is.
"""

import difflib
from collections.abc import Iterator
from typing import Annotated, Final
from urllib.parse import unquote

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ferrule.exchange import MISSING, Json, Missing
from ferrule.expression.getting import element
from ferrule.mapping.casts import shown
from ferrule.mapping.schema_parts import PART_WORDS, every, members
from ferrule.mapping.schema_words import (
    VALUE_WORDS,
    Check,
    Fault,
    Schema,
    SchemaRefusedError,
    Word,
    refused,
)

Place = tuple[str | int, ...]

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_WORDS: Final[dict[str, Word]] = {**VALUE_WORDS, **PART_WORDS}
_HOLDS_SCHEMAS: Final = ("$defs", "definitions")
_BESIDE: Final = ("then", "else", "minContains", "maxContains")
_NOTES: Final = (
    *("title", "description", "default", "examples", "deprecated", "readOnly"),
    *("writeOnly", "format", "contentEncoding", "contentMediaType", "contentSchema"),
    *("$comment", "$schema", "$ref"),
)
_KNOWN: Final = frozenset({*_WORDS, *_HOLDS_SCHEMAS, *_BESIDE, *_NOTES})
_OF_THE_ROOT: Final = ("$id",)  # further in it would change what a reference means
_MOST_DEPTH: Final = 128
# Keywords whose subschemas look at the same value: through these nothing may go round.
_SAME_VALUE: Final = frozenset(
    ["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"]
)


def compile_schema(schema: Schema) -> Check:
    """Return a check of items: None for one that fits, else the first fault.

    Raises:
        SchemaRefusedError: for what is no schema, or is not read here, with its place.
    """
    reader = _Reader(schema)
    try:
        check = reader.check(())
        reader.refuse_circles()
    except RecursionError:
        raise _placed("The schema is nested too deeply.", ()) from None
    return check


def resolve(schema: Json, reference: str) -> Place | None:
    """Return where a local reference leads in a schema, None for any other."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    steps: list[str | int] = []
    here: Json | Missing = schema
    for part in unquote(reference[1:]).split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list) and name.isdecimal():
            steps.append(int(name))
        else:
            steps.append(name)
        here = _step(here, steps[-1])
        if here is MISSING:
            return None
    return tuple(steps)


def at(schema: Json, place: Place) -> Json:
    """Return what stands at a place of a schema; null where nothing does."""
    here: Json | Missing = schema
    for step in place:
        here = _step(here, step)
    return None if here is MISSING else here


def _step(here: Json | Missing, step: str | int) -> Json | Missing:
    if isinstance(here, dict):
        return here.get(str(step), MISSING)
    return element(here, step)


class _Reader:
    """Compiles each place of a schema once; references are looked up when they run."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._made: dict[Place, Check | None] = {}
        self._edges: dict[Place, set[Place]] = {}

    def check(self, place: Place) -> Check:
        """Return the check of the schema at a place."""
        if place not in self._made:
            self._made[place] = None
            self._made[place] = self._compiled(at(self._root, place), place)
        found = self._made[place]
        return found if found is not None else self._later(place)

    def _later(self, place: Place) -> Check:
        """Return the check of a schema that is being compiled further out."""

        def check(value: Json) -> Fault | None:
            found = self._made[place]
            return found(value) if found is not None else None

        return check

    def _compiled(self, schema: Json, place: Place) -> Check:
        if schema is True:
            return lambda _value: None
        if schema is False:
            return lambda value: Fault(f"{shown(value)} must not be here")
        if not isinstance(schema, dict):
            raise _placed("A schema is an object, true or false.", place)
        if len(place) > _MOST_DEPTH:
            raise _placed("The schema is nested too deeply.", place)
        try:
            return every([*self._checks(schema, place)] or [lambda _value: None])
        except SchemaRefusedError as error:
            error.place(*place)
            raise

    def _checks(self, schema: Schema, place: Place) -> Iterator[Check]:
        _refuse_words(schema, _OF_THE_ROOT if not place else ())
        for holder in _HOLDS_SCHEMAS:
            for name in members(schema, holder) if holder in schema else ():
                self.check((*place, holder, name))
        if "$ref" in schema:
            yield self._referred(schema["$ref"], place)

        def below(*steps: str | int) -> Check:
            there = (*place, *steps)
            if steps[0] in _SAME_VALUE:
                self._edges.setdefault(place, set()).add(there)
            return self.check(there)

        for name, word in _WORDS.items():
            if name in schema:
                yield word(schema, below)

    def _referred(self, reference: Json, place: Place) -> Check:
        text = reference if isinstance(reference, str) else ""
        there = resolve(self._root, text)
        if there is None:
            local = text.startswith("#")
            raise refused(
                f"{shown(reference)} leads nowhere in this schema."
                if local
                else f"{shown(reference)} is outside this schema.",
                "$ref",
                advice="Write #/$defs/ and a name that stands in $defs.",
            )
        self._edges.setdefault(place, set()).add(there)
        return self.check(there)

    def refuse_circles(self) -> None:
        """Refuse a schema that leads back to itself without looking further in."""
        done: set[Place] = set()
        for place in self._edges:
            self._walk(place, (), done)

    def _walk(self, place: Place, above: tuple[Place, ...], done: set[Place]) -> None:
        if place in above:
            raise _placed("This schema leads back to itself.", place)
        if place in done:
            return
        for there in self._edges.get(place, ()):
            self._walk(there, (*above, place), done)
        done.add(place)


def _placed(message: str, place: Place) -> SchemaRefusedError:
    error = refused(message, *place)
    error.placed = True
    return error


def _refuse_words(schema: Schema, also: tuple[str, ...]) -> None:
    if schema.get("$schema", _DRAFT) != _DRAFT:
        raise refused(
            f"{shown(schema['$schema'])} is another draft.",
            "$schema",
            advice=f"Only {_DRAFT} is read.",
        )
    for name in schema:
        if name not in _KNOWN and name not in also and not name.startswith("x-"):
            close = difflib.get_close_matches(name, sorted(_KNOWN), n=1, cutoff=0.7)
            advice = f"Did you mean “{close[0]}”?" if close else ""
            message = f"{name} is no keyword that is read here."
            raise refused(message, name, advice=advice)


def _check(schema: Schema) -> Schema:
    try:
        compile_schema(schema)
    except SchemaRefusedError as error:
        context = {
            "message": error.message,
            "advice": error.advice,
            "pointer": error.pointer,
        }
        raise PydanticCustomError("expression", "{message}", context) from None
    return schema


ItemSchema = Annotated[dict[str, Json], AfterValidator(_check)]
