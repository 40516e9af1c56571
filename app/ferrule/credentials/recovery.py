"""A recovery key and a sealed copy, and putting a copy back in its place."""

import os
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from ferrule.credentials import file_access, locks, ways_in
from ferrule.credentials.data_key import GivenKey
from ferrule.credentials.locks import LockKey
from ferrule.credentials.sealed_file import Contents
from ferrule.credentials.sealed_vault import SealedVault
from ferrule.errors import StoreError, UsageError, VaultLocked
from ferrule.redaction import live

_ABOUT: Final = """Ferrule: recovery key of the vault {vault_id}

{key}

Whoever has this key and the sealed file can read every secret in it. Keep it where
the file is not: on paper, or in another safe. To open the vault with it:

    ferrule vault unlock --recovery @file:THIS-FILE
"""


def source_of(vault: SealedVault, key: SecretStr) -> GivenKey:
    """Return a source for a recovery key, or for the file that holds one.

    Raises:
        VaultLocked: when it does not open the vault.
    """
    text = _key_in(key.get_secret_value())
    live.add(text)
    contents = file_access.read(vault.path)
    if not isinstance(contents, Contents):
        raise UsageError("There is no vault that a recovery key could open.")
    source = GivenKey(text, "recovery")
    for lock in contents.locks:
        for one in source.keys_for(lock) if lock.kind == "recovery" else ():
            if locks.opened(lock, one, contents.named) is not None:
                return source
    raise VaultLocked(
        "The recovery key does not open this vault.",
        advice="Take the one that was exported last, or the copy that belongs to it.",
    )


def export(vault: SealedVault, out: Path, copy: Path | None) -> None:
    """Write a new recovery key to `out`, and the sealed file to `copy`.

    The key is on the disk before the vault knows it, so that none is lost.

    Raises:
        StoreError: when a file is there already or cannot be written.
    """
    found = vault.opened()
    if found is None:
        raise UsageError("There is no vault yet: no secret was kept so far.")
    text = locks.new_recovery_key()
    live.add(text)
    raw = locks.decoded(text)
    if raw is None:
        raise StoreError("A recovery key could not be made.")
    _refuse_old(copy)
    about = _ABOUT.format(vault_id=found.contents.vault_id, key=text)
    _write_new(out, about.encode())
    try:
        ways_in.add_lock(vault, LockKey("recovery", raw))
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    if copy is not None:
        _write_new(copy, vault.path.read_bytes())


def restore(vault: SealedVault, copy: SealedVault) -> Path | None:
    """Put a copy in the file's place once it opens; return where the other went.

    Raises:
        StoreError: when there is no such copy, or it is damaged.
        VaultLocked: when it does not open, or was changed.
    """
    raw = _bytes_of(copy.path)
    candidate = copy.whole()
    if candidate is None:
        raise StoreError(f"There is no {copy.path}.")
    aside = None
    with vault.held():
        if copy.path.resolve() != vault.path.resolve():
            aside = _copy_aside(vault.path)
            file_access.replace_whole(vault.path, raw, "leave")
        vault.accept_generation(candidate.contents)
    return aside


def _copy_aside(path: Path) -> Path | None:
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    _write_new(aside, _bytes_of(path))
    return aside


def _key_in(text: str) -> str:
    """Return the key in a text: itself, or the line of an exported file."""
    lines = [line.strip() for line in text.splitlines()]
    return next((line for line in lines if locks.decoded(line)), text.strip())


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read: {error.strerror}.",
            advice="Name a copy of the vault: ferrule vault restore --from FILE.",
        ) from None


def _refuse_old(path: Path | None) -> None:
    if path is not None and path.exists():
        raise StoreError(f"{path} is there already.", advice="Name another file.")


def _write_new(path: Path, raw: bytes) -> None:
    _refuse_old(path)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from None
