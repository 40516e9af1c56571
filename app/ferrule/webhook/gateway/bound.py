"""Where the gateway listens, and by which names it may be called.

A name in Host that is not ours may be a page's that was led here (DNS rebinding); an
address cannot be.
"""

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ferrule.errors import UsageError
from ferrule.webhook.gateway.limits import RefusedCall

_USUAL: Final = {"http": 80, "https": 443}


class Bound:
    """Where the gateway listens, and by which names it may be called.

    `public` is what a tunnel or a proxy in front is called by, `named` what a person
    called `host`.
    """

    def __init__(self, host: str, port: int, public: str = "", named: str = "") -> None:
        shown = f"[{host}]" if ":" in host else host
        self.origin = f"http://{shown}:{port}"
        self.is_exposed = bool(public) or not _is_loopback(host)
        """Whether others than this machine's programs may reach it."""
        self._port = port
        self._anywhere = _is_unspecified(host)
        self._own = {f"{shown}:{port}".lower()}
        if named and not self._anywhere:
            self._own.add(f"{named}:{port}".lower())
        if port == 80:  # noqa: PLR2004  it is left out of http's Host
            self._own.add(shown.lower())
        self._public, self._public_hosts = _public(public)

    def origin_of(self, hosts: list[str]) -> str:
        """Return by which origin a call came in.

        Raises:
            RefusedCall: for a Host that is not ours, or several.
        """
        host = hosts[0].lower() if len(hosts) == 1 else ""
        if host in self._public_hosts:
            return self._public
        if host in self._own or (self._anywhere and self._is_literal(host)):
            return f"http://{host}"
        raise RefusedCall(421, "misdirected")

    def is_public(self, origin: str) -> bool:
        """Tell whether a call came in by the name that strangers know."""
        return bool(self._public) and origin == self._public

    def _is_literal(self, host: str) -> bool:
        """Tell whether a Host is an address with our port: no name can be rebound."""
        try:
            parts = urlsplit(f"//{host}")
            ipaddress.ip_address(parts.hostname or "")
        except ValueError:
            return False
        return parts.port == self._port


def _public(url: str) -> tuple[str, frozenset[str]]:
    """Return the origin, and how Host may name it: the usual port may be left out."""
    if not url:
        return "", frozenset()
    parts, port = _split(url)
    if parts.path.strip("/") or parts.query or parts.username or parts.fragment:
        raise UsageError(
            "The public address has more than a name and a port.",
            advice=f"Give {parts.scheme}://{parts.netloc.rpartition('@')[2]} alone.",
        )
    bare, usual = parts.netloc.lower(), f":{_USUAL[parts.scheme]}"
    hosts = {bare, bare.removesuffix(usual)}
    if port is None:
        hosts.add(bare + usual)
    return f"{parts.scheme}://{parts.netloc}", frozenset(hosts)


def _split(url: str) -> tuple[SplitResult, int | None]:
    """Return the parts of an address of a web server, and its port where it has one."""
    try:
        parts = urlsplit(url)
        if parts.scheme in _USUAL and parts.hostname:
            return parts, parts.port
    except ValueError:
        pass  # a port, or an address in brackets, that cannot be
    raise UsageError(
        f"{url!r} is no address that a service could call.",
        advice="Give it as https://name.example, without a path.",
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name: whose address it is, changes


def _is_unspecified(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
