"""The one key that seals the file of secrets, and where it comes from.

From the keychain when a round trip works, else from FERRULE_MASTER_KEY, else from
nowhere. FERRULE_MASTER_KEY is 32 bytes in base64 or hex, or a passphrase of at least
20 characters (scrypt with the file's salt). FERRULE_KEYCHAIN=off leaves the keychain
alone.
"""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ferrule.credentials.keychain import Keychain
from ferrule.credentials.master_key import MASTER_KEY, take_master_key
from ferrule.credentials.vault import Backend
from ferrule.errors import KeychainUnavailable

KEYCHAIN: Final = "FERRULE_KEYCHAIN"
KEY_BYTES: Final = 32
_SHORTEST_PASSPHRASE: Final = 20
_HEX_DIGITS: Final = 2 * KEY_BYTES


class KeySource(Protocol):
    """Where a data key comes from, and where the file's generation is mirrored."""

    @property
    def backend(self) -> Backend:
        """Return the kind of place."""

    def find(self, salt: bytes) -> bytes | None:
        """Return the key, None when there is none yet."""

    def make(self, salt: bytes) -> bytes:
        """Return the key, made if there is none yet; under the file's lock."""

    def mirrored(self) -> str | None:
        """Return what `mirror` kept last."""

    def mirror(self, text: str) -> None:
        """Keep the file's identity and generation where the file cannot take it."""


class KeychainKey:
    """A random key in the keychain, named by the data directory."""

    backend: Final[Backend] = "keychain"

    def __init__(self, keychain: Keychain, data_dir: Path) -> None:
        self._keychain = keychain
        self._found: bytes | None = None
        self._name = f"data key of {data_dir.resolve()}"
        self.mirror_name = f"generation of {data_dir.resolve()}"

    def find(self, salt: bytes) -> bytes | None:  # noqa: ARG002  a random key needs none
        """Return the key, None when the keychain has none."""
        if self._found is None:
            kept = self._keychain.read(self._name)
            self._found = None if kept is None else _decoded(kept)
        return self._found

    def make(self, salt: bytes) -> bytes:
        """Return the key, made if there is none yet.

        Raises:
            KeychainUnavailable: when the keychain does not give it back.
        """
        found = self.find(salt)
        if found is not None:
            return found
        made = secrets.token_bytes(KEY_BYTES)
        self._keychain.write(self._name, base64.b64encode(made).decode())
        if self.find(salt) != made:
            raise KeychainUnavailable("The keychain did not keep the data key.")
        return made

    def mirrored(self) -> str | None:
        """Return what `mirror` kept last."""
        return self._keychain.read(self.mirror_name)

    def mirror(self, text: str) -> None:
        """Keep the file's identity and generation, against an old copy of the file."""
        self._keychain.write(self.mirror_name, text)


class GivenKey:
    """The key that FERRULE_MASTER_KEY holds, or that is made from it."""

    backend: Final[Backend] = "environment"

    def __init__(self, text: str) -> None:
        self._text = text

    def find(self, salt: bytes) -> bytes:
        """Return the key: the 32 bytes themselves, or the passphrase's."""
        return _decoded(self._text) or _stretched(self._text, salt)

    make = find

    def mirrored(self) -> str | None:
        """Return nothing: the environment keeps nothing."""
        return None

    def mirror(self, text: str) -> None:
        """Keep nothing: the environment keeps nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """The key sources to try in order, and why the others are not among them."""

    sources: tuple[KeySource, ...]
    why_not: str


def find_sources(data_dir: Path, keychain: Keychain | None = None) -> Found:
    """Return where the data key may come from, best first.

    The keychain's round trip may take its five seconds, once a process.
    """
    sources: list[KeySource] = []
    why = []
    given = take_master_key()
    refusal = _refusal(keychain)
    if refusal is None:
        sources.append(KeychainKey(keychain or _SYSTEM, data_dir))
    else:
        why.append(refusal)
    if given is not None and usable(given):
        sources.append(GivenKey(given))
    elif given is not None:
        why.append(f"{MASTER_KEY} is too short.")
    else:
        why.append(f"{MASTER_KEY} is not set.")
    return Found(tuple(sources), " ".join(why))


def usable(text: str) -> bool:
    """Tell whether a master key is 32 encoded bytes or a passphrase long enough."""
    return _decoded(text) is not None or len(text) >= _SHORTEST_PASSPHRASE


_SYSTEM: Final = Keychain()


def _refusal(keychain: Keychain | None) -> str | None:
    if os.environ.get(KEYCHAIN, "").lower() == "off":
        return f"The keychain is switched off ({KEYCHAIN}=off)."
    return _system_refusal() if keychain is None else keychain.probe()


@cache
def _system_refusal() -> str | None:
    return _SYSTEM.probe()


def _decoded(text: str) -> bytes | None:
    """Return 32 bytes from hex or base64 of either alphabet, None if it is neither."""
    try:
        if len(text) == _HEX_DIGITS:
            return bytes.fromhex(text)
        padded = text.translate(str.maketrans("-_", "+/")) + "=" * (-len(text) % 4)
        raw = base64.b64decode(padded, validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == KEY_BYTES else None


@cache
def _stretched(text: str, salt: bytes) -> bytes:
    # OWASP's scrypt setting of 32 MiB; fixed, so that no file can ask for more.
    return Scrypt(salt=salt, length=KEY_BYTES, n=2**15, r=8, p=3).derive(text.encode())
