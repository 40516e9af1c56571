"""The locks of a vault: each holds its data key, sealed by a key from somewhere else.

A vault may have several, as a door has: the keychain's, a passphrase's, a master key's,
a recovery key's. Changing one leaves the records as they are. How a passphrase becomes
a key is bound into the seal of its lock, so that a changed header does not open.
"""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ferrule.credentials.stretching import KEY_BYTES, Kdf
from ferrule.credentials.unpicklable import Unpicklable
from ferrule.exchange import canonical

Kind = Literal["keychain", "passphrase", "master", "recovery"]
_FORMAT: Final = "ferrule-vault/2"
_NONCE: Final = 12
_HEX_DIGITS: Final = 2 * KEY_BYTES
_GROUPS: Final = re.compile(r"(?:[A-Z2-7]{4}-){12}[A-Z2-7]{4}")


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The data key, sealed by a key of this kind; both texts are base64."""

    kind: Kind
    nonce: str
    sealed: str
    kdf: Kdf | None = None


@dataclass(frozen=True, slots=True)
class LockKey(Unpicklable):
    """A key that seals a lock, and how it came from a passphrase if it did."""

    kind: Kind
    key: bytes = field(repr=False)
    kdf: Kdf | None = None


def closed(by: LockKey, data_key: bytes | bytearray, vault: tuple[str, str]) -> Lock:
    """Return a lock for the data key of `vault`: its id and the data key's id."""
    nonce = secrets.token_bytes(_NONCE)
    bound = _bound(by.kind, by.kdf, vault)
    sealed = _cipher(by.kind, by.key, vault).encrypt(nonce, bytes(data_key), bound)
    return Lock(by.kind, _text(nonce), _text(sealed), by.kdf)


def opened(lock: Lock, key: bytes, vault: tuple[str, str]) -> bytearray | None:
    """Return the data key behind a lock; None when this is not its key."""
    bound = _bound(lock.kind, lock.kdf, vault)
    found = bytearray(KEY_BYTES)
    try:
        nonce, sealed = _raw(lock.nonce), _raw(lock.sealed)
        _cipher(lock.kind, key, vault).decrypt_into(nonce, sealed, bound, found)
    except (InvalidTag, ValueError):
        return None
    return found


def new_recovery_key() -> str:
    """Return 32 random bytes in thirteen groups of four letters and digits."""
    text = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def decoded(text: str) -> bytes | None:
    """Return the 32 bytes of a key in hex, base64 of either alphabet, or groups."""
    try:
        if _GROUPS.fullmatch(text):
            return base64.b32decode(text.replace("-", "") + "====")
        if len(text) == _HEX_DIGITS:
            return bytes.fromhex(text)
        padded = text.translate(str.maketrans("-_", "+/")) + "=" * (-len(text) % 4)
        raw = base64.b64decode(padded, validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == KEY_BYTES else None


def _cipher(kind: Kind, key: bytes, vault: tuple[str, str]) -> AESGCM:
    told = f"{_FORMAT} lock {kind}".encode()
    return AESGCM(HKDF(SHA256(), 32, salt=vault[0].encode(), info=told).derive(key))


def _bound(kind: Kind, kdf: Kdf | None, vault: tuple[str, str]) -> bytes:
    return canonical([_FORMAT, *vault, kind, msgspec.to_builtins(kdf)])


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
