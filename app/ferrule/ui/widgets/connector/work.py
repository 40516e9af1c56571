"""What is done to a connection on the page of its connector: test, change, leave."""

from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.ui.models.card_standing import read_links
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.connection_check import check_connection
from ferrule.ui.widgets.connector.bar import ConnectionBar
from ferrule.ui.widgets.connector.overview import Overview
from ferrule.ui.widgets.disconnecting import disconnected
from ferrule.workspace.workspace import Workspace

_TEST: Final = "test"


class ConnectorWork(QtCore.QObject):
    """The work on the connection that is chosen; one test is under way at a time.

    Signals:
        changed(): it is another now, or gone.
        told(str, str, str): say something: its level, what, and why.
        testing(bool): a test runs, or none does any more.
    """

    changed = QtCore.Signal()
    told = QtCore.Signal(str, str, str)
    testing = QtCore.Signal(bool)

    def __init__(
        self, workspace: Workspace, bar: ConnectionBar, overview: Overview, tasks: Tasks
    ) -> None:
        super().__init__(bar)
        self.report = overview.report
        self._workspace, self._tasks = workspace, tasks
        self._bar, self._overview = bar, overview
        bar.enabled.toggled.connect(self._switch)
        bar.leave.clicked.connect(self.leave)
        overview.version.chosen.connect(self._choose_version)
        overview.report.cancelled.connect(self.stop)

    @property
    def tests(self) -> bool:
        """Return whether a test is under way."""
        return self._tasks.running(_TEST)

    @QtCore.Slot()
    def test(self) -> None:
        """Ask the service step by step whether it answers; a second call ends that."""
        if self.tests:
            self.stop()
        elif self._bar.key:
            self._tasks.start(_TEST, self._test(self._bar.key))

    @QtCore.Slot()
    def stop(self) -> None:
        """End the test under way."""
        self._tasks.cancel(_TEST)

    @QtCore.Slot()
    def leave(self) -> None:
        """Delete it with all that is stored for it, once the person agreed."""
        if self._bar.key:
            self._tasks.start("disconnect", self._leave(self._bar.key))

    def show_testing(self, *, running: bool) -> None:
        """Show the steps of a test that begins; say that it ended."""
        if running:
            self._overview.show_test(on=True)
        self.testing.emit(running)

    async def _test(self, key: str) -> None:
        links = await in_thread(partial(read_links, self._workspace))
        link = next((one for one in links if one.key == key), None)
        if link is not None:
            await check_connection(self._workspace, link, self)
        self.changed.emit()

    async def _leave(self, key: str) -> None:
        self.stop()
        left = await disconnected(self._workspace, self._bar, key)
        if left is None:
            return
        if left:
            what = f"“{key}” is disconnected; its sign-in was not ended there."
            self.told.emit("warning", what, left)
        self.changed.emit()

    @QtCore.Slot(bool)
    def _switch(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        if self._bar.key:
            self._tasks.start("enable", self._enable(self._bar.key, on=on))

    async def _enable(self, key: str, *, on: bool) -> None:
        project, registry = self._workspace.project.key, self._workspace.registry
        call = partial(registry.enable_connection, project, key, enabled=on)
        await in_thread(call)
        self.changed.emit()

    @QtCore.Slot(str)
    def _choose_version(self, version: str) -> None:
        key, block = self._bar.key, self._overview.version
        if key:
            work = block.change(self._workspace, key, version, self.changed.emit)
            self._tasks.start("version", work)
