"""The catalogue's two halves: the cards, and the pane of what is picked.

The pane gives way where there is no room for both, and comes back by a button.
"""

from typing import Final, Protocol, cast

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets.catalogue.browser import Browser
from ferrule.ui.widgets.layouts import Pane, Row

_WITH_PANE: Final = 800
_BOTH: Final = 700
_WIDE: Final = 1080


class _Fitting(Protocol):
    """What a pane of the right half can."""

    def fit_in(self, *, slim: bool, alone: bool) -> None:
        """Take less width; or, `alone`, all there is."""


class _Room(Pane):
    """The room of a pane, empty for the first paint."""

    def fit_in(self, *, slim: bool, alone: bool) -> None:  # noqa: ARG002  as a pane's
        """Take the width that the pane will have."""
        wide = metrics.DETAIL_PANE_SLIM if slim else metrics.DETAIL_PANE
        self.setFixedWidth(theme.px(wide))


class Halves(QtWidgets.QWidget):
    """The browser, and one of several panes beside it."""

    def __init__(self, browser: Browser) -> None:
        super().__init__()
        self.browser = browser
        self.pane: QtWidgets.QWidget = _Room(edges="l")
        self._across = Row(gap=0)
        self._across.add(browser, stretch=1)
        self._across.add(self.pane)
        self.setLayout(self._across)
        browser.details.toggled.connect(self.give_way)
        theme.changed.connect(self.give_way)

    def add(self, pane: QtWidgets.QWidget) -> None:
        """Have a pane more, which is not shown yet."""
        pane.hide()
        self._across.add(pane)

    def show_pane(self, pane: QtWidgets.QWidget) -> None:
        """Let a pane take the place of the one that is there."""
        if pane is not self.pane:
            self.pane.hide()
            self.pane = pane
            self.give_way()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the pane out where there is no room for it."""
        super().resizeEvent(event)
        self.give_way()

    @QtCore.Slot()
    def give_way(self) -> None:
        """Show the pane, the cards or both, as there is room and was asked for."""
        narrow = self.width() < theme.px(_WITH_PANE)
        asked = self.browser.details.isChecked()
        alone = asked and self.width() < theme.px(_BOTH)
        slim = not narrow and self.width() < theme.px(_WIDE)
        cast("_Fitting", self.pane).fit_in(slim=slim, alone=alone)
        self.browser.details.setVisible(narrow)
        self.browser.setVisible(not alone)
        self.pane.setVisible(not narrow or asked)
