"""Signed JSON Web Tokens (RFC 7515, RFC 7518, RFC 7519): from claims to the text.

Pure: the time is in the claims. HMAC keys are text, base64 or hex; the others PEM as
people paste it. Import it when something is signed: cryptography takes its time.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic import SecretStr

from ferrule.auth.private_keys import ec_key, rsa_key
from ferrule.errors import CredentialError
from ferrule.exchange import Json, encode

Algorithm: TypeAlias = Literal["HS256", "HS512", "RS256", "ES256"]
KeyEncoding: TypeAlias = Literal["utf8", "base64", "hex"]
_LEAST_RSA_BITS: Final = 2048  # RFC 7518, section 3.3
_COORDINATE: Final = 32  # bytes of one on P-256 (RFC 7518, section 3.4)
_TO_STANDARD: Final = str.maketrans("+/", "-_", "=")


def signed_jwt(
    algorithm: Algorithm,
    key: SecretStr,
    claims: Mapping[str, Json],
    *,
    header: Mapping[str, Json] | None = None,
    key_encoding: KeyEncoding = "utf8",
) -> str:
    """Return the claims as a signed token in its compact form.

    `header` has further members, such as `kid`; `alg` and `typ` are put in.
    `key_encoding` is how the key of HS256 and HS512 is written.

    Raises:
        CredentialError: when the key cannot be read, or is for another algorithm.
    """
    whole: dict[str, Json] = {"alg": algorithm, "typ": "JWT", **(header or {})}
    whole["alg"] = algorithm
    text = f"{_base64url(encode(whole))}.{_base64url(encode(dict(claims)))}"
    made = signature(algorithm, key, text.encode(), key_encoding)
    return f"{text}.{_base64url(made)}"


def signature(
    algorithm: Algorithm,
    key: SecretStr,
    text: bytes,
    key_encoding: KeyEncoding = "utf8",
) -> bytes:
    """Return the bytes of a signature (RFC 7518, section 3).

    Raises:
        CredentialError: as `signed_jwt`.
    """
    match algorithm:
        case "HS256":
            return hmac.digest(_key_bytes(key, key_encoding), text, "sha256")
        case "HS512":
            return hmac.digest(_key_bytes(key, key_encoding), text, "sha512")
        case "RS256":
            return rsa_key(key, _LEAST_RSA_BITS).sign(text, PKCS1v15(), SHA256())
        case "ES256":
            pair = decode_dss_signature(ec_key(key).sign(text, ECDSA(SHA256())))
            return b"".join(number.to_bytes(_COORDINATE, "big") for number in pair)


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key_bytes(key: SecretStr, encoding: KeyEncoding) -> bytes:
    """Return the bytes of an HMAC key; base64 of either alphabet, padded or not."""
    text = key.get_secret_value()
    try:
        raw = _DECODERS[encoding](text)
    except (binascii.Error, ValueError):
        raise CredentialError(
            f"The key is not {encoding}, as the connector says it is.",
            advice="Paste it as the service shows it, whole and without spaces.",
        ) from None
    if not raw:
        raise CredentialError("The key is empty.", advice="Paste it again.")
    return raw


def _from_base64(text: str) -> bytes:
    bare = "".join(text.split()).translate(_TO_STANDARD)
    if not bare.replace("-", "").replace("_", "").isalnum():
        raise ValueError("not base64")
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


_DECODERS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "utf8": str.encode,
    "base64": _from_base64,
    "hex": lambda text: bytes.fromhex(text.strip()),
}
