"""How the connection of a run is: its health, and where its streams stand."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.run_standing import HealthFacts, StreamRow
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.code import CodeView, indented
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.ui.widgets.meter import Sparkline
from ferrule.ui.widgets.table import DataTable

_LEAST: Final = 92
_NARROW: Final = 560
_ROOMY: Final = 640
_KEPT: Final = 2


class ConnectionTab(QtWidgets.QWidget):
    """Health over the table of streams; a stream can be made to begin anew.

    Signals:
        reset(object): the person wants this `StreamRow` to begin at its start.
    """

    reset = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = StatusLabel("disabled", "Not checked", "emphasis")
        self.about = Label("", "caption", "muted", elide=True)
        self.error = Label("", "caption", "danger", wrap=True)
        self.answers = Sparkline("Answers of health checks", unit=" ms")
        self.model: RowsModel[StreamRow] = RowsModel(
            _columns(), key=lambda row: row.stream
        )
        self.table = DataTable(self.model, "Streams", key="runs.streams")
        self.table.setObjectName("runs.streams")
        self.table.setMinimumHeight(theme.px(_LEAST))
        self.kept = CodeView("What is kept of the stream", lines=3)
        self.anew = Button("Begin at its start…", kind="danger", compact=True)
        self.anew.setObjectName("runs.reset_stream")
        self.note = Label("", "caption", "muted", elide=True)
        self._busy = False
        self._build()
        self.table.picked.connect(self._show)
        self.anew.clicked.connect(self._ask)

    def show_health(self, health: HealthFacts) -> None:
        """Show how the connection is."""
        self.state.show_state(health.shape, health.word)
        self.about.setText(
            "  ·  ".join(f"{name}: {what}" for name, what in health.facts)
        )
        self.error.setText(health.error)
        self.error.setVisible(bool(health.error))
        self.answers.show_values(health.answers)
        self.answers.setVisible(len(health.answers) > 1)

    def show_streams(self, rows: Sequence[StreamRow]) -> None:
        """Show where the streams stand."""
        current = self.table.current_row()
        self.model.set_rows(rows)
        if rows and not isinstance(current, StreamRow):
            self.table.selectRow(0)
        self._show(self.table.current_row())

    def show_busy(self, *, busy: bool) -> None:
        """Say whether a run goes on: nothing is reset meanwhile."""
        if busy != self._busy:
            self._busy = busy
            self._show(self.table.current_row())

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the mark its room where there is little."""
        super().resizeEvent(event)
        self.table.setColumnHidden(_KEPT, self.width() < theme.px(_ROOMY))

    def _build(self) -> None:
        first = Row(self.state, gap=12)
        first.add(self.about, stretch=1)
        health = Bending(_NARROW, (boxed(first), 2), (self.answers, 1), gap=12)
        told = Column(health, self.error, gap=4, margins=(16, 10, 16, 10))
        foot = Row(gap=12, margins=(16, 0, 16, 0))
        foot.add(self.note, stretch=1)
        foot.add(self.anew)
        column = Column(boxed(told), Divider(), gap=0, margins=(0, 0, 0, 10))
        column.add(self.table, stretch=3)
        column.add(8, Row(self.kept, margins=(16, 0, 16, 0)), 8, foot)
        self.setLayout(column)

    @QtCore.Slot(object)
    def _show(self, row: object) -> None:
        known = row if isinstance(row, StreamRow) else None
        self.kept.show_text(indented(known.document) if known else "")
        can = known is not None and known.resettable
        self.anew.setEnabled(can and not self._busy)
        if self._busy:
            self.note.setText("A run goes on: its streams can be reset afterwards.")
        elif can:
            self.note.setText("A checkpoint is what the service sent; it can be reset.")
        else:
            self.note.setText("Nothing is kept: the next run reads it from its start.")

    @QtCore.Slot()
    def _ask(self) -> None:
        row = self.table.current_row()
        if isinstance(row, StreamRow):
            self.reset.emit(row)


def _columns() -> list[TableColumn[StreamRow]]:
    return [
        TableColumn(
            "stream",
            "Stream",
            lambda row: row.stream if row.polled else f"{row.stream} (off)",
            width=148,
            ink=lambda row: "text" if row.polled else "muted",
            tip=lambda row: row.name if row.polled else f"{row.name}: not polled",
        ),
        TableColumn("begins", "Next run begins", lambda row: row.begins, stretch=True),
        TableColumn("kept", "Kept by", lambda row: row.kept, width=148),
        TableColumn("going", "Unfinished", lambda row: row.going, width=156),
    ]
