"""Where the key comes from that opens a lock of the vault.

The keychain keeps random bytes. FERRULE_MASTER_KEY, and what its command prints, is 32
bytes in base64 or hex, or a passphrase of at least 20 characters. A passphrase is asked
for once in a process; what is kept of it is the key made from it.
"""

import base64
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.credentials.first_format import scrypt_key
from ferrule.credentials.keychain import Keychain
from ferrule.credentials.locks import Lock, LockKey, decoded
from ferrule.credentials.stretching import (
    DEFAULT,
    KEY_BYTES,
    Cost,
    Kdf,
    new_kdf,
    stretch,
)
from ferrule.credentials.unpicklable import Unpicklable
from ferrule.credentials.vault import Backend
from ferrule.errors import KeychainUnavailable, VaultLocked

_SHORTEST_GIVEN: Final = 20
_UNTIL: Final = "until:"


class KeySource(Protocol):
    """Where a lock's key comes from, and where the file's generation is mirrored."""

    @property
    def backend(self) -> Backend:
        """Return the kind of place."""

    @property
    def begins(self) -> bool:
        """Whether a new vault may be closed with its key."""

    def keys_for(self, lock: Lock) -> Sequence[bytes]:
        """Return the keys that may open a lock; none for a lock of another kind.

        Raises:
            CredentialError: when the place does not give its key.
        """

    def first_key(self, salt: bytes) -> bytes | None:
        """Return what the first format of the file was sealed with."""

    def lock_key(self) -> LockKey:
        """Return what a new lock is closed with; made if there is none yet.

        Raises:
            CredentialError: when there is none and none can be made.
        """

    def mirrored(self) -> str | None:
        """Return what `mirror` kept last."""

    def mirror(self, text: str) -> None:
        """Keep the file's identity and generation where the file cannot take it."""

    def forget(self) -> None:
        """Drop what this process knows of the key."""


class Unmirrored(Unpicklable):
    """A source that keeps nothing."""

    def mirrored(self) -> str | None:
        """Return nothing."""
        return None

    def mirror(self, text: str) -> None:
        """Keep nothing."""


class KeychainKey(Unpicklable):
    """Random keys in the keychain, named by the data directory; mostly one.

    While the vault's data key is changed there are two, the newer first. They may be
    there for a time only: whoever finds that it is over takes them out.
    """

    backend: Final[Backend] = "keychain"
    begins: Final = True

    def __init__(
        self, keychain: Keychain, data_dir: Path, clock: Clock | None = None
    ) -> None:
        self._keychain = keychain
        self._clock = clock or SystemClock()
        self._found: list[bytes] = []
        self._until: datetime | None = None
        self._name = f"data key of {data_dir.resolve()}"
        self.mirror_name = f"generation of {data_dir.resolve()}"

    def kept(self) -> list[bytes]:
        """Return the keys in the keychain, the newest first.

        Raises:
            KeychainUnavailable: when they were there for a time that is over.
        """
        if not self._found:
            words = (self._keychain.read(self._name) or "").split()
            self._found = [key for key in map(decoded, words) if key is not None]
            self._until = next(filter(None, map(_moment, words)), None)
        if self._until is not None and self._clock.now() >= self._until:
            self.remove()
            raise KeychainUnavailable("the time for which it opened the vault is over")
        return self._found

    def limit(self, until: datetime | None) -> None:
        """Let the keys be there until then; None for ever.

        Raises:
            KeychainUnavailable: when the keychain does not give them back.
        """
        found = self.kept()
        self._until = until
        self.keep(found)

    def keys_for(self, lock: Lock) -> Sequence[bytes]:
        """Return the keychain's keys for a lock of the keychain."""
        return self.kept() if lock.kind == "keychain" else ()

    def first_key(self, salt: bytes) -> bytes | None:  # noqa: ARG002  a random key needs none
        """Return the key, None when the keychain has none."""
        return next(iter(self.kept()), None)

    def lock_key(self) -> LockKey:
        """Return the newest key, made if there is none yet."""
        return LockKey("keychain", (self.kept() or self.added())[0])

    def added(self) -> list[bytes]:
        """Put a new key before those there are.

        Raises:
            KeychainUnavailable: when the keychain does not give it back.
        """
        self._found = []
        return self.keep([secrets.token_bytes(KEY_BYTES), *self.kept()])

    def keep(self, keys: Sequence[bytes]) -> list[bytes]:
        """Let the keychain keep these keys, and no other.

        Raises:
            KeychainUnavailable: when the keychain does not give them back.
        """
        until, self._found = self._until, []
        words = [base64.b64encode(key).decode() for key in keys]
        words += [f"{_UNTIL}{rfc3339(until)}"] if until else []
        self._keychain.write(self._name, " ".join(words))
        if self.kept() != list(keys):
            raise KeychainUnavailable("The keychain did not keep the vault's key.")
        return self._found

    def remove(self) -> None:
        """Take the keys out of the keychain."""
        self._keychain.delete(self._name)
        self._found, self._until = [], None

    def destroy(self) -> None:
        """Take the keys out of the keychain, and what it knows of the file."""
        self.remove()
        self._keychain.delete(self.mirror_name)

    def mirrored(self) -> str | None:
        """Return what `mirror` kept last."""
        return self._keychain.read(self.mirror_name)

    def mirror(self, text: str) -> None:
        """Keep the file's identity and generation, against an old copy of the file."""
        self._keychain.write(self.mirror_name, text)

    def forget(self) -> None:
        """Drop the keys that were read, so that the keychain is asked again."""
        self._found, self._until = [], None


