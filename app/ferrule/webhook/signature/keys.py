"""From a secret as a person pasted it to the key that signs or verifies.

A `SecretStr` is the text that a service shows, with its prefix and in its encoding;
`bytes` are the key itself. Public and private keys may be PEM, DER or bare, and DER and
bare ones may be hex or base64, whether or not the scheme says which.
"""

import base64
import binascii
import functools
from collections.abc import Callable
from typing import Final, NoReturn, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pydantic import SecretStr

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.private_keys import pem_of
from ferrule.errors import CredentialError, MissingSecret

Secret: TypeAlias = SecretStr | bytes
_PEM: Final = b"-----BEGIN "
_BARE_ED25519: Final = 32
_ED25519_PAIR: Final = 64
_BARE_P256: Final = 32
_POINTS: Final = {33: b"\x02\x03", 65: b"\x04"}
_HEX: Final = frozenset("0123456789abcdefABCDEF")


def shared_key(config: WebhookSecretConfig, secret: Secret) -> bytes:
    """Return the octets of a secret that both sides know.

    Raises:
        MissingSecret: when it is empty.
        CredentialError: when it is not in the encoding of the scheme.
    """
    if isinstance(secret, bytes):
        return _filled(secret)
    text = _without_prefix(config, secret)
    encoding = config.secret_encoding or "utf8"
    if encoding == "utf8":
        return _filled(text.encode("utf-8", "surrogatepass"))
    return _filled(_unpacked(text, encoding))


def token_bytes(secret: Secret) -> bytes:
    """Return a token as it stands in a header.

    Raises:
        MissingSecret: when it is empty.
    """
    if isinstance(secret, bytes):
        return _filled(secret)
    return _filled(secret.get_secret_value().encode("utf-8", "surrogatepass"))


def _without_prefix(config: WebhookSecretConfig, secret: SecretStr) -> str:
    return secret.get_secret_value().removeprefix(config.secret_prefix or "")


def _filled(octets: bytes) -> bytes:
    if not octets:
        raise MissingSecret(
            "The webhook secret is empty.",
            advice="Enter the secret that the service shows for its webhook.",
        )
    return octets


def _unpacked(text: str, encoding: str) -> bytes:
    bare = "".join(text.split())
    try:
        if encoding == "hex":
            return bytes.fromhex(bare)
        plain = bare.replace("-", "+").replace("_", "/").rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error):
        raise CredentialError(
            f"The webhook secret is not {encoding}.",
            advice="Copy it whole, as the service shows it.",
        ) from None


def _key_bytes(config: WebhookSecretConfig, secret: Secret) -> bytes:
    """Return PEM, DER or a bare key."""
    if isinstance(secret, bytes):
        return _filled(secret)
    text = _without_prefix(config, secret).strip()
    _filled(text.encode("utf-8", "surrogatepass"))
    pem = pem_of(SecretStr(text)).encode("utf-8", "replace")
    if pem.startswith(_PEM):
        return pem
    encoding = config.secret_encoding or "utf8"
    if encoding == "utf8":
        is_hex = len(text) % 2 == 0 and _HEX.issuperset(text)
        encoding = "hex" if is_hex else "base64"
    return _unpacked(text, encoding)


def _no_key(wanted: str) -> NoReturn:
    raise CredentialError(
        f"The webhook secret is not {wanted}.",
        advice="Copy the key whole: PEM, or as hex or base64.",
    ) from None


def _loaded(load: Callable[[], object], wanted: str) -> object:
    try:
        return load()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        _no_key(wanted)


@functools.lru_cache(maxsize=64)
def _public(octets: bytes, wanted: str) -> object:
    if octets.startswith(_PEM):
        return _loaded(lambda: serialization.load_pem_public_key(octets), wanted)
    if octets[:1] and octets[0] in _POINTS.get(len(octets), b""):
        curve = SECP256R1()
        return _loaded(
            lambda: EllipticCurvePublicKey.from_encoded_point(curve, octets), wanted
        )
    if len(octets) == _BARE_ED25519:
        return _loaded(lambda: Ed25519PublicKey.from_public_bytes(octets), wanted)
    return _loaded(lambda: serialization.load_der_public_key(octets), wanted)


def ed25519_public(config: WebhookSecretConfig, secret: Secret) -> Ed25519PublicKey:
    """Return the Ed25519 key that verifies.

    Raises:
        CredentialError: when `secret` is none.
    """
    wanted = "a public Ed25519 key"
    key = _public(_key_bytes(config, secret), wanted)
    return key if isinstance(key, Ed25519PublicKey) else _no_key(wanted)


def p256_public(config: WebhookSecretConfig, secret: Secret) -> EllipticCurvePublicKey:
    """Return the key on the curve P-256 that verifies.

    Raises:
        CredentialError: when `secret` is none.
    """
    wanted = "a public key on the curve P-256"
    key = _public(_key_bytes(config, secret), wanted)
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    _no_key(wanted)


def _private(octets: bytes, wanted: str) -> object:
    if octets.startswith(_PEM):
        return _loaded(lambda: serialization.load_pem_private_key(octets, None), wanted)
    return _loaded(lambda: serialization.load_der_private_key(octets, None), wanted)


def ed25519_private(config: WebhookSecretConfig, secret: Secret) -> Ed25519PrivateKey:
    """Return the Ed25519 key that signs; a bare one may have its public half behind it.

    Raises:
        CredentialError: when `secret` is none.
    """
    wanted = "a private Ed25519 key"
    octets = _key_bytes(config, secret)
    if len(octets) in {_BARE_ED25519, _ED25519_PAIR}:
        return Ed25519PrivateKey.from_private_bytes(octets[:_BARE_ED25519])
    key = _private(octets, wanted)
    return key if isinstance(key, Ed25519PrivateKey) else _no_key(wanted)


def p256_private(
    config: WebhookSecretConfig, secret: Secret
) -> EllipticCurvePrivateKey:
    """Return the key on the curve P-256 that signs.

    Raises:
        CredentialError: when `secret` is none.
    """
    wanted = "a private key on the curve P-256"
    octets = _key_bytes(config, secret)
    if len(octets) == _BARE_P256:
        number = int.from_bytes(octets)
        key = _loaded(lambda: derive_private_key(number, SECP256R1()), wanted)
    else:
        key = _private(octets, wanted)
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    _no_key(wanted)
