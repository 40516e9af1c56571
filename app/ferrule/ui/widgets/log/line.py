"""One line of the log, whole: what it says, its details, and what belongs to it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.exchange import MISSING
from ferrule.ui.i18n import Data
from ferrule.ui.models.log_lines import LOUD, STATES, WORDS, moment_text, took_text
from ferrule.ui.models.log_links import Link, links_of
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.widgets.blocks import WrapRow, fact
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.chip import Chip, StatusLabel, Tone
from ferrule.ui.widgets.json_reader import JsonReader
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.tabs import TabPages
from ferrule.workspace.operations.timeline import Line

_DETAILS, _RELATED = 0, 1
_BAD: Final[Mapping[str, Tone]] = {
    "failed": "danger",
    "refused": "warning",
    "interrupted": "warning",
}
_LEAST: Final = 120
_MOST_TITLE: Final = 24


class LinePane(QtWidgets.QWidget):
    """The line that is picked.

    Signals:
        go(str, object): show what it is about on the page of that key.
        copied(): put the line on the clipboard.
        asked(str): look for the lines of this correlation id alone.
        picked(int): another line of the same correlation was picked.
        left(): back to the lines.
    """

    go = QtCore.Signal(str, object)
    copied = QtCore.Signal()
    asked = QtCore.Signal(str)
    picked = QtCore.Signal(int)
    left = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The line")
        self.line: Line | None = None
        self.back = Button("Lines", kind="link", icon="arrow-left")
        self.back.setAccessibleName("Back to the lines")
        self.title = Label("", "title")
        self.level = StatusLabel("untouched", "")
        self.when = Label("", "caption", "muted", elide=True)
        self.message = Label("", "body", wrap=True, selectable=True)
        self.copy = IconButton("copy", "Copy the line as JSON")
        self.outcome, self._links = Chip(""), WrapRow()
        self._facts = Column(gap=4)
        self.tree = JsonReader("Details of the line")
        self.model: RowsModel[Line] = RowsModel(_columns(), key=lambda one: one.id)
        self.related = DataTable(self.model, "Lines of the same correlation")
        self.tabs = TabPages("The line")
        self.only = Button("List only these", icon="list-filter", compact=True)
        self._none = EmptyState("scroll-text", "No line is picked", "Pick one.")
        self._nothing = EmptyState("braces", "No details", "The message says it all.")
        self._build()
        self._wire()
        self.show_line(None)

    def show_line(self, line: Line | None) -> None:
        """Show another line; what belongs to it comes by `show_related`."""
        same = line is not None and self.line is not None and line.id == self.line.id
        self.line = line
        self._stack.setCurrentIndex(0 if line is None else 1)
        if line is None or same:
            return
        self.title.setText(Data(line.operation[:_MOST_TITLE]))
        self.level.show_state(STATES[line.level], WORDS[line.level])
        took = took_text(line.duration_ms)
        self.when.setText(Data(" · ".join(filter(None, (moment_text(line.at), took)))))
        self.message.setText(Data(line.message))
        self._show_facts(line)
        self._show_links(line)
        self.tree.set_document(dict(line.details) if line.details else MISSING)
        self._details.setCurrentIndex(1 if line.details else 0)
        many = len(line.details)
        self.tabs.bar.set_badge(_DETAILS, str(many) if many else "")
        if not line.correlation:
            self.show_related([])

    def show_related(self, lines: Sequence[Line]) -> None:
        """Show the lines of the same correlation, oldest first."""
        blocker = QtCore.QSignalBlocker(self.related)
        self.model.set_rows(lines)
        if self.line is not None:
            self.related.select_key(self.line.id)
        blocker.unblock()
        many = f"{len(lines):,}" if lines else ""
        self.tabs.bar.set_badge(_RELATED, many)
        self.tabs.bar.setTabEnabled(_RELATED, bool(lines))
        if not lines:
            self.tabs.bar.setCurrentIndex(_DETAILS)

    def fit_in(self, *, alone: bool) -> None:
        """Offer the way back where the lines are not beside it."""
        self.back.setVisible(alone)

    def _show_facts(self, line: Line) -> None:
        self._facts.clear()
        for label, value in (
            ("Connector", line.connector),
            ("Connection", line.connection),
            ("About", line.entity),
            ("Correlation", line.correlation),
        ):
            if value:
                self._facts.add(fact(label, Data(value)))
        tone = _BAD.get(line.outcome, "neutral")
        self.outcome.show_fact(Data(line.outcome), tone)
        self.outcome.setVisible(bool(line.outcome))

    def _show_links(self, line: Line) -> None:
        buttons = []
        for link in links_of(line):
            button = Button(link.text, icon=link.icon, compact=True)
            button.clicked.connect(partial(self._follow, link))
            buttons.append(button)
        self._links.show_widgets(buttons)
        self._links.setVisible(bool(buttons))

    def _follow(self, link: Link, *_checked: object) -> None:
        self.go.emit(link.page, link.what)

    @QtCore.Slot()
    def _only(self) -> None:
        if self.line is not None:
            self.asked.emit(self.line.correlation)

    @QtCore.Slot(object)
    def _pick(self, line: object) -> None:
        if isinstance(line, Line) and (self.line is None or line.id != self.line.id):
            self.picked.emit(line.id)

    def _build(self) -> None:
        self.back.hide()
        head = Row(gap=8)
        head.add(self.title, self.outcome, None, self.level, self.copy)
        top = Column(self.back, head, self.when, self.message, gap=6)
        top.add(2, boxed(self._facts), 2, self._links)
        top.set_margins((16, 4, 12, 10))
        self.tree.setMinimumHeight(_LEAST)
        details = QtWidgets.QWidget()
        self._details = QtWidgets.QStackedLayout(details)
        self._details.addWidget(self._nothing)
        self._details.addWidget(self.tree)
        self.tabs.add("Details", details)
        below = Column(gap=0)
        below.add(self.related, stretch=1)
        below.add(boxed(Row(self.only, None, margins=(16, 8, 16, 8))))
        self.tabs.add("Same correlation", boxed(below))
        whole = Column(boxed(top), gap=0)
        whole.add(self.tabs, stretch=1)
        self._stack = QtWidgets.QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(Scroll(boxed(whole), "The line"))

    def _wire(self) -> None:
        self.back.clicked.connect(self.left)
        self.copy.clicked.connect(self.copied)
        self.only.clicked.connect(self._only)
        self.related.picked.connect(self._pick)


def _columns() -> list[TableColumn[Line]]:
    return [
        TableColumn("time", "Time", lambda one: moment_text(one.at)[11:23], width=112),
        TableColumn(
            "level",
            "Level",
            lambda one: WORDS[one.level],
            "status",
            92,
            state=lambda one: STATES[one.level],
            ink=lambda one: "" if one.level in LOUD else "text",
        ),
        TableColumn("message", "Message", lambda one: one.message, stretch=True),
    ]
