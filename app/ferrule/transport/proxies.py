"""Which proxy of the environment a request goes through, if any.

`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are read as the standard
library reads them (on Windows and macOS also the system's settings). Only proxies that
are spoken to in plain HTTP are supported, which nearly all are; TLS to the service
goes through them untouched.
"""

import urllib.request
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from ferrule.errors import ServiceUnreachable
from ferrule.redaction import live
from ferrule.transport import addresses
from ferrule.transport.hosts import origin
from ferrule.transport.trouble import ADVICE


@lru_cache(maxsize=512)
def proxy_for(url_origin: str) -> str | None:
    """Return the proxy's URL for an origin such as `https://api.example.com`.

    Loopback is never asked for through a proxy.

    Raises:
        ServiceUnreachable: when the environment names a proxy of another kind.
    """
    place = origin(url_origin)
    settings = urllib.request.getproxies()
    proxy = settings.get(place.scheme) or settings.get("all")
    if not proxy or _is_local(place.host) or urllib.request.proxy_bypass(place.host):
        return None
    return _supported(proxy if "://" in proxy else f"http://{proxy}")


def proxy_seeing(url: str) -> str:
    """Return the host of the proxy that sees an exchange: plain http only, or empty.

    Raises:
        ServiceUnreachable: as `proxy_for`.
    """
    if url.startswith("https:"):
        return ""
    return urlsplit(proxy_for(str(origin(url))) or "").hostname or ""


def _is_local(host: str) -> bool:
    return host == "localhost" or addresses.kind(host) == "loopback"


def _supported(proxy: str) -> str:
    parts = urlsplit(proxy)
    if parts.scheme != "http":
        refused = ServiceUnreachable(
            f"The environment names a {parts.scheme} proxy, which is not supported.",
            advice=ADVICE["proxy_kind"],
        )
        refused.trouble = "proxy_kind"
        raise refused
    live.add(parts.password or "")
    live.add(unquote(parts.password or ""))
    return proxy
