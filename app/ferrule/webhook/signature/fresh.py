"""Secrets made here: for events of our own, and for calls that we send ourselves."""

import base64
import secrets
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import SecretStr

from ferrule.auth import WebhookSecretConfig

_LENGTH: Final = 32


class FreshSecret(NamedTuple):
    """What signs and what verifies: the same text, unless a pair of keys is needed."""

    signing: SecretStr
    verifying: SecretStr


def fresh_secret(config: WebhookSecretConfig) -> FreshSecret:
    """Return a secret that a scheme can use, in its encoding and with its prefix."""
    algorithm = config.known_algorithm
    if algorithm == "ed25519":
        return _pair(Ed25519PrivateKey.generate())
    if algorithm == "ecdsa-p256-sha256":
        return _pair(generate_private_key(SECP256R1()))
    octets = secrets.token_bytes(_LENGTH)
    encoding = config.secret_encoding or "utf8"
    text = (
        base64.b64encode(octets).decode("ascii")
        if encoding == "base64"
        else octets.hex()
    )
    prefix = "" if algorithm == "token" else config.secret_prefix or ""
    shared = SecretStr(prefix + text)
    return FreshSecret(shared, shared)


def _pair(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> FreshSecret:
    signing = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    verifying = key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    return FreshSecret(SecretStr(signing.decode()), SecretStr(verifying.decode()))
