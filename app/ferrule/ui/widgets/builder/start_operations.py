"""Choosing which requests of a description become streams."""

from collections.abc import Iterable
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.interchange import Operation, OperationList
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import CheckBox, paint_check
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.table import DataTable

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_ROLE: Final = QtCore.Qt.ItemDataRole
_MOST: Final = 300
_BOX: Final = 16
_NARROW: Final = 980


class OperationRows(RowsModel[Operation]):
    """The operations; the first column holds a tick.

    Signals:
        ticked(): others are chosen.
    """

    ticked = QtCore.Signal()

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(_columns(), key=lambda row: row.id, parent=parent)
        self._chosen: dict[str, None] = {}

    def show_all(self, offered: OperationList) -> None:
        """Show other operations, the suggested ones ticked."""
        self._chosen = dict.fromkeys(offered.suggested[:_MOST])
        self.set_rows(offered.operations)
        self.ticked.emit()

    def chosen(self) -> list[str]:
        """Return the ids that are ticked, in the order of the document."""
        return [row.id for row in self.every() if row.id in self._chosen]

    def is_chosen(self, row: Operation) -> bool:
        """Return whether an operation is ticked."""
        return row.id in self._chosen

    def toggle(self, row: Operation) -> None:
        """Tick an operation, or take its tick away."""
        self.tick([row], on=row.id not in self._chosen)

    def tick(self, rows: Iterable[Operation], *, on: bool) -> None:
        """Tick those that can be streams, or take their ticks away."""
        for row in rows:
            if on and row.streamable:
                self._chosen[row.id] = None
            elif not on:
                self._chosen.pop(row.id, None)
        last = self.rowCount() - 1
        if last >= 0:
            self.dataChanged.emit(self.index(0, 0), self.index(last, 0))
        self.ticked.emit()

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Return also whether a row is ticked, for the eye and for the ear."""
        if index.isValid() and index.column() == 0:
            row = self.row(index.row())
            if role == _ROLE.CheckStateRole:
                states = QtCore.Qt.CheckState
                return states.Checked if self.is_chosen(row) else states.Unchecked
            if role == _ROLE.AccessibleTextRole:
                state = "chosen" if self.is_chosen(row) else "not chosen"
                return f"{row.id}, {state}"
        return super().data(index, role)

    def every(self) -> list[Operation]:
        """Return all operations, in view or not."""
        return [entry.row for entry in self._all]


class OperationTable(DataTable):
    """Operations with ticks: Space or a click on the box ticks."""

    def __init__(self, rows: OperationRows) -> None:
        super().__init__(rows, "Operations", key="")
        self._operations = rows
        self.setItemDelegateForColumn(0, _TickDelegate(rows, self))
        self.clicked.connect(self._click)
        self.opened.connect(self._toggle)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Tick or clear what is selected by Space."""
        if event.key() == QtCore.Qt.Key.Key_Space:
            rows = [r for r in self.selected_rows() if isinstance(r, Operation)]
            on = not all(self._operations.is_chosen(row) for row in rows)
            self._operations.tick(rows, on=on)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave the titles out where there is little room."""
        keys = [column.key for column in self._operations.columns]
        narrow = self.width() < theme.px(_NARROW)
        self.setColumnHidden(keys.index("title"), narrow)
        super().resizeEvent(event)

    @QtCore.Slot(QtCore.QModelIndex)
    def _click(self, index: QtCore.QModelIndex) -> None:
        if index.column() == 0:
            self._operations.toggle(self._operations.row(index.row()))

    @QtCore.Slot(object)
    def _toggle(self, row: object) -> None:
        if isinstance(row, Operation):
            self._operations.toggle(row)


class _TickDelegate(QtWidgets.QStyledItemDelegate):
    """Draws the box of a row over the row's ground."""

    def __init__(self, rows: OperationRows, table: DataTable) -> None:
        super().__init__(table)
        self._rows = rows
        self._table = table

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        self._table.itemDelegate().paint(painter, option, index)
        row, side = self._rows.row(index.row()), theme.px(_BOX)
        place = QtCore.QRect(0, 0, side, side)
        place.moveCenter(option.rect.center())
        states = QtCore.Qt.CheckState
        state = states.Checked if self._rows.is_chosen(row) else states.Unchecked
        hovered = index.row() == self._table.hovered
        paint_check(painter, place, state, enabled=row.streamable, hovered=hovered)


