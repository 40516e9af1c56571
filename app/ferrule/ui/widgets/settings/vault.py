"""Settings of the vault: what opens it, when it locks, and changing either."""

import platform
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Final

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui import dialogs
from ferrule.ui.models.away import Away
from ferrule.ui.models.vault_desk import VaultDesk
from ferrule.ui.models.vault_watch import AFTER, AWAY, EVERY
from ferrule.ui.models.vault_words import VaultFacts, kept_by
from ferrule.ui.tasks import Tasks
from ferrule.ui.theme import preferences
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.settings.rows import SettingRow, SettingsSection
from ferrule.ui.widgets.settings.vault_form import VaultForm
from ferrule.workspace.lock_after import CHOICES, USUAL_S
from ferrule.workspace.workspace import Workspace

_BACKENDS: Final = {
    "keychain": "The system's keychain",
    "environment": "FERRULE_MASTER_KEY",
    "command": "FERRULE_MASTER_KEY_COMMAND",
    "passphrase": "A passphrase",
    "recovery": "The recovery key",
    "memory": "Memory only",
}
_WAYS: Final = {
    "keychain": "the keychain",
    "passphrase": "a passphrase",
    "master": "a master key",
    "recovery": "the recovery key",
}
_STATES: Final = {"locked": ("warning", "Locked"), "broken": ("error", "Damaged")}
_LOCKING: Final = (
    "Hides what is shown, clears the clipboard and forgets the key. Runs that go on "
    "keep the key that they were given until they end."
)
_AFTER: Final = (
    "When nobody used this window for so long. A command asks anew each time; "
    "ferrule vault unlock --for lets the keychain open it for a while."
)
_AWAY: Final = "When the screen is locked or the computer goes to sleep."
_NOT_HERE: Final = "Not offered here: no desktop tells when the screen is locked."
_EVERY: Final = (
    "Off: only what a passphrase or the recovery key opened locks by itself. On: what "
    "the keychain, a master key or a command opens too; one press opens it again."
)
_WORDS_OF_IT: Final = (
    "12 characters or more; four words are good. Nobody can restore it."
)
_KEY: Final = (
    "Seals every secret anew. Do it, and change the credentials, where somebody may "
    "have seen the old key and a copy of the file."
)
_RECOVERY: Final = (
    "A key on paper that opens the vault when all else is lost. A new one takes the "
    "place of the one before."
)
_MASTER: Final = (
    "Set it before Ferrule starts, and secrets are sealed with that key where there "
    "is no keychain: 32 random bytes in base64 or hex, or a passphrase of 20 "
    "characters or more. It is read once and given to no child."
)
_COMMAND: Final = (
    "A program that prints the master key, from a KMS, pass or 1Password. It is "
    "started without a shell when a secret is first needed, and again after locking."
)


