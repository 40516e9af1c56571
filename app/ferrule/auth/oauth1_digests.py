"""The four signatures of OAuth 1.0a, by Authlib where it has them.

Of Authlib only the digests are used. Its own base string decodes the values of
`oauth_…` parameters twice and drops a query parameter that is called `realm`, its
requests refuse plain http even on loopback, and it has no HMAC-SHA256.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from authlib.oauth1.rfc5849 import signature as rfc5849

from ferrule.auth.oauth1_signing import Keys, encoded
from ferrule.auth.private_keys import pem_of, rsa_key

Digest: TypeAlias = Callable[[str, Keys], str]


def _hmac_sha1(base: str, keys: Keys) -> str:
    return str(rfc5849.hmac_sha1_signature(base, *_secrets(keys)))


def _hmac_sha256(base: str, keys: Keys) -> str:
    """Return what HMAC-SHA1 gives, by SHA-256: NetSuite takes no other."""
    key = "&".join(map(encoded, _secrets(keys)))
    return b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha256)).decode()


def _rsa_sha1(base: str, keys: Keys) -> str:
    rsa_key(keys.private_key)  # says what is wrong with it
    return str(rfc5849.rsa_sha1_signature(base, pem_of(keys.private_key)))


def _plaintext(_base: str, keys: Keys) -> str:
    return str(rfc5849.plaintext_signature(*_secrets(keys)))


def _secrets(keys: Keys) -> tuple[str, str]:
    return keys.consumer_secret.get_secret_value(), keys.token_secret.get_secret_value()


DIGESTS: Final[Mapping[str, Digest]] = {
    "HMAC-SHA1": _hmac_sha1,
    "HMAC-SHA256": _hmac_sha256,
    "RSA-SHA1": _rsa_sha1,
    "PLAINTEXT": _plaintext,
}
