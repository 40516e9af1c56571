"""Which sources of the vault's key there are in this process, best first.

The keychain when a round trip works, then FERRULE_MASTER_KEY, then what
FERRULE_MASTER_KEY_COMMAND prints, then a passphrase. FERRULE_KEYCHAIN=off leaves the
keychain alone.
"""

import os
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Final

from ferrule.clock import Clock
from ferrule.credentials.data_key import (
    CommandKey,
    GivenKey,
    HandedKey,
    KeychainKey,
    KeySource,
    usable,
)
from ferrule.credentials.key_command import ask_command
from ferrule.credentials.keychain import Keychain
from ferrule.credentials.locks import decoded
from ferrule.credentials.master_key import (
    MASTER_KEY,
    handed_key,
    take_command,
    take_master_key,
)
from ferrule.credentials.passphrase_key import PassphraseKey
from ferrule.errors import KeychainUnavailable

KEYCHAIN: Final = "FERRULE_KEYCHAIN"
_SYSTEM: Final = Keychain()


@dataclass(frozen=True, slots=True)
class Found:
    """The sources to try in order, and why the others are not among them.

    `weak` may open a lock and closes none; `keychain` is why there is none of the
    keychain's.
    """

    sources: tuple[KeySource, ...]
    weak: tuple[KeySource, ...]
    passphrase: PassphraseKey
    keychain: KeychainUnavailable | None
    why_not: str

    @property
    def all(self) -> tuple[KeySource, ...]:
        """Return the sources that may open a lock, the passphrase last."""
        return (*self.sources, *self.weak, self.passphrase)

    def with_passphrase(self, given: PassphraseKey) -> "Found":
        """Return the same with a passphrase that was given before."""
        return replace(self, passphrase=given)


def find_sources(
    data_dir: Path, keychain: Keychain | None = None, clock: Clock | None = None
) -> Found:
    """Return where the vault's key may come from, best first.

    The keychain's round trip may take its five seconds, once a process.
    """
    refusal = keychain_refusal(keychain)
    sources: list[KeySource] = []
    weak: list[KeySource] = []
    why = [] if refusal is None else [refusal.message]
    handed = decoded(handed_key() or "")
    if handed is not None:
        sources.append(HandedKey(handed))
    if refusal is None:
        sources.append(KeychainKey(keychain or _SYSTEM, data_dir, clock))
    given = take_master_key()
    if given is not None:
        (sources if usable(given) else weak).append(GivenKey(given))
        why += [] if usable(given) else [f"{MASTER_KEY} is too short."]
    else:
        why.append(f"{MASTER_KEY} is not set.")
    command = take_command()
    if command is not None:
        sources.append(CommandKey(partial(ask_command, command)))
    passphrase = PassphraseKey()
    return Found(tuple(sources), tuple(weak), passphrase, refusal, " ".join(why))


def keychain_refusal(keychain: Keychain | None = None) -> KeychainUnavailable | None:
    """Return why the keychain is not used, None when it works."""
    if os.environ.get(KEYCHAIN, "").lower() == "off":
        return KeychainUnavailable(
            f"The keychain is switched off ({KEYCHAIN}=off).",
            advice=f"Unset {KEYCHAIN} to use it.",
        )
    return _system_refusal() if keychain is None else keychain.probe()


@cache
def _system_refusal() -> KeychainUnavailable | None:
    return _SYSTEM.probe()


def probe_again() -> None:
    """Let the system's keychain be tried anew: a person may have unlocked it."""
    _system_refusal.cache_clear()
