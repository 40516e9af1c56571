"""Where a descriptor begins: an address, nothing at all, or a connector there is."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.field import LineEdit, SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.catalogue import Card as ConnectorCard

_WIDTH: Final = 640
_LIST: Final = 260


class StartView(QtWidgets.QWidget):
    """Three ways to begin.

    Signals:
        address_given(str): begin from that address.
        blank_wanted(): begin with nothing.
        connector_chosen(str): open the project's own, or a copy of a shipped one.
    """

    address_given = QtCore.Signal(str)
    blank_wanted = QtCore.Signal()
    connector_chosen = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.address = LineEdit(
            name="Address of the service",
            placeholder="https://api.example.com/v1/issues?state=open",
            icon="globe",
            mono=True,
        )
        self.begin = Button("Create", kind="primary", icon="plus")
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
        """Say what is wrong with the address."""
        self._error.setText(why)
        self._error.setVisible(bool(why))
        self.address.set_mark("error" if why else "")
        self.address.setAccessibleDescription(why)

    def _build(self) -> None:
        line = Row(gap=8)
        line.add(self.address, stretch=1)
        line.add(self.begin)
        first = Card("From an address")
        first.add(
            Label("Its query becomes parameters; Send then shows what comes back.",
                  "body", "muted", wrap=True),
            line, self._error,
        )  # fmt: skip
        second = Card("Blank", self.blank)
        second.add(Label("The smallest valid descriptor.", "body", "muted"))
        third = Card("From a connector", self.search, self.take, flush=True)
        self.cards.setFixedHeight(theme.px(_LIST))
        third.add(self.cards)
        column = Column(gap=16, margins=(24, 32, 24, 24))
        column.add(Label("New descriptor", "page_title"))
        column.add(first, second, third, None)
        self._column = boxed(column)
        self._column.setMaximumWidth(theme.px(_WIDTH))
        row = Row(gap=0)
        row.addStretch(1)
        row.addWidget(self._column, 100)
        row.addStretch(1)
        outer = Column(gap=0)
        outer.add(Scroll(boxed(row), "New descriptor"), stretch=1)
        self.setLayout(outer)
        self.setFocusProxy(self.address)

    def _connect(self) -> None:
        self.begin.clicked.connect(self._begin)
        self.address.returnPressed.connect(self._begin)
        self.address.textEdited.connect(lambda: self.refuse(""))
        self.blank.clicked.connect(self.blank_wanted)
        self.search.textChanged.connect(self._model.set_filter)
        self.search.returnPressed.connect(self._open_first)
        self.cards.opened.connect(self._open)
        self.cards.picked.connect(self._show_take)
        self.take.clicked.connect(lambda: self._open(self.cards.current_row()))
        theme.changed.connect(self._fit)

    @QtCore.Slot()
    def _fit(self) -> None:
        self._column.setMaximumWidth(theme.px(_WIDTH))
        self.cards.setFixedHeight(theme.px(_LIST))

    @QtCore.Slot()
    def _begin(self) -> None:
        self.address_given.emit(self.address.text())

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

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Put the caret into the address."""
        super().showEvent(event)
        self.address.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)


def _columns() -> list[TableColumn[ConnectorCard]]:
    return [
        TableColumn("name", "name", lambda c: c.name, "tile", 220, seed=lambda c: c.id),
        TableColumn("id", "id", lambda c: c.id, "mono", 180, stretch=True),
        TableColumn("origin", "", _deed, "text", 150, ink=lambda _: "muted"),
    ]


def _deed(card: ConnectorCard) -> str:
    return "opens" if card.origin == "project" else "opens as a copy"
