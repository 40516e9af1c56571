"""One attempt to sign in: its state, its verifier, and what it makes of a callback.

The state is a digest over the connector, the issuer, the client and the redirect
address under a key of 32 fresh bytes, so that it fits no other attempt. It is taken
once. Whoever brings another one is not this sign-in and cannot end it.
"""

import hashlib
import hmac
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from ferrule.auth.oauth2.answer import Refusal, safe
from ferrule.errors import SignInFailed
from ferrule.oauth.callback import Callback
from ferrule.redaction import live

_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Foreign:
    """A callback of something else: the attempt goes on waiting."""

    why: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The attempt is over without a code."""

    error: SignInFailed


@dataclass(frozen=True, slots=True)
class Granted:
    """The code, and all that came with it."""

    code: str = field(repr=False)
    query: Mapping[str, str] = field(repr=False)


Verdict: TypeAlias = Foreign | Ended | Granted


@dataclass(frozen=True, slots=True)
class Expected:
    """Who is to answer: `issuer` as its metadata says, "" where there is none.

    `must_name` says that the metadata promises `iss` in every answer (RFC 9207);
    `places` are the authorise and the token address, for when there is no metadata.
    """

    issuer: str = ""
    must_name: bool = False
    places: tuple[str, ...] = ()

    def wrong(self, named: str) -> str:
        """Return why an answer with this `iss` is of somebody else; "" for fine."""
        if not named:
            return "does not say who it is, though it promises to" * self.must_name
        if self.issuer:
            return "names another issuer" * (named != self.issuer)
        origins = {_origin(place) for place in self.places}
        return "names an unknown issuer" * (_origin(named) not in origins)


class Attempt:
    """One attempt; `pkce` is False only where a descriptor leaves it out."""

    def __init__(
        self,
        connector: str,
        expected: Expected,
        redirect_uri: str,
        *,
        pkce: bool = True,
    ) -> None:
        self.redirect_uri = redirect_uri
        self.expected = expected
        self.verifier = fresh_text() if pkce else None
        if self.verifier is not None:
            live.add(self.verifier)
        bound = (connector, expected.issuer, *expected.places, redirect_uri)
        key = secrets.token_bytes(_BYTES)
        digest = hmac.digest(key, "\0".join(bound).encode(), hashlib.sha256)
        self.state = _text(digest)
        self._spent = False
        self._lock = threading.Lock()

    @property
    def challenge(self) -> str | None:
        """The digest of the verifier that goes into the authorise address."""
        return None if self.verifier is None else s256(self.verifier)

    def judge(self, callback: Callback) -> Verdict:
        """Return what a callback means, in this order: state, issuer, error, code.

        The first one with the right state is the last that is looked at (RFC 6749,
        section 10.12; RFC 9207, section 2.4).
        """
        if not self._take(callback.get("state")):
            return Foreign("it is not of this sign-in")
        why = self.expected.wrong(callback.get("iss"))
        if why:
            return Ended(
                SignInFailed(
                    f"The answer {why}: it may come from another service.",
                    advice="Nothing was sent. Try again; if it comes back, tell the "
                    "maker of the connector.",
                )
            )
        if "error" in callback.query:
            return Ended(declined(callback))
        code = callback.get("code")
        if not code:
            return Ended(SignInFailed("The service sent neither a code nor an error."))
        live.add(code)
        return Granted(code, callback.query)

    def _take(self, state: str) -> bool:
        with self._lock:
            fits = hmac.compare_digest(state.encode(), self.state.encode())
            if self._spent or not fits:
                return False
            self._spent = True
            return True


def declined(callback: Callback) -> SignInFailed:
    """Return the error for an authorization that was not given."""
    code = safe(callback.get("error"), 64) or "an error"
    refusal = Refusal(code, safe(callback.get("error_description")))
    if code == "access_denied":
        return SignInFailed(
            f"Leave was not given ({refusal}).",
            advice="Sign in again and agree, or ask whoever administers the service.",
        )
    return SignInFailed(
        f"The service refused the sign-in ({refusal}).",
        advice="Check the client id, the redirect address and the scopes that are "
        "registered with the service.",
    )


def fresh_text() -> str:
    """Return 32 random bytes as 43 characters (RFC 7636, section 4.1)."""
    return secrets.token_urlsafe(_BYTES)


def s256(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, section 4.2)."""
    from authlib.oauth2.rfc7636 import (  # noqa: PLC0415 - 60 ms that only PKCE pays
        create_s256_code_challenge,
    )

    # The stubs of Authlib leave its argument open.
    challenge: str = create_s256_code_challenge(verifier)  # type: ignore[no-untyped-call]
    return challenge


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme.lower(), parts.netloc.lower()
