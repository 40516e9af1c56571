"""SSH keys: a fresh Ed25519 pair, its public line, and the fingerprint people compare.

Import it when a key is made or read: cryptography takes its time.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from ferrule.errors import CredentialError

_UNFIT: Final = re.compile(r"[^\x21-\x7e]+")
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a service is given: `line` for authorized_keys, and its fingerprint.

    The fingerprint is the one that `ssh-keygen -l` prints, `SHA256:` and base64.
    """

    line: str
    fingerprint: str


def new_key() -> SecretStr:
    """Return a fresh Ed25519 private key in OpenSSH's format, without a passphrase."""
    raw = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    return SecretStr(raw.decode())


def public_key(private: SecretStr, comment: str = "") -> PublicKey:
    """Return the public part of a private key, OpenSSH's or PEM.

    Raises:
        CredentialError: when it cannot be read, or has a passphrase.
    """
    text = private.get_secret_value().strip().encode() + b"\n"
    load = (
        serialization.load_ssh_private_key
        if b"BEGIN OPENSSH" in text
        else serialization.load_pem_private_key
    )
    try:
        line = (
            load(text, password=None)
            .public_key()
            .public_bytes(
                serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
            )
            .decode()
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CredentialError(
            "The private key cannot be read.",
            advice="Paste the whole text of the key file; it must have no passphrase.",
        ) from None
    name = _UNFIT.sub("-", comment).strip("-")[:_LONGEST]
    return PublicKey(f"{line} {name}" if name else line, fingerprint(line))


def fingerprint(line: str) -> str:
    """Return the SHA-256 fingerprint of a public key's line (RFC 4253 key blob)."""
    digest = hashlib.sha256(b64decode(line.split()[1])).digest()
    return "SHA256:" + b64encode(digest).decode().rstrip("=")