class GivenKey(Unmirrored):
    """The key that a text holds, or that is made from it."""

    def __init__(
        self, text: str, backend: Backend = "environment", cost: Cost = DEFAULT
    ) -> None:
        self.backend: Final = backend
        self.begins: Final = usable(text)
        self._text = text
        self._cost = cost
        self._made: dict[Kdf, bytes] = {}

    def keys_for(self, lock: Lock) -> Sequence[bytes]:
        """Return the 32 bytes themselves, or the passphrase's key."""
        if lock.kind == "passphrase" and lock.kdf is not None:
            return [self._stretched(lock.kdf)]
        plain = decoded(self._text)
        return [plain] if plain and lock.kind in {"master", "recovery"} else []

    def first_key(self, salt: bytes) -> bytes | None:
        """Return the key itself, or scrypt's of the passphrase."""
        return decoded(self._text) or scrypt_key(self._text, salt)

    def lock_key(self) -> LockKey:
        """Return the key itself, or one that Argon2id makes."""
        plain = decoded(self._text)
        if plain is not None:
            return LockKey("master", plain)
        if not usable(self._text):
            raise VaultLocked(
                "The master key is too short to keep secrets with.",
                advice="Use 32 random bytes in base64 or hex, or a passphrase of 20 "
                "characters or more.",
            )
        kdf = new_kdf(self._cost)
        return LockKey("passphrase", self._stretched(kdf), kdf)

    def forget(self) -> None:
        """Drop the keys made; the text stays, for it was given for the process."""
        self._made.clear()

    def _stretched(self, kdf: Kdf) -> bytes:
        if kdf not in self._made:
            self._made[kdf] = stretch(self._text, kdf)
        return self._made[kdf]


class CommandKey(Unmirrored):
    """The key that a program prints, which is started when it is first needed."""

    backend: Final[Backend] = "command"
    begins: Final = True

    def __init__(self, run: Callable[[], str]) -> None:
        self._run = run
        self._given: GivenKey | None = None
        self._asking = threading.Lock()

    def keys_for(self, lock: Lock) -> Sequence[bytes]:
        """Return the key that it prints, for a lock that it may open."""
        return self._asked().keys_for(lock) if lock.kind != "keychain" else ()

    def first_key(self, salt: bytes) -> bytes | None:
        """Return the key that it prints."""
        return self._asked().first_key(salt)

    def lock_key(self) -> LockKey:
        """Return the key that it prints."""
        return self._asked().lock_key()

    def forget(self) -> None:
        """Drop what it printed, so that it is asked again."""
        self._given = None

    def _asked(self) -> GivenKey:
        with self._asking:
            if self._given is None:
                self._given = GivenKey(self._run(), "command")
            return self._given


class HandedKey(Unmirrored):
    """The key of one lock, as a parent process handed it over on standard input."""

    backend: Final[Backend] = "environment"
    begins: Final = False

    def __init__(self, key: bytes) -> None:
        self._key = key

    def keys_for(self, lock: Lock) -> Sequence[bytes]:  # noqa: ARG002  whichever it is
        """Return the key."""
        return [self._key]

    def first_key(self, salt: bytes) -> bytes | None:  # noqa: ARG002  see above
        """Return nothing: whoever hands a key over has brought the file up to date."""
        return None

    def lock_key(self) -> LockKey:
        """Refuse: nothing new is closed with it."""
        raise KeychainUnavailable("A key that was handed over closes no new vault.")

    def forget(self) -> None:
        """Keep it: it was given for the process."""


def _moment(word: str) -> datetime | None:
    if not word.startswith(_UNTIL):
        return None
    return datetime.fromisoformat(word.removeprefix(_UNTIL))


def usable(text: str) -> bool:
    """Tell whether a master key is 32 encoded bytes or a passphrase long enough."""
    return decoded(text) is not None or len(text) >= _SHORTEST_GIVEN
