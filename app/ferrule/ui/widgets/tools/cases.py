"""Test cases of a tool: listed, run offline, and one kept from a run."""

from collections.abc import Sequence

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.look_rows import LookRow, look_columns
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.widgets.bending import narrow
from ferrule.ui.widgets.button import Button, IconButton, Segmented
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.fixtures.files import TestFile, TestResult
from ferrule.workspace.fixtures.look import Finding

CaseRow = tuple[TestFile, TestResult | None]


class CasesTab(QtWidgets.QWidget):
    """The test cases of one tool with what came of the latest run.

    Signals:
        run_wanted(): replay all, offline.
    """

    run_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.run = Button("Run offline", icon="play", compact=True)
        self.about = Label("", "caption", "muted", elide=True)
        self.model: RowsModel[CaseRow] = RowsModel(
            _columns(), key=lambda row: row[0].path, parent=self
        )
        self.table = DataTable(self.model, "Test cases", key="tools.cases")
        self._stack = QtWidgets.QStackedWidget()
        empty = EmptyState(
            "circle-check",
            "No test cases yet",
            "A run can be saved as one. It replays offline, with the connector's "
            "other tests.",
        )
        narrow(empty)
        head = Row(self.run, gap=10, margins=(16, 8, 16, 8))
        head.add(self.about, stretch=1)
        column = Column(head, gap=0)
        column.add(self.table, stretch=1)
        self._stack.addWidget(empty)
        self._stack.addWidget(boxed(column))
        outer = Column(gap=0)
        outer.add(self._stack, stretch=1)
        self.setLayout(outer)
        self.run.clicked.connect(self.run_wanted)

    def show_cases(self, files: Sequence[TestFile]) -> None:
        """Show the cases, not run yet."""
        self.model.set_rows([(file, None) for file in files])
        self.about.setText("Nothing leaves this computer.")
        self._stack.setCurrentIndex(1 if files else 0)

    def show_results(self, results: Sequence[TestResult]) -> None:
        """Show what came of each."""
        self.model.set_rows([(one.file, one) for one in results])
        good = sum(one.passed for one in results)
        self.about.setText(f"{good} of {len(results)} passed")
        self._stack.setCurrentIndex(1 if results else 0)


def _columns() -> list[TableColumn[CaseRow]]:
    return [
        TableColumn("state", "Result", lambda r: _state(r)[1], "status", 92,
                    state=lambda r: _state(r)[0]),
        TableColumn("name", "Case", lambda r: r[0].title, "text", 180, stretch=True,
                    tip=lambda r: str(r[0].path)),
        TableColumn("told", "What is different", _told, "text", 180, tip=_told,
                    ink=lambda _: "muted"),
    ]  # fmt: skip


def _state(row: CaseRow) -> tuple[str, str]:
    result = row[1]
    if result is None:
        return "untouched", "Not run"
    return ("ok", "Passed") if result.passed else ("error", "Failed")


def _told(row: CaseRow) -> str:
    file, result = row
    if file.trouble or result is None:
        return file.trouble
    if result.played.trouble:
        return result.played.trouble
    return "; ".join(one.path for one in result.differences)


class KeepCase(QtWidgets.QWidget):
    """What is looked over before a run becomes a test case.

    Signals:
        agreed(str): write it under that name.
        closed(): leave without one.
    """

    agreed = QtCore.Signal(str)
    closed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = LineEdit(name="Name of the test case", placeholder="What it shows")
        self.save = Button("Save", icon="save", compact=True)
        self.close_ = IconButton("x", "Leave without a test case")
        self.told = Label("", "caption", "muted", wrap=True)
        self.model: RowsModel[LookRow] = RowsModel(
            look_columns(), key=lambda row: row.finding.value, parent=self
        )
        self.table = DataTable(self.model, "What may be private", key="tools.look")
        self.choice = Segmented((("replace", "Replace"), ("keep", "Keep")), "Choice")
        head = Row(gap=8, margins=(16, 8, 8, 8))
        head.add(self.name, stretch=1)
        head.add(self.save, self.close_)
        foot = Row(gap=8, margins=(16, 8, 16, 8))
        foot.add(self.told, stretch=1)
        foot.add(self.choice)
        column = Column(head, gap=0)
        column.add(self.table, stretch=1)
        column.add(foot)
        self.setLayout(column)
        self._connect()

    def begin(self, tool: str, findings: Sequence[Finding]) -> None:
        """Show what was found in a run of a tool."""
        self.name.setText(f"{Data(tool)}: ")
        self.model.set_rows([LookRow.of(finding) for finding in findings])
        self.show_told("")
        if findings:
            self.table.selectRow(0)
        self._tell()
        self.name.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def show_told(self, trouble: str) -> None:
        """Say what is wrong, or what is looked at."""
        plain = "What looks private is replaced in the file, unless you keep it."
        none = "Nothing in it looks private."
        usual = plain if self.model.total else none
        self.told.set_ink("danger" if trouble else "muted")
        self.told.setText(trouble or usual)

    def choices(self) -> dict[str, str]:
        """Return what stands in for each value that is not kept."""
        rows = self.model.rows()
        return {row.finding.value: row.instead for row in rows if not row.keep}

    @QtCore.Slot()
    def _tell(self) -> None:
        row = self.table.current_row()
        there = isinstance(row, LookRow)
        self.choice.setEnabled(there)
        if isinstance(row, LookRow):
            self.choice.set_value("keep" if row.keep else "replace")
            self.choice.setEnabled(not row.finding.must)
        self.save.setEnabled(bool(self.name.text().strip(" :")))

    @QtCore.Slot(str)
    def _choose(self, choice: str) -> None:
        row = self.table.current_row()
        if isinstance(row, LookRow):
            self.model.change(row.kept(keep=choice == "keep"))

    @QtCore.Slot()
    def _agree(self) -> None:
        if self.save.isEnabled():
            self.agreed.emit(self.name.text().strip(" :"))

    def _connect(self) -> None:
        self.name.textChanged.connect(self._tell)
        self.name.returnPressed.connect(self._agree)
        self.save.clicked.connect(self._agree)
        self.close_.clicked.connect(self.closed)
        self.table.picked.connect(self._tell)
        self.choice.chosen.connect(self._choose)
