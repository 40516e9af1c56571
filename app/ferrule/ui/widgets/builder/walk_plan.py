"""What is walked and how far: limits, slices, windows, and the buttons that begin."""

from collections.abc import Mapping
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button, Segmented
from ferrule.ui.widgets.choice import CheckBox, ComboBox
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Waiting
from ferrule.workspace.walking.parts import Layout, Limits, Part, Windows

_WINDOWS: Final[tuple[tuple[Windows, str], ...]] = (
    ("all", "All windows"),
    ("first", "First window"),
    ("last", "Last window"),
)
_FEW: Final = 3
_MOST_PAGES: Final = 200  # their bodies are kept, to be looked at
_MOST_RECORDS: Final = 20_000
_WIDTH: Final = 264


class WalkPlan(QtWidgets.QWidget):
    """The left column of the tab.

    Signals:
        walk_wanted(): walk the pages.
        second_wanted(): simulate a second sync.
        again_wanted(): make the second walk again.
        cancelled(): the person does not want to wait.
        turned(str): "pages" or "items" are to be shown.
    """

    walk_wanted = QtCore.Signal()
    second_wanted = QtCore.Signal()
    again_wanted = QtCore.Signal()
    cancelled = QtCore.Signal()
    turned = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        usual = Limits()
        self.pages = _number("Pages at most", usual.pages, _MOST_PAGES)
        self.records = _number("Records at most", usual.records, _MOST_RECORDS)
        self.slices = ComboBox(name="Slices that are walked", compact=True)
        self.windows = ComboBox(
            _WINDOWS, name="Windows of time that are walked", compact=True
        )
        self.stir = CheckBox("Change something in between")
        self.stir.setToolTip("Tells the sandbox to add, touch, close and remove items.")
        self.walk = Button("Walk pages", icon="skip-forward", compact=True)
        self.second = Button("Second sync", icon="refresh-cw", compact=True)
        self.again = Button(
            "Walk the second time again", icon="rotate-cw", compact=True
        )
        self.view = Segmented((("pages", "Pages"), ("items", "Items")), "What is shown")
        self.waiting = Waiting("Walking")
        self._layout_known = Layout()
        self._lay_out()
        self._connect()

    @property
    def limits(self) -> Limits:
        """Return the limits as they stand; the usual ones for empty fields."""
        usual = Limits()
        return Limits(
            _read(self.pages, usual.pages), _read(self.records, usual.records)
        )

    @property
    def part(self) -> Part:
        """Return the slices and windows that are chosen."""
        chosen, windows = self.slices.value(), self.windows.value()
        part = chosen if isinstance(chosen, Part) else Part()
        kept = [known for known, _ in _WINDOWS if known == windows]
        return Part(part.slice, part.most, kept[0] if kept else "all")

    def show_layout(self, layout: Layout, seen: Mapping[str, str]) -> None:
        """Offer the slices that are known, and those that a walk has `seen`."""
        before = self.slices.value()
        self.slices.set_options(list(_options(layout, seen)))
        if isinstance(before, Part):
            self.slices.set_value(before)
        if self.slices.value() is None:
            self.slices.setCurrentIndex(0)
        self.slices.setVisible(bool(layout.slices or layout.parents))
        self.windows.setVisible(layout.windowed)
        if not layout.windowed:
            self.windows.set_value("all")

    def show_running(self, *, on: bool) -> None:
        """Offer to cancel while something runs, and to begin while nothing does."""
        self._acts.setVisible(not on)
        self.waiting.setVisible(on)

    def show_progress(self, text: str, seconds: float) -> None:
        """Say how far a walk is."""
        self.waiting.show_progress(text, seconds)

    def show_stirring(self, *, possible: bool, usual: bool) -> None:
        """Offer to change something in between, where that is possible."""
        if possible and self.stir.isHidden():
            self.stir.setChecked(usual)
        self.stir.setVisible(possible)

    def show_second(self, *, done: bool, items: int) -> None:
        """Offer what a finished second sync gives."""
        self.again.setVisible(done)
        self.view.setVisible(done)
        self.view.set_value("items" if done and items else "pages")

    def _lay_out(self) -> None:
        limits = Row(Label("At most", "body", "muted"), self.pages, gap=6)
        limits.add(Label("pages,", "body", "muted"), self.records)
        limits.add(Label("records", "body", "muted"), None)
        acts = Column(Row(self.walk, self.second, None, gap=6), gap=6)
        acts.add(self.again)
        self._acts = boxed(acts)
        column = Column(limits, gap=8, margins=(16, 10, 12, 10))
        column.add(self.slices, self.windows, self._acts, self.waiting)
        column.add(self.stir, Row(self.view, None), None)
        self.setLayout(column)
        for hidden in (
            *(self.slices, self.windows, self.stir),
            *(self.again, self.view, self.waiting),
        ):
            hidden.hide()
        theme.changed.connect(self._fit)
        self._fit()

    def _connect(self) -> None:
        self.walk.clicked.connect(self.walk_wanted)
        self.second.clicked.connect(self.second_wanted)
        self.again.clicked.connect(self.again_wanted)
        self.waiting.cancelled.connect(self.cancelled)
        self.view.chosen.connect(self.turned)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setMinimumWidth(theme.px(_WIDTH))
        for field, digits in ((self.pages, "0000"), (self.records, "000000")):
            field.setFixedWidth(theme.width(digits) + theme.px(24))


class WalkRow(QtWidgets.QWidget):
    """The buttons on a step of the form.

    Signals:
        walk_wanted(): walk the pages.
        second_wanted(): simulate a second sync.
    """

    walk_wanted = QtCore.Signal()
    second_wanted = QtCore.Signal()

    def __init__(self, *, second_first: bool) -> None:
        super().__init__()
        self.walk = Button("Walk pages", icon="skip-forward", hint="Shift+F5")
        self.second = Button("Simulate a second sync", icon="refresh-cw")
        both = [self.walk, self.second]
        row = WrapRow()
        row.show_widgets([*reversed(both)] if second_first else both)
        self.setLayout(Column(row))
        self.walk.clicked.connect(self.walk_wanted)
        self.second.clicked.connect(self.second_wanted)


def _options(layout: Layout, seen: Mapping[str, str]) -> list[tuple[Part, str]]:
    what = "parents" if layout.parents else "slices"
    one = what.removesuffix("s")
    few = Part(most=_FEW), f"First {_FEW} {what}"
    rest = [(Part(most=1), f"First {one}"), (Part(), f"All {what}")]
    # Parents may be without end: the first few tell enough.
    options = [few, *rest] if layout.parents else [rest[1], few, rest[0]]
    known = dict(layout.slices) or {k: v for k, v in seen.items() if k}
    return options + [(Part(slice=key), title) for key, title in known.items()]


def _number(name: str, value: int, most: int) -> LineEdit:
    field = LineEdit(str(value), name=name, compact=True)
    field.setValidator(QtGui.QIntValidator(1, most, field))
    return field


def _read(field: LineEdit, usual: int) -> int:
    text = field.text()
    return max(int(text), 1) if text.isdecimal() else usual
