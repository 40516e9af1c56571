"""What a connector needs that the engine cannot do yet."""

from collections.abc import Iterator

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream
from ferrule.descriptor.trouble import escaped
from ferrule.errors import NotSupportedYet, UsageError
from ferrule.section import Section, wire_name


def needs_of(part: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield everything below `part` that cannot run yet: its place and its name."""
    if isinstance(part, Section):
        for member, need in part.lacks():
            yield (f"{pointer}/{member}" if member else pointer), need
        for name in type(part).model_fields:
            if name in part.model_fields_set:
                here = f"{pointer}/{wire_name(type(part), name)}"
                yield from needs_of(getattr(part, name), here)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from needs_of(value, f"{pointer}/{escaped(key)}")
    elif isinstance(part, list | tuple):
        for index, value in enumerate(part):
            yield from needs_of(value, f"{pointer}/{index}")


def run_needs(connector: Connector, streams: tuple[Stream, ...]) -> list[str]:
    """Return what a run of these streams needs and the engine lacks, each once.

    What it is called by is left aside: a run asks.
    """
    parts: list[object] = [
        connector.auth,
        connector.rate_limits,
        connector.resilience,
        connector.health_check,
    ]
    for stream in streams:
        parts += [stream.polling, stream.mapping]
    found = {need for part in parts for _, need in needs_of(part)}
    if connector.kind == "native":
        found.add("native connector")
    return sorted(found)


def refuse_unready(connector: Connector, streams: tuple[Stream, ...]) -> None:
    """Raise NotSupportedYet when the engine lacks what a run would need."""
    missing = run_needs(connector, streams)
    if missing:
        raise NotSupportedYet(missing)


def refuse_only_called(connector: Connector) -> None:
    """Refuse to ask where there is nothing to ask for.

    Raises:
        UsageError: for a connector that is only called.
    """
    if connector.polling is None:
        raise UsageError(
            f"{connector.name} is called by its service; there is nothing to ask for.",
            advice="Receive its calls: ferrule gateway",
        )


def shown_needs(connector: Connector) -> list[str]:
    """Return everything in the document that cannot run yet, each once."""
    return sorted(set(placed_needs(connector).values()))


def placed_needs(connector: Connector) -> dict[str, str]:
    """Return everything in the document that cannot run yet: pointer to need.

    What a stream changes is told at its place in the stream.
    """
    found = dict(needs_of(connector))
    if connector.kind == "native":
        found["/kind"] = "native connector"
    inherited = {need for _, need in found.items()}
    for index, stream in enumerate(connector.resolved_streams):
        for name, part in (
            ("polling", stream.polling),
            ("fieldMapping", stream.mapping),
        ):
            pointer = f"/streams/{index}/{name}"
            new = needs_of(part, pointer)
            found |= {place: need for place, need in new if need not in inherited}
    return found
