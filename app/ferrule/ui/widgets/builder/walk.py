"""Walking the pages of a draft and simulating a second sync, from the Builder.

The walk runs in a thread and its pages come one by one. Esc ends it at once; what came
until then stays.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.actions import Command
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.walk_needs import (
    Asked,
    ask_for,
    is_of_sandbox,
    wake_sandbox,
)
from ferrule.ui.widgets.builder.walk_page import WalkTab
from ferrule.ui.widgets.builder.walk_plan import WalkRow
from ferrule.ui.widgets.builder.walk_samples import PageSamples
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.walking.again import Compared, SecondSync
from ferrule.workspace.walking.pages import WalkedPage
from ferrule.workspace.walking.parts import Layout
from ferrule.workspace.walking.stir import Stirred
from ferrule.workspace.walking.walk import Walk

_STEPS: Final = ("paging", "incremental")
_STRIP: Final = 244
_BEAT_MS: Final = 100
_PAUSE_MS: Final = 400
_DRAFT: Final = "Open a draft first"
Work = Walk | SecondSync


class Walking(Part):
    """The walks of one bench: a tab, buttons on two steps, and the turner of samples.

    Signals:
        walked(object): a WalkedPage came.
        over(): a walk ended, however it did.
    """

    walked = QtCore.Signal(object)
    over = QtCore.Signal()

    commands: ClassVar[tuple[tuple[Command, str], ...]] = (
        (
            Command("builder.walk", "Walk the pages", "skip-forward", ("Shift+F5",),
                    "paging test sync", needs=_DRAFT,
                    help="Asks for page after page, to a limit, and shows each."),
            "walk",
        ),
        (
            Command("builder.second", "Simulate a second sync", "refresh-cw",
                    ("Ctrl+Shift+F5",), "incremental delta since", needs=_DRAFT,
                    help="Walks in full, then from the mark that leaves, and shows "
                    "what is new."),
            "second_sync",
        ),
    )  # fmt: skip

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self.page = WalkTab()
        self.tab = bench.strip.add_page("Pages", self.page)
        self.samples = PageSamples(bench, self.page)
        self._rows = {
            step: WalkRow(second_first=step == "incremental") for step in _STEPS
        }
        self._work: Work | None = None
        self._first: Walk | None = None
        self._layout = Layout()
        self._slices: dict[str, str] = {}
        self._pending: Callable[[], None] | None = None
        self._since = QtCore.QElapsedTimer()
        self._beat = QtCore.QTimer(self, interval=_BEAT_MS)
        self._later = QtCore.QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._connect()

    @property
    def running(self) -> bool:
        """Return whether a walk is under way."""
        return self.tasks.running("walk")

    @QtCore.Slot()
    def walk(self) -> None:
        """Walk the pages of the stream that is shown."""
        self._begin(self.walk, self._first_walk)

    @QtCore.Slot()
    def second_sync(self) -> None:
        """Walk in full, and again from the mark that leaves."""
        self._begin(self.second_sync, self._second)

    @QtCore.Slot()
    def again(self) -> None:
        """Make the second walk again, after the same first one."""
        first = self._first
        if first is not None:
            self._begin(self.again, partial(self._again, first))

    @QtCore.Slot()
    def cancel(self) -> bool:
        """End the walk that is under way; say whether there was one."""
        if not self.running:
            return False
        if self._work is not None:
            self._work.cancel()  # its thread ends with it, and the task with that
        else:
            self.tasks.cancel("walk")
        self._show_running(on=False)
        return True

    async def close_work(self) -> None:
        """End what is under way."""
        self._later.stop()
        self._beat.stop()
        self._pending = None
        self.cancel()
        await super().close_work()

    def _connect(self) -> None:
        bench, plan = self.bench, self.page.plan
        for row in self._rows.values():
            row.walk_wanted.connect(self.walk)
            row.second_wanted.connect(self.second_sync)
        plan.walk_wanted.connect(self.walk)
        plan.second_wanted.connect(self.second_sync)
        plan.again_wanted.connect(self.again)
        plan.cancelled.connect(self.cancel)
        self._beat.timeout.connect(self._tick)
        self._later.timeout.connect(self._look)
        bench.forms.currentChanged.connect(self._place_row)
        bench.strip.bar.currentChanged.connect(self._later.start)
        bench.forms.made_anew.connect(self._save_rows)
        bench.draft.changed.connect(self._forget_first)
        bench.draft.changed.connect(self._later.start)
        bench.level.changed.connect(self._later.start)
        bench.sending.sent.connect(self._go_on)
        bench.sending.failed.connect(self._give_up_pending)
        self.tasks.failed.connect(self._fail)
        self.tasks.ended.connect(self._rest)

    def _first_walk(self, asked: Asked) -> Walk:
        plan = self.page.plan
        return Walk(asked.subject, limits=plan.limits, part=plan.part)

    def _second(self, asked: Asked) -> SecondSync:
        plan = self.page.plan
        stirring = asked.sandbox and plan.stir.isChecked()
        limits, part = plan.limits, plan.part
        return SecondSync(asked.subject, limits=limits, part=part, stirring=stirring)

    def _again(self, first: Walk, asked: Asked) -> SecondSync:
        stirring = asked.sandbox and self.page.plan.stir.isChecked()
        return SecondSync(asked.subject, after=first, stirring=stirring)

    def _begin(self, wish: Callable[[], None], make: Callable[[Asked], Work]) -> None:
        """Show the tab and start; go on once values are sent that are lacking."""
        self._pending = None
        self.cancel()
        self._work = None
        self.bench.settled()  # what stands in the JSON is meant too
        self.bench.frame.show_part("signals" if self.bench.frame.folded else "form")
        self.bench.frame.give_strip(_STRIP)
        self.bench.strip.turn(self.tab)
        self.tasks.start("walk", self._run(wish, make))

    async def _run(
        self, wish: Callable[[], None], make: Callable[[Asked], Work]
    ) -> None:
        try:
            asked = await ask_for(self.bench)
            if asked is None:
                self._pending = wish
                return
            self._show_running(on=True)
            await wake_sandbox(self.bench, asked.subject)
            self._offer_stirring(asked)
            work = make(asked)
            self._start(work)
            loop = asyncio.get_running_loop()

            def tell(step: WalkedPage | Stirred) -> None:
                loop.call_soon_threadsafe(self._take, work, step)

            await in_thread(partial(_carry_out, work, tell))
            compared = None
            if isinstance(work, SecondSync):
                compared = await in_thread(work.compared)
            self._show_end(work, compared)
        except FerruleError as error:
            self.page.show_error(error)
        finally:
            self._show_running(on=False)

    def _start(self, work: Work) -> None:
        """Show an empty table, or the pages of the first walk that are kept."""
        self._work = work
        self.bench.strip.set_badge(self.tab, "")
        if isinstance(work, SecondSync) and work.first.walked:
            self.page.keep_first()
        else:
            self._first = None
            self.page.clear()
        self.bench.watch.config = dict(work.subject.config)
        self.samples.forget()

    def _take(self, work: Work, step: WalkedPage | Stirred) -> None:
        """Show a page that came, or say what was changed between the walks."""
        if work is not self._work:
            return
        if isinstance(step, Stirred):
            self.page.show_stirred(step)
            return
        self.page.add(step)
        self._tick()
        self.samples.follow(step)
        self.walked.emit(step)

    def _show_end(self, work: Work, compared: Compared | None) -> None:
        if work is not self._work:
            return
        first = work.first if isinstance(work, SecondSync) else work
        last = work.second if isinstance(work, SecondSync) else work
        self._slices |= first.slices
        self.page.plan.show_layout(self._layout, self._slices)
        self.page.show_end(last or first, compared)
        self._first = first if compared is not None else None
        if compared is not None:
            self.page.show_changes(compared)
        self.bench.strip.set_badge(self.tab, str(len(self.page.pages) or ""))
        announce(self.page, f"{self.page.totals.text()}. {self.page.said.summary()}")

    def _show_running(self, *, on: bool) -> None:
        if on:
            self._since.start()
            self._beat.start()
        else:
            self._beat.stop()
        self.page.plan.show_running(on=on)
        self._tick()
        if on:
            self.bench.busy.emit(True)

    @QtCore.Slot()
    def _tick(self) -> None:
        """Say how far the walk is."""
        many = len(self.page.pages)
        seconds = self._since.elapsed() / 1000 if self._since.isValid() else 0.0
        self.page.plan.show_progress(f"Asking for page {many + 1}", seconds)

    @QtCore.Slot()
    def _place_row(self) -> None:
        """Put the buttons into the step that is shown."""
        row = self._rows.get(self.bench.forms.step)
        page = self.bench.forms.page
        if row is not None and not page.isAncestorOf(row):
            page.put_below_title(row)
        self._later.start()

    @QtCore.Slot()
    def _save_rows(self) -> None:
        """Take the buttons out of pages that go."""
        for row in self._rows.values():
            row.setParent(None)

    @QtCore.Slot()
    def _look(self) -> None:
        """Look how the stream is divided, where somebody looks."""
        if self.page.isVisible() and not self.running:
            self.tasks.start("look", self._look_at_parts())

    async def _look_at_parts(self) -> None:
        try:
            asked = await ask_for(self.bench, quietly=True)
            self._layout = (
                Layout() if asked is None else await in_thread(asked.subject.layout)
            )
        except FerruleError:
            return  # the draft is half-typed: what is known stays
        if asked is not None:
            self._offer_stirring(asked)
        self.page.plan.show_layout(self._layout, self._slices)

    def _offer_stirring(self, asked: Asked) -> None:
        usual = is_of_sandbox(self.bench)
        self.page.plan.show_stirring(possible=asked.sandbox, usual=usual)

    @QtCore.Slot()
    def _forget_first(self) -> None:
        """A changed draft begins anew: an earlier first walk is not its own."""
        self._first = None
        self._slices = {}
        self.page.plan.again.hide()

    @QtCore.Slot()
    def _go_on(self) -> None:
        """Walk now that the values are there which were asked for."""
        wish, self._pending = self._pending, None
        if wish is not None:
            wish()

    @QtCore.Slot()
    def _give_up_pending(self) -> None:
        self._pending = None

    @QtCore.Slot(str)
    def _rest(self, name: str) -> None:
        if name == "walk":
            self.bench.busy.emit(False)
            self.over.emit()

    @QtCore.Slot(str, object)
    def _fail(self, name: str, error: object) -> None:
        if name == "walk" and isinstance(error, Exception):
            told = type(error).__name__
            self.page.show_error(FerruleError("The walk broke off.", advice=told))


def _carry_out(work: Work, tell: Callable[[WalkedPage | Stirred], object]) -> None:
    """Tell every step of a walk, from this thread to the window's."""
    steps = work.steps() if isinstance(work, SecondSync) else work.pages()
    for step in steps:
        try:
            tell(step)
        except RuntimeError:  # the loop is closed: nobody listens any more
            work.cancel()
            return
