"""What an edge function does not carry over: it maps, and never asks a service.

Nothing is left out silently: each stream that cannot be mapped there has its reason,
and each part of the engine that stays behind has its line.
"""

import re
from collections.abc import Iterator
from typing import Final

from ferrule.descriptor.ingestion import PollingAndWebhook, Webhook, WebhookPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream, wire
from ferrule.errors import ExpressionError
from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.template import compile_template
from ferrule.interchange.kind import Notes
from ferrule.mapping.transforms import CastToSchema

# What `pattern.ts` refuses of RE2: character tables, literal spans, named classes, and
# flags that do not stand at the beginning.
_NOT_CARRIED: Final = re.compile(
    r"\\[^dDwWsSbBAztnrfvax\W_]|\[\[?\^?\[:|\(\?[a-zA-Z]*U|(?<=.)\(\?[ims-]+\)",
    re.DOTALL,
)
_LEFT_OUT: Final = (
    ("rate_limits", "/rateLimits"),
    ("max_concurrency", "/maxConcurrency"),
    ("resilience", "/resilience"),
    ("tools", "/tools"),
    ("sinks", "/sinks"),
    ("api_versions", "/apiVersions"),
    ("sync_from", "/syncFrom"),
)
_POLLING: Final = (
    ("pagination", "paging"),
    ("partition", "partitions, and what they copy into items"),
    ("job", "jobs"),
    ("response", "formats other than JSON"),
    ("resilience", "rules for errors"),
)


def webhook_of(connector: Connector) -> WebhookPart | None:
    """Return how the connector is called, None where it only asks."""
    ingestion = connector.ingestion
    if isinstance(ingestion, PollingAndWebhook):
        return ingestion.webhook
    return ingestion if isinstance(ingestion, Webhook) else None


def uncarried_streams(connector: Connector) -> dict[str, str]:
    """Return why streams cannot be mapped in TypeScript, by the streams' keys."""
    found = {one.key: _why_not(one) for one in connector.resolved_streams}
    return {key: why for key, why in found.items() if why}


def _why_not(stream: Stream) -> str:
    if any(isinstance(one, CastToSchema) for one in stream.mapping.transforms or ()):
        return "It casts items to their schema."
    return next(_unportable(wire(stream.mapping)), "")


def _unportable(value: Json) -> Iterator[str]:
    """Yield why paths and patterns in a mapping cannot be read by another engine."""
    if isinstance(value, dict):
        pattern = value.get("value")
        if value.get("operator") == "matches" and isinstance(pattern, str):
            if _NOT_CARRIED.search(pattern):
                yield f"The pattern {pattern} uses what is not carried over."
            return
        for member in value.values():
            yield from _unportable(member)
    elif isinstance(value, list):
        for element in value:
            yield from _unportable(element)
    elif isinstance(value, str):
        yield from _unportable_text(value)


def _unportable_text(text: str) -> Iterator[str]:
    for path in _paths(text):
        try:
            compiled = compile_path(path)
        except ExpressionError:  # a text that only looks like a path
            continue
        if not compiled.portable:
            yield f"The path {path} is not portable: {compiled.reason}"


def _paths(text: str) -> tuple[str, ...]:
    bare = text.removeprefix("item:")
    if bare.startswith("$"):
        return (bare,)
    if "{{" not in text:
        return ()
    return tuple(name for name in compile_template(text).names if name.startswith("$"))


def note_losses(connector: Connector, notes: Notes) -> None:
    """Add a line for each part of the descriptor that stays behind."""
    _note_streams(connector, notes)
    _note_webhook(connector, notes)
    for member, place in _LEFT_OUT:
        if getattr(connector, member):
            notes.drop(place, "The function asks nothing and writes nothing back.")
    notes.drop("/healthCheck", "The function does not ask the service.")
    if connector.polling is not None:
        told = "Sign-in, tokens and their renewal stay with whoever asks the service."
        notes.drop("/auth", told)
    if connector.config_fields:
        told = "Their values come as JSON in the setting FERRULE_CONFIG."
        notes.change("/configFields", told)


def _note_streams(connector: Connector, notes: Notes) -> None:
    uncarried = uncarried_streams(connector)
    for stream in connector.resolved_streams:
        place = f"stream {stream.key}"
        if stream.key in uncarried:
            notes.drop(place, f"It is not mapped. {uncarried[stream.key]}")
            continue
        notes.keep(place, "Items become the same signals, with the same content hash.")
        _note_polling(stream, place, notes)
        if stream.mapping.schema_ is not None:
            notes.drop(f"{place}, schema", "Items are not checked against it.")


def _note_polling(stream: Stream, place: str, notes: Notes) -> None:
    if stream.polling is None:
        return
    told = "Nothing is asked: pages come as POST ?stream=KEY, with FERRULE_TOKEN."
    notes.change(f"{place}, polling", told)
    if stream.polling.delta.type != "none":
        notes.drop(f"{place}, delta", "There are no checkpoints.")
    for member, what in _POLLING:
        if getattr(stream.polling, member) is not None:
            notes.drop(f"{place}, {member}", f"Not carried over: {what}.")


def _note_webhook(connector: Connector, notes: Notes) -> None:
    webhook = webhook_of(connector)
    if webhook is None:
        return
    told = "Calls are verified over their bytes before they are read."
    notes.keep("/ingestion, webhook", told)
    told = "No calls are remembered: go by the signals' ids behind the queue."
    notes.drop("/ingestion, deliveries", told)
    if webhook.accepted is not None:
        told = "Said where signals go to a queue; without one they are the answer."
        notes.change("/ingestion, accepted", told)
    if webhook.subscription is not None:
        notes.drop("/ingestion, subscription", "Calls are ordered elsewhere.")
    for index, event in enumerate(webhook.events or ()):
        if event.effect == "from_store":
            told = "There is no store to look into: such a call is answered, no more."
            notes.drop(f"/ingestion, events/{index}", told)
