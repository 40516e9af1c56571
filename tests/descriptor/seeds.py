"""Documents in the form of seed 001, section 4, with nothing added."""

FIELD = {
    "key": "token",
    "label": "Token",
    "type": "password",
    "required": True,
    "placeholder": "ghp_…",
    "helpText": "From your settings",
}
AUTHS = {
    "oauth2": {
        "authoriseUrl": "https://login.example.com/authorise",
        "tokenUrl": "https://login.example.com/token",
        "scopes": ["read"],
        "credentialFields": [FIELD],
    },
    "api_key": {
        "delivery": "query",
        "paramName": "key",
        "credentialFields": [FIELD],
    },
    "pat": {
        "delivery": "bearer",
        "paramName": "Authorization",
        "credentialFields": [FIELD],
    },
    "basic": {"credentialFields": [FIELD]},
    "webhook_secret": {
        "signatureHeader": "X-Hub-Signature-256",
        "algorithm": "hmac-sha256",
        "credentialFields": [FIELD],
    },
    "none": None,
}
DELTAS = [
    {"type": "timestamp_filter", "queryParam": "since", "format": "unix_ms"},
    {"type": "delta_token", "tokenPath": "$.token", "tokenParam": "token"},
    {"type": "cursor", "cursorPath": "$.cursor", "cursorParam": "cursor"},
    {"type": "since_id", "idPath": "$.id", "idParam": "since_id"},
]
PAGINATIONS = [
    {"type": "offset", "nextParam": "offset", "totalPath": "$.total", "pageSize": 50},
    {"type": "cursor", "nextPath": "$.next", "nextParam": "cursor", "pageSize": 50},
    {"type": "cursor", "pageSize": 50},
    {"type": "link_header", "pageSize": 50},
]
POLLING = {
    "endpoint": "{{baseUrl}}/issues?since={{checkpoint}}&page={{pageToken}}",
    "method": "POST",
    "headers": {"Accept": "application/json"},
    "body": '{"query": "{{projectKey}}", "first": 50}',
    "delta": DELTAS[0],
    "rateLimitRpm": 60,
    "pagination": PAGINATIONS[0],
}
WEBHOOK = {
    "eventTypes": ["opened"],
    "eventTypePath": "$.action",
    "verification": "signature",
}
MAPPING = {
    "itemsPath": "$.issues",
    "idPath": "$.id",
    "timestampPath": "$.updated_at",
    "summaryTemplate": "#{{number}}: {{title}}",
    "signalTypeRules": [
        {"when": "$.state", "operator": "equals", "value": "open", "then": "opened"},
        {"when": "$.title", "operator": "contains", "value": "bug", "then": "bug"},
        {"when": "$.closed_at", "operator": "exists", "then": "closed"},
        {"when": "$.title", "operator": "matches", "value": "^a", "then": "a"},
    ],
    "priorityMapping": [
        {
            "when": "$.labels[*].name",
            "operator": "in",
            "value": ["p0", "p1"],
            "then": "critical",
        }
    ],
    "participantsPath": "$.assignees[*].login",
    "tagsPath": "$.labels[*].name",
    "relatedItemsPath": "$.links",
    "rawFields": ["id", "title"],
}


def seed(**changes):
    """Return a document of the seed's form, with members replaced."""
    return {
        "id": "github-issues",
        "name": "GitHub Issues",
        "description": "Issues of one repository",
        "category": "Code & DevOps",
        "icon": "github",
        "kind": "generic",
        "auth": {"method": "pat", "config": AUTHS["pat"]},
        "ingestion": {"mode": "polling", **POLLING},
        "fieldMapping": MAPPING,
        "healthCheck": {
            "endpoint": "{{baseUrl}}/user",
            "method": "HEAD",
            "expectStatus": 200,
            "timeoutMs": 5000,
        },
        "version": "1.0.0",
        **changes,
    }


def polling(**changes):
    """Return a document whose polling part has members replaced."""
    return seed(ingestion={"mode": "polling", **POLLING, **changes})


def mapping(**changes):
    """Return a document whose mapping has members replaced."""
    return seed(fieldMapping={**MAPPING, **changes})
