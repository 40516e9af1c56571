"""A line that takes a file: dropped on it, or chosen by a dialog."""

from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Row


class FileZone(QtWidgets.QFrame):
    """A place to drop a file on, with a button that does the same.

    Signals:
        asked(): choose a file by a dialog.
    """

    asked = QtCore.Signal()

    def __init__(self, text: str) -> None:
        super().__init__()
        self._over = False
        self.choose = Button("Choose file…", icon="folder-open")
        self.choose.setAccessibleName(f"Choose file: {text}")
        row = Row(Glyph("file-down", "muted", 18), gap=10, margins=(12, 8, 8, 8))
        row.add(Label(text, "body", "muted", wrap=True), stretch=1)
        row.add(self.choose)
        self.setLayout(row)
        self.choose.clicked.connect(self.asked)

    def light(self, *, on: bool) -> None:
        """Show that what is dragged may be dropped."""
        self._over = on
        self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Draw the ground and the dashed edge."""
        painter = QtWidgets.QStylePainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        ink = "accent" if self._over else "control"
        pen = QtGui.QPen(theme.colour(ink), 1, QtCore.Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.colour("accent_tint" if self._over else "surface"))
        box = QtCore.QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))


def dropped_file(mime: QtCore.QMimeData) -> Path | None:
    """Return the one local file that is dragged, None where it is something else."""
    files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return Path(files[0]) if len(files) == 1 else None
