"""A service on loopback that plays the exchanges of a fixture to any engine.

An engine may send more than was recorded (a start date, headers of its own), so an
exchange fits when all that it recorded of query and body was asked for; of several the
one that recorded most. Whether a credential came is checked as for our own runs.
"""

import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.loopback import Answer, Loopback


class Played(Loopback):
    """The server; a context manager. `asked` holds every request's line."""

    def __init__(self, fixture: Mapping[str, Any]) -> None:
        self._fixture = fixture

    def __enter__(self) -> Self:
        self.asked: list[str] = []
        self.lacking: list[str] = []
        self.origin_then = str(self._fixture["origin"])
        server = super().__enter__()
        text = json.dumps(self._fixture).replace(self._fixture["origin"], self.origin)
        self.fixture = json.loads(text)
        return server

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Return the recorded answer that fits best, 418 where none does."""
        parts = urlsplit(target)
        self.asked.append(f"{method} {target}")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        for secret in self.fixture.get("secrets", ()):
            kind, _, name = secret.partition(":")
            if not (query.get(name) if kind == "query" else headers.get(name)):
                self.lacking.append(f"{secret} of {target}")
        body = _json(self.received)
        exchanges = self.fixture["exchanges"]
        fitting = [
            (_weight(one["request"]), one["response"])
            for one in exchanges
            if _fits(one["request"], method, unquote(parts.path), query, body)
        ]
        if not fitting:
            return 418, {}, b""
        response = max(fitting, key=lambda pair: pair[0])[1]
        text = response["body"]
        text = text if isinstance(text, str) else json.dumps(text)
        return response["status"], response["headers"], text.encode()


def _fits(
    recorded: Mapping[str, Any],
    method: str,
    path: str,
    query: Mapping[str, str],
    body: Any,
) -> bool:
    same = recorded["method"] == method and recorded["path"] == path
    known = all(query.get(name) == value for name, value in recorded["query"].items())
    return same and known and _within(recorded.get("body"), body)


def _within(recorded: Any, body: Any) -> bool:
    if isinstance(recorded, dict):
        return isinstance(body, dict) and all(
            _within(value, body.get(name)) for name, value in recorded.items()
        )
    return recorded is None or recorded == body


def _weight(recorded: Mapping[str, Any]) -> int:
    return len(recorded["query"]) + len(json.dumps(recorded.get("body")))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None
