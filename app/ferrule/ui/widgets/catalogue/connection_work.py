"""What is done to the connection in the detail pane: let go, moved, disconnected."""

from functools import partial

from PySide6 import QtCore

from ferrule.ui.models import credential_held
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.catalogue.detail import DetailPane
from ferrule.ui.widgets.disconnecting import disconnected
from ferrule.workspace.workspace import Workspace


class ConnectionWork(QtCore.QObject):
    """The work on the connection that a pane shows.

    Signals:
        changed(): it is another now, or gone.
        told(str, str, str): say something: its level, what, and why.
    """

    changed = QtCore.Signal()
    told = QtCore.Signal(str, str, str)

    def __init__(self, workspace: Workspace, pane: DetailPane, tasks: Tasks) -> None:
        super().__init__(pane)
        self._workspace = workspace
        self._pane = pane
        self._tasks = tasks
        pane.version_chosen.connect(self._choose_version)
        pane.agreed.connect(self._let_go)

    def disconnect_it(self) -> None:
        """Delete it with all that is stored for it, once the person agreed."""
        if self._pane.key:
            self._tasks.start("disconnect", self._leave(self._pane.key))

    @QtCore.Slot(str)
    def _choose_version(self, version: str) -> None:
        key, block = self._pane.key, self._pane.version
        if key:
            work = block.change(self._workspace, key, version, self.changed.emit)
            self._tasks.start("version", work)

    @QtCore.Slot(str)
    def _let_go(self, key: str) -> None:
        self._tasks.start("hosts", self._agreed(key))

    async def _agreed(self, key: str) -> None:
        """Let a held connection go to every host that it asks for."""
        await in_thread(partial(credential_held.confirm, self._workspace, key))
        self.changed.emit()

    async def _leave(self, key: str) -> None:
        left = await disconnected(self._workspace, self._pane, key)
        if left is None:
            return
        if left:
            what = f"“{key}” is disconnected; its sign-in was not ended there."
            self.told.emit("warning", what, left)
        self._pane.show_facts(None)
        self.changed.emit()
