r"""Private keys as people paste them: PEM, one line with `\n` in it, or a key file.

What cannot be read is told by what it is instead, with what to do, and never shown.
"""

from base64 import b64decode
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic import SecretStr

from ferrule.errors import CredentialError, UnreadableResponse
from ferrule.exchange import decode

_BEGIN: Final = "-----BEGIN "
_END: Final = "-----"
_WHOLE: Final = "Paste the whole text, from -----BEGIN to the last -----."
_MISTAKEN: Final = {
    "CERTIFICATE": ("a certificate", "The private key was made with it: use its file."),
    "PUBLIC": ("a public key", "Use the private key that belongs to it."),
    "ENCRYPTED": (
        "a key with a password",
        "Decrypt it: openssl pkey -in key.pem -out plain.pem.",
    ),
}


def rsa_key(secret: SecretStr, least_bits: int = 0) -> RSAPrivateKey:
    """Return the RSA key of at least so many bits in `secret`.

    Raises:
        CredentialError: saying what is there instead.
    """
    wanted = "an RSA key"
    key = _loaded(pem_of(secret), wanted)
    if not isinstance(key, RSAPrivateKey):
        raise _another_kind(key, wanted)
    if key.key_size < least_bits:
        raise CredentialError(
            f"The RSA key has {key.key_size} bits: too few to be safe.",
            advice=f"Make one of {least_bits} bits or more.",
        )
    return key


def ec_key(secret: SecretStr) -> EllipticCurvePrivateKey:
    """Return the key on the curve P-256 in `secret`.

    Raises:
        CredentialError: saying what is there instead.
    """
    wanted = "a key on the curve P-256"
    key = _loaded(pem_of(secret), wanted)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise _another_kind(key, wanted)
    if not isinstance(key.curve, SECP256R1):
        raise CredentialError(
            f"The key is on the curve {key.curve.name}, and P-256 is needed.",
            advice="openssl ecparam -name prime256v1 -genkey makes one.",
        )
    return key


def pem_of(secret: SecretStr) -> str:
    r"""Return the PEM text in `secret`, its lines restored.

    Accepted are PEM, PEM on one line with `\n` for the line ends or with none at all,
    base64 of PEM, and a JSON key file with the member `private_key`.
    """
    text = secret.get_secret_value().strip().strip("\"'").strip()
    if text.startswith("{"):
        text = _member(text)
    if _BEGIN not in text:
        text = _unpacked(text)
    text = text.replace("\\r", "").replace("\\n", "\n").replace("\r", "").strip()
    return text if "\n" in text else _in_lines(text)


def _another_kind(key: object, wanted: str) -> CredentialError:
    found = type(key).__name__.lstrip("_").removesuffix("PrivateKey")
    return CredentialError(
        f"The private key is of the kind {found}, and {wanted} is needed.",
        advice="Use the key that was made for this service.",
    )


def _loaded(pem: str, wanted: str) -> object:
    _refuse_mistaken(pem, wanted)
    load = (
        serialization.load_ssh_private_key
        if f"{_BEGIN}OPENSSH" in pem
        else serialization.load_pem_private_key
    )
    try:
        return load(pem.encode(), password=None)
    except TypeError:  # it wants a password
        raise _instead("ENCRYPTED", wanted) from None
    except (ValueError, UnsupportedAlgorithm):
        raise CredentialError(
            f"The private key cannot be read: {wanted} in PEM is needed.",
            advice=_WHOLE,
        ) from None


def _refuse_mistaken(pem: str, wanted: str) -> None:
    if not pem:
        raise CredentialError("The private key is empty.", advice=_WHOLE)
    if not pem.startswith(_BEGIN):
        raise CredentialError(
            f"The private key is not PEM: {wanted} is needed, and its text begins "
            "with -----BEGIN.",
            advice="Paste the text of the key file, not its name.",
        )
    title = pem.removeprefix(_BEGIN).split(_END)[0]
    for word in _MISTAKEN:
        if word in title:
            raise _instead(word, wanted)


def _instead(word: str, wanted: str) -> CredentialError:
    what, advice = _MISTAKEN[word]
    return CredentialError(
        f"This is {what}, and {wanted} without a password is needed.", advice=advice
    )


def _member(text: str) -> str:
    """Return the key in a JSON key file, such as that of a Google service account."""
    try:
        file = decode(text.encode())
    except UnreadableResponse:
        return text
    found = file.get("private_key") if isinstance(file, dict) else None
    return found if isinstance(found, str) else text


def _unpacked(text: str) -> str:
    """Return the PEM that a text is the base64 of, as build servers keep keys."""
    try:
        plain = b64decode("".join(text.split()), validate=True).decode()
    except ValueError:  # no base64, or not of a text
        return text
    return plain if _BEGIN in plain else text


def _in_lines(text: str) -> str:
    """Return PEM that lost its line ends with lines again."""
    parts = text.split(_END)
    if len(parts) < 5:  # noqa: PLR2004 - what stands before, between and after titles
        return text
    _, begin, body, end, *_ = parts
    return f"{_END}{begin}{_END}\n{''.join(body.split())}\n{_END}{end}{_END}\n"
