"""The published JSON Schema (draft 2020-12) of the lines of a run.

`python -m ferrule.sync.schema` writes it to `resources/schema`. It is made from the
events themselves and the few lines beside them, so that it cannot say anything else.
"""

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec

from ferrule import shipped
from ferrule.descriptor.schema import DRAFT, FOLDER, published
from ferrule.exchange import Json
from ferrule.signals import NormalisedSignal
from ferrule.store.records import Counts
from ferrule.sync import events
from ferrule.sync.events import Event, camel
from ferrule.sync.lines import LINES

Schema: TypeAlias = dict[str, Any]

NAME = "progress.schema.json"
ORDER = (
    *("ready", "started", "stream", "item_error", "signal", "deleted", "state"),
    *("batch", "waiting", "budget", "notice", "stream_end", "run", "error"),
)
_NAME_IN_TEXT = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`")
_NAMED: dict[Any, str] = {Counts: "counts", NormalisedSignal: "normalised_signal"}
_PLAIN: dict[Any, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    NoneType: "null",
}


def progress_schema() -> Schema:
    """Return the schema of one line."""
    kinds: dict[str, Any] = {**_events(), **LINES}
    definitions = {name: _line(name, kinds[name]) for name in ORDER}
    definitions["counts"] = _object(Counts, {}, "What became of items, so far.")
    definitions["normalised_signal"] = _signal()
    return {
        "$schema": DRAFT,
        "$id": "urn:ferrule:schema:progress",
        "title": "One line of a run",
        "description": "What `ferrule run` and `ferrule sync --json` print: "
        "docs/progress.md tells when.",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in ORDER],
        "$defs": definitions,
    }


def write(folder: Path) -> None:
    """Write the schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(published(progress_schema()), encoding="utf-8")


def _events() -> dict[str, type[Event]]:
    """Return the events by their `type`."""
    found = vars(events).values()
    return {
        one.type: one
        for one in found
        if isinstance(one, type) and issubclass(one, Event) and one.type
    }


def _line(name: str, kind: Any) -> Schema:  # noqa: ANN401  an event or a TypedDict
    first = {"type": {"const": name}}
    return {"title": name, **_object(kind, first, _sentence(kind))}


def _object(kind: Any, first: Schema, description: str) -> Schema:  # noqa: ANN401  a class that has members
    hints = get_type_hints(kind, include_extras=True)
    if issubclass(kind, msgspec.Struct):
        hints = {camel(name): hints[name] for name in kind.__struct_fields__}
    members = first | {name: schema_of(hint) for name, hint in hints.items()}
    needed = [n for n, hint in hints.items() if get_origin(hint) is not NotRequired]
    found: Schema = {"type": "object", "description": description}
    return found | {"properties": members, "required": [*first, *needed]}


def schema_of(hint: Any) -> Schema:  # noqa: ANN401  any type that a member has
    """Return the schema of a member's type.

    Raises:
        TypeError: for a type that no line has so far.
    """
    if hint in (Json, Any):
        return {}
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if hint in _NAMED:
        return {"$ref": f"#/$defs/{_NAMED[hint]}"}
    if is_typeddict(hint):
        return _object(hint, {}, _sentence(hint))
    return _composed(get_origin(hint), get_args(hint))


def _composed(origin: Any, parts: tuple[Any, ...]) -> Schema:  # noqa: ANN401  what `get_origin` gives
    made: dict[Any, Callable[[], Schema]] = {
        NotRequired: lambda: schema_of(parts[0]),
        Annotated: lambda: schema_of(parts[0]) | _limits(parts[1]),
        Literal: lambda: {"enum": list(parts)},
        Union: lambda: _union([schema_of(one) for one in parts]),
        UnionType: lambda: _union([schema_of(one) for one in parts]),
        list: lambda: {"type": "array", "items": schema_of(parts[0])},
        tuple: lambda: {"type": "array", "items": schema_of(parts[0])},
        dict: lambda: {"type": "object", "additionalProperties": schema_of(parts[1])},
    }
    if origin not in made:
        raise TypeError(f"no schema for {origin}")
    return made[origin]()


def _union(parts: list[Schema]) -> Schema:
    """Return what is one of several: null with something else, as lines have it."""
    *rest, last = parts
    if len(rest) == 1 and last == {"type": "null"} and "type" in rest[0]:
        return rest[0] | {"type": [rest[0]["type"], "null"]}
    return {"anyOf": parts}


def _limits(meta: msgspec.Meta) -> Schema:
    found = {"minimum": meta.ge, "description": meta.description}
    return {name: value for name, value in found.items() if value is not None}


def _signal() -> Schema:
    _, parts = msgspec.json.schema_components([NormalisedSignal])
    found: Schema = parts["NormalisedSignal"]
    return found


def _sentence(kind: type) -> str:
    text = " ".join((inspect.getdoc(kind) or "").split())
    return _NAME_IN_TEXT.sub(lambda name: f"`{camel(name[1])}`", text)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else shipped.resources() / FOLDER)
