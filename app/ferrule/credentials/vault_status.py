"""How the vault is, for a person: where its key is, what is wrong, what to do."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ferrule.credentials import file_access
from ferrule.credentials.first_format import FirstContents
from ferrule.credentials.key_rotation import unfinished
from ferrule.credentials.key_sources import Found
from ferrule.credentials.locks import Kind
from ferrule.credentials.master_key import nobody_asked
from ferrule.credentials.sealed_file import Contents
from ferrule.credentials.sealed_vault import SealedVault
from ferrule.credentials.unlocking import WHERE
from ferrule.credentials.vault import HOW_TO_KEEP, KEYS, Backend
from ferrule.errors import CredentialError, FerruleError, StoreError, VaultDamaged
from ferrule.exchange import Json

Standing = Literal["unlocked", "locked", "empty", "memory", "broken"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong with the vault, and what to do about it."""

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What is known of the vault without asking a person.

    `empty` has no file yet but a key to begin one with; `memory` has neither. `ways`
    are the kinds of the file's locks; `source` says in words where the key is that
    opens it. `keys` of the secrets are signing keys. Counts are None where the file
    cannot be read.
    """

    standing: Standing
    backend: Backend
    source: str
    path: Path
    ways: tuple[Kind, ...] = ()
    format: str = ""
    generation: int | None = None
    secrets: int | None = None
    owners: int | None = None
    keys: int | None = None
    rotating: bool = False
    has_copy: bool = False
    troubles: tuple[Trouble, ...] = ()

    @property
    def needs_passphrase(self) -> bool:
        """Whether a passphrase opens it, so that a fresh unlock asks for it."""
        return "passphrase" in self.ways

    def wire(self) -> dict[str, Json]:
        """Return it as a JSON object."""
        return {
            "type": "vault",
            "state": self.standing,
            "backend": self.backend,
            "keySource": self.source,
            "path": str(self.path),
            "ways": list(self.ways),
            "format": self.format,
            "generation": self.generation,
            "secrets": self.secrets,
            "owners": self.owners,
            "rotating": self.rotating,
            "copy": self.has_copy,
            "troubles": [
                {"message": one.message, "advice": one.advice} for one in self.troubles
            ],
        }


def status_of(vault: SealedVault, found: Found, *, memory: bool) -> VaultStatus:
    """Return how the vault is; no person is asked for anything."""
    troubles = [*_disk_trouble(vault.path)]
    keychain = [_trouble(found.keychain)] if found.keychain else []
    try:
        contents = file_access.read(vault.path)
    except StoreError as error:
        return _told(vault, "broken", "memory", [_trouble(error), *troubles], None)
    if contents is None:
        if memory:
            none = Trouble(f"Nothing keeps secrets: {found.why_not}", HOW_TO_KEEP)
            return _told(vault, "memory", "memory", [none, *keychain, *troubles], None)
        return _told(vault, "empty", vault.sources[0].backend, troubles, None)
    standing, backend, wrong = _opened(vault)
    if standing == "locked" and "keychain" in _kinds(contents):
        wrong += keychain
    return _told(vault, standing, backend, [*wrong, *troubles], contents)


def _opened(vault: SealedVault) -> tuple[Standing, Backend, list[Trouble]]:
    with nobody_asked():
        try:
            found = vault.opened()
        except VaultDamaged as error:
            return "broken", vault.sources[0].backend, [_trouble(error)]
        except CredentialError as error:
            return "locked", vault.sources[0].backend, [_trouble(error)]
        except StoreError as error:
            return "broken", vault.sources[0].backend, [_trouble(error)]
    if found is None:  # it went just now
        return "empty", vault.sources[0].backend, []
    wrong = []
    if unfinished(found.contents):
        wrong.append(
            Trouble(
                "A change of the data key was interrupted; everything can be read.",
                "Finish it: ferrule vault rotate.",
            )
        )
    return "unlocked", found.source.backend, wrong


def _told(
    vault: SealedVault,
    standing: Standing,
    backend: Backend,
    troubles: list[Trouble],
    contents: Contents | FirstContents | None,
) -> VaultStatus:
    has_copy = file_access.old_of(vault.path).exists()
    if contents is None:
        return VaultStatus(
            standing,
            backend,
            WHERE[backend],
            vault.path,
            has_copy=has_copy,
            troubles=tuple(troubles),
        )
    today = contents if isinstance(contents, Contents) else None
    return VaultStatus(
        standing,
        backend,
        WHERE[backend],
        vault.path,
        ways=tuple(lock.kind for lock in today.locks) if today else (),
        format=contents.format,
        generation=contents.generation,
        secrets=len(contents.records),
        owners=len({(one.project, one.owner) for one in contents.records}),
        keys=sum(one.project == KEYS for one in contents.records),
        rotating=today is not None and unfinished(today),
        has_copy=has_copy,
        troubles=tuple(troubles),
    )


def _disk_trouble(path: Path) -> Iterator[Trouble]:
    folder = path.parent
    if os.name != "posix" or not folder.exists():
        return
    if not os.access(folder, os.W_OK):
        yield Trouble(
            f"The folder {folder} cannot be written to: secrets can be read, and none "
            "can be kept.",
            "Let yourself write there, or name another one in FERRULE_HOME.",
        )
    for one in (path, file_access.old_of(path)):
        if one.exists() and one.stat().st_mode & 0o077:
            yield Trouble(f"Others may read {one}.", f"Close it: chmod 600 {one}")


def _kinds(contents: Contents | FirstContents) -> list[Kind]:
    """Return what may open a file; the first format does not tell."""
    if isinstance(contents, Contents):
        return [lock.kind for lock in contents.locks]
    return ["keychain", "master"]


def _trouble(error: FerruleError) -> Trouble:
    return Trouble(error.message, error.advice)
