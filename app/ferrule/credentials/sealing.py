"""What is derived from a data key, and how one record is sealed with it.

GCM does not commit to its key, hence the key's id in what is authenticated and a check
value made from the key. Each seal has a random nonce of its own.
"""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ferrule.credentials.unpicklable import Unpicklable
from ferrule.credentials.vault import Ref
from ferrule.exchange import Json, canonical

FORMAT: Final = "ferrule-vault/2"
FIRST_FORMAT: Final = "ferrule-vault/1"
_NONCE: Final = 12


class Place(NamedTuple):
    """Where a sealed value belongs; it opens nowhere else."""

    ref: Ref
    field: str
    version: int


class Sealed(NamedTuple):
    """A nonce and what was sealed with it, both base64."""

    nonce: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Keys(Unpicklable):
    """What is derived from a data key for one vault; never shown."""

    format: str
    vault_id: str
    key_id: str
    check: str = field(repr=False)
    cipher: AESGCM = field(repr=False)
    mac: bytes = field(repr=False)


def derive(data_key: bytes | bytearray, vault_id: str, format_: str = FORMAT) -> Keys:
    """Return the keys of a vault (HKDF-SHA256, one purpose each; RFC 5869)."""

    def purpose(name: str) -> bytes:
        told = f"{format_} {name}".encode()
        return HKDF(SHA256(), 32, salt=vault_id.encode(), info=told).derive(data_key)

    return Keys(
        format=format_,
        vault_id=vault_id,
        key_id=purpose("key id").hex()[:16],
        check=text(purpose("check")),
        cipher=AESGCM(purpose("seal")),
        mac=purpose("mac"),
    )


def sealed(keys: Keys, place: Place, value: str) -> Sealed:
    """Return `value` sealed for its place."""
    nonce = secrets.token_bytes(_NONCE)
    plain = value.encode("utf-8", "surrogatepass")
    return Sealed(
        text(nonce), text(keys.cipher.encrypt(nonce, plain, _bound(keys, place)))
    )


def unsealed(keys: Keys, place: Place, kept: Sealed) -> str | None:
    """Return what was sealed; None for another place, another key or a change."""
    try:
        nonce, hidden = raw(kept.nonce), raw(kept.sealed)
        plain = keys.cipher.decrypt(nonce, hidden, _bound(keys, place))
    except (InvalidTag, ValueError):
        return None
    return plain.decode("utf-8", "surrogatepass")


def sealed_key(keys: Keys, key_id: str, data_key: bytes | bytearray) -> Sealed:
    """Return an older data key, sealed by the present one."""
    nonce = secrets.token_bytes(_NONCE)
    bound = _older(keys, key_id)
    return Sealed(text(nonce), text(keys.cipher.encrypt(nonce, bytes(data_key), bound)))


def unsealed_key(keys: Keys, key_id: str, kept: Sealed) -> bytes | None:
    """Return an older data key, None when it was changed."""
    try:
        nonce, hidden = raw(kept.nonce), raw(kept.sealed)
        return keys.cipher.decrypt(nonce, hidden, _older(keys, key_id))
    except (InvalidTag, ValueError):
        return None


def text(raw_: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(raw_).decode()


def raw(text_: str) -> bytes:
    """Return the bytes of base64; ValueError for what is none."""
    return base64.b64decode(text_, validate=True)


def _bound(keys: Keys, place: Place) -> bytes:
    vault: list[Json] = [keys.format, keys.vault_id]
    parts: list[Json] = [
        *vault, *place.ref, place.field, place.version, keys.key_id
    ]  # fmt: skip
    return canonical(parts)


def _older(keys: Keys, key_id: str) -> bytes:
    return canonical([keys.format, keys.vault_id, "older key", key_id, keys.key_id])
