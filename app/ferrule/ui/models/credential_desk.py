"""What the Credentials page asks of the workspace, off the window's thread."""

from collections.abc import Mapping, Sequence
from functools import partial

from pydantic import SecretStr
from PySide6 import QtCore

from ferrule.exchange import Json
from ferrule.fields import InputField
from ferrule.ui.models.card_standing import SANDBOXES
from ferrule.ui.models.check_run import CheckRun, note_health, stored_check
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.tasks import in_thread
from ferrule.workspace import keeping, rotating
from ferrule.workspace.checking import Check
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.keeping import KeptCredential, VaultStatus
from ferrule.workspace.workspace import Workspace


class CredentialDesk(QtCore.QObject):
    """The credentials of a project and the vault that they are in.

    Signals:
        stepped(object): a step of a check ended, as its `CheckLine`.
    """

    stepped = QtCore.Signal(object)

    def __init__(
        self, workspace: Workspace, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.rows: Sequence[KeptCredential] = ()
        self.needs_passphrase = False
        self._workspace = workspace
        self._fields: Mapping[str, Sequence[InputField]] = {}
        self._checks = CheckRun(self)
        self._checks.stepped.connect(self.stepped)

    async def read(self, *, anew: bool = False) -> VaultStatus:
        """Read the rows, and return how the vault is; `anew` tries the keychain."""
        place = self._workspace
        status = await in_thread(lambda: keeping.vault_status(place, anew=anew))
        self.rows = await in_thread(lambda: keeping.kept_credentials(place))
        self._fields = await in_thread(self._read_fields)
        self.needs_passphrase = status.needs_passphrase
        return status

    def fields(self, key: str) -> Sequence[InputField]:
        """Return the fields of a connection's credential."""
        return self._fields.get(key, ())

    async def reveal(self, key: str, field: str, passphrase: str | None) -> str:
        """Return the value of a secret, after a fresh unlock.

        Raises:
            VaultLocked: when the passphrase is missing or wrong.
        """
        proof = None if passphrase is None else SecretStr(passphrase)
        found = await in_thread(
            lambda: keeping.reveal(self._workspace, key, field, proof)
        )
        return found.get_secret_value()

    async def unlock(self, passphrase: str) -> None:
        """Open the vault.

        Raises:
            VaultLocked: when it is the wrong passphrase.
        """
        given = SecretStr(passphrase)
        await in_thread(lambda: self._workspace.vault.unlock(given))

    async def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase open the vault; what was in memory only is sealed.

        Raises:
            UsageError: when it is too short.
        """
        given = SecretStr(passphrase)
        await in_thread(lambda: self._workspace.vault.set_passphrase(given))

    async def lock(self) -> None:
        """Forget what opens the vault."""
        await in_thread(self._workspace.vault.lock)

    async def forget(self, key: str) -> None:
        """Delete every secret of a connection for good."""
        await in_thread(partial(keeping.forget, self._workspace, key))

    async def discard(self, key: str) -> None:
        """Forget a credential that is pending."""
        await in_thread(partial(rotating.discard, self._workspace, key))

    async def check(self, key: str) -> None:
        """Check a connection with the credential in use, and record its health.

        Raises:
            FerruleError: when there is nothing to check with.
        """
        one = next(row for row in self.rows if row.key == key)
        if one.line.connector_id in SANDBOXES:
            await sandbox.ensure_for(await in_thread(partial(self._config, key)))
        steps = await self._checks.run(partial(stored_check, self._workspace, key))
        await in_thread(partial(note_health, self._workspace, key, steps))

    async def rotate(self, key: str, values: Mapping[str, str]) -> bool:
        """Check a new credential and use it if it is good; return whether it is.

        Raises:
            FerruleError: when it cannot be kept.
        """
        new = typed_secrets(values)
        await in_thread(partial(rotating.propose, self._workspace, key, new))
        steps = await self._checks.run(partial(self._pending, key))
        good = bool(steps) and all(step.ok is not False for step in steps)
        if good:
            await in_thread(partial(rotating.promote, self._workspace, key))
        return good

    def _config(self, key: str) -> Mapping[str, Json]:
        project = self._workspace.project.key
        return self._workspace.connections.get(project, key).config

    def _pending(self, key: str) -> Check:
        return rotating.pending_check(self._workspace, key)

    def _read_fields(self) -> dict[str, Sequence[InputField]]:
        registry, project = self._workspace.registry, self._workspace.project.key
        return {
            one.key: registry.connector_of(one).sign_in.credential_fields
            for one in self._workspace.connections.list(project)
        }
