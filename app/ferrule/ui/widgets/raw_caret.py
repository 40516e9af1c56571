"""The caret and the selection of a raw text, moved by keyboard and mouse."""

import re
from collections.abc import Callable
from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.ui.models.raw_text import RawText

_KEYS = QtCore.Qt.Key
_FLAGS = QtCore.Qt.KeyboardModifier
_WORD: Final = re.compile(r"\w+")
_MOST_WORD: Final = 200


class RawCaret:
    """Where the caret stands and from where it selects; both are offsets."""

    def __init__(self, raw: RawText) -> None:
        self._raw = raw
        self.place = 0
        self.anchor = 0

    def selection(self) -> tuple[int, int]:
        """Return where the selection begins and ends."""
        return min(self.place, self.anchor), max(self.place, self.anchor)

    def move(self, place: int, *, keep: bool = False) -> None:
        """Go to an offset; `keep` selects on the way."""
        self.place = min(max(place, 0), len(self._raw))
        if not keep:
            self.anchor = self.place

    def select(self, start: int, stop: int) -> None:
        """Select from one offset to another."""
        self.anchor, self.place = start, stop

    def select_word(self, place: int) -> None:
        """Select the word around an offset."""
        start, stop = max(place - _MOST_WORD, 0), place + _MOST_WORD
        for found in _WORD.finditer(self._raw.piece(start, stop)):
            first, last = found.start() + start, found.end() + start
            if first <= place <= last:
                self.select(first, last)

    def press(self, event: QtGui.QKeyEvent, page: int) -> bool:
        """Move as a key asks; say whether it asked for anything."""
        held = bool(event.modifiers() & _FLAGS.ControlModifier)
        way = _WAYS.get((_KEYS(event.key()), held))
        if way is None:
            return False
        keep = bool(event.modifiers() & _FLAGS.ShiftModifier)
        self.move(way(self, page), keep=keep)
        return True

    def down(self, lines: int) -> int:
        """Return the offset that many lines below, in the same column if it can be."""
        here = self._raw.line_at(self.place)
        line = min(max(here + lines, 0), self._raw.line_count - 1)
        column = self.place - self._raw.span(here)[0]
        start, stop = self._raw.span(line)
        return min(start + column, stop)

    def line_end(self, side: int) -> int:
        """Return where the line begins (0) or ends (1)."""
        return self._raw.span(self._raw.line_at(self.place))[side]

    def text_end(self) -> int:
        """Return where the text ends."""
        return len(self._raw)


_WAYS: Final[dict[tuple[QtCore.Qt.Key, bool], Callable[[RawCaret, int], int]]] = {
    (_KEYS.Key_Left, False): lambda caret, _: caret.place - 1,
    (_KEYS.Key_Right, False): lambda caret, _: caret.place + 1,
    (_KEYS.Key_Up, False): lambda caret, _: caret.down(-1),
    (_KEYS.Key_Down, False): lambda caret, _: caret.down(1),
    (_KEYS.Key_PageUp, False): lambda caret, page: caret.down(-page),
    (_KEYS.Key_PageDown, False): lambda caret, page: caret.down(page),
    (_KEYS.Key_Home, False): lambda caret, _: caret.line_end(0),
    (_KEYS.Key_End, False): lambda caret, _: caret.line_end(1),
    (_KEYS.Key_Home, True): lambda _caret, _page: 0,
    (_KEYS.Key_End, True): lambda caret, _: caret.text_end(),
}
