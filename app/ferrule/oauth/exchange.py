"""Asking a token address: once, over https, no redirect, every secret known before.

`Send` is a client that sends once and follows nothing; the answer is judged by the
auth method. What goes out and what comes in is told to the redaction first.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from ferrule.auth.token import TokenSet
from ferrule.clock import Clock
from ferrule.exchange import Request, Response
from ferrule.oauth.secure import check_secure
from ferrule.redaction import is_secret_name, live

Send: TypeAlias = Callable[[Request], Response]
Read: TypeAlias = Callable[[Response, datetime], TokenSet]


def ask(send: Send, request: Request, what: str = "token") -> Response:
    """Send one request of a sign-in and return the answer, whatever its status.

    Raises:
        OffHost: when the address is not secure.
        ExchangeError: when no whole answer came.
    """
    check_secure(request.url, what)
    guard(request)
    return send(request)


def fetch_tokens(send: Send, request: Request, read: Read, clock: Clock) -> TokenSet:
    """Return the tokens that a request brings, as of when their answer came.

    Raises:
        ReauthRequired: when the service gives none.
        ExchangeError: when no good answer came.
    """
    response = ask(send, request)
    tokens = read(response, clock.now())
    for secret in tokens.secrets:
        live.add_passing(secret)
    return tokens


def guard(request: Request) -> None:
    """Tell the redaction what is secret in a request before it leaves."""
    fields = request.body if isinstance(request.body, dict) else {}
    for name, value in fields.items():
        if isinstance(value, str) and (is_secret_name(name) or name in _ALSO):
            live.add_passing(value)  # a client's own secret is told for good elsewhere


_ALSO = frozenset({"code", "device_code"})
