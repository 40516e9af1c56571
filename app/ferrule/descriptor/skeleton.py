"""The smallest valid descriptor: where every draft begins."""

from ferrule.exchange import Json


def skeleton(connector_id: str, name: str, endpoint: str = "/") -> dict[str, Json]:
    """Return the smallest valid descriptor, to begin from."""
    return {
        "schemaVersion": 2,
        "id": connector_id,
        "name": name,
        "description": "What it reads, in one line.",
        "category": "Custom",
        "icon": "plug",
        "kind": "generic",
        "version": "0.1.0",
        "auth": {"method": "none"},
        "ingestion": {
            "mode": "polling",
            "endpoint": endpoint,
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
            "endpoint": endpoint,
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 10_000,
        },
    }
