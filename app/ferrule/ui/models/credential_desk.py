"""What the Credentials page asks of the workspace, off the window's thread."""

from collections.abc import Mapping, Sequence
from functools import partial

from pydantic import SecretStr
from PySide6 import QtCore

from ferrule.exchange import Json
from ferrule.ui.models.card_standing import SANDBOXES
from ferrule.ui.models.check_run import CheckRun, note_health, stored_check
from ferrule.ui.models.credential_held import confirm
from ferrule.ui.models.credential_list import CredentialRow, read_rows
from ferrule.ui.models.credential_scopes import Names
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.tasks import in_thread
from ferrule.workspace import keeping, rotating, scopes
from ferrule.workspace.checking import Check
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.keeping import VaultStatus
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
        self.rows: Sequence[CredentialRow] = ()
        self.projects: Mapping[str, str] = {}
        self.needs_passphrase = False
        self._workspace = workspace
        self._checks = CheckRun(self)
        self._checks.stepped.connect(self.stepped)

    async def read(self, *, anew: bool = False) -> VaultStatus:
        """Read the rows, and return how the vault is; `anew` tries the keychain."""
        place = self._workspace
        status = await in_thread(lambda: keeping.vault_status(place, anew=anew))
        self.rows = await in_thread(lambda: read_rows(place))
        self.projects = await in_thread(lambda: Names(place).known)
        self.needs_passphrase = status.needs_passphrase
        return status

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
        """Open the vault; without a passphrase, by what else opens it.

        Raises:
            VaultLocked: when it is the wrong passphrase, or nothing else opens it.
        """
        given = SecretStr(passphrase) if passphrase else None
        await in_thread(lambda: self._workspace.vault.unlock(given))

    async def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase open the vault; what was in memory only is sealed.

        Raises:
            UsageError: when it is too short.
        """
        given = SecretStr(passphrase)
        await in_thread(lambda: self._workspace.vault.set_passphrase(given))

    async def lock(self) -> None:
        """Lock the vault until a person unlocks it."""
        await in_thread(lambda: self._workspace.vault.shut("you locked it"))

    async def forget(self, row: CredentialRow) -> str:
        """Delete a credential for good; return why its tokens were not ended, if so.

        Raises:
            FerruleError: when it cannot be deleted; nothing is changed then.
        """
        return await in_thread(partial(_forget, self._workspace, row))

    async def share(self, key: str) -> None:
        """Let a connection's own credential become its bundle's.

        Raises:
            FerruleError: when it cannot be shared.
        """
        await in_thread(partial(scopes.share, self._workspace, key))

    async def use_shared(self, key: str) -> None:
        """Delete a connection's own credential for good; it uses the shared one.

        Raises:
            FerruleError: when it cannot; nothing is changed then.
        """
        await in_thread(partial(scopes.use_shared, self._workspace, key))

    async def allow(
        self, row: CredentialRow, projects: Sequence[str], *, confirmed: bool
    ) -> None:
        """Let these projects use a shared credential, and no others.

        Raises:
            FerruleError: when it cannot be changed, or `*` is not confirmed.
        """
        await in_thread(
            lambda: scopes.allow_projects(
                self._workspace, row.key, projects, confirmed=confirmed
            )
        )

    async def confirm_hosts(self, keys: Sequence[str]) -> None:
        """Let connections that are held go to every host that they ask for now.

        Raises:
            FerruleError: when that cannot be kept.
        """
        for key in keys:
            await in_thread(partial(confirm, self._workspace, key))

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


def _forget(workspace: Workspace, row: CredentialRow) -> str:
    """Delete a credential; its tokens are ended at the service first."""
    if row.shared is None:
        keeping.forget(workspace, row.key)
        return ""
    _, ending = keeping.forget_shared(workspace, row.shared.provider)
    return "" if ending.ended else ending.detail
