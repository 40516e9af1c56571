"""What lies behind a step of a check, free of secrets: to look at and to copy.

It is folded away until somebody asks for it; a step that failed shows its own at once.
"""

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.check_lines import CheckLine
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.message import Details
from ferrule.ui.widgets.spoken import announce


class CurlButton(Button):
    """Puts the request on the clipboard as a cURL line, without its secrets."""

    def __init__(self, curl: str) -> None:
        super().__init__("Copy as cURL", icon="copy", compact=True)
        self._curl = curl
        self.setToolTip("What is secret stands as $TOKEN and the like")
        self.clicked.connect(self.copy)

    @QtCore.Slot()
    def copy(self) -> None:
        """Put the line on the clipboard."""
        QtGui.QGuiApplication.clipboard().setText(self._curl)
        announce(self, "Copied")


class Unfolding(IconButton):
    """The button that unfolds what lies behind a step.

    Signals:
        unfolded(bool): whether it is to be seen.
    """

    unfolded = QtCore.Signal(bool)

    def __init__(self, title: str) -> None:
        super().__init__("chevron-down", "", checkable=True)
        self._title = title
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.toggled.connect(self._turn)
        self._turn(on=False)
        self.hide()

    @QtCore.Slot(bool)
    def _turn(self, on: bool) -> None:  # noqa: FBT001 - Qt calls it so
        self.set_icon("chevron-up" if on else "chevron-down")
        verb = tr("Hide the exchange") if on else tr("Show the exchange")
        self.set_name(f"{verb}: {tr(self._title)}")
        self.unfolded.emit(on)


class Behind(QtWidgets.QWidget):
    """The place below a step for its exchange; empty until it is unfolded."""

    def __init__(self) -> None:
        super().__init__()
        self._column = Column(gap=4, margins=(26, 0, 0, 6))
        self.setLayout(self._column)
        self.hide()

    def show_line(self, line: CheckLine) -> None:
        """Show what lies behind a step."""
        self.clear()
        self._column.add(Details(Data(line.exchange)))
        if line.curl:
            self._column.add(Row(CurlButton(line.curl), None))
        self.show()

    def clear(self) -> None:
        """Show nothing."""
        self._column.clear()
        self.hide()
