"""The history of one bench: what Send and walks exchange is kept, opened and pinned.

Keeping goes on behind the answer, never before it. A pinned exchange is the sample when
the draft is opened again; one whose showing ended the program is not shown by itself.
"""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import FerruleError
from ferrule.exchange import Response
from ferrule.ui import dialogs
from ferrule.ui.actions import Command
from ferrule.ui.models.history_rows import time_text
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.history_keeping import Keeping
from ferrule.ui.widgets.builder.history_page import HistoryTab
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.tests_saving import Saving
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.history.curl import as_curl
from ferrule.workspace.history.facts import Kept, Usage

Deed = Callable[[Kept], Coroutine[Any, Any, None]]
_DRAFT: Final = "an open draft"
_STRIP: Final = 250
_LOOK: Final = 420


class Histories(Part):
    """The history of one bench: a tab, and the sample that is pinned.

    Signals:
        kept(object): an exchange was kept, as Kept.
        compare_wanted(object): compare the sample with that Kept.
        tested(): a test was saved.
    """

    kept = QtCore.Signal(object)
    compare_wanted = QtCore.Signal(object)
    tested = QtCore.Signal()

    commands: ClassVar[tuple[tuple[Command, str], ...]] = (
        (
            Command("builder.history", "Show the history", "rotate-ccw-clock",
                    ("Ctrl+Shift+H",), "recorded exchanges replay", needs=_DRAFT,
                    help="Shows what was sent and what came, to open it again."),
            "show",
        ),
        (
            Command("builder.pin", "Pin the sample", "pin", (), "keep response",
                    needs=_DRAFT,
                    help="Makes the newest exchange the sample of its stream."),
            "pin_newest",
        ),
    )  # fmt: skip

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self.page = HistoryTab()
        self.saving = Saving(bench, self)
        self._stack = QtWidgets.QStackedWidget()
        self._stack.addWidget(self.page)
        self._stack.addWidget(self.saving.page)
        self.tab = bench.strip.add_page("History", self._stack)
        self.keeping = Keeping(bench, self.tasks, self)
        self._shown: int | None = None
        self._opening: Kept | None = None
        self._connect()
        self.tasks.start("pinned", self._take_pinned())

    @QtCore.Slot()
    def show(self) -> None:
        """Show the tab."""
        self.bench.frame.give_strip(_STRIP)
        self.bench.frame.show_part("signals" if self.bench.frame.folded else "form")
        self.bench.strip.turn(self.tab)
        self.page.table.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot()
    def pin_newest(self) -> None:
        """Pin what was exchanged last."""
        self.tasks.start("pin", self._pin_newest())

    def cancel(self) -> bool:
        """Leave the look before a test; say whether it was shown."""
        looking = self.saving.page.isVisible()
        if looking:
            self._close_look()
        return looking

    def _connect(self) -> None:
        bench, page = self.bench, self.page
        self.keeping.kept.connect(self.kept)
        self.keeping.over.connect(self._look)
        bench.strip.bar.currentChanged.connect(self._look)
        bench.level.changed.connect(self._follow_stream)
        page.opened.connect(self._starter("open", self._open))
        page.pin_wanted.connect(self._starter("pin", self._pin))
        page.delete_wanted.connect(self._starter("delete", self._delete))
        page.test_wanted.connect(self._starter("test", self._test))
        page.curl_wanted.connect(self._copy_curl)
        page.compare_wanted.connect(self.compare_wanted)
        page.clear_wanted.connect(lambda: self.tasks.start("clear", self._clear()))
        page.scope_changed.connect(self._look)
        page.keeping.connect(self._switch)
        self.saving.closed.connect(self._close_look)
        self.saving.saved.connect(self._say_saved)
        self.saving.tasks.failed.connect(self._fail)
        self.tasks.failed.connect(self._fail)

    def _starter(self, name: str, work: Deed) -> Callable[[Kept], None]:
        return lambda kept: self.tasks.start(name, work(kept))

    @QtCore.Slot()
    def _look(self) -> None:
        """Read the rows again where the tab is shown."""
        if self.bench.strip.bar.currentIndex() == self.tab:
            self.bench.frame.give_strip(_STRIP)
            self.tasks.start("look", self._read())

    async def _read(self) -> None:
        workspace, draft = self.bench.workspace, self.bench.draft
        history, project = workspace.history, workspace.project.key
        mine = self.page.scope.value() == "own"
        connector = draft.draft.connector_id if mine else ""
        name = draft.name if mine else ""

        def read() -> tuple[list[Kept], Usage, bool]:
            found = history.listed(project, connector, name)
            return found, history.usage(), history.rules().on

        found, usage, on = await in_thread(read)
        self.page.show_kept(found, usage, on=on)
        where = self.keeping.where()
        self.page.offer_connection(where.connection, on=history.keeps(where))

    @QtCore.Slot()
    def _follow_stream(self) -> None:
        """Show the pinned sample of the stream that is shown now."""
        self.tasks.start("pinned", self._take_pinned())

    async def _take_pinned(self) -> None:
        """Take the pinned exchange as the sample, unless that ended Ferrule once."""
        bench, history = self.bench, self.bench.workspace.history
        where = self.keeping.where()

        def read() -> tuple[Kept, Response | None] | None:
            kept = history.pinned(where)
            if kept is None and bench.draft.draft.saved is not None:
                kept = history.pinned(replace(where, draft=""))
            if kept is None or kept.number == self._shown:
                return None
            if not history.begin_opening(kept):
                return kept, None
            return kept, history.response(kept)

        found = await in_thread(read)
        if found is None:
            return
        kept, response = found
        if response is None:
            what = "The pinned sample was not opened: it ended Ferrule once."
            self.said.emit("warning", what, "Open it from the History to try again.")
            return
        self._shown = kept.number
        self._opening = kept
        blank = not response.body or response.body.isspace()
        if not blank:
            self._when_shown(lambda: self.tasks.start("shown", self._end_opening()))
        bench.take_sample(response)
        if blank:
            await self._end_opening()

    def _when_shown(self, do: Callable[[], object]) -> None:
        """Call `do` once the body was read, whatever came of it."""
        document = self.bench.explorer.document
        links: list[QtCore.QMetaObject.Connection] = []

        def once(*_what: object) -> None:
            for link in links:
                QtCore.QObject.disconnect(link)
            links.clear()
            do()

        links += [document.ready.connect(once), document.failed.connect(once)]

    async def _end_opening(self) -> None:
        kept, self._opening = self._opening, None
        if kept is not None:
            await in_thread(partial(self.bench.workspace.history.end_opening, kept))

    async def _open(self, kept: Kept, *, reveal: bool = True) -> None:
        history = self.bench.workspace.history
        response = await in_thread(partial(history.response, kept))
        self._shown = kept.number
        self.bench.take_sample(response)
        if reveal:
            self.bench.frame.show_part("response")
        announce(self.page, f"The answer of {time_text(kept.at)} is the sample.")
        await in_thread(partial(history.end_opening, kept))

    async def _pin(self, kept: Kept) -> None:
        history = self.bench.workspace.history
        if kept.pinned:
            await in_thread(partial(history.unpin, kept))
        else:
            await in_thread(partial(history.pin, kept))
            if kept.number != self._shown:
                await self._open(kept, reveal=False)
        self._look()

    async def _pin_newest(self) -> None:
        workspace, draft = self.bench.workspace, self.bench.draft
        listed = partial(
            workspace.history.listed,
            workspace.project.key,
            draft.draft.connector_id,
            draft.name,
        )
        found = [kept for kept in await in_thread(listed) if not kept.pinned]
        if found:
            await self._pin(found[0])
            self.said.emit("success", f"Pinned {found[0].path} as the sample.", "")

    async def _delete(self, kept: Kept) -> None:
        goes = [f"{kept.method} {kept.path} of {time_text(kept.at)}, with its body"]
        if kept.pinned and not await dialogs.confirm(
            self.page, "Delete the pinned sample?", goes, "Delete"
        ):
            return
        await in_thread(partial(self.bench.workspace.history.delete, kept))
        self._look()

    async def _clear(self) -> None:
        history = self.bench.workspace.history
        usage = await in_thread(history.usage)
        goes = [f"{usage.count - usage.pinned} exchanges of all connectors"]
        goes += ["Pinned samples stay"] if usage.pinned else []
        if await dialogs.confirm(self.page, "Clear the history?", goes, "Clear"):
            await in_thread(history.clear)
            self._look()

    async def _test(self, kept: Kept) -> None:
        frame = self.bench.frame
        frame.give_strip(_LOOK, 0.55)
        frame.show_part("signals" if frame.folded else "form")
        if await self.saving.begin(kept):
            self._stack.setCurrentWidget(self.saving.page)

    @QtCore.Slot(object)
    def _copy_curl(self, kept: Kept) -> None:
        QtGui.QGuiApplication.clipboard().setText(as_curl(kept))
        announce(self.page, "Copied as cURL; secrets are placeholders.")
        what = "Copied as cURL."
        self.said.emit("info", what, "Where a secret was stands a $NAME to fill in.")

    @QtCore.Slot(bool)
    def _switch(self, on: bool) -> None:  # noqa: FBT001  as the signal gives it
        switch = partial(
            self.bench.workspace.history.switch, self.keeping.where(), on=on
        )
        self.tasks.start("switch", self._do(switch))

    async def _do(self, deed: Callable[[], object]) -> None:
        await in_thread(deed)
        self._look()

    @QtCore.Slot()
    def _close_look(self) -> None:
        self.bench.frame.take_strip()
        self._stack.setCurrentWidget(self.page)
        self.page.table.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot(str, str)
    def _say_saved(self, name: str, told: str) -> None:
        self._close_look()
        self.said.emit("success", f"Saved the test “{name}”.", told)
        self.tested.emit()

    @QtCore.Slot(str, object)
    def _fail(self, _name: str, error: object) -> None:
        if isinstance(error, FerruleError):
            self.said.emit("danger", error.message, error.advice)
        elif isinstance(error, Exception):
            what = "Something went wrong in the history."
            self.said.emit("danger", what, type(error).__name__)

    async def close_work(self) -> None:
        """End what is under way; what is being kept is kept."""
        await self.tasks.wait("keep")
        await self._end_opening()  # closing is no crash
        await self.saving.tasks.cancel_all()
        await super().close_work()
