"""One request on the wire and its answer read whole, through the pools of httpx.

Those are httpcore's. Neither httpx.Client nor its transport is used: a pool keeps no
cookies, follows no redirect, reads no `.netrc`, logs no URL, takes our sockets, and
costs a third less. Addresses are still read and written by `httpx.URL`.
"""

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final, TypeAlias, TypedDict, cast
from urllib.parse import urlsplit

import httpcore
import httpx

from ferrule import __version__
from ferrule.errors import ExchangeError, OffHost, UnreadableResponse
from ferrule.exchange import Pairs, Request, Response
from ferrule.transport.bodies import read_body, too_large
from ferrule.transport.hosts import HostPolicy, Origin, origin
from ferrule.transport.proxies import proxy_for
from ferrule.transport.sockets import Backend
from ferrule.transport.trust import no_trust
from ferrule.transport.underway import Exchange


class _PoolLimits(TypedDict):
    max_connections: int
    max_keepalive_connections: int
    keepalive_expiry: float


Trust: TypeAlias = Callable[[], ssl.SSLContext]
Raw: TypeAlias = tuple[bytes, bytes]

MOST_HEADERS = 256
_DIGITS = 20  # what 64 bit hold
_OURS = frozenset({"accept-encoding", "connection", "content-length", "host", "te"})
_OURS_TOO = frozenset({"transfer-encoding", "upgrade", "expect", "proxy-authorization"})
_DEFAULTS = (
    (b"user-agent", f"ferrule/{__version__}".encode()),
    (b"accept", b"application/json, */*;q=0.8"),
)
_GZIP = (b"accept-encoding", b"gzip")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_LIMITS: Final[_PoolLimits] = {
    "max_connections": 100,
    "max_keepalive_connections": 20,
    "keepalive_expiry": 5.0,
}
_BREAKING = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110 5.5


