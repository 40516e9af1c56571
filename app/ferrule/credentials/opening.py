"""The vault of a data directory: sealed where a key can be had, else in memory."""

from pathlib import Path

from ferrule.credentials import sealed_file
from ferrule.credentials.data_key import find_sources
from ferrule.credentials.keychain import Keychain
from ferrule.credentials.sealed_vault import FILE, SealedVault
from ferrule.credentials.vault import MemoryVault, Ref, Vault
from ferrule.errors import VaultLocked


def open_vault(data_dir: Path, keychain: Keychain | None = None) -> Vault:
    """Return the vault of a data directory; nothing is created before a secret is kept.

    The first call in a process asks the keychain, which may take five seconds: not for
    the window's own thread.
    """
    found = find_sources(data_dir, keychain)
    if found.sources:
        return SealedVault(data_dir, found.sources)
    path = data_dir / FILE

    def refuse_sealed(ref: Ref) -> None:
        contents = sealed_file.read(path)
        if contents and any(record.ref == ref for record in contents.records):
            raise VaultLocked(
                f"The secrets of {ref.owner!r} are sealed in {path}, and there is no "
                f"key to open it: {found.why_not}",
                advice="Unlock the keychain, or set FERRULE_MASTER_KEY.",
            )

    return MemoryVault(found.why_not, refuse_sealed)
