"""How the vault is, told when it changes; and its locking when nobody uses it.

Use is what a person does in the window: a key, a press, a turn of the wheel. Regular
checks are none. While a sign-in waits for its browser the time stands still, for what
it brings is to be kept. A run goes on with the key that it was handed.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import Clock
from ferrule.ui.models.away import Away
from ferrule.ui.models.vault_words import VaultFacts, lockable
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import preferences
from ferrule.workspace.lock_after import USUAL_S, LockAfter
from ferrule.workspace.workspace import Workspace

AFTER: Final = "vault/lock_after"  # seconds; 0 for never
EVERY: Final = "vault/lock_every"  # "on": whatever opens it
AWAY: Final = "vault/lock_away"  # "off": not with the screen
BY_HAND: Final = "you locked it"
_TICK_MS: Final = 5_000
_USE: Final = frozenset(
    {
        QtCore.QEvent.Type.KeyPress,
        QtCore.QEvent.Type.MouseButtonPress,
        QtCore.QEvent.Type.TouchBegin,
        QtCore.QEvent.Type.Wheel,
    }
)


class VaultWatch(QtCore.QObject):
    """Looks at the vault after each piece of work, and locks it in time.

    Signals:
        told(object): how the vault is now, as `VaultFacts`; only when it changed.
        hiding(): it is being locked: what came from it leaves the screen now.
    """

    told = QtCore.Signal(object)
    hiding = QtCore.Signal()

    def __init__(
        self,
        workspace: Workspace,
        tasks: Tasks,
        window: QtWidgets.QWidget,
        busy: Callable[[], bool],
        clock: Clock | None = None,
    ) -> None:
        super().__init__(window)
        self.status: VaultFacts | None = None
        self.after = LockAfter(clock)
        self.away = Away(self)
        self._workspace, self._tasks = workspace, tasks
        self._window, self._busy = window, busy
        self._heard: QtGui.QWindow | None = None
        self._seen: object = None
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.tick)
        self.away.went.connect(self._gone)

    @QtCore.Slot()
    def look(self) -> None:
        """Read how the vault is, if something opened it and it may have changed."""
        vault = self._workspace.opened_vault
        if vault is not None and vault.mark != self._seen:
            self._tasks.start("vault", self._read())

    @QtCore.Slot()
    def tick(self) -> None:
        """Lock it if its time is over."""
        self._listen()
        if self._busy():
            self.after.use()
            return
        self.after.patience_s = int(preferences.number(AFTER, USUAL_S))
        if self._locks and self.after.due:
            self.lock(self.after.why)

    def lock(self, why: str = BY_HAND) -> None:
        """Lock it now: what is on the screen goes first."""
        vault = self._workspace.opened_vault
        if vault is not None:
            self.hiding.emit()
            self._tasks.start("vault lock", self._lock(partial(vault.shut, why)))

    def eventFilter(self, _watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Note that somebody is there."""
        if event.type() in _USE:
            self.after.use()
        return False

    @property
    def _locks(self) -> bool:
        every = preferences.text(EVERY, "off") == "on"
        return self.status is not None and lockable(self.status, every=every)

    @QtCore.Slot(str)
    def _gone(self, how: str) -> None:
        if self._locks and preferences.text(AWAY, "on") == "on":
            self.lock(how)

    async def _lock(self, shut: Callable[[], VaultFacts]) -> None:
        await in_thread(shut)
        await self._read()

    async def _read(self) -> None:
        vault = self._workspace.opened_vault
        if vault is None:
            return
        seen = vault.mark
        status = await in_thread(vault.status)
        self._seen = seen
        if status != self.status:
            was, self.status = self.status, status
            if was is None or was.standing != status.standing:
                self.after.use()
            if status.standing != "unlocked":
                self.hiding.emit()
            self.told.emit(status)
        self._watch()

    def _watch(self) -> None:
        """Count the time while there is something to lock."""
        if self.status is None or self.status.standing != "unlocked":
            self._tick.stop()
            return
        self._listen()
        if not self._tick.isActive():
            self._tick.start()
        if self._locks and preferences.text(AWAY, "on") == "on":
            _ = self.away.offered  # from now on it is heard

    def _listen(self) -> None:
        """Hear what is done in the window, once it has one of the system's."""
        handle: QtGui.QWindow | None = self._window.windowHandle()  # none if unshown
        if handle is not None and handle is not self._heard:
            handle.installEventFilter(self)
            self._heard = handle
