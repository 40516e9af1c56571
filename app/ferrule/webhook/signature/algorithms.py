"""What an algorithm does with a text, a secret and the signatures that came.

Which one it is stands in the scheme alone: nothing that a call brings chooses it. All
secrets are tried with all signatures, also after one that fitted, and octets are
compared in constant time.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.webhook_secret import Algorithm
from ferrule.webhook.signature.keys import (
    Secret,
    ed25519_private,
    ed25519_public,
    p256_private,
    p256_public,
    shared_key,
    token_bytes,
)
from ferrule.webhook.signature.text import header_bytes

_HASHES: Final = {
    "hmac-sha1": ("sha1", 20),
    "hmac-sha256": ("sha256", 32),
    "hmac-sha512": ("sha512", 64),
}
_ED25519_LENGTH: Final = 64
_P256_HALF: Final = 32


class Fit(msgspec.Struct, frozen=True, gc=False):
    """Which secret fitted, and what each makes of the text, encoded."""

    secret: int | None
    computed: tuple[str, ...] = ()


Trial: TypeAlias = Callable[[bytes, Sequence[bytes]], tuple[bool, str]]
"""Whether a secret made one of the signatures of a text, and what it makes of it."""


class Signing(Protocol):
    """One algorithm: what a signature is, how one is tried, and how one is made."""

    @property
    def signs(self) -> bool:
        """Whether a text is signed; a token stands for itself."""

    def octets(self, text: str) -> bytes | None:
        """Return the octets of a signature, or None when that is none."""

    def trial(self, secret: Secret) -> Trial:
        """Return how a secret is tried.

        Raises:
            MissingSecret: when it is empty.
            CredentialError: when it is no key of this algorithm.
        """

    def signature(self, text: bytes, secret: Secret) -> str:
        """Return the signature of `text` as it stands in a header."""


def fit(trials: Sequence[Trial], text: bytes, received: Sequence[bytes]) -> Fit:
    """Return the first secret that made one of the signatures; all are tried."""
    found = [trial(text, received) for trial in trials]
    fitting = [index for index, (fits, _) in enumerate(found) if fits]
    computed = tuple(shown for _, shown in found if shown)
    return Fit(fitting[0] if fitting else None, computed)


def _any_equal(expected: bytes, received: Sequence[bytes]) -> bool:
    """Compare in constant time, and go on after one that is equal."""
    found = False
    for one in received:
        found |= hmac.compare_digest(expected, one)
    return found


class Encoding(msgspec.Struct, frozen=True):
    """Octets as hex in either case, or as base64 with its padding, and nothing else.

    Without a `name` it is either of them: what is no hex may be base64. `base64url`
    may lack its padding (RFC 4648, section 5).
    """

    name: Literal["hex", "base64", "base64url"] | None

    def read(self, text: str) -> bytes | None:
        """Return the octets, or None for a text that is not what `write` may give."""
        if self.name == "base64url":
            return _from_base64url(text)
        octets = None if self.name == "base64" else _from_hex(text)
        return _from_base64(text) if octets is None and self.name != "hex" else octets

    def write(self, octets: bytes) -> str:
        """Return octets as text, hex in small letters."""
        if self.name == "base64url":
            return base64.urlsafe_b64encode(octets).decode("ascii").rstrip("=")
        return _to_base64(octets) if self.name == "base64" else octets.hex()


def _from_hex(text: str) -> bytes | None:
    try:
        return binascii.unhexlify(text) or None
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    try:
        octets = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None
    return octets if octets and _to_base64(octets) == text else None


def _from_base64url(text: str) -> bytes | None:
    if "+" in text or "/" in text:
        return None
    bare = text.removesuffix("=").removesuffix("=")
    padded = f"{bare}{'=' * (-len(bare) % 4)}"
    if text not in {bare, padded}:
        return None
    return _from_base64(padded.replace("-", "+").replace("_", "/"))


def _to_base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


class Hmac(msgspec.Struct, frozen=True):
    """A keyed hash (RFC 2104)."""

    config: WebhookSecretConfig
    encoding: Encoding
    hash: str
    length: int
    signs: bool = True

    def octets(self, text: str) -> bytes | None:
        """Return the octets of a signature of the right length."""
        octets = self.encoding.read(text)
        return octets if octets is not None and len(octets) == self.length else None

    def trial(self, secret: Secret) -> Trial:
        """Return how a secret is tried: by making the signature and comparing."""
        key = shared_key(self.config, secret)

        def trial(text: bytes, received: Sequence[bytes]) -> tuple[bool, str]:
            expected = hmac.digest(key, text, self.hash)
            return _any_equal(expected, received), self.encoding.write(expected)

        return trial

    def signature(self, text: bytes, secret: Secret) -> str:
        """Return the signature of `text` as it stands in a header."""
        key = shared_key(self.config, secret)
        return self.encoding.write(hmac.digest(key, text, self.hash))


class Token(msgspec.Struct, frozen=True):
    """A secret that comes along as it is; it is shown nowhere."""

    signs: bool = False

    def octets(self, text: str) -> bytes | None:
        """Return the token as octets; an empty one is none."""
        return header_bytes(text) or None

    def trial(self, secret: Secret) -> Trial:
        """Return how a token is tried: by comparing."""
        expected = token_bytes(secret)
        return lambda _, received: (_any_equal(expected, received), "")

    def signature(self, text: bytes, secret: Secret) -> str:
        """Return the token, its octets as Latin-1 as in every header."""
        del text
        return token_bytes(secret).decode("latin-1")


def _verifying(verify: Callable[[bytes, bytes], None]) -> Trial:
    """Return a trial by a function that raises where a signature does not hold."""

    def holds(one: bytes, text: bytes) -> bool:
        try:
            verify(one, text)
        except InvalidSignature:
            return False
        return True

    def trial(text: bytes, received: Sequence[bytes]) -> tuple[bool, str]:
        found = [holds(one, text) for one in received]
        return True in found, ""

    return trial


class Ed25519(msgspec.Struct, frozen=True):
    """Ed25519 (RFC 8032): the service signs, its public key verifies."""

    config: WebhookSecretConfig
    encoding: Encoding
    signs: bool = True

    def octets(self, text: str) -> bytes | None:
        """Return the octets of a signature of the right length."""
        octets = self.encoding.read(text)
        return octets if octets is not None and len(octets) == _ED25519_LENGTH else None

    def trial(self, secret: Secret) -> Trial:
        """Return how a public key is tried."""
        key = ed25519_public(self.config, secret)
        return _verifying(key.verify)

    def signature(self, text: bytes, secret: Secret) -> str:
        """Return the signature of `text` as it stands in a header."""
        return self.encoding.write(ed25519_private(self.config, secret).sign(text))


class EcdsaP256(msgspec.Struct, frozen=True):
    """ECDSA on P-256 with SHA-256: in DER, or as its two numbers side by side."""

    config: WebhookSecretConfig
    encoding: Encoding
    signs: bool = True

    def octets(self, text: str) -> bytes | None:
        """Return a signature in DER."""
        octets = self.encoding.read(text)
        if octets is None or len(octets) != 2 * _P256_HALF:
            return octets
        r, s = octets[:_P256_HALF], octets[_P256_HALF:]
        return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))

    def trial(self, secret: Secret) -> Trial:
        """Return how a public key is tried."""
        key = p256_public(self.config, secret)
        return _verifying(lambda one, text: key.verify(one, text, ECDSA(SHA256())))

    def signature(self, text: bytes, secret: Secret) -> str:
        """Return the signature of `text` as it stands in a header."""
        key = p256_private(self.config, secret)
        return self.encoding.write(key.sign(text, ECDSA(SHA256())))


def compile_algorithm(config: WebhookSecretConfig) -> Signing:
    """Return the algorithm of a scheme."""
    encoding = Encoding(config.encoding)
    name: Algorithm = config.known_algorithm
    if name == "token":
        return Token()
    if name == "ed25519":
        return Ed25519(config, encoding)
    if name == "ecdsa-p256-sha256":
        return EcdsaP256(config, encoding)
    return Hmac(config, encoding, *_HASHES[name])