class OperationChooser(QtWidgets.QWidget):
    """The list of operations, a search over it, and going on.

    Signals:
        chosen(object): make streams of the operations of these ids.
        given_up(): go back to the ways to begin.
    """

    chosen = QtCore.Signal(object)
    given_up = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = Label("", "page_title", elide=True)
        self._facts = Label("", "body", "muted", elide=True)
        self.search = SearchField("Find an operation", placeholder="Find an operation")
        self.all = CheckBox("Select all in view")
        self.rows = OperationRows(self)
        self.table = OperationTable(self.rows)
        self._count = Label("", "body", "muted")
        self.back = Button("Back", icon="arrow-left")
        self.make = Button("Create connector", kind="primary", icon="plus")
        self._build()
        self._connect()

    def show_offered(self, offered: OperationList) -> None:
        """Offer the operations of a document."""
        version = f" {offered.version}" if offered.version else ""
        self.title.setText(f"{offered.title}{version}")
        total = len(offered.operations)
        able = sum(one.streamable for one in offered.operations)
        self._facts.setText(
            f"{total:,} operations, {able:,} can be streams,"
            f" {len(offered.suggested):,} bring lists. Paging and incremental are"
            " guessed from the document."
        )
        self.search.clear()
        self.rows.show_all(offered)
        self.table.setCurrentIndex(self.rows.index(0, 0))

    def _build(self) -> None:
        tools = Row(self.search, self.all, None, gap=16)
        foot = Row(self._count, None, self.back, self.make)
        head = Column(self.title, self._facts, 4, tools, gap=4)
        head.set_margins((24, 20, 24, 10))
        foot.set_margins((24, 10, 24, 12))
        column = Column(head, gap=0)
        column.add(self.table, stretch=1)
        column.addLayout(foot)
        self.setLayout(column)
        self.setFocusProxy(self.search)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.all.clicked.connect(self._tick_all)
        self.rows.ticked.connect(self._tell)
        self.back.clicked.connect(self.given_up)
        self.make.clicked.connect(self._choose)

    @QtCore.Slot(str)
    def _filter(self, text: str) -> None:
        self.rows.set_filter(text)
        self._tell()

    @QtCore.Slot(bool)
    def _tick_all(self, on: bool) -> None:  # noqa: FBT001  Qt's signal
        self.rows.tick(self.rows.rows(), on=on)

    @QtCore.Slot()
    def _tell(self) -> None:
        count = len(self.rows.chosen())
        words = {0: "No stream chosen", 1: "1 stream chosen"}
        self._count.setText(words.get(count, f"{count:,} streams chosen"))
        if count > _MOST:
            self._count.setText(f"{count:,} chosen; a connector has at most {_MOST}")
        self.make.setEnabled(0 < count <= _MOST)
        able = [row for row in self.rows.rows() if row.streamable]
        whole = bool(able) and all(map(self.rows.is_chosen, able))
        self.all.setChecked(whole)
        self.all.setEnabled(bool(able))

    @QtCore.Slot()
    def _choose(self) -> None:
        self.chosen.emit(self.rows.chosen())


def _guess(row: Operation) -> str:
    return row.pagination if row.streamable else ""


def _why(row: Operation) -> str:
    told = not row.deprecated or "deprecated" in row.reason
    return row.reason if told else f"Deprecated. {row.reason}"


def _columns() -> list[TableColumn[Operation]]:
    return [
        TableColumn("chosen", "", lambda _: "", "text", 44),
        TableColumn("method", "method", lambda r: r.method.upper(), "mono", 76,
                    ink=lambda r: "text" if r.streamable else "disabled"),
        TableColumn("path", "path", lambda r: r.path, "mono", 220, stretch=True,
                    ink=lambda r: "text" if r.streamable else "disabled",
                    tip=lambda r: r.path),
        TableColumn("title", "what it does", lambda r: r.title, "text", 190,
                    ink=lambda _: "muted", tip=lambda r: r.title),
        TableColumn("paging", "paging", _guess, "text", 110),
        TableColumn("since", "changes since", lambda r: r.incremental, "mono", 120),
        TableColumn("why", "why", _why, "text", 240, ink=lambda _: "muted",
                    tip=_why),
    ]  # fmt: skip
