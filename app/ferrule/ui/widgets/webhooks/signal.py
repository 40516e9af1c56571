"""What mapping made of a call: its effect, the signals it touched, what failed."""

from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import Json, encode
from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_rows import STATUS_WORDS
from ferrule.ui.models.delivery_tally import effects_words
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.code import CodeView, indented
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.message import Level, Message
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.webhooks.banner import OneLine
from ferrule.workspace.delivery_facts import Opened, Touched

_MOST_SEEN: Final = 6
_STATES: Final = {
    "created": "ok",
    "updated": "ok",
    "archived": "paused",
    "deleted": "cancelled",
}
_WHY: Final = {
    "pending": "The receiver maps it next; where none runs, start it.",
    "ignored": "The connector does not handle events of this kind.",
    "duplicate": "It came before, so it was answered and not mapped again.",
    "refused": "A call that is not verified is never mapped.",
}


class SignalTab(QtWidgets.QWidget):
    """The effect in a line, a table of signals, and one of them as JSON.

    Signals:
        asked(str): the person wants this deed on the dead letter that is shown.
    """

    asked = QtCore.Signal(str)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = StatusLabel("untouched", "", "emphasis")
        self.effect = Label("", "body", "muted", elide=True)
        self.model: RowsModel[Touched] = RowsModel(
            _columns(), key=lambda row: (row.collection_key, row.external_id)
        )
        self.table = DataTable(self.model, "Signals of the delivery")
        self.document = CodeView("The signal as JSON", lines=4)
        self._told = Column(gap=8, margins=(16, 0, 16, 0))
        head = Row(self.status, gap=12, margins=(16, 12, 16, 8))
        head.add(self.effect, stretch=1)
        column = Column(head, self._told, gap=8, margins=(0, 0, 0, 12))
        column.add(self.table)
        self._below = Row(self.document, margins=(16, 0, 16, 0))
        column.add(self._below, stretch=3)
        column.add(None)
        self.setLayout(column)
        theme.changed.connect(self._fit)
        self.table.picked.connect(self._show)

    def show_delivery(self, opened: Opened) -> None:
        """Show what came of a delivery."""
        one = opened.delivery
        word, state = STATUS_WORDS[one.status]
        self.status.show_state(state, word)
        effects = effects_words(one.outcome)
        self.effect.setText(f"Signals: {effects}" if effects else "")
        self._tell(opened)
        self.model.set_rows(opened.touched)
        self.table.setVisible(bool(opened.touched))
        self.document.setVisible(bool(opened.touched))
        if opened.touched:
            self.table.selectRow(0)
        self._fit()
        self._show(self.table.current_row())

    @QtCore.Slot()
    def _fit(self) -> None:
        """Give the table the room of its rows, up to six."""
        rows = min(self.model.rowCount(), _MOST_SEEN)
        high = self.table.verticalHeader().defaultSectionSize()
        head = self.table.horizontalHeader().height()
        self.table.setFixedHeight(head + rows * high + 2)

    def _tell(self, opened: Opened) -> None:
        self._told.clear()
        one = opened.delivery
        own = _WHY.get(one.status, "")
        why = own if one.status == "refused" or not one.error else Data(one.error)
        level: Level = "danger" if one.status == "dead" else "info"
        if one.status == "refused":
            level = "warning"
        if one.status != "mapped" and why:
            title = STATUS_WORDS[one.status][0]
            deeds = self._ways_out() if one.status == "dead" else ()
            self._told.add(Message(level, title, why, *deeds))
        for failure in _failures(one.outcome.get("failures")):
            self._told.add(Label(Data(failure), "code", wrap=True))

    def _ways_out(self) -> tuple[QtWidgets.QWidget, ...]:
        """Return what mends a dead letter: another mapping, or another body."""
        sample = Button("Open in Builder", icon="blocks", compact=True)
        edit = Button("Edit and replay", icon="pencil", compact=True)
        sample.clicked.connect(lambda: self.asked.emit("sample"))
        edit.clicked.connect(lambda: self.asked.emit("edit"))
        return (OneLine(sample, edit),)

    def _show(self, row: object) -> None:
        signal = row.signal if isinstance(row, Touched) else None
        gone = "It is not stored any more." if isinstance(row, Touched) else ""
        self.document.show_text(indented(encode(signal)) if signal else gone)


def _failures(found: Json | None) -> list[str]:
    rows = found if isinstance(found, list) else []
    return [
        f"item {one.get('item')}: {one.get('path')}: {one.get('reason')}"
        for one in rows
        if isinstance(one, dict)
    ]


def _columns() -> list[TableColumn[Touched]]:
    return [
        TableColumn(
            "what",
            "Effect",
            lambda row: row.what.capitalize(),
            "status",
            104,
            state=lambda row: _STATES.get(row.what, "ok"),
        ),
        TableColumn("id", "Id", lambda row: row.external_id, "mono", 108),
        TableColumn("summary", "Summary", _summary, stretch=True),
    ]


def _summary(row: Touched) -> str:
    return row.signal.summary if row.signal is not None else row.summary
