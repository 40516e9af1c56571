"""The first format of the sealed file, which is read and, once written to, replaced.

Its data key was the keychain's or the master key itself (a passphrase through scrypt),
so that there were no locks, no older keys and no times.
"""

import hmac
from functools import cache

import msgspec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ferrule.credentials.sealed_file import Contents, Record, Ring, mac_of
from ferrule.credentials.sealing import FIRST_FORMAT, derive
from ferrule.credentials.stretching import KEY_BYTES


class FirstRecord(msgspec.Struct, frozen=True):
    """One sealed secret."""

    project: str
    owner: str
    field: str
    version: int
    nonce: str
    sealed: str


class FirstContents(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True
):
    """The whole file as it stands on disk."""

    format: str
    vault_id: str
    key_id: str
    salt: str
    check: str
    generation: int
    records: list[FirstRecord]
    mac: str = ""


def first_ring(first: FirstContents, key: bytes) -> Ring | None:
    """Return the ring of a file; None when this is not the key it was sealed with."""
    keys = derive(key, first.vault_id, FIRST_FORMAT)
    return Ring(key, keys) if hmac.compare_digest(first.check, keys.check) else None


def is_whole(first: FirstContents, ring: Ring) -> bool:
    """Tell whether records and generation are as they were written."""
    return hmac.compare_digest(first.mac, mac_of(first, ring.current))


def as_contents(first: FirstContents) -> Contents:
    """Return the file in today's form; its seals are the first format's."""
    return Contents(
        format=first.format,
        vault_id=first.vault_id,
        generation=first.generation,
        key_id=first.key_id,
        check=first.check,
        locks=[],
        older=[],
        records=[
            Record(
                one.project,
                one.owner,
                one.field,
                one.version,
                first.key_id,
                "",
                one.nonce,
                one.sealed,
            )
            for one in first.records
        ],
    )


@cache
def scrypt_key(text: str, salt: bytes) -> bytes:
    """Return the key that the first format made of a passphrase."""
    return Scrypt(salt=salt, length=KEY_BYTES, n=2**15, r=8, p=3).derive(text.encode())
