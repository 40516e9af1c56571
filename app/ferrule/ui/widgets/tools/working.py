"""What the Tools page does: prepares, asks, decides, sends, and shows what came of it.

A call that asks is kept from the moment it was shown until somebody decided, and what
is sent then is that very call. One run is under way at a time.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from PySide6 import QtCore, QtWidgets

from ferrule.clock import SystemClock
from ferrule.errors import (
    Cancelled,
    CredentialError,
    ExchangeError,
    FerruleError,
    HostsGrew,
)
from ferrule.exchange import Json
from ferrule.ui.i18n import Data
from ferrule.ui.models.messages import ShowConnector
from ferrule.ui.models.tool_desk import Came, Shelf, ToolDesk
from ferrule.ui.models.tool_rows import ApprovalRow, tool_key
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.tools.casework import CaseWork
from ferrule.ui.widgets.tools.detail import REQUEST, RESULT
from ferrule.ui.widgets.tools.view import ToolsView
from ferrule.workspace.tools.calls import Call
from ferrule.workspace.tools.facts import ToolFacts

_TICK_MS: Final = 100
_SHOWN_S: Final = 0.15
_SOON_MS: Final = 200
_OVER: Final = {
    "declined": ("It was declined", "Nothing was sent."),
    "expired": ("Nobody approved it in time", "Nothing was sent. Ask again."),
    "used": ("It was sent already", "An approval holds once."),
}


class Kept(NamedTuple):
    """A call that waits for a person, or that was run, with its tool."""

    tool: ToolFacts
    call: Call


class ToolWork(QtCore.QObject):
    """Does what is asked for in the view.

    Signals:
        busy(bool): a run is under way, or none is any more.
        changed(): the tools are others, or ask in another way.
        told(str, str, str): level, what and why, for the top of the page.
        wanted(str, object): that page is to be shown, and the place on it.
    """

    busy = QtCore.Signal(bool)
    changed = QtCore.Signal()
    told = QtCore.Signal(str, str, str)
    wanted = QtCore.Signal(str, object)

    def __init__(self, desk: ToolDesk, view: ToolsView, tasks: Tasks) -> None:
        super().__init__(view)
        self.desk, self.view, self.tasks = desk, view, tasks
        self.shelf = Shelf()
        self.clock = SystemClock()
        self.pending: dict[int, Kept] = {}
        self._given: dict[tuple[str, str], dict[str, Json]] = {}
        self._came: dict[tuple[str, str], Came] = {}
        self._rows: list[ApprovalRow] = []
        self._began: float | None = None
        self._text = ""
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self.cases = CaseWork(desk, view.tool, tasks, self._latest)
        self._wire()

    @property
    def running(self) -> bool:
        """Return whether a run is under way."""
        return self._began is not None

    def now(self) -> datetime:
        """Return the time that waiting is counted from."""
        return self.clock.now()

    def show_tool(self, tool: ToolFacts) -> None:
        """Show a tool as it was left: what was typed, and what came of its run."""
        pane = self.view.tool
        before = pane.tool
        same = before is not None and tool_key(before) == tool_key(tool)
        if before is not None and not same:
            self._given[tool_key(before)] = pane.form.given()
        fresh = not same or before is None or before.params != tool.params
        given: Mapping[str, Json] | None = None
        if fresh:
            given = pane.form.given() if same else self._given.get(tool_key(tool), {})
        names = self.shelf.names or {}
        pane.show_tool(tool, names.get(tool.connector_id, tool.connector_id), given)
        self.view.panes.setCurrentWidget(pane)
        if fresh:
            pane.go_up()
            came = self._came.get(tool_key(tool))
            self._show_came(came)
            pane.turn_to(REQUEST if came is None else RESULT)
            self.cases.read(tool)
            self.preview()

    @QtCore.Slot()
    def preview(self) -> None:
        """Work out the exact request of what is typed."""
        self.tasks.start("preview", self._preview())

    @QtCore.Slot()
    def show_preview(self) -> None:
        """Show the exact request; what is missing is said at its field."""
        if self.view.tool.tool is not None:
            self.view.tool.form.read()
            self.view.tool.turn_to(REQUEST)
            self.view.tool.reveal()
            self.preview()

    @QtCore.Slot()
    def start(self) -> None:
        """Run the tool that is shown, or ask for approval first."""
        tool = self.view.tool.tool
        if tool is None or self.running:
            return
        arguments = self.view.tool.form.read()
        if arguments is not None:
            self.tasks.start("run", self._start(tool, arguments))

    @QtCore.Slot()
    def cancel(self) -> None:
        """End the run under way."""
        if self.running:
            self._text = "Cancelling…"
            self.desk.cancel()
            self._show_wait()

    def approve(self, number: int, word: str) -> None:
        """Approve a request; if this window asked for it, it is sent."""
        self.tasks.start("decide", self._decide(number, word=word))

    def decline(self, number: int, reason: str) -> None:
        """Decline a request."""
        self.tasks.start("decide", self._decide(number, reason=reason))

    async def look_again(self) -> None:
        """Read approvals again where one may be another, or is to be gone on with."""
        now = self.now()
        due = any(self._is_due(row, now) for row in self._rows)
        if due or await self.desk.turned():
            await self.read_approvals()

    def _is_due(self, row: ApprovalRow, now: datetime) -> bool:
        """Return whether its time is over, or its call waited for another run's end."""
        over = row.state == "waiting" and not row.waits(now)
        return over or (row.state == "approved" and row.id in self.pending)

    async def read_approvals(self) -> None:
        """Read what was asked for; run what this window asked and is approved now."""
        now = self.now()
        rows = self._rows = await self.desk.approvals(now)
        self.view.lists.show_approvals(rows, now)
        pane = self.view.approval
        for row in rows:
            if pane.row is not None and row.id == pane.row.id:
                pane.show_row(row, now, mine=row.id in self.pending)
            if row.id in self.pending and not row.waits(now):
                self._go_on(row)

    def show_approval(self, row: ApprovalRow) -> None:
        """Show a request for approval."""
        self.view.approval.show_row(row, self.now(), mine=row.id in self.pending)
        self.view.panes.setCurrentWidget(self.view.approval)

    async def _preview(self) -> None:
        pane = self.view.tool
        tool = pane.tool
        if tool is None:
            return
        arguments, problems = pane.form.peek()
        if problems:
            pane.show_lacking(" ".join(str(one) for one in problems))
            return
        try:
            facts = await self.desk.look(await self.desk.call(tool, arguments))
        except FerruleError as error:
            pane.show_lacking(f"{error.message} {error.advice}".strip())
            return
        pane.show_request(facts)

    async def _start(self, tool: ToolFacts, arguments: Mapping[str, Json]) -> None:
        try:
            call = await self.desk.call(tool, arguments)
            if call.asks:
                number = await self.desk.ask(call)
            else:
                await self._send(Kept(tool, call), None)
                return
        except FerruleError as error:
            self._end(tool, Came(None, None, error))
            return
        self.pending[number] = Kept(tool, call)
        await self.read_approvals()
        if number in self.pending:
            self.view.lists.show_approval(number)
            self.view.approval.focus_word()

    async def _send(self, kept: Kept, approval: int | None) -> None:
        self._begin(f"“{Data(kept.tool.name)}” is under way")
        try:
            outcome = await self.desk.run(kept.call, approval)
        except FerruleError as error:
            self._end(kept.tool, Came(kept.call, None, error))
        else:
            self._end(kept.tool, Came(kept.call, outcome))
        finally:
            self._rest()

    async def _decide(self, number: int, *, word: str = "", reason: str = "") -> None:
        try:
            if word:
                await self.desk.approve(number, word)
            else:
                await self.desk.decline(number, reason)
        except FerruleError as error:
            self.view.approval.show_trouble(error.message, error.advice)
        await self.read_approvals()

    def _go_on(self, row: ApprovalRow) -> None:
        """Send what was approved; tell what was not."""
        if row.state == "approved" and self.running:
            return  # when that run is over
        kept = self.pending.pop(row.id)
        if row.state == "approved":
            self._show_own(kept.tool)
            self.tasks.start("run", self._send(kept, row.id))
            return
        what, why = _OVER.get(row.state, _OVER["expired"])
        self._came[tool_key(kept.tool)] = Came(
            None, None, FerruleError(what, advice=why)
        )
        self._show_own(kept.tool)

    def _show_own(self, tool: ToolFacts) -> None:
        """Go back to a tool from the approval that it waited for."""
        lists, focused = self.view.lists, QtWidgets.QApplication.focusWidget()
        here = focused is not None and self.view.isAncestorOf(focused)
        lists.tabs.bar.setCurrentIndex(0)
        lists.table.select_key(tool_key(tool))
        self.show_tool(tool)
        self._show_came(self._came.get(tool_key(tool)))
        self.view.tool.turn_to(RESULT)
        self.view.tool.reveal()
        self.view.show_opened()
        if here:  # it would go to the rail
            self.view.bring_focus()

    def _end(self, tool: ToolFacts, came: Came) -> None:
        self._came[tool_key(tool)] = came
        shown = self.view.tool.tool
        if shown is not None and tool_key(shown) == tool_key(tool):
            self._show_came(came)
            self.view.tool.turn_to(RESULT)
            self.view.tool.reveal()
        announce(self.view, "Done" if came.outcome is not None else "It did not work")

    def _latest(self, tool: ToolFacts) -> Came | None:
        return self._came.get(tool_key(tool))

    def _show_came(self, came: Came | None) -> None:
        tab = self.view.tool.result
        if came is None:
            tab.forget()
        elif came.outcome is not None:
            tab.show_outcome(came.outcome, may_keep=came.outcome.answer is not None)
        elif came.error is not None:
            self._show_error(came.error)

    def _show_error(self, error: FerruleError) -> None:
        said = error.snippet if isinstance(error, ExchangeError) else ""
        mild = isinstance(error, Cancelled) or type(error) is FerruleError
        actions = []
        tool = self.view.tool.tool
        if isinstance(error, CredentialError):
            go = Button("Open Credentials", compact=True)
            go.clicked.connect(lambda: self.wanted.emit("credentials", None))
            actions.append(go)
        elif isinstance(error, HostsGrew) and tool is not None:
            where = ShowConnector(tool.connector_id, change=tool.connection)
            go = Button("Look at the hosts…", compact=True)
            go.clicked.connect(lambda: self.wanted.emit("catalogue", where))
            actions.append(go)
        self.view.tool.result.show_trouble(
            error.message, error.advice, *actions, details=said, mild=mild
        )

    @QtCore.Slot(bool)
    def waive(self, on: bool) -> None:  # noqa: FBT001  a slot
        """Let the tool run without asking, or have it ask again."""
        tool = self.view.tool.tool
        if tool is not None:
            self.tasks.start("waive", self._waive(tool, on=on))

    async def _waive(self, tool: ToolFacts, *, on: bool) -> None:
        await self.desk.waive(tool, on=on)
        self.changed.emit()

    def _begin(self, text: str) -> None:
        self._began, self._text = time.monotonic(), text
        self._tick.start()
        self.busy.emit(True)

    def _rest(self) -> None:
        self._began = None
        self._tick.stop()
        self.view.tool.end_wait()
        self.busy.emit(False)

    @QtCore.Slot()
    def _show_wait(self) -> None:
        if self._began is None:
            return
        seconds = time.monotonic() - self._began
        if seconds > _SHOWN_S:
            self.view.tool.waiting.show_progress(self._text, seconds)
            self.view.tool.waiting.setVisible(True)

    def _wire(self) -> None:
        pane = self.view.tool
        self._tick.timeout.connect(self._show_wait)
        self._soon.timeout.connect(self.preview)
        pane.edited.connect(self._soon.start)
        pane.preview_wanted.connect(self.show_preview)
        pane.waiving.connect(self.waive)
        pane.stopped.connect(self.cancel)
        self.cases.told.connect(self.told)
        self.view.approval.approved.connect(self.approve)
        self.view.approval.declined.connect(self.decline)
        self.view.approval.over.connect(self.view.bring_focus)
