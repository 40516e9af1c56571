"""Ed25519 keys: made, named, kept and checked.

Ed25519 is the only algorithm, and it belongs to the key, never to a message. A key is
named by its id, `sha256:` and the SHA-256 of its SubjectPublicKeyInfo in DER. Public
keys of small order are refused wherever one comes in: with them a signature can be
forged over any message.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_public_key,
)
from pydantic import SecretStr

from ferrule.errors import CredentialError, StoreError

_PRIME = 2**255 - 19
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME
_SIGN = 2**255
# y of a point of order 8 (RFC 8032 section 5.1 gives the curve); -y is another.
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = {0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8}
_LARGEST_FILE = 10_000


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key that can be trusted to mean one signer.

    `raw` is its 32 bytes (RFC 8032).

    Raises:
        StoreError: when it is of small order, not canonical or no point of the curve.
    """

    raw: bytes

    def __post_init__(self) -> None:
        reason = _weakness(self.raw)
        if reason:
            raise StoreError(
                f"This public key cannot be trusted: {reason}.",
                advice="Ask its owner for the key file again.",
            )

    @classmethod
    def from_der(cls, der: bytes) -> Self:
        """Return the key of a SubjectPublicKeyInfo in DER."""
        try:
            loaded = load_der_public_key(der)
        except (ValueError, UnsupportedAlgorithm):
            raise StoreError("This is not a public key.", advice=_WANTED) from None
        key = cls(_raw_bytes(loaded))
        if key.der != der:
            raise StoreError("This public key has bytes too many.", advice=_WANTED)
        return key

    @property
    def der(self) -> bytes:
        """Its SubjectPublicKeyInfo in DER (RFC 8410)."""
        return self._loaded().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def pem(self) -> bytes:
        """Its SubjectPublicKeyInfo in PEM, the form of a key file."""
        return self._loaded().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def id(self) -> str:
        """`sha256:` and 64 hex digits, over `der`."""
        return "sha256:" + hashlib.sha256(self.der).hexdigest()

    @property
    def fingerprint(self) -> str:
        """The first 128 bits of the id, as eight groups to compare by eye or ear."""
        return fingerprint(self.id)

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Tell whether `signature` is this key's over exactly `message`."""
        try:
            self._loaded().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def _loaded(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """An Ed25519 private key; it shows itself only as its public key's id."""

    private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the system's random source."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the key of a 32-byte seed (RFC 8032), as published vectors give it."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_vault(cls, kept: SecretStr) -> Self:
        """Return the key that `to_vault` wrote.

        Raises:
            CredentialError: when the text is not such a key.
        """
        try:
            der = base64.b64decode(kept.get_secret_value(), validate=True)
            loaded = load_der_private_key(der, password=None)
        except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
            raise CredentialError(_DAMAGED, advice=_MAKE_NEW) from None
        if not isinstance(loaded, Ed25519PrivateKey):
            raise CredentialError(_DAMAGED, advice=_MAKE_NEW)
        return cls(loaded)

    def to_vault(self) -> SecretStr:
        """Return the key as one line: base64 of its PKCS #8 in DER, not encrypted."""
        der = self.private.private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
        )
        return SecretStr(base64.b64encode(der).decode())

    @property
    def public(self) -> PublicKey:
        """Its public half."""
        return PublicKey(self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature, the same for the same message."""
        return self.private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.id})"


_WANTED = "A key file holds one Ed25519 key between BEGIN PUBLIC KEY and END."
_DAMAGED = "The kept signing key cannot be read."
_MAKE_NEW = "Make a new one with `ferrule keys new`."


def fingerprint(key_id: str) -> str:
    """Return the short form of a key id: eight groups of four hex digits."""
    digits = key_id.removeprefix("sha256:")[:32]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def export_public(key: PublicKey | SigningKey) -> bytes:
    """Return the key file that others add to their trusted keys."""
    public = key.public if isinstance(key, SigningKey) else key
    return public.pem


def read_public(raw: bytes) -> PublicKey:
    """Return the key in a key file (PEM, SubjectPublicKeyInfo).

    Raises:
        StoreError: when it is anything else; a private key is named as one.
    """
    if b"PRIVATE KEY" in raw:
        raise StoreError(
            "This is a private key.",
            advice="Keep it to yourself; trust is built on public keys.",
        )
    if len(raw) > _LARGEST_FILE:
        raise StoreError("This file is too large for a key.", advice=_WANTED)
    try:
        loaded = load_pem_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        raise StoreError("This is not a public key file.", advice=_WANTED) from None
    return PublicKey(_raw_bytes(loaded))


def _raw_bytes(loaded: object) -> bytes:
    if not isinstance(loaded, Ed25519PublicKey):
        raise StoreError("This is not an Ed25519 key.", advice=_WANTED)
    return loaded.public_bytes_raw()


def _weakness(raw: bytes) -> str:
    """Return why 32 bytes are no key to trust, or nothing."""
    if len(raw) != 32:  # noqa: PLR2004 - the length of every Ed25519 key, RFC 8032
        return "it does not have 32 bytes"
    y = int.from_bytes(raw, "little") % _SIGN
    if y >= _PRIME:
        return "it is not in canonical form"
    if y in _SMALL_ORDER:
        return "it is of small order, so anybody could forge its signatures"
    if not _on_curve(y):
        return "it is not a point of the curve"
    return ""


def _on_curve(y: int) -> bool:
    """Tell whether x² = (y² - 1) / (dy² + 1) has a solution (RFC 8032, 5.1.3)."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _PRIME) % _PRIME
    return pow(square, (_PRIME - 1) // 2, _PRIME) == 1
