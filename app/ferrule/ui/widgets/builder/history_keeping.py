"""Keeping what a bench exchanges: behind the answer, in order, one after another."""

from dataclasses import replace
from functools import partial
from uuid import uuid4

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.walk import Walking
from ferrule.workspace.history.facts import Kind, Where
from ferrule.workspace.sending import Sent
from ferrule.workspace.walking.pages import WalkedPage


class Keeping(QtCore.QObject):
    """Keeps the exchanges of Send and of walks over pages.

    Signals:
        kept(object): the last of what was waiting was kept, as Kept.
        over(): nothing waits any more.
    """

    kept = QtCore.Signal(object)
    over = QtCore.Signal()

    def __init__(
        self, bench: BuilderBench, tasks: Tasks, parent: QtCore.QObject
    ) -> None:
        super().__init__(parent)
        self._bench, self._tasks = bench, tasks
        self._group, self._walk, self._number = "", 0, 0
        self._unkept: list[tuple[Sent, Where]] = []
        bench.sending.sent.connect(self._keep_sent)
        walking = bench.findChild(Walking)
        if walking is not None:
            walking.walked.connect(self._keep_page)

    def where(self, kind: Kind = "send", group: str = "") -> Where:
        """Return whose exchange one of this bench is."""
        bench = self._bench
        return Where(
            project=bench.workspace.project.key,
            connector=bench.draft.draft.connector_id,
            stream=bench.watch.stream or "",
            kind=kind,
            draft=bench.draft.name,
            connection=bench.values.values.connection,
            config=dict(bench.sending.config or bench.watch.config),
            group=group,
        )

    @QtCore.Slot(object)
    def _keep_sent(self, sent: Sent) -> None:
        """Keep an exchange of Send, after what had to come before it."""
        group = uuid4().hex if sent.before else ""
        where = self.where("send", group)
        self._begin_keeping([(one, where) for one in (*sent.before, sent)])

    @QtCore.Slot(object)
    def _keep_page(self, page: WalkedPage) -> None:
        """Keep a page of a walk; pages of one walk are one group."""
        if page.sent is None:
            return
        if page.walk != self._walk or page.number <= self._number:
            self._group = uuid4().hex
        self._walk, self._number = page.walk, page.number
        where = replace(self.where("walk", self._group), checkpoint=page.checkpoint)
        self._begin_keeping([(page.sent, where)])

    def _begin_keeping(self, exchanges: list[tuple[Sent, Where]]) -> None:
        self._unkept += exchanges
        if not self._tasks.running("keep"):
            self._tasks.start("keep", self._keep())

    async def _keep(self) -> None:
        """Keep what is waiting, one after another."""
        history, kept = self._bench.workspace.history, None
        while self._unkept:
            exchange, where = self._unkept.pop(0)
            if not where.config:
                where = replace(where, config=await self._config())
            kept = await in_thread(partial(history.keep, exchange, where)) or kept
        if kept is not None:
            self.kept.emit(kept)
        self.over.emit()

    async def _config(self) -> dict[str, Json]:
        try:
            wanted = await self._bench.sending.wanted()
        except FerruleError:
            return {}
        return wanted.settled(self._bench.values.values)
