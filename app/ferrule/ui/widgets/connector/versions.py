"""The versions of a connector: of its service's API, and what differs between them."""

from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.connector_sheet import DifferenceRow, Sheet, VersionRow
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, Scroll, boxed
from ferrule.ui.widgets.table import DataTable

_SHIPPED: Final = ""  # what is compared with the shipped connector
_ALL: Final = 1000  # of the room, beside a stretch
_MARGINS: Final = (24, 16, 24, 16)
_KINDS: Final = {
    "added": "done",
    "removed": "failed",
    "changed": "in_progress",
    "moved": "untouched",
}


class VersionsTab(QtWidgets.QWidget):
    """The versions of the service's API, and what differs.

    That is the connector from the shipped one, and an API version from the usual one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.versions: RowsModel[VersionRow] = RowsModel(
            _versions(), key=lambda row: row.id
        )
        self.changes: RowsModel[DifferenceRow] = RowsModel(
            _differences(), key=lambda row: row.number
        )
        self.table = DataTable(self.versions, "API versions", key="connector.versions")
        self.compared = DataTable(self.changes, "Differences", key="connector.changes")
        self.against = ComboBox(name="Show the differences of", compact=True)
        self._sheet: Sheet | None = None
        self._one = Label("", "body", "muted", wrap=True)
        self._same = Label("", "body", "muted", wrap=True)
        above = Card("API versions", flush=True)
        below = Card("Difference", self.against, flush=True)
        for card, told, table in (
            (above, self._one, self.table),
            (below, self._same, self.compared),
        ):
            card.add(boxed(Row(told, margins=(16, 10, 16, 10))))
            card.add(table, stretch=_ALL)
            card.body.addStretch(1)
            table.setMinimumHeight(theme.px(112))
        column = Column(gap=16, margins=_MARGINS)
        column.add(above, below, stretch=1)
        whole = Column(gap=0)
        whole.add(Scroll(boxed(column), "Versions and difference"), stretch=1)
        self.setLayout(whole)
        self.against.chosen.connect(self._compare)
        self.table.picked.connect(self._pick)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show versions and differences."""
        self._sheet = sheet
        with QtCore.QSignalBlocker(self.table):
            self.versions.set_rows(sheet.versions)
        self.table.setVisible(bool(sheet.versions))
        card = sheet.card
        told = f"This is version {Data(card.version)} of the connector."
        none = "It knows one version of the service's API."
        self._one.setText(told if sheet.versions else f"{told} {none}")
        self._offer(sheet)
        self._compare()

    def _offer(self, sheet: Sheet) -> None:
        """Offer what there is to compare; the shipped connector comes first."""
        labels = {row.id: row.label for row in sheet.versions}
        offers = [(one, f"API version {Data(labels[one])}") for one in sheet.beside]
        if sheet.differences is not None or not offers:
            offers.insert(0, (_SHIPPED, "This connector"))
        kept = self.against.value()
        self.against.set_options(offers)
        if kept in dict(offers):
            self.against.set_value(kept)
        self.against.setVisible(len(offers) > 1)

    @QtCore.Slot(object)
    def _pick(self, row: object) -> None:
        """Show the differences of the version that is picked."""
        sheet = self._sheet
        if sheet is not None and isinstance(row, VersionRow) and row.id in sheet.beside:
            self.against.set_value(row.id)
            self._compare()

    @QtCore.Slot()
    def _compare(self) -> None:
        sheet, against = self._sheet, self.against.value()
        if sheet is None:
            return
        version = str(against or _SHIPPED)
        rows = sheet.beside.get(version, sheet.differences or ())
        self.changes.set_rows(rows)
        self.compared.setVisible(bool(rows))
        told = _told(sheet) if version == _SHIPPED else _told_of(sheet, version)
        self._same.setText(told)


def _told_of(sheet: Sheet, version: str) -> str:
    label = next(row.label for row in sheet.versions if row.id == version)
    many = _many(len(sheet.beside[version]))
    return f"{many} of API version {Data(label)} from the usual one."


def _many(count: int) -> str:
    return "1 difference" if count == 1 else f"{count:,} differences"


def _told(sheet: Sheet) -> str:
    if sheet.trouble:
        return sheet.trouble
    found = sheet.differences
    if found is None:
        if sheet.card.origin == "shipped":
            return "This is the shipped connector: there is nothing to compare with."
        return "No connector of this id is shipped: there is nothing to compare with."
    if not found:
        return "It is the same as the shipped one."
    major = sum(one.level == "major" for one in found)
    many = f"{_many(len(found))} from the shipped one"
    return f"{many}, {major:,} of them break something." if major else f"{many}."


def _versions() -> list[TableColumn[VersionRow]]:
    return [
        TableColumn("label", "Version", lambda row: row.label, width=160),
        TableColumn("status", "Status", lambda row: row.status, "status", 120,
                    state=lambda row: row.state),
        TableColumn("deprecated", "Deprecated", lambda row: row.deprecated, width=104),
        TableColumn("ends", "Ends", lambda row: row.ends, width=104),
        TableColumn("changelog", "What changed", lambda row: row.changelog, width=160,
                    stretch=True, tip=lambda row: row.changelog),
    ]  # fmt: skip


def _differences() -> list[TableColumn[DifferenceRow]]:
    return [
        TableColumn("place", "Place", lambda row: row.place, width=200),
        TableColumn("kind", "What", lambda row: row.kind.capitalize(), "status", 104,
                    state=lambda row: _KINDS[row.kind]),
        TableColumn("level", "Level", lambda row: row.level, "chips", 76,
                    chips=lambda row: [(row.level, _tone(row.level))]),
        TableColumn("old", "Before", lambda row: row.old, "mono", 160,
                    tip=lambda row: row.old),
        TableColumn("new", "After", lambda row: row.new, "mono", 160, stretch=True,
                    tip=lambda row: row.new),
    ]  # fmt: skip


def _tone(level: str) -> str:
    return {"major": "danger", "minor": "info"}.get(level, "neutral")
