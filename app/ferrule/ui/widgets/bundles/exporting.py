"""Exporting at work: the report is made anew with each tick, then files are written."""

from functools import partial
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from ferrule.errors import FerruleError
from ferrule.ui import dialogs
from ferrule.ui.i18n import Data
from ferrule.ui.models.export_desk import ExportDesk, ExportKind
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.bundles.compose import ComposeCard
from ferrule.ui.widgets.bundles.exports import ExportCard
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.workspace import Workspace


class Exporting(QtCore.QObject):
    """What the card of other exports does: with the connectors that are ticked.

    Signals:
        opened(bool): the card is to be shown, or put away.
    """

    opened = QtCore.Signal(bool)

    def __init__(
        self,
        workspace: Workspace,
        compose: ComposeCard,
        tasks: Tasks,
        parent: QtWidgets.QWidget,
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._compose = compose
        self._tasks = tasks
        self.desk = ExportDesk(workspace)
        self.card = ExportCard()
        self.card.hide()
        self._entering = False
        self.card.saving.connect(self._save)
        self.card.carried.connect(self._again)
        self.card.closed.connect(self._close)
        compose.changed.connect(self._again)

    def open(self, kind: ExportKind) -> None:
        """Show what the ticked connectors are for an engine."""
        self.card.show_kind(kind)
        self.opened.emit(True)
        self._entering = True
        self._again()

    @QtCore.Slot()
    def _close(self) -> None:
        self._tasks.cancel("prepare")
        self.opened.emit(False)

    @QtCore.Slot()
    def _again(self) -> None:
        """Read the ticked connectors anew."""
        if self.card.kind is None or self.card.isHidden():
            return
        if not self._compose.chosen():
            self._tasks.cancel("prepare")
            self.card.show_reading("Tick at least one connector above.")
            return
        self.card.show_reading()
        self._tasks.start("prepare", self._prepare(self.card.kind))

    async def _prepare(self, kind: ExportKind) -> None:
        folder = self._compose.folder()
        if folder is None:
            return
        ids = self._compose.chosen()
        names = {one.id: one.name for one in folder.connectors}
        self.card.show_bundles(await self.desk.bundles())
        bundle = self.card.carries()
        found = await self.desk.prepare(folder.path, ids, kind.key, bundle)
        self.card.show_prepared(found, names)
        if self._entering:  # what saves could not have it before
            self._entering = False
            (self.card.save if found.made else self.card.close_).setFocus()
        parts = [one.report for one in found.made]
        lost = sum(len(one.dropped) for one in parts)
        announce(self.card, f"The report is there: {lost} parts dropped")

    @QtCore.Slot()
    def _save(self) -> None:
        self._tasks.start("save exports", self._choose())

    async def _choose(self) -> None:
        title = "Save the exports into a folder"
        home = str(Path.home())
        folder = await dialogs.choose_folder(self._parent, title, home)
        if folder is not None:
            await self.save_into(folder)

    async def save_into(self, folder: Path) -> None:
        """Write what was reported into a folder; what is there is asked about."""
        prepared = self.card.prepared
        if prepared is None or not prepared.made:
            return
        there = await self.desk.standing(prepared.made, folder)
        names = [Data(str(one)) for one in there]
        many = "a file" if len(there) == 1 else f"{len(there)} files"
        title = f"Replace {many}?"
        ask = partial(dialogs.confirm, self._parent, title, names, "Replace")
        if there and not await ask():
            return
        try:
            files = await self.desk.write(prepared.made, folder, there)
        except FerruleError as error:
            self.card.show_trouble(error.message, error.advice)
            return
        self.card.show_written(files)
        announce(self.card, f"Wrote {len(files)} exports")
