"""Composing at work: checks run and stop, versions are raised and put back."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6 import QtCore

from ferrule.clock import SystemClock
from ferrule.ui.models.messages import OpenDescriptor
from ferrule.ui.models.shipping_desk import CheckRun, Composed, ShippingDesk
from ferrule.ui.models.shipping_lines import Since
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.bundles.checks import ChecksCard
from ferrule.ui.widgets.bundles.compose import ComposeCard
from ferrule.ui.widgets.bundles.said import Said
from ferrule.ui.widgets.button import Button

if TYPE_CHECKING:  # it reads descriptors
    from ferrule.workspace.raising import Raised

_TICK_MS = 200


class Composing(QtCore.QObject):
    """What the cards of composing and checking do.

    Signals:
        told(): what is composed, or how its check stands, changed.
        stale(): the folders are to be read again.
        go(str, object): show the page of that key.
        said(object): there is something to say (`Said`).
    """

    told = QtCore.Signal()
    stale = QtCore.Signal()
    go = QtCore.Signal(str, object)
    said = QtCore.Signal(object)

    def __init__(
        self, desk: ShippingDesk, tasks: Tasks, parent: QtCore.QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._run: CheckRun | None = None
        self._since: Since | None = None
        self.compose, self.checks = ComposeCard(), ChecksCard()
        self.compose.changed.connect(self.check)
        self.checks.again.connect(self.check)
        self.checks.stopped.connect(self.stop)
        self.checks.raising.connect(self._raise)
        self.checks.comparing.connect(self._compare)
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._count)

    @QtCore.Slot()
    def check(self) -> None:
        """Check what is composed."""
        self.end()
        self.compose.show_since(None)
        what = self.compose.composed()
        if what is None:
            self._tasks.cancel("check")
            self.checks.show_empty("Choose at least one connector.")
        else:
            self.checks.show_running()
            self._tasks.start("check", self._check(what))
        self.told.emit()

    @QtCore.Slot()
    def stop(self) -> None:
        """End the check that runs, if one does."""
        if not self.checks.running:
            return
        self.end()
        self._tasks.cancel("check")
        self.checks.show_stopped()
        self.told.emit()

    def end(self) -> None:
        """Let a check that runs end after its fixture."""
        self._tick.stop()
        if self._run is not None:
            self._run.stop()

    async def _check(self, what: Composed) -> None:
        run = self._run = CheckRun()
        self._tick.start()
        try:
            found = await self._desk.check(what, run)
        finally:
            run.stop()
        if found is None:
            return
        self._tick.stop()
        self._since = found.since
        now = SystemClock().now().astimezone()
        folder = self.compose.folder()
        own = folder is not None and folder.origin == "project"
        self.compose.show_since(found.since)
        self.checks.show_lines(found.lines, f"{now:%H:%M}", found.since, own=own)
        self.told.emit()

    @QtCore.Slot()
    def _count(self) -> None:
        if self._run is not None:
            self.checks.show_done(self._run.done)

    @QtCore.Slot()
    def _raise(self) -> None:
        if self._since is not None:
            self._tasks.start("raise", self._raise_due(self._since))

    async def _raise_due(self, since: Since) -> None:
        folder = self.compose.folder()
        if folder is None:
            return
        raised = await self._desk.raise_versions(folder.path, since)
        undo = Button("Undo", icon="undo-2", compact=True)
        undo.setObjectName("bundles.undo_raise")
        undo.clicked.connect(partial(self._take_back, raised, undo))
        why = "Each is the version that its changes ask for."
        self.said.emit(Said("success", "Raised the versions", why, (undo,)))
        self.stale.emit()

    def _take_back(self, raised: "Raised", undo: Button) -> None:
        undo.setEnabled(False)
        self._tasks.start("raise", self._undo(raised))

    async def _undo(self, raised: "Raised") -> None:
        await self._desk.take_back(raised)
        self.said.emit(Said("success", "The versions are as before"))
        self.stale.emit()

    @QtCore.Slot(str)
    def _compare(self, connector_id: str) -> None:
        self._tasks.start("compare", self._show_diff(connector_id))

    async def _show_diff(self, connector_id: str) -> None:
        folder = self.compose.folder()
        if folder is not None:
            before = await self._desk.last_bundle(folder.path)
            opened = OpenDescriptor(connector_id, against=before)
            self.go.emit("builder", opened)
