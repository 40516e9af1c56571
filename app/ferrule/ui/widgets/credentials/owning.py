"""Whose a credential is, changed: shared, given up, deleted, let go to more hosts."""

from collections.abc import Callable, Coroutine

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui import dialogs
from ferrule.ui.i18n import Data
from ferrule.ui.models.credential_desk import CredentialDesk
from ferrule.ui.models.credential_list import CredentialRow
from ferrule.ui.models.credential_scopes import uses_in_words
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.credentials.detail import CredentialPane

Reread = Callable[[], Coroutine[object, object, None]]


class Owning(QtCore.QObject):
    """What is done about who may use the credential in a pane.

    Signals:
        told(str, str, str): say something: its level, what, and why.
        changed(): connections are held no longer, or have another credential.
    """

    told = QtCore.Signal(str, str, str)
    changed = QtCore.Signal()

    def __init__(
        self, desk: CredentialDesk, pane: CredentialPane, tasks: Tasks, reread: Reread
    ) -> None:
        """Work on what `pane` shows; `reread` reads and shows the list again."""
        super().__init__(pane)
        self._desk = desk
        self._pane = pane
        self._tasks = tasks
        self._reread = reread
        pane.agreed.connect(self._agree)
        pane.sharing.share_wanted.connect(self._share)
        pane.sharing.unown_wanted.connect(self._give_up)
        pane.sharing.allowed.connect(self._allow)

    def forget(self, row: CredentialRow) -> None:
        """Delete a credential for good, once the person agreed."""
        self._tasks.start("forget", self._forget(row))

    async def _forget(self, row: CredentialRow) -> None:
        goes = (_everything(row), *_left_without(row))
        title = f"Delete the secrets of “{row.name}”?"
        if not await dialogs.confirm(self._pane, title, goes, "Delete"):
            return
        left = await self._done(self._desk.forget(row))
        if isinstance(left, str) and left:
            what = "The secrets are deleted; the sign-in was not ended there."
            self.told.emit("warning", what, left)

    @QtCore.Slot(object)
    def _agree(self, keys: tuple[str, ...]) -> None:
        self._tasks.start("hosts", self._done(self._desk.confirm_hosts(keys)))

    @QtCore.Slot()
    def _share(self) -> None:
        if (row := self._pane.row) is not None:
            self._tasks.start("share", self._shared(row))

    async def _shared(self, row: CredentialRow) -> None:
        bundle = Data(row.bundle)
        if await self._done(self._desk.share(row.key)) is not _Refused:
            what = f"“{Data(row.key)}” uses what the {bundle} bundle shares now."
            why = "No other project can use it before you list it."
            self.told.emit("success", what, why)

    @QtCore.Slot()
    def _give_up(self) -> None:
        if (row := self._pane.row) is not None:
            self._tasks.start("unown", self._given_up(row))

    async def _given_up(self, row: CredentialRow) -> None:
        goes = (
            f"Its own credential; it uses what the {Data(row.offered)} bundle shares",
        )
        title = f"Delete the secrets of “{Data(row.key)}”?"
        if await dialogs.confirm(self._pane, title, goes, "Delete"):
            await self._done(self._desk.use_shared(row.key))

    @QtCore.Slot(object, bool)
    def _allow(self, keys: object, confirmed: bool) -> None:  # noqa: FBT001  a signal's value
        row = self._pane.row
        if row is not None and isinstance(keys, tuple):
            work = self._desk.allow(row, keys, confirmed=confirmed)
            self._tasks.start("projects", self._done(work))

    async def _done(self, work: Coroutine[object, object, object]) -> object:
        """Return what the work does, and show the list again; say a refusal."""
        try:
            made = await work
        except FerruleError as error:
            self.told.emit("danger", error.message, error.advice)
            return _Refused
        await self._reread()
        self.changed.emit()
        return made


class _Refused:
    """What `_done` returns where something was refused."""


def _everything(row: CredentialRow) -> str:
    if row.shared is not None:
        bundle = Data(row.shared.bundle)
        return f"Every secret that the {bundle} bundle shares, for good"
    return f"Every secret that is kept for “{Data(row.key)}”, for good"


def _left_without(row: CredentialRow) -> list[str]:
    """Return what becomes of each connection that uses it."""
    if row.shared is None and row.offered:
        bundle = Data(row.offered)
        return [f"Its connection stays, and uses what the {bundle} bundle shares"]
    if row.shared is None:
        return ["Its connection stays, and cannot be used until it is signed in again"]
    words = uses_in_words(row.uses)
    return [f"{Data(use)} cannot be used until it is signed in again" for use in words]
