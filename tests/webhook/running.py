"""A gateway on loopback over a database of its own, in a thread, and calls to it."""

import asyncio
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic import SecretStr

from ferrule.clock import Clock, SystemClock
from ferrule.descriptor.ingestion import WebhookPart
from ferrule.serving import listening, server_of
from ferrule.store import Connection, Connections, Database, Deliveries, Settled, Taken
from ferrule.store.delivery_records import MapDelivery, WriteSettled
from ferrule.webhook.gateway.answers import Notice
from ferrule.webhook.gateway.application import Find, Gateway, Rules
from ferrule.webhook.gateway.bound import Bound
from ferrule.webhook.gateway.callee import Callee
from ferrule.webhook.gateway.worker import Mapper
from ferrule.webhook.gateway.writing import Writer

SECRET = "a-secret-of-the-hook"
PROJECT = "birds"
PATH = f"/api/webhooks/hook/{PROJECT}"
FIELD = {"key": "secret", "label": "Secret", "type": "password", "required": True}
SIGNING = {
    "signatureHeader": "X-Hub-Signature-256",
    "algorithm": "hmac-sha256",
    "header": {"format": "prefixed", "prefix": "sha256="},
    "credentialFields": [FIELD],
}
WEBHOOK = {
    "eventTypes": ["issues"],
    "eventTypePath": "header:X-Event",
    "verification": "signature",
    "signing": SIGNING,
    "deliveryId": "header:X-Delivery",
}


class Said(NamedTuple):
    """An answer: its status, its body, its headers by lower-case name."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def mapped(taken: Taken) -> WriteSettled:
    """Map nothing: note how large the body was."""
    size = len(taken.content.body)
    return lambda _: Settled("mapped", outcome={"size": size})


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


def call(
    number: int | str, event: str = "issues", **members: Any
) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a signed call with a number of its own."""
    body = json.dumps({"number": number, **members}).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Event": event,
        "X-Delivery": f"d-{number}",
        "X-Hub-Signature-256": signed(body),
    }
    return body, headers


def part(**changes: Any) -> WebhookPart:
    return WebhookPart.model_validate({**WEBHOOK, **changes})


class Book:
    """Who is called: callees by the name that a path has."""

    def __init__(self, *callees: Callee) -> None:
        self.callees = {one.connection: one for one in callees}
        self.looks = 0

    def known(self, name: str, project: str) -> Callee | None:
        return None if project != PROJECT else self.callees.get(name)

    def look(self, name: str, project: str) -> Callee | None:
        self.looks += 1
        return self.known(name, project)


def callee(
    webhook: WebhookPart | None = None, key: str = "hook", *secrets: str
) -> Callee:
    webhook = webhook or part()
    held = [SecretStr(one) for one in secrets or (SECRET,)]
    return Callee(
        (PROJECT, key),
        "acme.hook",
        webhook,
        webhook.signing,
        secrets=held,
        credentials={"secret": held[0]},
    )


class Running:
    """The gateway, answering; a context manager."""

    def __init__(
        self,
        path: Path,
        *callees: Callee,
        map_delivery: MapDelivery | None = mapped,
        rules: Rules | None = None,
        host: str = "127.0.0.1",
        public: str = "",
        clock: Clock | None = None,
        most_at_once: int = 256,
        keep: Callable[..., Any] | None = None,
        find: Find | None = None,
        **options: Any,
    ) -> None:
        self.database = Database.open(path / "ferrule.db")
        self.clock = clock or SystemClock()
        self.deliveries = Deliveries(self.database, self.clock)
        self.book = Book(*(callees or (callee(),)))
        connections = Connections(self.database)
        known = {one.key for one in connections.list(PROJECT)}
        for key in self.book.callees.keys() - known:
            made = Connection(key, PROJECT, "acme.hook", "1.0.0")
            connections.create(made)
        self.notices: list[Notice] = []
        self.listener = listening(host, 0)
        self.port = self.listener.getsockname()[1]
        self.mapper = Mapper(self.deliveries, map_delivery)
        self.writer = Writer(
            keep or self.deliveries.keep,
            most_at_once=most_at_once,
            wrote=self.mapper.wake,
        )
        self.gateway = Gateway(
            Bound(host, self.port, public),
            find or self.book,
            self.writer,
            self.clock,
            rules=rules,
            notice=self.notices.append,
            **options,
        )
        self.server = server_of(self.gateway)
        self.server.main_loop = self._wait  # type: ignore[method-assign]  # ends sooner
        self._listens = threading.Event()
        self.server.begin = self._begin
        self.server.ready = self._listens.set
        self.server.over = self._finish
        self._thread = threading.Thread(
            target=lambda: self.server.run(sockets=[self.listener])
        )

    async def _wait(self) -> None:
        await self.server.on_tick(0)
        while not self.server.should_exit:  # noqa: ASYNC110  it is uvicorn's flag
            await asyncio.sleep(0.01)

    def _begin(self) -> None:
        self.writer.start()
        self.mapper.start()

    def _finish(self) -> None:
        self.writer.finish()
        self.mapper.finish()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listens.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self.listener.close()
        self.database.close()

    def post(
        self,
        body: bytes,
        headers: Mapping[str, str],
        path: str = PATH,
        method: str = "POST",
    ) -> Said:
        """Send one call over a connection of its own."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Said(answer.status, answer.read(), headers)

    def open(self) -> socket.socket:
        """Return a bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)


def raw(body: bytes, headers: Mapping[str, str], host: str, path: str = PATH) -> bytes:
    """Return a request as bytes."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def path_of(key: str, project: str = PROJECT) -> str:
    return f"/api/webhooks/{key}/{project}"


def rows(gateway: Running) -> list[Any]:
    """Return all that was written down, in its order."""
    return list(gateway.deliveries.after(PROJECT, 0))


def until(wanted: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something is so; it is another thread's matter."""
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)  # noqa: TID251  what is waited for is real
