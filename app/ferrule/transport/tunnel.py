"""Ask a proxy for a way through to a service, as a check does (RFC 9110 9.3.6).

Nothing of the service's request is sent: only the proxy's own sign-in, if it has one.
"""

import base64
from typing import Final
from urllib.parse import unquote, urlsplit

import httpcore

from ferrule.transport.hosts import Origin
from ferrule.transport.sockets import Stream

_LONGEST_HEAD: Final = 65_536
_READ: Final = 4_096
_WELL: Final = "2"


def open_tunnel(stream: Stream, proxy: str, place: Origin) -> None:
    """Have the proxy at the other end of `stream` connect to `place`.

    Raises:
        httpcore.ProxyError: with status and phrase, where it does not.
    """
    target = str(place).partition("://")[2]
    if not target.rpartition(":")[2].isdigit():
        target = f"{target}:{place.port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_sign_in(proxy)]
    try:
        stream.write("\r\n".join([*lines, "", ""]).encode())
        version, _, status = _first_line(stream).partition(" ")
    except httpcore.NetworkError:
        raise httpcore.ProxyError("it hung up") from None
    if not version.startswith("HTTP/1."):
        raise httpcore.ProxyError("it does not speak HTTP")
    if not status.startswith(_WELL):
        raise httpcore.ProxyError(status)


def _sign_in(proxy: str) -> list[str]:
    parts = urlsplit(proxy)
    if not parts.username:
        return []
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return [f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}"]


def _first_line(stream: Stream) -> str:
    """Return the first line of an answer whose head was read to its end."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = stream.read(_READ)
        head += more
        if not more or len(head) > _LONGEST_HEAD:
            break
    line = head.split(b"\r\n", 1)[0]
    return line.decode("latin-1").strip()[:200]
