"""Sources: the short texts that say where a value comes from.

`$…` is a path in the body, `item:$…` one in the last item of the page, `header:X` a
header in any case, `status` the status code, `query:x` a parameter of a redirect and
`param:t` a member of a keyed signature header.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json
from ferrule.expression.getting import Found
from ferrule.expression.jsonpath import Path, compile_path


class Place(msgspec.Struct, frozen=True):
    """What a source may look at; header names are lower-case."""

    body: Json = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    status: int | None = None
    item: Found = MISSING
    query: Mapping[str, str] = msgspec.field(default_factory=dict)
    params: Mapping[str, str] = msgspec.field(default_factory=dict)


Values: TypeAlias = Callable[[Place], list[Json]]
First: TypeAlias = Callable[[Place], Found]


@dataclass(frozen=True, slots=True)
class CompiledSource:
    """A source that gives all its values at a place, or the first of them.

    `on_body` is the path of a `$…` source, `on_item` that of an `item:$…` one.
    """

    text: str
    values: Values = field(repr=False, compare=False)
    first: First = field(repr=False, compare=False)
    on_body: Path | None = None
    on_item: Path | None = None


@functools.lru_cache(maxsize=1024)
def compile_source(text: str) -> CompiledSource:
    """Compile a source.

    Raises:
        ExpressionError: when it is none of the known forms, or its path is wrong.
    """
    if text.startswith("$"):
        path = compile_path(text)
        return CompiledSource(
            text,
            lambda place: path.values(place.body),
            lambda place: path.first(place.body),
            on_body=path,
        )
    if text == "status":
        return _single(text, _status)
    kind, colon, name = text.partition(":")
    if kind == "item" and colon:
        return _item(text, name)
    lookup = _LOOKUPS.get(kind) if colon else None
    if lookup is None:
        raise _unknown(text)
    if not name.strip():
        raise ExpressionError(
            f"{kind}: needs a name after it.", text=text, column=len(text)
        )
    return _single(text, lookup(name.strip()))


def _status(place: Place) -> Found:
    return MISSING if place.status is None else place.status


def _header(name: str) -> First:
    key = name.lower()
    return lambda place: place.headers.get(key, MISSING)


def _query(name: str) -> First:
    return lambda place: place.query.get(name, MISSING)


def _param(name: str) -> First:
    return lambda place: place.params.get(name, MISSING)


_LOOKUPS: Mapping[str, Callable[[str], First]] = {
    "header": _header,
    "query": _query,
    "param": _param,
}


def _single(text: str, first: First) -> CompiledSource:
    def values(place: Place) -> list[Json]:
        found = first(place)
        return [] if found is MISSING else [found]

    return CompiledSource(text, values, first)


def _item(text: str, path_text: str) -> CompiledSource:
    column = len("item:")
    try:
        path = compile_path(path_text)
    except ExpressionError as error:
        raise ExpressionError(
            error.message, text=text, column=column + error.column, advice=error.advice
        ) from None

    def values(place: Place) -> list[Json]:
        return [] if place.item is MISSING else path.values(place.item)

    def first(place: Place) -> Found:
        return MISSING if place.item is MISSING else path.first(place.item)

    return CompiledSource(text, values, first, on_item=path)


def _unknown(text: str) -> ExpressionError:
    return ExpressionError(
        f"{text!r} does not say where a value comes from." if text else "It is empty.",
        text=text,
        advice="Write $.path, item:$.path, header:Name, status, query:name"
        " or param:name.",
    )
