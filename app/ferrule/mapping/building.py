"""The signal of one item, put together: every part read, cleaned and hashed.

The mapping is compiled to one closure over the readers of its parts: nothing is looked
up by name and nothing is made for an item but its signal.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple, TypeAlias

from ferrule.errors import ItemError
from ferrule.exchange import Json, canonical, encode
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping.fields import FieldMapping
from ferrule.mapping.further import compile_archived, compile_fields
from ferrule.mapping.item_schema import compile_schema
from ferrule.mapping.origin import Origin
from ferrule.mapping.reading import (
    Key,
    Texts,
    Time,
    compile_key,
    compile_texts,
    compile_time,
)
from ferrule.mapping.rules import Decide, compile_rules
from ferrule.mapping.sanitise import (
    ENTRY_LENGTH,
    LINK_LENGTH,
    Warn,
    clean_encoded,
    is_doubtful,
)
from ferrule.mapping.schema_words import Check
from ferrule.mapping.summary import Summary, compile_summary
from ferrule.signals import NormalisedSignal, signal_ids

Build: TypeAlias = Callable[[Json], NormalisedSignal]
FurtherParts: TypeAlias = tuple[str | None, dict[str, Json] | None]
Further: TypeAlias = Callable[[Json, str, str, Warn], FurtherParts]
Keep: TypeAlias = Callable[[Json], Json]
_NOTHING: Final[FurtherParts] = (None, None)


class Readers(NamedTuple):
    """What reads the parts of a signal from an item."""

    key: Key
    timestamp: Time
    created: Time
    kind: Decide
    priority: Decide
    summary: Summary
    people: Texts
    tags: Texts
    related: Texts
    further: Further | None
    keep: Keep | None


def building(readers: Readers, origin: Origin, timestamp_path: str) -> Build:
    """Return a function from an item, as transforms left it, to its signal.

    Raises (the function):
        ItemError: naming the item and the member that could not be read.
        ExpressionError: when a path cannot work on the item.
        RecursionError: when the item is nested too deeply.
    """
    # One closure, and the signal made by position: each call between parts costs
    # 0.1 µs an item, and twenty names of arguments 0.6, of 13.7 in all.
    source, project, connection = origin.source, origin.project, origin.connection
    collection, stream = origin.collection_key, origin.stream
    identify = signal_ids(project, connection, collection)
    other = f"{collection}_updated"
    read_key, read_time, read_created = readers[:3]
    decide, prioritise, summarise = readers[3:6]
    read_people, read_tags, read_related = readers[6:9]
    read_further, keep = readers[9:]

    def build(item: Json) -> NormalisedSignal:
        warnings: list[str] = []
        warn = warnings.append
        key = read_key(item, warn)
        timestamp = read_time(item, key)
        if timestamp is None:
            message = f"{timestamp_path} holds no time."
            raise ItemError(message, item_id=key, field="timestampPath")
        created = read_created(item, key)
        kind, priority = decide(item) or other, prioritise(item)
        summary = summarise(item, key, warn)
        people, tags = read_people(item, warn), read_tags(item, warn)
        related = read_related(item, warn)
        # What the hash is taken over; `further` only where a signal has it.
        parts = (kind, timestamp, created, priority, summary, people, tags, related)
        hashed = encode(parts)  # texts and lists of texts: no members to be ordered
        archived, fields = further = _NOTHING
        if read_further is not None:
            archived, fields = further = read_further(item, key, timestamp, warn)
            if further != _NOTHING:
                hashed = canonical([*parts, *further])  # type: ignore[list-item]  # lists of texts are JSON
        raw = item if keep is None else keep(item)
        encoded = canonical(raw)
        if is_doubtful(encoded):
            raw, encoded = clean_encoded(raw, encoded, "raw", warn)
        return NormalisedSignal(
            identify(key),
            key,
            source,
            project,
            connection,
            collection,
            stream,
            kind,
            timestamp,
            summary,
            people,
            tags,
            related,
            created,
            archived,
            False,
            priority,  # type: ignore[arg-type]  # rules are validated
            fields,
            raw,
            sha256(hashed + encoded).hexdigest(),
            warnings or None,
        )

    return build


def readers_of(mapping: FieldMapping, origin: Origin) -> Readers:
    """Return what reads the parts of a signal, as a mapping says."""
    date_format = mapping.timestamp_format or "iso8601"
    path = compile_path(mapping.timestamp_path)
    read_key = compile_key(mapping.id_path, mapping.primary_key)
    return Readers(
        key=_checked(read_key, mapping.schema_),
        timestamp=compile_time(path, date_format, "timestampPath"),
        created=_created(mapping.created_path, date_format),
        kind=compile_rules(mapping.signal_type_rules),
        priority=compile_rules(mapping.priority_mapping or ()),
        summary=compile_summary(mapping.summary_template, origin.names),
        people=compile_texts(mapping.participants_path, "participants", ENTRY_LENGTH),
        tags=compile_texts(mapping.tags_path, "tags", ENTRY_LENGTH),
        related=compile_texts(mapping.related_items_path, "related", LINK_LENGTH),
        further=_further(mapping),
        keep=_keeping(mapping.raw_fields),
    )


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


def _keeping(names: tuple[str, ...] | None) -> Keep | None:
    """Return what picks the members that are kept as raw; None where all are."""
    if names is None:
        return None

    def keep(item: Json) -> Json:
        if not isinstance(item, dict):
            return item
        return {name: item[name] for name in names if name in item}

    return keep
