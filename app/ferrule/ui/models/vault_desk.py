"""What the settings ask of the vault, off the window's thread."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ferrule.ui.models.vault_watch import BY_HAND
from ferrule.ui.tasks import in_thread
from ferrule.workspace.workspace import Workspace

if TYPE_CHECKING:  # it would bring the store and pydantic before they are needed
    from pydantic import SecretStr

    from ferrule.workspace.keeping import VaultStatus


class VaultDesk:
    """The vault of a workspace; each call opens it if nothing did before."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def read(self) -> "VaultStatus":
        """Return how it is; the first time, the keychain is asked."""
        return await in_thread(self._status)

    async def lock(self) -> None:
        """Lock it until a person unlocks it."""
        await in_thread(lambda: self._workspace.vault.shut(BY_HAND))

    async def set_passphrase(self, current: str, new: str) -> None:
        """Let a passphrase open it, in place of the one before.

        Raises:
            UsageError: when the new one is too short.
            VaultLocked: when the one of now is missing or wrong.
        """
        await in_thread(partial(self._set_passphrase, current, new))

    async def renew_key(self, passphrase: str) -> str:
        """Seal every secret with a new data key, and return what came of it.

        Raises:
            VaultLocked: when the passphrase is wrong, or a way in would be lost.
        """
        return await in_thread(partial(self._renew_key, passphrase))

    async def export_recovery(self, out: Path, passphrase: str) -> None:
        """Write a recovery key after a fresh unlock.

        Raises:
            StoreError: when a file is there already or cannot be written.
            VaultLocked: when the passphrase is missing or wrong.
        """

        def export() -> None:
            self._workspace.vault.prove(_hidden(passphrase))
            self._workspace.vault.export_recovery(out)

        await in_thread(export)

    def _status(self) -> "VaultStatus":
        return self._workspace.vault.status()

    def _set_passphrase(self, current: str, new: str) -> None:
        chosen = _hidden(new)
        if chosen is not None:
            self._workspace.vault.set_passphrase(chosen, _hidden(current))

    def _renew_key(self, passphrase: str) -> str:
        vault = self._workspace.vault
        vault.prove(_hidden(passphrase))
        *_, last = vault.rotate()
        told = f"{last.done} secrets are sealed with a new data key."
        if last.done == 1:
            told = "1 secret is sealed with a new data key."
        if "recovery" in last.dropped:
            told += " The recovery key opens the vault no more: export a new one."
        return told


def _hidden(text: str) -> "SecretStr | None":
    from pydantic import SecretStr  # noqa: PLC0415 - 60 ms that a first paint need not wait

    return SecretStr(text) if text else None
