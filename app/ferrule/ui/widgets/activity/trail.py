"""The audit trail: who did what, and whether it stands as it was written."""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.log_lines import moment_text
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.operations import timeline
from ferrule.workspace.operations.timeline import Deed, Looked
from ferrule.workspace.workspace import Workspace

_AT_ONCE: Final = 500
_MOST_TOLD: Final = 5
_NARROW: Final = ((860, 2), (700, 6), (560, 3))
_STATES: Final = {
    "done": ("done", "Done"),
    "begun": ("interrupted", "Begun, no end"),
    "failed": ("failed", "Failed"),
    "refused": ("warning", "Refused"),
}


class TrailView(QtWidgets.QWidget):
    """The rows of the trail, newest first, under what looking through it found.

    Signals:
        asked(str): look for the lines of the log of this correlation id.
    """

    asked = QtCore.Signal(str)

    def __init__(self, workspace: Workspace, tasks: Tasks) -> None:
        super().__init__()
        self._workspace = workspace
        self._tasks = tasks
        self._before: int | None = None
        self._head = ""
        self.model: RowsModel[Deed] = RowsModel(_columns(), key=lambda row: row.id)
        self.table = DataTable(self.model, "Audit trail", key="activity.trail")
        self.filter = SearchField("Filter the trail", placeholder="Filter by any word")
        self.state = StatusLabel("in_progress", "Being looked through")
        self.told = Label("", "caption", "muted", elide=True)
        self.verify = Button("Verify again", icon="shield-check", compact=True)
        self.copy = IconButton("copy", "Copy the head of the trail")
        self.more = Button(f"Show the next {_AT_ONCE}", compact=True)
        self.lines = Button("Lines of the log", icon="scroll-text", compact=True)
        self._broken: Message | None = None
        self._empty = EmptyState(
            "file-check",
            "Nothing is in the trail yet",
            "Credentials, approvals, imports and deletions are written down here.",
        )
        self._build()
        self._wire()

    def activated(self) -> None:
        """Read the trail and look through it."""
        self._tasks.start("trail", self._read(None))
        self.look()

    @QtCore.Slot()
    def look(self) -> None:
        """Look whether the trail is as it was written."""
        self._tasks.start("verify", self._look())

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return the filter and the rows."""
        return [self.filter, self.table]

    async def _read(self, before: int | None) -> None:
        call = partial(timeline.deeds, self._workspace, limit=_AT_ONCE, before=before)
        page = await in_thread(call)
        (self.model.set_rows if before is None else self.model.append)(page.rows)
        self._before = page.before
        self.more.setVisible(page.before is not None)
        self._stack.setCurrentIndex(1 if self.model.total else 0)

    async def _look(self) -> None:
        self.verify.setEnabled(False)
        self.state.show_state("in_progress", "Being looked through")
        try:
            self._show(await in_thread(partial(timeline.look_through, self._workspace)))
        finally:
            self.verify.setEnabled(True)

    def _show(self, found: Looked) -> None:
        if self._broken is not None:
            self._broken.hide()
            self._broken.deleteLater()
            self._broken = None
        self._head = found.head
        many = f"{found.rows:,} rows" if found.rows != 1 else "1 row"
        if found.whole:
            self.state.show_state("valid", "The trail is whole")
            self.told.setText(f"{many}. Its head is {Data(found.head[:16])}…")
            return
        self.state.show_state("failed", "The trail was changed")
        self.told.setText(many)
        details = "\n".join(
            f"Row {one.id}: {one.why}" for one in found.broken[:_MOST_TOLD]
        )
        self._broken = Message(
            "danger",
            "The trail is not as it was written",
            "Another program wrote into the database: do not rely on it.",
            details=details,
        )
        self._top.add(self._broken)

    @QtCore.Slot()
    def _more(self) -> None:
        if self._before is not None:
            self._tasks.start("trail", self._read(self._before))

    @QtCore.Slot(int)
    def _near_end(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value and value >= bar.maximum() and not self._tasks.running("trail"):
            self._more()

    @QtCore.Slot()
    def _copy(self) -> None:
        QtGui.QGuiApplication.clipboard().setText(self._head)

    @QtCore.Slot()
    def _ask(self) -> None:
        row = self.table.current_row()
        if isinstance(row, Deed) and row.correlation:
            self.asked.emit(row.correlation)

    @QtCore.Slot(object)
    def _offer(self, row: object) -> None:
        self.lines.setEnabled(isinstance(row, Deed) and bool(row.correlation))

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is no room."""
        super().resizeEvent(event)
        for wide, number in _NARROW:
            self.table.setColumnHidden(number, self.width() < theme.px(wide))

    def _build(self) -> None:
        told = Row(self.state, gap=10)
        told.add(self.told, stretch=1)
        told.add(self.copy, self.verify)
        head = Bending(
            560,
            (self.filter, 1),
            (boxed(Row(self.lines, self.more)), 0),
            gap=8,
        )
        self._top = Column(boxed(told), gap=10, margins=(16, 6, 12, 8))
        self._top.add(head)
        body = QtWidgets.QWidget()
        self._stack = QtWidgets.QStackedLayout(body)
        self._stack.addWidget(Scroll(self._empty, "No rows"))
        self._stack.addWidget(self.table)
        card = Card(flush=True)
        card.add(boxed(self._top))
        card.add(body, stretch=1)
        whole = Column(gap=0)
        whole.add(card, stretch=1)
        self.setLayout(whole)
        self.more.hide()
        self.lines.setEnabled(False)

    def _wire(self) -> None:
        self.filter.textChanged.connect(self.model.set_filter)
        self.verify.clicked.connect(self.look)
        self.copy.clicked.connect(self._copy)
        self.more.clicked.connect(self._more)
        self.lines.clicked.connect(self._ask)
        self.table.picked.connect(self._offer)
        self.table.opened.connect(self._ask)
        self.table.verticalScrollBar().valueChanged.connect(self._near_end)


def _columns() -> list[TableColumn[Deed]]:
    return [
        TableColumn("time", "Time", _when, width=172, order=lambda row: row.id),
        TableColumn("action", "Action", lambda row: row.action, width=152),
        TableColumn("actor", "Who", lambda row: row.actor, width=136),
        TableColumn("via", "By", lambda row: row.via, width=112),
        TableColumn("subject", "Of", lambda row: row.subject, width=136),
        TableColumn(
            "outcome",
            "Outcome",
            lambda row: _STATES[row.outcome][1],
            "status",
            116,
            state=lambda row: _STATES[row.outcome][0],
        ),
        TableColumn("id", "Row", lambda row: str(row.id), "number", 56,
                    order=lambda row: row.id),
        TableColumn("note", "What is said", lambda row: row.note, width=180,
                    stretch=True, tip=lambda row: row.note),
    ]  # fmt: skip


def _when(row: Deed) -> str:
    return moment_text(row.at)[:19]
