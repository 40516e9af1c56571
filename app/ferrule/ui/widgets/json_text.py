"""A text area for JSON: the fixed font, strings, numbers and words lightly coloured."""

import re
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import theme

_TOKEN: Final = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*"?)(?P<colon>\s*:)?'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>\b(?:true|false|null)\b)"
)


class JsonText(QtWidgets.QPlainTextEdit):
    """A text area in the fixed font, lightly coloured."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setProperty("frameless", True)
        self.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self._colours = JsonColours(self.document())
        theme.changed.connect(self._dress)
        self._dress()

    @QtCore.Slot()
    def _dress(self) -> None:
        self.setFont(theme.font("code"))
        self.document().setDocumentMargin(theme.px(12))
        self._colours.rehighlight()


class JsonColours(QtGui.QSyntaxHighlighter):
    """Colours strings, numbers and words; a name keeps the colour of text."""

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for token in _TOKEN.finditer(text):
            start, end = token.span()
            if token["string"] and token["colon"] is None:
                ink = "json_string"
            elif token["string"]:
                continue
            else:
                ink = "json_number" if token["number"] else "json_boolean"
            form = QtGui.QTextCharFormat()
            form.setForeground(theme.colour(ink))
            self.setFormat(start, end - start, form)
