"""The log with its query and one line of it; everything is read in threads.

Lines are found part by part, the newest first: what is found is shown at once. To
follow asks twice a second for what came after the newest line.
"""

from collections.abc import Coroutine
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import SystemClock
from ferrule.ui.i18n import Data
from ferrule.ui.models.log_desk import MOST_COPIED, LogDesk, text_of
from ferrule.ui.models.log_lines import LogModel, log_columns
from ferrule.ui.models.log_query import with_levels
from ferrule.ui.tasks import Tasks
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.log.levels import LevelChips
from ferrule.ui.widgets.log.line import LinePane
from ferrule.ui.widgets.log.query import QueryBox
from ferrule.ui.widgets.log.table import LogTable
from ferrule.ui.widgets.splitter import Splitter
from ferrule.workspace.operations.query import QueryError
from ferrule.workspace.operations.timeline import Line, Places, Query
from ferrule.workspace.workspace import Workspace

_FOLLOW_MS: Final = 500
_PART_S: Final = 0.15  # no part is shown sooner after the one before
_SOON_MS: Final = 0
_BOTH: Final = 760
_LISTED: Final = 800
_PANE: Final = 320


class LogView(QtWidgets.QWidget):
    """The lines of a project, or with `connector` of one connector.

    Signals:
        go(str, object): show something on the page of that key.
        told(str, str, str): say something: its level, what, and why.
    """

    go = QtCore.Signal(str, object)
    told = QtCore.Signal(str, str, str)

    def __init__(
        self, workspace: Workspace, tasks: Tasks, key: str, connector: str = ""
    ) -> None:
        super().__init__()
        self.desk = LogDesk(workspace, connector)
        self._tasks = tasks
        self._key = key
        self._clock = SystemClock()
        self._now: list[datetime] = [self._clock.now()]
        self.model = LogModel(log_columns(self._now), self)
        self.box, self.chips = QueryBox(), LevelChips()
        self.count = Label("", "caption", "muted")
        self.table = LogTable(self.model, "Lines of the log", key=f"{key}.lines")
        self.pane = LinePane()
        self.wanted: Query = self.desk.query("")
        self._counts: dict[str, int] = {}
        self._newest, self._begun = -1, False
        self._alone = self._reading = False
        self._clear = Button("Clear the filter", compact=True)
        self._empty = EmptyState("scroll-text", "", "", self._clear)
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_FOLLOW_MS)
        self._soon = QtCore.QTimer(self, singleShot=True, interval=_SOON_MS)
        self._build()
        self._wire()

    def activated(self) -> None:
        """Read the log, or what came since it was read."""
        self._now[0] = self._clock.now()
        self._start("names", self._read_names())
        if not self._begun:
            self.search()
        elif not self._tasks.running(f"{self._key}.find"):
            self._start("newer", self._read_newer())

    @QtCore.Slot()
    def search(self) -> None:
        """Look for what the query asks, from the newest line on."""
        try:
            self.wanted = self.desk.query(self.box.text)
        except QueryError as error:
            told = f"Character {error.column + 1}: {error.message} {error.advice}"
            self.box.show_wrong(told.strip())
            return
        self.box.show_wrong("")
        self.chips.show_chosen(self.wanted.levels)
        self._begun = True
        self._now[0] = self._clock.now()
        self._start("find", self._find(self.wanted))

    def ask(self, text: str) -> None:
        """Look for something else."""
        self._show_alone(on=False)
        self.box.put(text)

    def follow(self, *, on: bool) -> None:
        """Show lines as they come, or only those that are there."""
        if on:
            self._timer.start()
            self._catch_up()
            self.table.scrollToTop()
        else:
            self._timer.stop()

    async def export(self, path: Path) -> int:
        """Write what the query finds into a file; return how many lines."""
        return await self.desk.export(path, self.wanted, lambda _many: None)

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the query, the lines and the line."""
        return [self.box.field, self.table, self.pane]

    def _start(self, name: str, work: Coroutine[object, object, None]) -> None:
        self._tasks.start(f"{self._key}.{name}", work)

    async def _find(self, wanted: Query) -> None:
        """Show what fits; what is shown stays until something is found."""
        fresh, places, shown = True, Places(), 0.0
        async with aclosing(self.desk.find(wanted)) as parts:
            async for places in parts:
                now = self._clock.monotonic()
                if now - shown > _PART_S and (places.ids or not fresh):
                    self._show_ids(places, fresh=fresh)
                    self._tell(places)
                    fresh, shown = False, now
        self._show_ids(places, fresh=fresh)
        self._newest = places.newest
        self._tell(places)
        none = not places.total
        self._show_state(await self.desk.meant(wanted) if none else "")

    def _show_ids(self, places: Places, *, fresh: bool) -> None:
        if not fresh:
            self.model.extend_ids(places.ids)
            return
        self.model.show_ids(places.ids)
        self._stack.setCurrentIndex(0)
        if not self.table.currentIndex().isValid() and len(places.ids):
            self.table.selectRow(0)
        self._show_current()

    def _tell(self, places: Places) -> None:
        """Say how many lines were found, by level, and whether it goes on."""
        self._counts = dict(places.counts)
        self.chips.show_counts(self._counts)
        found = len(places.ids)
        self.count.setText(f"{found:,} so far" if places.left else _lines(found))

    def _show_state(self, meant: str = "") -> None:
        if self.model.rowCount():
            self._stack.setCurrentIndex(0)
            return
        asked = bool(self.box.text)
        self._clear.setVisible(asked)
        if asked:
            told = Data(meant) if meant else "No line has all that it asks for."
            self._empty.say("Nothing fits the filter", told)
        else:
            told = "Each sync, check, call and change leaves a line here."
            self._empty.say("Nothing has happened yet", told)
        self._stack.setCurrentIndex(1)
        self.pane.show_line(None)

    @QtCore.Slot()
    def _catch_up(self) -> None:
        busy = any(self._tasks.running(f"{self._key}.{n}") for n in ("find", "newer"))
        if self._begun and self.isVisible() and not busy:
            self._start("newer", self._read_newer())

    async def _read_newer(self) -> None:
        """Put above what came since; a thousand at a time."""
        wanted = self.wanted
        while lines := await self.desk.newer(self._newest, wanted):
            self._newest = lines[-1].id
            self._put_above(lines, wanted)

    def _put_above(self, lines: tuple[Line, ...], wanted: Query) -> None:
        for line in lines:
            self._counts[line.level] = self._counts.get(line.level, 0) + 1
        levels = wanted.levels
        fit = [one for one in reversed(lines) if not levels or one.level in levels]
        self.model.put_above(fit)
        self.table.hold_place(len(fit))
        self.chips.show_counts(self._counts)
        self.count.setText(_lines(self.model.rowCount()))
        if fit:
            self._show_state()
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)

    @QtCore.Slot()
    def _read_seen(self) -> None:
        if not self._reading:
            self._reading = True
            self._start("blocks", self._read_blocks())

    async def _read_blocks(self) -> None:
        """Read the lines that are seen, until none of them is missing."""
        try:
            while blocks := self.model.missing():
                for block in blocks:
                    if block in self.table.seen_blocks():
                        ids = self.model.block_ids(block)
                        self.model.fill(block, ids, await self.desk.lines(ids))
                self._show_current()
        finally:  # the task itself ends later, and may be asked again until then
            self._reading = False

    async def _read_names(self) -> None:
        self.box.field.names = await self.desk.names()

    @QtCore.Slot()
    def _show_current(self) -> None:
        """Show the line that is picked, once it is read: painting it asks for it.

        Far from what is seen it may be forgotten again; then nobody asks for it.
        """
        index = self.table.currentIndex()
        line = self.model.known(index.row()) if index.isValid() else None
        if line is not None and line != self.pane.line:
            self._show_line(line)

    def _show_line(self, line: Line) -> None:
        self.pane.show_line(line)
        if line.correlation:
            self._start("related", self._read_related(line))

    async def _read_related(self, line: Line) -> None:
        lines = await self.desk.related(line.correlation)
        if self.pane.line == line:
            self.pane.show_related(lines)

    @QtCore.Slot(int)
    def _pick_related(self, number: int) -> None:
        """Go to another line of the same correlation, or show it here."""
        place = self.model.find(number)
        if place >= 0:
            self.table.selectRow(place)
            return
        for line in self.pane.model.rows():
            if line.id == number:
                self.pane.show_line(line)

    @QtCore.Slot(object)
    def _choose_levels(self, levels: frozenset[str]) -> None:
        self.box.put(with_levels(self.box.text, levels))

    @QtCore.Slot(str)
    def _only(self, correlation: str) -> None:
        self.ask(f"id:{correlation}")

    @QtCore.Slot(object, str)
    def _copy(self, ids: list[int], form: str) -> None:
        self._start("copy", self._put_on_clipboard(ids, form))

    async def _put_on_clipboard(self, ids: list[int], form: str) -> None:
        lines = await self.desk.lines(ids[:MOST_COPIED])
        read = [line for line in lines if line is not None]
        json = form == "json"
        text = "".join(map(text_of, read)) if json else self.model.tsv(read)
        QtGui.QGuiApplication.clipboard().setText(text)
        if len(ids) > MOST_COPIED:
            what = f"Only {MOST_COPIED:,} of {len(ids):,} lines were copied"
            self.told.emit("warning", what, "An export has them all.")

    @QtCore.Slot()
    def _copy_line(self) -> None:
        if self.pane.line is not None:
            QtGui.QGuiApplication.clipboard().setText(text_of(self.pane.line))

    @QtCore.Slot()
    def _to_lines(self) -> None:
        self._show_alone(on=False)
        self.table.setFocus()

    def _show_alone(self, *, on: bool) -> None:
        self._alone = on
        self._give_way()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Show the lines or the line where there is no room for both."""
        super().resizeEvent(event)
        self._give_way()

    @QtCore.Slot()
    def _give_way(self) -> None:
        narrow = self.width() < theme.px(_BOTH)
        alone = narrow and self._alone
        self.pane.fit_in(alone=alone)
        self._left.setVisible(not alone)
        self._right.setVisible(alone or not narrow)

    def _build(self) -> None:
        told = Row(self.chips, gap=12)
        told.setStretchFactor(self.chips, 1)
        told.add(self.count)
        head = Column(self.box, told, gap=8, margins=(12, 4, 12, 8))
        body = QtWidgets.QWidget()
        self._stack = QtWidgets.QStackedLayout(body)
        self._stack.addWidget(self.table)
        self._stack.addWidget(Scroll(self._empty, "No lines"))
        self._left, self._right = Card(flush=True), Card(flush=True)
        self._left.add(boxed(head))
        self._left.add(body, stretch=1)
        self._right.add(self.pane, stretch=1)
        sizes = (_LISTED, _PANE)
        self._split = Splitter(self._key, self._left, self._right, sizes=sizes)
        self._split.setStretchFactor(0, 1)
        whole = Column(gap=0)
        whole.add(self._split, stretch=1)
        self.setLayout(whole)

    def _wire(self) -> None:
        self.box.asked.connect(self.search)
        self.box.field.left.connect(self.table.setFocus)
        self.chips.chosen.connect(self._choose_levels)
        self.model.missed.connect(self._soon.start)
        self._soon.timeout.connect(self._read_seen)
        self._timer.timeout.connect(self._catch_up)
        self.table.picked.connect(self._show_current)
        self.table.opened.connect(lambda _line: self._show_alone(on=True))
        self.table.copied.connect(self._copy)
        self._clear.clicked.connect(lambda: self.ask(""))
        self.pane.go.connect(self.go)
        self.pane.copied.connect(self._copy_line)
        self.pane.asked.connect(self._only)
        self.pane.picked.connect(self._pick_related)
        self.pane.left.connect(self._to_lines)
        theme.changed.connect(self._give_way)


def _lines(many: int) -> str:
    return f"{many:,} lines" if many != 1 else "1 line"
