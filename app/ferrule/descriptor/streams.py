"""Streams with what they inherit: polling and mapping as merge patches (RFC 7396)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace
from pydantic import ValidationError

from ferrule.descriptor.ingestion import PollingPart, StreamPart
from ferrule.descriptor.trouble import escaped, problems_of
from ferrule.errors import DescriptorInvalid, Problem
from ferrule.exchange import MISSING, Json, Missing
from ferrule.mapping import FieldMapping
from ferrule.partition import ParentPartition
from ferrule.section import Section

if TYPE_CHECKING:  # the root resolves its own streams
    from ferrule.descriptor.model import Connector

Part = TypeVar("Part", bound=Section)


class Stream(msgspec.Struct, frozen=True):
    """One endpoint polled with one mapping; it writes one collection."""

    key: str
    name: str
    collection_key: str
    polling: PollingPart | None
    mapping: FieldMapping
    enabled: bool = True
    description: str = ""

    @property
    def parents(self) -> tuple[str, ...]:
        """Return the keys of the streams whose items are this stream's slices."""
        parts = self.polling.partitions if self.polling else ()
        return tuple(p.parent for p in parts if isinstance(p, ParentPartition))


def merge_patch(target: Json, patch: Json) -> Json:
    """Return `target` with `patch` applied: null removes, lists replace (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def resolve_streams(connector: "Connector") -> tuple[Stream, ...]:
    """Return the connector's streams; without any, one implicit stream.

    Raises:
        DescriptorInvalid: with the places in the stream or the part it inherits.
    """
    if not connector.streams:
        return (_implicit(connector),)
    problems = list(_repeated(connector.streams))
    streams = []
    for index, part in enumerate(connector.streams):
        pointer = f"/streams/{index}"
        polling = merged_part(
            PollingPart, connector.polling, part.polling, f"{pointer}/polling", problems
        )
        mapping = merged_part(
            FieldMapping,
            connector.field_mapping,
            part.field_mapping,
            f"{pointer}/fieldMapping",
            problems,
        )
        if mapping is not None:
            streams.append(_stream(connector, part, polling, mapping))
    problems = problems or list(_circles(streams))
    if problems:
        raise DescriptorInvalid(problems)
    return tuple(streams)


def _circles(streams: Sequence[Stream]) -> Iterator[Problem]:
    """Yield a problem for each stream that is among its own parents."""
    parents = {stream.key: stream.parents for stream in streams}
    for index, stream in enumerate(streams):
        circle = _circle(stream.key, parents)
        if circle:
            yield Problem(
                "FD001",
                "error",
                f"/streams/{index}/polling/partition",
                f"The parents go in a circle: {' → '.join(circle)}.",
                "Take the partition from one of them; null in its polling removes one "
                "that is inherited.",
            )


def _circle(key: str, parents: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the way from a stream over its parents back to itself, if there is one."""
    ways: list[tuple[str, ...]] = [(key, parent) for parent in parents[key]]
    been: set[str] = set()
    while ways:
        way = ways.pop(0)
        if way[-1] == key:
            return way
        if way[-1] not in been:
            been.add(way[-1])
            ways += [(*way, parent) for parent in parents.get(way[-1], ())]
    return ()


def overridden(stream: Stream, patch: Json) -> Stream:
    """Return a stream whose mapping a person has changed for one connection.

    `patch` is a merge patch of the mapping (seed 003, `SyncMapping`); None changes
    nothing.

    Raises:
        DescriptorInvalid: with the places below `/mappingOverrides` and the stream.
    """
    if patch is None:
        return stream
    pointer = f"/mappingOverrides/{escaped(stream.key)}"
    if not isinstance(patch, dict):
        message = f"“{stream.key}” must be an object."
        raise DescriptorInvalid([Problem("FD001", "error", pointer, message)])
    problems: list[Problem] = []
    mapping = merged_part(FieldMapping, stream.mapping, patch, pointer, problems)
    if mapping is None:
        raise DescriptorInvalid(problems)
    return replace(stream, mapping=mapping)


def check_overrides(connector: "Connector", overrides: Mapping[str, Json]) -> None:
    """Check what a person changed for one connection, all streams at once.

    Raises:
        DescriptorInvalid: for a stream that is not there, or a mapping that does not
            hold any more.
    """
    streams = {stream.key: stream for stream in connector.resolved_streams}
    problems: list[Problem] = []
    for key, patch in overrides.items():
        if key not in streams:
            message = f"There is no stream “{key}”."
            advice = f"The streams are: {', '.join(streams)}."
            place = f"/mappingOverrides/{escaped(key)}"
            problems.append(Problem("FD001", "error", place, message, advice))
            continue
        try:
            overridden(streams[key], patch)
        except DescriptorInvalid as invalid:
            problems += invalid.problems
    if problems:
        raise DescriptorInvalid(problems)


def _repeated(parts: tuple[StreamPart, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if part.key in seen:
            yield Problem(
                "FD001",
                "error",
                f"/streams/{index}/key",
                f"Another stream has the key “{part.key}” already.",
                "Each stream has its own: checkpoints are kept under it.",
            )
        seen.add(part.key)


def _implicit(connector: "Connector") -> Stream:
    fallback = _identifier(connector.id)
    return Stream(
        key=_identifier(connector.collection_key or "") or fallback,
        name=connector.name,
        collection_key=connector.collection_key or fallback,
        polling=connector.polling,
        mapping=connector.field_mapping,
        description=connector.description,
    )


def _stream(
    connector: "Connector",
    part: StreamPart,
    polling: PollingPart | None,
    mapping: FieldMapping,
) -> Stream:
    prefix = _identifier(connector.provider or connector.id)
    return Stream(
        key=part.key,
        name=part.name or part.key,
        collection_key=part.collection_key or f"{prefix}_{_identifier(part.key)}",
        polling=polling,
        mapping=mapping,
        enabled=part.enabled_by_default is not False,
        description=part.description or "",
    )


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def merged_part(
    model: type[Part],
    inherited: Part | None,
    patch: dict[str, Json] | None,
    pointer: str,
    problems: list[Problem],
) -> Part | None:
    """Return what `inherited` becomes by `patch`; None and `problems` if not valid."""
    if not patch:
        return inherited
    base = wire(inherited) if inherited is not None else {}
    if isinstance(base, dict):
        base.pop("mode", None)
    merged = merge_patch(base, patch)
    try:
        return model.model_validate(merged, by_alias=True, by_name=False)
    except ValidationError as error:
        found = problems_of(error, merged, pointer)
        problems += [_explained(p, patch, merged, pointer) for p in found]
        return None


def _explained(problem: Problem, patch: Json, merged: Json, pointer: str) -> Problem:
    """Return a problem with the advice that an inherited member can be removed."""
    place = problem.pointer.removeprefix(pointer)
    if at(merged, place) is MISSING or at(patch, place) is not MISSING:
        return problem
    advice = "It is inherited: null in the patch removes it."
    return Problem(
        problem.rule,
        problem.severity,
        problem.pointer,
        problem.message,
        advice,
        problem.column,
    )


def at(value: Json, pointer: str) -> Json | Missing:
    """Return what stands at a JSON pointer, or MISSING."""
    here: Json = value
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and name in here:
            here = here[name]
        elif isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        else:
            return MISSING
    return here


def wire(part: Section) -> Json:
    """Return a part as it stands in a document: camelCase, only what was given.

    Numbers stay as they are, decimals too.
    """
    return _plain(part.model_dump(by_alias=True, exclude_unset=True))


def _plain(value: object) -> Json:
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]
    return value  # type: ignore[return-value]  # a section dumps to JSON only
