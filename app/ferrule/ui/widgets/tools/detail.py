"""One tool: what it does, its arguments, its request, its result and its tests."""

from collections.abc import Mapping
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import Json
from ferrule.ui.i18n import Data
from ferrule.ui.models.tool_rows import RequestFacts, badges
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending, narrow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.message import Message, Waiting
from ferrule.ui.widgets.tabs import TabPages
from ferrule.ui.widgets.tools.cases import CasesTab, KeepCase
from ferrule.ui.widgets.tools.form import ArgumentForm
from ferrule.ui.widgets.tools.request import RequestView
from ferrule.ui.widgets.tools.result import ResultTab
from ferrule.workspace.tools.facts import ToolFacts

REQUEST, RESULT, CASES = range(3)
_LEAST: Final = 250
_WIDE: Final = 440
_NAME: Final = 32
_MOST: Final = 1000  # the name has room before the empty space at its right has
_WAIVED: Final = (
    "Whoever runs it, an agent too, is not asked any more. It ends when the tool or "
    "its address changes, or when you ask again. Each call stays in the record."
)
_INCOMPLETE: Final = "Not complete yet"


class ToolPane(QtWidgets.QWidget):
    """The tool that is picked.

    Signals:
        edited(): an argument is another.
        preview_wanted(): show the exact request.
        waiving(bool): run it without asking from now on, or ask again.
        stopped(): nobody waits for the run any more.
    """

    edited = QtCore.Signal()
    preview_wanted = QtCore.Signal()
    waiving = QtCore.Signal(bool)
    stopped = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Tool")
        self.tool: ToolFacts | None = None
        self.tile = Tile("", "", 40)
        self.name = Label("", "title", elide=True)
        self.chip = Chip("")
        self.waived = Chip("waived", "info")
        self.about = Label("", "caption", "muted", elide=True)
        self.waive = Button("Stop asking…", compact=True)
        self.what = Label("", "body", wrap=True)
        self.form = ArgumentForm()
        self.preview = Button("Preview request", icon="eye", compact=True)
        self.reset = Button("Reset", kind="plain", compact=True)
        self.waiting = Waiting("")
        self.request = RequestView()
        self.result = ResultTab()
        self.cases = CasesTab()
        self.keep = KeepCase()
        self.tabs = TabPages("Request, result and tests")
        self._asides = Column(gap=8)
        self._lacking = EmptyState("pencil", _INCOMPLETE, "")
        self._request_room = QtWidgets.QStackedWidget()
        self._result_room = QtWidgets.QStackedWidget()
        self._build()
        self._wire()

    def show_tool(
        self, tool: ToolFacts, connector: str, given: Mapping[str, Json] | None
    ) -> None:
        """Show a tool; `given` fills the form, None keeps it as it stands."""
        self.tool = tool
        self.tile.show_connector(connector, tool.connector_id)
        self.name.setText(Data(tool.name))
        where = f"{Data(tool.connection)} · {Data(connector)} · {Data(tool.method)}"
        self.about.setText(where)
        self._fit()
        text, tone = badges(tool)[0]
        self.chip.show_fact(text, tone)
        self.waived.setVisible(len(badges(tool)) > 1)
        self.what.setText(Data(tool.description))
        self.waive.setVisible(tool.asks)
        self.waive.setText("Ask again" if tool.waived else "Stop asking…")
        self._asides.clear()
        if tool.trouble:
            self._asides.add(Message("warning", "It cannot be run now", tool.trouble))
        if given is not None:
            self.form.show_tool(tool, given)
            self.keep_nothing()

    def show_request(self, facts: RequestFacts) -> None:
        """Show the exact request of the arguments as they are."""
        self.request.show_request(facts)
        self._request_room.setCurrentIndex(1)

    def show_lacking(self, why: str) -> None:
        """Say what there is no request without."""
        self._lacking.say(_INCOMPLETE, why)
        self._request_room.setCurrentIndex(0)

    def turn_to(self, tab: int) -> None:
        """Show one of the tabs."""
        self.tabs.bar.setCurrentIndex(tab)

    @QtCore.Slot()
    def go_up(self) -> None:
        """Show it from its top."""
        self._area.verticalScrollBar().setValue(0)

    def reveal(self) -> None:
        """Bring the tabs into view where they stand below what can be seen."""
        bar, low = self._area.verticalScrollBar(), self._lower.geometry().bottom()
        if low > bar.value() + self._area.viewport().height():
            bar.setValue(self._lower.y())

    def begin_wait(self, text: str) -> None:
        """Show that something is under way."""
        self.waiting.show_progress(text, 0)
        self.waiting.setVisible(True)

    def end_wait(self) -> None:
        """Show that nothing is under way any more."""
        self.waiting.setVisible(False)

    def begin_keeping(self) -> None:
        """Show what is looked over before a run becomes a test case."""
        self._result_room.setCurrentIndex(1)

    @QtCore.Slot()
    def keep_nothing(self) -> None:
        """Go back to the result."""
        self._result_room.setCurrentIndex(0)

    @QtCore.Slot()
    def _waive(self) -> None:
        if self.tool is None:
            return
        if self.tool.waived:
            self.waiving.emit(False)
            return
        self._asides.clear()
        go = Button("Stop asking", kind="danger", compact=True)
        stay = Button("Keep asking", compact=True)
        go.setObjectName("tools.waive")
        go.clicked.connect(lambda: self.waiving.emit(True))
        stay.clicked.connect(self._asides.clear)
        stay.clicked.connect(self.waive.setFocus)
        tool, where = Data(self.tool.name), Data(self.tool.connection)
        what = f"Run “{tool}” of “{where}” without asking?"
        self._asides.add(Message("warning", what, _WAIVED, go, stay))
        stay.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        QtCore.QTimer.singleShot(0, self, self.go_up)  # it stands at the top

    @QtCore.Slot()
    def _reset(self) -> None:
        if self.tool is not None:
            self.form.show_tool(self.tool, {})
            self.edited.emit()

    def _build(self) -> None:
        first = Row(self.name, self.chip, self.waived, None, gap=8)
        first.setStretchFactor(self.name, _MOST)
        text = Column(first, self.about, gap=2)
        who = Row(self.tile, gap=10)
        who.add(text, stretch=1)
        margins = (24, 12, 24, 12)
        head = Bending(_WIDE, (boxed(who), 1), (self.waive, 0), margins=margins)
        foot = Row(self.preview, self.reset, None)
        card = Card("Arguments")
        card.add(self.form, foot)
        narrow(self._lacking)
        self._request_room.addWidget(self._lacking)
        self._request_room.addWidget(
            boxed(Column(self.request, margins=(16, 12, 16, 12)))
        )
        self._result_room.addWidget(self.result)
        self._result_room.addWidget(self.keep)
        self.tabs.add("Request", self._request_room)
        self.tabs.add("Result", self._result_room)
        self.tabs.add("Test cases", self.cases)
        lower = Card(flush=True)
        lower.body.setContentsMargins(1, 1, 1, 1)
        lower.add(self.tabs, stretch=1)
        self._lower = lower
        inside = Column(gap=12, margins=(24, 0, 24, 16))
        inside.addLayout(self._asides)
        inside.add(self.what, card, self.waiting)
        inside.add(lower, stretch=1)
        self.waiting.hide()
        area = Scroll(boxed(inside), "Tool")
        # At 200 % on a small screen a tab may be wider than its place.
        area.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setMinimumHeight(theme.px(24))  # the head goes first where it is low
        self._area = area
        outer = Column(head, gap=0)
        outer.add(area, stretch=1)
        self.setLayout(outer)
        self._fit()
        theme.changed.connect(self._fit)

    @QtCore.Slot()
    def _fit(self) -> None:
        self._lower.setMinimumHeight(theme.px(_LEAST))
        wide = theme.width(self.name.text(), "title") + 2
        self.name.setMaximumWidth(wide)
        self.name.setMinimumWidth(min(wide, theme.px(_NAME)))

    def _wire(self) -> None:
        self.form.edited.connect(self.edited)
        self.preview.clicked.connect(self.preview_wanted)
        self.reset.clicked.connect(self._reset)
        self.waive.clicked.connect(self._waive)
        self.waiting.cancelled.connect(self.stopped)
        self.keep.closed.connect(self.keep_nothing)
