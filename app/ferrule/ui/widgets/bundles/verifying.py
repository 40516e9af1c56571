"""Verifying at work: files, their contents, installing, and trusting a signer."""

from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui import dialogs
from ferrule.ui.i18n import Data
from ferrule.ui.models.verifying_desk import Choice, KeyFile, VerifyingDesk
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.bundles.pushing import Pushing
from ferrule.ui.widgets.bundles.said import Said
from ferrule.ui.widgets.bundles.verify import VerifyCard
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.trust_facts import TrustChange
from ferrule.workspace.workspace import Workspace

BUNDLES: Final = "Bundles (*.ferrule);;All files (*)"
KEYS: Final = "Public keys (*.pem *.pub);;All files (*)"


class Verifying(QtCore.QObject):
    """What the card of verifying does.

    Signals:
        said(object): there is something to say (`Said`).
        trust_changed(): the trust list is another one.
    """

    said = QtCore.Signal(object)
    trust_changed = QtCore.Signal()

    def __init__(
        self, workspace: Workspace, tasks: Tasks, parent: QtWidgets.QWidget
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self.desk = VerifyingDesk(workspace)
        self._tasks = tasks
        self.card = VerifyCard()
        self.card.zone.dropped.connect(self._dropped)
        self.card.zone.asked.connect(self.choose)
        self.card.key_wanted.connect(self._choose_key)
        self.card.trusted.connect(self._trusted)
        self.card.contents_wanted.connect(self._read)
        self.card.chosen.connect(self._install)
        self.pushing = Pushing(tasks, self)
        self.card.push_opened.connect(self.pushing.serve)
        self.card.recent.signals.opened.connect(self._again)
        self.card.recent.signals.removed.connect(self._forget)

    def verify(self, path: Path) -> None:
        """Verify a file."""
        self._tasks.start("verify", self._verify(path))

    async def show_recent(self) -> None:
        """Show what was verified last."""
        self.card.recent.show_files(await self.desk.recent())

    async def show_key(self, path: Path) -> None:
        """Show a signer's key file in the form that trusts them."""
        self.card.show_key(await self.desk.read_key(path))

    @QtCore.Slot()
    def choose(self) -> None:
        """Have a bundle chosen and verify it."""
        self._tasks.start("choose", self._choose())

    def again(self) -> None:
        """Verify the same file once more: who is trusted may have changed."""
        if self.card.found is not None:
            self.verify(self.card.found.path)

    async def _choose(self) -> None:
        path = await dialogs.choose_file(self._parent, "Verify a bundle", BUNDLES)
        if path is not None:
            self.verify(path)

    async def _verify(self, path: Path) -> None:
        self.card.show_seen(await self.desk.verify(path))
        if self.card.verdict is not None:
            announce(self.card, self.card.verdict.words.text())

    @QtCore.Slot(object)
    def _dropped(self, path: object) -> None:
        if isinstance(path, Path):
            self.verify(path)

    @QtCore.Slot(str)
    def _again(self, path: str) -> None:
        self.verify(Path(path))

    @QtCore.Slot(str)
    def _forget(self, path: str) -> None:
        self._tasks.start("forget", self._taken_off(path))

    async def _taken_off(self, path: str) -> None:
        self.card.recent.show_files(await self.desk.forget(path))

    @QtCore.Slot()
    def _read(self) -> None:
        if self.card.found is not None:
            self._tasks.start("contents", self._contents(self.card.found.path))

    async def _contents(self, path: Path) -> None:
        self.card.show_files(await self.desk.files(path))

    @QtCore.Slot()
    def _choose_key(self) -> None:
        self._tasks.start("key file", self._read_key())

    async def _read_key(self) -> None:
        title = "The signer's public key"
        path = await dialogs.choose_file(self._parent, title, KEYS)
        if path is not None:
            await self.show_key(path)

    @QtCore.Slot(object, object, str)
    def _trusted(self, key: object, patterns: object, label: str) -> None:
        if isinstance(key, KeyFile) and isinstance(patterns, tuple):
            self._tasks.start("trust", self._trust(key, patterns, label))

    async def _trust(self, key: KeyFile, patterns: tuple[str, ...], label: str) -> None:
        made = await self.desk.trust(key.pem, patterns, label)
        name = Data(label or key.fingerprint)
        ids = Data(", ".join(patterns))
        self.said.emit(said_of(made, f"{name} may sign {ids}"))
        self.trust_changed.emit()
        self.again()

    @QtCore.Slot(object)
    def _install(self, choice: object) -> None:
        if isinstance(choice, Choice):
            self._tasks.start("install", self._take_in(choice))

    async def _take_in(self, choice: Choice) -> None:
        made = await self.desk.install(choice)
        on = sum(one.enabled for one in made.connectors)
        title, version = Data(made.title), Data(made.version)
        what = f"Installed {title} {version}"
        count = len(made.connectors)
        why = f"{on} of {count} enabled; the catalogue has them now."
        self.said.emit(Said("success", what, why))
        self.verify(choice.path)


def said_of(made: TrustChange, done: str) -> Said:
    """Return what is said of a change to the list: done, or waiting for others."""
    if not made.missing:
        return Said("success", done)
    many = f"{made.missing} signatures" if made.missing > 1 else "1 signature"
    what = f"This waits for {many} of the root"
    path = Data(str(made.path))
    why = f"Who holds another key of the root signs {path}: here or by the command line"
    return Said("warning", what, why)
