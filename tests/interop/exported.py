"""Connectors that are exported and run: for the sandbox, and for a service of our own.

Each pages and signs in another way. What stands in `secrets` are the samples that the
sandbox publishes.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.cli.test_run import STYLES
from tests.support.loopback import Answer, Loopback

KEY, TOKEN, USER, PASSWORD = "sample-key", "sample-token", "sample", "sample-password"
CLIENT, CLIENT_SECRET = "ferrule-demo", "demo-secret"
SIGNING = "a-key-of-at-least-thirty-two-bytes!"
ITEMS = 45
ADDRESS = {"key": "baseUrl", "label": "Address", "type": "url", "required": True}


@dataclass(frozen=True)
class Case:
    """A connector, its secrets, and the engines that can sign in so."""

    name: str
    document: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    stream: str = "items"
    engines: tuple[str, ...] = ("airbyte", "dlt")


def secret(key: str, label: str) -> dict[str, Any]:
    return {"key": key, "label": label, "type": "password", "required": True}


def connector(
    name: str, endpoint: str, auth: Mapping[str, Any], **members: Any
) -> dict[str, Any]:
    """Return a descriptor of one stream, whose items are newest last."""
    items, pagination = STYLES[members.pop("style", "link")]
    mapping = {
        "itemsPath": items,
        "idPath": "$.id",
        "timestampPath": "$.updated_at",
        "timestampFormat": "iso8601",
        "summaryTemplate": "{{title}}",
        "signalTypeRules": [],
        **members.pop("mapping", {}),
    }
    ingestion = {
        "mode": "polling",
        "endpoint": endpoint,
        "method": "GET",
        "delta": {"type": "none"},
        "rateLimitRpm": 60000,
        "pagination": pagination,
        **members.pop("ingestion", {}),
    }
    return {
        "schemaVersion": 2,
        "id": name,
        "name": name.title(),
        "description": "Written to be exported.",
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "collectionKey": "items",
        "auth": auth,
        "configFields": [ADDRESS],
        "baseUrl": "{{baseUrl}}",
        "permissions": {"hosts": ["127.0.0.1"], "scopes": [], "writes": []},
        "rateLimits": [{"limit": 1000, "per": "PT1S", "burst": 1000}],
        "ingestion": ingestion,
        "fieldMapping": mapping,
        "healthCheck": {
            "endpoint": "/health",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 5000,
        },
        **members,
    }


def api_key(delivery: str, name: str) -> dict[str, Any]:
    config = {
        "delivery": delivery,
        "paramName": name,
        "credentialFields": [secret("apiKey", "API key")],
    }
    return {"method": "api_key", "config": config}


def at(url: str, *cases: Case) -> list[Case]:
    """Return cases whose service is at `url`: an address that is given is confirmed."""
    return [replace(case, config={"baseUrl": url}) for case in cases]


def sandbox_cases(url: str) -> list[Case]:
    """Return connectors for the sandbox at `url`: five ways to page and to sign in."""
    bearer = {
        "method": "pat",
        "config": {
            "delivery": "bearer",
            "paramName": "Authorization",
            "credentialFields": [secret("token", "Token")],
        },
    }
    basic = {
        "method": "basic",
        "config": {
            "credentialFields": [
                {"key": "username", "label": "User", "type": "text", "required": True},
                secret("password", "Password"),
            ]
        },
    }
    client = {
        "method": "oauth2",
        "config": {
            "grant": "client_credentials",
            "tokenUrl": "{{baseUrl}}/oauth/token",
            "scopes": ["issues:read"],
            "credentialFields": [
                {"key": "clientId", "label": "Id", "type": "text", "required": True},
                secret("clientSecret", "Secret"),
            ],
        },
    }
    closed = {"filter": {"when": "$.state", "operator": "equals", "value": "closed"}}
    states = {
        "partition": {"name": "state", "param": "state", "values": ["open", "closed"]}
    }
    pair = {"username": USER, "password": PASSWORD}
    return at(
        url,
        Case(
            "key in a header, offset",
            connector(
                "by-offset",
                "/auth/key-header/offset/issues",
                api_key("header", "X-Api-Key"),
                style="offset",
            ),
            {"apiKey": KEY},
        ),
        Case(
            "key in the query, page, filter",
            connector(
                "by-page",
                "/auth/key-query/page/issues",
                api_key("query", "api_key"),
                style="page",
                mapping=closed,
            ),
            {"apiKey": KEY},
        ),
        Case(
            "bearer, cursor, two partitions",
            connector(
                "by-cursor",
                "/auth/bearer/cursor/issues",
                bearer,
                style="cursor",
                ingestion=states,
            ),
            {"token": TOKEN},
        ),
        Case(
            "basic, next address",
            connector("by-address", "/auth/basic/next/comments", basic, style="next"),
            pair,
        ),
        Case(
            "client credentials, link header",
            connector("by-link", "/secure/link/issues", client, style="link"),
            {"clientId": CLIENT, "clientSecret": CLIENT_SECRET},
        ),
    )


class Locked(Loopback):
    """A service that wants a session, or a token that was signed by its client.

    Its list counts pages of ten from 0 and tells no total; items changed a day apart.
    """

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/login":
            known = json.loads(self.received or b"{}") == {
                "user": USER,
                "pass": PASSWORD,
            }
            body = {"session": {"token": "opened"}} if known else {}
            return (200 if known else 401), {}, json.dumps(body).encode()
        if not self._admitted(parts.path, headers):
            return 401, {}, b"{}"
        first = int(query.get("page", "0")) * 10
        low, high = query.get("from", ""), query.get("until", "9")
        rows = [
            one for one in map(row, range(ITEMS)) if low <= one["updated_at"] <= high
        ]
        body = {"data": {"rows": rows[first : first + 10]}}
        return 200, {"content-type": "application/json"}, json.dumps(body).encode()

    def _admitted(self, path: str, headers: Mapping[str, str]) -> bool:
        if path.startswith("/session"):
            return headers.get("X-Session") == "opened"
        if path.startswith("/signed"):
            token = headers.get("Authorization", "").removeprefix("Bearer ")
            text, _, given = token.rpartition(".")
            made = hmac.digest(SIGNING.encode(), text.encode(), "sha256")
            return base64.urlsafe_b64encode(made).rstrip(b"=").decode() == given
        return path.startswith("/open")


def row(number: int) -> dict[str, Any]:
    month, day = divmod(number, 28)
    return {
        "id": hashlib.sha256(str(number).encode()).hexdigest()[:12],
        "title": f"Row {number}",
        "updated_at": f"2026-{month + 1:02}-{day + 1:02}T00:00:00Z",
    }


def locked_cases(url: str) -> list[Case]:
    """Return connectors for `Locked`: what Airbyte alone can sign in to or cut."""
    counted = {
        "type": "page",
        "nextParam": "page",
        "startAt": 0,
        "pageSize": 10,
    }
    mapping = {"itemsPath": "$.data.rows"}
    session = {
        "method": "session_token",
        "config": {
            "credentialFields": [
                {"key": "user", "label": "User", "type": "text", "required": True},
                secret("pass", "Password"),
            ],
            "login": {
                "endpoint": "/login",
                "method": "POST",
                "bodyType": "json",
                "body": {
                    "user": "{{credentials.user}}",
                    "pass": "{{credentials.pass}}",
                },
            },
            "tokenPath": "$.session.token",
            "lifetime": "PT1H",
            "deliver": {"to": "header:X-Session", "template": "{{token}}"},
        },
    }
    signed = {
        "method": "jwt",
        "config": {
            "algorithm": "HS256",
            "keyField": "key",
            "claims": {"iss": "{{credentials.name}}"},
            "lifetime": "PT10M",
            "credentialFields": [
                {"key": "name", "label": "Name", "type": "text", "required": True},
                secret("key", "Key"),
            ],
        },
    }
    windows = {
        "pagination": counted,
        "delta": {
            "type": "window",
            "format": "iso8601",
            "startParam": "from",
            "endParam": "until",
            "start": "2026-01-01T00:00:00Z",
            "step": "P7D",
            "granularity": "PT1S",
        },
    }
    alone = ("airbyte",)
    paged = {"pagination": counted}
    return at(
        url,
        Case(
            "session token, page from 0",
            connector(
                "in-session", "/session", session, mapping=mapping, ingestion=paged
            ),
            {"user": USER, "pass": PASSWORD},
            engines=alone,
        ),
        Case(
            "signed by the client, page from 0",
            connector("signed", "/signed", signed, mapping=mapping, ingestion=paged),
            {"name": "somebody", "key": SIGNING},
            engines=alone,
        ),
        Case(
            "windows of a week",
            connector(
                "in-windows",
                "/open",
                {"method": "none"},
                mapping=mapping,
                ingestion=windows,
            ),
            engines=alone,
        ),
        Case(
            "page from 0, no total",
            connector(
                "open",
                "/open",
                {"method": "none"},
                mapping=mapping,
                ingestion=paged,
            ),
        ),
    )
