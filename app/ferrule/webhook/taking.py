"""What the items of a call come to, by the effect of its event, before it is written.

To remove an item its id is enough. To archive one, too: an item that says no more than
its id is archived as it is stored.
"""

import msgspec

from ferrule.errors import ExpressionError, ItemError
from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.mapping import CompiledMapping
from ferrule.mapping.reading import compile_key, compile_time
from ferrule.signals import NormalisedSignal
from ferrule.store.arrivals import Arrival
from ferrule.webhook.meaning import Effect, Part

_BAD = (ItemError, ExpressionError, RecursionError)


class Failed(msgspec.Struct, frozen=True):
    """An item that could not be mapped: which, at what member of the mapping, why."""

    index: int
    item_id: str | None
    path: str
    reason: str

    @property
    def text(self) -> str:
        """Return it in one sentence."""
        return f"{self.path}: {self.reason}"


class Found(msgspec.Struct, frozen=True):
    """What one rule finds in a call, to be written."""

    effect: Effect
    arrival: Arrival
    failed: tuple[Failed, ...] = ()
    left_out: int = 0

    @property
    def good(self) -> int:
        """How many items did not fail."""
        one = self.arrival
        return len(one.signals) + len(one.gone) + len(one.archived) + self.left_out


def found_in(part: Part, items: list[Json], at: str) -> Found:
    """Return what the items of a call come to that was received at `at`."""
    if part.effect == "delete":
        return _removed(part, items, at)
    signals: list[NormalisedSignal] = []
    kept: list[Json] = []
    gone: dict[str, str | None] = {}
    archived: dict[str, str | None] = {}
    failed: list[Failed] = []
    left_out = 0
    for one in part.mapping.page(items):
        if one.signal is not None:
            signals.append(one.signal)
            kept.append(one.item)
        elif one.deleted is not None:
            gone[one.deleted] = _Bare(part.mapping).time(one.item, one.deleted)
        elif one.error is None:
            left_out += 1
        elif part.effect == "archive" and (key := _Bare(part.mapping).id(one.item)):
            archived[key] = _Bare(part.mapping).time(one.item, key)
        else:
            error = one.error
            failed.append(Failed(one.index, error.item_id, error.field, error.message))
    arrival = Arrival(*_place(part), at, signals, kept, gone=gone, archived=archived)
    return Found(part.effect, arrival, tuple(failed), left_out)


def _removed(part: Part, items: list[Json], at: str) -> Found:
    bare = _Bare(part.mapping)
    gone: dict[str, str | None] = {}
    failed: list[Failed] = []
    for index, item in enumerate(part.mapping.changed(items)):
        try:
            key = bare.key(item, _unheard)
        except _BAD as error:
            failed.append(_failure(index, error))
        else:
            gone[key] = bare.time(item, key)
    return Found(part.effect, Arrival(*_place(part), at, gone=gone), tuple(failed))


class _Bare:
    """Reads no more of an item than its id and its time."""

    def __init__(self, mapping: CompiledMapping) -> None:
        rules = mapping.mapping
        date_format = rules.timestamp_format or "iso8601"
        path = compile_path(rules.timestamp_path)
        self.key = compile_key(rules.id_path, rules.primary_key)
        self._time = compile_time(path, date_format, "timestampPath")
        self._changed = mapping.changed

    def id(self, item: Json) -> str | None:
        """Return the id of an item as it was received, None where it has none."""
        try:
            return self.key(self._changed([item])[0], _unheard)
        except (*_BAD, IndexError):
            return None

    def time(self, item: Json, key: str) -> str | None:
        """Return the time of an item, None where it tells none."""
        try:
            return self._time(item, key)
        except _BAD:
            return None


def _place(part: Part) -> tuple[str, str]:
    origin = part.mapping.origin
    return origin.stream, origin.collection_key


def _failure(index: int, error: Exception) -> Failed:
    if isinstance(error, ItemError):
        return Failed(index, error.item_id, error.field, error.message)
    if isinstance(error, ExpressionError):
        return Failed(index, None, error.text, error.message)
    return Failed(index, None, "itemsPath", "The item is nested too deeply.")


def _unheard(_warning: str) -> None:
    """Take no note: an item that goes has no place for warnings."""
