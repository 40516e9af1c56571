"""Calls as a fixture has them: in their vendor's shape, without a signature.

Whoever sends one signs it, so that no fixture holds a signature or a secret. The same
calls are replayed as tests and sent by the generator, then under a name of their own:
a call whose name was seen is a duplicate.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import structs

from ferrule.auth import WebhookSecretConfig
from ferrule.descriptor.ingestion import WebhookPart
from ferrule.errors import FerruleError
from ferrule.exchange import decode, encode
from ferrule.expression.getting import keys_of
from ferrule.expression.grammar import parse
from ferrule.webhook.incoming import Incoming

KIND: Final = "delivery"
"""The `kind` of a fixture that is one call."""
RECEIVED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When the call of a fixture comes, unless `received` says so."""
_URL: Final = "https://hooks.example.com/api/webhooks/sample/sample"


def sample_call(
    fixture: Mapping[str, Any], *, url: str = _URL, at: datetime | None = None
) -> Incoming:
    """Return the call of a fixture as it would come to `url`, not signed yet.

    A body that is JSON is written without blanks; a text is sent as it is. Without `at`
    (aware) it comes when the fixture says.

    Raises:
        KeyError: when the fixture lacks a member that a call must have.
        ValueError: when its time cannot be read.
    """
    call = fixture["call"]
    body, query = call.get("body", ""), call.get("query", {})
    return Incoming(
        method=str(call.get("method", "POST")),
        url=f"{url}?{urlencode(query)}" if query else url,
        headers=tuple((str(k), str(v)) for k, v in call["headers"].items()),
        body=body.encode() if isinstance(body, str) else encode(body),
        received_at=at or _received(fixture),
    )


def renamed(
    call: Incoming,
    webhook: WebhookPart,
    signing: WebhookSecretConfig | None,
    name: str,
) -> Incoming:
    """Return a call under another delivery id, where the service gives it one.

    A call without a place for it stays as it is: it is told by its body.
    """
    source = (signing.dedupe_key if signing else None) or webhook.delivery_id or ""
    kind, _, header = source.partition(":")
    if kind == "header":
        return _with_header(call, header.strip(), name)
    return _with_member(call, source, name) if source.startswith("$") else call


def _received(fixture: Mapping[str, Any]) -> datetime:
    told = fixture.get("received")
    return datetime.fromisoformat(told).astimezone(UTC) if told else RECEIVED


def _with_header(call: Incoming, header: str, value: str) -> Incoming:
    others = [pair for pair in call.headers if pair[0].lower() != header.lower()]
    if len(others) == len(call.headers):
        return call
    return structs.replace(call, headers=(*others, (header, value)))


def _with_member(call: Incoming, path: str, value: str) -> Incoming:
    steps = keys_of(parse(path))
    try:
        document: Any = decode(call.body)
    except FerruleError:
        return call
    here = document
    for step in (steps or ())[:-1]:
        here = here.get(step) if isinstance(here, dict) else None
    if not steps or not isinstance(here, dict) or steps[-1] not in here:
        return call
    here[steps[-1]] = value
    return structs.replace(call, body=encode(document))
