"""The right side of the Webhooks page: one delivery."""

from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_rows import head_line, is_good
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.tabs import TabPages
from ferrule.ui.widgets.webhooks.compare import ComparePane
from ferrule.ui.widgets.webhooks.content import Content
from ferrule.ui.widgets.webhooks.edit import EditPane
from ferrule.ui.widgets.webhooks.signal import SignalTab
from ferrule.ui.widgets.webhooks.signature import SignatureTab
from ferrule.workspace.delivery_facts import Delivery, Opened

TREE, RAW, HEADERS, SIGNATURE, SIGNAL = range(5)
_PLACES: Final = {TREE: "tree", RAW: "raw"}
_SLIM: Final = 440
# A deed by its verb, as the menu tells it.
_MENU: Final = (
    ("edit", "Edit and replay"),
    ("resign", "Sign again and send"),
    ("", ""),
    ("curl", "Copy as cURL"),
    ("sample", "Open in Builder as sample"),
    ("pin", "Pin as a test of the connector"),
    ("diff", "Difference to the one before"),
    ("", ""),
    ("bury", "Send to dead letters"),
)


class DeliveryPane(Card):
    """Head, deeds and tabs of one delivery; an editor or a comparison in their place.

    Signals:
        asked(str): the person wants this deed on the delivery that is shown.
    """

    asked = QtCore.Signal(str)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(flush=True, gap=0, parent=parent)
        self.opened: Opened | None = None
        self._due: set[int] = set()
        self.tile = Tile("", "", 36)
        self.name = Label("", "title", elide=True)
        self.connector = Chip("")
        self.about = Label("", "caption", "muted", elide=True)
        self.replay = Button("Replay", icon="rotate-ccw")
        self.replay.setObjectName("webhooks.replay")
        self.menu = QtWidgets.QMenu("More deeds")
        self.more = IconButton(
            "ellipsis", "More to do", kind="secondary", compact=False, menu=self.menu
        )
        self.deeds: dict[str, QtGui.QAction] = {}
        self.content = Content(self)
        self.signature = SignatureTab()
        self.signal = SignalTab()
        self.tabs = TabPages("What there is of the delivery")
        self.edit = EditPane()
        self.compare = ComparePane()
        self._build()
        self._connect()
        self.show_delivery(None)

    def show_delivery(self, opened: Opened | None) -> None:
        """Show a delivery, or that none is chosen; the tab stays."""
        again = self.opened is not None and opened is not None
        same = again and self._number() == opened.delivery.id if opened else False
        self.opened = opened
        self._head_row.setVisible(opened is not None)
        if opened is None:
            self._stack.setCurrentWidget(self._none)
            return
        self._due |= {SIGNATURE, SIGNAL}
        if not same or self._stack.currentWidget() is self._none:
            self._stack.setCurrentWidget(self._tabs)
            self._due |= {TREE, RAW, HEADERS}
        self._show_head(opened)
        bad = not is_good(opened.signature.came) and opened.signature.form
        self.tabs.bar.set_badge(HEADERS, str(len(opened.content.headers)))
        self.tabs.bar.set_badge(SIGNATURE, "1" if bad else "", "danger")
        self._turn(self.tabs.bar.currentIndex())

    def show_edit(self, *, can_send: bool) -> None:
        """Let the body be edited."""
        if self.opened is not None:
            self._stack.setCurrentWidget(self.edit)
            self.edit.show_body(self.opened.content.body, can_send=can_send)

    def show_difference(self, before: Delivery, text: str) -> None:
        """Show what differs from an earlier delivery."""
        self._stack.setCurrentWidget(self.compare)
        self.compare.show_difference(before, text)

    @QtCore.Slot()
    def go_back(self) -> None:
        """Show the delivery itself again."""
        self._stack.setCurrentWidget(self._tabs)
        self.tabs.bar.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot()
    def show_find(self) -> None:
        """Put the caret into the search field."""
        if self.tabs.bar.currentIndex() not in _PLACES:
            self.tabs.bar.setCurrentIndex(TREE)
        self.content.find.field.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the connector's chip out where there is little room."""
        super().resizeEvent(event)
        self._fit_chip()

    def _number(self) -> int:
        return self.opened.delivery.id if self.opened is not None else 0

    def _show_head(self, opened: Opened) -> None:
        one = opened.delivery
        self.tile.show_connector(opened.connector, one.connector_id)
        self.name.setText(Data(one.event_type) if one.event_type else "No event type")
        self.connector.setText(Data(opened.connector))
        self.connector.updateGeometry()
        self.about.setText(head_line(one, opened.accepted))
        refused = one.status == "refused"
        self.replay.setEnabled(not refused)
        self.replay.setToolTip(
            "A refused call is not replayed: nobody knows who made it"
            if refused
            else ""
        )
        self.deeds["edit"].setEnabled(not opened.content.shortened)
        self.deeds["diff"].setEnabled(opened.has_previous)
        self.deeds["bury"].setEnabled(one.status in {"mapped", "ignored", "skipped"})
        self.deeds["pin"].setEnabled(not opened.content.shortened)
        self._fit_chip()

    def _fit_chip(self) -> None:
        self.connector.setVisible(self.width() >= theme.px(_SLIM))

    @QtCore.Slot(int)
    def _turn(self, tab: int) -> None:
        self._fill(tab)
        self.content.search_in(_PLACES.get(tab, ""))

    def _fill(self, tab: int) -> None:
        """Show the delivery in a tab that is looked at; the others wait their turn."""
        opened = self.opened
        if opened is None or tab not in self._due:
            return
        self._due -= {TREE, RAW} if tab in _PLACES else {tab}
        if tab in _PLACES:
            self.content.show_content(opened.content)
        elif tab == HEADERS:
            self.content.headers.show_headers(opened.content.headers)
        elif tab == SIGNATURE:
            self.signature.show_delivery(opened)
        else:
            self.signal.show_delivery(opened)

    def _build(self) -> None:
        first = Row(self.name, self.connector, None)
        text = Column(first, self.about, gap=2)
        row = Row(self.tile, gap=10, margins=(16, 12, 12, 8))
        row.add(text, stretch=1)
        row.add(self.replay, self.more)
        self._head_row = boxed(row)
        tabs: tuple[tuple[str, QtWidgets.QWidget], ...] = (
            ("Tree", self.content.tree),
            ("Raw", self.content.raw),
            ("Headers", self.content.headers),
            ("Signature", self.signature),
            ("Signal", self.signal),
        )
        for title, tab in tabs:
            self.tabs.add(title, tab)
        below = Column(gap=0)
        below.add(self.tabs, stretch=1)
        below.add(self.content.find)
        self._tabs = boxed(below)
        line = (
            "Choose one at the left: what it brought, how it was signed, what it made."
        )
        self._none = EmptyState("inbox", "No delivery chosen", line)
        self._stack = QtWidgets.QStackedWidget()
        for page in (self._tabs, self._none, self.edit, self.compare):
            self._stack.addWidget(page)
        self.body.set_margins((1, 1, 1, 1))
        self.add(self._head_row)
        self.add(self._stack, stretch=1)
        for verb, text_ in _MENU:
            if not verb:
                self.menu.addSeparator()
                continue
            self.deeds[verb] = action = self.menu.addAction(text_)
            action.triggered.connect(partial(self._ask, verb))

    def _connect(self) -> None:
        self.replay.clicked.connect(partial(self._ask, "replay"))
        self.tabs.turned.connect(self._turn)
        self.content.tree.raw_wanted.connect(self._show_raw)
        self.content.tree.view.raw_wanted.connect(self._show_raw)
        self.content.raw.tree_wanted.connect(
            lambda: self.tabs.bar.setCurrentIndex(TREE)
        )
        self.signature.raw_wanted.connect(self._show_raw)
        self.signal.asked.connect(self.asked)
        self.edit.left.connect(self.go_back)
        self.compare.left.connect(self.go_back)

    def _ask(self, verb: str, *_checked: object) -> None:
        self.asked.emit(verb)

    @QtCore.Slot()
    def _show_raw(self) -> None:
        self.tabs.bar.setCurrentIndex(RAW)
