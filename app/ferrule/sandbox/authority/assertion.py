"""Clients that sign in with their key instead of a secret (RFC 7523, section 2.2)."""

from collections.abc import Mapping

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from ferrule.sandbox.authority.parties import SIGNED_ASSERTION, Client


class Assertion(JWTBearerClientAssertion):
    """A client that signs in with its key (RFC 7523, section 2.2)."""

    CLIENT_AUTH_METHOD = SIGNED_ASSERTION  # type: ignore[misc]  # meant to be changed

    def __init__(self, audiences: list[str]) -> None:
        super().__init__()
        self._audiences = audiences
        self._used: set[str] = set()

    def get_audiences(self) -> list[str]:
        """Return who an assertion may be meant for: issuer or token address."""
        return self._audiences

    def validate_jti(self, claims: Mapping[str, object], jti: str) -> bool:
        """Tell whether this is the first time that an assertion comes."""
        del claims
        fresh = jti not in self._used
        self._used.add(jti)
        return fresh

    def resolve_client_public_key(self, client: Client) -> RSAKey | ECKey:
        """Return the key that the client registered.

        Raises:
            OAuth2Error: when it registered none.
        """
        if not client.key:
            raise InvalidClientError(description="The client registered no key.")
        for kind in (RSAKey, ECKey):
            try:
                return kind.import_key(client.key)
            except (JoseError, ValueError):
                continue
        raise InvalidClientError(description="The registered key is no key.")
