"""What a call means: which events it tells of, and of which stream its items are.

Every rule of `events` whose types and condition fit applies. Without rules all that the
connector handles is an update by its own mapping (an update of what is not stored
creates it). A rule without a stream is of the first. Items are where the rule says,
else the webhook part, else the mapping; where that finds none in a body in a shape of
the seeds, or takes the whole body for one and finds no id, its payload is looked into.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal

import msgspec

from ferrule.descriptor.ingestion import WebhookEvent, WebhookPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import webhook_of
from ferrule.descriptor.streams import Stream, merged_part, overridden, wire
from ferrule.errors import DescriptorInvalid, NotFound, Problem, UsageError
from ferrule.exchange import MISSING, Json, canonical
from ferrule.expression.condition import compile_predicate
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.source import Place
from ferrule.mapping import CompiledMapping, FieldMapping, Origin, compile_mapping
from ferrule.webhook.reading import ANY, envelope_of, listed_types

Effect = Literal["create", "update", "delete", "archive", "from_store"]
ALWAYS: Final[Json] = {
    "when": "$",
    "operator": "exists",
    **dict.fromkeys(("value", "valuePath", "all", "any", "not")),  # of what was there
}
_KEPT: Final = 64


class CallOrigin(Origin, frozen=True):
    """Where the items of a call come from: templates know its event and its headers.

    `now` is when it came, so that a replay says the same.
    """

    event: str = ""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    now: str = ""

    @property
    def names(self) -> dict[str, Json]:
        """What templates of a mapping know beside the item."""
        known: dict[str, Json] = {"event": self.event, "headers": dict(self.headers)}
        return {**super().names, **known, "now": self.now}


class Part(msgspec.Struct, frozen=True):
    """What one rule makes of a call: an effect on the items of a stream."""

    effect: Effect
    mapping: CompiledMapping
    is_declared: bool

    def items(self, body: Json) -> list[Json] | None:
        """Return the items of a body; None where their place is not there."""
        found = self._found(body)
        envelope = None if self.is_declared else envelope_of(body)
        if envelope is None or (found is not None and not self._is_bare(found, body)):
            return found
        payload = envelope.payload
        found = self._found(payload)
        if found is None:
            found = payload if isinstance(payload, list) else [payload]
        return found

    def _is_bare(self, found: list[Json], body: Json) -> bool:
        """Tell whether the body itself would be the item, and has no id."""
        if len(found) != 1 or found[0] is not body:
            return False
        rules = self.mapping.mapping
        path = compile_path((rules.primary_key or (rules.id_path,))[0])
        return all(path.first(one) is MISSING for one in self.mapping.changed(found))

    def _found(self, body: Json) -> list[Json] | None:
        path = compile_path(self.mapping.mapping.items_path)
        if path.first(body) is MISSING and path.singular:
            return None
        return self.mapping.items(body)


class _Rule(msgspec.Struct, frozen=True):
    event: WebhookEvent
    stream: Stream
    mapping: FieldMapping
    is_declared: bool
    holds: Callable[[Place], bool]
    names_headers: bool
    names_now: bool

    def fits(self, event_type: str | None, place: Place) -> bool:
        types = self.event.types
        if ANY not in types and event_type not in types:
            return False
        return self.holds(place)


class Meaning:
    """What the calls of one connection mean."""

    def __init__(
        self,
        connector: Connector,
        place: tuple[str, str],
        config: Mapping[str, Json],
        overrides: Mapping[str, Json] | None = None,
    ) -> None:
        """Put together what calls mean.

        Raises:
            UsageError: for a connector that is never called.
            NotFound: for a rule's stream that is not there.
            DescriptorInvalid: for a rule's mapping that does not hold.
        """
        webhook = webhook_of(connector)
        if webhook is None:
            raise UsageError(f"{connector.id} is never called.")
        self._connector_id = connector.id
        self._place = place
        self._config = dict(config)
        self._listed = listed_types(webhook)
        streams = _streams(connector, overrides or {})
        events = webhook.events or (_usual(self._listed),)
        self._rules = tuple(
            _rule(webhook, event, index, streams) for index, event in enumerate(events)
        )
        self._compiled = lru_cache(maxsize=_KEPT)(self._compile)

    def needs_type(self) -> bool:
        """Tell whether nothing can be said of a call that names no event."""
        return ANY not in self._listed

    def parts(
        self, event_type: str | None, place: Place, now: str = ""
    ) -> Sequence[Part]:
        """Return what the rules make of a call that came `now`; [] where none fits."""
        found = []
        for index, rule in enumerate(self._rules):
            if rule.fits(event_type, place):
                # Only a mapping that names them is compiled anew for each call.
                headers = tuple(place.headers.items()) if rule.names_headers else ()
                at = now if rule.names_now else ""
                mapping = self._compiled(index, event_type or "", headers, at)
                found.append(Part(rule.event.effect, mapping, rule.is_declared))
        return found

    def _compile(
        self, index: int, event: str, headers: tuple[tuple[str, str], ...], now: str
    ) -> CompiledMapping:
        rule = self._rules[index]
        project, connection = self._place
        origin = CallOrigin(
            source=self._connector_id,
            project=project,
            connection=connection,
            collection_key=rule.stream.collection_key,
            stream=rule.stream.key,
            config=self._config,
            event=event,
            headers=dict(headers),
            now=now,
        )
        return compile_mapping(rule.mapping, origin)


def _streams(connector: Connector, overrides: Mapping[str, Json]) -> dict[str, Stream]:
    return {
        one.key: overridden(one, overrides.get(one.key))
        for one in connector.resolved_streams
    }


def _usual(listed: frozenset[str]) -> WebhookEvent:
    return WebhookEvent(types=tuple(sorted(listed)), effect="update")


def _rule(
    webhook: WebhookPart, event: WebhookEvent, index: int, streams: dict[str, Stream]
) -> _Rule:
    name = event.stream or next(iter(streams))
    if name not in streams:
        raise NotFound(
            f"The event at {index} is of a stream “{name}” that is not there.",
            advice=f"The streams are: {', '.join(streams)}.",
        )
    stream = streams[name]
    place = event.items_path or webhook.items_path
    patch = dict(event.field_mapping or {})
    is_declared = place is not None or "itemsPath" in patch
    if place is not None and (event.items_path or "itemsPath" not in patch):
        patch["itemsPath"] = place
    if event.effect == "archive":
        patch = {"archivedWhen": ALWAYS, **patch}
    problems: list[Problem] = []
    pointer = f"/ingestion/events/{index}/fieldMapping"
    mapping = merged_part(FieldMapping, stream.mapping, patch, pointer, problems)
    if mapping is None:
        raise DescriptorInvalid(problems)
    holds = compile_predicate(event.when) if event.when else _always
    spelled = canonical(wire(mapping))
    named = b"headers" in spelled, b"now" in spelled
    return _Rule(event, stream, mapping, is_declared, holds, *named)


def _always(_place: Place) -> bool:
    return True
