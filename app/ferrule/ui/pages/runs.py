"""Runs: sync a connection, see it go, stop it, and look at what came of it.

A run is a child process; the page shows its lines and asks the database for the rest.
Cancelling ends the child at once: what it stored is whole, and a resume goes on there.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.messages import ShowConnection, StartSync
from ferrule.ui.models.run_desk import RunDesk
from ferrule.ui.models.run_list import ListRow, rows_of
from ferrule.ui.models.run_track import Wish
from ferrule.ui.models.runs import ErrorRow, Mode, RunFacts, stored_log
from ferrule.ui.pages.page import Notice, Page
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.runs.held import refusal
from ferrule.ui.widgets.runs.standing import StandingWork
from ferrule.ui.widgets.runs.view import NewRun, RunsView
from ferrule.workspace.workspace import Workspace

_TICK_MS: Final = 500
_LOOK_MS: Final = 3000
_RUNNING: Final = "Nothing runs here now"


class RunsPage(Page):
    """The page of connections and their runs."""

    key = "runs"
    title = "Runs"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.desk = RunDesk(workspace, self.tasks, self)
        self._at: tuple[str, int | None] = ("", None)
        self._at_head = False
        self._loaded = False
        self._wanted: StartSync | ShowConnection | None = None
        self._tick = _timer(self, _TICK_MS, self._refresh)
        self._look = _timer(self, _LOOK_MS, self._look_again)
        self.new = NewRun()
        self.header.add(self.new)
        self.view = RunsView()
        self.body.add(self.view, stretch=1)
        self.filters, self.list = self.view.filters, self.view.list
        self.detail = self.view.detail
        self.tab_bar = self.detail.tabs.bar
        self.standing = StandingWork(workspace, self.desk, self.detail)
        self._add_commands()
        self._connect()

    def activated(self) -> None:
        """Read everything again and have a warm child ready."""
        self.reload()
        self.desk.runners.keep_spare()
        self.list.setFocus()

    def receive(self, what: object) -> None:
        """Start a run, or show a connection."""
        if isinstance(what, StartSync | ShowConnection):
            self._wanted = what

    def health_changed(self) -> None:
        """Read again how connections are."""
        if self.isVisible():
            self.reload()

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the list, then the run."""
        return [self.list, self.detail]

    async def close_work(self) -> None:
        """End every run in order; each goes on from its last page another time."""
        await self.desk.end()
        await super().close_work()

    @QtCore.Slot()
    def reload(self) -> None:
        """Read connections and runs again."""
        self.tasks.start("read", self._read())

    def start(
        self, connection: str, mode: Mode, *, fresh: bool = False, dry: bool = False
    ) -> None:
        """Start a run of a connection and show it."""
        self.unsay()
        if self.desk.start(connection, mode, fresh=fresh, dry=dry):
            self._go_to(connection, None)
            self._refresh()
            self._read_details()

    def run_shown(self) -> RunFacts | None:
        """Return the run that the right side shows."""
        return self.desk.run_of(*self._at)

    async def _read(self) -> None:
        await self.desk.read()
        self._loaded = True
        self.filters.show_connectors(self.desk.shelf)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self.desk.connection(wanted.connection):
            self._go_to(wanted.connection, getattr(wanted, "run", None))
        elif self.desk.connection(self._at[0]) is None:
            self._go_to(self.desk.shelf[0].key if self.desk.shelf else "", None)
        self._refresh()
        self._read_details()
        self.judged.emit()
        if isinstance(wanted, StartSync):
            self.start(wanted.connection, "full" if wanted.full else "incremental")

    @QtCore.Slot()
    def _read_details(self) -> None:
        self.tasks.start("errors", self._read_errors())
        self.standing.show(self._at[0])
        self._find(self.detail.signals.filter.text().strip())

    async def _read_errors(self) -> None:
        run = self.run_shown()
        number = run.number if run else None
        rows = [] if number is None else await self.desk.errors(number)
        failed = run.counts.get("failed", 0) if run else 0
        self.detail.errors.show_rows(rows, failed)

    @QtCore.Slot(str)
    def _find(self, text: str) -> None:
        self.tasks.start("signals", self._read_signals(text, further=False))

    @QtCore.Slot()
    def _find_more(self) -> None:
        if not self.tasks.running("signals"):
            text = self.detail.signals.filter.text().strip()
            self.tasks.start("signals", self._read_signals(text, further=True))

    async def _read_signals(self, text: str, *, further: bool) -> None:
        one, tab = self.desk.connection(self._at[0]), self.detail.signals
        if one is None:
            return
        last = tab.last() if further else None
        rows, whole = await self.desk.signals(one.key, text, last)
        show = tab.append_rows if further else tab.show_rows
        show(rows, whole=whole, total=one.signals)

    @QtCore.Slot()
    def _refresh(self) -> None:
        """Draw the list and the run as they stand now."""
        desk, now = self.desk, self.desk.runners.clock.now()
        rows = rows_of(
            desk.shelf,
            desk.live(),
            now,
            connector=self.filters.connector(),
            status=self.filters.status(),
        )
        self.view.show_any(some=bool(desk.shelf) or not self._loaded)
        self.list.show_rows(rows, self._row_key(rows))
        self._show_detail()
        running = desk.runners.running
        self.jobs.emit(len(running))
        _run_timer(self._tick, on=bool(running))
        newest = [run for one in desk.shelf for run in one.runs[:1]]
        elsewhere = any(run.status == "elsewhere" for run in newest)
        _run_timer(self._look, on=elsewhere and not running)

    def _show_detail(self) -> None:
        desk, clock = self.desk, self.desk.runners.clock
        one, run = desk.connection(self._at[0]), self.run_shown()
        live = run is not None and run.live
        busy = self._at[0] in desk.runners.running
        self.new.setEnabled(one is not None and one.enabled and not busy)
        for verb in ("runs.cancel", "runs.pause", "runs.stop"):
            self.commands.action(verb).setEnabled(live)
        self.detail.connection.show_busy(busy=busy)
        if one is None:
            return
        resumable = run is not None and run == desk.resumable(one.key)
        self.detail.show_run(
            one, run, clock.now(), clock.monotonic(), resumable=resumable
        )
        self.detail.show_failures(run.counts.get("failed", 0) if run else 0)
        self.detail.show_signals(one.signals)
        track = desk.runners.track(one.key)
        number = run.number if run else None
        if track is None or track.facts.number != number:
            track = desk.runners.past.get(number) if number is not None else None
        if track is not None:
            self.detail.log.show_lines(track, tuple(track.log))
        else:
            self.detail.log.show_lines(number, stored_log(run) if run else ())

    def _row_key(self, rows: list[ListRow]) -> object:
        """Return the key of the row that stands for what is shown."""
        key, number = self._at
        if self._at_head:
            return (key, None, False)
        mine = [row for row in rows if row.connection.key == key]
        for row in mine:
            if row.run is not None and number in {None, row.run.number}:
                return row.key
        return mine[0].key if mine else None

    @QtCore.Slot()
    def _look_again(self) -> None:
        if self.isVisible():
            self.reload()

    @QtCore.Slot(object)
    def _pick(self, row: object) -> None:
        if isinstance(row, ListRow):
            self._go_to(row.connection.key, row.run.number if row.run else None)
            self._at_head = row.run is None
            self._show_detail()
            self._read_details()

    def _go_to(self, key: str, number: int | None) -> None:
        if key != self._at[0]:
            blocker = QtCore.QSignalBlocker(self.detail.signals.filter)
            self.detail.signals.filter.clear()
            blocker.unblock()
        self._at, self._at_head = (key, number), False

    @QtCore.Slot()
    def _new(self) -> None:
        """Run incrementally where there is a start for that, else in full."""
        one = self.desk.connection(self._at[0])
        if one is not None:
            self.start(one.key, "incremental" if one.synced else "full")

    @QtCore.Slot(str, str)
    def _start_as(self, mode: Mode, way: str = "") -> None:
        self.start(self._at[0], mode, fresh=way == "fresh", dry=way == "dry")

    @QtCore.Slot()
    def _browse(self) -> None:
        self.go.emit("catalogue", None)

    @QtCore.Slot()
    def _resume(self) -> None:
        run = self.desk.resumable(self._at[0])
        if run is not None:
            self.start(run.connection, run.mode)

    def _halt(self, wish: Wish, *_checked: object) -> None:
        self.desk.runners.ask(self._at[0], wish)

    @QtCore.Slot()
    def _cancel(self) -> None:
        self.desk.runners.cancel(self._at[0])

    @QtCore.Slot(str)
    def _ended(self, connection: str) -> None:
        track = self.desk.runners.track(connection)
        if track is not None and self._at == (connection, None):
            self._at = (connection, track.facts.number)  # though it is not the newest
        self.reload()
        if self.isVisible():
            self.desk.runners.keep_spare()

    @QtCore.Slot(object)
    def _refused(self, told: dict[str, str]) -> None:
        level, on = refusal(told, self.desk, self.go)
        self.say(Notice(level, told["message"], told["advice"]), *on)

    @QtCore.Slot(str, str, str)
    def _tell(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    @QtCore.Slot(object)
    def _open_item(self, row: object) -> None:
        if isinstance(row, ErrorRow):
            self.tasks.start("open", self._open(row))

    async def _open(self, row: ErrorRow) -> None:
        self.go.emit("builder", await self.desk.sample(self._at[0], row))

    def _add_commands(self) -> None:
        signals = self.detail.signals.filter
        for command, do in (
            (Command("runs.start", "New run", "play", ("F5",),
                     help="Starts a run of the connection that reads what is new."),
             self._new),
            (Command("runs.full", "Full run", "play", ("Shift+F5",),
                     help="Starts a run that reads everything again."),
             partial(self._start_as, "full")),
            (Command("runs.dry", "Full dry run", "play",
                     help="Reads everything and counts what a run would do."),
             partial(self._start_as, "full", "dry")),
            (Command("runs.pause", "Pause after this page", "pause",
                     ("Ctrl+Shift+P",), needs=_RUNNING,
                     help="Ends the run after its page; it can be gone on with."),
             partial(self._halt, "pause")),
            (Command("runs.stop", "Stop after this page", "square",
                     ("Ctrl+Shift+S",), needs=_RUNNING,
                     help="Ends the run after its page, for good."),
             partial(self._halt, "stop")),
            (Command("runs.cancel", "Cancel the run", "x", ("Esc",), needs=_RUNNING,
                     help="Ends the run at once; what was read is kept."),
             self._cancel),
            (Command("runs.resume", "Resume the run", "play",
                     help="Goes on with a run from its last page."), self._resume),
            (Command("runs.test", "Test the connection", "plug-zap",
                     help="Asks the service once whether it answers."),
             self.standing.test),
            (Command("runs.find", "Find in signals", "search", ("Ctrl+F",),
                     help="Searches the signals of the run."), signals.setFocus),
        ):  # fmt: skip
            self.commands.add(command, do, self)

    def _connect(self) -> None:
        head, detail = self.detail.head, self.detail
        self.new.clicked.connect(self._new)
        self.new.chosen.connect(self._start_as)
        self.view.catalogue.clicked.connect(self._browse)
        self.filters.changed.connect(self._refresh)
        self.list.picked.connect(self._pick)
        self.desk.moved.connect(self._refresh)
        self.desk.ended.connect(self._ended)
        self.desk.refused.connect(self._refused)
        head.paused.connect(partial(self._halt, "pause"))
        head.stopped.connect(partial(self._halt, "stop"))
        head.cancelled.connect(self._cancel)
        head.resumed.connect(self._resume)
        self.standing.changed.connect(self.reload)
        self.standing.told.connect(self._tell)
        detail.errors.opened.connect(self._open_item)
        detail.signals.asked.connect(self._find)
        detail.signals.more.connect(self._find_more)


def _timer(page: QtCore.QObject, ms: int, do: Callable[[], None]) -> QtCore.QTimer:
    timer = QtCore.QTimer(page)
    timer.setInterval(ms)
    timer.timeout.connect(do)
    return timer


def _run_timer(timer: QtCore.QTimer, *, on: bool) -> None:
    if on and not timer.isActive():
        timer.start()
    elif not on:
        timer.stop()
