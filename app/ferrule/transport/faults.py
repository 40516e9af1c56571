"""Tell what a failed exchange means, in our own errors.

httpcore names a failure by where it was noticed; what happened stands on the exchange
itself: cancelled, past its deadline, how far it came. So a shut-down socket is
Cancelled and not a protocol error, and a name that is not known is told from a
connection that was refused.
"""

from collections.abc import Mapping
from typing import Final

import httpcore
import msgspec

from ferrule.errors import (
    Cancelled,
    ExchangeError,
    ServiceUnreachable,
    TimedOut,
)
from ferrule.redaction import Redactor
from ferrule.transport.bodies import Truncated
from ferrule.transport.trouble import ADVICE, Trouble
from ferrule.transport.underway import Exchange, Stage

WIRE_ERRORS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)
_WHILE = {
    "name": "while its name was looked up",
    "connect": "while connecting",
    "tls": "during the TLS handshake",
    "send": "while the request was sent",
    "answer": "while waiting for the answer",
}
_LATE: Mapping[Stage, Trouble] = {
    "name": "dns_no_answer",
    "connect": "connect_timeout",
}
_ALERT: Final = r"b'\x15\x03"  # a record of TLS (RFC 8446 5.1), as h11 shows it


class Shown(msgspec.Struct, frozen=True):
    """A request as it may be shown: method, redacted URL, host, seconds allowed."""

    method: str
    url: str
    host: str
    seconds: float


class Fault(msgspec.Struct, frozen=True):
    """A failure without an answer: the error to raise, and whether to try again.

    `unsent` is true when no byte of the request can have arrived.
    """

    error: ExchangeError
    unsent: bool = False
    hopeless: bool = False


def fault(
    error: Exception, exchange: Exchange, shown: Shown, redactor: Redactor
) -> Fault:
    """Return what `error`, raised during `exchange`, means."""
    if exchange.cancelled:
        ended = Cancelled(f"The request to {shown.host} was cancelled.")
        return _placed(ended, shown, exchange, hopeless=True)
    if exchange.expired:
        return _placed(_late(exchange, shown), shown, exchange)
    if isinstance(error, ExchangeError):
        again = isinstance(error, Truncated)
        return _placed(error, shown, exchange, hopeless=not again)
    if isinstance(error, httpcore.LocalProtocolError | httpcore.UnsupportedProtocol):
        refused = ExchangeError(
            "The request cannot be put on the wire.",
            advice="Look for odd characters in its headers and its address.",
        )
        return _placed(refused, shown, exchange, hopeless=True)
    broken = _broken(error, exchange, shown, redactor)
    return _placed(broken, shown, exchange, hopeless=exchange.untrusted)


def _placed(
    error: ExchangeError, shown: Shown, exchange: Exchange, *, hopeless: bool = False
) -> Fault:
    error.method = shown.method
    error.url = shown.url
    error.sent = exchange.sent
    return Fault(error, unsent=not exchange.sent, hopeless=hopeless)


def _late(exchange: Exchange, shown: Shown) -> TimedOut:
    word = _LATE.get(exchange.stage, "timeout")
    whom = shown.host
    if exchange.proxy and word != "timeout":
        word, whom = "proxy_unreachable", f"The proxy {exchange.proxy}"
    late = TimedOut(
        f"{whom} did not answer in full within {shown.seconds:g} s"
        f" ({_WHILE[exchange.stage]}).",
        advice=ADVICE[word],
    )
    late.trouble = word
    return late


def _broken(
    error: Exception, exchange: Exchange, shown: Shown, redactor: Redactor
) -> ServiceUnreachable:
    word, said = _cause(error, exchange, shown, redactor)
    broken = ServiceUnreachable(said, advice=ADVICE[word])
    broken.trouble = word
    return broken


def _cause(
    error: Exception, exchange: Exchange, shown: Shown, redactor: Redactor
) -> tuple[Trouble, str]:
    """Return a failure that is neither late nor ours, as a word and a sentence."""
    host = shown.host
    if exchange.trouble is not None:
        return _unconnected(exchange.trouble, exchange, host)
    if isinstance(error, httpcore.ProxyError):
        return proxy_refusal(host, redactor.text(str(error)))
    if isinstance(error, httpcore.RemoteProtocolError) and not _ended(error):
        if _ALERT in str(error):
            return "tls_needed", f"{host} speaks TLS on this port: it wants https."
        return "not_http", f"What answers at {host} does not speak HTTP as it should."
    told = f"The connection to {host} broke before the whole answer was there."
    return "broken", told


def _unconnected(word: Trouble, exchange: Exchange, host: str) -> tuple[Trouble, str]:
    why = exchange.reason
    if exchange.proxy and exchange.stage in _LATE:
        return (
            "proxy_unreachable",
            f"No connection to the proxy {exchange.proxy}: {why}.",
        )
    if exchange.untrusted:
        return word, f"{host} cannot be trusted: {why}. Nothing was sent."
    return word, f"No connection to {host}: {why}."


def proxy_refusal(host: str, status: str) -> tuple[Trouble, str]:
    """Return what a proxy's refusal to connect means, by its status and phrase."""
    told = f"The proxy did not connect to {host}: {status.strip() or 'no reason told'}."
    if status.startswith("407"):
        return "proxy_sign_in", f"{told} It wants a sign-in of its own."
    return "proxy_refused", told


def _ended(error: httpcore.RemoteProtocolError) -> bool:
    """Tell whether the connection just ended, by the words of httpcore and h11."""
    return str(error).startswith(("Server disconnected", "peer closed"))
