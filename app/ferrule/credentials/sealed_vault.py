"""Secrets in one sealed file, opened with the key of one of its locks.

Nothing is created before the first secret is kept: neither the file nor the key in the
keychain. An older copy of the file put in its place is refused where the keychain
remembers a higher generation, and otherwise while this process remembers one. A file
of the first format is read as it is and brought up to date by the first writing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
from pydantic import SecretStr

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.credentials import file_access, sealed_file
from ferrule.credentials.data_key import KeychainKey, KeySource
from ferrule.credentials.file_lock import locked
from ferrule.credentials.first_format import (
    FirstContents,
)
from ferrule.credentials.sealed_file import Contents, Ring
from ferrule.credentials.unlocking import WHERE, Opened, first_unlocked, unlocked
from ferrule.credentials.unpicklable import Unpicklable
from ferrule.credentials.vault import Ref, Secrets, VaultState, announce, missing
from ferrule.errors import (
    FerruleError,
    KeychainUnavailable,
    StoreError,
    VaultDamaged,
    VaultLocked,
)

FILE: Final = "vault.ferrule"


class SealedVault(Unpicklable):
    """The vault over `data_dir`/vault.ferrule."""

    def __init__(
        self,
        data_dir: Path,
        sources: Sequence[KeySource],
        clock: Clock | None = None,
        name: str = FILE,
    ) -> None:
        self.path: Final = data_dir / name
        self.sources = tuple(sources)
        self._clock = clock or SystemClock()
        self._newest = (0, "")  # generation and vault, as this process saw them
        self._shut = ""

    @property
    def state(self) -> VaultState:
        """Return where the key is kept, and whether it opens the file."""
        backend = self.sources[0].backend
        try:
            found = self.opened()
        except FerruleError as error:
            return VaultState(backend, can_store=False, message=str(error))
        if found is not None:
            backend = found.source.backend
        return VaultState(
            backend,
            can_store=True,
            message=f"Secrets are sealed in {self.path}; "
            f"the key is in {WHERE[backend]}.",
        )

    def get(self, ref: Ref) -> Secrets:
        """Return all secrets of an owner by field.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when the file was sealed with another key, or changed.
        """
        found = self.opened()
        if found is None:
            raise missing(ref)
        found.ring.wipe()
        plain = sealed_file.values(found.contents, found.ring, Ref(*ref))
        if not plain:
            raise missing(ref)
        return _hidden(plain, Ref(*ref))

    def kept_at(self, ref: Ref) -> Mapping[str, str]:
        """Return since when each field has its value (RFC 3339, "" where unknown)."""
        found = self.opened()
        records = found.contents.records if found else []
        return {one.field: one.at for one in records if one.ref == Ref(*ref)}

    def put(self, ref: Ref, secrets: Secrets, *, must_store: bool = False) -> None:  # noqa: ARG002  a sealed file always stores
        """Seal these secrets of an owner, in place of all it had.

        Raises:
            VaultLocked: when the file was sealed with another key, or changed.
        """
        self.update(ref, lambda _before: secrets)

    def update(self, ref: Ref, change: Callable[[Secrets], Secrets]) -> Secrets:
        """Keep what `change` makes of an owner's secrets, nobody writing in between.

        Nothing is written where they stay the same. What is taken away leaves no copy.

        Raises:
            VaultLocked: when the file was sealed with another key, or changed.
        """
        owner = Ref(*ref)
        with self.writing() as found:
            before = sealed_file.values(found.contents, found.ring, owner)
            changed = announce(change(_hidden(before, owner)), str(owner))
            plain = {name: one.get_secret_value() for name, one in changed.items()}
            if plain != before:
                self.save(
                    found,
                    sealed_file.with_secrets(
                        found.contents, found.ring, owner, plain, self._now()
                    ),
                    keep_old=bool(plain) and plain.keys() >= before.keys(),
                )
        return changed

    def copy(self, ref: Ref, to: Ref) -> None:
        """Seal an owner's secrets for another one too, in place of all that had.

        Each keeps the time it came.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when the file was sealed with another key, or changed.
        """
        with self.writing() as found:
            refs = {record.ref for record in found.contents.records}
            if Ref(*ref) not in refs:
                raise missing(ref)
            both = found.contents, found.ring
            contents = sealed_file.copied(*both, Ref(*ref), Ref(*to))
            self.save(found, contents, keep_old=Ref(*to) not in refs)

    def delete(self, ref: Ref) -> None:
        """Forget an owner's secrets, if it has any.

        Raises:
            VaultLocked: when the file was sealed with another key, or changed.
        """
        if Ref(*ref) in self.refs():
            self.update(ref, lambda _before: {})

    def refs(self) -> Sequence[Ref]:
        """Return whose secrets are kept, sorted.

        Raises:
            VaultLocked: when the file was sealed with another key, or changed.
        """
        found = self.opened()
        return sorted(
            {record.ref for record in found.contents.records} if found else ()
        )

    def opened(self) -> Opened | None:
        """Return the verified file with the key that opens it; None without a file.

        Raises:
            VaultLocked: when no key opens it, or it was changed.
            StoreError: when it cannot be read.
        """
        try:
            return self._newest_only(self.whole())
        except VaultLocked:
            keychains = [one for one in self.sources if isinstance(one, KeychainKey)]
            if not keychains:
                raise
            for source in keychains:  # file and keychain may just have been changed
                source.forget()
            return self._newest_only(self.whole())

    @contextmanager
    def writing(self) -> Iterator[Opened]:
        """Hold the file's lock, and give it opened; begun where there is none.

        Raises:
            StoreError: when the folder cannot be written to.
        """
        with self.held():
            found = self._of_today(self.opened() or self._begun())
            try:
                yield found
            finally:
                found.ring.wipe()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the file's lock against every other writer.

        Raises:
            StoreError: when the folder cannot be written to.
        """
        self._make_folder()
        with ExitStack() as stack:
            try:
                path = self.path.with_name(f"{self.path.name}.lock")
                stack.enter_context(locked(path))
            except OSError as error:
                raise StoreError(
                    f"The folder {self.path.parent} cannot be written to: "
                    f"{error.strerror}. Secrets can be read, and none can be kept.",
                    advice="Let yourself write there, or name another one in "
                    "FERRULE_HOME.",
                ) from None
            yield

    def save(self, found: Opened, contents: Contents, *, keep_old: bool = True) -> None:
        """Replace the file, and let the source remember its generation."""
        file_access.write(self.path, contents, keep_old=keep_old)
        self._remember(contents, found.source)

    def bring_up_to_date(self, found: Opened) -> None:
        """Write the file in today's format, inside `writing`."""
        self.save(found, sealed_file.signed(found.contents, found.ring))

    def accept_generation(self, contents: Contents) -> None:
        """Let this file count as the newest, whatever was seen before."""
        for source in self.sources:
            self._remember(contents, source)

    @property
    def is_shut(self) -> bool:
        """Whether a person is to unlock it, whatever else could open it."""
        return bool(self._shut)

    def shut(self, why: str) -> None:
        """Drop what is known of the key, and open to nobody until `reopen`."""
        self.forget()
        self._shut = why

    def reopen(self) -> None:
        """Let what opens it open it again."""
        self._shut = ""

    def forget(self) -> None:
        """Drop what this process knows of the key."""
        for source in self.sources:
            source.forget()

    def forget_all_but(self, kept: KeySource | None) -> None:
        """Drop what this process knows of the key, but for one source."""
        for source in self.sources:
            if source is not kept:
                source.forget()

    def can_begin_without(self, source: KeySource) -> bool:
        """Tell whether another source could begin a vault."""
        return any(one.begins for one in self.sources if one is not source)

    def whole(self) -> Opened | None:
        """Return the verified file whether or not a newer one was seen."""
        contents = file_access.read(self.path)
        if contents is None:
            return None
        if self._shut:
            raise VaultLocked(
                f"The vault is locked: {self._shut}.",
                advice="Unlock it on the page Credentials.",
            )
        if isinstance(contents, FirstContents):
            return first_unlocked(self.path, contents, self.sources)
        found = unlocked(self.path, contents, self.sources)
        sealed_file.verify(found.contents, found.ring, self.path)
        return found

    def _begun(self) -> Opened:
        source = next((one for one in self.sources if one.begins), self.sources[0])
        by = source.lock_key()
        return Opened(*sealed_file.begun([by]), source, by)

    def _of_today(self, found: Opened) -> Opened:
        """Return a file of the first format sealed anew; it is not written yet."""
        if found.by is not None:
            return found
        old = found.contents
        by = found.source.lock_key()
        contents, ring = sealed_file.begun([by], old.vault_id)
        both = Ring(ring.data_key, ring.current, {old.key_id: found.ring.current})
        records = [sealed_file.resealed(both, record) for record in old.records]
        contents = msgspec.structs.replace(
            contents, generation=old.generation, records=records
        )
        return Opened(contents, ring, found.source, by)

    def _newest_only(self, found: Opened | None) -> Opened | None:
        """Return the file unless a newer one was seen; another may write just now."""
        if found is None:
            return None
        for newest in (self._newest, _mirrored(found.source)):
            if _is_older(found, newest):
                found = self.whole() or found
            if _is_older(found, newest):
                raise VaultDamaged(
                    f"{self.path} is an older copy: generation "
                    f"{found.contents.generation}, while {newest[0]} was seen.",
                    advice="Put the newer file back. To go on with the old one: "
                    f"ferrule vault restore --from {self.path}",
                )
        self._newest = (found.contents.generation, found.contents.vault_id)
        return found

    def _remember(self, contents: Contents, source: KeySource) -> None:
        self._newest = (contents.generation, contents.vault_id)
        try:
            source.mirror(f"{contents.generation} {contents.vault_id}")
        except KeychainUnavailable:
            return  # the secret is kept; the next write mirrors again

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(
                f"The folder {self.path.parent} cannot be made: {error.strerror}."
            ) from error

    def _now(self) -> str:
        return rfc3339(self._clock.now().replace(microsecond=0))


def _is_older(found: Opened, newest: tuple[int, str]) -> bool:
    generation, vault_id = newest
    same = vault_id == found.contents.vault_id
    return same and found.contents.generation < generation


def _hidden(plain: Mapping[str, str], ref: Ref) -> Secrets:
    hidden = {name: SecretStr(value) for name, value in plain.items()}
    return announce(hidden, str(ref))


def _mirrored(source: KeySource) -> tuple[int, str]:
    """Return generation and vault as the keychain remembers them, if it answers."""
    try:
        generation, _, vault_id = (source.mirrored() or "").partition(" ")
    except KeychainUnavailable:
        return 0, ""
    return (int(generation), vault_id) if generation.isdecimal() else (0, "")
