"""Where the parts of the Builder stand: steps, form, response, and the strip below."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import preferences, theme
from ferrule.ui.widgets.builder.steps import STEPS
from ferrule.ui.widgets.button import Segmented
from ferrule.ui.widgets.choice import ComboBox
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
_FOLDED: Final = 760
_SHARE: Final = 1 / 3
_PARTS: Final = (("form", "Form"), ("response", "Response"), ("signals", "Signals"))


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


class FoldBar(Pane):
    """Where there is no room for columns: the step to go to, and which part is shown.

    Signals:
        turned(str): "form", "response" or "signals" is to be shown.
    """

    turned = QtCore.Signal(str)

    def __init__(self, steps: Stepper) -> None:
        self.steps = ComboBox([(s.key, s.title) for s in STEPS], name="Step")
        self.parts = Segmented(_PARTS, "Part that is shown")
        row = Row(gap=8, margins=(16, 6, 16, 6))
        row.add(self.steps, stretch=1)
        row.add(self.parts)
        super().__init__(row, ground="ground", edges="b")
        self.steps.chosen.connect(lambda key: steps.set_current(str(key)))
        steps.chosen.connect(self.steps.set_value)
        self.parts.chosen.connect(self.turned)


class BenchFrame(QtWidgets.QWidget):
    """Three columns over a strip; the person's own sizes win over ours.

    Where the window is too narrow for columns (at 200 % zoom), one part is shown at a
    time.
    """

    def __init__(
        self,
        steps: StepsPane,
        centre: QtWidgets.QWidget,
        response: QtWidgets.QWidget,
        strip: QtWidgets.QWidget,
    ) -> None:
        super().__init__()
        self._steps, self._response = steps, response
        self._part = "form"
        self._least, self._share = 0, _SHARE
        self.folded = False
        self.bar = FoldBar(steps.steps)
        self._form = Pane(_sole(centre))
        self._across = Splitter("builder/response", self._form, response)
        self._upper = QtWidgets.QWidget()
        row = Row(steps, gap=0)
        row.add(self._across, stretch=1)
        self._upper.setLayout(row)
        self._strip = Pane(_sole(strip))
        self._down = Splitter("builder/strip", self._upper, self._strip, upright=True)
        for splitter in (self._across, self._down):
            splitter.setStretchFactor(0, 1)
            splitter.setStretchFactor(1, 0)
        column = Column(self.bar, gap=0)
        column.add(self._down, stretch=1)
        self.setLayout(column)
        self.bar.hide()
        self.bar.turned.connect(self.show_part)
        theme.changed.connect(self._fit_soon)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Give each column the width of the design, until somebody moved one."""
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Have the sizes right when first seen."""
        super().showEvent(event)
        self.fit()

    @QtCore.Slot(str)
    def show_part(self, part: str) -> None:
        """Show the form, the response or the signals, where only one is shown."""
        self._part = part
        self.bar.parts.set_value(part)
        self._arrange()

    @QtCore.Slot()
    def _fit_soon(self) -> None:
        """Set the sizes now, and once the columns have their own of the new zoom.

        Qt does not ask hidden tabs how high they are now: the strip would stay as high
        as the highest of them was.
        """
        self.fit()
        for widget in self._strip.findChildren(QtWidgets.QWidget):
            widget.updateGeometry()
        QtCore.QTimer.singleShot(0, self, self.fit)

    @QtCore.Slot()
    def fit(self) -> None:
        """Set the columns' widths and the strip's height again."""
        self.folded = self.width() < theme.px(_FOLDED)
        self._arrange()
        narrow = self.width() < theme.px(_WIDE)
        self._steps.setFixedWidth(theme.px(_STEPS[narrow]))
        if self.folded:
            return
        if preferences.state("splitter/builder/response") is None:
            side = theme.px(_RESPONSE[narrow])
            room = self.width() - self._steps.width() - _GRIP
            self._across.setSizes([max(room - side, 1), side])
        if preferences.state("splitter/builder/strip") is None:
            low = self.height() < theme.px(_TALL)
            least = min(theme.px(self._least), round(self.height() * self._share))
            side = max(theme.px(_STRIP[low]), least)
            self._down.setSizes([max(self.height() - side - _GRIP, 1), side])

    def give_strip(self, least: int, share: float = _SHARE) -> None:
        """Make the strip at least so high, where the person has not sized it.

        It never takes more than that share of the height.
        """
        if least > self._least or share > self._share:
            self._least = max(least, self._least)
            self._share = max(share, self._share)
            self.fit()

    def take_strip(self) -> None:
        """Let the strip take no more than its usual share again."""
        if self._share > _SHARE:
            self._share = _SHARE
            self.fit()

    def _arrange(self) -> None:
        whole = not self.folded
        self.bar.setVisible(self.folded)
        self._steps.setVisible(whole)
        self._form.setVisible(whole or self._part == "form")
        self._response.setVisible(whole or self._part == "response")
        self._upper.setVisible(whole or self._part != "signals")
        self._strip.setVisible(whole or self._part == "signals")


def _sole(widget: QtWidgets.QWidget) -> Column:
    column = Column(gap=0)
    column.add(widget, stretch=1)
    return column
