"""What a connector's mapping says about its collections: columns and their types.

A collection is all that streams with one collection key write. Its columns are what
each signal has (`BASE`), then the further fields of the mapping, then the members of a
table (`columns`), each in the order of the descriptor: a column that is added at the
end moves none. A field has the type that it is cast to, else that of the item schema at
its place; anything else is JSON. A field whose name a signal cannot keep as it is
(control characters go) has no column.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from ferrule.descriptor.model import Connector
from ferrule.exchange import Json
from ferrule.expression.getting import keys_of
from ferrule.expression.grammar import parse
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping import FieldMapping
from ferrule.mapping.fields import MappedField
from ferrule.mapping.sanitise import UNSAFE
from ferrule.migrations.names import can_be_said, column_names, view_name

Kind = Literal["text", "number", "boolean", "time", "json"]
Document = Literal["fields", "item"]

_CASTS: Final[dict[str, Kind]] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "datetime": "time",
    "json": "json",
}
_TYPES: Final[dict[str, Kind]] = {
    name: kind for name, kind in _CASTS.items() if name not in {"datetime", "json"}
}
BASE: Final[dict[str, Kind]] = {
    "id": "text",
    "project": "text",
    "connection": "text",
    "external_id": "text",
    "stream": "text",
    "type": "text",
    "timestamp": "time",
    "created_at": "time",
    "archived_at": "time",
    "priority": "text",
    "summary": "text",
    "participants": "json",
    "tags": "json",
    "related_items": "json",
    "raw_payload": "json",
}


class Column(NamedTuple):
    """A column beyond the usual: `member` of a signal's fields, or of its item."""

    name: str
    kind: Kind
    document: Document
    member: str


class Collected(NamedTuple):
    """One collection: its key, its view's name, who writes it, and its columns."""

    key: str
    view: str
    streams: tuple[str, ...]
    columns: tuple[Column, ...]


Place = tuple[Document, str]


def collections_of(connector: Connector) -> tuple[Collected, ...]:
    """Return the collections that a connector writes, in the order of its streams.

    Raises:
        DescriptorInvalid: when its streams are not valid once they are merged.
    """
    streams: dict[str, list[str]] = {}
    places: dict[str, dict[Place, Kind]] = {}
    for stream in connector.resolved_streams:
        if not can_be_said(stream.collection_key):
            continue  # no database can hold such a row
        streams.setdefault(stream.collection_key, []).append(stream.key)
        known = places.setdefault(stream.collection_key, {})
        for place, kind in _places(stream.mapping):
            same = known.setdefault(place, kind) == kind
            known[place] = kind if same else "json"
    return tuple(
        Collected(key, view_name(key), tuple(keys), _columns(places[key]))
        for key, keys in streams.items()
    )


def _columns(places: dict[Place, Kind]) -> tuple[Column, ...]:
    names = column_names([member for _, member in places], BASE)
    return tuple(
        Column(name, kind, document, member)
        for name, ((document, member), kind) in zip(names, places.items(), strict=True)
    )


def _places(mapping: FieldMapping) -> Iterator[tuple[Place, Kind]]:
    fields = mapping.fields or {}
    for name, field in fields.items():
        if has_column(name):
            yield ("fields", name), _kind(field, mapping.schema_)
    # Transforms may change what the schema then describes: the item is kept as it came.
    schema = None if mapping.transforms else mapping.schema_
    for name in mapping.columns or ():
        if has_column(name) and name not in fields:
            yield ("item", name), _told(schema, (name,))


def has_column(name: str) -> bool:
    """Tell whether a signal has its field under this name: some characters go."""
    return can_be_said(name) and "\r" not in name and not UNSAFE.search(name)


def _kind(field: MappedField, schema: dict[str, Json] | None) -> Kind:
    if not compile_path(field.path).singular:
        return "json"  # a list of what is found
    if field.as_ is not None:
        return _CASTS[field.as_]
    return _told(schema, keys_of(parse(field.path)))


def _told(schema: Json, keys: tuple[str | int, ...]) -> Kind:
    """Return the type that an item schema gives the value at `keys`."""
    for key in keys:
        properties = schema.get("properties") if isinstance(schema, dict) else None
        if not isinstance(properties, dict) or not isinstance(key, str):
            return "json"
        schema = properties.get(key)
    told = schema.get("type") if isinstance(schema, dict) else None
    types = told if isinstance(told, list) else [told]
    kinds = {_TYPES.get(str(one), "json") for one in types if one != "null"}
    return kinds.pop() if len(kinds) == 1 else "json"
