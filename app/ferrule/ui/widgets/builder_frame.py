"""Where the parts of the Builder stand: steps, form, response, and the strip below."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import preferences, theme
from ferrule.ui.widgets.builder_steps import STEPS
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Pane, Row
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.stepper import Stepper

_WIDE: Final = 1100
_STEPS: Final = (168, 148)
_RESPONSE: Final = (408, 312)
_STRIP: Final = (178, 151)
_TALL: Final = 720
_GRIP: Final = 5


class StepsPane(Pane):
    """The steps as navigation and check list, and how many are done."""

    def __init__(self) -> None:
        self.steps = Stepper(STEPS, "Steps of the descriptor")
        self._done = Label("", "caption", "muted")
        # The sheet gives item views the ground of a surface; this one has the pane's.
        self.steps.setStyleSheet("QListView { background: transparent; }")
        head = Row(Label("Steps", "emphasis"), None, self._done, margins=(8, 0, 8, 0))
        column = Column(head, 4, gap=4, margins=(8, 14, 8, 8))
        column.add(self.steps, stretch=1)
        super().__init__(column, ground="ground", edges="r")

    def show_done(self, done: int) -> None:
        """Say how many steps are done."""
        self._done.setText(f"{done} of {len(STEPS)}")


class BenchFrame(QtWidgets.QWidget):
    """Three columns over a strip; the person's own sizes win over ours."""

    def __init__(
        self,
        steps: StepsPane,
        centre: QtWidgets.QWidget,
        response: QtWidgets.QWidget,
        strip: QtWidgets.QWidget,
    ) -> None:
        super().__init__()
        self._steps = steps
        across = QtWidgets.QWidget()
        self._across = Splitter("builder/response", Pane(_sole(centre)), response)
        self._across.setStretchFactor(0, 1)
        self._across.setStretchFactor(1, 0)
        row = Row(gap=0)
        row.add(steps)
        row.add(self._across, stretch=1)
        across.setLayout(row)
        self._down = Splitter("builder/strip", across, Pane(_sole(strip)), upright=True)
        self._down.setStretchFactor(0, 1)
        self._down.setStretchFactor(1, 0)
        column = Column(gap=0)
        column.add(self._down, stretch=1)
        self.setLayout(column)
        centre.setMinimumWidth(theme.px(280))
        response.setMinimumWidth(theme.px(220))
        theme.changed.connect(self.fit)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give each column the width of the design, until somebody moved one."""
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Have the sizes right when first seen."""
        super().showEvent(event)
        self.fit()

    @QtCore.Slot()
    def fit(self) -> None:
        """Set the columns' widths and the strip's height again."""
        narrow = self.width() < theme.px(_WIDE)
        self._steps.setFixedWidth(theme.px(_STEPS[narrow]))
        if preferences.state("splitter/builder/response") is None:
            side = theme.px(_RESPONSE[narrow])
            room = self.width() - self._steps.width() - _GRIP
            self._across.setSizes([max(room - side, 1), side])
        if preferences.state("splitter/builder/strip") is None:
            low = self.height() < theme.px(_TALL)
            side = theme.px(_STRIP[low])
            self._down.setSizes([max(self.height() - side - _GRIP, 1), side])


def _sole(widget: QtWidgets.QWidget) -> Column:
    column = Column(gap=0)
    column.add(widget, stretch=1)
    return column
