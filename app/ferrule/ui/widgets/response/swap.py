"""A page that a message can stand in for, and the one of headers."""

from PySide6 import QtWidgets

from ferrule.exchange import Pairs
from ferrule.ui.models.json_value import visible
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import metrics
from ferrule.ui.widgets.layouts import Column, Scroll, boxed
from ferrule.ui.widgets.message import Level, Message
from ferrule.ui.widgets.table import DataTable


class Swap(QtWidgets.QStackedWidget):
    """A page that a message can stand in for."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: QtWidgets.QWidget | None = None

    def show_page(self, page: QtWidgets.QWidget) -> None:
        """Show one page; the one before is let go, unless it was given to `keep`."""
        if page is not self.currentWidget():
            self._let_go()
            if self.indexOf(page) < 0:
                self.addWidget(page)
            self.setCurrentWidget(page)

    def keep(self, page: QtWidgets.QWidget) -> None:
        """Hold a page that outlives being covered."""
        self._page = page
        self.addWidget(page)

    def say(
        self,
        level: Level,
        what: str,
        why: str = "",
        *actions: QtWidgets.QWidget,
        details: str = "",
    ) -> None:
        """Show a message in the page's place."""
        side = metrics.CARD_PADDING
        column = Column(margins=(side, side, side, side))
        column.add(Message(level, what, why, *actions, details=details), None)
        self.show_page(Scroll(boxed(column), what))

    def _let_go(self) -> None:
        shown = self.currentWidget()
        if shown is not None and shown is not self._page:
            self.removeWidget(shown)
            shown.deleteLater()


class HeadersPage(Swap):
    """The headers as they came, in their order."""

    def show_headers(self, headers: Pairs) -> None:
        """Show headers."""
        columns: list[TableColumn[tuple[str, str]]] = [
            TableColumn("name", "Name", lambda row: visible(row[0]), "mono", 150),
            TableColumn(
                "value", "Value", lambda row: visible(row[1]), "mono", stretch=True
            ),
        ]
        self.show_page(DataTable(RowsModel(columns, headers), "Response headers"))
