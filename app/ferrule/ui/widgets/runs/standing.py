"""What is done with the connection of a run: its switch, its check, its two tabs."""

from PySide6 import QtCore, QtWidgets

from ferrule.clock import SystemClock
from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.ui import dialogs
from ferrule.ui.models.run_desk import RunDesk
from ferrule.ui.models.run_standing import (
    Standing,
    StreamRow,
    keep_change,
    read_standing,
    reset_cursor,
    try_change,
)
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.runs.detail import RunDetail
from ferrule.workspace.workspace import Workspace


class StandingWork(QtCore.QObject):
    """The work on one connection, which `show` names.

    Signals:
        told(str, str, str): say something: its level, what, and why.
        changed(): the connection is another now, or gone.
    """

    told = QtCore.Signal(str, str, str)
    changed = QtCore.Signal()

    def __init__(self, workspace: Workspace, desk: RunDesk, detail: RunDetail) -> None:
        super().__init__(detail)
        self._workspace = workspace
        self._desk = desk
        self._tasks = desk.tasks
        self._detail = detail
        self._connection, self._mapping = detail.connection, detail.mapping
        self._key = ""
        detail.head.switched.connect(self._switch)
        detail.head.tested.connect(self.test)
        detail.head.disconnected.connect(self._disconnect)
        detail.connection.reset.connect(self._reset)
        detail.mapping.tried.connect(self._try)
        detail.mapping.kept.connect(self._keep)

    def show(self, key: str) -> None:
        """Show another connection, or the same one as it stands now."""
        self._key = key
        if key:
            self._tasks.start("standing", self._read(key))

    async def _read(self, key: str) -> None:
        now = SystemClock().now()
        standing = await in_thread(lambda: read_standing(self._workspace, key, now))
        if key == self._key:
            self._show(standing)

    def _show(self, standing: Standing) -> None:
        self._connection.show_health(standing.health)
        self._connection.show_streams(standing.streams)
        self._mapping.show_mappings(standing.key, standing.mappings)

    @QtCore.Slot(object)
    def _reset(self, row: object) -> None:
        if isinstance(row, StreamRow):
            self._tasks.start("reset", self._forget(self._key, row))

    async def _forget(self, key: str, row: StreamRow) -> None:
        going = [f"Where the stream “{row.stream}” of “{key}” stands: {row.begins}"]
        parent: QtWidgets.QWidget = self._connection
        title = f"Let “{row.stream}” begin at its start?"
        if not await dialogs.confirm(parent, title, going, "Begin at its start"):
            return
        await in_thread(lambda: reset_cursor(self._workspace, key, row.stream))
        self.told.emit("info", f"“{row.stream}” begins at its start next time.", "")
        await self._read(key)

    @QtCore.Slot(str, object)
    def _try(self, stream: str, change: object) -> None:
        self._tasks.start("try mapping", self._tried(self._key, stream, change))

    async def _tried(self, key: str, stream: str, change: object) -> None:
        patch: Json = change  # type: ignore[assignment]  # the signal carries JSON
        trial = await in_thread(lambda: try_change(self._workspace, key, stream, patch))
        self._mapping.show_trial(change, trial)

    @QtCore.Slot(str, object)
    def _keep(self, stream: str, change: object) -> None:
        self._tasks.start("keep mapping", self._kept(self._key, stream, change))

    async def _kept(self, key: str, stream: str, change: object) -> None:
        patch: dict[str, Json] | None = change  # type: ignore[assignment]  # as above
        try:
            await in_thread(
                lambda: keep_change(self._workspace, key, stream, patch or None)
            )
        except FerruleError as error:
            self.told.emit("danger", error.message, error.advice)
            return
        what = "has its connector's own mapping" if not patch else "has your mapping"
        why = "The next full run maps what is stored anew."
        self.told.emit("success", f"“{stream}” of {key} {what}.", why)
        await self._read(key)

    @QtCore.Slot(bool)
    def _switch(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        self._tasks.start("enable", self._enable(self._key, on=on))

    async def _enable(self, key: str, *, on: bool) -> None:
        await self._desk.enable(key, enabled=on)
        self.changed.emit()

    @QtCore.Slot()
    def test(self) -> None:
        """Check the connection and say what came of it."""
        self._tasks.start("test", self._check(self._key))

    async def _check(self, key: str) -> None:
        self._detail.head.test.setEnabled(False)
        try:
            what, why, well = await self._desk.check(key)
        finally:
            self._detail.head.test.setEnabled(True)
        self.told.emit("success" if well else "danger", what, why)
        self.changed.emit()

    @QtCore.Slot()
    def _disconnect(self) -> None:
        self._tasks.start("disconnect", self._remove(self._key))

    async def _remove(self, key: str) -> None:
        going = await self._desk.holdings(key)
        title = f"Disconnect “{key}”?"
        if await dialogs.confirm(self._detail, title, going, "Disconnect"):
            await self._desk.remove(key)
            self.told.emit("info", f"{key} was disconnected.", "")
            self.changed.emit()
