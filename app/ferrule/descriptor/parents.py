"""Streams whose slices are the items of other streams: who is whose parent."""

from collections.abc import Iterator, Sequence

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream
from ferrule.errors import DescriptorError
from ferrule.partition import ParentPartition


def parent_of(connector: Connector, section: ParentPartition) -> Stream:
    """Return the stream that a partition names as its parent.

    Raises:
        DescriptorError: when there is none of that key.
    """
    for stream in connector.resolved_streams:
        if stream.key == section.parent:
            return stream
    raise DescriptorError(
        f"There is no stream “{section.parent}”.",
        pointer="/streams",
        advice="Name the key of one of the streams as the parent.",
    )


def with_parents(connector: Connector, streams: Sequence[Stream]) -> tuple[Stream, ...]:
    """Return the streams and all that their slices come from, each once."""
    found: dict[str, Stream] = {}
    waiting = list(streams)
    while waiting:
        stream = waiting.pop(0)
        if stream.key not in found:
            found[stream.key] = stream
            waiting += _parents(connector, stream)
    return tuple(found.values())


def _parents(connector: Connector, stream: Stream) -> Iterator[Stream]:
    for section in stream.polling.partitions if stream.polling else ():
        if isinstance(section, ParentPartition):
            yield parent_of(connector, section)
