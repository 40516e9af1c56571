"""What came of a run: how it was answered, the result as a tree or as a table."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import MISSING, Json
from ferrule.ui.models.records import RecordsModel
from ferrule.ui.widgets.bending import Bending, narrow
from ferrule.ui.widgets.button import Button, Segmented
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.json_reader import JsonReader
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Level, Message
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.tools.facts import ToolOutcome

_TABLE, _TREE = 0, 1
_WIDE: Final = 430


def table_of(result: Json) -> Sequence[Json]:
    """Return a result as the items of a table.

    A list is its items; lists of one length under names are columns; other members are
    rows of name and value.
    """
    if isinstance(result, list):
        return result
    if not isinstance(result, dict) or not result:
        return [{"result": result}]
    columns = [value for value in result.values() if isinstance(value, list)]
    lengths = {len(value) for value in columns}
    if len(columns) == len(result) and len(lengths) == 1:
        names = list(result)
        return [
            dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
        ]
    return [{"member": name, "value": value} for name, value in result.items()]


class ResultTab(QtWidgets.QWidget):
    """The result of the latest run, or what was wrong with it.

    Signals:
        keep_wanted(): the run is to become a test case.
    """

    keep_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.outcome: ToolOutcome | None = None
        self.state = StatusLabel("ok", "", "emphasis")
        self.about = Label("", "caption", "muted", elide=True)
        self.ways = Segmented((("table", "Table"), ("tree", "Tree")), "Show as")
        self.keep = Button("Save as test case…", icon="save", compact=True)
        self.problem = Label("", "body", "warning", wrap=True)
        self.tree = JsonReader("Result")
        self._tables = QtWidgets.QStackedWidget()
        self._model: RecordsModel | None = None
        self._shown = QtWidgets.QStackedWidget()
        self._trouble = Column(gap=8)
        self._room = QtWidgets.QStackedWidget()
        self._lay_out()
        self.ways.chosen.connect(self._choose)
        self.keep.clicked.connect(self.keep_wanted)
        self.forget()

    def forget(self) -> None:
        """Show that nothing was run yet."""
        self.outcome = None
        self._room.setCurrentIndex(0)

    def show_outcome(self, outcome: ToolOutcome, *, may_keep: bool) -> None:
        """Show what came of a run."""
        self.outcome = outcome
        self.state.show_state("ok", f"{outcome.status}")
        told = [f"{outcome.ms:,.0f} ms"]
        if outcome.approval:
            told.append(f"approval {outcome.approval}")
        self.about.setText(" · ".join(told))
        self.problem.setText(outcome.problem)
        self.problem.setVisible(bool(outcome.problem))
        self.keep.setVisible(may_keep)
        self.tree.set_document(outcome.result)
        self._show_table(outcome.result)
        self._room.setCurrentIndex(1)

    def show_trouble(
        self,
        what: str,
        why: str,
        *actions: QtWidgets.QWidget,
        details: str = "",
        mild: bool = False,
    ) -> None:
        """Show why there is no result."""
        self.outcome = None
        self.tree.set_document(MISSING)
        self._trouble.clear()
        level: Level = "warning" if mild else "danger"
        self._trouble.add(Message(level, what, why, *actions, details=details))
        self._room.setCurrentIndex(2)

    def table(self) -> DataTable | None:
        """Return the table that is shown."""
        found = self._tables.currentWidget()
        return found if isinstance(found, DataTable) else None

    def _show_table(self, result: Json) -> None:
        old = self.table()
        self._model = RecordsModel(table_of(result), self)
        table = DataTable(self._model, "Result as a table")
        table.horizontalHeader().setStretchLastSection(True)
        self._tables.addWidget(table)
        self._tables.setCurrentWidget(table)
        if old is not None:
            self._tables.removeWidget(old)
            old.deleteLater()

    @QtCore.Slot(str)
    def _choose(self, way: str) -> None:
        self._shown.setCurrentIndex(_TREE if way == "tree" else _TABLE)

    def _lay_out(self) -> None:
        told = Row(self.state, gap=10)
        told.add(self.about, stretch=1)
        acts = boxed(Row(self.ways, self.keep, None))
        head = Bending(_WIDE, (boxed(told), 1), (acts, 0), margins=(16, 8, 16, 8))
        self._shown.addWidget(self._tables)
        self._shown.addWidget(self.tree)
        column = Column(head, gap=0)
        column.add(Row(self.problem, margins=(16, 0, 16, 8)))
        column.add(self._shown, stretch=1)
        empty = EmptyState(
            "play", "Not run yet", "What the service answers is shown here."
        )
        narrow(empty)
        trouble = Column(margins=(16, 12, 16, 12))
        trouble.addLayout(self._trouble)
        trouble.add(None)
        for page in (empty, boxed(column), boxed(trouble)):
            self._room.addWidget(page)
        outer = Column(gap=0)
        outer.add(self._room, stretch=1)
        self.setLayout(outer)
