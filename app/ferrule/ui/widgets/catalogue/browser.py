"""The catalogue without its pane: search, order, facets and cards.

Where it is narrow, the facets give way to the cards and come back by a button.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final, Literal, cast

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.catalogue import ORDERS, CatalogueModel, Group, Order
from ferrule.ui.tasks import when_painted
from ferrule.ui.theme import icon, metrics, theme
from ferrule.ui.widgets import card
from ferrule.ui.widgets.button import Button, IconButton, Segmented, SplitButton
from ferrule.ui.widgets.catalogue.cards import CardView
from ferrule.ui.widgets.catalogue.facets import Facets
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.field import LineEdit, SearchField
from ferrule.ui.widgets.label import Label, plain_tip
from ferrule.ui.widgets.layouts import Column, Row, boxed

Kind = Literal["blank", "url", "import", "learn", "duplicate"]
NEW: Final[Sequence[tuple[Kind, str, str]]] = (
    ("blank", "Blank", "file-plus"),
    ("url", "From a URL…", "link"),
    ("import", "From cURL, OpenAPI or a sample…", "file-input"),
    ("learn", "On the sandbox, to learn", "flask-conical"),
    ("duplicate", "Duplicate of the picked one", "copy"),
)
_MARGIN: Final = metrics.PAGE_MARGIN
_NARROW: Final = 560
_TIGHT: Final = 700
_SLIM: Final = 620


class UrlBar(QtWidgets.QWidget):
    """Asks for the address a new connector begins with.

    Signals:
        given(str): the address, as typed.
    """

    given = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = LineEdit(
            name="Address of the new connector",
            placeholder="https://api.example.com/v1/items?state=open",
            icon="link",
            mono=True,
        )
        self.wrong = Label("", "caption_strong", "danger", elide=True)
        make = Button("Create", icon="plus")
        close = IconButton("x", "Close", compact=False)
        row = Row()
        row.add(self.field, stretch=1)
        row.add(make, close)
        self.setLayout(Column(row, self.wrong, gap=4, margins=(0, 0, 12, 8)))
        self.wrong.hide()
        make.clicked.connect(self._give)
        self.field.returnPressed.connect(self._give)
        close.clicked.connect(self.hide)

    def ask(self) -> None:
        """Show the bar, ready for typing."""
        self.refuse("")
        self.show()
        self.field.setFocus()

    def settle(self, why: str) -> None:
        """Say what is wrong, or put the bar away where nothing is."""
        self.refuse(why)
        if not why:
            self.field.clear()
            self.hide()

    def refuse(self, why: str) -> None:
        """Say what is wrong with the address; nothing takes it back."""
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        self.field.set_mark("error" if why else "")
        self.field.setAccessibleDescription(why)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Close by Escape."""
        if event.key() == QtCore.Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    @QtCore.Slot()
    def _give(self) -> None:
        self.given.emit(self.field.text())


