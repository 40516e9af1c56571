"""Activity: what was done in the project, line by line, and the audit trail.

Secrets were taken out as the lines were written: what is shown is what is stored.
"""

from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.clock import SystemClock
from ferrule.errors import Cancelled
from ferrule.ui import dialogs
from ferrule.ui.actions import Actions, Command
from ferrule.ui.i18n import Data
from ferrule.ui.models.messages import ShowLog
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.theme import preferences
from ferrule.ui.widgets.activity.trail import TrailView
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import Switch
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.log.view import LogView
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.tabs import Tabs
from ferrule.workspace.workspace import Workspace

_LOG, _TRAIL = 0, 1
_KINDS: Final = "JSON lines (*.jsonl);;All files (*)"
_FOLLOWS: Final = "activity/follow"


class ActivityPage(Page):
    """The page of the log and the audit trail."""

    key = "activity"
    title = "Activity"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.follow = Switch("Follow")
        self.follow.setObjectName("activity.follow_switch")
        self.follow.setChecked(bool(preferences.text(_FOLLOWS, "yes")))
        self.export = Button("Export…", icon="download")
        self.header.add(self.follow, self.export)
        self.log = LogView(workspace, self.tasks, "activity.log")
        self.trail = TrailView(workspace, self.tasks)
        self.tab_bar = self.bar = Tabs("Activity")
        self.stack = QtWidgets.QStackedWidget()
        for title, view in (("Log", self.log), ("Audit", self.trail)):
            self.bar.addTab(title)
            self.stack.addWidget(_framed(view))
        self.header.row.insertWidget(1, self.bar)
        self.body.add(self.stack, stretch=1)
        self._wire()
        self._add_commands()

    def activated(self) -> None:
        """Read what came since the page was left."""
        if self.bar.currentIndex() == _TRAIL:
            self.trail.activated()
        else:
            self.log.activated()
            self.log.follow(on=self.follow.isChecked())
            self.log.table.setFocus()

    def receive(self, what: object) -> None:
        """Show the lines that fit a query."""
        if isinstance(what, ShowLog):
            self._show(what.query)

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return what F6 goes through on the tab that is shown."""
        on_trail = self.bar.currentIndex() == _TRAIL
        return self.trail.panes() if on_trail else self.log.panes()

    @QtCore.Slot()
    def reload(self) -> None:
        """Read what is shown again."""
        if self.bar.currentIndex() == _TRAIL:
            self.trail.activated()
        else:
            self.log.search()

    @QtCore.Slot()
    def export_lines(self) -> None:
        """Ask where to write, then write the lines that fit; or end the writing."""
        if self.tasks.running("export"):
            self.tasks.cancel("export")
        else:
            self.tasks.start("export", self._export())

    async def _export(self) -> None:
        day = f"{SystemClock().now():%Y-%m-%d}"
        proposal = str(Path.home() / f"activity-{day}.jsonl")
        out = await dialogs.save_file(self, "Export the lines", proposal, _KINDS)
        if out is not None:
            await self.export_into(out)

    async def export_into(self, out: Path) -> None:
        """Write the lines that fit the query into a file."""
        self.export.setText("Stop the export")
        self.jobs.emit(1)
        try:
            many = await self.log.export(out)
        except Cancelled:
            return
        finally:
            self.export.setText("Export…")
            self.jobs.emit(0)
        what = f"Wrote {many:,} lines into {Data(out.name)}"
        self.say(Notice("success", what, f"In {Data(str(out.parent))}"))

    @QtCore.Slot(str)
    def _show(self, query: str) -> None:
        self.bar.setCurrentIndex(_LOG)
        self.log.ask(query)

    @QtCore.Slot(str)
    def _show_lines_of(self, correlation: str) -> None:
        self._show(f"id:{correlation}")

    @QtCore.Slot(int)
    def _turn(self, index: int) -> None:
        """Read the tab that is shown; an export is of the lines alone."""
        on_log = index == _LOG
        self.stack.setCurrentIndex(index)
        if not self.bar.hasFocus():
            self.panes()[1].setFocus()
        self.follow.setVisible(on_log)
        self.export.setVisible(on_log)
        self.log.follow(on=on_log and self.follow.isChecked())
        if on_log:
            self.log.activated()
        else:
            self.trail.activated()

    @QtCore.Slot(bool)
    def _follow(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        preferences.put(_FOLLOWS, "yes" if on else "")
        self.log.follow(on=on)

    @QtCore.Slot(str, str, str)
    def _tell(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    def _wire(self) -> None:
        self.bar.currentChanged.connect(self._turn)
        self.follow.toggled.connect(self._follow)
        self.export.clicked.connect(self.export_lines)
        self.log.go.connect(self.go)
        self.log.told.connect(self._tell)
        self.trail.asked.connect(self._show_lines_of)

    def _add_commands(self) -> None:
        find = self.log.box.field.setFocus
        for command, do in (
            (Command("activity.find", "Filter the log", "search", ("Ctrl+F",),
                     help="Goes to the line in which the log is asked. A name is the "
                     "whole of it: connector:github* finds all that begin so."), find),
            (Command("activity.reload", "Read the log again", "rotate-cw", ("F5",),
                     help="Looks through the log, or the audit trail, anew."),
             self.reload),
            (Command("activity.follow", "Follow the log", "arrow-down-to-line",
                     ("Ctrl+L",), help="Shows lines as they come, or no longer."),
             self.follow.toggle),
            (Command("activity.export", "Export the lines", "download",
                     ("Ctrl+Shift+E",),
                     help="Writes the lines that fit as JSON, one a line."),
             self.export_lines),
            (Command("activity.verify", "Verify the audit trail", "shield-check",
                     help="Looks whether the trail is as it was written."),
             self._verify),
        ):  # fmt: skip
            self.commands.add(command, do, self)

    def _verify(self) -> None:
        self.bar.setCurrentIndex(_TRAIL)
        self.trail.look()


def _framed(view: QtWidgets.QWidget) -> QtWidgets.QWidget:
    column = Column(gap=0, margins=(24, 4, 24, 16))
    column.add(view, stretch=1)
    return boxed(column)
