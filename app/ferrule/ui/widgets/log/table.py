"""The table of the log: a hundred thousand lines, of which the seen ones are read."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.log_lines import BLOCK, LogModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.log.line_paint import LinePainter
from ferrule.ui.widgets.table import DataTable

_MOST_KEPT: Final = 1_000
# Left out, one after the other, where the message would have too little room.
_GIVE_WAY: Final = ("correlation", "duration", "outcome", "connector", "operation")


class LogTable(DataTable):
    """Lines, newest first; which are selected is told by id.

    Signals:
        copied(object, str): put these ids on the clipboard, as `tsv` or `json`.
    """

    copied = QtCore.Signal(object, str)

    def __init__(self, model: LogModel, name: str, *, key: str) -> None:
        super().__init__(model, name, key=key)
        self._model = model
        self._hides: set[int] = set()
        self._painter = LinePainter(self, model)
        self.horizontalHeader().setSectionsClickable(False)  # the log has one order

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the lines that are seen, all at once."""
        self.edges = self.edge_columns()
        ring = self.hasFocus()
        self._painter.paint(event.rect(), self.edges, self.hovered, ring=ring)

    def chosen_ids(self) -> list[int]:
        """Return the ids of the selected lines from top to bottom."""
        found: list[int] = []
        for top, bottom in self._spans():
            found += self._model.ids(top, bottom + 1)
        return found

    def current_id(self) -> int | None:
        """Return the id of the current line, read or not; None where there is none."""
        index = self.currentIndex()
        return self._model.id_at(index.row()) if index.isValid() else None

    def selected_rows(self) -> list[object]:
        """Return the selected lines that are read, some hundred at most."""
        places = [
            at
            for top, bottom in self._spans()
            for at in range(top, min(bottom, top + _MOST_KEPT) + 1)
        ]
        lines = [self._model.known(at) for at in places[:_MOST_KEPT]]
        return [line for line in lines if line is not None]

    def _spans(self) -> list[tuple[int, int]]:
        """Return the selected rows as (first, last), however many they are."""
        found = self.selectionModel().selection()
        spans = (found.at(number) for number in range(found.count()))
        return sorted((span.top(), span.bottom()) for span in spans)

    def seen_blocks(self) -> range:
        """Return the blocks of rows that are seen, and what is next to them."""
        high = max(self.verticalHeader().defaultSectionSize(), 1)
        first = self.verticalScrollBar().value() // high
        last = first + self.viewport().height() // high + 1
        beside = BLOCK // 4
        return range(max(first - beside, 0) // BLOCK, (last + beside) // BLOCK + 1)

    @QtCore.Slot()
    def copy(self) -> None:
        """Put the selected lines on the clipboard as TSV."""
        self.copied.emit(self.chosen_ids(), "tsv")

    @QtCore.Slot()
    def copy_json(self) -> None:
        """Put the selected lines on the clipboard as JSON lines."""
        self.copied.emit(self.chosen_ids(), "json")

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Copy as JSON by Ctrl+Shift+C; the rest is a table's."""
        flags = QtCore.Qt.KeyboardModifier
        both = flags.ControlModifier | flags.ShiftModifier
        if event.key() == QtCore.Qt.Key.Key_C and event.modifiers() == both:
            self.copy_json()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer copying and the columns; the Menu key comes here too."""
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        # Shown as text: the keys themselves belong to keyPressEvent.
        menu.addAction("Copy lines\tCtrl+C").triggered.connect(self.copy)
        as_json = menu.addAction("Copy as JSON\tCtrl+Shift+C")
        as_json.triggered.connect(self.copy_json)
        menu.addMenu(self.column_menu())
        menu.popup(event.globalPos())

    def hold_place(self, rows: int) -> None:
        """Stay with the lines that are looked at, though rows came above them."""
        bar = self.verticalScrollBar()
        if bar.value():
            high = self.verticalHeader().defaultSectionSize()
            bar.setValue(bar.value() + rows * high)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is no room for the message beside them."""
        columns = {one.key: one for one in self._model.columns if not one.hidden}
        room = self.viewport().width() - sum(
            theme.px(one.width) for one in columns.values()
        )
        numbers = {one.key: n for n, one in enumerate(self._model.columns)}
        hidden = set()
        for key in _GIVE_WAY:
            if room < 0:
                hidden.add(numbers[key])
                room += theme.px(columns[key].width)
        for number in hidden - self._hides:
            self.setColumnHidden(number, True)
        for number in self._hides - hidden:
            self.setColumnHidden(number, False)
            self.setColumnWidth(number, theme.px(self._model.columns[number].width))
        self._hides = hidden
        super().resizeEvent(event)
