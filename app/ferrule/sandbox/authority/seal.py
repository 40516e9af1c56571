"""Tokens that the sandbox knows again after it was started anew on the same port.

A token says in itself what it is for, sealed with a key made of the address that issued
it: a connection that was signed in yesterday works today, and a token of another
sandbox does not. Only what happened to a token since (it was used up, given back) is
forgotten at the end of the process.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Literal, NamedTuple

import msgspec

Kind = Literal["at", "rt", "o1"]
_SEAL_BYTES = 16


class Claims(NamedTuple):
    """What a token is for; `until` is a time in seconds since 1970, 0 for no end."""

    client: str
    login: str
    scope: str
    until: int = 0


class _Sealed(NamedTuple):
    claims: Claims
    salt: str


class Seal:
    """Makes and reads the tokens of the server at `origin`."""

    def __init__(self, origin: str) -> None:
        self._key = f"ferrule sandbox at {origin}".encode()

    def made(self, kind: Kind, claims: Claims) -> str:
        """Return a token that nobody else has."""
        body = _text(msgspec.json.encode(_Sealed(claims, secrets.token_urlsafe(12))))
        return f"{kind}-{body}.{self._mac(f'{kind}-{body}')}"

    def read(self, kind: Kind, token: str) -> Claims | None:
        """Return what a token of this server is for, None for any other text."""
        body, _, mac = token.rpartition(".")
        good = hmac.compare_digest(mac.encode(), self._mac(body).encode())
        if not good or not body.startswith(f"{kind}-"):
            return None
        raw = base64.urlsafe_b64decode(body.removeprefix(f"{kind}-") + "==")
        return msgspec.json.decode(raw, type=_Sealed).claims

    def secret_of(self, token: str) -> str:
        """Return the secret that goes with a token (OAuth 1)."""
        return self._mac(f"secret of {token}")

    def _mac(self, text: str) -> str:
        digest = hmac.digest(self._key, text.encode(), hashlib.sha256)
        return _text(digest[:_SEAL_BYTES])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
