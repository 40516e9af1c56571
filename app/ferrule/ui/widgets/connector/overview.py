"""How one connection of a connector does: figures, small pictures, its checks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6 import QtWidgets

from ferrule.ui.models.connector_sheet import (
    CheckRow,
    Standing,
    checks_of,
    health_of,
    last_sync,
)
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending, Flowing
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.check import CheckReport
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.connector.timeline import Timeline, answers
from ferrule.ui.widgets.connector.version import PageVersion
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.meter import Sparkline
from ferrule.ui.widgets.table import DataTable

_NARROW: Final = 680
_LEAST: Final = 180
_ALL: Final = 1000  # of the room, beside a stretch


class Figure(Card):
    """A figure in large type under its name, over a picture of how it came about."""

    def __init__(self, name: str, *, unit: str = "") -> None:
        super().__init__(gap=4)
        self.aside = Label("", "caption", "muted")
        self.value = Label("", "title", elide=True)
        self.line = Sparkline(name, unit=unit)
        self.note = Label("", "caption", "muted", elide=True)
        head = Row(Label(name, "caption_strong", "muted"), None, self.aside)
        self.add(boxed(head), self.value, self.line, self.note)

    def say(
        self,
        value: str,
        values: tuple[float, ...] = (),
        *,
        note: str = "",
        aside: str = "",
    ) -> None:
        """Show a figure, what it was made of (the oldest first), and a remark."""
        self.value.setText(value)
        self.aside.setText(aside)
        self.note.setText(note)
        self.line.show_values(values)


class Overview(QtWidgets.QWidget):
    """The tab of figures of the connection that is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.state = StatusLabel("disabled", "Not checked", "emphasis")
        self.synced = Label("", "body", "muted", elide=True)
        self.version = PageVersion()
        self.report = CheckReport()
        self.runs = Button("Runs", icon="refresh-cw", compact=True)
        told = "A check or a run leaves an answer here."
        quiet = Label(told, "body", "muted", wrap=True)
        self._quiet = boxed(Row(quiet, margins=(16, 10, 16, 10)))
        self.error = Label("", "caption", "danger", wrap=True)
        self.latency = Figure("Answers, p95", unit=" ms")
        self.failures = Figure("Failed requests, 24 h")
        self.day = Figure("Signals, 24 h")
        self.week = Figure("Signals, 7 days")
        self.model: RowsModel[CheckRow] = RowsModel(_columns(), key=lambda row: row.at)
        self.table = DataTable(self.model, "Answers so far", key="connector.health")
        self.timeline = Timeline()
        self._oldest = Label("", "caption", "muted")
        self.put_away = IconButton("x", "Put the test away")
        self._test = Card("Test", self.put_away)
        self._none = EmptyState(
            "plug", "Not connected yet", "Connect it; how it does is shown here."
        )
        self._build()

    def show_standing(self, one: Standing | None, now: datetime) -> None:
        """Show how a connection stands; None where there is no connection."""
        self._stack.setCurrentIndex(0 if one is None else 1)
        if one is None:
            return
        self.state.show_state(*health_of(one))
        self.synced.setText(f"Last sync: {last_sync(one, now)}")
        self.error.setText(one.last_error or "")
        self.error.setVisible(bool(one.last_error))
        self._show_figures(one)
        self._show_checks(checks_of(one, now))

    def show_test(self, *, on: bool) -> None:
        """Show the steps of a test, or put them away."""
        self._test.setVisible(on)
        if on:
            self._stack.setCurrentIndex(1)
            self._scroll.verticalScrollBar().setValue(0)

    def _show_checks(self, rows: Sequence[CheckRow]) -> None:
        self.model.set_rows(rows)
        self.timeline.show_rows(rows)
        if rows:
            self._oldest.setText(f"{answers(len(rows))}, the oldest {rows[-1].when}")
        self._quiet.setVisible(not rows)
        self._line.setVisible(bool(rows))
        self.table.setVisible(bool(rows))

    def _show_figures(self, one: Standing) -> None:
        answers = tuple(c.latency_ms for c in one.health if c.latency_ms is not None)
        slow = one.latency_p95_ms
        self.latency.say(
            f"{slow:,.0f} ms" if slow is not None else "No answers yet",
            answers,
            note=f"the last {len(answers)} answers" if answers else "",
        )
        share = one.failures / one.requests if one.requests else 0
        row = one.failures_in_a_row
        self.failures.say(
            f"{one.failures:,} of {one.requests:,}",
            tuple(map(float, one.runs.bad)),
            note="bad runs a day, 7 days",
            aside=f"{row} in a row" if row else f"{share:.1%}",
        )
        day, week = one.signals.last_day, one.signals.last_week
        hours, days = one.signals.hours, one.signals.days
        self.day.say(f"{day:,}", tuple(map(float, hours)), note="by the hour")
        stored = f"{one.signals.total:,} stored"
        self.week.say(f"{week:,}", tuple(map(float, days)), note="by the day",
                      aside=stored)  # fmt: skip

    def _build(self) -> None:
        told = Row(self.state, gap=12)
        told.add(self.synced, stretch=1)
        told.add(self.runs)
        left = Bending(_NARROW // 2, (self.latency, 1), (self.failures, 1), gap=16)
        right = Bending(_NARROW // 2, (self.day, 1), (self.week, 1), gap=16)
        figures = Bending(_NARROW, (left, 1), (right, 1), gap=16)
        checks = Card("Health timeline", flush=True)
        self.table.setMinimumHeight(theme.px(_LEAST))
        foot = Row(self._oldest, None, Label("now", "caption", "muted"))
        line = Column(self.timeline, foot, gap=4, margins=(16, 10, 16, 10))
        self._line = boxed(line)
        checks.add(self._quiet, self._line)
        checks.add(self.table, stretch=_ALL)
        checks.body.addStretch(1)
        self._test.add(self.report)
        self._test.hide()
        self.put_away.clicked.connect(lambda: self.show_test(on=False))
        column = Column(boxed(told), self.error, self.version, gap=12)
        column.add(self._test, figures)
        column.set_margins((24, 16, 24, 16))
        column.add(checks, stretch=1)
        self._scroll = Flowing(boxed(column), "Overview")
        self._stack = QtWidgets.QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(self._scroll)


def _columns() -> list[TableColumn[CheckRow]]:
    return [
        TableColumn("when", "When", lambda row: row.when, width=112,
                    order=lambda row: row.at),
        TableColumn("state", "Outcome", lambda row: row.word, "status", 112,
                    state=lambda row: row.state),
        TableColumn("took", "Answer", lambda row: row.took, "number", 88),
        TableColumn("message", "What it said", lambda row: row.message, width=200,
                    stretch=True, tip=lambda row: row.message),
    ]  # fmt: skip
