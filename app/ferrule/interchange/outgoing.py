"""A connector on its way out: its streams beside the places that say them."""

from collections.abc import Iterator
from dataclasses import dataclass

from ferrule.descriptor.document import validate
from ferrule.descriptor.ingestion import PollingPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream
from ferrule.errors import InterchangeError
from ferrule.exchange import Json
from ferrule.expression.dates import parse_duration
from ferrule.fields import InputField
from ferrule.interchange.kind import Document
from ferrule.interchange.ledger import Ledger, Level, levels
from ferrule.partition import ParentPartition, ValuesPartition

FIRST_START = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Leaving:
    """One stream, its polling part, and where both parts are said."""

    stream: Stream
    polling: PollingPart
    place: str
    asked: Level
    mapped: Level

    @property
    def key(self) -> str:
        """Return the stream's key."""
        return self.stream.key

    @property
    def partitions(self) -> tuple[ValuesPartition | ParentPartition, ...]:
        """Return the stream's partitions."""
        return self.polling.partitions


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A connector, its document, and the ledger of its export."""

    connector: Connector
    document: Document
    ledger: Ledger
    streams: tuple[Leaving, ...]

    @property
    def fields(self) -> dict[str, InputField]:
        """Return the configuration fields by their keys."""
        return {field.key: field for field in self.connector.config_fields or ()}


def outgoing(document: Document, engine: str) -> Outgoing:
    """Return a connector with its streams, ready to be written.

    Raises:
        DescriptorInvalid: when the document is none.
        InterchangeError: when it has no stream that is polled.
    """
    connector = validate(document)
    ledger = Ledger(document, engine)
    streams = tuple(_leaving(connector, document))
    if not streams:
        raise InterchangeError(
            f"{connector.id} only listens to webhooks: {engine} could ask for nothing.",
            advice="Export a connector that polls.",
        )
    out = Outgoing(connector, document, ledger, streams)
    _tell_names(out)
    return out


def _leaving(connector: Connector, document: Document) -> Iterator[Leaving]:
    listed = bool(connector.streams)
    for index, stream in enumerate(connector.resolved_streams):
        if stream.polling is not None:
            asked, mapped = levels(document, index if listed else None)
            place = f"/streams/{index}" if listed else ""
            yield Leaving(stream, stream.polling, place, asked, mapped)


def _tell_names(out: Outgoing) -> None:
    ledger = out.ledger
    ledger.keep("/id", "It names the export.")
    ledger.keep("/name", "It titles the export.")
    ledger.keep("/version", "It stands in the export's description.")
    for name in ("description", "docsUrl"):
        if name in out.document:
            ledger.keep(f"/{name}", "It describes the export.")
    for leaving in out.streams:
        if leaving.place:
            ledger.keep(f"{leaving.place}/key", "It names the stream.")


def seconds(duration: str) -> float:
    """Return an ISO 8601 duration in seconds."""
    return parse_duration(duration).total_seconds()


def plain(number: Json) -> Json:
    """Return a whole number as one, whatever it was read as."""
    if isinstance(number, int | str) or number is None:
        return number
    value = float(str(number))
    return int(value) if value == int(value) else value


def in_order(streams: tuple[Leaving, ...]) -> list[Leaving]:
    """Return the streams so that each comes after the parents that it needs."""
    known = {leaving.key: leaving for leaving in streams}
    found: dict[str, Leaving] = {}

    def place(leaving: Leaving) -> None:
        for parent in leaving.stream.parents:
            if parent in known and parent not in found:
                place(known[parent])
        found[leaving.key] = leaving

    for leaving in streams:
        place(leaving)
    return list(found.values())
