"""Schema drift in one bench: the sample against the tests, and what mends it."""

from functools import partial
from typing import ClassVar, Final

from PySide6 import QtCore

from ferrule.errors import DescriptorInvalid, FerruleError
from ferrule.exchange import Json, Missing, Response
from ferrule.ui.actions import Command
from ferrule.ui.models.drift_rows import tests_words
from ferrule.ui.models.history_rows import time_text
from ferrule.ui.tasks import in_thread
from ferrule.ui.theme import theme
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.drift_page import DriftTab
from ferrule.ui.widgets.builder.history import Histories
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.tests import TestRuns
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.drift.finding import (
    Drift,
    Rename,
    connection_tests,
    find_drift,
    fixed,
)
from ferrule.workspace.fixtures.carrying import carry_over
from ferrule.workspace.fixtures.files import run_fixtures
from ferrule.workspace.history.facts import Kept

_DRAFT: Final = "an open draft"
_STRIP: Final = 260
_TESTS: Final = "the tests"
_WIDE: Final = 900


class Drifting(Part):
    """Compares samples with the tests of the stream that is shown."""

    commands: ClassVar[tuple[tuple[Command, str], ...]] = (
        (
            Command("builder.drift", "Compare the sample with the tests",
                    "diff", (), "schema drift fixtures changed", needs=_DRAFT,
                    help="Tells what is another in the response, and what would mend "
                    "the mapping."),
            "compare",
        ),
    )  # fmt: skip

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self.page = DriftTab()
        self.tab = bench.strip.add_page("Drift", self.page)
        self.differs = Button("", icon="triangle-alert", compact=True)
        self.differs.hide()
        bench.strip.corner.add(self.differs)
        self.drift: Drift | None = None
        self._sent = False
        self._renames: list[Rename] = []
        self._connect()

    @QtCore.Slot()
    def compare(self) -> None:
        """Show the tab and compare the sample with the tests."""
        self._reveal()
        self.tasks.start("compare", self._compare())

    @QtCore.Slot(object)
    def compare_with(self, kept: Kept) -> None:
        """Compare the sample with what was kept."""
        self._reveal()
        self.tasks.start("compare", self._compare(kept))

    @QtCore.Slot()
    def apply(self) -> None:
        """Apply what is proposed as one step, then run all tests."""
        drift = self.drift
        if drift is None or not drift.fixes:
            return
        document, stream = self.bench.draft.document, self.bench.watch.stream
        made = fixed(document, drift.fixes, stream)
        self._renames = [fix.rename for fix in drift.fixes if fix.rename is not None]
        told = ", ".join(fix.told for fix in drift.fixes)
        self.bench.draft.replace(made, f"Mend drift: {told}")
        announce(self.page, f"Applied {told}.")
        self.tasks.start("connections", self._run_connections())

    @QtCore.Slot()
    def carry(self) -> None:
        """Give recorded answers the names that the service has now."""
        self.tasks.start("carry", self._carry())

    @QtCore.Slot()
    def run_connections(self) -> None:
        """Run the tests of every connection of the connector."""
        self.tasks.start("connections", self._run_connections())

    def _connect(self) -> None:
        bench, page = self.bench, self.page
        page.compare_wanted.connect(self.compare)
        page.fix_wanted.connect(self.apply)
        page.tests_wanted.connect(self.run_connections)
        page.carry_wanted.connect(self.carry)
        self.differs.clicked.connect(self.compare)
        bench.sending.sent.connect(self._note_sent)
        bench.explorer.document.ready.connect(self._look_after)
        history = bench.findChild(Histories)
        if history is not None:
            history.compare_wanted.connect(self.compare_with)
        self._tests = bench.findChild(TestRuns)
        self.tasks.failed.connect(self._fail)

    def _reveal(self) -> None:
        self.bench.frame.give_strip(_STRIP)
        self.bench.frame.show_part("signals" if self.bench.frame.folded else "form")
        self.bench.strip.turn(self.tab)

    @QtCore.Slot()
    def _note_sent(self) -> None:
        self._sent = True
        self._show_differs(None)

    @QtCore.Slot()
    def _look_after(self) -> None:
        """Look for drift in an answer that was just sent for, once it is read."""
        if self._sent:
            self._sent = False
            self.tasks.start("after", self._after())

    async def _after(self) -> None:
        drift = await self._find(None)
        if drift is not None and not drift.blocked:
            self._show_differs(drift)

    def _show_differs(self, drift: Drift | None) -> None:
        """Offer what differs in the strip's corner."""
        harmful = len(drift.harmful) if drift is not None else 0
        harmless = len(drift.harmless) if drift is not None else 0
        told = f"{harmful} harmful" if harmful else f"{harmless} harmless"
        strip = self.bench.strip
        whole = f"Differs from the tests: {told}"
        narrow = strip.width() < theme.px(_WIDE)
        self.differs.setText(told.capitalize() if narrow else whole)
        self.differs.setAccessibleName(whole)
        self.differs.setToolTip(whole)
        self.differs.setVisible(bool(harmful or harmless))
        badge = str(harmful or harmless or "")
        tone = "danger" if harmful else "neutral"
        strip.set_badge(self.tab, badge, tone)

    async def _compare(self, kept: Kept | None = None) -> None:
        drift = await self._find(kept)
        if drift is None:
            self.page.show_blank("Send the request first: there is no sample.")
            return
        self.drift = drift
        against = f"that of {time_text(kept.at)}" if kept is not None else _TESTS
        self.page.show_drift(drift, against)
        if kept is None:
            self._show_differs(drift if not drift.blocked else None)
        announce(self.page, self.page.told.text())

    async def _find(self, kept: Kept | None) -> Drift | None:
        body = self.bench.watch.body
        if self.bench.watch.sample is None or isinstance(body, Missing):
            return None
        if self._tests is not None:
            await self._tests.settled()
        files = self._tests.files if self._tests is not None else []
        document, stream = self.bench.draft.document, self.bench.watch.stream
        known: list[Json] | None = None
        if kept is not None:
            response = partial(self.bench.workspace.history.response, kept)
            known = [await in_thread(lambda: _body(response()))]
        find = partial(find_drift, document, files, body, stream, known=known)
        return await in_thread(find)

    async def _carry(self) -> None:
        tests = self._tests
        if tests is None:
            return
        await tests.settled()
        document, stream = self.bench.draft.document, self.bench.watch.stream
        failed = [result for result in tests.results if not result.passed]
        work = partial(carry_over, document, failed, self._renames, stream)
        written = await in_thread(work)
        self.page.carry.hide()
        what = f"Carried {len(written)} of {len(failed)} tests over."
        why = "Their answers have the new names and give the same signals."
        self.said.emit("success" if written else "warning", what, why * bool(written))
        tests.run_again()
        await self._run_connections()

    async def _run_connections(self) -> None:
        workspace, tests = self.bench.workspace, self._tests
        if tests is not None:
            await tests.settled()
        files = tests.files if tests is not None else []
        document = self.bench.draft.document
        connector = self.bench.draft.draft.connector_id

        def run() -> str:
            found = connection_tests(workspace, connector, document, files)
            own = run_fixtures(document, files)
            return tests_words(found, (sum(r.passed for r in own), len(own)))

        try:
            self.page.say(await in_thread(run))
        except DescriptorInvalid as invalid:
            self.page.say(f"Not run: {invalid.problems[0]}", "danger")
        failed = tests is not None and not all(r.passed for r in tests.results)
        self.page.carry.setVisible(bool(self._renames) and failed)

    @QtCore.Slot(str, object)
    def _fail(self, _name: str, error: object) -> None:
        if isinstance(error, FerruleError):
            self.said.emit("danger", error.message, error.advice)
        elif isinstance(error, Exception):
            what = "The comparison could not be made."
            self.said.emit("danger", what, type(error).__name__)


def _body(response: Response) -> Json:
    return response.json
