"""The filter row of the Runs page: connector and status."""

from collections.abc import Sequence

from PySide6 import QtCore, QtWidgets

from ferrule.ui.models.runs import ConnectionFacts
from ferrule.ui.theme import theme
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.layouts import Row

_STATUS = (
    ("", "Status: all"),
    ("running", "Running"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("unfinished", "Unfinished"),
)


class RunFilters(QtWidgets.QWidget):
    """Which connections and runs are listed.

    Signals:
        changed(): another choice.
    """

    changed = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._connector = ComboBox(
            (("", "Connector: all"),), name="Connector", look="button", compact=True
        )
        self._status = ComboBox(_STATUS, name="Status", look="button", compact=True)
        self._connector.setObjectName("runs.filter_connector")
        self._status.setObjectName("runs.filter_status")
        self.setLayout(Row(self._connector, self._status, None, margins=(24, 0, 24, 0)))
        self._connector.chosen.connect(self.changed)
        self._status.chosen.connect(self.changed)
        self._fit()
        theme.changed.connect(self._fit)

    def connector(self) -> str:
        """Return the connector's id, empty for all."""
        return str(self._connector.value() or "")

    def status(self) -> str:
        """Return the group of statuses, empty for all."""
        return str(self._status.value() or "")

    def show_connectors(self, shelf: Sequence[ConnectionFacts]) -> None:
        """Offer the connectors that are connected, keeping the choice."""
        here = self.connector()
        known = {one.connector_id: one.name for one in shelf}
        options = [("", "Connector: all"), *sorted(known.items(), key=lambda it: it[1])]
        self._connector.set_options(options)
        self._connector.set_value(here if here in known else "")

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(40))
