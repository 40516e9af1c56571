"""What the tests of exports share: shipped connectors, and small ones of their own."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ferrule import shipped
from ferrule.descriptor.trouble import escaped

SHIPPED = {
    path.stem: path
    for path in sorted(shipped.descriptors().glob("*/connectors/*.json"))
    if json.loads(path.read_bytes())["ingestion"]["mode"] != "webhook"
}
"""Those that poll: nothing else can be exported."""


def shipped_document(name: str) -> dict[str, Any]:
    return dict(json.loads(SHIPPED[name].read_text("utf-8")))


def connector(**members: Any) -> dict[str, Any]:
    """Return a small descriptor of one stream; `polling` and `mapping` add to it."""
    polling = {
        "mode": "polling",
        "endpoint": "/things",
        "method": "GET",
        "delta": {"type": "none"},
        "rateLimitRpm": 60,
        **members.pop("polling", {}),
    }
    mapping = {
        "itemsPath": "$.things",
        "idPath": "$.id",
        "timestampPath": "$.changed",
        "summaryTemplate": "{{name}}",
        "signalTypeRules": [],
        **members.pop("mapping", {}),
    }
    return {
        "schemaVersion": 2,
        "id": "things",
        "name": "Things",
        "description": "Things of a service.",
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.2.3",
        "collectionKey": "thing",
        "auth": {"method": "none"},
        "baseUrl": "https://api.example.com",
        "ingestion": polling,
        "fieldMapping": mapping,
        "healthCheck": {
            "endpoint": "/ok",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 1000,
        },
        **members,
    }


def secret(key: str, **members: Any) -> dict[str, Any]:
    return {"key": key, "label": key, "type": "password", "required": True, **members}


def leaves(value: Any, place: str = "") -> Iterator[str]:
    """Yield the pointer of everything that a document says."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from leaves(member, f"{place}/{escaped(name)}")
    elif isinstance(value, list) and value:
        for index, element in enumerate(value):
            yield from leaves(element, f"{place}/{index}")
    elif not (value is None and place.startswith("/streams/")):
        yield place


def untold(document: Mapping[str, Any], report: Any) -> list[str]:
    """Return what a report does not speak of, neither itself nor a part around it."""
    notes = (*report.kept, *report.changed, *report.dropped)
    told = {note.place for note in notes}
    return [
        leaf
        for leaf in leaves(dict(document))
        if not any(leaf == one or leaf.startswith(f"{one}/") for one in told)
    ]


def places(notes: Any) -> set[str]:
    return {note.place for note in notes}
