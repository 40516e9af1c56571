"""A new data key for the vault, and its records sealed with it one after another.

    both keys are in the keychain → the file has a new data key, the older beside it →
    record by record → no record uses the older → it is dropped → the older is out of
    the keychain

Each arrow is one durable writing under the file's lock. A process that is killed in
between leaves a file that every reader opens, and a later call goes on from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from ferrule.credentials import locks, sealed_file
from ferrule.credentials.data_key import KeychainKey
from ferrule.credentials.locks import Lock, LockKey
from ferrule.credentials.sealed_file import Contents
from ferrule.credentials.sealed_vault import SealedVault
from ferrule.credentials.unlocking import Opened
from ferrule.errors import CredentialError, UsageError, VaultLocked

_MOST_KEYS: Final = 2


@dataclass(frozen=True, slots=True)
class Rotated:
    """How far it is: records sealed anew, records to go, locks that were dropped."""

    done: int
    left: int
    dropped: tuple[str, ...] = ()


def rotate(vault: SealedVault, *, drop: bool = False) -> Iterator[Rotated]:
    """Give the vault a new data key; yield after each record.

    Every lock whose key is at hand is closed anew; the recovery key's goes otherwise.
    With `drop` so do others.

    Raises:
        UsageError: when there is no vault.
        VaultLocked: when it does not open, or a lock's key is not at hand.
    """
    if vault.opened() is None:
        raise UsageError("There is no vault yet: no secret was kept so far.")
    dropped = _begin(vault, drop=drop)
    done, left = 0, _left(vault)
    yield Rotated(done, left, dropped)
    while left:
        left = _one_more(vault)
        done += 1
        yield Rotated(done, left, dropped)
    _finish(vault)


def unfinished(contents: Contents) -> bool:
    """Tell whether records may still be sealed with an older data key."""
    return bool(contents.older)


def _begin(vault: SealedVault, *, drop: bool) -> tuple[str, ...]:
    with vault.writing() as found:
        if unfinished(found.contents):
            return ()
        kept, dropped = _keys_at_hand(vault, found.contents, drop=drop)
        _add_to_keychain(vault, kept)
        by = [_newest(vault, one) for one in kept]
        new, ring = sealed_file.begun(by, found.contents.vault_id)
        old = found.contents
        older = sealed_file.older_key(ring, old.key_id, found.ring.data_key)
        begun = msgspec.structs.replace(
            new, generation=old.generation, older=[older], records=old.records
        )
        vault.save(found, sealed_file.signed(begun, ring))
        return dropped


def _one_more(vault: SealedVault) -> int:
    """Seal one more record with the present key; return how many are left."""
    with vault.writing() as found:
        old = _old_ones(found.contents)
        if old:
            at = found.contents.records.index(old[0])
            records = list(found.contents.records)
            records[at] = sealed_file.resealed(found.ring, old[0])
            changed = msgspec.structs.replace(found.contents, records=records)
            vault.save(found, sealed_file.signed(changed, found.ring))
        return max(len(old) - 1, 0)


def _finish(vault: SealedVault) -> None:
    """Drop the older key, which nothing uses, wherever it is."""
    with vault.writing() as found:
        if _old_ones(found.contents):
            return  # an older writer came in between; the next call sees to it
        changed = msgspec.structs.replace(found.contents, older=[])
        vault.save(found, sealed_file.signed(changed, found.ring), keep_old=False)
    source = _keychain(vault)
    if source is not None:
        _drop_from_keychain(source, found)


def _drop_from_keychain(source: KeychainKey, found: Opened) -> None:
    lock = next((one for one in found.contents.locks if one.kind == "keychain"), None)
    if lock is None:
        return
    used = [
        key
        for key in source.kept()
        if locks.opened(lock, key, found.contents.named) is not None
    ]
    if used and used != source.kept():
        source.keep(used)


def _left(vault: SealedVault) -> int:
    found = vault.opened()
    return len(_old_ones(found.contents)) if found else 0


def _old_ones(contents: Contents) -> list[sealed_file.Record]:
    return [one for one in contents.records if one.key != contents.key_id]


def _keys_at_hand(
    vault: SealedVault, contents: Contents, *, drop: bool
) -> tuple[list[LockKey], tuple[str, ...]]:
    kept, missing = [], []
    for lock in contents.locks:
        key = _key_of(vault, lock, contents)
        if key is None:
            missing.append(lock.kind)
        else:
            kept.append(LockKey(lock.kind, key, lock.kdf))
    needed = [kind for kind in missing if kind != "recovery"]
    if needed and not drop:
        raise VaultLocked(
            f"The vault can also be opened by: {', '.join(needed)}; that key is not "
            "at hand, so it could not open the vault any more.",
            advice="Give it (--passphrase @env:NAME, FERRULE_MASTER_KEY, the keychain "
            "unlocked), or let it go with --drop-others.",
        )
    return kept, tuple(missing)


def _key_of(vault: SealedVault, lock: Lock, contents: Contents) -> bytes | None:
    for source in vault.sources:
        try:
            keys: Sequence[bytes] = source.keys_for(lock)
        except CredentialError:
            continue
        for key in keys:
            if locks.opened(lock, key, contents.named) is not None:
                return key
    return None


def _keychain(vault: SealedVault) -> KeychainKey | None:
    return next((one for one in vault.sources if isinstance(one, KeychainKey)), None)


def _add_to_keychain(vault: SealedVault, kept: Sequence[LockKey]) -> None:
    source = _keychain(vault)
    used = any(one.kind == "keychain" for one in kept)
    if source is not None and used and len(source.kept()) < _MOST_KEYS:
        source.added()


def _newest(vault: SealedVault, by: LockKey) -> LockKey:
    source = _keychain(vault)
    if source is None or by.kind != "keychain":
        return by
    return source.lock_key()
