"""Applying what drift proposes to a document, where the mapping is written."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ferrule.descriptor.streams import merge_patch
from ferrule.exchange import MISSING, Json
from ferrule.suggestion.drift import Fix
from ferrule.workspace.drafts import Document
from ferrule.workspace.previewing import mapping_of

_VERSION: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def fixed(
    document: Document, fixes: Sequence[Fix], stream: str | None = None
) -> Document:
    """Return the document with fixes applied, and a higher MINOR version.

    Without a stream it is the connector's own mapping that changes.
    """
    section, pointer = mapping_of(document, stream)
    before = dict(section) if isinstance(section, dict) else {}
    after = before
    for fix in fixes:
        after = fix.applied(after)
    changed = {k: v for k, v in after.items() if before.get(k, MISSING) != v}
    if not changed:
        return document
    made = {**document, "version": bumped(str(document.get("version", "")))}
    return _written(made, pointer, changed, alone=_is_alone(document))


def bumped(version: str) -> str:
    """Return a version with a higher MINOR part; what is no version stays."""
    match = _VERSION.fullmatch(version)
    return f"{match[1]}.{int(match[2]) + 1}.0" if match else version


def overridden_by(document: Document, overrides: Mapping[str, Json]) -> Document:
    """Return a document as a connection with its own mappings runs it."""
    streams = document.get("streams")
    if not overrides:
        return document
    if not isinstance(streams, list):
        patch = next(iter(overrides.values()))
        return {
            **document,
            "fieldMapping": merge_patch(document["fieldMapping"], patch),
        }
    made: list[Json] = []
    for stream in streams:
        key = stream.get("key") if isinstance(stream, dict) else None
        if isinstance(stream, dict) and isinstance(key, str) and key in overrides:
            mapping = merge_patch(stream.get("fieldMapping"), overrides[key])
            made.append({**stream, "fieldMapping": mapping})
        else:
            made.append(stream)
    return {**document, "streams": made}


def _is_alone(document: Document) -> bool:
    streams = document.get("streams")
    return not isinstance(streams, list) or len(streams) <= 1


def _written(
    document: Document, pointer: str, changed: Mapping[str, Json], *, alone: bool
) -> Document:
    """Return the document with members of a mapping put where they are written.

    A stream that inherits a member gets its own, so that other streams stay as they
    are; the only stream changes the connector's.
    """
    parts = pointer.split("/")
    base = document.get("fieldMapping")
    shared = dict(base) if isinstance(base, dict) else {}
    if parts[1] != "streams":
        return {**document, "fieldMapping": {**shared, **changed}}
    streams = document.get("streams")
    every = list(streams) if isinstance(streams, list) else []
    index = int(parts[2])
    stream = every[index]
    part = dict(stream) if isinstance(stream, dict) else {}
    held = part.get("fieldMapping")
    own = dict(held) if isinstance(held, dict) else {}
    for member, value in changed.items():
        if alone and member not in own:
            shared[member] = value
        else:
            own[member] = value
    if own:
        part["fieldMapping"] = own
    every[index] = part
    return {**document, "fieldMapping": shared, "streams": every}
