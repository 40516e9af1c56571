"""The tab of schema drift: harmful and harmless changes, and what is proposed."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.drift_rows import drift_columns, drift_words
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.drift.finding import Change, Drift

_BLANK: Final = (
    "Compare a response with the tests of this stream: what is new, what is gone, what "
    "would change signals, and which change of the mapping would mend it."
)
_FEW: Final = ((900, "uses"), (640, "path"))


class DriftTab(QtWidgets.QWidget):
    """The changes of one comparison.

    Signals:
        compare_wanted(): compare the sample with the tests.
        fix_wanted(): apply what is proposed.
        tests_wanted(): run the tests of every connection.
        carry_wanted(): give recorded answers the names that the service has now.
    """

    compare_wanted = QtCore.Signal()
    fix_wanted = QtCore.Signal()
    tests_wanted = QtCore.Signal()
    carry_wanted = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: RowsModel[Change] = RowsModel(
            drift_columns(), key=lambda change: (change.kind, change.path), parent=self
        )
        self.table = DataTable(self._rows, "Drift", key="builder/drift")
        self.compare = Button("Compare the sample", icon="diff", compact=True)
        self.fix = Button("Apply fixes", icon="wrench", compact=True)
        self.tests = Button("Run tests of connections", icon="play", compact=True)
        self.carry = Button("Carry tests over", icon="replace", compact=True)
        self.carry.hide()
        self.told = Label("", "body", "muted", elide=True)
        self.blank = Label(_BLANK, "body", "muted", wrap=True)
        self._stack = QtWidgets.QStackedWidget()
        self._lay_out()
        self.compare.clicked.connect(self.compare_wanted)
        self.fix.clicked.connect(self.fix_wanted)
        self.tests.clicked.connect(self.tests_wanted)
        self.carry.clicked.connect(self.carry_wanted)
        self.show_blank()

    def listed(self) -> list[Change]:
        """Return the changes as they are shown."""
        return self._rows.rows()

    def show_drift(self, drift: Drift, against: str) -> None:
        """Show what was found."""
        self._rows.set_rows(drift.changes)
        words = drift_words(drift, against)
        self.say(words, "danger" if drift.harmful else "muted")
        self.blank.setText(words)
        self._stack.setCurrentIndex(1 if drift.changes else 0)
        many = len(drift.fixes)
        self.fix.setVisible(bool(many))
        one = "Apply fix" if many == 1 else f"Apply {many} fixes"
        self.fix.setText(f"{one} · {drift.next_version}")

    def show_blank(self, why: str = "") -> None:
        """Say why there is nothing to show."""
        self._rows.set_rows([])
        self.blank.setText(why or _BLANK)
        self.told.setText("")
        self._stack.setCurrentIndex(0)
        self.fix.hide()

    def say(self, words: str, ink: str = "muted") -> None:
        """Say something beside the buttons."""
        self.told.setText(words)
        self.told.setToolTip(words)
        self.told.set_ink(ink)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave columns out where there is no room."""
        super().resizeEvent(event)
        keys = [column.key for column in self._rows.columns]
        for width, key in _FEW:
            narrow = self.width() < theme.px(width)
            self.table.setColumnHidden(keys.index(key), narrow)

    def _lay_out(self) -> None:
        head = Row(self.compare, self.fix, gap=8, margins=(16, 6, 16, 6))
        head.add(self.carry, self.tests)
        head.add(self.told, stretch=1)
        why = Column(self.blank, None, margins=(16, 8, 16, 16))
        self._stack.addWidget(boxed(why))
        self._stack.addWidget(self.table)
        column = Column(head, gap=0)
        column.add(self._stack, stretch=1)
        self.setLayout(column)
