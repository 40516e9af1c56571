"""The look before a sample becomes a test: findings, choices, and what is written."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.look_rows import LookRow, look_columns
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button, IconButton, Segmented
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.code import CodeView
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.fixtures.look import Finding

_SIZES: Final = ((3, "3 items"), (10, "10 items"), (50, "50 items"), (0, "all items"))
_WIDE: Final = 1000
_SLIM: Final = 660


class LookPage(QtWidgets.QWidget):
    """Findings at the left, the file as it would be at the right.

    Signals:
        changed(): another name, choice, stand-in or number of items.
        save_wanted(): write the file.
        closed(): leave without a test.
    """

    changed = QtCore.Signal()
    save_wanted = QtCore.Signal()
    closed = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = LineEdit(name="Name of the test", placeholder="What the case shows")
        self.items = ComboBox(_SIZES, name="Items of each page", compact=True)
        self.items.set_value(10)
        self.save = Button("Save test", kind="primary", icon="save", compact=True)
        close = IconButton("x", "Leave without a test")
        self._rows: RowsModel[LookRow] = RowsModel(
            look_columns(), key=lambda row: row.finding.value, parent=self
        )
        self.table = _LookTable(self._rows)
        self.choice = Segmented((("replace", "Replace"), ("keep", "Keep")), "Choice")
        self.instead = LineEdit(name="What stands in", mono=True, compact=True)
        self.why = Label("", "caption", "muted", wrap=True)
        self.preview = CodeView("The file as it would be", lines=3)
        self._lay_out(close)
        self._connect(close)

    def begin(self, name: str, findings: Sequence[Finding]) -> None:
        """Show what was found in another sample."""
        with QtCore.QSignalBlocker(self.name):
            self.name.setText(name)
        self.show_findings(findings)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings; choices that were made of the same values stay."""
        before = {row.finding.value: row for row in self._rows.rows()}
        rows = []
        for finding in findings:
            known = before.get(finding.value)
            row = LookRow.of(finding)
            rows.append(row if known is None else self._same(row, known))
        self._rows.set_rows(rows)
        if rows and self.table.current_row() is None:
            self.table.selectRow(0)
        self._tell()

    def choices(self) -> dict[str, str]:
        """Return what stands in for each value that is not kept."""
        rows = self._rows.rows()
        return {row.finding.value: row.instead for row in rows if not row.keep}

    def listed(self) -> list[LookRow]:
        """Return the findings as they are shown."""
        return self._rows.rows()

    def show_preview(self, content: str, told: str) -> None:
        """Show the file as it would be, and what comes of it."""
        self.preview.show_text(content)
        self.why.setText(told)
        self.why.set_ink("muted")
        self.save.setEnabled(True)

    def show_refusal(self, why: str) -> None:
        """Say why there would be no file."""
        self.preview.show_text("")
        self.why.setText(why)
        self.why.set_ink("danger")
        self.save.setEnabled(False)

    @staticmethod
    def _same(row: LookRow, known: LookRow) -> LookRow:
        return LookRow(row.finding, known.instead, known.keep and not row.finding.must)

    def _lay_out(self, close: IconButton) -> None:
        head = Row(Label("Save as test", "emphasis"), gap=8, margins=(16, 6, 8, 6))
        head.add(self.name, stretch=1)
        head.add(self.items, self.save, close)
        one = Row(self.choice, gap=8, margins=(16, 4, 16, 6))
        one.add(self.instead, stretch=1)
        left = Column(gap=0)
        left.add(self.table, stretch=1)
        left.add(one)
        right = Column(gap=0)
        right.add(Row(self.why, margins=(12, 6, 12, 6)))
        shown = Row(gap=0, margins=(8, 0, 8, 8))
        shown.add(self.preview, stretch=1)
        right.add(shown, stretch=1)
        self._across = Splitter("builder/look", boxed(left), boxed(right))
        self._across.setStretchFactor(0, 3)
        self._across.setStretchFactor(1, 2)
        column = Column(head, gap=0)
        column.add(self._across, stretch=1)
        self.setLayout(column)

    def _connect(self, close: IconButton) -> None:
        self._soon = QtCore.QTimer(self, singleShot=True, interval=250)
        self._soon.timeout.connect(self.changed)
        self.name.textChanged.connect(self._later)
        self.items.chosen.connect(self._later)
        self.save.clicked.connect(self.save_wanted)
        close.clicked.connect(self.closed)
        self.table.picked.connect(self._tell)
        self.table.opened.connect(self._turn)
        self.table.turned.connect(self._turn)
        self.choice.chosen.connect(self._choose)
        self.instead.textEdited.connect(self._type)

    def _put(self, row: LookRow) -> None:
        self._rows.change(row)
        self._later()
        self._tell()

    @QtCore.Slot()
    def _later(self) -> None:
        self._soon.start()

    @QtCore.Slot()
    def _turn(self) -> None:
        row = self.table.current_row()
        if isinstance(row, LookRow):
            self._put(row.kept(keep=not row.keep))

    @QtCore.Slot(str)
    def _choose(self, choice: str) -> None:
        row = self.table.current_row()
        if isinstance(row, LookRow):
            self._put(row.kept(keep=choice == "keep"))

    @QtCore.Slot(str)
    def _type(self, text: str) -> None:
        row = self.table.current_row()
        if isinstance(row, LookRow):
            self._rows.change(row.with_text(text))
            self._later()

    @QtCore.Slot()
    def _tell(self) -> None:
        """Show the choice of the current finding."""
        row = self.table.current_row()
        there = isinstance(row, LookRow)
        self.choice.setEnabled(there)
        self.instead.setEnabled(there)
        if isinstance(row, LookRow):
            self.choice.set_value("keep" if row.keep else "replace")
            self.choice.setEnabled(not row.finding.must)
            if not self.instead.hasFocus():
                self.instead.setText(row.instead)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is no room."""
        super().resizeEvent(event)
        keys = [column.key for column in self._rows.columns]
        narrow = self.width() < theme.px(_WIDE)
        self.table.setColumnHidden(keys.index("count"), narrow)
        slim = self.width() < theme.px(_SLIM)
        self.table.setColumnHidden(keys.index("sort"), slim)


class _LookTable(DataTable):
    """The table of findings; Space turns keep and replace.

    Signals:
        turned(): keep the current finding instead of replacing it, or the reverse.
    """

    turned = QtCore.Signal()

    def __init__(self, rows: RowsModel[LookRow]) -> None:
        super().__init__(rows, "What was found", key="")

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Turn by Space."""
        if event.key() == QtCore.Qt.Key.Key_Space:
            self.turned.emit()
        else:
            super().keyPressEvent(event)
