"""One item of a response to one signal: compiled once, used by preview and sync alike.

Nothing here raises for an item: what is wrong with it is a value beside its index, so
that one bad record never stops a run (semantics 4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from ferrule.errors import ExpressionError, ItemError
from ferrule.exchange import MISSING, Json, canonical
from ferrule.expression.condition import compile_item_predicate
from ferrule.expression.dates import parse_date, to_rfc3339
from ferrule.expression.jsonpath import Path, compile_path
from ferrule.expression.template import Scope, compile_template
from ferrule.mapping.fields import FieldMapping
from ferrule.mapping.reading import Texts, compile_texts, external_id
from ferrule.mapping.rules import compile_rules
from ferrule.mapping.sanitise import (
    ENTRY_LENGTH,
    LINK_LENGTH,
    SUMMARY_LENGTH,
    Warn,
    clean_json,
    clean_text,
    is_doubtful,
)
from ferrule.signals import NormalisedSignal, signal_ids


@dataclass(frozen=True, slots=True)
class Origin:
    """Where items come from: what every signal of a stream has in common."""

    source: str
    project: str
    connection: str
    collection_key: str
    stream: str
    config: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MappedItem:
    """What became of the item at `index`: a signal, an error, or skipped (neither)."""

    index: int
    item: Json
    signal: NormalisedSignal | None = None
    error: ItemError | None = None


class CompiledMapping:
    """A mapping ready to run for one stream of one connection."""

    def __init__(self, mapping: FieldMapping, origin: Origin) -> None:
        self.mapping = mapping
        self.origin = origin
        self._items = compile_path(mapping.items_path)
        self._id = compile_path(mapping.id_path)
        self._time = compile_path(mapping.timestamp_path)
        self._created = _optional_path(mapping.created_path)
        self._format = mapping.timestamp_format or "iso8601"
        self._summary = compile_template(mapping.summary_template)
        self._people = _texts(mapping.participants_path, "participants", ENTRY_LENGTH)
        self._tags = _texts(mapping.tags_path, "tags", ENTRY_LENGTH)
        self._related = _texts(mapping.related_items_path, "related", LINK_LENGTH)
        self._kind = compile_rules(mapping.signal_type_rules)
        self._other_kind = f"{origin.collection_key}_updated"
        self._priority = compile_rules(mapping.priority_mapping or ())
        self._keep = compile_item_predicate(mapping.filter) if mapping.filter else None
        self._raw = _raw_picker(mapping.raw_fields)
        self._identify = signal_ids(
            origin.project, origin.connection, origin.collection_key
        )
        self._names: dict[str, Json] = {
            "config": origin.config,
            "stream": origin.stream,
        }

    def items(self, body: Json) -> list[Json]:
        """Return the items of a response body, in order (semantics 2).

        A single null is no item: services that have none write it.
        """
        if self._items.singular:
            found = self._items.first(body)
            if isinstance(found, list):
                return found
            return [] if found is MISSING or found is None else [found]
        return self._items.values(body)

    def page(
        self, items: Sequence[Json], created_from: datetime | None = None
    ) -> list[MappedItem]:
        """Return what becomes of each item; older ones than `created_from` skip."""
        return [self._mapped(i, item, created_from) for i, item in enumerate(items)]

    def _mapped(
        self, index: int, item: Json, created_from: datetime | None
    ) -> MappedItem:
        try:
            if self._keep is not None and not self._keep(item):
                return MappedItem(index, item)
            signal = self.signal(item)
            if created_from is not None and _is_older(signal, created_from):
                return MappedItem(index, item)
        except ItemError as error:
            return MappedItem(index, item, error=error)
        except ExpressionError as error:
            failed = ItemError(error.message, item_id=None, field=error.text)
            return MappedItem(index, item, error=failed)
        except RecursionError:
            failed = ItemError(
                "The item is nested too deeply.", item_id=None, field="itemsPath"
            )
            return MappedItem(index, item, error=failed)
        return MappedItem(index, item, signal)

    def signal(self, item: Json) -> NormalisedSignal:
        """Return the signal of one item.

        Raises:
            ItemError: naming the item and the field that could not be read.
            ExpressionError: when a path cannot work on the item.
            RecursionError: when the item is nested too deeply.
        """
        warnings: list[str] = []
        key = external_id(self._id, item, warnings.append)
        timestamp = self._date(self._time, item, key, "timestampPath")
        if timestamp is None:
            raise ItemError(
                f"{self._time.text} holds no time.", item_id=key, field="timestampPath"
            )
        return self._built(item, key, timestamp, warnings)

    def _built(
        self, item: Json, key: str, timestamp: str, warnings: list[str]
    ) -> NormalisedSignal:
        warn = warnings.append
        created = self._created_at(item, key)
        kind = self._kind(item) or self._other_kind
        priority = self._priority(item)
        summary = self._summarise(item, key, warn)
        people, tags = self._people(item, warn), self._tags(item, warn)
        related = self._related(item, warn)
        raw, encoded = self._kept(item, warn)
        mapped = [kind, timestamp, created, priority, summary, people, tags, related]
        origin = self.origin
        return NormalisedSignal(
            id=self._identify(key),
            external_id=key,
            source=origin.source,
            project_id=origin.project,
            connection=origin.connection,
            collection_key=origin.collection_key,
            stream=origin.stream,
            type=kind,
            timestamp=timestamp,
            created_at=created,
            summary=summary,
            priority=priority,  # type: ignore[arg-type]  # rules are validated
            participants=people,
            tags=tags,
            related_items=related,
            raw=raw,
            content_hash=sha256(canonical(mapped) + encoded).hexdigest(),  # type: ignore[arg-type]  # lists of str are JSON
            warnings=warnings or None,
        )

    def _kept(self, item: Json, warn: Warn) -> tuple[Json, bytes]:
        """Return what of the item is kept as raw, made safe, and its canonical JSON."""
        raw = self._raw(item)
        encoded = canonical(raw)
        if not is_doubtful(encoded):
            return raw, encoded
        raw = clean_json(raw, "raw", warn)
        return raw, canonical(raw)

    def _created_at(self, item: Json, key: str) -> str | None:
        if self._created is None:
            return None
        return self._date(self._created, item, key, "createdPath")

    def _date(self, path: Path, item: Json, key: str, member: str) -> str | None:
        value = path.first(item)
        if value is MISSING or value is None:
            return None
        try:
            return to_rfc3339(value, self._format)
        except ValueError as error:
            raise ItemError(
                f"{path.text}: {error}", item_id=key, field=member
            ) from None

    def _summarise(self, item: Json, key: str, warn: Warn) -> str:
        undefined: list[str] = []
        try:
            text = self._summary.fill(Scope(self._names, item), undefined)
        except ExpressionError as error:
            raise ItemError(
                error.message, item_id=key, field="summaryTemplate"
            ) from None
        if undefined:
            warn(f"summary: no value for {', '.join(undefined)}.")
        return clean_text(text, SUMMARY_LENGTH, "summary", warn)


def compile_mapping(mapping: FieldMapping, origin: Origin) -> CompiledMapping:
    """Return `mapping` compiled for one stream of one connection."""
    return CompiledMapping(mapping, origin)


def _optional_path(text: str | None) -> Path | None:
    return compile_path(text) if text else None


def _is_older(signal: NormalisedSignal, created_from: datetime) -> bool:
    created = signal.created_at
    return created is not None and parse_date(created) < created_from


def _texts(text: str | None, what: str, limit: int) -> Texts:
    return compile_texts(compile_path(text) if text else None, what, limit)


def _raw_picker(names: tuple[str, ...] | None) -> Callable[[Json], Json]:
    if names is None:
        return lambda item: item

    def pick(item: Json) -> Json:
        if not isinstance(item, dict):
            return item
        return {name: item[name] for name in names if name in item}

    return pick