class VaultSection(SettingsSection):
    """The rows of the vault; each takes effect at once.

    Signals:
        unlock_wanted(): show where it is unlocked.
        said(str): what came of a change.
    """

    unlock_wanted = QtCore.Signal()
    said = QtCore.Signal(str)

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        self._desk, self._tasks = VaultDesk(workspace), tasks
        self._status: VaultFacts | None = None
        self._doing = ""
        self.backend = StatusLabel("disabled", "…")
        self.lock = Button("Lock now", icon="lock", compact=True)
        self.after = ComboBox(CHOICES, name="Lock after")
        self.away, self.every = Switch(), Switch()
        self.passphrase = Button("Set…", icon="key-round", compact=True)
        self.key = Button("Change…", icon="refresh-cw", compact=True)
        self.recovery = Button("Export…", icon="life-buoy", compact=True)
        self.by_key = self._rows()
        super().__init__("Credentials", list(self.by_key.values()))
        self.form = VaultForm()
        self.add(self.form)
        self._away = Away(self)
        self._connect()
        self._enable(on=False)

    async def read(self) -> None:
        """Show how the vault is, and when it locks."""
        self._show_locking()
        self.show_vault(await self._desk.read())

    def show_vault(self, status: VaultFacts) -> None:
        """Show how the vault is, and what can be done."""
        self._status = status
        good = status.standing in {"unlocked", "empty"}
        state, word = _STATES.get(
            status.standing,
            ("ready" if good else "warning", _BACKENDS[status.backend]),
        )
        self.backend.show_state(state, word)
        ways = [_WAYS[one] for one in status.ways]
        opened = f" Ways in: {', '.join(ways)}." if ways else ""
        self.by_key["backend"].set_about(kept_by(status) + opened)
        locked = status.standing == "locked"
        self.lock.setText("Unlock…" if locked else "Lock now")
        self.lock.set_icon("lock-open" if locked else "lock")
        self.passphrase.setText("Change…" if "passphrase" in status.ways else "Set…")
        self._enable(on=status.standing == "unlocked")
        self.lock.setEnabled(status.standing in {"unlocked", "locked"})
        self.passphrase.setEnabled(good or status.standing == "memory")

    def _rows(self) -> dict[str, SettingRow]:
        return {
            "backend": SettingRow("What opens the vault", "…", self.backend,
                                  words="keychain vault secrets sealed key"),
            "lock": SettingRow("Lock", _LOCKING, self.lock, words="vault unlock"),
            "after": SettingRow("Lock after", _AFTER, self.after,
                                words="vault idle time never minutes"),
            "away": SettingRow("Lock with the screen", _AWAY, self.away,
                               words="vault sleep suspend"),
            "every": SettingRow("Lock whatever opens it", _EVERY, self.every,
                                words="vault keychain master idle"),
            "passphrase": SettingRow("Passphrase", _WORDS_OF_IT, self.passphrase,
                                     words="vault password change set"),
            "key": SettingRow("Data key", _KEY, self.key, words="vault rotate seal"),
            "recovery": SettingRow("Recovery key", _RECOVERY, self.recovery,
                                   words="vault export backup lost"),
            "master": SettingRow("FERRULE_MASTER_KEY", _MASTER,
                                 words="environment passphrase"),
            "command": SettingRow("FERRULE_MASTER_KEY_COMMAND", _COMMAND,
                                  words="environment kms pass 1password"),
        }  # fmt: skip

    def _connect(self) -> None:
        self.lock.clicked.connect(self._turn_key)
        self.after.chosen.connect(lambda s: preferences.put(AFTER, str(s)))
        self.away.clicked.connect(lambda: _keep(AWAY, self.away))
        self.every.clicked.connect(lambda: _keep(EVERY, self.every))
        self.passphrase.clicked.connect(partial(self._open, "passphrase"))
        self.key.clicked.connect(partial(self._open, "key"))
        self.recovery.clicked.connect(partial(self._open, "recovery"))
        self.form.wanted.connect(self._do)

    def _show_locking(self) -> None:
        with QtCore.QSignalBlocker(self.after):
            self.after.set_value(int(preferences.number(AFTER, USUAL_S)))
        self.every.setChecked(preferences.text(EVERY, "off") == "on")
        offered = self._away.offered
        self.away.setEnabled(offered)
        self.away.setChecked(offered and preferences.text(AWAY, "on") == "on")
        self.by_key["away"].set_about(_AWAY if offered else _not_offered())

    def _enable(self, *, on: bool) -> None:
        for button in (self.lock, self.passphrase, self.key, self.recovery):
            button.setEnabled(on)

    @QtCore.Slot()
    def _turn_key(self) -> None:
        if self._status is not None and self._status.standing == "locked":
            self.unlock_wanted.emit()
        else:
            self._tasks.start("vault", self._then(self._desk.lock()))

    def _open(self, what: str) -> None:
        """Ask for what a change needs: the passphrase of now, where there is one."""
        self._doing = what
        has_one = self._status is not None and "passphrase" in self._status.ways
        fields = [("current", "Passphrase of now")] if has_one else []
        if what == "passphrase":
            fields += [("new", "New passphrase"), ("again", "New passphrase again")]
        verbs = {"key": "Change the data key", "recovery": "Choose a file…"}
        verb = verbs.get(what, "Change" if has_one else "Set the passphrase")
        self.body.removeWidget(self.form)
        below = self.body.indexOf(self.by_key[what]) + 1
        self.body.insertWidget(below, self.form)
        self.form.open_form(verb, fields)

    @QtCore.Slot(object)
    def _do(self, texts: dict[str, str]) -> None:
        self._tasks.start("vault", self._then(self._deed(texts)))

    async def _deed(self, texts: dict[str, str]) -> str:
        """Do what the form is for; return what to say of it."""
        current = texts.get("current", "")
        if self._doing == "passphrase":
            await self._desk.set_passphrase(current, texts["new"])
            return "The passphrase opens the vault from now on."
        if self._doing == "key":
            return await self._desk.renew_key(current)
        return await self._export(current)

    async def _export(self, passphrase: str) -> str:
        proposal = str(Path.home() / "ferrule-recovery-key.txt")
        out = await dialogs.save_file(self, "Recovery key", proposal)
        if out is None:
            return ""
        await self._desk.export_recovery(out, passphrase)
        return f"Wrote the recovery key to {out}. Keep it away from the vault."

    async def _then(self, deed: Coroutine[object, object, object]) -> None:
        """Show how the vault is after a deed, or why it was not done."""
        try:
            said = await deed
        except FerruleError as error:
            self.form.refuse(f"{error.message} {error.advice}".strip())
            return
        self.form.close_form()
        await self.read()
        if isinstance(said, str) and said:
            self.said.emit(said)


def _keep(key: str, switch: Switch) -> None:
    preferences.put(key, "on" if switch.isChecked() else "off")


def _not_offered() -> str:
    if platform.system() == "Linux":
        return _NOT_HERE
    return "Not offered on this system: it tells a program nothing of it."
