"""A fingerprint in words and in hex: what two people compare."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import theme
from ferrule.ui.widgets.code import Sunken
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column

_CELL = 10  # letters: the longest word has 8
_WIDE, _NARROW = 4, 2


class WordBlock(Sunken):
    """Eight words in rows of four, of two where there is no room, with the hex below.

    The words are the first 88 bits of the key's id, the hex the first 128.
    """

    def __init__(self) -> None:
        self.words = Label("", "code", selectable=True)
        self.words.setObjectName("bundles.words")
        self.hex = Label("", "code_small", "muted", wrap=True, selectable=True)
        self.hex.setAccessibleName("Fingerprint in hex")
        narrow = QtWidgets.QSizePolicy.Policy
        self.words.setSizePolicy(narrow.Ignored, narrow.Preferred)
        self._words: tuple[str, ...] = ()
        super().__init__(
            Column(self.words, self.hex, gap=6, margins=(12, 9, 12, 9)),
        )

    def show_key(self, words: Sequence[str], fingerprint: str) -> None:
        """Show the fingerprint of another key."""
        self._words = tuple(words)
        spoken = Data(" ".join(words))
        self.words.setAccessibleName(f"Fingerprint in words: {spoken}")
        self.hex.setText(Data(fingerprint))
        self._arrange()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Take two or four columns, as there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.width() - theme.px(24)
        row = theme.width(Data("m" * (_CELL * _WIDE - 2)), "code")
        columns = _WIDE if room >= row else _NARROW
        cells = [word.ljust(_CELL) for word in self._words]
        rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
        text = "\n".join("".join(row).rstrip() for row in rows)
        if text != self.words.text():
            self.words.setText(Data(text))
            self.words.setMinimumHeight(
                round(theme.measured("code").lineSpacing()) * max(len(rows), 1)
            )


def words_line(words: Sequence[str]) -> Data:
    """Return words as one line."""
    return Data(" ".join(words))


def top_right(label: QtWidgets.QLabel) -> QtWidgets.QLabel:
    """Return a label whose text stands at the right, at the top."""
    flags = QtCore.Qt.AlignmentFlag
    label.setAlignment(flags.AlignRight | flags.AlignTop)
    return label
