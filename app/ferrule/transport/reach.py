"""How far a service can be reached: its name, a connection, TLS; nothing is sent."""

import ssl
import time
from contextlib import closing
from urllib.parse import urlsplit

import httpcore
import msgspec

from ferrule.errors import OffHost
from ferrule.redaction import live
from ferrule.transport.dialling import connect, resolve
from ferrule.transport.faults import Shown, fault
from ferrule.transport.hosts import HostPolicy, Origin, origin
from ferrule.transport.proxies import proxy_for
from ferrule.transport.sockets import Stream
from ferrule.transport.trust import default_trust
from ferrule.transport.underway import Exchange
from ferrule.transport.wire import Trust

_PROXY_PORT = 8080
_TO_MS = 1000


class Reach(msgspec.Struct, frozen=True):
    """What each step took, in milliseconds; `tls_ms` is None for plain http.

    Behind a `proxy` (its host) the steps are those to the proxy, and TLS, which ends
    at the service, is not tried.
    """

    dns_ms: float
    connect_ms: float
    tls_ms: float | None
    address: str
    proxy: str | None = None


def reach(
    url: str,
    policy: HostPolicy,
    deadline_s: float = 10.0,
    *,
    trust: Trust = default_trust,
    exchange: Exchange | None = None,
) -> Reach:
    """Connect to the service at `url` and close again, within `deadline_s` in all.

    `exchange.cancel()` ends it from another thread.

    Raises:
        OffHost: when it may not be called.
        ExchangeError: when it cannot be reached, saying at which step.
    """
    policy.check(url)
    place = origin(url)
    trip = exchange or Exchange()
    proxy = proxy_for(str(place))
    context = trust() if place.scheme == "https" and proxy is None else None
    trip.begin(deadline_s)
    try:
        return _steps(trip, place, policy, context, proxy)
    except (httpcore.TimeoutException, httpcore.NetworkError, OffHost) as error:
        shown = Shown("CONNECT", live.url(url), place.host, deadline_s)
        raise fault(error, trip, shown, live).error from None
    finally:
        trip.finish()


def _steps(
    trip: Exchange,
    place: Origin,
    policy: HostPolicy,
    context: ssl.SSLContext | None,
    proxy: str | None,
) -> Reach:
    host, port = (place.host, place.port) if proxy is None else _place_of(proxy)
    started = time.perf_counter()
    addresses = resolve(trip, host, port)
    named = time.perf_counter()
    if proxy is None:
        for _, address in addresses:
            policy.check_address(host, address)
    with closing(Stream(connect(trip, addresses, port))) as stream:
        connected = time.perf_counter()
        address = stream.peer
        tls_ms = None if context is None else _handshake(stream, context, host)
    return Reach(
        dns_ms=(named - started) * _TO_MS,
        connect_ms=(connected - named) * _TO_MS,
        tls_ms=tls_ms,
        address=address,
        proxy=None if proxy is None else host,
    )


def _handshake(stream: Stream, context: ssl.SSLContext, host: str) -> float:
    started = time.perf_counter()
    stream.start_tls(context, host).close()
    return (time.perf_counter() - started) * _TO_MS


def _place_of(proxy: str) -> tuple[str, int]:
    parts = urlsplit(proxy)
    return parts.hostname or "", parts.port or _PROXY_PORT
