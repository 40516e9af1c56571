"""The right side of the Runs page: one run, and the connection it is of."""

from datetime import datetime

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.runs import (
    ConnectionFacts,
    RunFacts,
    duration_text,
    moment_text,
)
from ferrule.ui.theme import theme
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.runs.connection import ConnectionTab
from ferrule.ui.widgets.runs.head import RunHead
from ferrule.ui.widgets.runs.mapping import MappingTab
from ferrule.ui.widgets.runs.progress import Figures, ProgressCard
from ferrule.ui.widgets.runs.signals import SignalsTab
from ferrule.ui.widgets.runs.tables import ErrorsTab, LogTab
from ferrule.ui.widgets.tabs import TabPages

SIGNALS, ERRORS, LOG = range(3)


class RunDetail(QtWidgets.QWidget):
    """Head, progress, figures and the tabs; it scrolls where there is no room."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = RunHead()
        self.progress = ProgressCard()
        self.figures = Figures()
        self.errors = ErrorsTab()
        self.signals = SignalsTab()
        self.log = LogTab()
        self.connection = ConnectionTab()
        self.mapping = MappingTab()
        self.tabs = TabPages("What came of the run")
        self.tabs.add("Signals", self.signals)
        self.tabs.add("Item errors", self.errors)
        self.tabs.add("Log", self.log)
        self.tabs.add("Connection", self.connection)
        self.tabs.add("Mapping", self.mapping)
        self._trouble = Column(gap=0)
        self._told = ""
        card = Card(flush=True)
        card.body.setContentsMargins(1, 1, 1, 1)
        card.add(self.tabs, stretch=1)
        inside = Column(gap=14, margins=(24, 0, 24, 16))
        inside.add(self._trouble, self.progress, self.figures)
        inside.add(card, stretch=1)
        outer = Column(gap=0)
        outer.add(Row(self.head, margins=(24, 12, 24, 14)))
        area = Scroll(boxed(inside), "Run")
        # At 200 % on a small screen a tab may be wider than its place.
        area.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setMinimumHeight(theme.px(24))  # the head goes first where it is low
        outer.add(area, stretch=1)
        self.setLayout(outer)

    def show_run(
        self,
        one: ConnectionFacts,
        run: RunFacts | None,
        now: datetime,
        monotonic: float,
        *,
        resumable: bool,
    ) -> None:
        """Show a connection and one of its runs, or that it has none."""
        about = _about(one, run, now, monotonic)
        self.head.show_run(one, run, about, resumable=resumable)
        self.progress.show_run(run)
        self.figures.setVisible(run is not None and run.live)
        self.figures.show_run(run, monotonic, now)
        self._tell(one, run)

    def show_failures(self, count: int) -> None:
        """Badge the tab of item errors."""
        self.tabs.bar.set_badge(ERRORS, f"{count:,}" if count else "", "warning")

    def show_signals(self, count: int) -> None:
        """Badge the tab of signals."""
        self.tabs.bar.set_badge(SIGNALS, f"{count:,}" if count else "")

    def _tell(self, one: ConnectionFacts, run: RunFacts | None) -> None:
        """Say why a run failed, once."""
        told = "" if run is None or run.live or run.status == "done" else run.error
        why = run.advice if run is not None else ""
        if not told and not one.enabled:
            told, why = f"{one.key} is disabled", "Enable it to sync it."
        if told == self._told:
            return
        self._told = told
        self._trouble.clear()
        if told:
            failed = run is not None and run.status == "failed"
            self._trouble.add(Message("danger" if failed else "warning", told, why))


def _about(
    one: ConnectionFacts, run: RunFacts | None, now: datetime, monotonic: float
) -> str:
    if run is None:
        return f"{Data(one.name)} {Data(one.version)} · never synced"
    parts = []
    if run.started_at is not None:
        parts.append(f"Started {moment_text(run.started_at, now, exact=True)}")
    if run.live and run.began is not None:
        parts.append(f"{duration_text(monotonic - run.began)} elapsed")
    elif run.seconds is not None:
        parts.append(duration_text(run.seconds))
    if run.number is not None:
        parts.append(f"run {run.number}")
    if run.resumed:
        parts.append("resumed")
    if not run.live and run.p50 is not None and run.p95 is not None:
        parts.append(f"answers p50 {run.p50:,.0f} ms, p95 {run.p95:,.0f} ms")
    return " · ".join(parts)
