"""The tests of one bench: run offline after every change, counted in the strip."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from PySide6 import QtCore

from ferrule.errors import DescriptorInvalid, FerruleError
from ferrule.ui import dialogs
from ferrule.ui.actions import Command
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.history import Histories
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.tests_page import TestsTab
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.drafts import Document
from ferrule.workspace.fixtures.files import (
    TestFile,
    TestResult,
    accept,
    delete_fixture,
    fixture_folder,
    read_fixtures,
    run_fixtures,
)
from ferrule.workspace.fixtures.ledger import Ledger, LedgerLine
from ferrule.workspace.workspace import Workspace

_DRAFT: Final = "an open draft"
_PAUSE_MS: Final = 500
_UNSAVED: Final = (
    "The connector is not saved yet. Save it with Ctrl+S: its tests lie beside it."
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of running all tests; `saved` is whether there is a place for them."""

    results: tuple[TestResult, ...]
    lines: tuple[LedgerLine, ...]
    saved: bool


class TestRuns(Part):
    """The tests of one bench.

    Signals:
        ran(object): all tests were run, as a tuple of TestResult.
    """

    __test__ = False  # no test of ours, whatever its name

    ran = QtCore.Signal(object)

    commands: ClassVar[tuple[tuple[Command, str], ...]] = (
        (
            Command("builder.tests", "Run the tests", "test-tube",
                    (), "fixtures offline replay",
                    needs=_DRAFT,
                    help="Replays every recorded exchange and compares the signals."),
            "run_all",
        ),
    )  # fmt: skip

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self.page = TestsTab()
        self.tab = bench.strip.add_page("Tests", self.page)
        self.results: tuple[TestResult, ...] = ()
        self._later = QtCore.QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._connect()
        self._later.start()

    @property
    def files(self) -> list[TestFile]:
        """Return the fixtures as they were read last."""
        return [result.file for result in self.results]

    @QtCore.Slot()
    def run_all(self) -> None:
        """Show the tab and run all tests."""
        self.bench.strip.turn(self.tab)
        self.bench.frame.show_part("signals" if self.bench.frame.folded else "form")
        self._begin()

    @QtCore.Slot()
    def run_again(self) -> None:
        """Run all tests, because files were changed."""
        self._begin()

    async def settled(self) -> None:
        """Wait until the tests were run over the document as it is now."""
        if self._later.isActive():
            self._later.stop()
            self._begin()
        await self.tasks.wait("run")

    async def close_work(self) -> None:
        """End what is under way."""
        self._later.stop()
        await super().close_work()

    def _connect(self) -> None:
        page, bench = self.page, self.bench
        self._later.timeout.connect(self._begin)
        bench.draft.changed.connect(self._later.start)
        bench.draft.saved.connect(self._later.start)
        page.run_wanted.connect(self._begin)
        page.accept_wanted.connect(
            lambda result: self.tasks.start("accept", self._accept(result))
        )
        page.delete_wanted.connect(
            lambda result: self.tasks.start("delete", self._delete(result))
        )
        history = bench.findChild(Histories)
        if history is not None:
            history.tested.connect(self._begin)
            page.history_wanted.connect(history.show)
        self.tasks.failed.connect(self._fail)

    @QtCore.Slot()
    def _begin(self) -> None:
        self.tasks.start("run", self._run())

    async def _run(self) -> None:
        document = self.bench.draft.document
        connector = self.bench.draft.draft.connector_id
        saved = not self.bench.draft.modified
        work = partial(_run, self.bench.workspace, document, connector, saved=saved)
        try:
            ran = await in_thread(work)
        except DescriptorInvalid as invalid:
            self.results = ()
            self._badge("", "neutral")
            count = len(invalid.problems)
            why = "a problem" if count == 1 else f"{count} problems"
            self.page.show_blank(f"No test can run: the descriptor has {why}.")
            return
        self._show(ran)

    def _show(self, ran: Ran) -> None:
        self.results = ran.results
        if not ran.saved:
            self.page.show_blank(_UNSAVED)
        elif not ran.results:
            self.page.show_blank()
        else:
            self.page.show_results(ran.results, ran.lines)
        passed, total = sum(r.passed for r in ran.results), len(ran.results)
        tone = "success" if passed == total else "danger"
        self._badge(f"{passed}/{total}" if total else "", tone)
        if self.bench.strip.bar.currentIndex() == self.tab:
            announce(self.page, f"{passed} of {total} tests passed")
        self.ran.emit(ran.results)

    def _badge(self, text: str, tone: str) -> None:
        self.bench.strip.set_badge(self.tab, text, tone)

    async def _accept(self, result: TestResult) -> None:
        await in_thread(partial(accept, result))
        self.said.emit("info", f"“{result.file.title}” expects what came.", "")
        self._begin()

    async def _delete(self, result: TestResult) -> None:
        goes = [f"The test “{result.file.title}”", str(result.file.path)]
        if await dialogs.confirm(self.page, "Delete this test?", goes, "Delete"):
            await in_thread(partial(delete_fixture, result.file))
            self._begin()

    @QtCore.Slot(str, object)
    def _fail(self, _name: str, error: object) -> None:
        if isinstance(error, FerruleError):
            self.said.emit("danger", error.message, error.advice)
        elif isinstance(error, Exception):
            what = "The tests could not be run."
            self.said.emit("danger", what, type(error).__name__)


def _run(
    workspace: Workspace, document: Document, connector: str, *, saved: bool
) -> Ran:
    """Run all tests; only those of the saved document are noted in the ledger."""
    folder: Path | None = fixture_folder(workspace.catalogue, connector)
    files = read_fixtures(folder)
    if not files:
        return Ran((), (), folder is not None)
    results = run_fixtures(document, files)
    ledger = Ledger(workspace.home, workspace.project.key)
    tell = ledger.record if saved else ledger.told
    return Ran(tuple(results), tuple(tell(document, results)), saved=True)
