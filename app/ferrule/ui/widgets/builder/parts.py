"""Which parts each bench has, and how they are reached from the page."""

from collections.abc import Iterator
from typing import Final

from PySide6 import QtCore

from ferrule.ui.actions import Command
from ferrule.ui.widgets.builder.begun import Import
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.drift import Drifting
from ferrule.ui.widgets.builder.history import Histories
from ferrule.ui.widgets.builder.large import LargeAnswers
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.suggest import Suggestions
from ferrule.ui.widgets.builder.tests import TestRuns
from ferrule.ui.widgets.builder.version import VersionWatch
from ferrule.ui.widgets.builder.walk import Walking

# One line a part: its class. The order is the order of the tabs below the form.
PARTS: Final[tuple[type[Part], ...]] = (
    Suggestions,
    Import,
    Walking,
    VersionWatch,
    Histories,
    TestRuns,
    Drifting,
    LargeAnswers,
)


def commands() -> Iterator[tuple[Command, type[Part], str]]:
    """Yield each command of the parts, whose it is and the method it calls."""
    for kind in PARTS:
        for command, method in kind.commands:
            yield command, kind, method


class Parts(QtCore.QObject):
    """The parts of all open benches.

    Signals:
        said(str, str, str): as `Part.said`.
        go(str, object): as `Part.go`.
    """

    said = QtCore.Signal(str, str, str)
    go = QtCore.Signal(str, object)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._of: dict[BuilderBench, list[Part]] = {}

    def hang(self, bench: BuilderBench) -> None:
        """Make the parts of a bench."""
        made = [kind(bench) for kind in PARTS]
        for part in made:
            part.said.connect(self.said)
            part.go.connect(self.go)
        self._of[bench] = made

    def of(self, bench: BuilderBench | None) -> list[Part]:
        """Return the parts of a bench in their order."""
        return self._of.get(bench, []) if bench is not None else []

    def call(self, bench: BuilderBench | None, kind: type[Part], method: str) -> None:
        """Call a method of the part of that kind; nothing where no bench is shown."""
        for part in self.of(bench):
            if type(part) is kind:
                getattr(part, method)()

    async def close_work(self, bench: BuilderBench) -> None:
        """End the work of a bench's parts."""
        for part in self._of.pop(bench, []):
            await part.close_work()
