"""How far a run is: the progress card, and figures of rate, time, budget and cursor."""

from collections.abc import Sequence
from datetime import datetime

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import ours
from ferrule.ui.models.runs import (
    UNFINISHED,
    RunFacts,
    duration_text,
    moment_text,
)
from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.bending import Bending
from ferrule.ui.widgets.label import Label, plain_tip
from ferrule.ui.widgets.layouts import Column, Divider, Row, boxed
from ferrule.ui.widgets.meter import ProgressBar, Sparkline
from ferrule.ui.widgets.spoken import announce

_NARROW = 440
_NARROW_CARDS = 660
_PAIR = 280
_STATS = ours(
    (
        ("created", "created"),
        ("updated", "updated"),
        ("unchanged", "unchanged"),
        ("deleted", "deleted"),
        ("failed", "item errors"),
        ("left_out", "left out"),
    )
)


class _Framed(QtWidgets.QFrame):
    """A surface with a border and no head."""

    def paintEvent(self, _event: object) -> None:
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_CARD)
        paint_box(painter, self.rect(), radius, "surface", border="border")


class _Stat(QtWidgets.QWidget):
    """A figure over its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.figure = Label("0", "stat")
        self.name = Label(name, "caption", "muted", elide=True)
        self.figure.setAccessibleName(name)
        self.setLayout(Column(self.figure, self.name, gap=2))

    def show_figure(self, value: int, ink: str = "text") -> None:
        """Show a count."""
        self.figure.setText(f"{value:,}")
        self.figure.set_ink(ink)


def _threes(stats: Sequence[_Stat]) -> QtWidgets.QWidget:
    row = Row(gap=12)
    for number, stat in enumerate(stats):
        if number:
            row.add(Divider(upright=True))
        row.add(stat, stretch=1)
    return boxed(row)


class ProgressCard(_Framed):
    """Items so far, the bar, and what became of them."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = 0
        self.big = Label("0", "big_number")
        self.of = Label("items", "body", "muted", elide=True)
        self.eta = Label("", "emphasis")
        self.bar = ProgressBar("Items read")
        self.where = Label("", "caption", "accent", elide=True)
        self.note = Label("", "caption", "muted", elide=True)
        self.note.setAlignment(
            QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter
        )
        self.stats = {key: _Stat(name) for key, name in _STATS}
        top = Row(self.big, gap=10)
        top.add(self.of, stretch=1)
        top.add(self.eta)
        middle = Row()
        middle.add(self.where, stretch=1)
        middle.add(self.note, stretch=1)
        self._between = Divider(upright=True)
        stats = Bending(
            _NARROW,
            (_threes(tuple(self.stats.values())[:3]), 1),
            (self._between, 0),
            (_threes(tuple(self.stats.values())[3:]), 1),
            gap=12,
        )
        column = Column(top, self.bar, middle, gap=8, margins=(20, 12, 20, 12))
        stats.bends.connect(self._between.setHidden)
        column.add(4, Divider(), 4, stats)
        self.setLayout(column)

    def _announce(self, run: RunFacts) -> None:
        """Say every tenth part of a run."""
        share = 10 * run.fetched // run.total if run.live and run.total else 0
        if share > self._said:
            announce(self, f"{share * 10} % of {run.total:,} items")
        self._said = share

    def show_run(self, run: RunFacts | None) -> None:
        """Show how a run stands."""
        if run is None:
            run = RunFacts("", "full", "done")
        known = run.total is not None and run.live
        self.big.setText(f"{run.fetched if run.live else run.processed:,}")
        self.of.setText(_of(run))
        self.eta.setText(_eta(run))
        self.bar.setVisible(run.live)
        if run.live:
            self.bar.show_progress(run.fetched, run.total if known else None)
        self._announce(run)
        self.where.setText(_where(run))
        self.where.setVisible(bool(self.where.text()))
        self.where.set_ink("accent" if run.live else "muted")
        self.note.setText(run.waiting or _batch(run))
        self.note.setToolTip(plain_tip(self.note.text()))
        self.where.setToolTip(plain_tip(self.where.text()))
        for key, stat in self.stats.items():
            value = run.left_out if key == "left_out" else run.counts.get(key, 0)
            bad = key == "failed" and bool(value)
            stat.show_figure(value, "warning" if bad else "text")


def _of(run: RunFacts) -> str:
    if run.live and run.total:
        return f"of about {run.total:,} items"
    return "items · total unknown" if run.live else "items"


def _eta(run: RunFacts) -> str:
    if run.live:
        parts = [] if run.share is None else [f"{run.share:.0%}"]
        if run.eta is not None:
            parts.append(f"about {duration_text(run.eta)} left")
        return "  ·  ".join(parts)
    return "" if run.seconds is None else duration_text(run.seconds)


def _where(run: RunFacts) -> str:
    if run.live:
        return _stream(run) if run.stream else "Starting"
    return _resume(run)


def _stream(run: RunFacts) -> str:
    """Return which stream is read, and which part of it."""
    parts = [f"Stream {run.stream}"]
    if run.parts is not None and run.parts_done is not None:
        parts.append(f"{run.parts_done:,} of {run.parts:,} parts done")
    if run.part:
        parts.append(run.part)
    return " · ".join(parts)


