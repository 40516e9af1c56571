"""The check of what a Connect flow holds, told line by line in its panel."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.models.check_lines import verdict
from ferrule.ui.models.check_run import CheckRun
from ferrule.ui.widgets.connect.panels import CheckPanel
from ferrule.workspace.checking import Check, CheckStep

Ready = Callable[[], Coroutine[object, object, Callable[[], Check]]]


class Trying(QtCore.QObject):
    """One check after another; `steps` are those of the one in force."""

    def __init__(self, panel: CheckPanel) -> None:
        super().__init__(panel)
        self.steps: Sequence[CheckStep] = ()
        self._panel = panel
        self._run = CheckRun(self)
        self._run.stepped.connect(panel.report.lines.show_line)

    @property
    def passed(self) -> bool:
        """Return whether what is given now was checked and found good."""
        return bool(self.steps) and all(s.ok is not False for s in self.steps)

    @property
    def failed(self) -> bool:
        """Return whether what is given now was checked and found wanting."""
        return bool(self.steps) and not self.passed

    @property
    def told(self) -> str:
        """Return how it went, in words."""
        return verdict(self._panel.report.lines.lines) if self.steps else "not done"

    def forget(self) -> None:
        """Forget a check of what has changed since."""
        if self.steps:
            self.steps = ()
            self._panel.show_idle()

    async def check(self, ready: Ready, *, sandbox: bool) -> None:
        """Check what `ready` brings a maker of; it is called in a thread."""
        report = self._panel.report
        self.steps = ()
        report.begin("Starting the sandbox…" if sandbox else "Checking…")
        self._panel.show_running()
        try:
            prepare = await ready()
            report.say("Checking…")
            self.steps = await self._run.run(prepare)
            report.end()
        except asyncio.CancelledError:
            report.cancel()
            self._panel.show_idle()
            raise
        except FerruleError as error:
            report.fail(error.message, error.advice)
        self._panel.show_ended(passed=self.passed)
