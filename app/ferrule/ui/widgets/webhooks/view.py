"""The body of the Webhooks page, and the button that sends a sample."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Kind, SplitButton
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.layouts import Column, Scroll, boxed
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.webhooks.detail import DeliveryPane
from ferrule.ui.widgets.webhooks.list import DeliveryList
from ferrule.ui.widgets.webhooks.receiver import ReceiverCard
from ferrule.workspace.delivery_facts import SampleEvent

_LEFT, _LEFT_SLIM, _LEFT_WIDE = 580, 462, 720
_AROUND: Final = 48
_SLIM: Final = 1_040
_WIDE: Final = 1_500
_NARROW: Final = 760
_TALL: Final = 1_060
_WAYS = QtCore.Qt.Orientation


class SendSample(SplitButton):
    """Send an event to the own receiver; the menu has the others.

    Signals:
        chosen(object): this `SampleEvent` is to be sent.
    """

    chosen = QtCore.Signal(object)

    def __init__(self) -> None:
        self._menu = QtWidgets.QMenu("Sample events")
        self._events: tuple[SampleEvent, ...] = ()
        super().__init__(
            "Send a sample event",
            self._menu,
            icon="send",
            more="Choose a sample event",
        )
        self.setObjectName("webhooks.sample")
        self.clicked.connect(self._send_first)
        self.show_events((), can_send=False)

    @property
    def events(self) -> Sequence[SampleEvent]:
        """Return the events that can be sent."""
        return self._events

    def show_events(self, events: Sequence[SampleEvent], *, can_send: bool) -> None:
        """Offer events; only a receiver that listens can be sent one."""
        if tuple(events) != self._events:
            self._events = tuple(events)
            self._fill()
        ready = can_send and bool(events)
        self.main.setEnabled(ready)
        self.more.setEnabled(ready)
        if not events:
            told = "No connection of this project has a sample event"
        else:
            first = events[0]
            named = f"“{Data(first.title)}” to “{Data(first.address.connection)}”"
            told = named if can_send else "Start the receiver first"
        self.main.setToolTip(told)

    def set_kind(self, *, primary: bool) -> None:
        """Be the page's primary action, or leave that to another."""
        kind: Kind = "primary" if primary else "secondary"
        self.main.set_kind(kind)
        self.more.set_kind(kind)

    def _fill(self) -> None:
        """Offer the events; those of several connections in menus of their own."""
        self._menu.clear()
        menus: dict[str, QtWidgets.QMenu] = {}
        several = len({event.address.connection for event in self._events}) > 1
        for event in self._events:
            key = event.address.connection
            menu = menus.get(key)
            if menu is None:
                name = Data(f"{event.address.connector} · {key}")
                menu = menus[key] = self._menu.addMenu(name) if several else self._menu
            action = menu.addAction(Data(event.title))
            action.triggered.connect(partial(self._choose, event))

    def _choose(self, event: SampleEvent, *_checked: object) -> None:
        self.chosen.emit(event)

    @QtCore.Slot()
    def _send_first(self) -> None:
        if self._events:
            self.chosen.emit(self._events[0])


class WebhooksView(Scroll):
    """Receiver and list at the left, the delivery at the right; or all in a column."""

    def __init__(self) -> None:
        self._bent = False, False, False
        self.receiver = ReceiverCard()
        self.list = DeliveryList()
        self.pane = DeliveryPane()
        card = Card(flush=True, gap=0)
        card.body.set_margins((1, 4, 1, 8))
        card.add(self.list, stretch=1)
        left = Column(self.receiver, gap=16, margins=(0, 0, 5, 0))
        left.add(card, stretch=1)
        right = Column(margins=(5, 0, 0, 0))
        right.add(self.pane, stretch=1)
        self._split = Splitter(
            "webhooks", boxed(left), boxed(right), sizes=(_LEFT, _LEFT), lined=False
        )
        self._split.setStretchFactor(1, 1)
        inside = Column(margins=(24, 0, 24, 16))
        inside.add(self._split, stretch=1)
        super().__init__(boxed(inside), "Webhooks")
        theme.changed.connect(self._bend)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Put the panes below one another where they have no room side by side."""
        super().resizeEvent(event)
        self._bend()

    @QtCore.Slot()
    def _bend(self) -> None:
        narrow = self.width() < theme.px(_NARROW)
        way = _WAYS.Vertical if narrow else _WAYS.Horizontal
        self._split.setMinimumHeight(theme.px(_TALL) if narrow else 0)
        slim = self.width() < theme.px(_SLIM)
        wide = self.width() > theme.px(_WIDE)
        if (narrow, slim, wide) != self._bent:
            self._bent = narrow, slim, wide
            self._split.setOrientation(way)
            self._split.setSizes(self._sizes())

    def _sizes(self) -> list[int]:
        """Return how wide, or how high, the panes are; the list at the left first."""
        narrow, slim, wide = self._bent
        if narrow:
            return [theme.px(_TALL // 2)] * 2
        left = theme.px(_LEFT_SLIM if slim else _LEFT_WIDE if wide else _LEFT)
        return [left, max(self.width() - left - theme.px(_AROUND), 1)]
