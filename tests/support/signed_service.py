"""A service on loopback that notes what each request brought, and lets in by `gate`.

`/items` and `/health` are guarded; `/login` hands out `session-N` for a password,
`/session` prolongs what it is shown. Statuses in `first` are answered before any
other; `echo` stands in the item.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.support.loopback import Answer, Loopback

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class SignedService(Loopback):
    """The service; a context manager."""

    def __enter__(self) -> Self:
        self.gate: Callable[[Asked], bool] = lambda _asked: True
        self.asked: list[Asked] = []
        self.first: list[int] = []
        self.lifetime = 3600
        self.sessions = 0
        self.echo = ""
        return super().__enter__()

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Return status, headers and body."""
        lower = {name.lower(): value for name, value in headers.items()}
        asked = Asked(method, target, lower, self.received)
        self.asked.append(asked)
        if asked.path == "/login":
            return self._login(asked)
        if asked.path == "/session":
            return _answer(200, {"seconds": self.lifetime})
        if self.first:
            return _answer(self.first.pop(0), {})
        if not self.gate(asked):
            return _answer(401, {"error": "not you"})
        item = {"id": 1, "updated_at": "2026-01-01T00:00:00Z", "title": "one"}
        return _answer(200, [{**item, "echo": self.echo}])

    def guarded(self) -> list[Asked]:
        """Return the requests to what is guarded."""
        return [one for one in self.asked if one.path in {"/items", "/health"}]

    def _login(self, asked: Asked) -> Answer:
        if asked.json.get("password") != PASSWORD:
            return _answer(401, {"error": "wrong password"})
        self.sessions += 1
        told = {"token": f"session-{self.sessions}", "seconds": self.lifetime}
        return _answer(200, told)


def _answer(status: int, body: object) -> Answer:
    kind = {"content-type": "application/json"}
    return status, kind, json.dumps(body).encode()


def connector(auth: object, **more: object) -> dict[str, Any]:
    """Return a connector that signs in by `auth`; `baseUrl` is the service's origin."""
    return {
        "schemaVersion": 2,
        "id": "signed",
        "name": "Signed",
        "description": "A service that lets nobody in.",
        "category": "Test",
        "icon": "plug",
        "kind": "generic",
        "version": "1.0.0",
        "auth": auth,
        "configFields": [],
        "baseUrl": "https://api.example.com",
        "resilience": {"backoff": [{"type": "constant", "delayMs": 0}]},
        "ingestion": {
            "mode": "polling",
            "endpoint": "/items",
            "method": "GET",
            "rateLimitRpm": 60_000,
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
            "endpoint": "/health",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 5000,
        },
        **more,
    }
