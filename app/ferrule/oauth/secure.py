"""Where secrets of a sign-in may go: https, or this machine itself."""

import ipaddress
from typing import Final

from ferrule.errors import OffHost
from ferrule.transport.hosts import origin

_HERE: Final = "localhost"


def check_secure(url: str, what: str) -> str:
    """Return an address of a sign-in that is https, or plain http on loopback.

    No allowance for plain http reaches further: who reads a token on the way has it
    (RFC 6749, section 3.2; RFC 8252, section 7.3).

    Raises:
        OffHost: for any other, or one that can be read in two ways.
    """
    place = origin(url)
    if place.scheme == "https" or _is_loopback(place.host):
        return url
    raise OffHost(
        f"The {what} address is plain http on {place.host}.",
        advice="Sign-ins go over https; plain http is taken on this machine only.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _HERE
