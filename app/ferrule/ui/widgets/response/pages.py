"""The pages of a response: the tree, the table of items, the headers."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import FerruleError
from ferrule.exchange import MISSING, Json, Response
from ferrule.ui.models.records import Record, RecordsModel
from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.json_view import JsonView
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.pick_row import PickRow
from ferrule.ui.widgets.response.head import size_text, status_text
from ferrule.ui.widgets.response.swap import Swap
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.tick_strip import TickStrip

_HEAD: Final = 1_000


class NarrowEmpty(EmptyState):
    """An empty state whose text gets narrower with its column."""

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return a narrow column of the height it needs."""
        return QtCore.QSize(theme.px(200), theme.px(200))

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Keep the text inside, at most 400 px wide."""
        super().resizeEvent(event)
        most = theme.px(metrics.TEXT_COLUMN)
        self._text.setFixedWidth(min(max(self.width() - theme.px(48), 100), most))


class TreePage(Swap):
    """The tree with its pick row and its ticks."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._begun = False
        self.picks = PickRow()
        self.view = JsonView("Response as a tree")
        line = Row(gap=0)
        line.add(self.view, stretch=1)
        line.add(TickStrip(self.view))
        column = Column(self.picks, gap=0)
        column.add(line, stretch=1)
        self._tree = boxed(column)
        self.keep(self._tree)

    def show_tree(self, value: Json) -> None:
        """Show a value, or the whole of one whose beginning is shown."""
        if self._begun:
            self._begun = False
            self.view.complete(value)
            return
        self.view.set_document(value)
        self.picks.show_ways(())
        self.show_page(self._tree)

    def begin_tree(self, value: Json) -> None:
        """Show the beginning of a value that is still read."""
        self.show_tree(value)
        self._begun = True

    def forget(self) -> None:
        """Show no value any more."""
        self._begun = False
        self.view.set_document(MISSING)


class TablePage(Swap):
    """The items as rows.

    Signals:
        opened(int): the person opened the item of that number.
    """

    opened = QtCore.Signal(int)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RecordsModel | None = None

    def show_items(self, items: list[Json]) -> None:
        """Show items, or say that there are none."""
        if self._model is not None:
            self._model.let_go()
            self._model = None
        if not items:
            line = "The path of the items matches no list in this response."
            self.show_page(NarrowEmpty("table", "No items", line))
            return
        self._model = RecordsModel(items)
        table = DataTable(self._model, "Items as a table")
        table.opened.connect(self._open)
        self.show_page(table)

    @QtCore.Slot(object)
    def _open(self, record: Record) -> None:
        self.opened.emit(record[0])


def told_unreadable(error: FerruleError, response: Response) -> tuple[str, str]:
    """Return what is wrong with a body that is not JSON, and why it may be."""
    kind = (response.header("content-type") or "").split(";")[0].strip()
    if response.body[:_HEAD].lstrip()[:1] == b"<":
        what = "This is a web page, not JSON."
        why = "Check the address and the sign-in: services often answer with a page."
        return what, f"{why} It says it is {kind}." if kind else why
    if "truncated" in error.message:
        size = size_text(len(response.body))
        return "The JSON ends before it is complete.", (
            f"{size} arrived. The service, or something on the way, cut it off: "
            "send again."
        )
    return error.message, error.advice


def told_empty(response: Response) -> tuple[str, str]:
    """Return what to say of a response without a body."""
    return (
        "The response has no body.",
        f"The service said {status_text(response.status)}.",
    )


def raw_button(show: object) -> Button:
    """Return the button that leads to the raw text."""
    button = Button("Show the raw text", icon="file-text", compact=True)
    button.clicked.connect(show)
    return button
