"""What is hung into the bench of a draft: a piece of the Builder with work of its own.

A part knows its bench; the bench knows no part. So a feature is one module here and one
line in `builder/parts`.
"""

from typing import ClassVar

from PySide6 import QtCore, QtWidgets

from ferrule.ui.actions import Command
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.builder.bench import BuilderBench


class Part(QtCore.QObject):
    """A part of one bench; made with it and closed with it.

    `commands` names the method that each command calls while the bench is shown.

    Signals:
        said(str, str, str): tell the person: level ("info", "success", "warning",
            "danger"), what happened, what to do.
        go(str, object): show the page of that key; its `receive` gets the object.
    """

    said = QtCore.Signal(str, str, str)
    go = QtCore.Signal(str, object)

    commands: ClassVar[tuple[tuple[Command, str], ...]] = ()

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self.bench = bench
        self.tasks = Tasks(self)

    @property
    def running(self) -> bool:
        """Return whether it asks a service for something now."""
        return False

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return where F6 goes besides the bench's own panes."""
        return []

    def cancel(self) -> bool:
        """Give up what is under way; say whether there was something (Esc)."""
        return False

    async def close_work(self) -> None:
        """End what is under way."""
        await self.tasks.cancel_all()
