"""The streams of a document with all that they inherit, as plain JSON.

Unlike `streams`, this reads any document, valid or not.
"""

import re
from dataclasses import dataclass
from typing import Final

from ferrule.descriptor.difference.pairs import name_of, paired
from ferrule.descriptor.streams import merge_patch
from ferrule.exchange import MISSING, Json, Missing

PARTS: Final = {"polling": "polling", "fieldMapping": "mapping"}


@dataclass(frozen=True, slots=True)
class Effective:
    """A stream with all it inherits, as plain JSON."""

    key: str
    collection: str
    parts: dict[str, Json]


def partners(
    old: dict[str, Json], new: dict[str, Json]
) -> list[tuple[Effective, Effective]]:
    """Return the streams that are in both documents."""
    one, two = effective(old), effective(new)
    found = paired("streams", [_named(s) for s in one], [_named(s) for s in two])
    return [(one[a], two[b]) for a, b in found.both]


def _named(stream: Effective) -> Json:
    return {"key": stream.key, "collectionKey": stream.collection}


def effective(document: dict[str, Json]) -> list[Effective]:
    """Return the streams as they are merged; without any, the one implicit stream."""
    base = {
        "polling": ingested(document.get("ingestion", MISSING)).get("polling"),
        "mapping": document.get("fieldMapping"),
    }
    listed = streams_in(document)
    if not listed:
        fallback = _identifier(str(document.get("id", "")))
        given = str(document.get("collectionKey") or "")
        return [Effective(_identifier(given) or fallback, given or fallback, base)]
    prefix = _identifier(str(document.get("provider") or document.get("id", "")))
    found = []
    for index, part in enumerate(listed):
        key = stream_key(document, index)
        own = part.get("collectionKey") if isinstance(part, dict) else None
        collection = str(own or f"{prefix}_{_identifier(key)}")
        parts = {
            inner: merge_patch(base[inner], part.get(outer, {}))
            if isinstance(part, dict)
            else base[inner]
            for outer, inner in PARTS.items()
        }
        found.append(Effective(key, collection, parts))
    return found


def streams_in(document: dict[str, Json]) -> list[Json]:
    """Return the streams as they are written."""
    found = document.get("streams")
    return found if isinstance(found, list) else []


def stream_key(document: dict[str, Json], index: int) -> str:
    """Return the key of a stream, its number where it has none."""
    return name_of("streams", streams_in(document)[index], index)


def ingested(ingestion: Json | Missing) -> dict[str, Json]:
    """Return the polling and the webhook part, whichever there is."""
    if not isinstance(ingestion, dict):
        return {}
    mode = ingestion.get("mode")
    if mode == "polling_and_webhook":
        return {n: ingestion[n] for n in ("polling", "webhook") if n in ingestion}
    rest = {name: value for name, value in ingestion.items() if name != "mode"}
    return {"webhook" if mode == "webhook" else "polling": rest}


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