class Wire:
    """Pools of connections, made when first needed, one a scheme and proxy."""

    def __init__(self, hosts: HostPolicy, trust: Trust, max_body: int) -> None:
        self._hosts = hosts
        self._trust = trust
        self._max_body = max_body
        self._pools: dict[tuple[str, str | None], httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()

    def once(self, request: Request, exchange: Exchange) -> Response:
        """Send `request` and return the whole answer, of any status.

        Raises:
            ExchangeError: for what we refuse to send or to read.
            WireError: for what happened on the way.
        """
        started = time.perf_counter()
        place = origin(request.url)
        pool = self._pool(place)
        address = request.full_url
        built = _built(request, place)
        exchange.begin(request.timeout_ms / 1000)
        try:
            answer = pool.handle_request(built)
            with closing(answer):
                _refuse_unasked(exchange)
                response = self._read(address, answer, exchange)
        finally:
            exchange.finish()
        ended = time.perf_counter()
        object.__setattr__(response, "elapsed_ms", (ended - started) * 1000)
        if exchange.moments is not None:
            object.__setattr__(response, "timing", exchange.timing(started, ended))
        return response

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _read(
        self, address: str, answer: httpcore.Response, exchange: Exchange
    ) -> Response:
        raw = answer.headers
        if len(raw) > MOST_HEADERS:
            raise UnreadableResponse(
                f"The answer has {len(raw)} headers, more than {MOST_HEADERS}.",
                advice="No proper service does that: check the address.",
            )
        headers = tuple((_text(name), _text(value)) for name, value in raw)
        exchange.expected = _length(headers)
        parts = self._counted(_stream(answer), exchange)
        coding = _told(headers, "content-encoding")
        body = read_body(parts, coding, self._max_body)
        return Response(answer.status, headers, body, address)

    def _counted(self, parts: Iterable[bytes], exchange: Exchange) -> Iterator[bytes]:
        """Yield the parts of a body; one that is told to be too large is not read."""
        for part in parts:
            if (exchange.expected or 0) > self._max_body:
                raise too_large(self._max_body)
            exchange.received += len(part)
            yield part

    def _pool(self, place: Origin) -> httpcore.ConnectionPool:
        key = (place.scheme, proxy_for(str(place)))
        pool = self._pools.get(key)
        if pool is None:
            with self._lock:
                pool = self._pools.get(key) or self._opened(*key)
                self._pools[key] = pool
        return pool

    def _opened(self, scheme: str, proxy: str | None) -> httpcore.ConnectionPool:
        context = self._trust() if scheme == "https" else no_trust()
        check = None if proxy else self._hosts.check_address
        backend = Backend(check, urlsplit(proxy).hostname or "" if proxy else "")
        if proxy is None:
            return httpcore.ConnectionPool(
                ssl_context=context, network_backend=backend, **_LIMITS
            )
        way = httpx.Proxy(proxy)
        return httpcore.HTTPProxy(
            proxy_url=_written(way.url, way.url.port, way.url.raw_path),
            proxy_auth=way.raw_auth,
            ssl_context=context,
            network_backend=backend,
            **_LIMITS,
        )


def _refuse_unasked(exchange: Exchange) -> None:
    """Refuse an answer of which nothing was read since its request was sent.

    A service that sends more than one answer leaves it on the kept connection, where
    it would be taken for the answer to the next request.
    """
    if exchange.sent and exchange.stage != "answer":
        raise httpcore.RemoteProtocolError("An answer came before its request.")


def _built(request: Request, place: Origin) -> httpcore.Request:
    kind, content = request.content()
    headers = _headers(request.headers, kind if content else None)
    method, url = request.method.upper(), _read_url(request.url)
    if _host(url) != place.host:
        raise OffHost("The address can be read in two ways.", advice="Write it anew.")
    target = url.raw_path
    if request.query:  # encoded as RFC 3986 has it: there is nothing left to write
        target += request.full_url.removeprefix(request.url).encode()
    length = [(b"Content-Length", b"%d" % len(content))]
    return httpcore.Request(
        method,
        _written(url, url.port, target),
        headers=[
            (b"Host", url.netloc),
            *(length if not content and method in _WITH_BODY else ()),
            *headers,
            *(length if content else ()),
        ],
        content=content or None,
    )


@lru_cache(maxsize=512)
def _read_url(address: str) -> httpx.URL:
    """Return an address as httpx reads it, once for all pages of a stream."""
    try:
        return httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise OffHost(f"The address cannot be read: {error}.") from None


def _written(url: httpx.URL, port: int | None, target: bytes) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=port, target=target
    )


def _host(url: httpx.URL) -> str:
    host = url.raw_host.decode()
    return str(IPv6Address(host)) if ":" in host else host


def _headers(pairs: Pairs, kind: str | None) -> list[Raw]:
    headers = [_header(name, value) for name, value in pairs if _is_theirs(name)]
    given = {name.lower() for name, _ in headers}
    headers += [pair for pair in _DEFAULTS if pair[0] not in given]
    if kind and b"content-type" not in given:
        headers.append((b"content-type", kind.encode()))
    headers.append(_GZIP)
    return headers


def _is_theirs(name: str) -> bool:
    lower = name.lower()
    if lower in _OURS or lower in _OURS_TOO:
        raise ExchangeError(
            f"The header {name} is not for a descriptor to set.",
            advice="Remove it: it is made from the address and the body.",
        )
    return True


def _header(name: str, value: str) -> Raw:
    if _BREAKING.search(value):
        raise ExchangeError(
            f"The header {name} holds a line break or a control character.",
            advice="Was the credential pasted with a line end?",
        )
    try:
        return name.encode("ascii"), value.encode()
    except UnicodeEncodeError:
        raise ExchangeError(f"The header {name} cannot be sent.") from None


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _told(headers: Pairs, name: str) -> str:
    return ", ".join(v for k, v in headers if k.lower() == name)


def _length(headers: Pairs) -> int | None:
    told = _told(headers, "content-length")
    return int(told) if told.isdecimal() and len(told) < _DIGITS else None


def _stream(answer: httpcore.Response) -> Iterable[bytes]:
    return cast("Iterable[bytes]", answer.stream)  # of a sync pool, always
