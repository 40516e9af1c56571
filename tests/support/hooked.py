"""A connector that is called: a signed webhook with events of each effect."""

import json
from typing import Any

SECRET = "a-published-sample"


def hooked(**changes: Any) -> dict[str, Any]:
    """Return the document, its webhook changed."""
    webhook = {
        "mode": "webhook",
        "eventTypes": ["opened", "closed", "gone", "stale"],
        "eventTypePath": "header:X-Event",
        "verification": "signature",
        "signing": {
            "signatureHeader": "X-Signature",
            "algorithm": "hmac-sha256",
            "header": {"format": "prefixed", "prefix": "sha256="},
            "encoding": "hex",
            "signedPayload": "{timestamp}.{body}",
            "timestamp": {
                "from": "header:X-Time",
                "format": "unix",
                "toleranceSeconds": 300,
            },
            "credentialFields": [
                {
                    "key": "secret",
                    "label": "Secret",
                    "type": "password",
                    "required": True,
                }
            ],
        },
        "itemsPath": "$.issue",
        "events": [
            {"types": ["opened"], "effect": "create"},
            {"types": ["closed"], "effect": "archive"},
            {"types": ["gone"], "effect": "delete"},
            {"types": ["stale"], "effect": "from_store"},
        ],
        "challenge": {
            "when": {"when": "$.challenge", "operator": "exists"},
            "respond": "{{challenge}}",
            "unsigned": True,
        },
        **changes,
    }
    return {
        "schemaVersion": 2,
        "id": "hooked",
        "name": "Hooked",
        "description": "Is called.",
        "category": "Custom",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "auth": {"method": "none"},
        "ingestion": webhook,
        "fieldMapping": {
            "itemsPath": "$",
            "idPath": "$.id",
            "timestampPath": "$.at",
            "summaryTemplate": "{{event|default('asked')}} {{title}}".replace("'", '"'),
            "signalTypeRules": [],
        },
        "healthCheck": {
            "endpoint": "https://api.hooked.example/me",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 1000,
        },
    }


def raw(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
