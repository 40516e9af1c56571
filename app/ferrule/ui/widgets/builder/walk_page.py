"""The tab of a walk: what is walked, the pages as they come, and what they tell."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import ExchangeError, FerruleError
from ferrule.ui.models.table import RowsModel
from ferrule.ui.models.walk_rows import (
    END_LEVELS,
    change_columns,
    page_columns,
    repeats_of,
    totals,
)
from ferrule.ui.theme import theme
from ferrule.ui.widgets.bending import Bending, Flowing
from ferrule.ui.widgets.builder.walk_plan import WalkPlan
from ferrule.ui.widgets.builder.walk_said import SaidLines
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Scroll, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.walking.again import Change, Compared, Fate
from ferrule.workspace.walking.ends import End
from ferrule.workspace.walking.findings import Check, Level, walk_checks
from ferrule.workspace.walking.pages import WalkedPage
from ferrule.workspace.walking.stir import Stirred
from ferrule.workspace.walking.walk import Walk

_BLANK: Final = (
    "Walk the pages to see what each request asked for, what named the next page, "
    "which ids came twice, and why paging ends."
)
_FATES: Final[tuple[Fate, ...]] = ("new", "changed", "gone", "unseen", "unchanged")
_WIDE: Final = 820
_NARROW: Final = 660
_ROOM: Final = (("size", 660), ("signals", 580), ("time", 500), ("out", 390))
_LEAST: Final = 200
_TALL: Final = 232


class WalkTab(QtWidgets.QWidget):
    """Plan, tables and findings beside one another, or below where it is narrow.

    Signals:
        chosen(object): the response of that WalkedPage is to be the sample.
    """

    chosen = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.plan = WalkPlan()
        self._pages: RowsModel[WalkedPage] = RowsModel(
            page_columns(), key=lambda page: (page.walk, page.number), parent=self
        )
        self._changes: RowsModel[Change] = RowsModel(
            change_columns(), key=lambda change: (change.id, change.fate), parent=self
        )
        self.table = DataTable(self._pages, "Pages of the walk")
        self.items = DataTable(self._changes, "Items of the second sync")
        self.said = SaidLines()
        self.totals = Label("", "caption", "muted", elide=True)
        self._stirred: Check | None = None
        self._stack = QtWidgets.QStackedWidget()
        self._blank = Label(_BLANK, "body", "muted", wrap=True)
        self._lay_out()
        self._connect()

    @property
    def pages(self) -> list[WalkedPage]:
        """Return the pages in the order of the table."""
        return self._pages.rows()

    def clear(self) -> None:
        """Show nothing of an earlier walk any more."""
        self._pages.set_rows([])
        for key in ("errors", "again"):
            self._hide(self.table, key, hidden=True)
        self._changes.set_rows([])
        self._stirred = None
        self.totals.setText("")
        self.said.show_lines(None, ())
        self.plan.show_second(done=False, items=0)
        self._stack.setCurrentIndex(0)

    def add(self, page: WalkedPage) -> None:
        """Show one more page."""
        sliced = any(row.slice for row in (*self.pages, page))
        self._hide(self.table, "slice", hidden=not sliced)
        if page.errors:
            self._hide(self.table, "errors", hidden=False)
        if page.repeats:
            self._hide(self.table, "again", hidden=False)
        self._pages.append([page])
        self._stack.setCurrentIndex(1)
        self._outer.ensureWidgetVisible(self._centre)
        self.totals.setText(totals(self._pages.rows()))

    def keep_first(self) -> None:
        """Show the pages of the first walk alone."""
        self._pages.set_rows([page for page in self.pages if page.walk == 1])
        self._changes.set_rows([])
        self._stirred = None
        self.plan.show_second(done=False, items=0)
        self._stack.setCurrentIndex(1)

    def show_end(self, walk: Walk, compared: Compared | None = None) -> None:
        """Say why a walk ended and what stands out."""
        end = walk.end or End("given up", "You stopped the walk.")
        first = Check(END_LEVELS[end.kind], end.words, end.advice)
        found = [] if self._stirred is None else [self._stirred]
        found += compared.checks if compared else walk_checks(walk)
        again = repeats_of(self.pages)
        found += [Check("info", f"Came again: {again}.")] if again else []
        failed = [page.failure for page in walk.walked if page.failure is not None]
        self.said.show_lines(first, found, _details(failed))

    def show_changes(self, compared: Compared) -> None:
        """Show what a second sync brought."""
        changes = compared.changes
        self._changes.set_rows(sorted(changes, key=lambda c: _FATES.index(c.fate)))
        told = [f"{compared.count(fate)} {fate}" for fate in _FATES]
        self.totals.setText(" · ".join(words for words in told if words[0] != "0"))
        self.plan.show_second(done=True, items=len(changes))
        self.turn("items" if changes else "pages")

    def show_stirred(self, stirred: Stirred) -> None:
        """Say what was changed before the second walk."""
        level: Level = "info" if stirred.failure is None else "warning"
        why = "" if stirred.failure is None else stirred.failure.message
        self._stirred = Check(level, stirred.words, why)
        self.said.show_lines(self._stirred, ())

    def show_current(self, page: WalkedPage) -> None:
        """Make a page the current row."""
        self.table.select_key((page.walk, page.number))

    def show_error(self, error: FerruleError) -> None:
        """Say why there was no walk at all."""
        first = Check("error", error.message, error.advice)
        self.said.show_lines(first, (), _details([error]))

    @QtCore.Slot(str)
    def turn(self, view: str) -> None:
        """Show the "pages" or the "items"."""
        self._stack.setCurrentIndex(2 if view == "items" else 1)

    def resizeEvent(self, event: object) -> None:
        """Leave out what tells least where there is little room."""
        QtWidgets.QWidget.resizeEvent(self, event)  # type: ignore[arg-type]  # Qt's own event
        room = self._stack.width()
        for key, least in _ROOM:
            self._hide(self.table, key, hidden=room < theme.px(least))
        self._hide(self.items, "time", hidden=room < theme.px(_NARROW))

    def _lay_out(self) -> None:
        self._stack.addWidget(
            boxed(Column(self._blank, None, margins=(16, 12, 16, 12)))
        )
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.items)
        middle = Column(gap=0)
        middle.add(self._stack, stretch=1)
        middle.add(boxed(Column(self.totals, margins=(16, 4, 16, 6))))
        self._centre = centre = boxed(middle)
        self._right = right = Flowing(self.said, "What the walk tells")
        for widget in (centre, right):
            widget.setMinimumWidth(theme.px(_LEAST))
        self._left = left = _Roomy(self.plan, "What is walked")
        bending = Bending(_WIDE, (left, 0), (centre, 2), (right, 1), gap=0)
        bending.bends.connect(self._flow)
        column = Column(gap=0)
        self._outer = Scroll(bending, "Walk over pages")
        column.add(self._outer, stretch=1)
        self.setLayout(column)

    @QtCore.Slot(bool)
    def _flow(self, bent: object) -> None:
        """Let the whole scroll where its parts stand below one another."""
        on = bool(bent)
        self._left.flow(on=on)
        self._right.flow(on=on)
        self._centre.setMinimumHeight(theme.px(_TALL) if on else 0)

    def _connect(self) -> None:
        self.table.opened.connect(self._choose)
        self.table.clicked.connect(self._choose_clicked)
        self.plan.turned.connect(self.turn)

    @QtCore.Slot(object)
    def _choose(self, page: object) -> None:
        if isinstance(page, WalkedPage) and page.sent is not None:
            self.chosen.emit(page)

    @QtCore.Slot(QtCore.QModelIndex)
    def _choose_clicked(self, index: QtCore.QModelIndex) -> None:
        self._choose(self._pages.row(index.row()))

    @staticmethod
    def _hide(table: DataTable, key: str, *, hidden: bool) -> None:
        keys = [column.key for column in table.rows.columns]
        table.setColumnHidden(keys.index(key), hidden)


class _Roomy(Flowing):
    """A scrolling column that is as wide as its content."""

    def sizeHint(self) -> QtCore.QSize:
        """Return the content's width, with room for a scroll bar."""
        return QtCore.QSize(self._wide(), super().sizeHint().height())

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return the same width, and the height of what flows."""
        return QtCore.QSize(self._wide(), super().minimumSizeHint().height())

    def _wide(self) -> int:
        inner = self.widget()
        least = inner.minimumSizeHint().width() if inner is not None else 0
        return least + theme.px(12)


def _details(failures: Sequence[FerruleError]) -> str:
    found = [e for e in failures if isinstance(e, ExchangeError) and e.url]
    return "\n".join(f"{e.method} {_broken(e.url)}\n{e.snippet}".strip() for e in found)


def _broken(url: str) -> str:
    """Return an address with its parameters on lines of their own: they are long."""
    return url.replace("?", "\n  ?").replace("&", "\n  &")