class Browser(QtWidgets.QWidget):
    """Search, order, facets and cards over one model.

    Signals:
        new_wanted(str): a new connector: blank, url, import, learn, duplicate, or name
            (which is what was searched for).
    """

    new_wanted = QtCore.Signal(str)

    def __init__(
        self, model: CatalogueModel, parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.cards = CardView(model)
        self.facets = Facets()
        self.search = SearchField(
            "Search the catalogue",
            placeholder="Search connectors, signals, vendors",
            trailing="Ctrl+F",
        )
        self.sort = ComboBox(ORDERS, name="Sort", icon="arrow-up-down", look="button")
        self.view = Segmented(
            (("layout-grid", "Grid"), ("list", "List")), "View", icons=True
        )
        self.funnel = IconButton("funnel", "Filters", compact=False, checkable=True)
        self.details = IconButton(
            "panel-right-open", "Details", compact=False, checkable=True
        )
        self._menu = QtWidgets.QMenu()
        self.new = SplitButton("New connector", self._menu, icon="plus")
        self.count = Label("", "caption", "muted")
        self.attention = Chip("", "warning", state="warning")
        self._build()
        self._wire()
        when_painted(self._complete)
        self._tell()

    def type_here(self, text: str) -> None:
        """Take letters that were typed elsewhere on the page."""
        self.search.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self.search.setText(self.search.text() + text)

    def go_to_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def clear(self) -> None:
        """Search for nothing and leave all facets."""
        self.search.clear()
        self.model.clear()

    def sort_by(self, order: Order) -> None:
        """Put the cards in another order."""
        self.sort.set_value(order)
        self.model.set_order(order)

    def show_listed(self, *, listed: bool) -> None:
        """Show a list, or a grid."""
        self.view.set_value("list" if listed else "layout-grid")
        self.cards.show_listed(listed=listed)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give way where it is narrow."""
        super().resizeEvent(event)
        self._give_way()

    def _build(self) -> None:
        title = Label("Catalogue", "page_title")
        self._title = title
        self.search.setMaximumWidth(theme.px(320))
        head = Row(title, gap=12, margins=(_MARGIN, 0, _MARGIN, 0))
        head.addStretch(1)
        head.add(self.search, stretch=20)
        head.add(self.funnel, self.details, self.sort, self.view, self.new)
        self._head = boxed(head)
        tally = boxed(Row(self.count, None, self.attention, margins=(0, 0, 24, 0)))
        self._tally = tally
        self._cards = QtWidgets.QStackedWidget()
        self._cards.addWidget(self.cards)
        self._right = Column(tally, gap=4)
        self._right.add(self._cards, stretch=1)
        self._gap = QtWidgets.QWidget()
        below = QtWidgets.QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.facets)
        below.addWidget(self._gap)
        below.addLayout(self._right, 1)
        outer = Column(self._head, gap=0)
        outer.addLayout(below, 1)
        self.setLayout(outer)
        self._fit()
        theme.changed.connect(self._fit)

    def _complete(self) -> None:
        """Make what the first paint does not show."""
        self.url = UrlBar()
        self.url.hide()
        self._right.insertWidget(0, self.url)
        self.empty = self._empty()
        self._cards.addWidget(self.empty)
        for kind, text, picture in NEW:
            action = self._menu.addAction(icon(picture), text)
            action.triggered.connect(partial(self._want, kind))
        self._tell()

    def _wire(self) -> None:
        self.search.textChanged.connect(self.model.set_query)
        self.search.returnPressed.connect(self.cards.setFocus)
        self.sort.chosen.connect(self._sort)
        self.view.chosen.connect(lambda way: self.show_listed(listed=way == "list"))
        self.funnel.toggled.connect(self._give_way)
        self.new.clicked.connect(partial(self.new_wanted.emit, "blank"))
        self.facets.chosen.connect(self._narrow)
        self.cards.typed.connect(self.type_here)
        self.model.arranged.connect(self._tell)

    def _want(self, kind: str, *_checked: object) -> None:
        self.new_wanted.emit(kind)

    def _empty(self) -> "card.EmptyState":
        self.clear_button = Button("Clear filters", icon="funnel-x")
        self.create_button = Button("", kind="link")
        self.clear_button.clicked.connect(self.clear)
        self.create_button.clicked.connect(partial(self.new_wanted.emit, "name"))
        both = Row(self.clear_button, 8, self.create_button)
        return card.EmptyState("search-x", "", "", boxed(both), tone="info")

    @QtCore.Slot(object)
    def _sort(self, order: object) -> None:
        self.model.set_order(cast("Order", order))

    @QtCore.Slot(str, object)
    def _narrow(self, group: str, values: object) -> None:
        self.model.set_facet(cast("Group", group), cast("frozenset[str]", values))

    @QtCore.Slot()
    def _tell(self) -> None:
        """Say how many cards are shown, and what to do when there is none."""
        model = self.model
        shown, total = model.rowCount(), model.total
        noun = tr("connector") if total == 1 else tr("connectors")
        self.count.setText(
            f"{shown:,} of {total:,} {noun}" if model.narrowed else f"{total:,} {noun}"
        )
        bad = model.to_look_at
        self.attention.show_fact(f"{bad} to look at", "warning", state="warning")
        self.attention.setVisible(bad > 0)
        self.facets.show_counts(model)
        if shown:
            self._cards.setCurrentWidget(self.cards)
        elif self._cards.count() > 1:  # not before the first paint
            self._cards.setCurrentWidget(self.empty)
            self._tell_empty()

    def _tell_empty(self) -> None:
        model = self.model
        filters = sum(len(values) for values in model.chosen.values())
        near = model.closest() if model.query else None
        parts = [f"Closest name: {Data(near.card.name)}." if near else ""]
        if filters:
            on = "One filter is" if filters == 1 else f"{filters} filters are"
            parts.append(f"{on} on.")
        what = f"Nothing matches “{model.query}”" if model.query else "Nothing here"
        self.empty.say(what, " ".join(part for part in parts if part))
        wanted = f"Create a connector called “{Data(model.query[:24])}”"
        self.create_button.setText(wanted)
        self.create_button.setToolTip(plain_tip(wanted))
        self.create_button.setVisible(bool(model.query))

    @QtCore.Slot()
    def _give_way(self) -> None:
        width = self.width()
        narrow = width < theme.px(_NARROW)
        self.funnel.setVisible(narrow)
        self.facets.setVisible(not narrow or self.funnel.isChecked())
        beside = self.facets.isVisibleTo(self)
        self._gap.setFixedWidth(0 if beside else theme.px(_MARGIN))
        self.view.setVisible(width >= theme.px(_TIGHT))
        self._title.setVisible(width >= theme.px(_NARROW))
        self.sort.setVisible(width >= theme.px(_SLIM))

    @QtCore.Slot()
    def _fit(self) -> None:
        self._head.setFixedHeight(theme.px(metrics.HEADER))
        self._tally.setMinimumHeight(theme.px(24))
        self.search.setMaximumWidth(theme.px(320))
        self._give_way()
