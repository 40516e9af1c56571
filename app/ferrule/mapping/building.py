"""The signal of one item, put together: every part read, cleaned and hashed.

The mapping is compiled to one closure over the readers of its parts: nothing is looked
up by name and nothing is made for an item but its signal.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, TypeAlias

from ferrule.errors import ItemError
from ferrule.exchange import Json, canonical, encode
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping.fields import FieldMapping
from ferrule.mapping.further import compile_archived, compile_fields
from ferrule.mapping.item_schema import compile_schema
from ferrule.mapping.origin import Origin
from ferrule.mapping.reading import Key, Time, compile_key, compile_texts, compile_time
from ferrule.mapping.rules import compile_rules
from ferrule.mapping.sanitise import (
    ENTRY_LENGTH,
    LINK_LENGTH,
    Warn,
    clean_json,
    is_doubtful,
)
from ferrule.mapping.schema_words import Check
from ferrule.mapping.summary import compile_summary
from ferrule.signals import NormalisedSignal, signal_ids

Build: TypeAlias = Callable[[Json], NormalisedSignal]
# Type, timestamp, created, priority, summary, participants, tags, related items; and
# where a signal has them, archived and fields: this is what the hash is taken over.
Parts: TypeAlias = tuple[
    *tuple[str, str, str | None, Any, str],
    *tuple[list[str], list[str], list[str]],
]
FurtherParts: TypeAlias = tuple[str | None, dict[str, Json] | None]
Read: TypeAlias = Callable[[Json, str, Warn], Parts]
Further: TypeAlias = Callable[[Json, str, str, Warn], FurtherParts]
Make: TypeAlias = Callable[
    [str, Parts, FurtherParts, tuple[Json, str], list[str]], NormalisedSignal
]
Keep: TypeAlias = Callable[[Json, Warn], tuple[Json, bytes]]
_NOTHING: Final[FurtherParts] = (None, None)


def compile_signal(mapping: FieldMapping, origin: Origin) -> Build:
    """Return a function from an item, as transforms left it, to its signal.

    Raises (the function):
        ItemError: naming the item and the member that could not be read.
        ExpressionError: when a path cannot work on the item.
        RecursionError: when the item is nested too deeply.
    """
    read_key = _checked(
        compile_key(mapping.id_path, mapping.primary_key), mapping.schema_
    )
    read, read_further = _parts(mapping, origin), _further(mapping)
    keep, make = _keeping(mapping.raw_fields), _maker(origin)

    def build(item: Json) -> NormalisedSignal:
        warnings: list[str] = []
        warn = warnings.append
        key = read_key(item, warn)
        parts = read(item, key, warn)
        hashed = encode(parts)  # texts and lists of texts: no members to be ordered
        further = _NOTHING
        if read_further is not None:
            further = read_further(item, key, parts[1], warn)
            if further != _NOTHING:
                hashed = canonical([*parts, *further])  # type: ignore[list-item]  # lists of texts are JSON
        raw, encoded = keep(item, warn)
        digest = sha256(hashed + encoded).hexdigest()
        return make(key, parts, further, (raw, digest), warnings)

    return build


def _maker(origin: Origin) -> Make:
    source, project, connection = origin.source, origin.project, origin.connection
    collection, stream = origin.collection_key, origin.stream
    identify = signal_ids(project, connection, collection)

    def make(
        key: str,
        parts: Parts,
        further: FurtherParts,
        kept: tuple[Json, str],
        warnings: list[str],
    ) -> NormalisedSignal:
        kind, timestamp, created, priority, summary, people, tags, related = parts
        archived, fields = further
        raw, digest = kept
        return NormalisedSignal(
            id=identify(key),
            external_id=key,
            source=source,
            project_id=project,
            connection=connection,
            collection_key=collection,
            stream=stream,
            type=kind,
            timestamp=timestamp,
            created_at=created,
            archived_at=archived,
            summary=summary,
            priority=priority,
            participants=people,
            tags=tags,
            related_items=related,
            fields=fields,
            raw=raw,
            content_hash=digest,
            warnings=warnings or None,
        )

    return make


def _parts(mapping: FieldMapping, origin: Origin) -> Read:
    date_format = mapping.timestamp_format or "iso8601"
    path = compile_path(mapping.timestamp_path)
    read_time = compile_time(path, date_format, "timestampPath")
    read_created = _created(mapping.created_path, date_format)
    decide = compile_rules(mapping.signal_type_rules)
    other = f"{origin.collection_key}_updated"
    prioritise = compile_rules(mapping.priority_mapping or ())
    summarise = compile_summary(mapping.summary_template, origin.names)
    read_people = compile_texts(mapping.participants_path, "participants", ENTRY_LENGTH)
    read_tags = compile_texts(mapping.tags_path, "tags", ENTRY_LENGTH)
    read_related = compile_texts(mapping.related_items_path, "related", LINK_LENGTH)

    def read(item: Json, key: str, warn: Warn) -> Parts:
        timestamp = read_time(item, key)
        if timestamp is None:
            message = f"{path.text} holds no time."
            raise ItemError(message, item_id=key, field="timestampPath")
        created = read_created(item, key)
        return (
            decide(item) or other,
            timestamp,
            created,
            prioritise(item),
            summarise(item, key, warn),
            read_people(item, warn),
            read_tags(item, warn),
            read_related(item, warn),
        )

    return read


def _further(mapping: FieldMapping) -> Further | None:
    """Return what reads when the item was archived, and its fields, if anything."""
    read_archived = compile_archived(mapping)
    read_fields = compile_fields(mapping.fields, mapping.timestamp_format)
    if read_archived is None and read_fields is None:
        return None

    def further(item: Json, key: str, changed: str, warn: Warn) -> FurtherParts:
        archived = read_archived(item, key, changed) if read_archived else None
        return archived, read_fields(item, key, warn) if read_fields else None

    return further


def _checked(read_key: Key, schema: dict[str, Json] | None) -> Key:
    """Return `read_key`, which refuses an item that does not fit the schema."""
    if schema is None:
        return read_key
    check: Check = compile_schema(schema)

    def read(item: Json, warn: Warn) -> str:
        key = read_key(item, warn)
        fault = check(item)
        if fault is not None:
            message = f"{fault.pointer or '/'}: {fault.message}."
            raise ItemError(message, item_id=key, field="schema")
        return key

    return read


def _created(text: str | None, date_format: str) -> Time:
    if text is None:
        return lambda _item, _key: None
    return compile_time(compile_path(text), date_format, "createdPath")


def _keeping(names: tuple[str, ...] | None) -> Keep:
    """Return what of an item is kept as raw, made safe, and its canonical JSON."""

    def keep(item: Json, warn: Warn) -> tuple[Json, bytes]:
        raw = item
        if names is not None and isinstance(item, dict):
            raw = {name: item[name] for name in names if name in item}
        encoded = canonical(raw)
        if not is_doubtful(encoded):
            return raw, encoded
        raw = clean_json(raw, "raw", warn)
        return raw, canonical(raw)

    return keep
