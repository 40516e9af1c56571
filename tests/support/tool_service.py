"""A service with tools on loopback: it notes what it is asked, and answers as told.

`answers` are used up from the front, each for one request: a status and a body, or a
word for what goes wrong (`break`, or `hang` until `hold` is set; `wait` answers then);
without one it answers 200 and what it was asked.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tests.auth.kinds import field
from tests.support.loopback import Answer, Loopback

TOKEN = 'cnry-tool/4Q+x"\\&%z=='
PARAM = {"name": "id", "in": "path:id", "type": "string", "required": True}
TEXT = {"name": "text", "type": "string", "required": True}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: Any


class ToolService(Loopback):
    """The service; a context manager."""

    def __enter__(self) -> Self:
        self.asked: list[Asked] = []
        self.answers: list[tuple[int, Any] | str] = []
        self.hold, self.arrived = threading.Event(), threading.Event()
        return super().__enter__()

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Return the next answer; a word breaks the connection off instead."""
        told = {name.lower(): value for name, value in headers.items()}
        body = json.loads(self.received) if self.received else None
        self.asked.append(Asked(method, target, told, body))
        self.arrived.set()
        usual = (200, {"method": method, "target": target, "body": body})
        said = self.answers.pop(0) if self.answers else usual
        if isinstance(said, str) and said != "break":
            self.hold.wait(20)
        if said == "wait":
            said = usual
        if isinstance(said, str):
            raise ConnectionAbortedError
        status, value = said
        raw = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        kind = "text/plain" if isinstance(value, str) else "application/json"
        return status, {"content-type": kind}, b"" if status == 204 else raw

    @property
    def methods(self) -> list[str]:
        """What was asked, by method."""
        return [one.method for one in self.asked]


def tool(name: str, method: str, effect: str, **more: Any) -> dict[str, Any]:
    """Return a tool whose request goes to `/things/{id}`."""
    request = {"endpoint": "/things/{id}", "method": method, **more.pop("request", {})}
    made = {"name": name, "description": f"To {name}", "request": request}
    return {**made, "params": [PARAM], "effect": effect, **more}


SAYING = {"body": {"text": "{{params.text}}"}, "bodyType": "json"}
TOOLS = [
    tool("look", "GET", "read", responseMap={"target": "$.target"}),
    tool("look_first", "GET", "read", approvalRequired=True),
    tool("say", "POST", "write", request=SAYING, params=[PARAM, TEXT]),
    tool("set", "PUT", "write", request=SAYING, params=[PARAM, TEXT]),
    tool("drop", "DELETE", "destructive", approvalRequired=False),
]


def described(**more: Any) -> dict[str, Any]:
    """Return a connector with these tools, whose address and token are given."""
    return {
        "schemaVersion": 2,
        "id": "acme-things",
        "name": "Things",
        "description": "Things",
        "category": "Custom",
        "icon": "box",
        "kind": "generic",
        "version": "1.0.0",
        "provider": "acme",
        "auth": {
            "method": "pat",
            "config": {
                "delivery": "bearer",
                "paramName": "Authorization",
                "credentialFields": [field("token")],
            },
        },
        "configFields": [
            {"key": "baseUrl", "label": "Address", "type": "url", "required": True}
        ],
        "baseUrl": "{{baseUrl}}",
        "ingestion": {
            "mode": "polling",
            "endpoint": "/things",
            "method": "GET",
            "delta": {"type": "none"},
            "rateLimitRpm": 6000,
            "pagination": {"type": "none"},
        },
        "fieldMapping": {
            "itemsPath": "$",
            "idPath": "$.id",
            "timestampPath": "$.at",
            "timestampFormat": "iso8601",
            "summaryTemplate": "{{id}}",
            "signalTypeRules": [
                {"when": "$.id", "operator": "exists", "then": "thing_changed"}
            ],
        },
        "healthCheck": {
            "endpoint": "/",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 1000,
        },
        "tools": TOOLS,
        **more,
    }
