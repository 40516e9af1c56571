"""The head of a connector's page: which it is, and the one thing to do with it."""

from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.connector_sheet import Sheet
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.label import Label, Tile
from ferrule.ui.widgets.layouts import Row

_NAME: Final = 48  # pixels of the name at least
_MOST: Final = 1000  # the name has room before the empty space at its right has


class ConnectorHead(QtWidgets.QWidget):
    """The way back, the name and version of a connector, and the primary action.

    That is Test where there is a connection, Connect where there is none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._there, self._slim = False, False
        self.back = IconButton("arrow-left", "Back to the catalogue")
        self.tile, self.version = Tile("", "", 32), Chip("", "outline")
        self.title = Label("Connector", "page_title", elide=True)
        self.edit = Button("Edit", icon="pencil")
        self.connect_ = Button("Connect", kind="primary", icon="plug")
        self.test = Button("Test", kind="primary", icon="activity", hint="F5")
        row = Row(self.back, self.tile, self.title, self.version, None)
        row.setStretchFactor(self.title, _MOST)
        row.add(self.edit, self.connect_, self.test)
        self.setLayout(row)
        self._fit()
        theme.changed.connect(self._fit)

    def show_any(self, *, there: bool) -> None:
        """Show only the way back where no connector is open."""
        self._there = there
        self._show_marks()
        self.edit.setVisible(there)
        if not there:
            self.connect_.hide()
            self.test.hide()

    def show_sheet(self, sheet: Sheet) -> None:
        """Show a connector, and what to do with it first."""
        card, connected = sheet.card, bool(sheet.standings)
        self.title.setText(Data(card.name))
        self.tile.show_connector(card.name, card.id)
        self.version.show_fact(f"v{card.version}", "outline")
        self.test.setVisible(connected)
        self.connect_.setVisible(not connected and not sheet.trouble)
        self._fit()

    def show_testing(self, *, running: bool) -> None:
        """Let Test be Stop while a test runs."""
        self.test.setText("Stop" if running else "Test")
        self.test.set_icon("square" if running else "activity")

    def fit_in(self, *, slim: bool) -> None:
        """Leave marks out where there is no room for them."""
        self._slim = slim
        self._show_marks()

    def _show_marks(self) -> None:
        for one in (self.tile, self.version):
            one.setVisible(self._there and not self._slim)

    @QtCore.Slot()
    def _fit(self) -> None:
        wide = theme.width(self.title.text(), "page_title") + 2
        self.title.setMaximumWidth(wide)
        self.title.setMinimumWidth(min(wide, theme.px(_NAME)))
