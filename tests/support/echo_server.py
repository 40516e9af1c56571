"""A talkative service on loopback: it repeats whatever it was asked in its answers.

Headers, address, body and the decoded credential stand in items, links, errors and
pages of HTML, as a careless service would write them. `mood` chooses how it answers.
"""

import base64
import html
import json
from collections.abc import Mapping
from typing import Literal, Self
from urllib.parse import parse_qsl, urlsplit

from tests.support.canary import canary
from tests.support.loopback import Answer, Loopback

Mood = Literal["good", "401", "500", "html", "off-host"]


class EchoServer(Loopback):
    """The service; a context manager."""

    def __enter__(self) -> Self:
        self.mood: Mood = "good"
        self.heard: list[str] = []
        return super().__enter__()

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Return status, headers and body; the method is as good as another."""
        told = {"asked": target, "headers": dict(headers), "plain": _plain(headers)}
        told["body"] = self.received.decode("utf-8", "replace")
        told["parameters"] = dict(parse_qsl(urlsplit(target).query))
        self.heard.append(json.dumps(told))
        if self.mood in {"401", "500"}:
            return int(self.mood), {}, json.dumps({"you said": told}).encode()
        if self.mood == "html":
            page = f"<html><a href='{target}'>{html.escape(str(told))}</a></html>"
            return 200, {"content-type": "text/html"}, page.encode()
        return 200, self._links(target), json.dumps(_items(target, told)).encode()

    def _links(self, target: str) -> dict[str, str]:
        if "page=2" in target or target.startswith("/health"):
            return {}
        glue = "&" if "?" in target else "?"
        origin = "http://127.0.0.1:1" if self.mood == "off-host" else self.origin
        return {"link": f'<{origin}{target}{glue}page=2>; rel="next"'}


def _items(target: str, told: object) -> list[dict[str, object]]:
    page = 2 if "page=2" in target else 1
    good = {"id": page, "updated_at": "2026-01-01T00:00:00Z", "title": f"at {target}"}
    bad = {"id": 10 + page, "updated_at": f"never, at {target}", "title": "", "t": told}
    more = [{**good, "id": 20 + n + 10 * page} for n in range(5)]
    return [{**good, "said": told}, bad, *more]


def _plain(headers: Mapping[str, str]) -> str:
    kind, _, value = headers.get("authorization", "").partition(" ")
    return base64.b64decode(value).decode() if kind == "Basic" else value


class IssuingServer(EchoServer):
    """The talkative service that hands out tokens too, at /token and /login.

    `issued` are all of them; what a client signs in with is repeated beside them.
    """

    def __enter__(self) -> Self:
        self.issued: list[str] = []
        return super().__enter__()

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Return a token where one is asked for; see `EchoServer` for the rest."""
        if urlsplit(target).path not in {"/token", "/login"}:
            return super().answer(method, target, headers)
        said = self.received.decode() + str(parse_qsl(self.received.decode()))
        told = {"asked": target, "headers": dict(headers), "body": said}
        self.heard.append(json.dumps(told))
        refused = {
            "error": "invalid_request",
            "error_description": said,
            "you said": told,
        }
        if self.mood in {"401", "500"}:
            return int(self.mood), {}, json.dumps(refused).encode()
        if self.mood == "html":
            return 200, {"content-type": "text/html"}, html.escape(str(told)).encode()
        token = {"token_type": "Bearer", "expires_in": 30, "you said": told}
        for name in ("access_token", "refresh_token"):
            token[name] = canary(f"issued-{len(self.issued)}")
            self.issued.append(token[name])
        return 200, {}, json.dumps(token).encode()
