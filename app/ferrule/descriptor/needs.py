"""What a connector needs that the engine cannot do yet."""

from collections.abc import Iterator

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream
from ferrule.errors import NotSupportedYet
from ferrule.section import Section


def needs_of(part: object) -> Iterator[str]:
    """Yield the name of everything below `part` that cannot run yet."""
    if isinstance(part, Section):
        if part.needs:
            yield part.needs
        for name in part.model_fields_set:
            value = getattr(part, name)
            if value is not None and part.member_needs.get(name):
                yield part.member_needs[name]
            yield from needs_of(value)
    elif isinstance(part, dict):
        for value in part.values():
            yield from needs_of(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from needs_of(value)


def run_needs(connector: Connector, streams: tuple[Stream, ...]) -> list[str]:
    """Return what a run of these streams needs and the engine lacks, each once.

    The webhook part of a connector that also polls is left aside: its polling runs.
    """
    parts: list[object] = [
        connector.auth,
        connector.rate_limits,
        connector.resilience,
        connector.health_check,
    ]
    for stream in streams:
        parts += [stream.polling, stream.mapping]
    found = [need for part in parts for need in needs_of(part)]
    if connector.max_concurrency is not None:
        found.append(connector.member_needs["max_concurrency"])
    if connector.polling is None:
        found.append("webhook")
    if connector.kind == "native":
        found.append("native connector")
    return sorted(set(found))


def refuse_unready(connector: Connector, streams: tuple[Stream, ...]) -> None:
    """Raise NotSupportedYet when the engine lacks what a run would need."""
    missing = run_needs(connector, streams)
    if missing:
        raise NotSupportedYet(missing)


def shown_needs(connector: Connector) -> list[str]:
    """Return everything in the document that cannot run yet, each once."""
    return sorted(set(needs_of(connector)))
