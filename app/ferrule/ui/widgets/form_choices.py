"""A list whose values are among options: a check box for each."""

from collections.abc import Sequence

from PySide6 import QtCore, QtWidgets

from ferrule.ui.widgets.choice import CheckBox
from ferrule.ui.widgets.layouts import Column


class ChoiceList(QtWidgets.QWidget):
    """Check boxes, one a value.

    Signals:
        changed(): a box was ticked or not.
    """

    changed = QtCore.Signal()

    def __init__(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.boxes = {value: CheckBox(label) for value, label in options}
        for box in self.boxes.values():
            box.setAccessibleName(f"{name}: {box.text()}")
            box.toggled.connect(self.changed)
        self.setLayout(Column(*self.boxes.values(), gap=0))
        for first in list(self.boxes.values())[:1]:
            self.setFocusProxy(first)

    def values(self) -> list[str]:
        """Return what is ticked, in the order of the options."""
        return [value for value, box in self.boxes.items() if box.isChecked()]

    def show_values(self, values: Sequence[str]) -> None:
        """Tick these and no others."""
        for value, box in self.boxes.items():
            box.setChecked(value in values)
