"""A talkative service on loopback: it repeats whatever it was asked in its answers.

Headers, address and the decoded credential stand in items, links, error bodies and
pages of HTML, as a careless service would write them. `mood` chooses how it answers.
"""

import base64
import html
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, Self
from urllib.parse import parse_qsl, urlsplit

Mood = Literal["good", "401", "500", "html", "off-host"]


class EchoServer:
    """The service; a context manager."""

    def __enter__(self) -> Self:
        self.mood: Mood = "good"
        self.heard: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(
        self, target: str, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        told = {"asked": target, "headers": dict(headers), "plain": _plain(headers)}
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


def _handler(server: EchoServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = server.answer(self.path, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Say nothing."""

    return Handler
