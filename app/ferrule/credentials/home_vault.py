"""The vault of a data directory: sealed where a key can be had, else in memory.

It is one object for the life of a program: a passphrase that is chosen or given turns
the one in memory into the sealed one, and what was in memory is sealed then.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from ferrule.clock import Clock, SystemClock
from ferrule.credentials import file_access, key_rotation, recovery, ways_in
from ferrule.credentials.data_key import GivenKey, KeychainKey
from ferrule.credentials.key_sources import find_sources, probe_again
from ferrule.credentials.keychain import Keychain
from ferrule.credentials.locks import Kind
from ferrule.credentials.sealed_file import Contents
from ferrule.credentials.sealed_vault import SealedVault
from ferrule.credentials.stretching import DEFAULT, Cost
from ferrule.credentials.unpicklable import Unpicklable
from ferrule.credentials.vault import MemoryVault, Ref, Secrets, Vault, VaultState
from ferrule.credentials.vault_status import VaultStatus, status_of
from ferrule.errors import KeychainUnavailable, StoreError, VaultLocked
from ferrule.redaction import live


class HomeVault(Unpicklable):
    """What `open_vault` returns; it keeps what `Vault` promises."""

    def __init__(
        self,
        data_dir: Path,
        keychain: Keychain | None = None,
        clock: Clock | None = None,
        cost: Cost = DEFAULT,
    ) -> None:
        self._data_dir = data_dir
        self._keychain = keychain
        self._cost = cost
        self._clock = clock or SystemClock()
        self._found = find_sources(data_dir, keychain, self._clock)
        self._sealed = SealedVault(data_dir, self._found.all, self._clock)
        self._memory = MemoryVault(self._found.why_not, self._refuse_sealed)
        self._turns = 0  # of what opens it, in this process
        self.tell: Callable[[str], None] = lambda _deed: None
        """Told what was done to the vault itself, in a word, once it is done."""

    @property
    def path(self) -> Path:
        """Return where the sealed file is, or would be."""
        return self._sealed.path

    @property
    def mark(self) -> tuple[int, int, int]:
        """Return what differs once `status` may differ; it costs next to nothing."""
        try:
            found = self.path.stat()
        except OSError:
            return self._turns, 0, 0
        return self._turns, found.st_ino, found.st_mtime_ns

    @property
    def state(self) -> VaultState:
        """Return where secrets are kept just now."""
        return self._vault().state

    def get(self, ref: Ref) -> Secrets:
        """Return all secrets of an owner by field.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when there are some, but no key opens them.
        """
        return self._vault().get(ref)

    def put(self, ref: Ref, secrets: Secrets, *, must_store: bool = False) -> None:
        """Keep these secrets of an owner, in place of all it had.

        Raises:
            KeychainUnavailable: with `must_store`, when they would not outlive us.
            VaultLocked: when the file was sealed with another key.
        """
        self._vault().put(ref, secrets, must_store=must_store)

    def update(self, ref: Ref, change: Callable[[Secrets], Secrets]) -> Secrets:
        """Keep what `change` makes of an owner's secrets, nobody writing in between."""
        return self._vault().update(ref, change)

    def copy(self, ref: Ref, to: Ref) -> None:
        """Keep an owner's secrets for another one too, each with the time it came."""
        self._vault().copy(ref, to)

    def delete(self, ref: Ref) -> None:
        """Forget an owner's secrets, if it has any; no copy of them stays."""
        self._vault().delete(ref)

    def refs(self) -> Sequence[Ref]:
        """Return whose secrets are kept, sorted."""
        return self._vault().refs()

    def kept_at(self, ref: Ref) -> Mapping[str, str]:
        """Return since when each field has its value; "" where that is not known."""
        vault = self._vault()
        return vault.kept_at(ref) if isinstance(vault, SealedVault) else {}

    def status(self) -> VaultStatus:
        """Return how the vault is; no person is asked for anything."""
        memory = isinstance(self._vault(), MemoryVault)
        return status_of(self._sealed, self._found, memory=memory)

    def look_again(self) -> VaultStatus:
        """Try the keychain anew, and return how the vault is."""
        probe_again()
        given = self._found.passphrase
        self._found = find_sources(self._data_dir, self._keychain, self._clock)
        self._found = self._found.with_passphrase(given)
        self._sealed.sources = self._found.all
        self._turns += 1
        return self.status()

    def unlock(self, passphrase: SecretStr | None = None) -> VaultStatus:
        """Open the vault; without a passphrase a person is asked where one can be.

        Raises:
            VaultLocked: when the passphrase is wrong, or nothing opens it.
        """
        if passphrase is not None:
            ways_in.give_passphrase(self._sealed, self._found.passphrase, passphrase)
        elif self._sealed.is_shut and self.status().needs_passphrase:
            raise VaultLocked("The vault's passphrase is needed to unlock it.")
        else:
            self._sealed.forget()
        self._sealed.reopen()
        self._turns += 1
        self._sealed.opened()
        return self.status()

    def unlock_with_recovery(self, key: SecretStr) -> VaultStatus:
        """Open the vault with its recovery key, for as long as this program runs.

        Raises:
            VaultLocked: when it is not the key.
        """
        source = recovery.source_of(self._sealed, key)
        self._sealed.sources = (source, *self._sealed.sources)
        self._sealed.reopen()
        self._turns += 1
        return self.status()

    def lock(self) -> VaultStatus:
        """Forget what this program knows of the vault's key.

        What opens by itself, the keychain or FERRULE_MASTER_KEY, opens again.
        """
        self._sealed.sources = self._found.all
        self._sealed.forget()
        self._turns += 1
        return self.status()

    def shut(self, why: str) -> VaultStatus:
        """Lock it until a person unlocks it, whatever else could open it.

        What this process knows of the key is forgotten; a child goes on with the key
        that it was handed. What is kept in memory only could not be got back: that
        stays, and so does a vault in which nothing is kept yet.
        """
        if self.status().standing == "unlocked":
            self._sealed.sources = self._found.all
            self._sealed.shut(why)
            self._turns += 1
        return self.status()

    def prove(self, passphrase: SecretStr | None = None) -> None:
        """Open the vault anew, before a secret is shown or a recovery key made.

        A vault with a passphrase wants it again; else the keychain is asked again.

        Raises:
            VaultLocked: when it is missing or wrong.
        """
        ways_in.prove(self._sealed, self._found.passphrase, passphrase)

    def set_passphrase(
        self, new: SecretStr, current: SecretStr | None = None, *, only: bool = False
    ) -> VaultStatus:
        """Let `new` open the vault, begun where there is none.

        With `only` nothing else opens it any more.

        Raises:
            UsageError: when it is too short.
            VaultLocked: when a passphrase opened it and `current` is not that.
        """
        ways_in.set_passphrase(
            self._sealed, self._found.passphrase, (current, new, self._cost), only=only
        )
        for ref in self._memory.refs():
            self._sealed.put(ref, self._memory.get(ref))
        self._memory.clear()
        self.tell("passphrase")
        return self.status()

    def set_master_key(self, new: SecretStr) -> VaultStatus:
        """Let another FERRULE_MASTER_KEY open the vault, in place of the one before.

        Raises:
            VaultLocked: when it is too short.
        """
        live.add(new)
        source = GivenKey(new.get_secret_value(), cost=self._cost)
        ways_in.add_lock(self._sealed, source.lock_key())
        self._sealed.sources = (source, *self._sealed.sources)
        self.tell("master-key")
        return self.status()

    def remember(self, length: timedelta | None = None) -> VaultStatus:
        """Let the keychain open the vault from now on, or for a length of time.

        Raises:
            KeychainUnavailable: when there is none that works.
            UsageError: for a time, where nothing else would open it after that.
        """
        source = self._keychain_source()
        if source is None:
            raise self._found.keychain or StoreError("There is no keychain.")
        if length is not None:
            ways_in.need_another_way(self._sealed, "keychain")
        ways_in.add_lock(self._sealed, source.lock_key())
        source.limit(None if length is None else self._clock.now() + length)
        self.tell("remember")
        return self.status()

    def remove(self, kind: Kind) -> VaultStatus:
        """Let a kind of key open the vault no more; another must be left.

        Raises:
            UsageError: when it is the only one.
        """
        ways_in.remove_lock(self._sealed, kind)
        source = self._keychain_source()
        if kind == "keychain" and source is not None:
            source.remove()
        self.tell("remove-key")
        return self.lock()

    def rotate(self, *, drop: bool = False) -> Iterator[key_rotation.Rotated]:
        """Give the vault a new data key, record by record; a later call goes on."""
        yield from key_rotation.rotate(self._sealed, drop=drop)
        self.tell("rotate")

    def export_recovery(self, out: Path, copy: Path | None = None) -> None:
        """Write a new recovery key, and a copy of the sealed file that it opens.

        Call `prove` before. The recovery key before it opens the vault no more.

        Raises:
            StoreError: when a file is there already or cannot be written.
        """
        recovery.export(self._sealed, out, copy)
        self.tell("export-recovery")

    def restore(
        self, source: Path | None = None, passphrase: SecretStr | None = None
    ) -> Path | None:
        """Put a copy of the file in its place, by default the one before the last.

        Return where what was there is kept.

        Raises:
            StoreError: when there is none.
            VaultLocked: when it cannot be opened.
        """
        path = source or file_access.old_of(self.path)
        copy = SealedVault(path.parent, self._sealed.sources, name=path.name)
        if passphrase is not None:
            ways_in.give_passphrase(copy, self._found.passphrase, passphrase)
        kept = recovery.restore(self._sealed, copy)
        self.tell("restore")
        return kept

    def destroy(self) -> KeychainUnavailable | None:
        """Delete every secret and its key for good, the key first.

        Return why the keychain kept its key, if it did: it opens nothing any more.
        """
        refusal = None
        with self._sealed.held():
            for source in self._found.sources:
                try:
                    if isinstance(source, KeychainKey):
                        source.destroy()
                except KeychainUnavailable as error:
                    refusal = error
            file_access.destroy(self.path)
        self._memory.clear()
        return refusal

    def handover(self) -> SecretStr | None:
        """Return the key for a child's standard input, where it cannot have it itself.

        The child calls `take_handed_key` with it before it opens the vault.
        """
        found = self._sealed.opened() if self._is_sealed() else None
        if found is None or isinstance(found.source, KeychainKey):
            return None
        if found.by is None:  # the first format: there is no lock yet
            with self._sealed.writing() as found:
                self._sealed.bring_up_to_date(found)
        if found.by is None:
            return None
        text = base64.b64encode(found.by.key).decode()
        live.add(text)
        return SecretStr(text)

    def _vault(self) -> Vault:
        return self._sealed if self._is_sealed() else self._memory

    def _is_sealed(self) -> bool:
        if self._found.sources or self._found.passphrase.begins:
            return True
        try:
            contents = file_access.read(self.path)
        except StoreError:
            return False  # whoever asks for a secret of it is told
        if not isinstance(contents, Contents):
            return False
        kinds = {lock.kind for lock in contents.locks}
        return "passphrase" in kinds or len(self._sealed.sources) > len(self._found.all)

    def _refuse_sealed(self, ref: Ref) -> None:
        contents = file_access.read(self.path)
        if contents and any(
            (one.project, one.owner) == ref for one in contents.records
        ):
            raise VaultLocked(
                f"The secrets of {ref.owner!r} are sealed in {self.path}, and there is "
                f"no key to open it: {self._found.why_not}",
                advice="Unlock the keychain, or set FERRULE_MASTER_KEY.",
            )

    def _keychain_source(self) -> KeychainKey | None:
        found = self._found.sources
        return next((one for one in found if isinstance(one, KeychainKey)), None)
