"""The open drafts: a tab and a bench for each, and where new ones begin."""

from functools import partial
from typing import Final, cast

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.draft import DraftModel
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.builder.bar import BuilderBar
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.parts import Parts
from ferrule.ui.widgets.builder.shelf import Shelf
from ferrule.ui.widgets.builder.start import StartView
from ferrule.ui.widgets.builder.undo_keys import UndoKeys
from ferrule.ui.widgets.builder.whereabouts import Whereabouts
from ferrule.workspace.drafts import Draft
from ferrule.workspace.workspace import Workspace

START: Final = "start"


class Desk(QtWidgets.QStackedWidget):
    """All benches; the bar tells of the one that is shown.

    Signals:
        told(str, bool): what is shown is called this, and is not saved.
        counted(int, int): errors and warnings of what is shown.
        jobs(int): so many requests are under way.
    """

    told = QtCore.Signal(str, bool)
    counted = QtCore.Signal(int, int)
    jobs = QtCore.Signal(int)

    def __init__(self, bar: BuilderBar, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._restored = False
        self.bar = bar
        self.start = StartView(self.taken)
        self.benches: dict[str, BuilderBench] = {}
        self.parts = Parts(self)
        self.shelf = Shelf(workspace, self)
        self._whereabouts: dict[BuilderBench, Whereabouts] = {}
        self.tasks = Tasks(self)
        self._undo_keys = UndoKeys(self)
        self.addWidget(self.start)
        bar.tabs.chosen.connect(self.show_key)
        bar.tabs.closing.connect(self.close_draft)

    @property
    def bench(self) -> BuilderBench | None:
        """Return the bench that is shown, None on the start."""
        shown = self.currentWidget()
        return shown if isinstance(shown, BuilderBench) else None

    def taken(self) -> set[str]:
        """Return the ids that connectors and open drafts have; blocks on the disk."""
        cards = {card.id for card in self._workspace.catalogue.cards(hidden=True)}
        benches = tuple(self.benches.values())
        return cards | {bench.draft.draft.connector_id for bench in benches}

    async def restore(self) -> None:
        """Open what was open at the last start and what was never saved."""
        found = await self.shelf.restore()
        for name, draft in found.drafts:
            if name not in self.benches:
                bench = self.open(draft, name)
                self._whereabouts[bench].restore(draft.place)
        self._restored = True
        if found.shown in self.benches:
            self.show_key(found.shown)
        for notice in found.notices:
            self.shelf.failed.emit(notice)
        if not self.benches:
            self.show_key(START)

    def open(self, draft: Draft, name: str = "") -> BuilderBench:
        """Open a draft in a tab and show it; without a name it is a new one."""
        model = DraftModel(draft, name or self.shelf.fresh_name(), self)
        bench = BuilderBench(model, self._workspace)
        self.parts.hang(bench)
        self.benches[model.name] = bench
        self.addWidget(bench)
        tabs = self.bar.tabs
        if START in tabs.names():
            tabs.drop(START)
        tabs.add(model.name, model.title, model.draft.connector_id)
        self._follow(bench)
        self.show_key(model.name)
        bench.start()
        return bench

    def bench_of(self, connector_id: str) -> BuilderBench | None:
        """Return the bench of the project's own connector of that id, if it is open."""
        own = self.shelf.own_name(connector_id)
        for bench in self.benches.values():
            saved = bench.draft.draft.saved or {}
            if bench.draft.name == own or saved.get("id") == connector_id:
                return bench
        return None

    def show_start(self) -> None:
        """Offer the ways to begin, in a tab of their own."""
        if START not in self.bar.tabs.names():
            self.bar.tabs.add(START, "New", START)
        self.show_key(START)

    @QtCore.Slot(str)
    def show_key(self, key: str) -> None:
        """Show the draft of a key, or the start."""
        bench = self.benches.get(key)
        self.setCurrentWidget(bench if bench is not None else self.start)
        if bench is None:
            self.tasks.start("cards", self._show_cards())
        if key in self.bar.tabs.names():
            self.bar.tabs.choose(key)
        if bench is not None and not self.bar.tabs.hasFocus():
            # Where the person left it; else the keyboard would be nowhere.
            last = cast("QtWidgets.QWidget | None", bench.focusWidget())
            (last or bench.steps.steps).setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        self.tell()
        self.remember()

    @QtCore.Slot(str)
    def close_draft(self, key: str) -> None:
        """Close a tab; what is not saved stays on the shelf."""
        self.bar.tabs.drop(key)
        bench = self.benches.pop(key, None)
        if bench is not None:
            self.shelf.let_go(bench.draft)
            self._whereabouts.pop(bench, None)
            self._undo_keys.forget(bench.forms, bench.line, bench.json)
            self.removeWidget(bench)
            self.tasks.start(f"close {key}", self._end(bench))
        self.show_key(self.bar.tabs.current() or START)

    def reopen(self) -> None:
        """Open the draft again that was closed last, with its history."""
        found = self.shelf.take_back()
        if found is not None and found.name not in self.benches:
            self.open(found.draft, found.name)

    def tell(self) -> None:
        """Say on the bar what is shown and what can be done with it."""
        bench = self.bench
        draft = bench.draft if bench is not None else None
        self.bar.show_draft(draft, bench.view if bench is not None else "form")
        title = draft.title if draft is not None else ""
        self.told.emit(title, draft is not None and draft.modified)
        self.counted.emit(*(bench.counts if bench is not None else (0, 0)))

    def remember(self) -> None:
        """Remember which drafts are open."""
        if self._restored:
            keys = [key for key in self.bar.tabs.names() if key in self.benches]
            drafts = [self.benches[key].draft for key in keys]
            self.shelf.remember(drafts, self.bar.tabs.current())

    async def close_work(self) -> None:
        """Keep every draft and end all work."""
        await self.shelf.close_work()
        await self.tasks.cancel_all()
        for bench in tuple(self.benches.values()):
            await self._end_work(bench)

    def _follow(self, bench: BuilderBench) -> None:
        draft = bench.draft
        where = self._whereabouts[bench] = Whereabouts(bench)
        where.moved.connect(partial(self.shelf.mark, draft))
        self.shelf.watch(draft, where.place)
        self._undo_keys.watch(bench.forms, bench.line, bench.json)
        draft.changed.connect(partial(self._describe, bench))
        draft.saved.connect(partial(self._describe, bench))
        bench.turned.connect(partial(self._describe, bench))
        bench.counted.connect(partial(self._describe, bench))
        bench.busy.connect(self._count_busy)
        self._describe(bench)

    def _describe(self, bench: BuilderBench, *_what: object) -> None:
        draft = bench.draft
        if draft.name not in self.benches:
            return
        seed = draft.draft.connector_id
        tabs = self.bar.tabs
        tabs.describe(draft.name, draft.title, seed, modified=draft.modified)
        if bench is self.bench:
            self.tell()

    @QtCore.Slot()
    def _count_busy(self) -> None:
        benches = self.benches.values()
        parts = [part for bench in benches for part in self.parts.of(bench)]
        sent = sum(bench.sending.running for bench in benches)
        self.jobs.emit(sent + sum(part.running for part in parts))

    async def _show_cards(self) -> None:
        self.start.show_cards(await in_thread(self._workspace.catalogue.cards))

    async def _end(self, bench: BuilderBench) -> None:
        await self.shelf.flush()
        await self._end_work(bench)
        bench.deleteLater()

    async def _end_work(self, bench: BuilderBench) -> None:
        await self.parts.close_work(bench)
        await bench.close_work()