def _batch(run: RunFacts) -> str:
    if not run.pages:
        return ""
    if not run.live:
        rate = f" · {run.rate:,.0f} items/s on average" if run.rate else ""
        pages = f"{run.pages:,} page" if run.pages == 1 else f"{run.pages:,} pages"
        return f"{pages}{rate}"
    each = f" · {run.items_a_page} items a page" if run.items_a_page else ""
    return f"Page {run.pages:,}{each}"


class _Figure(_Framed):
    """One small card: a caption, a remark at its right, a title and room below."""

    def __init__(self, name: str, *below: QtWidgets.QWidget) -> None:
        super().__init__()
        self.remark = Label("", "caption", "muted")
        self.value = Label("—", "title", elide=True)
        self.value.setAccessibleName(name)
        head = Row(Label(name, "caption", "muted"), None, self.remark)
        column = Column(head, self.value, gap=2, margins=(14, 10, 14, 10))
        column.add(*below)
        column.add(None)
        self.setLayout(column)


class Figures(QtWidgets.QWidget):
    """Rate, response time, budget and cursor: side by side, in pairs, or below."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.spark = Sparkline("Items a second", unit=" items/s")
        self.times = Sparkline("Response times", unit=" ms", ink="info")
        self.left = ProgressBar("Requests left")
        self.mark = Label("", "code_small", "muted", elide=True)
        self.resume = Label("", "caption", "muted", elide=True)
        self.rate = _Figure("Rate", self.spark)
        self.answers = _Figure("Response time", self.times)
        self.budget = _Figure("Budget", self.left)
        self.place = _Figure("Cursor", self.mark, self.resume)
        pairs = (self.rate, self.answers), (self.budget, self.place)
        both = [Bending(_PAIR, *((card, 1) for card in pair), gap=12) for pair in pairs]
        self._cards = Bending(_NARROW, (both[0], 2), (both[1], 1), gap=12)
        self.setLayout(Column(self._cards, gap=0))

    def show_run(self, run: RunFacts | None, now: float, today: datetime) -> None:
        """Show a run; `now` is a reading of the clock that `saved_at` is of."""
        rate = run.rate if run else None
        self.rate.value.setText("—" if rate is None else f"{rate:,.0f} items/s")
        live = run is not None and run.live
        self.rate.remark.setText("last 3 s" if live else "on average")
        self.spark.show_values(_shown(run.rates if run else ()))
        self._show_answers(run)
        self._show_budget(run)
        self.place.value.setText(_place(run))
        self.place.remark.setText(_saved(run, now, today))
        self.mark.setText(run.cursor if run and not run.dry else "")
        self.mark.setVisible(bool(self.mark.text()))
        self.resume.setText(_resume(run))

    def _show_answers(self, run: RunFacts | None) -> None:
        known = run is not None and run.p50 is not None and run.p95 is not None
        slow = f"p95 {run.p95:,.0f} ms" if run and known else "—"
        self.answers.value.setText(slow)
        usual = f"median {run.p50:,.0f}" if run and known else ""
        self.answers.remark.setText(usual)
        self.times.show_values(_shown(run.answers if run else ()))

    def _show_budget(self, run: RunFacts | None) -> None:
        budget = run.budget if run else None
        self.budget.setVisible(budget is not None)
        if budget is None:
            self._cards.turn_at(_NARROW, 2, 1)  # three cards, as wide as one another
        else:
            self._cards.turn_at(_NARROW_CARDS, 1, 1)
        if budget is not None:
            left, limit, until = budget
            of = f" of {limit:,}" if limit else " requests left"
            self.budget.value.setText(f"{left:,}{of}")
            self.budget.remark.setText(f"resets {until}" if until else "")
            self.left.setVisible(bool(limit))
            self.left.show_progress(left, limit)


def _shown(rates: Sequence[float]) -> Sequence[float]:
    return rates if len(rates) > 1 else ()


def _place(run: RunFacts | None) -> str:
    if run is not None and run.dry:
        return "Nothing is saved"
    if run is None or not run.pages:
        return "Nothing saved yet"
    if run.status == "done":
        return "Read to the end"
    return f"After page {run.pages:,}"


def _saved(run: RunFacts | None, now: float, today: datetime) -> str:
    if run is None:
        return ""
    if run.live and run.saved_at is not None and not run.dry:
        return f"saved {max(now - run.saved_at, 0):.0f} s ago"
    if run.started_at is not None and run.seconds is not None:
        return moment_text(run.started_at, today)
    return ""


def _resume(run: RunFacts | None) -> str:
    if run is None:
        return ""
    if run.dry:
        return "Dry run: nothing was stored"
    if run.status == "done":
        return "The next incremental run starts here" if run.number else ""
    if run.live or run.status in UNFINISHED:
        return "A resume starts here" if run.live else _resumes_at(run)
    return ""


def _resumes_at(run: RunFacts) -> str:
    return f"A resume starts after page {run.pages:,}" if run.pages else ""
