"""A passphrase made into a key by Argon2id (RFC 9106), within bounds.

The parameters stand in the file, which somebody may have changed: one that asks for
too little would make guessing cheap, one that asks for too much would stop the program
(2 GiB take seconds and may not be there). Both are refused before anything is computed.
"""

import secrets
import unicodedata
from base64 import b64decode, b64encode
from typing import Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ferrule.errors import VaultLocked

KEY_BYTES: Final = 32
SHORTEST: Final = 12  # characters of a passphrase that is chosen now
_NAME: Final = "argon2id"
_SALT: Final = 16


class Cost(NamedTuple):
    """What one guess costs: KiB of memory, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


DEFAULT: Final = Cost(64 * 1024, 3, 4)  # RFC 9106, section 4, second recommendation
_LEAST: Final = Cost(19 * 1024, 2, 1)  # OWASP's minimum
_MOST: Final = Cost(256 * 1024, 8, 8)  # a second or a few
_SALT_MOST: Final = 64


class Kdf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a passphrase becomes a key, as it stands in the file."""

    name: str
    memory: int
    passes: int
    lanes: int
    salt: str


def new_kdf(cost: Cost = DEFAULT) -> Kdf:
    """Return parameters with a salt of their own."""
    salt = b64encode(secrets.token_bytes(_SALT)).decode()
    return Kdf(_NAME, *cost, salt=salt)


def stretch(passphrase: str, kdf: Kdf) -> bytes:
    """Return the key of a passphrase; it is brought to NFC first (RFC 8265).

    Raises:
        VaultLocked: for parameters outside the bounds, or without the memory for them.
    """
    salt = _checked(kdf)
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    made = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=kdf.passes,
        lanes=kdf.lanes,
        memory_cost=kdf.memory,
    )
    try:
        return made.derive(text)
    except MemoryError:
        raise VaultLocked(
            f"There are no {kdf.memory // 1024} MiB of memory to make the key from "
            "the passphrase.",
            advice="Close something, and try again.",
        ) from None


def _checked(kdf: Kdf) -> bytes:
    if kdf.name != _NAME:
        raise VaultLocked(
            f"The passphrase is stretched by {kdf.name!r}, which this Ferrule does "
            "not know.",
            advice="Use a newer Ferrule, or restore the file from its .bak copy.",
        )
    found = (kdf.memory, kdf.passes, kdf.lanes)
    low = any(have < least for have, least in zip(found, _LEAST, strict=True))
    high = any(have > most for have, most in zip(found, _MOST, strict=True))
    salt = _salt(kdf.salt)
    if low or high or kdf.memory < 8 * kdf.lanes or salt is None:
        what = "little" if low else "much" if high else "strange a salt"
        raise VaultLocked(
            f"The sealed file asks for too {what} to open with a passphrase: "
            f"{kdf.memory:,} KiB, {kdf.passes} passes, {kdf.lanes} lanes. Somebody may "
            "have changed it.",
            advice="Restore the file from its .bak copy: ferrule vault restore.",
        )
    return salt


def _salt(text: str) -> bytes | None:
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if _SALT <= len(raw) <= _SALT_MOST else None
