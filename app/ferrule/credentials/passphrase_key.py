"""The source of the vault's key that is a passphrase in somebody's head.

It is asked for once in a process; what is kept of it is the key made from it.
"""

import threading
from collections.abc import Sequence
from typing import Final

from ferrule.credentials.data_key import Unmirrored
from ferrule.credentials.locks import Lock, LockKey
from ferrule.credentials.master_key import asked_passphrase
from ferrule.credentials.stretching import DEFAULT, Cost, Kdf, new_kdf, stretch
from ferrule.credentials.vault import Backend
from ferrule.errors import VaultLocked


class PassphraseKey(Unmirrored):
    """The keys made from a passphrase that a person typed in this process."""

    backend: Final[Backend] = "passphrase"

    def __init__(self) -> None:
        self._made: dict[Kdf, bytes] = {}
        self._chosen: Kdf | None = None
        self._refused = False
        self._asking = threading.Lock()

    def keys_for(self, lock: Lock) -> Sequence[bytes]:
        """Return the key for a lock, asking a person once where one can be asked.

        Raises:
            VaultLocked: while nobody gave the passphrase.
        """
        if lock.kind != "passphrase" or lock.kdf is None:
            return ()
        with self._asking:
            if lock.kdf not in self._made and not self._refused:
                typed = asked_passphrase("Passphrase of the vault")
                self._refused = typed == ""
                if typed:
                    self._made[lock.kdf] = stretch(typed, lock.kdf)
            if lock.kdf not in self._made:
                raise VaultLocked("the passphrase was not given")
            return [self._made[lock.kdf]]

    def offer(self, passphrase: str, lock: Lock) -> bytes:
        """Make the key for a lock from a passphrase; `accept` keeps it."""
        if lock.kdf is None:
            raise VaultLocked("The lock of the passphrase is damaged.")
        return stretch(passphrase, lock.kdf)

    def accept(self, kdf: Kdf, key: bytes) -> None:
        """Keep a key that was made from a passphrase."""
        self._made[kdf] = key
        self._chosen = kdf

    def choose(self, passphrase: str, cost: Cost = DEFAULT) -> LockKey:
        """Return what a lock is closed with for a passphrase chosen now."""
        kdf = new_kdf(cost)
        return LockKey("passphrase", stretch(passphrase, kdf), kdf)

    @property
    def begins(self) -> bool:
        """Whether a passphrase was given in this process."""
        return bool(self._made)

    def first_key(self, salt: bytes) -> bytes | None:  # noqa: ARG002  it is younger
        """Return nothing: the first format knew no passphrase of its own."""
        return None

    def lock_key(self) -> LockKey:
        """Return the key of the passphrase that was given last.

        Raises:
            VaultLocked: when none was given.
        """
        if self._chosen is None:
            raise VaultLocked(
                "No passphrase was given.", advice="Set one: ferrule vault passphrase."
            )
        return LockKey("passphrase", self._made[self._chosen], self._chosen)

    def forget(self) -> None:
        """Drop every key, so that the passphrase is needed again."""
        self._made.clear()
        self._chosen = None
        self._refused = False
