"""A project with a connection that is called, and deliveries of it."""

import hmac
import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from tests.webhook.mapped import MAPPING, document

from ferrule.clock import SystemClock, rfc3339
from ferrule.redaction import MASK
from ferrule.store import Delivery, NewDelivery
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.replaying import map_waiting
from ferrule.workspace.workspace import Workspace

SECRET = "s3cret-of-hook"
FIELD = {"key": "secret", "label": "Secret", "type": "password", "required": True}
WEBHOOK = {
    "eventTypes": ["made"],
    "events": [
        {"types": ["made"], "effect": "create"},
        {"types": ["gone"], "effect": "delete"},
    ],
    "itemsPath": "$.item",
    "deliveryId": "header:X-Delivery",
    "verification": "signature",
    "signing": {
        "signatureHeader": "X-Signature",
        "algorithm": "hmac-sha256",
        "credentialFields": [FIELD],
    },
}


def opened(folder: Path, **changes: Any) -> Workspace:
    """Return a workspace whose project has the connector and one connection of it."""
    project = folder / "project"
    project.mkdir(exist_ok=True)
    (project / "ferrule.toml").write_text('[project]\nkey = "birds"\n')
    workspace = Workspace(Home(folder / "home"), project)
    write(workspace, **changes)
    connect(workspace, "hook", {}, {"secret": SecretStr(SECRET)}, must_store=True)
    return workspace


def write(workspace: Workspace, **mapping: Any) -> None:
    """Write the connector into the project, its mapping changed."""
    own = workspace.project.descriptors / "hook" / "connectors"
    own.mkdir(parents=True, exist_ok=True)
    made = document(WEBHOOK, fieldMapping={**MAPPING, **mapping})
    (own / "hook.json").write_text(json.dumps(made))


def signature(body: bytes) -> str:
    return hmac.digest(SECRET.encode(), body, "sha256").hex()


def came(
    workspace: Workspace,
    body: Any,
    event: str = "made",
    *,
    mapped: bool = True,
    **changes: Any,
) -> Delivery:
    """Let a call come in and, by default, be mapped."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = rfc3339(SystemClock().now())  # what is old is removed by a gateway
    members = {
        "headers": (
            ("Content-Type", "application/json"),
            ("X-Event", event),
            ("X-Delivery", "d-1"),
            ("X-Signature", signature(raw)),
            ("X-Token", MASK),
        ),
        "verdict": "valid",
        "event_type": event,
        **changes,
    }
    call = NewDelivery(
        project="birds",
        connection="hook",
        connector_id="hook",
        received_at=at,
        method="POST",
        url="http://127.0.0.1:8480/api/webhooks/hook/birds?a=1",
        body=raw,
        correlation_id="c",
        **members,
    )
    (kept,) = workspace.deliveries.keep([call])
    assert kept is not None
    if mapped:
        map_waiting(workspace)
    return workspace.deliveries.get("birds", kept.id)
