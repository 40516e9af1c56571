"""The tab of the history: kept exchanges, and what can be done with each."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.history_rows import history_columns, usage_text
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.history.facts import Kept, Usage

_BLANK: Final = (
    "Every exchange of Send, of a walk over pages and of a check is kept here, without "
    "its secrets: open one again, pin it as the sample, make a test of it."
)
_OFF: Final = "The history is off. Settings → History turns it on."
_FEW: Final = ((820, "kind"), (760, "ms"), (700, "stream"), (640, "size"))
_ROOM: Final = 640


class HistoryTab(QtWidgets.QWidget):
    """The table of kept exchanges.

    Signals:
        opened(object): that Kept is to be the sample.
        pin_wanted(object): pin it, or let it go where it is pinned.
        curl_wanted(object): copy it as a cURL line.
        compare_wanted(object): compare it with the sample.
        test_wanted(object): make a test of it.
        delete_wanted(object): delete it.
        clear_wanted(): delete all.
        keeping(bool): keep the exchanges of the connection that is used, or not.
        scope_changed(): another choice of what is shown.
    """

    opened = QtCore.Signal(object)
    pin_wanted = QtCore.Signal(object)
    curl_wanted = QtCore.Signal(object)
    compare_wanted = QtCore.Signal(object)
    test_wanted = QtCore.Signal(object)
    delete_wanted = QtCore.Signal(object)
    clear_wanted = QtCore.Signal()
    keeping = QtCore.Signal(bool)
    scope_changed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: RowsModel[Kept] = RowsModel(
            history_columns(), key=lambda kept: kept.number, parent=self
        )
        self.table = _HistoryTable(self._rows)
        self.search = SearchField("Search the history", placeholder="Search")
        self.scope = ComboBox(
            [("own", "This connector"), ("all", "All connectors")],
            name="Whose exchanges",
            compact=True,
        )
        self.open = Button("Open", icon="file-search", compact=True)
        self.pin = Button("Pin", icon="pin", compact=True)
        self.test = Button("Save as test…", icon="test-tube", compact=True)
        self.compare = Button("Compare", icon="diff", compact=True)
        self.curl = IconButton("terminal", "Copy as cURL")
        self.delete = IconButton("trash", "Delete this exchange")
        self.clear = Button("Clear…", kind="plain", compact=True)
        self.usage = Label("", "caption", "muted", elide=True)
        self._blank = Label(_BLANK, "body", "muted", wrap=True)
        self._stack = QtWidgets.QStackedWidget()
        self._lay_out()
        self._connect()
        self._tell()

    def current(self) -> Kept | None:
        """Return the exchange that is chosen."""
        row = self.table.current_row()
        return row if isinstance(row, Kept) else None

    def listed(self) -> list[Kept]:
        """Return the exchanges as they are shown."""
        return self._rows.rows()

    def show_kept(self, found: Sequence[Kept], usage: Usage, *, on: bool) -> None:
        """Show what is kept, the newest first."""
        self._rows.set_rows(found)
        self._blank.setText(_BLANK if on else _OFF)
        self._stack.setCurrentIndex(1 if found else 0)
        self.usage.setText(usage_text(usage, len(self._rows.rows())))
        self.clear.setEnabled(bool(usage.count))
        if found and not self.table.selected_rows():
            # `selectRow` toggles while Ctrl is held: the tab's own shortcut has it.
            flags = QtCore.QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(
                self._rows.index(0, 0), flags.ClearAndSelect | flags.Rows
            )
        self._tell()

    def offer_connection(self, key: str, *, on: bool) -> None:
        """Offer to keep nothing of the connection whose values are used."""
        self.table.connection, self.table.kept_on = key, on

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns and words out where there is no room."""
        super().resizeEvent(event)
        keys = [column.key for column in self._rows.columns]
        for width, key in _FEW:
            narrow = self.width() < theme.px(width)
            self.table.setColumnHidden(keys.index(key), narrow)
        width = self.width()
        slim = width < theme.px(_ROOM)
        self.usage.setVisible(width >= theme.px(_ROOM + 360))
        self.compare.setVisible(width >= theme.px(_ROOM + 140))
        self.scope.setVisible(not slim)
        self.test.setText("Test…" if slim else "Save as test…")
        self.search.setFixedWidth(theme.px(110 if slim else 180))

    def _lay_out(self) -> None:
        head = Row(self.search, self.scope, gap=8, margins=(16, 6, 16, 6))
        head.add(self.open, self.pin, self.test, self.compare, self.curl, self.delete)
        head.add(self.usage, stretch=1)
        head.add(None)
        head.add(self.clear)
        why = Column(self._blank, None, margins=(16, 8, 16, 16))
        self._stack.addWidget(boxed(why))
        self._stack.addWidget(self.table)
        column = Column(head, gap=0)
        column.add(self._stack, stretch=1)
        self.setLayout(column)
        right = QtCore.Qt.AlignmentFlag.AlignRight
        self.usage.setAlignment(right | QtCore.Qt.AlignmentFlag.AlignVCenter)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.scope.chosen.connect(self.scope_changed)
        self.table.picked.connect(self._tell)
        self.table.opened.connect(self.opened)
        self.clear.clicked.connect(self.clear_wanted)
        self.table.keeping.connect(self.keeping)
        for button, signal in self._deeds():
            button.clicked.connect(self._doer(signal))
        self.table.deeds = [
            (button.accessibleName() or button.text(), button)
            for button, _ in self._deeds()
        ]

    def _deeds(self) -> list[tuple[Button, QtCore.SignalInstance]]:
        return [
            (self.open, self.opened),
            (self.pin, self.pin_wanted),
            (self.test, self.test_wanted),
            (self.compare, self.compare_wanted),
            (self.curl, self.curl_wanted),
            (self.delete, self.delete_wanted),
        ]

    def _doer(self, signal: QtCore.SignalInstance) -> Callable[[], None]:
        def do() -> None:
            kept = self.current()
            if kept is not None:
                signal.emit(kept)

        return do

    @QtCore.Slot(str)
    def _filter(self, text: str) -> None:
        self._rows.set_filter(text)
        self._tell()

    @QtCore.Slot()
    def _tell(self) -> None:
        """Offer what can be done with the chosen exchange."""
        kept = self.current()
        for button, _ in self._deeds():
            button.setEnabled(kept is not None)
        pinned = kept is not None and kept.pinned
        self.pin.setText("Unpin" if pinned else "Pin")


class _HistoryTable(DataTable):
    """The table; its menu has what the buttons do, the Delete key deletes.

    Signals:
        keeping(bool): keep the exchanges of the connection, or not.
    """

    keeping = QtCore.Signal(bool)

    def __init__(self, rows: RowsModel[Kept]) -> None:
        super().__init__(rows, "Kept exchanges", key="builder/history")
        self.deeds: list[tuple[str, Button]] = []
        self.connection = ""
        self.kept_on = True

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Delete by the Delete key."""
        if event.key() == QtCore.Qt.Key.Key_Delete and self.deeds:
            self.deeds[-1][1].click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Offer what can be done with the exchange; the Menu key comes here too."""
        menu = self.menu()
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QtWidgets.QMenu:
        """Return the menu of the current row."""
        menu = QtWidgets.QMenu(self)
        for text, button in self.deeds:
            action = menu.addAction(text)
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.addSeparator()
        menu.addAction("Copy rows").triggered.connect(self.copy)
        menu.addMenu(self.column_menu())
        if self.connection:
            keep = menu.addAction(f"Keep exchanges of “{self.connection}”")
            keep.setCheckable(True)
            keep.setChecked(self.kept_on)
            keep.toggled.connect(self.keeping)
        return menu
