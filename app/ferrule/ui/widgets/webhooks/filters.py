"""What narrows the list of deliveries: a search, a verdict, and two more on demand."""

from collections.abc import Mapping

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.delivery_query import read_query
from ferrule.ui.models.delivery_rows import (
    STATUS_CHOICES,
    VERDICT_CHOICES,
    DeliveryRow,
    passes,
)
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.layouts import Column, Row

_HELP = (
    "Words of one column: connector:, event:, signature:, status:, result:, delivery:, "
    "error:"
)


class Filters(QtWidgets.QWidget):
    """The filters; connection and result are asked of the database, the others not.

    Signals:
        asked(): other deliveries are wanted.
        narrowed(): of those that were read, others are to be shown.
    """

    asked = QtCore.Signal()
    narrowed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField(
            "Filter deliveries",
            placeholder="Filter: connector, event, signature:mismatch",
            compact=True,
        )
        self.search.setToolTip(_HELP)
        self.verdict = ComboBox(
            VERDICT_CHOICES, name="Verdict", look="button", compact=True
        )
        self.more = IconButton("list-filter", "More filters", kind="secondary")
        self.more.setCheckable(True)
        self.connection = ComboBox(
            (("", "Any connection"),), name="Connection", look="button", compact=True
        )
        self.status = ComboBox(
            STATUS_CHOICES, name="Status", look="button", compact=True
        )
        self.words, self._fits = read_query("")
        self._more = WrapRow()
        self._more.show_widgets([self.connection, self.status])
        self._more.hide()
        line = Row(gap=8)
        line.add(self.search, stretch=1)
        line.add(self.verdict, self.more)
        self.setLayout(Column(line, self._more, gap=6))
        self.more.toggled.connect(self._more.setVisible)
        self.search.textChanged.connect(self._find)
        self.verdict.chosen.connect(lambda _: self.narrowed.emit())
        self.connection.chosen.connect(lambda _: self.asked.emit())
        self.status.chosen.connect(lambda _: self.asked.emit())

    @property
    def used(self) -> bool:
        """Return whether anything is left out by them."""
        combos = (self.connection, self.status, self.verdict)
        chosen = any(one.value() for one in combos if not one.isHidden())
        return bool(self.search.text().strip() or chosen)

    def accepts(self, row: DeliveryRow) -> bool:
        """Tell whether a row has the verdict and what was typed of single columns."""
        verdict = "" if self.verdict.isHidden() else str(self.verdict.value() or "")
        return passes(row, verdict) and self._fits(row)

    def show_connections(self, names: Mapping[str, str]) -> None:
        """Offer connections by key with what they are called."""
        here = self.connection.value()
        options = [("", "Any connection"), *((k, Data(v)) for k, v in names.items())]
        self.connection.set_options(options)
        self.connection.set_value(here if here in names else "")

    def forget(self) -> None:
        """Leave nothing out any more; nobody is told."""
        for one in (self.connection, self.status, self.verdict):
            one.set_value("")
        self.search.clear()

    @QtCore.Slot(str)
    def _find(self, text: str) -> None:
        self.words, self._fits = read_query(text)
        self.narrowed.emit()
