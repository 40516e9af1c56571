"""The tab of tests: each with its result, what is different, and the ledger."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.fixture_rows import (
    difference_columns,
    ledger_text,
    result_columns,
)
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.fixtures.files import Difference, TestResult
from ferrule.workspace.fixtures.ledger import LedgerLine

_BLANK: Final = (
    "A test is a recorded exchange and the signals that must come of it. Open the "
    "History, choose an exchange and save it as a test."
)
_WIDE: Final = 1060
_SLIM: Final = 660


class TestsTab(QtWidgets.QWidget):
    """Tests at the left, the differences of the chosen one at the right.

    Signals:
        run_wanted(): run all.
        accept_wanted(object): what came of that TestResult is what it expects now.
        delete_wanted(object): delete that TestResult's file.
        history_wanted(): show the history.
    """

    __test__ = False  # no test of ours, whatever its name

    run_wanted = QtCore.Signal()
    accept_wanted = QtCore.Signal(object)
    delete_wanted = QtCore.Signal(object)
    history_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: RowsModel[TestResult] = RowsModel(
            result_columns(), key=lambda result: result.file.path, parent=self
        )
        self._differing: RowsModel[Difference] = RowsModel(
            difference_columns(), key=lambda found: found.path, parent=self
        )
        self.table = DataTable(self._rows, "Tests", key="builder/tests")
        self.differences = DataTable(self._differing, "What is different")
        self.run = Button("Run all", icon="play", compact=True)
        self.accept = Button("Accept what came", icon="check", compact=True)
        self.delete = IconButton("trash", "Delete this test")
        self.more = Button("New test from the history", kind="link", compact=True)
        self.ledger = Label("", "caption", "muted", elide=True)
        self.blank = Label(_BLANK, "body", "muted", wrap=True)
        self.trouble = Label("", "body", "danger", wrap=True, selectable=True)
        self._stack = QtWidgets.QStackedWidget()
        self._right = QtWidgets.QStackedWidget()
        self._lay_out()
        self._connect()
        self._tell()

    def current(self) -> TestResult | None:
        """Return the test that is chosen."""
        row = self.table.current_row()
        return row if isinstance(row, TestResult) else None

    def results(self) -> list[TestResult]:
        """Return the tests as they are shown."""
        return self._rows.rows()

    def show_results(
        self, results: Sequence[TestResult], lines: Sequence[LedgerLine]
    ) -> None:
        """Show results; the first that failed is chosen where none is."""
        self._rows.set_rows(results)
        self.ledger.setText(ledger_text(lines))
        self.ledger.setToolTip(self.ledger.text().replace(" · ", "\n"))
        self._stack.setCurrentIndex(1 if results else 0)
        if results and self.current() is None:
            failed = [r for r in results if not r.passed]
            self.table.select_key((failed or list(results))[0].file.path)
        self._tell()

    def show_blank(self, why: str = "") -> None:
        """Say why there are no results."""
        self._rows.set_rows([])
        self.ledger.setText("")
        self.blank.setText(why or _BLANK)
        self._stack.setCurrentIndex(0)
        self._tell()

    def _lay_out(self) -> None:
        head = Row(self.run, self.accept, self.delete, gap=8, margins=(16, 6, 16, 6))
        head.add(self.ledger, stretch=1)
        head.add(None)
        head.add(self.more)
        self._right.addWidget(boxed(Column(self.trouble, None, margins=(12, 8, 16, 8))))
        self._right.addWidget(self.differences)
        self._across = Splitter("builder/tests", self.table, self._right)
        self._across.setStretchFactor(0, 1)
        self._across.setStretchFactor(1, 1)
        why = Column(self.blank, None, margins=(16, 8, 16, 16))
        self._stack.addWidget(boxed(why))
        self._stack.addWidget(self._across)
        column = Column(head, gap=0)
        column.add(self._stack, stretch=1)
        self.setLayout(column)

    def _connect(self) -> None:
        self.run.clicked.connect(self.run_wanted)
        self.more.clicked.connect(self.history_wanted)
        self.accept.clicked.connect(self._accept)
        self.delete.clicked.connect(self._delete)
        self.table.picked.connect(self._tell)

    @QtCore.Slot()
    def _accept(self) -> None:
        result = self.current()
        if result is not None:
            self.accept_wanted.emit(result)

    @QtCore.Slot()
    def _delete(self) -> None:
        result = self.current()
        if result is not None:
            self.delete_wanted.emit(result)

    @QtCore.Slot()
    def _tell(self) -> None:
        """Show what is different in the chosen test, and what can be done about it."""
        result = self.current()
        self.run.setEnabled(bool(self._rows.total))
        self.delete.setEnabled(result is not None)
        fails = result is not None and not result.passed
        self.accept.setEnabled(fails and not result.played.trouble)  # type: ignore[union-attr]  # it is there when it fails
        if result is None:
            self._differing.set_rows([])
            return
        self._differing.set_rows(result.differences)
        self.trouble.setText(result.played.trouble or "Everything came as expected.")
        self.trouble.set_ink("danger" if result.played.trouble else "muted")
        self._right.setCurrentIndex(1 if result.differences else 0)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is no room."""
        super().resizeEvent(event)
        keys = [column.key for column in self._rows.columns]
        narrow = self.width() < theme.px(_WIDE)
        self.table.setColumnHidden(keys.index("told"), narrow)
        slim = self.width() < theme.px(_SLIM)
        self.table.setColumnHidden(keys.index("stream"), slim)
        self.ledger.setVisible(not slim)
