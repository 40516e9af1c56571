"""Changing what opens the vault: its locks. The records stay as they are."""

import msgspec
from pydantic import SecretStr

from ferrule.credentials import locks, sealed_file
from ferrule.credentials.file_access import read
from ferrule.credentials.locks import Kind, Lock, LockKey
from ferrule.credentials.passphrase_key import PassphraseKey
from ferrule.credentials.sealed_file import Contents
from ferrule.credentials.sealed_vault import SealedVault
from ferrule.credentials.stretching import SHORTEST, Cost
from ferrule.credentials.unlocking import Opened
from ferrule.errors import UsageError, VaultLocked
from ferrule.redaction import live

_WRONG = "The passphrase is wrong."
_TRY = (
    "Try again: capitals and the keyboard's layout matter. Where it is lost, another "
    "way in opens the vault: ferrule vault status lists them."
)


def give_passphrase(
    vault: SealedVault, source: PassphraseKey, passphrase: SecretStr
) -> None:
    """Keep the key of a passphrase for this process, if it is the right one.

    Raises:
        VaultLocked: when it is not.
        UsageError: when the vault has no passphrase.
    """
    live.add(passphrase)
    contents = read(vault.path)
    lock = _passphrase_lock(contents if isinstance(contents, Contents) else None)
    if lock is None or not isinstance(contents, Contents):
        raise UsageError(
            "The vault is not opened by a passphrase.",
            advice="See what opens it: ferrule vault status. Set one: ferrule vault "
            "passphrase.",
        )
    key = source.offer(passphrase.get_secret_value(), lock)
    if lock.kdf is None or locks.opened(lock, key, contents.named) is None:
        raise VaultLocked(_WRONG, advice=_TRY)
    source.accept(lock.kdf, key)


def prove(
    vault: SealedVault, source: PassphraseKey, passphrase: SecretStr | None
) -> None:
    """Open the vault anew, with its passphrase where it has one.

    Raises:
        VaultLocked: when it is missing or wrong.
    """
    contents = read(vault.path)
    has_one = isinstance(contents, Contents) and _passphrase_lock(contents) is not None
    if has_one and passphrase is None:
        raise VaultLocked(
            "This needs the vault's passphrase anew.",
            advice="Give it: --passphrase @env:NAME, or at a terminal.",
        )
    if has_one and passphrase is not None:
        give_passphrase(vault, source, passphrase)
    vault.forget_all_but(source)
    if vault.opened() is None:
        raise UsageError("There is no vault yet: no secret was kept so far.")


def set_passphrase(
    vault: SealedVault,
    source: PassphraseKey,
    given: tuple[SecretStr | None, SecretStr, Cost],
    *,
    only: bool,
) -> None:
    """Close a lock with a new passphrase, in place of the one before.

    `given` is the passphrase of now, where that opened the vault, the new one, and
    what a guess shall cost.

    Raises:
        UsageError: when the new one is too short.
        VaultLocked: when the passphrase of now is needed and missing or wrong.
    """
    current, new, cost = given
    live.add(new)
    if len(new.get_secret_value()) < SHORTEST:
        raise UsageError(
            f"The passphrase is shorter than {SHORTEST} characters.",
            advice="Take four words or more.",
        )
    by = source.choose(new.get_secret_value(), cost)
    if by.kdf is None:
        raise VaultLocked(_WRONG)
    if read(vault.path) is None and not vault.can_begin_without(source):
        source.accept(by.kdf, by.key)  # it begins the vault
    else:
        _know(vault, source, current)
    add_lock(vault, by, only=only)
    source.accept(by.kdf, by.key)


def add_lock(vault: SealedVault, by: LockKey, *, only: bool = False) -> None:
    """Close a lock with a key, in place of one of its kind; with `only`, of all.

    No copy of the file stays that what it replaces would open.

    Raises:
        VaultLocked: when the vault does not open.
    """
    with vault.writing() as found:
        lock = locks.closed(by, found.ring.data_key, found.contents.named)
        others = [] if only else _without(found.contents, by.kind)
        _save(vault, found, [*others, lock])


def remove_lock(vault: SealedVault, kind: Kind) -> None:
    """Take the lock of a kind away.

    Raises:
        UsageError: when there is none, or only the recovery key would be left.
    """
    with vault.writing() as found:
        others = _without(found.contents, kind)
        if len(others) == len(found.contents.locks):
            raise UsageError(
                f"The vault is not opened by the {kind}.",
                advice="See what opens it: ferrule vault status.",
            )
        if all(lock.kind == "recovery" for lock in others):
            raise UsageError(
                f"Nothing but the {kind} opens the vault: without it the secrets "
                "would be lost.",
                advice="Set a passphrase first: ferrule vault passphrase.",
            )
        _save(vault, found, others)


def need_another_way(vault: SealedVault, kind: Kind) -> None:
    """Refuse where the lock of a kind is to go one day and no other would be left.

    Raises:
        UsageError: when nothing else but the recovery key opens the vault.
    """
    contents = read(vault.path)
    found = contents.locks if isinstance(contents, Contents) else []
    kinds = {one.kind for one in found}
    if kinds <= {kind, "recovery"}:
        raise UsageError(
            f"Nothing but the {kind} opens the vault: after that time nothing would.",
            advice="Set a passphrase first: ferrule vault passphrase.",
        )


def _know(vault: SealedVault, source: PassphraseKey, current: SecretStr | None) -> None:
    found = vault.opened() if current is None else None
    if found is not None and found.source is source:
        raise VaultLocked(
            "The passphrase of now is needed to change it.",
            advice="Give it with --passphrase @env:NAME, or at a terminal.",
        )
    if current is not None:
        give_passphrase(vault, source, current)


def _save(vault: SealedVault, found: Opened, changed: list[Lock]) -> None:
    contents = msgspec.structs.replace(found.contents, locks=changed)
    vault.save(found, sealed_file.signed(contents, found.ring), keep_old=False)


def _without(contents: Contents, kind: Kind) -> list[Lock]:
    return [lock for lock in contents.locks if lock.kind != kind]


def _passphrase_lock(contents: Contents | None) -> Lock | None:
    found = contents.locks if contents else []
    return next((lock for lock in found if lock.kind == "passphrase"), None)
