"""One item of a response to one signal: compiled once, used by preview and sync alike.

Nothing here raises for an item: what is wrong with it is a value beside its index, so
that one bad record never stops a run (semantics 4). In this order: the shape makes
items of a body, transforms change them, `deletedWhen` says which are gone, `filter`
which are left out, `schema` which are wrong; of the rest each becomes a signal.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from ferrule.errors import ExpressionError, ItemError
from ferrule.exchange import Json
from ferrule.expression.condition import compile_item_predicate
from ferrule.expression.dates import parse_date
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping.changing import Changed, CompiledTransforms, compile_transforms
from ferrule.mapping.fields import FieldMapping
from ferrule.mapping.origin import Origin
from ferrule.mapping.reading import compile_key
from ferrule.mapping.rules import ItemPredicate
from ferrule.mapping.schema_cast import SchemaCast
from ferrule.mapping.shapes import compile_items
from ferrule.mapping.straight import compile_signal
from ferrule.signals import NormalisedSignal


class MappedItem(msgspec.Struct, frozen=True, gc=False):
    """What became of the item at `index`: a signal, an error, gone, or skipped.

    `item` is the item as it was received, or the part of it that `expand` made an item
    of. `deleted` is the external id of an item that `deletedWhen` says is gone. A
    skipped item has none of the three.
    """

    index: int
    item: Json
    signal: NormalisedSignal | None = None
    error: ItemError | None = None
    deleted: str | None = None


class CompiledMapping:
    """A mapping ready to run for one stream of one connection.

    `items(body)` returns the items of a response's body, in order. `signal(item)` is
    the signal of an item as transforms left it; it raises ItemError, ExpressionError
    when a path cannot work on the item, RecursionError when that is nested too deeply.
    """

    def __init__(self, mapping: FieldMapping, origin: Origin) -> None:
        self.mapping = mapping
        self.origin = origin
        path = compile_path(mapping.items_path)
        self.items = compile_items(path, mapping.items_shape, mapping.columns)
        self.signal = compile_signal(mapping, origin)
        self._key = compile_key(mapping.id_path, mapping.primary_key)
        self._gone = _test(mapping.deleted_when)
        self._keep = _test(mapping.filter)
        self._change = _changes(mapping, origin)

    def page(
        self, items: Sequence[Json], created_from: datetime | None = None
    ) -> list[MappedItem]:
        """Return what becomes of each item; older ones than `created_from` skip.

        With an `expand` an item becomes several, which all have its index.
        """
        change, mapped = self._change, self._mapped
        if change is not None:
            return [
                self._outcome(index, changed, created_from)
                for index, item in enumerate(items)
                for changed in change(item)
            ]
        if self._gone is None and self._keep is None and created_from is None:
            return self._all(items)
        return [mapped(i, item, item, created_from) for i, item in enumerate(items)]

    def changed(self, items: Sequence[Json]) -> Sequence[Json]:
        """Return the items as transforms leave them: one for each that `page` gives.

        What a transform could not change is as it was before that one.
        """
        if self._change is None:
            return items
        return [changed.item for item in items for changed in self._change(item)]

    def _all(self, items: Sequence[Json]) -> list[MappedItem]:
        """Return what becomes of items of which none can be left out."""
        signal, mapped = self.signal, list[MappedItem]()
        for index, item in enumerate(items):
            try:
                mapped.append(MappedItem(index, item, signal(item)))
            except (ItemError, ExpressionError, RecursionError) as error:
                mapped.append(MappedItem(index, item, None, _told(error)))
        return mapped

    def _outcome(
        self, index: int, changed: Changed, created_from: datetime | None
    ) -> MappedItem:
        received, item, error, gone = changed
        if gone or error is not None:
            return MappedItem(index, received, None, error)
        return self._mapped(index, received, item, created_from)

    def _mapped(
        self, index: int, received: Json, item: Json, created_from: datetime | None
    ) -> MappedItem:
        try:
            if self._gone is not None and self._gone(item):
                return MappedItem(index, received, deleted=self._key(item, _unheard))
            if self._keep is not None and not self._keep(item):
                return MappedItem(index, received)
            signal = self.signal(item)
            if created_from is not None and _is_older(signal, created_from):
                return MappedItem(index, received)
        except (ItemError, ExpressionError, RecursionError) as error:
            return MappedItem(index, received, None, _told(error))
        return MappedItem(index, received, signal)


def compile_mapping(mapping: FieldMapping, origin: Origin) -> CompiledMapping:
    """Return `mapping` compiled for one stream of one connection."""
    return CompiledMapping(mapping, origin)


def _test(predicate: ItemPredicate | None) -> Callable[[Json], bool] | None:
    return None if predicate is None else compile_item_predicate(predicate)


def _changes(mapping: FieldMapping, origin: Origin) -> CompiledTransforms | None:
    if not mapping.transforms:
        return None
    date_format, schema = mapping.timestamp_format, mapping.schema_
    to_schema = None if schema is None else SchemaCast(schema, date_format)
    return compile_transforms(mapping.transforms, origin.names, date_format, to_schema)


def _told(error: ItemError | ExpressionError | RecursionError) -> ItemError:
    if isinstance(error, ItemError):
        return error
    if isinstance(error, ExpressionError):
        return ItemError(error.message, item_id=None, field=error.text)
    message = "The item is nested too deeply."
    return ItemError(message, item_id=None, field="itemsPath")


def _unheard(_warning: str) -> None:
    """Take no note: an item that goes has no place for warnings."""


def _is_older(signal: NormalisedSignal, created_from: datetime) -> bool:
    created = signal.created_at
    return created is not None and parse_date(created) < created_from
