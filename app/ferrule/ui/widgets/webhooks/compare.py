"""What differs from the delivery before of the same kind, line by line."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.delivery_rows import local
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.code import CodeView
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.workspace.delivery_facts import Delivery

_INKS: Final = {"+": "success", "-": "danger", "@": "muted"}


class _Signs(QtGui.QSyntaxHighlighter):
    """Colours lines by the sign that they begin with."""

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        ink = _INKS.get(text[:1])
        if ink is not None:
            self.setFormat(0, len(text), theme.colour(ink))


class ComparePane(QtWidgets.QWidget):
    """The difference as lines with + and -, and the way back.

    Signals:
        left(): the delivery itself is to be shown again.
    """

    left = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = Label("", "body", "muted", wrap=True)
        self.text = CodeView("Difference to the delivery before", lines=8)
        self._signs = _Signs(self.text.document())
        self.back = Button("Back to the delivery", icon="arrow-left", compact=True)
        column = Column(gap=10, margins=(16, 12, 16, 14))
        row = Row(gap=12)
        row.add(self.about, stretch=1)
        row.add(self.back)
        column.add(row)
        column.add(self.text, stretch=1)
        self.setLayout(column)
        self.back.clicked.connect(self.left)
        theme.changed.connect(self._signs.rehighlight)

    def show_difference(self, before: Delivery, text: str) -> None:
        """Show what differs from an earlier one."""
        moment = local(before.received_at)
        at = f"{moment:%Y-%m-%d %H:%M:%S}"
        if text:
            self.about.setText(f"Compared with no. {before.id} of {at}.")
        else:
            self.about.setText(f"The body is that of no. {before.id} of {at}.")
        self.text.show_text(text)
        self.text.setVisible(bool(text))
        self.back.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
