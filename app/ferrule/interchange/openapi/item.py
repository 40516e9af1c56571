"""The mapping of a stream, guessed from the members that an item has.

Each guess is the best of a list of names that vendors use; what cannot be guessed is
told, and a stand-in keeps the draft valid.
"""

import re
from collections.abc import Iterable, Mapping

from ferrule.interchange.kind import Document, Notes
from ferrule.interchange.openapi.schema import Schema, Shape, type_of

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IDS = (
    "id",
    "uuid",
    "guid",
    "gid",
    "uid",
    "_id",
    "key",
    "sid",
    "number",
    "code",
    "slug",
)
_CHANGED = [
    "updatedat",
    "updated",
    "updatedon",
    "updatedtime",
    "lastupdated",
    "lastupdatedat",
    "lastupdatedtime",
    "modifiedat",
    "modified",
    "modifiedon",
    "modifieddate",
    "datemodified",
    "lastmodified",
    "lastmodifiedat",
    "lastmodifieddatetime",
    "lastmodifieddate",
    "lastmodifiedtime",
    "changedat",
    "changed",
    "lastchanged",
    "lastedited",
    "lastedittime",
    "lasteditedtime",
    "editedat",
    "edited",
    "systemmodstamp",
    "mtime",
    "updatetime",
    "dateupdated",
]
_CREATED = [
    "createdat",
    "created",
    "createdon",
    "createdtime",
    "createddate",
    "createddatetime",
    "datecreated",
    "creationdate",
    "createtime",
    "ctime",
    "insertedat",
    "addedat",
]
_TIMES = ("timestamp", "time", "datetime", "date", "occurredat", "publishedat", "ts")
_TITLES = [
    "title",
    "name",
    "summary",
    "subject",
    "fullname",
    "displayname",
    "label",
    "headline",
    "description",
    "message",
    "text",
    "login",
    "username",
    "email",
    "key",
    "code",
    "number",
    "reference",
    "status",
]
_TAGS = ("tags", "labels", "keywords", "categories")
_SCALARS = frozenset({"string", "integer", "number", ""})


def mapping_of(shape: Shape, singular: str, place: str, notes: Notes) -> Document:
    """Return the mapping of a list's items; `singular` is what one is called."""
    names = {_folded(name): name for name in reversed(shape.item)}
    usable = {k: n for k, n in names.items() if type_of(shape.item[n]) in _SCALARS}
    mapping: Document = {"itemsPath": path_of(shape.way)}
    mapping |= {"idPath": _id(usable, singular, place, notes)}
    mapping |= _times(shape.item, usable, place, notes)
    mapping["summaryTemplate"] = _summary(usable, place, notes)
    tags = _tags(shape.item, names)
    if tags:
        mapping["tagsPath"] = tags
    mapping["signalTypeRules"] = []
    return mapping


def path_of(way: Iterable[str]) -> str:
    """Return the JSONPath of a way of member names."""
    return "$" + "".join(_step(name) for name in way)


def _step(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return f".{name}"
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return "['" + "".join(_printable(char) for char in escaped) + "']"


def _printable(char: str) -> str:
    return char if char >= " " else f"\\u{ord(char):04x}"


def _folded(name: str) -> str:
    """Return a name as the lists have it: lower case, no separators."""
    return name if name == "_id" else re.sub(r"[^a-z0-9]", "", name.lower())


def _id(usable: Mapping[str, str], singular: str, place: str, notes: Notes) -> str:
    own = (f"{_folded(singular)}{end}" for end in ("id", "uuid", "key", "number"))
    for name in ("id", *own, *_IDS[1:]):
        if name in usable:
            return path_of([usable[name]])
    ending = next((n for k, n in usable.items() if k.endswith("id")), None)
    if ending is not None:
        return path_of([ending])
    notes.change(place, "No member looks like an id: $.id stands in for it.")
    return "$.id"


def _times(
    item: Mapping[str, Schema], usable: Mapping[str, str], place: str, notes: Notes
) -> Document:
    changed = _first(usable, _CHANGED)
    created = _first(usable, _CREATED)
    chosen = changed or created or _first(usable, _TIMES) or _any_time(item)
    if chosen is None:
        notes.change(
            place, "No member looks like a time: $.updated_at stands in for it."
        )
        return {"timestampPath": "$.updated_at"}
    times: Document = {"timestampPath": path_of([chosen])}
    times["timestampFormat"] = time_format(item[chosen])
    if created is not None:
        times["createdPath"] = path_of([created])
    if changed is None:
        notes.change(place, "No member tells the last change: another time is taken.")
    return times


def time_format(schema: Schema) -> str:
    """Return the date format of a member: by its type, format, text and example."""
    told = str(schema.get("description") or "").lower()
    example = schema.get("example")
    if type_of(schema) in {"integer", "number"}:
        big = isinstance(example, int) and abs(example) > _MILLISECONDS
        return "unix_ms" if big or "milli" in told else "unix"
    return "date" if schema.get("format") == "date" else "iso8601"


_MILLISECONDS = 100_000_000_000


def _any_time(item: Mapping[str, Schema]) -> str | None:
    formats = ("date-time", "date")
    return next((n for n, one in item.items() if one.get("format") in formats), None)


def _summary(usable: Mapping[str, str], place: str, notes: Notes) -> str:
    name = _first(usable, _TITLES)
    if name is None:
        notes.change(place, "No member looks like a title: the summary is to be set.")
        return "{{id}}"
    return f"{{{{{name}}}}}" if _PLAIN.fullmatch(name) else f"{{{{{path_of([name])}}}}}"


def _tags(item: Mapping[str, Schema], names: Mapping[str, str]) -> str | None:
    name = _first(names, _TAGS)
    if name is None or type_of(item[name]) != "array":
        return None
    items = item[name].get("items")
    of_texts = isinstance(items, dict) and type_of(items) == "string"
    return path_of([name]) + ("[*]" if of_texts else "[*].name")


def _first(names: Mapping[str, str], wanted: Iterable[str]) -> str | None:
    return next((names[one] for one in wanted if one in names), None)
