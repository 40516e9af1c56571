"""The body of the Runs page, and the button that starts a run."""

from functools import partial

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.run_list import RunList
from ferrule.ui.models.runs import Mode
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button, SplitButton
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.layouts import Column, Divider, Pane, boxed
from ferrule.ui.widgets.runs.detail import RunDetail
from ferrule.ui.widgets.runs.filters import RunFilters
from ferrule.ui.widgets.runs.list import RunsList
from ferrule.ui.widgets.splitter import Splitter

_LIST = 220
_LEFT, _LEFT_SLIM, _SLIM = 384, 320, 1040
_WAYS: tuple[tuple[str, Mode, str], ...] = (
    ("Full run", "full", ""),
    ("Incremental run", "incremental", ""),
    ("Full run from the beginning", "full", "fresh"),
    ("", "full", ""),
    ("Dry run, full: nothing is stored", "full", "dry"),
    ("Dry run, incremental: nothing is stored", "incremental", "dry"),
)


class NewRun(SplitButton):
    """Start a run; the menu says which.

    Signals:
        chosen(str, str): a run of that mode; `fresh` is from the beginning, not
            resumed, and `dry` stores nothing.
    """

    chosen = QtCore.Signal(str, str)

    def __init__(self) -> None:
        menu = QtWidgets.QMenu("New run")
        super().__init__("New run", menu, icon="play")
        self.setObjectName("runs.new")
        for text, mode, way in _WAYS:
            if not text:
                menu.addSeparator()
                continue
            action = menu.addAction(text)
            action.triggered.connect(partial(self._choose, mode, way))

    def _choose(self, mode: Mode, way: str, *_checked: object) -> None:
        self.chosen.emit(mode, way)


class RunsView(QtWidgets.QStackedWidget):
    """Filters over the list and the run; or, without connections, where to begin."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._slim = False
        self.filters = RunFilters()
        self.list = RunsList(RunList(self))
        self._fit()
        theme.changed.connect(self._fit)
        self.detail = RunDetail()
        self.catalogue = Button("Open the catalogue", kind="primary")
        self._split = split = Splitter(
            "runs", Pane(Column(self.list, gap=0)), self.detail, sizes=(_LEFT, 820)
        )
        split.setStretchFactor(1, 1)
        content = Column(self.filters, Divider(), gap=0)
        content.add(split, stretch=1)
        empty = EmptyState(
            "refresh-cw",
            "Nothing to run yet",
            "Connect a connector in the catalogue; its runs stand here.",
            self.catalogue,
        )
        self.addWidget(boxed(content))
        self.addWidget(empty)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give the list less where the window is small."""
        super().resizeEvent(event)
        slim = self.width() < theme.px(_SLIM)
        if slim != self._slim:
            self._slim = slim
            left = theme.px(_LEFT_SLIM if slim else _LEFT)
            self._split.setSizes([left, self.width() - left])

    @QtCore.Slot()
    def _fit(self) -> None:
        self.list.setMinimumWidth(theme.px(_LIST))

    def show_any(self, *, some: bool) -> None:
        """Show the list, or where to begin."""
        self.setCurrentIndex(0 if some else 1)
