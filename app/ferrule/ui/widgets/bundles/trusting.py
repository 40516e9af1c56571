"""The trust list at work: taken in, renewed, keys revoked."""

from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui import dialogs
from ferrule.ui.i18n import Data
from ferrule.ui.models.verifying_desk import TrustDesk
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.bundles.said import Said
from ferrule.ui.widgets.bundles.trust import TrustCard
from ferrule.ui.widgets.bundles.verifying import said_of
from ferrule.workspace.trust_facts import KeyFacts, TrustFacts
from ferrule.workspace.workspace import Workspace

LISTS: Final = "Trust lists (*.json);;All files (*)"


class Trusting(QtCore.QObject):
    """What the card of the trust list does.

    Signals:
        said(object): there is something to say (`Said`).
        changed(): the list is another one.
    """

    said = QtCore.Signal(object)
    changed = QtCore.Signal()

    def __init__(
        self, workspace: Workspace, tasks: Tasks, parent: QtWidgets.QWidget
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._desk = TrustDesk(workspace)
        self._tasks = tasks
        self.card = TrustCard()
        self.card.revoking.connect(self._revoke)
        self.card.removing.connect(self._remove)
        self.card.renewing.connect(self._renew)
        self.card.choosing.connect(self._choose)
        self.card.accepting.connect(self._accept)
        self.card.signing.connect(self._sign)

    @QtCore.Slot()
    def read(self) -> None:
        """Read the list again."""
        self._tasks.start("trust list", self.show_list())

    async def show_list(self) -> None:
        """Show the list as it stands."""
        self.card.show_facts(await self._desk.facts())

    async def offer(self, path: Path) -> None:
        """Show a list from elsewhere, for its root to be compared."""
        self.card.show_offered(await self._desk.facts_of(path))

    @QtCore.Slot(object)
    def _revoke(self, key: object) -> None:
        if isinstance(key, KeyFacts):
            self._tasks.start("revoke", self._ask_revoke(key))

    async def _ask_revoke(self, key: KeyFacts) -> None:
        name = Data(key.name)
        goes = [
            f"Every signature of {name}, whenever it was made",
            "A revoked key is never trusted again: its owner makes a new one",
        ]
        title = f"Revoke {name}?"
        if await dialogs.confirm(self._parent, title, goes, "Revoke"):
            made = await self._desk.change("revoke", key.id)
            await self._tell(said_of(made, f"Revoked {name}"))

    @QtCore.Slot(object)
    def _remove(self, key: object) -> None:
        if isinstance(key, KeyFacts):
            self._tasks.start("revoke", self._untrust(key))

    async def _untrust(self, key: KeyFacts) -> None:
        made = await self._desk.change("untrust", key.id)
        name = Data(key.name)
        await self._tell(said_of(made, f"{name} signs nothing any more"))

    @QtCore.Slot()
    def _renew(self) -> None:
        self._tasks.start("renew", self._renewed())

    async def _renewed(self) -> None:
        made = await self._desk.change("renew")
        await self._tell(said_of(made, "The trust list holds for another year"))

    @QtCore.Slot()
    def _choose(self) -> None:
        self._tasks.start("take list", self._take())

    async def _take(self) -> None:
        path = await dialogs.choose_file(self._parent, "Take in a trust list", LISTS)
        if path is not None:
            await self.offer(path)

    @QtCore.Slot(object)
    def _accept(self, facts: object) -> None:
        if isinstance(facts, TrustFacts):
            self._tasks.start("accept", self._accepted(facts))

    async def _accepted(self, facts: TrustFacts) -> None:
        own = self.card.facts
        mine = own is not None and own.path == facts.path
        path = None if mine else facts.path
        await self._desk.accept(path, anew=facts.state == "broken")
        await self._tell(Said("success", "The trust list is in use"))

    @QtCore.Slot(object, str)
    def _sign(self, path: object, name: str) -> None:
        if isinstance(path, Path):
            self._tasks.start("cosign", self._cosigned(path, name))

    async def _cosigned(self, path: Path, name: str) -> None:
        made = await self._desk.cosign(path, name)
        self.card.fold.setFocus()  # the button that had the keyboard goes
        if not made.missing:
            await self._tell(Said("success", "The list has all signatures: it is used"))
            return
        left = await self._desk.facts_of(made.path)
        who = Data(name)
        if left.waits is None:  # whole, but nobody compared its root here
            why = "Compare its root, then take it in."
            await self._tell(Said("success", f"Signed with {who}: it is whole", why))
        else:
            await self._tell(said_of(made, f"Signed with {who}"))
        own = self.card.facts
        if own is None or own.waits is None or own.waits.path != made.path:
            self.card.show_offered(left)

    async def _tell(self, said: Said) -> None:
        self.said.emit(said)
        await self.show_list()
        self.changed.emit()
