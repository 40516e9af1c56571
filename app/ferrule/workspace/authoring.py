"""Authoring: opening, checking, sending and saving a descriptor in the making."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import msgspec

from ferrule.auth import Secrets
from ferrule.descriptor.document import read_document, validate
from ferrule.descriptor.problems import lint
from ferrule.errors import DescriptorInvalid, Problem, UsageError
from ferrule.exchange import Json, Request, Response, encode
from ferrule.redaction import live
from ferrule.sync.plan import Place, plan_streams
from ferrule.sync.request import page_request
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.clients import open_client
from ferrule.workspace.drafts import Document, Draft


@dataclass(frozen=True, slots=True)
class Sent:
    """One exchange of the Builder: the request as shown, and what came back."""

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str
    response: Response


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


def send_once(
    document: Document,
    config: Mapping[str, Json],
    secrets: Secrets,
    *,
    stream: str | None = None,
    allow_http: Collection[str] = (),
) -> Sent:
    """Send the draft's first request once and return the exchange, redacted.

    Blocks until the answer is there: call it off the window's thread.

    Raises:
        FerruleError: when the draft cannot make a request, or no answer came.
    """
    connector = validate(sendable(document))
    plans = plan_streams(
        connector,
        Place("", connector.id),
        config,
        secrets,
        [stream] if stream else None,
    )
    plan = plans[0]
    origin = plan.delta.origin(None, plan.scope())
    request = page_request(plan, origin, plan.pagination.first())
    with open_client(connector, plan.config, plans, allow_http=allow_http) as client:
        response = client.exchange(request)
    return shown(request, plan.echo.response(response))


def shown(request: Request, response: Response) -> Sent:
    """Return an exchange with its secrets masked, in the answer's headers too."""
    _, body = request.content()
    return Sent(
        method=request.method,
        url=live.url(request.full_url),
        request_headers=live.pairs(request.headers),
        request_body=live.text(body.decode("utf-8", "replace")),
        response=replace(
            response, url=live.url(response.url), headers=live.pairs(response.headers)
        ),
    )


def sendable(document: Document) -> Document:
    """Return the draft without what a request does not need, where that is broken.

    A mapping that is half-typed must not keep a person from looking at a response.
    """
    try:
        validate(document)
    except DescriptorInvalid as invalid:
        broken = {problem.pointer.split("/")[1] for problem in invalid.problems}
    else:
        return document
    if broken & {"ingestion", "auth", "configFields", "baseUrl", "id"}:
        return document
    stand_in = blank()
    kept = {k: v for k, v in document.items() if k not in broken | {"streams"}}
    needed = {k: v for k, v in stand_in.items() if k in broken}
    return {**kept, **needed, "streams": _bare_streams(document)}


def _bare_streams(document: Document) -> Json:
    streams = document.get("streams")
    if not isinstance(streams, list):
        return None
    return [
        {k: v for k, v in stream.items() if k != "fieldMapping"}
        for stream in streams
        if isinstance(stream, dict)
    ]


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
