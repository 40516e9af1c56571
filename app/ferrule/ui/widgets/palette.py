"""The palette: every command, connector, field, setting and run by a few letters.

It is worked from its field alone. What was typed is answered at once by plain matches;
fuzzy ones are added when nothing more is typed for a moment.
"""

from collections.abc import Iterable
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.palette import (
    MOST,
    PREFIXES,
    Entry,
    Haystack,
    ranked,
    recent,
    remember,
    split,
    warm,
)
from ferrule.ui.theme import (
    RIGHT,
    metrics,
    paint_box,
    paint_icon,
    paint_text,
    theme,
)
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.overlay import Overlay
from ferrule.ui.widgets.spoken import announce

__all__ = ["Entry", "Palette", "ranked", "warm"]
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_ROW: Final = 36
_WIDE: Final = 600
_TALLEST: Final = 480
_PAUSE_MS: Final = 60
_KEYS = QtCore.Qt.Key
_STEPS: Final[dict[int, int]] = {
    _KEYS.Key_Down: 1,
    _KEYS.Key_Up: -1,
    _KEYS.Key_PageDown: 8,
    _KEYS.Key_PageUp: -8,
}
_ENTER: Final[frozenset[int]] = frozenset({_KEYS.Key_Return, _KEYS.Key_Enter})
_HELP: Final = "> command   @ connector   # field   / setting   : run"


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
            return entry.sentence
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
        said = tr(entry.why or entry.kind)
        tail = Data("   ".join(part for part in (said, entry.keys) if part))
        room = min(theme.width(tail, "caption"), inner.width() // 2)
        right = inner.adjusted(inner.width() - room, 0, 0, 0)
        paint_text(painter, right, tail, role="caption", ink="muted", align=RIGHT)
        text = inner.adjusted(theme.px(26), 0, -room - theme.px(12), 0)
        paint_text(painter, text, entry.text, ink="muted" if entry.why else "text")


class Palette(Overlay):
    """A field over a list; the arrow keys move in the list, Enter does the entry.

    `entries` are the commands; others come with `put`. Without `prefixes` it searches
    one kind of thing that its `title` names.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        parent: QtWidgets.QWidget,
        *,
        title: str = "Find a command or page",
        prefixes: bool = True,
    ) -> None:
        super().__init__(parent, "Palette", _WIDE)
        self.setObjectName("palette")
        self._prefixes = prefixes
        self._stacks = {">": Haystack(entries)}
        self._waiting: set[str] = set()
        self._model = _Entries()
        self._pause = QtCore.QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build(title)
        self._connect()
        self._find()

    def put(self, prefix: str, entries: Iterable[Entry]) -> None:
        """Offer the entries of a prefix, which may come while the person types."""
        self._waiting.discard(prefix)
        self._stacks[prefix] = Haystack(entries)
        self._find()

    def wait_for(self, *prefixes: str) -> None:
        """Say that entries of these prefixes are still being read."""
        self._waiting.update(prefixes)
        self._find()

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

    def current(self) -> Entry | None:
        """Return the entry one is at."""
        row = self.list.currentIndex().row()
        return self._model.shown[row] if 0 <= row < len(self._model.shown) else None

    def open(self) -> None:
        """Show it with the keyboard in its field."""
        self.show_over(self.field)

    def _build(self, title: str) -> None:
        self.field = LineEdit(name=title, placeholder=title, icon="search")
        self.list = QtWidgets.QListView()
        self.list.setAccessibleName("Found")
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(self._model))
        self.list.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.nothing = Label("", "body", "muted", wrap=True)
        self.about = Label("", "caption", "text", elide=True)
        self.help = Label(_HELP, "caption", "muted", elide=True)
        if self._prefixes:
            self.field.setAccessibleDescription(_HELP)
        else:
            self.help.hide()
        column = Column(self.field, self.nothing, margins=(8, 8, 8, 8))
        column.add(self.list, stretch=1)
        column.add(self.about, self.help)
        self.setLayout(column)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._do)
        self._pause.timeout.connect(self._deepen)

    def _asked(self) -> tuple[str, str]:
        """Return the prefix and the words; without prefixes all is words."""
        typed = self.field.text()
        return split(typed) if self._prefixes else ("", typed)

    def _among(self, prefix: str) -> list[Haystack]:
        stacks = [self._stacks[prefix]] if prefix in self._stacks else []
        return stacks if prefix else list(self._stacks.values())

    @QtCore.Slot()
    def _find(self) -> None:
        prefix, typed = self._asked()
        stacks = self._among(prefix)
        if not prefix and not typed.strip():
            stacks = [self._stacks[">"]]
        latest = recent()
        found = [entry for s in stacks for entry in s.plain(typed, latest)][:MOST]
        self._show(found)
        if typed.strip() and self._prefixes and len(found) < MOST:
            self._pause.start()

    @QtCore.Slot()
    def _deepen(self) -> None:
        """Add what is fuzzily near to what is shown."""
        self._pause.stop()
        prefix, typed = self._asked()
        plain = list(self._model.shown)
        near = [e for s in self._among(prefix) for e in s.near(typed, plain)]
        if near:
            self._show((plain + near)[:MOST])

    def _show(self, found: list[Entry]) -> None:
        self._model.show_entries(found)
        if found:
            self.list.setCurrentIndex(self._model.index(0))
        self._tell()
        self._fit()

    def _tell(self) -> None:
        """Say what the entry does, or why nothing was found."""
        entry = self.current()
        self.about.setText((entry.why or entry.about) if entry else "")
        self.nothing.setVisible(entry is None)
        self.list.setVisible(entry is not None)
        if entry is None:
            self.nothing.setText(self._why_nothing())

    def _why_nothing(self) -> str:
        prefix, typed = self._asked()
        waiting = bool(self._waiting & ({prefix} if prefix else set(PREFIXES)))
        if waiting or self._pause.isActive():
            return "Searching…"
        if prefix and not self._among(prefix):
            return f"There are no {PREFIXES[prefix]} here."
        return f"Nothing found for “{typed.strip()}”. Type fewer letters."

    def _fit(self) -> None:
        """Be as high as what was found, within the window."""
        rows = max(len(self._model.shown), 1) * theme.px(_ROW)
        foot = round(2 * theme.measured("caption").height()) + theme.px(24)
        height = rows + self.field.sizeHint().height() + theme.px(28) + foot
        self.setFixedHeight(min(height, theme.px(_TALLEST), self.tallest))

    def _move(self, step: int) -> None:
        last = len(self._model.shown) - 1
        if last >= 0:
            row = min(max(self.list.currentIndex().row() + step, 0), last)
            self.list.setCurrentIndex(self._model.index(row))
            self._tell()
            announce(self.field, self._model.shown[row].sentence)

    @QtCore.Slot()
    def _do(self) -> None:
        if self._pause.isActive() and not self._model.shown:
            self._deepen()
        entry = self.current()
        if entry is None:
            return
        if entry.why:
            announce(self.field, entry.why)
            return
        remember(entry)
        self.leave()
        entry.do()
