"""Authoring: opening, checking and saving a descriptor in the making."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec

from ferrule.descriptor.document import read_document, validate
from ferrule.descriptor.problems import lint
from ferrule.errors import Problem, UsageError
from ferrule.exchange import Json, encode
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.drafts import Document, Draft


def blank(connector_id: str = "new-connector") -> Document:
    """Return the smallest valid descriptor, to begin from."""
    return {
        "schemaVersion": 2,
        "id": connector_id,
        "name": "New connector",
        "description": "What it reads, in one line.",
        "category": "Custom",
        "icon": "plug",
        "kind": "generic",
        "version": "0.1.0",
        "auth": {"method": "none"},
        "ingestion": {
            "mode": "polling",
            "endpoint": "https://api.example.com/items",
            "method": "GET",
            "rateLimitRpm": 60,
            "delta": {"type": "none"},
            "pagination": {"type": "none"},
        },
        "fieldMapping": {
            "itemsPath": "$",
            "idPath": "$.id",
            "timestampPath": "$.updated_at",
            "summaryTemplate": "{{title}}",
            "signalTypeRules": [],
        },
        "healthCheck": {
            "endpoint": "https://api.example.com/items",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 10_000,
        },
    }


def from_url(address: str) -> Document:
    """Return a descriptor that asks `address`, its query as parameters.

    Raises:
        UsageError: when it is not a full http address.
    """
    parts = urlsplit(address.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"{address[:80]!r} is not a full address.",
            advice="It begins with https:// and a host.",
        )
    name = _title(parts.hostname, parts.path)
    document = blank(_slug(name))
    host = f"{parts.scheme}://{parts.netloc.rsplit('@', 1)[-1]}"
    ingestion = document["ingestion"]
    health = document["healthCheck"]
    if isinstance(ingestion, dict) and isinstance(health, dict):
        ingestion["endpoint"] = "{{baseUrl}}" + (parts.path or "/")
        ingestion["query"] = _query(parts.query)
        health["endpoint"] = "{{baseUrl}}" + (parts.path or "/")
    document["name"] = name
    document["configFields"] = [
        {
            "key": "baseUrl",
            "label": "Base URL",
            "type": "url",
            "required": True,
            "default": host,
        }
    ]
    return document


def copy_of(raw: bytes, taken: Collection[str]) -> Document:
    """Return a copy of a descriptor under an id that is free."""
    document = read_document(raw)
    base = f"{document.get('id', 'connector')}-copy"
    number = 2
    fresh = base
    while fresh in taken:
        fresh, number = f"{base}-{number}", number + 1
    return {**document, "id": fresh, "name": f"{document.get('name', fresh)} (copy)"}


def open_draft(catalogue: Catalogue, connector_id: str) -> Draft:
    """Return a draft of the project's own connector."""
    document = read_document(catalogue.document(connector_id))
    return Draft(document, saved=document)


def problems_in(document: Document) -> list[Problem]:
    """Return everything that lint finds in a draft."""
    return lint(document)


def pretty(document: Json) -> str:
    """Return a document as indented JSON with its members in order."""
    return msgspec.json.format(encode(document), indent=2).decode() + "\n"


def parse_text(text: str) -> Document:
    """Return the document that a person wrote as JSON.

    Raises:
        DescriptorInvalid: naming line and column.
    """
    return read_document(text.encode())


def save_draft(catalogue: Catalogue, draft: Draft) -> None:
    """Write a draft into the project; it must be valid.

    Raises:
        DescriptorInvalid: with every problem; nothing is written then.
        UsageError: when a shipped connector would be hidden unasked.
    """
    connector = validate(draft.document)
    provider = connector.provider or connector.id
    catalogue.save(provider, connector.id, pretty(draft.document).encode())
    draft.saved = draft.document


def _query(text: str) -> Json:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(text, keep_blank_values=True))


def _title(host: str, path: str) -> str:
    plain = {"www", "api", "com", "io", "org", "net", "localhost"}
    labels = [p for p in host.split(".") if p not in plain and not p.isdigit()]
    last = [p for p in path.split("/") if p]
    words = [*labels[:1], *last[-1:]] or [host]
    return " ".join(word.replace("-", " ").replace("_", " ") for word in words).title()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "new-connector"
