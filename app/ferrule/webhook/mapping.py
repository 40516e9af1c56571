"""From a delivery to its effect: signals written, removed or archived, or why not.

The same compiled mapping as a sync's makes signals of its items. What fails is told
with its place and reason and makes the delivery a dead letter, once what is good of it
is stored: replaying it does no harm. What is removed and is not there is left be.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from sqlite3 import Connection as Db
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from ferrule.auth import WebhookSecretConfig
from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.ingestion import WebhookPart
from ferrule.exchange import MISSING, Json
from ferrule.signals import NormalisedSignal
from ferrule.store import arrivals
from ferrule.store.arrivals import Arrived
from ferrule.store.delivery_records import Settled, Taken, WriteSettled
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.meaning import Meaning
from ferrule.webhook.reading import Call, Reader
from ferrule.webhook.taking import Failed, Found, found_in

UNVERIFIED: Final = "Its call was not verified."
MOST_TOLD: Final = 20
"""So many failed items and touched signals are told of one delivery."""
Deed = Literal["created", "updated", "archived", "deleted"]


class Change(msgspec.Struct, frozen=True):
    """One signal that a call changed; `signal` is None where it is gone."""

    what: Deed
    stream: str
    collection_key: str
    external_id: str
    signal: NormalisedSignal | None = None


Changed = Callable[[Db, Sequence[Change]], None]
"""Hears of changes in the transaction that writes them."""


class DeliveryMapping:
    """Maps the deliveries of one connection; a `MapDelivery`."""

    def __init__(
        self,
        meaning: Meaning,
        webhook: WebhookPart,
        signing: WebhookSecretConfig | None,
        *,
        changed: Changed = lambda _db, _changes: None,
        clock: Clock | None = None,
    ) -> None:
        self._meaning = meaning
        self._reader = Reader(webhook, signing)
        self._changed = changed
        self._clock = clock or SystemClock()

    def __call__(self, taken: Taken) -> WriteSettled:
        """Read a delivery; what is returned writes its effect."""
        understood = self.understood(taken)
        if isinstance(understood, Settled):
            return lambda _: understood
        founds, event_type = understood
        place = taken.delivery.project, taken.delivery.connection

        def write(db: Db) -> Settled:
            now = self._clock.now()
            arrived = [arrivals.write(db, *place, one.arrival, now) for one in founds]
            changes = list(_changes(founds, arrived))
            if changes:
                self._changed(db, changes)
            return settled(founds, arrived, event_type)

        return write

    def weighed(self, db: Db, taken: Taken) -> Settled:
        """Return what mapping a delivery would do; nothing is written."""
        understood = self.understood(taken)
        if isinstance(understood, Settled):
            return understood
        founds, event_type = understood
        place = taken.delivery.project, taken.delivery.connection
        arrived = [arrivals.weigh(db, *place, one.arrival) for one in founds]
        return settled(founds, arrived, event_type)

    def understood(self, taken: Taken) -> Settled | tuple[list[Found], str | None]:
        """Return what a delivery brings, or that and why it has no effect."""
        call = call_of(taken)
        event_type = self._reader.event_type(call)
        if call.body is MISSING:
            return Settled("dead", "The body is neither JSON nor a form.")
        if event_type is None and self._meaning.needs_type():
            return Settled("dead", "The call does not say what event it tells of.")
        parts = self._meaning.parts(event_type, call.place, taken.delivery.received_at)
        if not parts:
            why = f"No rule of the connector is for “{event_type}” as it came."
            return Settled("ignored", why, event_type=event_type)
        founds = []
        for part in parts:
            items = part.items(call.place.body)
            if items is None:
                path = part.mapping.mapping.items_path
                why = f"{path} leads to nothing in the body: there are no items."
                return Settled("dead", why, event_type=event_type)
            at = taken.delivery.received_at
            found = found_in(part, items, at)
            is_known = taken.delivery.verdict == "valid"
            founds.append(found if is_known else _marked(found))
        return founds, event_type


def call_of(taken: Taken) -> Call:
    """Return a delivery as the call that it was."""
    delivery, content = taken.delivery, taken.content
    at = datetime.fromisoformat(delivery.received_at).astimezone(UTC)
    return Call(
        Incoming(delivery.method, delivery.url, content.headers, content.body, at)
    )


def settled(
    founds: Sequence[Found], arrived: Sequence[Arrived], event_type: str | None
) -> Settled:
    """Return what became of a delivery, in counts, with what a person wants to see."""
    counts: Counter[str] = Counter()
    for found, one in zip(founds, arrived, strict=True):
        counts += Counter(_counts(found, one))
    failed = [one for found in founds for one in found.failed]
    outcome: dict[str, Json] = {
        "effects": [found.effect for found in founds],
        "streams": [found.arrival.stream for found in founds],
        **counts,
    }
    changes = list(_changes(founds, arrived))
    if changes:
        outcome["signals"] = [_told(one) for one in changes[:MOST_TOLD]]
    if failed:
        outcome["failures"] = [_why(one) for one in failed[:MOST_TOLD]]
        many = sum(len(found.failed) + found.good for found in founds)
        why = f"{len(failed)} of {many} items could not be mapped: {failed[0].text}"
        return Settled("dead", why, outcome, event_type)
    done = sum(counts[name] for name in _DONE)
    if not done and counts.total():
        why = next(text for name, text in _SKIPPED if counts[name])
        return Settled("skipped", why, outcome, event_type)
    return Settled("mapped", None, outcome, event_type)


_DONE: Final = ("created", "updated", "unchanged", "deleted", "archived")
_SKIPPED: Final = (
    ("unknown", "It is gone or archived at the service, and was never stored."),
    ("stale", "What is stored is newer."),
    ("left_out", "The mapping's filter leaves it out."),
)


def _counts(found: Found, one: Arrived) -> Mapping[str, int]:
    archiving = found.effect == "archive"
    touched = len(one.created) + len(one.updated)
    return {
        "created": 0 if archiving else len(one.created),
        "updated": 0 if archiving else len(one.updated),
        "archived": len(one.archived) + (touched if archiving else 0),
        "unchanged": len(one.unchanged),
        "deleted": len(one.deleted),
        "failed": len(found.failed),
        "left_out": found.left_out,
        "stale": len(one.stale),
        "unknown": len(one.unknown),
    }


def _changes(founds: Sequence[Found], arrived: Sequence[Arrived]) -> Iterable[Change]:
    for found, one in zip(founds, arrived, strict=True):
        where = found.arrival.stream, found.arrival.collection_key
        archiving = found.effect == "archive"
        for signal in one.created:
            deed: Deed = "archived" if archiving else "created"
            yield Change(deed, *where, signal.external_id, signal)
        for signal in one.updated:
            deed = "archived" if archiving else "updated"
            yield Change(deed, *where, signal.external_id, signal)
        for key in one.archived:
            yield Change("archived", *where, key)
        for key in one.deleted:
            yield Change("deleted", *where, key)


def _told(change: Change) -> Json:
    told: dict[str, Json] = {
        "what": change.what,
        "collectionKey": change.collection_key,
        "externalId": change.external_id,
    }
    if change.signal is not None:
        told |= {"type": change.signal.type, "summary": change.signal.summary}
    return told


def _why(failed: Failed) -> Json:
    return {
        "item": failed.index,
        "id": failed.item_id,
        "path": failed.path,
        "reason": failed.reason,
    }


def _marked(found: Found) -> Found:
    """Return what a call brings that nobody verified; its signals say so."""
    signals = [
        replace(one, warnings=[*(one.warnings or []), UNVERIFIED])
        for one in found.arrival.signals
    ]
    return replace(found, arrival=replace(found.arrival, signals=signals))
