"""What is done with the test cases of a tool: read, replayed, one kept from a run."""

from collections.abc import Callable

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.i18n import Data
from ferrule.ui.models.tool_desk import Came, ToolDesk
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.tools.detail import CASES, ToolPane
from ferrule.workspace.tools.facts import ToolFacts


class CaseWork(QtCore.QObject):
    """Does what is asked for in the tab of test cases.

    `latest` returns what came of the latest run of a tool.

    Signals:
        told(str, str, str): level, what and why, for the top of the page.
    """

    told = QtCore.Signal(str, str, str)

    def __init__(
        self,
        desk: ToolDesk,
        pane: ToolPane,
        tasks: Tasks,
        latest: Callable[[ToolFacts], Came | None],
    ) -> None:
        super().__init__(pane)
        self._desk, self._pane, self._tasks = desk, pane, tasks
        self._latest = latest
        pane.cases.run_wanted.connect(self.run)
        pane.result.keep_wanted.connect(self.keep)
        pane.keep.agreed.connect(self.save)

    def read(self, tool: ToolFacts) -> None:
        """Show the test cases of a tool."""
        self._tasks.start("cases", self._read(tool))

    @QtCore.Slot()
    def run(self) -> None:
        """Replay the test cases of the tool that is shown, offline."""
        if self._pane.tool is not None:
            self._tasks.start("cases", self._run(self._pane.tool))

    @QtCore.Slot()
    def keep(self) -> None:
        """Look over the latest run before it becomes a test case."""
        self._tasks.start("keep", self._keep())

    @QtCore.Slot(str)
    def save(self, name: str) -> None:
        """Write the latest run as a test case."""
        self._tasks.start("keep", self._save(name))

    async def _read(self, tool: ToolFacts) -> None:
        try:
            files = await self._desk.cases(tool)
        except FerruleError:
            files = []
        self._pane.cases.show_cases(files)
        badge = str(len(files)) if files else ""
        self._pane.tabs.bar.set_badge(CASES, badge)

    async def _run(self, tool: ToolFacts) -> None:
        self._pane.cases.show_results(await self._desk.run_cases(tool))

    async def _keep(self) -> None:
        tool, came = self._run_of()
        if tool is not None and came is not None and came.call and came.outcome:
            found = await self._desk.findings(came.call, came.outcome)
            self._pane.keep.begin(tool.name, found)
            self._pane.begin_keeping()

    async def _save(self, name: str) -> None:
        tool, came = self._run_of()
        if tool is None or came is None or not (came.call and came.outcome):
            return
        pane, choices = self._pane, self._pane.keep.choices()
        try:
            path = await self._desk.record(came.call, came.outcome, name, choices)
        except FerruleError as error:
            pane.keep.show_told(f"{error.message} {error.advice}".strip())
            return
        pane.keep_nothing()
        await self._read(tool)
        pane.turn_to(CASES)
        self.told.emit("success", f"Saved as {Data(path.name)}.", "")

    def _run_of(self) -> tuple[ToolFacts | None, Came | None]:
        tool = self._pane.tool
        return tool, self._latest(tool) if tool is not None else None
