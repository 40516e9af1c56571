"""Tools: what connections can do, run by hand, and what agents ask to be allowed.

Reading runs at once; what changes something waits for a person, who sees exactly what
would be sent and types its word. What others ask for appears by itself.
"""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.approval_watch import mark_of
from ferrule.ui.models.messages import ShowApproval
from ferrule.ui.models.tool_desk import ToolDesk
from ferrule.ui.models.tool_rows import ApprovalRow
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.tools.lists import APPROVALS, TOOLS
from ferrule.ui.widgets.tools.view import ToolsView
from ferrule.ui.widgets.tools.working import ToolWork
from ferrule.workspace.tools.facts import ToolFacts
from ferrule.workspace.workspace import Workspace

_LOOK_MS: Final = 500
_RUNNING: Final = "No tool is under way"


class ToolsPage(Page):
    """The page of tools, approvals and what agents are offered."""

    key = "tools"
    title = "Tools"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.desk = ToolDesk(workspace)
        self.agents = Button("For agents", icon="plug")
        self.run = Button("Run", kind="primary", icon="play", hint="F5")
        self.run.setObjectName("tools.run_button")
        self.header.add(self.agents, self.run)
        self.view = ToolsView(workspace.project.folder)
        self.body.add(self.view, stretch=1)
        self.lists = self.view.lists
        self.tab_bar = self.lists.tabs.bar
        self.work = ToolWork(self.desk, self.view, self.tasks)
        self._wanted: int | None = None
        self._look = QtCore.QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._look_again)
        self._add_commands()
        self._connect()
        self._tell()

    def activated(self) -> None:
        """Read tools and approvals again, and look for new ones from now on."""
        self.reload()
        self._look.start()
        self.lists.table.setFocus()

    def receive(self, what: object) -> None:
        """Show a request for approval, once it is read."""
        if isinstance(what, ShowApproval):
            self._wanted = what.number

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        """Look no more while nobody does."""
        super().hideEvent(event)
        self._look.stop()

    def vault_turned(self) -> None:
        """Work the request out again: it may be possible now."""
        if self.isVisible():
            self.work.preview()

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the lists, then what is picked."""
        return self.view.sides()

    async def close_work(self) -> None:
        """End the run under way, and give open connections back."""
        self._look.stop()
        await self.desk.end()
        await super().close_work()

    @QtCore.Slot()
    def reload(self) -> None:
        """Read the tools again."""
        self.tasks.start("read", self._read())

    async def _read(self) -> None:
        shelf = await self.desk.read()
        self.work.shelf = shelf
        self.view.show_any(tools=bool(shelf.tools), connections=bool(shelf.connections))
        self.view.show_troubles(shelf.troubles)
        self.view.agents.show_connections(shelf.connections)
        self.lists.show_tools(shelf.tools)
        await self.work.read_approvals()
        self._show_wanted()
        self._tell()

    def _show_wanted(self) -> None:
        """Show the request that was asked for, the keyboard where one decides."""
        number, self._wanted = self._wanted, None
        if number is not None and self.lists.show_approval(number):
            self.view.approval.focus_word()

    @QtCore.Slot()
    def _look_again(self) -> None:
        self.lists.tick(self.work.now())
        self.view.approval.tick(self.work.now())
        if not self.tasks.running("approvals"):
            self.tasks.start("approvals", self.work.look_again())

    @QtCore.Slot(object)
    def _pick(self, tool: object) -> None:
        if isinstance(tool, ToolFacts) and self.lists.tabs.bar.currentIndex() == TOOLS:
            self.work.show_tool(tool)
            self._tell()

    @QtCore.Slot(object)
    def _look_at(self, row: object) -> None:
        at = self.lists.tabs.bar.currentIndex()
        if isinstance(row, ApprovalRow) and at == APPROVALS:
            self.noted.emit(mark_of(row.id))
            self.work.show_approval(row)
            self._tell()

    @QtCore.Slot()
    def show_agents(self) -> None:
        """Show how agents get the tools."""
        self.view.panes.setCurrentWidget(self.view.agents)
        self.view.show_opened()
        self._read_offers()
        self._tell()

    @QtCore.Slot()
    def _read_offers(self) -> None:
        self.tasks.start("offers", self._offer())

    async def _offer(self) -> None:
        pane = self.view.agents
        reads = pane.reading.isChecked()
        offers = await self.desk.offered(pane.connections(), read_only=reads)
        pane.show_offers(offers)

    @QtCore.Slot()
    def _back(self) -> None:
        """Go back to the tool, from an approval or from the agents."""
        self.lists.tabs.bar.setCurrentIndex(TOOLS)
        row = self.lists.table.current_row()
        if isinstance(row, ToolFacts):
            self.work.show_tool(row)
        self._tell()

    @QtCore.Slot()
    def _tell(self) -> None:
        """Say what the primary action does now."""
        tool = self.view.tool.tool
        shown = self.view.panes.currentWidget() is self.view.tool
        there = self.view.currentIndex() == 1
        self.run.setVisible(there and shown and tool is not None)
        self.agents.setVisible(there)
        if tool is not None:
            asks = tool.asks and not tool.waived
            self.run.setText("Request approval…" if asks else "Run")
            self.run.set_icon("shield-check" if asks else "play")
            self.run.setEnabled(not self.work.running and not tool.trouble)

    @QtCore.Slot(bool)
    def _count(self, busy: bool) -> None:  # noqa: FBT001  a slot
        self.jobs.emit(int(busy))
        self._tell()

    @QtCore.Slot(str, str, str)
    def _say(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    @QtCore.Slot()
    def _start(self) -> None:
        """Run what is shown; elsewhere, and while it cannot run, do nothing."""
        if self.run.isVisible() and self.run.isEnabled():
            self.work.start()

    def _connect(self) -> None:
        self.run.clicked.connect(self._start)
        self.agents.clicked.connect(self.show_agents)
        self.lists.picked.connect(self._pick)
        self.lists.looked.connect(self._look_at)
        self.lists.table.opened.connect(self.view.tool.form.focus_first)
        self.work.busy.connect(self._count)
        self.work.changed.connect(self.reload)
        self.work.told.connect(self._say)
        self.work.wanted.connect(self.go)
        self.view.panes.currentChanged.connect(self._tell)
        self.view.approval.left.connect(self._back)
        self.view.agents.left.connect(self._back)
        self.view.agents.chosen.connect(self._read_offers)
        self.view.catalogue.clicked.connect(lambda: self.go.emit("catalogue", None))

    def _add_commands(self) -> None:
        for command, do in (
            (Command("tools.run", "Run the tool", "play", ("F5", "Ctrl+Return"),
                     help="Runs what reads; what writes asks for approval first."),
             self._start),
            (Command("tools.preview", "Preview the request", "eye", ("Shift+F5",),
                     help="Shows exactly what would be sent, and sends nothing."),
             self.work.show_preview),
            (Command("tools.cancel", "Cancel the tool", "x", ("Esc",), needs=_RUNNING,
                     help="Ends the run at once."), self.work.cancel),
            (Command("tools.approvals", "Show approvals", "shield-check",
                     help="Shows what waits for approval, and what was decided."),
             lambda: self.lists.tabs.bar.setCurrentIndex(APPROVALS)),
            (Command("tools.agents", "Tools for agents", "plug",
                     words="MCP model context protocol",
                     help="Shows what agents are offered, and how to configure one."),
             self.show_agents),
            (Command("tools.find", "Find a tool", "search", ("Ctrl+F",),
                     help="Searches the tools of all connections."),
             self.lists.search.setFocus),
        ):  # fmt: skip
            self.commands.add(command, do, self)
