"""Lint for slices: partitions and windows that no request would name."""

from collections.abc import Iterator

from ferrule.delta import Window
from ferrule.descriptor.ingestion import PollingPart
from ferrule.descriptor.lint.requests import polling_pointer
from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import wire
from ferrule.descriptor.variables import texts_of
from ferrule.errors import Problem
from ferrule.exchange import Json
from ferrule.partition import ParentPartition


def idle_slices(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    """Yield FD026 for what would be asked again and again in the same words."""
    del document
    told: set[tuple[str, str]] = set()
    for index, stream in enumerate(connector.resolved_streams):
        if stream.polling is None:
            continue
        own = f"/streams/{index}/polling" if connector.streams else ""
        for member, message, advice in _unnamed(stream.polling):
            pointer = f"{own or polling_pointer(connector)}/{member}"
            if (pointer, message) not in told:
                told.add((pointer, message))
                yield Problem("FD026", "error", pointer, message, advice)


def _unnamed(polling: PollingPart) -> Iterator[tuple[str, str, str]]:
    texts = " ".join(text for _, text in texts_of(wire(polling)))
    many = isinstance(polling.partition, tuple)
    for place, part in enumerate(polling.partitions):
        copied = part.include if isinstance(part, ParentPartition) else None
        names = [part.name, *(copied or ())]
        named = any(f"partition.{name}" in texts for name in names)
        if part.param is None and not named:
            member = f"partition/{place}" if many else "partition"
            message = f"No request names the partition “{part.name}”: each is the same."
            advice = (
                f"Set param, or write {{{{partition.{part.name}}}}} in the request."
            )
            yield member, message, advice
    delta = polling.delta
    if isinstance(delta, Window) and "window." not in texts:
        if delta.start_param or delta.end_param:
            return
        message = "No request names the window: each is the same."
        advice = (
            "Set startParam and endParam, or write {{window.start}} in the request."
        )
        yield "delta", message, advice
