"""Tell what a failed exchange means, in our own errors.

httpcore names a failure by where it was noticed; what happened stands on the exchange
itself: cancelled, past its deadline, how far it came. So a shut-down socket is
Cancelled and not a protocol error, and a name that is not known is told from a
connection that was refused.
"""

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
from ferrule.transport.underway import Exchange

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
_NETWORK_ADVICE = "Check the address and the network."


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
    return Fault(error, unsent=not exchange.sent, hopeless=hopeless)


def _late(exchange: Exchange, shown: Shown) -> TimedOut:
    return TimedOut(
        f"{shown.host} did not answer in full within {shown.seconds:g} s"
        f" ({_WHILE[exchange.stage]}).",
        advice="The service may be slow just now; else allow the request more time.",
    )


def _broken(
    error: Exception, exchange: Exchange, shown: Shown, redactor: Redactor
) -> ServiceUnreachable:
    if exchange.untrusted:
        advice = "Nothing was sent. Check the address; a company's own authority"
        advice += " must be known to this machine (SSL_CERT_FILE)."
        return ServiceUnreachable(
            f"{shown.host} cannot be trusted: {exchange.reason}.", advice=advice
        )
    if exchange.reason:
        return ServiceUnreachable(
            f"No connection to {shown.host}: {exchange.reason}.",
            advice=_NETWORK_ADVICE,
        )
    if isinstance(error, httpcore.ProxyError):
        return ServiceUnreachable(
            f"The proxy did not connect to {shown.host}: {redactor.text(str(error))}.",
            advice="Check HTTPS_PROXY and NO_PROXY.",
        )
    if isinstance(error, httpcore.RemoteProtocolError) and not _ended(error):
        return ServiceUnreachable(
            f"What answers at {shown.host} does not speak HTTP as it should.",
            advice="Check the address and its port.",
        )
    return ServiceUnreachable(
        f"The connection to {shown.host} broke before the whole answer was there.",
        advice="Usually this passes; the service or something on the way ended it.",
    )


def _ended(error: httpcore.RemoteProtocolError) -> bool:
    """Tell whether the connection just ended, by the words of httpcore and h11."""
    return str(error).startswith(("Server disconnected", "peer closed"))
