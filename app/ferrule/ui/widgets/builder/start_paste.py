"""What a person pastes to begin from: a cURL command, an address, or JSON.

Enter begins; Shift+Enter makes a new line. What it is taken for is said while typing.
"""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme
from ferrule.workspace.beginning import kind_of

_LINES: Final = (2, 7)
_LOOKED_AT: Final = 256_000
_ENTER: Final = frozenset({QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter})


class PasteEdit(QtWidgets.QPlainTextEdit):
    """Several lines of code that grow with what stands in them.

    Signals:
        submitted(): the person pressed Enter.
    """

    submitted = QtCore.Signal()

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setWordWrapMode(QtGui.QTextOption.WrapMode.WrapAnywhere)
        self.textChanged.connect(self._fit)
        theme.changed.connect(self._dress)
        self._dress()

    def text(self) -> str:
        """Return what stands here."""
        return self.toPlainText()

    def taken_for(self) -> str:
        """Return what the text is taken for, empty where it is nothing known."""
        raw = self.text().encode("utf-8", "replace")
        if len(raw) > _LOOKED_AT:
            return "Large text"
        found = kind_of(raw)
        return found.title if found is not None else ""

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Begin by Enter."""
        shifted = event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier
        if event.key() in _ENTER and not shifted:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QtCore.QMimeData) -> None:
        """Take text as it is, never what a file's address would be."""
        if source.hasText():
            self.insertPlainText(source.text())

    def canInsertFromMimeData(self, source: QtCore.QMimeData) -> bool:
        """Leave files to the page around."""
        return source.hasText() and not source.hasUrls()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Be as high as the lines need."""
        super().resizeEvent(event)
        self._fit()

    @QtCore.Slot()
    def _dress(self) -> None:
        self.setFont(theme.font("code"))
        self.viewport().setFont(theme.font("code"))  # the placeholder's
        self.document().setDocumentMargin(theme.px(7))
        self._fit()

    @QtCore.Slot()
    def _fit(self) -> None:
        least, most = _LINES
        rows = min(max(int(self.document().size().height()), least), most)
        line = self.fontMetrics().lineSpacing()
        # The margin of the document, the padding and the border of the sheet.
        self.setFixedHeight(rows * line + 2 * (theme.px(7) + theme.px(4) + 1))
