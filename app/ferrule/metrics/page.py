"""The page `/metrics`: what a scraper reads, as text.

    Gateway(…, pages={"/metrics": metrics_page(database)})
    Route("/metrics", MetricsApp(metrics_page(database)))

It is told to this machine alone unless somebody says otherwise, and to no browser.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from typing import Any, Final

from ferrule.clock import Clock
from ferrule.errors import FerruleError
from ferrule.store.database import Database
from ferrule.store.gauges import Gauges
from ferrule.store.traffic import TrafficCounts

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
"""The form that every version of Prometheus reads."""
LATELY: Final = timedelta(minutes=5)
Page = Callable[[], tuple[str, bytes]]
"""Gives the media type and the body; it reads the database, so call it in a thread."""
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def metrics_page(database: Database, clock: Clock | None = None) -> Page:
    """Return what gives the metrics of all connections in a database."""
    return partial(_written, _Stored(database, clock))


def both(own: Page, stored: Page) -> Page:
    """Return one page of a process's own metrics and those of a database.

    Where the database cannot be read just now, the own ones are told alone.
    """

    def page() -> tuple[str, bytes]:
        kind, body = own()
        with suppress(FerruleError):
            body += stored()[1]
        return kind, body

    return page


class _Stored:
    """Collects what the database says, at the moment it is asked (a `Collector`)."""

    def __init__(self, database: Database, clock: Clock | None) -> None:
        self._gauges = Gauges(database)
        self._traffic = TrafficCounts(database, clock)

    def collect(self) -> Iterator[Any]:
        """Yield the families."""
        from ferrule.metrics import families  # noqa: PLC0415  44 ms, for who asks

        found = families.measured(
            self._gauges.read(), self._traffic.totals(), self._traffic.lately(LATELY)
        )
        yield from families.families(found)


def _written(stored: _Stored) -> tuple[str, bytes]:
    from prometheus_client import exposition, registry  # noqa: PLC0415  as above

    own = registry.CollectorRegistry(auto_describe=False)
    own.register(stored)
    return TEXT, exposition.generate_latest(own)


class MetricsApp:
    """An ASGI application of one page.

    `everybody` also answers who asks from another machine.
    """

    def __init__(self, page: Page, *, everybody: bool = False) -> None:
        self._page = page
        self._everybody = everybody

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        import asyncio  # noqa: PLC0415  the store does without

        status, kind, body = 200, "text/plain; charset=utf-8", b""
        if scope["method"] not in {"GET", "HEAD"}:
            status, body = 405, b"Only GET.\n"
        elif not self._lets_in(scope):
            status, body = 403, b"Metrics are told to this machine alone.\n"
        else:
            try:
                kind, body = await asyncio.to_thread(self._page)
            except FerruleError:
                status, body = 503, b"The database cannot be read just now.\n"
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        sent = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": sent})

    def _lets_in(self, scope: Scope) -> bool:
        names = {name.lower() for name, _ in scope["headers"]}
        if names & {b"origin", b"sec-fetch-site"}:
            return False
        if self._everybody:
            return True
        client = scope.get("client")
        if names & {b"forwarded", b"x-forwarded-for"} or not client:
            return False
        try:
            return ip_address(client[0]).is_loopback
        except ValueError:
            return False
