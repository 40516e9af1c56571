"""The frame of a Connect flow: its head, its steps, the panel, and where things go."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets.blocks import glyph_line
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.stepper import Step, Stepper

_STEPS: Final = 212
_ASIDE: Final = 268
_NOT_YET: Final = "Known once the configuration is complete."
_NOBODY: Final = "Nobody: the service calls, and nothing is asked of it."
_WITH_ASIDE: Final = 1000
_WITH_STEPS: Final = 680
_WITH_VERSION: Final = 560
_MOST: Final = 680


class Aside(QtWidgets.QWidget):
    """Where requests go, and where secrets are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.places = Card("", gap=8)
        self.vault = Card("", gap=8)
        self.setLayout(Column(self.places, self.vault, None, gap=12))
        self._fit()
        theme.changed.connect(self._fit)

    def show_places(self, places: Sequence[str], *, asks_nobody: bool) -> None:
        """Show where requests may go."""
        lines = place_lines(places, asks_nobody=asks_nobody)
        _refill(self.places, "Sent only to", lines)

    def show_vault(self, lines: Sequence[QtWidgets.QWidget]) -> None:
        """Show where secrets are kept."""
        _refill(self.vault, "Stored in", lines)

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedWidth(theme.px(_ASIDE))


def place_lines(
    places: Sequence[str], *, asks_nobody: bool
) -> Sequence[QtWidgets.QWidget]:
    """Return a line for each place; without any, why there is none."""
    if asks_nobody:
        return [Label(_NOBODY, "caption", "muted", wrap=True)]
    if not places:
        return [Label(_NOT_YET, "caption", "muted", wrap=True)]
    return [glyph_line("globe", place, mono=True) for place in places]


def _refill(card: Card, title: str, lines: Sequence[QtWidgets.QWidget]) -> None:
    card.body.clear()
    card.add(Label(title, "emphasis"), *lines)


class Frame(QtWidgets.QWidget):
    """Head, steps, the current panel, and the aside where there is room."""

    def __init__(
        self, title: str, name: str, seed: str, version: str, steps: Sequence[Step]
    ) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.back_home = IconButton("arrow-left", "Back to the catalogue",
                                    compact=False)  # fmt: skip
        self.discard = Button("Discard", kind="plain")
        self.later = Button("Finish later", kind="plain")
        self.steps = Stepper(steps, "Steps of connecting")
        # The application's sheet gives item views a surface of their own.
        self.steps.setStyleSheet("QListView { background: transparent; }")
        self.stack = QtWidgets.QStackedWidget()
        self.aside = Aside()
        head = Row(self.back_home, Tile(name, seed, 28), gap=10,
                   margins=(16, 0, 24, 0))  # fmt: skip
        head.add(Label(title, "page_title", elide=True), stretch=1)
        self._version = Chip(f"v{version}", "outline")
        head.add(self._version, self.discard, self.later)
        self._head = boxed(head)
        self._build()
        self._fit()
        theme.changed.connect(self._fit)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the aside and the steps out where there is no room."""
        super().resizeEvent(event)
        self._give_way()

    def _build(self) -> None:
        body = Row(gap=24, margins=(20, 8, 24, 16))
        top = QtCore.Qt.AlignmentFlag.AlignTop
        body.addWidget(self.steps, 0, top)
        body.add(self.stack, stretch=100)
        body.addStretch(1)
        body.addWidget(self.aside, 0, top)
        outer = Column(self._head, gap=0)
        outer.addLayout(body, 1)
        self.setLayout(outer)

    def _give_way(self) -> None:
        self.aside.setVisible(self.width() >= theme.px(_WITH_ASIDE))
        roomy = self.width() >= theme.px(_WITH_VERSION)
        self._version.setVisible(roomy and self._version.text() != "v")
        self.steps.setVisible(self.width() >= theme.px(_WITH_STEPS))

    @QtCore.Slot()
    def _fit(self) -> None:
        self._head.setFixedHeight(theme.px(metrics.HEADER))
        self.steps.setFixedWidth(theme.px(_STEPS))
        self.steps.setFixedHeight(self.steps.sizeHint().height())
        self.stack.setMaximumWidth(theme.px(_MOST))
        self._give_way()
