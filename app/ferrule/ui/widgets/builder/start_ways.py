"""The ways to begin a descriptor, below one another."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.builder.start_file import FileZone
from ferrule.ui.widgets.builder.start_paste import PasteEdit
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.catalogue import Card as ConnectorCard

_WIDTH: Final = 680
_LIST: Final = 260
_EXAMPLE: Final = (
    "curl https://api.example.com/v1/issues?state=open -H 'Authorization: Bearer …'"
)


class Ways(QtWidgets.QWidget):
    """Five ways to begin.

    Signals:
        begin_wanted(): begin from what was pasted.
        file_wanted(): have a file chosen.
        sandbox_wanted(): begin from the sample service.
        blank_wanted(): begin with nothing.
        connector_chosen(str): open the project's own, or a copy of a shipped one.
    """

    begin_wanted = QtCore.Signal()
    file_wanted = QtCore.Signal()
    sandbox_wanted = QtCore.Signal()
    blank_wanted = QtCore.Signal()
    connector_chosen = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.paste = PasteEdit("Paste a cURL command, an address or JSON", _EXAMPLE)
        self.begin = Button("Create", kind="primary", icon="plus")
        self.kind = Chip("", "accent")
        self.kind.hide()
        self.file = FileZone("or drop an OpenAPI 3 document or a JSON sample here")
        self.sandbox = Button("Build on the sandbox", icon="flask-conical")
        self.blank = Button("Blank descriptor", icon="file-plus")
        self.search = SearchField("Find a connector", placeholder="Find a connector")
        self._model: RowsModel[ConnectorCard] = RowsModel(
            _columns(), key=lambda card: card.id, parent=self
        )
        self.cards = DataTable(self._model, "Connectors to begin from", key="")
        self.take = Button("Open", icon="folder-open")
        self.take.setEnabled(False)
        self._error = Label("", "caption_strong", "danger", wrap=True)
        self._error.hide()
        self._build()
        self._connect()

    def show_cards(self, cards: Sequence[ConnectorCard]) -> None:
        """Offer these connectors."""
        self._model.set_rows(cards)

    def refuse(self, why: str) -> None:
        """Say what is wrong with what was given."""
        self._error.setText(why)
        self._error.setVisible(bool(why))
        self.paste.setAccessibleDescription(why)

    def refused(self) -> str:
        """Return what was said to be wrong."""
        return self._error.text()

    def _build(self) -> None:
        column = Column(gap=16, margins=(24, 32, 24, 24))
        column.add(Label("New descriptor", "page_title"))
        column.add(self._from_something(), self._from_nothing())
        column.add(self._from_connector(), None)
        self._column = boxed(column)
        row = Row(gap=0)
        row.addStretch(1)
        row.addWidget(self._column, 100)
        row.addStretch(1)
        self.setLayout(row)
        self._fit()

    def _from_something(self) -> Card:
        card = Card("From what you have", self.kind)
        told = (
            "A cURL command, an address, or JSON: what a service answered, or an"
            " OpenAPI 3 document. Secrets in it become credential fields."
        )
        line = Row(gap=8)
        line.add(self.paste, stretch=1)
        line.addWidget(self.begin, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        card.add(Label(told, "body", "muted", wrap=True), line, self._error, self.file)
        return card

    def _from_nothing(self) -> Card:
        card = Card("From nothing")
        told = "A sample service on this machine to learn with: nothing leaves it."
        for button, text in (
            (self.sandbox, told),
            (self.blank, "The smallest valid descriptor."),
        ):
            row = Row(gap=12)
            row.add(button)
            row.add(Label(text, "body", "muted", wrap=True), stretch=1)
            card.add(row)
        return card

    def _from_connector(self) -> Card:
        card = Card("From a connector", self.search, self.take, flush=True)
        card.add(self.cards)
        return card

    def _connect(self) -> None:
        self.begin.clicked.connect(self.begin_wanted)
        self.paste.submitted.connect(self.begin_wanted)
        self.paste.textChanged.connect(self._tell_kind)
        self.file.asked.connect(self.file_wanted)
        self.sandbox.clicked.connect(self.sandbox_wanted)
        self.blank.clicked.connect(self.blank_wanted)
        self.search.textChanged.connect(self._model.set_filter)
        self.search.returnPressed.connect(self._open_first)
        self.cards.opened.connect(self._open)
        self.cards.picked.connect(self._show_take)
        self.take.clicked.connect(lambda: self._open(self.cards.current_row()))
        theme.changed.connect(self._fit)

    @QtCore.Slot()
    def _tell_kind(self) -> None:
        self.refuse("")
        kind = self.paste.taken_for()
        self.kind.setVisible(bool(kind))
        self.kind.show_fact(kind, "accent")

    @QtCore.Slot()
    def _fit(self) -> None:
        self._column.setMaximumWidth(theme.px(_WIDTH))
        self.cards.setFixedHeight(theme.px(_LIST))
        widest = max(self.sandbox.sizeHint().width(), self.blank.sizeHint().width())
        for button in (self.sandbox, self.blank):
            button.setFixedWidth(widest)

    @QtCore.Slot()
    def _open_first(self) -> None:
        if self._model.rowCount():
            self._open(self._model.row(0))

    @QtCore.Slot(object)
    def _open(self, card: object) -> None:
        if isinstance(card, ConnectorCard):
            self.connector_chosen.emit(card.id)

    @QtCore.Slot(object)
    def _show_take(self, card: object) -> None:
        own = isinstance(card, ConnectorCard) and card.origin == "project"
        self.take.setText("Open" if own else "Copy")
        self.take.setEnabled(isinstance(card, ConnectorCard))


def _columns() -> list[TableColumn[ConnectorCard]]:
    return [
        TableColumn("name", "name", lambda c: c.name, "tile", 220, seed=lambda c: c.id),
        TableColumn("id", "id", lambda c: c.id, "mono", 180, stretch=True),
        TableColumn(
            "origin", "", _deed, "text", 150, ink=lambda _: "muted", words=True
        ),
    ]


def _deed(card: ConnectorCard) -> str:
    return "opens" if card.origin == "project" else "opens as a copy"
