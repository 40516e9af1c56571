"""A service on loopback that plays a fixture: it checks each request and answers it.

Method, path, query, headers and body must be the recorded ones, and the secrets must be
there, with whatever value. The fixture given to `play` has this server's address in
place of its `origin`.
"""

import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.loopback import Answer, Loopback

MISMATCH = 418


class ReplayServer(Loopback):
    """The server; a context manager. `wrong` holds what was not as recorded."""

    def __enter__(self) -> Self:
        self.wrong: list[str] = []
        self.exchanges: list[Mapping[str, Any]] = []
        self.secrets: tuple[str, ...] = ()
        self.used = 0
        return super().__enter__()

    def at_home(self, value: Any, origin: str) -> Any:
        """Return a JSON value with this server's address in place of `origin`."""
        return json.loads(json.dumps(value).replace(origin, self.origin))

    def play(self, fixture: Mapping[str, Any]) -> None:
        """Answer with these exchanges from now on, each once and in order."""
        self.exchanges, self.used, self.wrong = list(fixture["exchanges"]), 0, []
        self.secrets = tuple(fixture.get("secrets", ()))

    def end(self) -> None:
        """Refuse whatever was not as recorded."""
        assert not self.wrong
        assert self.used == len(self.exchanges)

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Return status, headers and body for one request."""
        if self.used >= len(self.exchanges):
            self.wrong.append(f"one request too many: {method} {target}")
            return MISMATCH, {}, b""
        recorded = self.exchanges[self.used]
        self.used += 1
        self._check(method, target, headers, recorded["request"])
        response = recorded["response"]
        body = response["body"]
        text = body if isinstance(body, str) else json.dumps(body)
        empty = response["status"] in {204, 304}
        return response["status"], response["headers"], b"" if empty else text.encode()

    def _check(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        recorded: Mapping[str, Any],
    ) -> None:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        for secret in self.secrets:
            kind, _, name = secret.partition(":")
            given = query.pop(name, "") if kind == "query" else headers.get(name, "")
            self._same(f"{secret} is there", bool(given), wanted=True)
        self._same("method", method, recorded["method"])
        self._same("path", unquote(parts.path), recorded["path"])
        self._same("query", query, recorded["query"])
        for name, value in recorded["headers"].items():
            self._same(f"header {name}", headers.get(name), value)
        if "body" in recorded:
            kind = headers.get("Content-Type", "")
            self._same("body", _body(self.received, kind), recorded["body"])

    def _same(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.wrong.append(f"{what}: {found!r}, recorded {wanted!r}")


def _body(raw: bytes, kind: str) -> Any:
    """Return a body as a fixture tells it: JSON, or the fields of a form."""
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return json.loads(raw or b"null")
