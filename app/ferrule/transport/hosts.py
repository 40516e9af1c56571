"""Where requests may go: https, listed hosts, and addresses that somebody confirmed.

The rule is one for every request, whoever made its URL. A URL is read strictly: what
two parsers could read differently (userinfo, backslashes, odd numbers, other scripts)
is refused with a message that names it.
"""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from ferrule.errors import OffHost
from ferrule.transport import addresses

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|^ | $")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_NUMERIC = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_PORTS = {"https": 443, "http": 80}
_LONGEST_HOST = 253
_FIXED_LABELS = 2
_HIGHEST_PORT = 65535
_METADATA_NAMES = frozenset(
    {
        "metadata",
        "metadata.google.internal",
        "metadata.goog",
        "metadata.azure.internal",
        "metadata.tencentyun.com",
        "metadata.packet.net",
        "instance-data",
        "instance-data.ec2.internal",
    }
)
_CONFIRM = "Give that address in the connection's configuration to confirm it."


class Origin(msgspec.Struct, frozen=True):
    """Scheme, host (lower case, no brackets) and port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS.get(self.scheme) else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@lru_cache(maxsize=512)
def origin(url: str) -> Origin:
    """Return the origin of an absolute URL, read strictly.

    Raises:
        OffHost: when the URL could be read in two ways, or is not http or https.
    """
    if _UNSAFE.search(url):
        raise OffHost(
            "The address holds a backslash, a control character or an outer space.",
            advice="Write such characters percent-encoded.",
        )
    parts = _split(url)
    if parts.scheme not in _PORTS or not parts.netloc:
        raise OffHost(
            f"Only https addresses are called, not {parts.scheme or 'relative'} ones.",
            advice="Write the address in full, beginning with https://.",
        )
    if "@" in parts.netloc:
        raise OffHost(
            "The address holds a user name before an @.",
            advice="Credentials belong to the sign-in, not into an address.",
        )
    return Origin(parts.scheme, _host(parts), _port(parts))


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise OffHost(f"The address cannot be read: {error}.") from None


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        port = -1
    if port is None and not parts.netloc.endswith(":"):
        return _PORTS[parts.scheme]
    if port is None or not 0 < port <= _HIGHEST_PORT:
        raise OffHost(f"{parts.netloc} has a port that is not one from 1 to 65535.")
    return port


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if parts.netloc.startswith("["):
        return str(_literal_v6(host))
    if not host.isascii():
        raise OffHost(
            f"The host {host} is written in letters beyond ASCII.",
            advice="Look-alike letters are dangerous: write it as xn--….",
        )
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        return _literal_v4(host)
    if len(host) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
        raise OffHost(f"{host or 'An empty name'} is not a host name.")
    return host


def _literal_v4(host: str) -> str:
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise OffHost(
            f"{host} is an unusual way to write an IP address.",
            advice="Write it as four numbers from 0 to 255.",
        ) from None


def _literal_v6(host: str) -> ipaddress.IPv6Address:
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        raise OffHost(f"[{host}] is not an IPv6 address.") from None
    if address.scope_id is not None:
        raise OffHost(f"[{host}] names a network interface.")
    return address


class HostPolicy(msgspec.Struct, frozen=True):
    """The hosts of a connector, and what the person confirmed beyond them.

    `hosts` are exact names, or `*.` before at least two fixed labels (any depth).
    `confirmed` are hosts or origins (`http://127.0.0.1:8080`) that the person gave:
    they are allowed too, may be private, and may be plain http on loopback.
    `allow_http` are hosts for which plain http was allowed by name.
    """

    hosts: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    allow_http: frozenset[str] = frozenset()

    def check(self, url: str) -> None:
        """Let `url` pass.

        Raises:
            OffHost: when nothing may be sent there, saying why and what to do.
        """
        place = origin(url)
        literal = _is_literal(place.host)
        if place.host in _METADATA_NAMES or (
            literal and addresses.kind(place.host) == "never"
        ):
            raise _never(place.host)
        self._check_listed(place)
        self._check_scheme(place)
        if literal:
            self.check_address(place.host, place.host, place)

    def check_address(
        self, host: str, address: str, place: Origin | None = None
    ) -> None:
        """Let a connection to `address`, which `host` resolved to, pass.

        Raises:
            OffHost: for metadata addresses always, for private ones unless confirmed.
        """
        kind = addresses.kind(address)
        if kind == "public":
            return
        if kind == "never":
            raise _never(host)
        if not self._is_confirmed(_canonical(host), place):
            raise OffHost(
                f"{host} leads to {address}, an address inside a private network.",
                advice=_CONFIRM,
            )

    def _check_listed(self, place: Origin) -> None:
        if self._is_confirmed(place.host, place):
            return
        if not any(_matches(pattern, place) for pattern in self.hosts):
            listed = ", ".join(sorted(self.hosts)) or "none"
            raise OffHost(
                f"{place} is not among the hosts of this connector ({listed}).",
                advice="If it belongs there, add it to permissions.hosts.",
            )

    def _check_scheme(self, place: Origin) -> None:
        if place.scheme == "https" or place.host in set(
            map(_canonical, self.allow_http)
        ):
            return
        if not _is_loopback(place.host):
            raise OffHost(
                f"{place} is plain http: everything sent there can be read on the way.",
                advice=f"Use https, or allow it with --allow-http {place.host}.",
            )
        if not self._is_confirmed(place.host, place):
            raise OffHost(f"{place} is plain http on this machine.", advice=_CONFIRM)

    def _is_confirmed(self, host: str, place: Origin | None) -> bool:
        for entry in self.confirmed:
            if "://" not in entry:
                if _canonical(entry) == host:
                    return True
            elif place is None:
                if origin(entry).host == host:
                    return True
            elif origin(entry) == place:
                return True
        return False


def check_next(request_url: str, next_url: str) -> str:
    """Return a next link in full, which must stay where its request went.

    Raises:
        OffHost: when scheme, host or port differ, or the link can be read in two ways.
    """
    if _UNSAFE.search(next_url):
        origin(next_url)
    try:
        joined = urljoin(request_url, next_url)
    except ValueError as error:
        raise OffHost(f"The next link cannot be read: {error}.") from None
    asked, offered = origin(request_url), origin(joined)
    if asked != offered:
        raise OffHost(
            f"The next page leads to {offered}, away from {asked}.",
            advice="A service that pages over two hosts cannot be followed.",
        )
    return joined


def same_origin(one: str, other: str) -> bool:
    """Tell whether two absolute URLs have the same scheme, host and port."""
    try:
        return origin(one) == origin(other)
    except OffHost:
        return False


def _matches(pattern: str, place: Origin) -> bool:
    wanted = pattern.lower()
    if not wanted.startswith("*."):
        return wanted in {place.host, f"{place.host}:{place.port}"}
    fixed = wanted[2:].split(".")
    if len(fixed) < _FIXED_LABELS or not all(map(_LABEL.fullmatch, fixed)):
        return False
    return place.host.endswith(wanted[1:])


@lru_cache(maxsize=512)
def _canonical(host: str) -> str:
    bare = host.strip("[]").lower()
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return bare


def _is_literal(host: str) -> bool:
    return ":" in host or _NUMERIC.fullmatch(host.rpartition(".")[2]) is not None


def _is_loopback(host: str) -> bool:
    if _is_literal(host):
        return addresses.kind(host) == "loopback"
    return host == "localhost" or host.endswith(".localhost")


def _never(host: str) -> OffHost:
    return OffHost(
        f"{host} is an address that is never called: it is a cloud's metadata service"
        " or no single machine.",
        advice="Check the address.",
    )
