"""How far a service can be reached: its name, a connection, TLS; nothing is sent.

Behind a proxy that is the way to the proxy and, for https, through it. What fails is
told by the step that it fails at, with all that was found until then.
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

import httpcore
import msgspec

from ferrule.errors import ExchangeError, OffHost
from ferrule.redaction import live
from ferrule.transport.certificates import Presented, anything_goes, read_certificate
from ferrule.transport.dialling import connect, resolve
from ferrule.transport.faults import Shown, fault
from ferrule.transport.hosts import HostPolicy, Origin, origin
from ferrule.transport.proxies import proxy_for
from ferrule.transport.sockets import Stream
from ferrule.transport.trust import default_trust
from ferrule.transport.tunnel import open_tunnel
from ferrule.transport.underway import Exchange
from ferrule.transport.wire import Trust

_PROXY_PORT: Final = 8080
_TO_MS: Final = 1000
_WIRE_ERRORS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProxyError,
    OffHost,
)


class Reach(msgspec.Struct):
    """What each step took, in milliseconds; None where it was not come to.

    Behind a `proxy` (its host) name and connection are those of the proxy; TLS ends at
    the service always. `tls` is the version agreed on. What failed is `error`, and
    `presented` the certificate that was not accepted, where it could be looked at.
    """

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    address: str = ""
    proxy: str | None = None
    tls: str = ""
    error: ExchangeError | None = None
    presented: Presented | None = None

    @property
    def at_tls(self) -> bool:
        """Whether it was connected, so that TLS is what failed."""
        return self.connect_ms is not None


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
    found = try_reach(url, policy, deadline_s, trust=trust, exchange=exchange)
    if found.error is not None:
        raise found.error
    return found


def try_reach(
    url: str,
    policy: HostPolicy,
    deadline_s: float = 10.0,
    *,
    trust: Trust = default_trust,
    exchange: Exchange | None = None,
) -> Reach:
    """Connect as `reach` does, and return what went wrong among what was found.

    Raises:
        OffHost: when it may not be called.
        ServiceUnreachable: when the environment names a proxy that cannot be used.
    """
    policy.check(url)
    place = origin(url)
    trip = exchange or Exchange()
    way = _Way(trip, place, policy, proxy_for(str(place)))
    context = trust() if place.scheme == "https" else None
    shown = Shown("CONNECT", live.url(url), place.host, deadline_s)
    found = Reach(proxy=way.proxy_host or None)
    trip.begin(deadline_s)
    try:
        way.go(found, context)
    except _WIRE_ERRORS as error:
        found.error = fault(error, trip, shown, live).error
        if trip.untrusted:
            found.presented = way.presented()
    finally:
        trip.finish()
    return found


def speaks_tls(
    url: str,
    policy: HostPolicy,
    deadline_s: float = 5.0,
    *,
    exchange: Exchange | None = None,
) -> bool:
    """Tell whether what answers at a plain http address wants TLS; nothing is sent."""
    place = origin(url)
    if place.scheme == "https" or proxy_for(str(place)) is not None:
        return False
    trip = exchange or Exchange()
    way = _Way(trip, place, policy, None)
    trip.begin(deadline_s)
    try:
        policy.check(url)
        way.go(Reach(), anything_goes())
    except _WIRE_ERRORS:
        return False
    finally:
        trip.finish()
    return True


class _Way(msgspec.Struct, frozen=True):
    """The way to a service, through a proxy or not."""

    trip: Exchange
    place: Origin
    policy: HostPolicy
    proxy: str | None

    @property
    def proxy_host(self) -> str:
        """The host of the proxy, empty for none."""
        return urlsplit(self.proxy).hostname or "" if self.proxy else ""

    def go(self, found: Reach, context: ssl.SSLContext | None) -> None:
        """Go all the way, and note in `found` how far."""
        with self._connected(found) as stream:
            if context is None:
                return
            with _stopwatch() as passed:
                secured = stream.start_tls(context, self.place.host)
            found.tls_ms = passed()
            with closing(secured):
                ssl_object = secured.get_extra_info("ssl_object")
                if isinstance(ssl_object, ssl.SSLSocket):
                    found.tls = ssl_object.version() or ""

    def presented(self) -> Presented | None:
        """Return the certificate that the service shows, trusted or not."""
        with suppress(*_WIRE_ERRORS), self._connected(Reach()) as stream:
            secured = stream.start_tls(anything_goes(), self.place.host)
            with closing(secured):
                ssl_object = secured.get_extra_info("ssl_object")
                if isinstance(ssl_object, ssl.SSLSocket):
                    return read_certificate(ssl_object.getpeercert(True) or b"")
        return None

    @contextmanager
    def _connected(self, found: Reach) -> Iterator[Stream]:
        host, port = self._first_stop()
        self.trip.proxy = self.proxy_host
        with _stopwatch() as passed:
            addresses = resolve(self.trip, host, port)
        found.dns_ms = passed()
        if self.proxy is None:
            for _, address in addresses:
                self.policy.check_address(host, address)
        with _stopwatch() as passed:
            stream = Stream(connect(self.trip, addresses, port))
        with closing(stream):
            found.address = stream.peer
            if self.proxy is not None and self.place.scheme == "https":
                open_tunnel(stream, self.proxy, self.place)
            found.connect_ms = passed()
            yield stream

    def _first_stop(self) -> tuple[str, int]:
        if self.proxy is None:
            return self.place.host, self.place.port
        return self.proxy_host, urlsplit(self.proxy).port or _PROXY_PORT


@contextmanager
def _stopwatch() -> Iterator[Callable[[], float]]:
    """Yield what tells, afterwards, the milliseconds that the block took."""
    took: list[float] = []
    started = time.perf_counter()
    yield lambda: took[0]
    took.append((time.perf_counter() - started) * _TO_MS)
