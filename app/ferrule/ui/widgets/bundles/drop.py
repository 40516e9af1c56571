"""A place to drop a bundle on."""

from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row


class DropZone(QtWidgets.QFrame):
    """A place to drop one file on, with a button that does the same.

    Signals:
        dropped(object): the `Path` of the file.
        asked(): choose a file by a dialog.
    """

    dropped = QtCore.Signal(object)
    asked = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._over = False
        policy = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Maximum)
        self.choose = Button("Choose file")
        self.choose.setObjectName("bundles.choose")
        text = Column(
            Label("Drop a bundle here to verify it", "emphasis", wrap=True),
            Label("Nothing is installed or run", "caption", "muted", elide=True),
            gap=1,
        )
        row = Row(Glyph("file-down", "muted", 20), gap=12, margins=(16, 10, 14, 10))
        row.add(text, stretch=1)
        row.add(self.choose)
        self.setLayout(row)
        self.choose.clicked.connect(self.asked)

    def dragEnterEvent(self, event: QtGui.QDragEnterEvent) -> None:
        """Take one local file."""
        if _dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._light(on=True)

    def dragLeaveEvent(self, _event: object) -> None:
        """Put the light out."""
        self._light(on=False)

    def dropEvent(self, event: QtGui.QDropEvent) -> None:
        """Announce the file."""
        self._light(on=False)
        path = _dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def paintEvent(self, _event: object) -> None:
        """Draw the ground and the dashed edge."""
        painter = QtWidgets.QStylePainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        ink = "accent" if self._over else "control"
        pen = QtGui.QPen(theme.colour(ink), 1.5, QtCore.Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.colour("accent_tint" if self._over else "ground"))
        box = QtCore.QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, theme.px(8), theme.px(8))

    def _light(self, *, on: bool) -> None:
        self._over = on
        self.update()


def _dropped_file(mime: QtCore.QMimeData) -> Path | None:
    files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return Path(files[0]) if len(files) == 1 else None
