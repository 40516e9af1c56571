"""Lint for mappings: rules and paths that do nothing, or only here."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream, wire
from ferrule.descriptor.trouble import escaped
from ferrule.descriptor.variables import texts_of
from ferrule.errors import ExpressionError, FerruleError, Problem
from ferrule.exchange import Json, encode
from ferrule.expression.jsonpath import Path, compile_path
from ferrule.mapping import CompiledMapping, FieldMapping, Origin, compile_mapping
from ferrule.mapping.item_schema import compile_schema

_PATH_MEMBER = re.compile(r"(Path|Paths|path|when|from|source)$")
_ITEM_PATHS = (
    "idPath",
    "timestampPath",
    "createdPath",
    "archivedAtPath",
    "participantsPath",
    "tagsPath",
    "relatedItemsPath",
)


def unreachable_rules(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD010 for each rule after one that always decides before it."""
    del connector
    parts = [(document.get("fieldMapping"), "/fieldMapping")]
    streams = document.get("streams")
    for index, part in enumerate(streams if isinstance(streams, list) else []):
        patch = part.get("fieldMapping") if isinstance(part, dict) else None
        parts.append((patch, f"/streams/{index}/fieldMapping"))
    for mapping, pointer in parts:
        for name in ("signalTypeRules", "priorityMapping"):
            rules = mapping.get(name) if isinstance(mapping, dict) else None
            if isinstance(mapping, dict) and isinstance(rules, list):
                yield from _unreachable(f"{pointer}/{name}", rules, mapping)


def _unreachable(
    pointer: str, rules: list[Json], mapping: dict[str, Json]
) -> Iterator[Problem]:
    always = {mapping.get("idPath"), mapping.get("timestampPath")}
    seen: set[bytes] = set()
    certain = False
    for index, rule in enumerate(rules):
        if not isinstance(rule, dict):
            continue
        condition = encode({k: rule[k] for k in sorted(rule) if k != "then"})
        if certain or condition in seen:
            why = "always holds" if certain else "has the same condition"
            yield Problem(
                "FD010",
                "warning",
                f"{pointer}/{index}",
                f"An earlier rule {why}: this one never decides.",
                "Remove it, or put it first.",
            )
        seen.add(condition)
        certain |= rule.get("operator") == "exists" and rule.get("when") in always


def not_portable(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    """Yield FD012 for each path outside RFC 9535."""
    del connector
    for pointer, text in texts_of(document):
        name = pointer.rsplit("/", 1)[-1]
        is_path = _PATH_MEMBER.search(name) or name.isdigit()
        path = _path(text) if is_path and text.startswith(("$", "item:$")) else None
        if path is not None and not path.portable:
            yield Problem(
                "FD012",
                "warning",
                pointer,
                "This path is not portable: it is outside RFC 9535.",
                path.reason,
            )


def _path(text: str) -> Path | None:
    try:
        return compile_path(text.removeprefix("item:"))
    except ExpressionError:
        return None


def without_created_path(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD016 where `syncFrom` has nothing to go by."""
    del document
    if connector.sync_from is None:
        return
    for index, stream in enumerate(connector.resolved_streams):
        if stream.mapping.created_path is None:
            own = f"/streams/{index}" if connector.streams else ""
            yield Problem(
                "FD016",
                "warning",
                f"{own}/fieldMapping",
                "syncFrom filters by creation time, but there is no createdPath.",
                "Add createdPath; without it everything is kept.",
            )


def idle_columns(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    """Yield FD023 where columns are named, but the items are no table."""
    del document
    for index, stream in enumerate(connector.resolved_streams):
        mapping = stream.mapping
        if mapping.columns is not None and mapping.items_shape != "columns":
            own = f"/streams/{index}" if connector.streams else ""
            yield Problem(
                "FD023",
                "warning",
                f"{own}/fieldMapping/columns",
                "The items are no table: these columns are not used.",
                "Set itemsShape to columns, or remove them.",
            )


def samples_at_odds(
    connector: Connector, samples: Mapping[str, Sequence[Json]]
) -> Iterator[Problem]:
    """Yield FD019 and FD024: what matches nothing in a stream's samples.

    FD019 is about paths, FD024 about a schema that no item fits.
    """
    for index, stream in enumerate(connector.resolved_streams):
        bodies = samples.get(stream.key, ())
        if bodies:
            own = f"/streams/{index}" if connector.streams else ""
            yield from _at_odds(connector, stream, bodies, f"{own}/fieldMapping")


def _at_odds(
    connector: Connector, stream: Stream, bodies: Sequence[Json], pointer: str
) -> Iterator[Problem]:
    origin = Origin(connector.id, "", "", stream.collection_key, stream.key)
    compiled = compile_mapping(stream.mapping, origin)
    received = [item for body in bodies for item in _items(compiled, body)]
    if not received:
        yield _nothing(f"{pointer}/itemsPath")
        return
    items = compiled.changed(received)
    for place, text in _item_paths(stream.mapping):
        path = _path(text)
        if path is not None and not any(_matches(path, item) for item in items):
            yield _nothing(f"{pointer}/{place}")
    yield from _unfitting(stream.mapping.schema_, items, f"{pointer}/schema")


def _item_paths(mapping: FieldMapping) -> Iterator[tuple[str, str]]:
    """Yield each path that is read from an item, by its place in the mapping."""
    members = wire(mapping)
    for name in _ITEM_PATHS:
        text = members.get(name) if isinstance(members, dict) else None
        if isinstance(text, str) and not (name == "idPath" and mapping.primary_key):
            yield name, text
    for index, text in enumerate(mapping.primary_key or ()):
        yield f"primaryKey/{index}", text
    for name, field in (mapping.fields or {}).items():
        yield f"fields/{escaped(name)}/path", field.path


def _unfitting(
    schema: dict[str, Json] | None, items: Sequence[Json], pointer: str
) -> Iterator[Problem]:
    if schema is None or not items:
        return
    check = compile_schema(schema)
    faults = [check(item) for item in items]
    first = faults[0]
    if first is not None and None not in faults:
        yield Problem(
            "FD024",
            "warning",
            pointer,
            "No item of the samples fits this schema.",
            f"The first: {first.pointer or '/'}: {first.message}.",
        )


def _items(compiled: CompiledMapping, body: Json) -> list[Json]:
    try:
        return compiled.items(body)
    except FerruleError:
        return []


def _matches(path: Path, item: Json) -> bool:
    try:
        return bool(path.values(item))
    except ExpressionError:
        return False


def _nothing(pointer: str) -> Problem:
    return Problem(
        "FD019",
        "warning",
        pointer,
        "This path matches nothing in the samples.",
        "Check its spelling against a recorded response.",
    )
