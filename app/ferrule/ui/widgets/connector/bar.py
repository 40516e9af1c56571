"""Which connection of a connector the page is about, and what is done to it."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.connector_sheet import Standing
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.connector.version import PageVersion
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed

_MARGINS: Final = (24, 0, 24, 8)


class ConnectionBar(QtWidgets.QWidget):
    """The chosen connection, its API version, its switch, and the way out.

    What stands in it goes on below where the window is narrow. `there` says whether
    there is a connection at all.
    """

    def __init__(self, version: PageVersion) -> None:
        super().__init__()
        self.setAccessibleName("Connection")
        self.connection = ComboBox(name="Connection", compact=True)
        self.enabled = Switch("Enabled")
        self.change = Button("Change…", icon="settings", compact=True)
        self.leave = Button("Disconnect…", kind="danger", icon="unplug", compact=True)
        which = Label("Connection", "body", "muted")
        which.setBuddy(self.connection)
        self._labels = which, version.head
        self.there = False
        line = WrapRow(gap=12)
        line.show_widgets(
            [
                boxed(Row(which, self.connection, gap=8)),
                version.choice,
                self.enabled,
                self.change,
                self.leave,
            ]
        )
        version.choice.setVisible(False)
        self.setLayout(Column(line, gap=0, margins=_MARGINS))

    @property
    def key(self) -> str:
        """Return the key of the connection that is chosen, empty for none."""
        value = self.connection.value()
        return value if isinstance(value, str) else ""

    def show_connections(self, standings: Sequence[Standing]) -> None:
        """Offer these; the one that was chosen stays so."""
        keys, kept = [one.key for one in standings], self.key
        self.connection.set_options([(key, Data(key)) for key in keys])
        if kept in keys:
            self.connection.set_value(kept)
        self.there = bool(keys)

    def fit_in(self, *, slim: bool) -> None:
        """Do without the labels where there is little room; the names remain."""
        for label in self._labels:
            label.setVisible(not slim)

    def show_standing(self, one: Standing) -> None:
        """Show whether the chosen connection is enabled."""
        blocker = QtCore.QSignalBlocker(self.enabled)
        self.enabled.setChecked(one.enabled)
        blocker.unblock()
