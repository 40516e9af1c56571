"""A whole first descriptor from one exchange.

It is valid whatever came: where nothing was found, a usual value stands that lint then
tells about. Paging and incremental are taken over only when they are likely; a guess
could ask for the wrong thing without anybody seeing it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ferrule.descriptor.seed_form import schema_version
from ferrule.exchange import Json, Request, Response
from ferrule.suggestion.candidate import LIKELY
from ferrule.suggestion.drafted_request import (
    Address,
    address_of,
    auth_of,
    request_parts,
)
from ferrule.suggestion.suggesting import Suggestion, suggest
from ferrule.suggestion.words import words

_CAUTIOUS: Final = frozenset({"paging", "incremental", "errors"})
_MAPPING: Final[Mapping[str, Json]] = {
    "itemsPath": "$",
    "idPath": "$.id",
    "timestampPath": "$.updated_at",
    "summaryTemplate": "{{title}}",
    "signalTypeRules": [],
}
_TARGETS: Final = ("nextParam", "pageSizeParam", "queryParam", "tokenParam", "idParam")
_RATE: Final = 60
_DEADLINE_MS: Final = 10_000
_LONGEST_ID: Final = 60
_MOST_DESCRIPTION: Final = 200


def first_descriptor(
    request: Request | None, response: Response, name: str
) -> dict[str, Json]:
    """Return a valid descriptor document that repeats a request and maps its answer.

    No secret of the request is in it: sign-in becomes credential fields.
    """
    parts = _applied(suggest(response, request))
    polling = parts.get("ingestion", {})
    ingestion: dict[str, Json] = {
        "mode": "polling",
        **request_parts(request, _taken(polling)),
        "delta": polling.get("delta", {"type": "none"}),
        "rateLimitRpm": _RATE,
        "pagination": polling.get("pagination", {"type": "none"}),
    }
    address = address_of(request)
    document: dict[str, Json] = {
        **_basics(name, address),
        "auth": auth_of(request),
        **_base(address),
        "ingestion": ingestion,
        "fieldMapping": {**_MAPPING, **parts.get("fieldMapping", {})},
        "healthCheck": _health(ingestion),
    }
    if "resilience" in parts:
        document["resilience"] = dict(parts["resilience"])
    return {"schemaVersion": schema_version(document), **document}


def _applied(suggestions: Sequence[Suggestion]) -> dict[str, dict[str, Json]]:
    """Return the members of each part that the suggestions together set."""
    parts: dict[str, dict[str, Json]] = {}
    for suggestion in suggestions:
        if suggestion.topic in _CAUTIOUS and suggestion.score < LIKELY:
            continue
        for pointer, value in suggestion.changes.items():
            _, part, member = pointer.split("/")
            parts.setdefault(part, {})[member] = value
    return parts


def _taken(polling: Mapping[str, Json]) -> list[str]:
    """Return the targets that paging and incremental fill in a request."""
    sections = [s for s in polling.values() if isinstance(s, dict)]
    found = [section.get(name) for section in sections for name in _TARGETS]
    return [target for target in found if isinstance(target, str)]


def _basics(name: str, address: Address) -> dict[str, Json]:
    shown = " ".join(name.split()) or "New connector"
    return {
        "id": slug(name),
        "name": shown,
        "description": f"What {address.host} lists at {address.path}"[
            :_MOST_DESCRIPTION
        ],
        "category": "Custom",
        "icon": "plug",
        "kind": "generic",
        "version": "0.1.0",
    }


def slug(name: str) -> str:
    """Return a connector id made of a name."""
    parts = [re.sub(r"[^a-z0-9]", "", word) for word in words(name)]
    return "-".join(filter(None, parts))[:_LONGEST_ID].strip("-") or "new-connector"


def _base(address: Address) -> dict[str, Json]:
    """Return the base address: fixed for https, else one that a person confirms."""
    if address.origin.startswith("https://"):
        return {"baseUrl": address.origin}
    field: dict[str, Json] = {
        "key": "baseUrl",
        "label": "Address",
        "type": "url",
        "required": True,
        "default": address.origin,
    }
    return {"baseUrl": "{{baseUrl}}", "configFields": [field]}


def _health(ingestion: Mapping[str, Json]) -> dict[str, Json]:
    """Return a check that asks for the first page, as cheap as the request allows."""
    method = ingestion["method"] if ingestion["method"] in {"GET", "POST"} else "HEAD"
    health: dict[str, Json] = {
        "endpoint": ingestion["endpoint"],
        "method": method,
        "expectStatus": 200,
        "timeoutMs": _DEADLINE_MS,
    }
    if method == "POST" and "body" in ingestion:
        health["body"] = ingestion["body"]
    return health
