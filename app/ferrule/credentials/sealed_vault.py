"""Secrets in one sealed file, opened with a key from the keychain or the environment.

Nothing is created before the first secret is kept: neither the file nor the key in the
keychain. An older copy of the file put in its place is refused where the keychain
remembers a higher generation, and otherwise while this process remembers one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from ferrule.credentials import sealed_file
from ferrule.credentials.data_key import KeySource
from ferrule.credentials.file_lock import locked
from ferrule.credentials.sealed_file import Contents, Keys
from ferrule.credentials.vault import Ref, Secrets, VaultState, announce, missing
from ferrule.errors import FerruleError, KeychainUnavailable, StoreError, VaultLocked

FILE: Final = "vault.ferrule"
_WHERE: Final = {
    "keychain": "the system's keychain",
    "environment": "FERRULE_MASTER_KEY",
    "memory": "memory",
}


class SealedVault:
    """The vault over `data_dir`/vault.ferrule."""

    def __init__(self, data_dir: Path, sources: Sequence[KeySource]) -> None:
        self._path = data_dir / FILE
        self._sources = tuple(sources)
        self._newest = (0, "")  # generation and vault, as this process saw them

    @property
    def state(self) -> VaultState:
        """Return where the key is kept, and whether it opens the file."""
        backend = self._sources[0].backend
        try:
            opened = self._open()
        except FerruleError as error:
            return VaultState(backend, can_store=False, message=str(error))
        if opened is not None:
            backend = opened[2].backend
        return VaultState(
            backend,
            can_store=True,
            message=f"Secrets are sealed in {self._path}; "
            f"the key is in {_WHERE[backend]}.",
        )

    def get(self, ref: Ref) -> Secrets:
        """Return all secrets of an owner by field.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when the file was sealed with another key, or changed.
        """
        opened = self._open()
        found = sealed_file.unseal(opened[0], opened[1], Ref(*ref)) if opened else {}
        if not found:
            raise missing(ref)
        return announce({name: SecretStr(value) for name, value in found.items()})

    def put(self, ref: Ref, secrets: Secrets, *, must_store: bool = False) -> None:  # noqa: ARG002  a sealed file always stores
        """Seal these secrets of an owner, in place of all it had.

        Raises:
            VaultLocked: when the file was sealed with another key, or changed.
        """
        announce(secrets)
        plain = {name: one.get_secret_value() for name, one in secrets.items()}
        self._replace(Ref(*ref), plain)

    def delete(self, ref: Ref) -> None:
        """Forget an owner's secrets, if it has any.

        Raises:
            VaultLocked: when the file was sealed with another key, or changed.
        """
        if Ref(*ref) in self.refs():
            self._replace(Ref(*ref), {})

    def refs(self) -> Sequence[Ref]:
        """Return whose secrets are kept, sorted.

        Raises:
            VaultLocked: when the file was sealed with another key, or changed.
        """
        opened = self._open()
        return sorted({record.ref for record in opened[0].records}) if opened else []

    def _replace(self, ref: Ref, plain: dict[str, str]) -> None:
        self._make_folder()
        with locked(self._path.with_name(f"{FILE}.lock")):
            contents, keys, source = self._open() or self._begun()
            following = sealed_file.with_secrets(contents, keys, ref, plain)
            sealed_file.write(self._path, following, keep_old=bool(plain))
            self._remember(following, source)

    def _open(self) -> tuple[Contents, Keys, KeySource] | None:
        """Return the verified file with the key that opens it; None without a file."""
        contents = sealed_file.read(self._path)
        if contents is None:
            return None
        keys, source = self._unlock(contents)
        sealed_file.verify(contents, keys, self._path)
        self._refuse_older(contents, source)
        return contents, keys, source

    def _unlock(self, contents: Contents) -> tuple[Keys, KeySource]:
        """Return the keys of the first source whose key the file was sealed with."""
        tried = []
        for source in self._sources:
            keys, why = _keys_of(source, contents)
            if keys is not None:
                return keys, source
            tried.append(f"{_WHERE[source.backend]} {why}")
        raise VaultLocked(
            f"{self._path} cannot be opened: {'; '.join(tried)}.",
            advice="Unlock the keychain or set the FERRULE_MASTER_KEY it was sealed "
            "with; or move the file aside and connect again.",
        )

    def _begun(self) -> tuple[Contents, Keys, KeySource]:
        contents = sealed_file.empty()
        source = self._sources[0]
        key = source.make(_salt(contents))
        return contents, sealed_file.derive(key, contents.vault_id), source

    def _refuse_older(self, contents: Contents, source: KeySource) -> None:
        for generation, vault_id in (self._newest, _mirrored(source)):
            if vault_id == contents.vault_id and contents.generation < generation:
                raise VaultLocked(
                    f"{self._path} is an older copy: generation "
                    f"{contents.generation}, while {generation} was seen.",
                    advice="Put the newer file back. To accept the old one, delete "
                    "the entry 'generation of …' of 'ferrule' in the keychain.",
                )

    def _remember(self, contents: Contents, source: KeySource) -> None:
        self._newest = (contents.generation, contents.vault_id)
        try:
            source.mirror(f"{contents.generation} {contents.vault_id}")
        except KeychainUnavailable:
            return  # the secret is kept; the next write mirrors again

    def _make_folder(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(
                f"The folder {self._path.parent} cannot be made: {error.strerror}."
            ) from error


def _salt(contents: Contents) -> bytes:
    return contents.salt.encode()


def _keys_of(source: KeySource, contents: Contents) -> tuple[Keys | None, str]:
    """Return the keys that open the file, or why this source has none."""
    try:
        key = source.find(_salt(contents))
    except KeychainUnavailable as error:
        return None, f"does not answer ({error.message})"
    if key is None:
        return None, "holds no key for it"
    keys = sealed_file.derive(key, contents.vault_id)
    if sealed_file.opens(contents, keys):
        return keys, ""
    return None, "holds another key than it was sealed with"


def _mirrored(source: KeySource) -> tuple[int, str]:
    """Return generation and vault as the keychain remembers them, if it answers."""
    try:
        generation, _, vault_id = (source.mirrored() or "").partition(" ")
    except KeychainUnavailable:
        return 0, ""
    return (int(generation), vault_id) if generation.isdecimal() else (0, "")
