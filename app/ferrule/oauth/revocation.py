"""Ending tokens at the service when a connection goes (RFC 7009)."""

from collections.abc import Callable
from typing import Final

from ferrule.auth.token import TokenSet
from ferrule.errors import ExchangeError, UnexpectedStatus
from ferrule.exchange import Request
from ferrule.oauth.exchange import Send, ask

_OK: Final = 200
Making = Callable[[str, str], Request]
"""Makes the request for a token and its hint."""


def revoke(send: Send, make: Making, tokens: TokenSet) -> None:
    """End the refresh token, and then the access token too.

    A service may end both with the first (section 2.1); one that only knows one kind
    refuses the other, which is no failure as long as one was taken.

    Raises:
        ExchangeError: when the service took neither.
    """
    failure: ExchangeError | None = None
    taken = False
    for token, hint in _both(tokens):
        try:
            _end(send, make(token, hint))
            taken = True
        except ExchangeError as error:
            failure = failure or error
    if failure is not None and not taken:
        raise failure


def _both(tokens: TokenSet) -> list[tuple[str, str]]:
    found = [(tokens.refresh, "refresh_token"), (tokens.access, "access_token")]
    return [(token.get_secret_value(), hint) for token, hint in found if token]


def _end(send: Send, request: Request) -> None:
    status = ask(send, request, "revocation").status
    if status != _OK:
        raise UnexpectedStatus(
            f"The service did not end the token: it answers {status}.",
            status=status,
            advice="End it in the service's own list of connected applications.",
        )
