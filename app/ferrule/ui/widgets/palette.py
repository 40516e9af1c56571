"""The palette: every command, page and thing by a few letters (Ctrl+K)."""

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import (
    RIGHT,
    metrics,
    paint_box,
    paint_icon,
    paint_text,
    theme,
)
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.layouts import Column

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_MOST: Final = 50
_LEAST_SCORE: Final = 60
_ROW: Final = 36
_KEYS = QtCore.Qt.Key
_STEPS: Final[dict[int, int]] = {
    _KEYS.Key_Down: 1,
    _KEYS.Key_Up: -1,
    _KEYS.Key_PageDown: 8,
    _KEYS.Key_PageUp: -8,
}
_ENTER: Final[frozenset[int]] = frozenset({_KEYS.Key_Return, _KEYS.Key_Enter})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to find: its text, what kind it is, its key, and what to do."""

    text: str
    do: Callable[[], object]
    kind: str = ""
    icon: str = ""
    keys: str = ""
    words: str = ""


def ranked(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """Return the entries that fit what was typed, the best first; all for nothing.

    Beginnings and whole words go first, then what is fuzzily near (typing errors).
    """
    needle = typed.casefold().strip()
    if not needle:
        return list(entries[:_MOST])
    # Imported with the first letter typed: the window must not wait for it.
    fuzz = importlib.import_module("rapidfuzz.fuzz")
    scored = [(_score(entry, needle, fuzz.WRatio), entry) for entry in entries]
    good = [pair for pair in scored if pair[0] >= _LEAST_SCORE]
    good.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in good[:_MOST]]


def _score(entry: Entry, needle: str, near: Callable[[str, str], float]) -> float:
    text = entry.text.casefold()
    if text.startswith(needle):
        return 300.0
    if any(word.startswith(needle) for word in f"{text} {entry.words}".split()):
        return 200.0
    if needle in text:
        return 150.0
    return near(needle, f"{text} {entry.words.casefold()}")


class _Entries(QtCore.QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.shown = entries
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(
        self, index: _Index, role: int = QtCore.Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        entry = self.shown[index.row()]
        if role == QtCore.Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == QtCore.Qt.ItemDataRole.AccessibleTextRole:
            parts = (entry.text, entry.kind, entry.keys)
            return ", ".join(part for part in parts if part)
        return None


class _EntryDelegate(QtWidgets.QStyledItemDelegate):
    def __init__(self, model: _Entries) -> None:
        super().__init__(model)
        self._model = model

    def sizeHint(
        self, _option: QtWidgets.QStyleOptionViewItem, _index: _Index
    ) -> QtCore.QSize:
        return QtCore.QSize(theme.px(200), theme.px(_ROW))

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        entry = self._model.shown[index.row()]
        box: QtCore.QRect = option.rect
        if option.state & QtWidgets.QStyle.StateFlag.State_Selected:
            paint_box(painter, box, theme.px(metrics.RADIUS), "selection")
        inner = box.adjusted(theme.px(10), 0, -theme.px(10), 0)
        if entry.icon:
            side = theme.px(metrics.ICON)
            top = inner.top() + (inner.height() - side) // 2
            mark = QtCore.QRect(inner.left(), top, side, side)
            paint_icon(painter, mark, entry.icon, "muted")
        tail = "   ".join(part for part in (entry.kind, entry.keys) if part)
        paint_text(painter, inner, tail, role="caption", ink="muted", align=RIGHT)
        room = theme.width(tail, "caption") + theme.px(12)
        text = inner.adjusted(theme.px(26), 0, -room, 0)
        paint_text(painter, text, entry.text)


class Palette(QtWidgets.QDialog):
    """A field over a list; the arrow keys move in the list, Enter does the entry."""

    def __init__(self, entries: Iterable[Entry], parent: QtWidgets.QWidget) -> None:
        super().__init__(parent, QtCore.Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setAccessibleName("Palette")
        self._entries = tuple(entries)
        self._model = _Entries()
        self.field = LineEdit(
            name="Find a command or page",
            placeholder="Find a command or page",
            icon="search",
        )
        self.list = QtWidgets.QListView()
        self.list.setAccessibleName("Found")
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(self._model))
        self.list.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.setLayout(Column(self.field, self.list, margins=(8, 8, 8, 8)))
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._do)
        self._place(parent)
        self._find("")

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Let the arrow keys and Enter of the field act on the list."""
        if isinstance(event, QtGui.QKeyEvent) and event.type() == (
            QtCore.QEvent.Type.KeyPress
        ):
            step = _STEPS.get(event.key())
            if step is not None:
                self._move(step)
                return True
            if event.key() in _ENTER:
                self._do()
                return True
        return super().eventFilter(watched, event)

    def found(self) -> list[str]:
        """Return the texts of the entries shown."""
        return [entry.text for entry in self._model.shown]

    def paintEvent(self, _event: object) -> None:
        """Draw the panel."""
        painter = QtWidgets.QStylePainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        paint_box(painter, self.rect(), 0, "surface", border="border")

    def _place(self, parent: QtWidgets.QWidget) -> None:
        width = min(theme.px(560), parent.width() - theme.px(48))
        self._tallest = min(theme.px(420), parent.height() - theme.px(96))
        self.setFixedWidth(width)
        self._fit()
        top = parent.mapToGlobal(QtCore.QPoint(0, 0))
        self.move(top.x() + (parent.width() - width) // 2, top.y() + theme.px(64))

    @QtCore.Slot(str)
    def _find(self, typed: str) -> None:
        self._model.show_entries(ranked(self._entries, typed))
        if self._model.shown:
            self.list.setCurrentIndex(self._model.index(0))
        self._fit()

    def _fit(self) -> None:
        """Be as high as what was found, within the window."""
        rows = max(len(self._model.shown), 1) * theme.px(_ROW)
        height = rows + self.field.sizeHint().height() + theme.px(28)
        self.setFixedHeight(min(height, self._tallest))

    def _move(self, step: int) -> None:
        last = len(self._model.shown) - 1
        if last >= 0:
            row = min(max(self.list.currentIndex().row() + step, 0), last)
            self.list.setCurrentIndex(self._model.index(row))

    @QtCore.Slot()
    def _do(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self._model.shown):
            entry = self._model.shown[row]
            self.accept()
            entry.do()
