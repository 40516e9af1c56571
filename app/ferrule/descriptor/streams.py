"""Streams with what they inherit: polling and mapping as merge patches (RFC 7396)."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from ferrule.descriptor.ingestion import PollingPart, StreamPart
from ferrule.descriptor.trouble import problems_of
from ferrule.errors import DescriptorInvalid, Problem
from ferrule.exchange import Json
from ferrule.mapping import FieldMapping
from ferrule.section import Section

if TYPE_CHECKING:  # the root resolves its own streams
    from ferrule.descriptor.model import Connector

Part = TypeVar("Part", bound=Section)


@dataclass(frozen=True, slots=True)
class Stream:
    """One endpoint polled with one mapping; it writes one collection."""

    key: str
    name: str
    collection_key: str
    polling: PollingPart | None
    mapping: FieldMapping
    enabled: bool = True
    description: str = ""


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
    problems: list[Problem] = []
    streams = []
    for index, part in enumerate(connector.streams):
        pointer = f"/streams/{index}"
        polling = _merged(
            PollingPart, connector.polling, part.polling, f"{pointer}/polling", problems
        )
        mapping = _merged(
            FieldMapping,
            connector.field_mapping,
            part.field_mapping,
            f"{pointer}/fieldMapping",
            problems,
        )
        if mapping is not None:
            streams.append(_stream(connector, part, polling, mapping))
    if problems:
        raise DescriptorInvalid(problems)
    return tuple(streams)


def _implicit(connector: "Connector") -> Stream:
    return Stream(
        key=_identifier(connector.collection_key or connector.id),
        name=connector.name,
        collection_key=connector.collection_key or _identifier(connector.id),
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


def _merged(
    model: type[Part],
    inherited: Part | None,
    patch: dict[str, Json] | None,
    pointer: str,
    problems: list[Problem],
) -> Part | None:
    if not patch:
        return inherited
    base = wire(inherited) if inherited is not None else {}
    if isinstance(base, dict):
        base.pop("mode", None)
    merged = merge_patch(base, patch)
    try:
        return model.model_validate(merged, by_alias=True, by_name=False)
    except ValidationError as error:
        problems += problems_of(error, merged, pointer)
        return None


def wire(part: Section) -> Json:
    """Return a part as it stands in a document: camelCase, only what was given."""
    dumped: Json = part.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return dumped
