"""A file and the sources of its key: the first that opens a lock, or why none does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ferrule.credentials import locks, sealed_file
from ferrule.credentials.data_key import KeySource
from ferrule.credentials.first_format import (
    FirstContents,
    as_contents,
    first_ring,
    is_whole,
)
from ferrule.credentials.locks import LockKey
from ferrule.credentials.sealed_file import Contents, Ring
from ferrule.credentials.unpicklable import Unpicklable
from ferrule.errors import CredentialError, VaultLocked

WHERE: Final = {
    "keychain": "the system's keychain",
    "environment": "FERRULE_MASTER_KEY",
    "command": "what FERRULE_MASTER_KEY_COMMAND prints",
    "passphrase": "the passphrase",
    "recovery": "the recovery key",
    "memory": "memory",
}
_WAYS: Final = {
    "keychain": "unlock the keychain",
    "passphrase": "give its passphrase (ferrule vault unlock, or FERRULE_MASTER_KEY)",
    "master": "set the FERRULE_MASTER_KEY it was sealed with",
    "recovery": "use the recovery key (ferrule vault unlock --recovery @file:PATH)",
}


@dataclass(frozen=True, slots=True)
class Opened(Unpicklable):
    """A verified file, its keys, and the source and the lock's key that gave them."""

    contents: Contents
    ring: Ring
    source: KeySource
    by: LockKey | None  # none in the first format


def unlocked(path: Path, contents: Contents, sources: Sequence[KeySource]) -> Opened:
    """Return the file opened by the first source that has a key for a lock."""
    tried = []
    for source in sources:
        try:
            found = _by(source, contents)
        except CredentialError as error:
            tried.append(_failed(source, error))
            continue
        if isinstance(found, Opened):
            return found
        if found:
            tried.append(f"{WHERE[source.backend]} {found}")
    raise _refusal(path, tried, [lock.kind for lock in contents.locks])


def first_unlocked(
    path: Path, first: FirstContents, sources: Sequence[KeySource]
) -> Opened:
    tried = []
    for source in sources:
        try:
            key = source.first_key(first.salt.encode())
        except CredentialError as error:
            tried.append(_failed(source, error))
            continue
        ring = None if key is None else first_ring(first, key)
        if ring is not None:
            contents = as_contents(first)
            if not is_whole(first, ring):
                sealed_file.verify(contents, ring, path)
            return Opened(contents, ring, source, None)
        what = "no key for it" if key is None else "another key than it was sealed with"
        tried.append(f"{WHERE[source.backend]} holds {what}")
    raise _refusal(path, tried, ["keychain", "master"])


def _refusal(path: Path, tried: Sequence[str], kinds: Sequence[str]) -> VaultLocked:
    ways = "; ".join(dict.fromkeys(_WAYS[kind] for kind in kinds))
    advice = f"To open it: {ways}. " if ways else ""
    return VaultLocked(
        f"{path} cannot be opened: {'; '.join(tried) or 'no key was given'}.",
        advice=f"{advice}Or move the file aside and connect again.",
    )


def _by(source: KeySource, contents: Contents) -> Opened | str:
    """Return the file opened by a source, or what was wrong; "" for no lock of it."""
    tried = False
    for lock in contents.locks:
        for key in source.keys_for(lock):
            tried = True
            data_key = locks.opened(lock, key, contents.named)
            ring = None if data_key is None else sealed_file.ring_of(contents, data_key)
            if ring is not None:
                by = LockKey(lock.kind, key, lock.kdf)
                return Opened(contents, ring, source, by)
    if not tried:
        return "holds no key for it" if source.backend != "passphrase" else ""
    if source.backend == "passphrase":
        return "is wrong"
    return "holds another key than it was sealed with"


def _failed(source: KeySource, error: CredentialError) -> str:
    if source.backend in {"passphrase", "command"}:
        return error.message.rstrip(".")  # it names itself
    return f"{WHERE[source.backend]} failed ({error.message})"
