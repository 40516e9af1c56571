"""Headers that a browser or a tool adds by itself: left out, each with its reason."""

from collections.abc import Mapping

_OURS = "The transport writes it by itself."
_BROWSER = "It tells about a browser, which an API does not need."
_TRACE = "It follows one call through a system and means nothing later."
_CONDITIONAL = "A draft always asks for all; incremental runs are set in the stream."
_NOISE: Mapping[str, str] = {
    "accept-charset": _BROWSER,
    "accept-encoding": _OURS,
    "accept-language": "It is a browser's language; add it where answers depend on it.",
    "authority": _OURS,
    "baggage": _TRACE,
    "cache-control": _BROWSER,
    "connection": _OURS,
    "content-length": _OURS,
    "device-memory": _BROWSER,
    "dnt": _BROWSER,
    "downlink": _BROWSER,
    "expect": _OURS,
    "host": _OURS,
    "if-match": _CONDITIONAL,
    "if-modified-since": _CONDITIONAL,
    "if-none-match": _CONDITIONAL,
    "if-range": _CONDITIONAL,
    "if-unmodified-since": _CONDITIONAL,
    "keep-alive": _OURS,
    "newrelic": _TRACE,
    "origin": _BROWSER,
    "postman-token": _TRACE,
    "pragma": _BROWSER,
    "priority": _BROWSER,
    "proxy-authorization": "Proxies are set for the whole application.",
    "proxy-connection": _OURS,
    "range": "A draft always asks for all of the answer.",
    "referer": _BROWSER,
    "request-id": _TRACE,
    "rtt": _BROWSER,
    "save-data": _BROWSER,
    "sentry-trace": _TRACE,
    "te": _OURS,
    "traceparent": _TRACE,
    "tracestate": _TRACE,
    "transfer-encoding": _OURS,
    "upgrade": _OURS,
    "upgrade-insecure-requests": _BROWSER,
    "user-agent": "Ferrule names itself.",
    "via": _OURS,
    "viewport-width": _BROWSER,
    "x-amzn-trace-id": _TRACE,
    "x-b3-sampled": _TRACE,
    "x-b3-spanid": _TRACE,
    "x-b3-traceid": _TRACE,
    "x-client-data": _BROWSER,
    "x-correlation-id": _TRACE,
    "x-forwarded-for": _OURS,
    "x-request-id": _TRACE,
}


def noise(name: str) -> str:
    """Return why a header is left out, or nothing where it belongs to the request."""
    bare = name.lower().lstrip(":")
    if bare.startswith(("sec-", "x-datadog-")):
        return _BROWSER if bare.startswith("sec-") else _TRACE
    if name.startswith(":"):
        return _OURS
    return _NOISE.get(bare, "")
