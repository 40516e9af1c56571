"""The list of completions below a path field: name, kind, how many have it, example."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.path_completion import Completions, Entry
from ferrule.ui.theme import RIGHT, paint_text, theme

_ENTRY: Final = int(QtCore.Qt.ItemDataRole.UserRole)
_MOST_ROWS: Final = 8
_WIDTH: Final = 380
_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex


class _Entries(QtCore.QAbstractListModel):
    """The entries of one list."""

    def __init__(self, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Hold other entries."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many entries there are."""
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(
        self, index: _Index, role: int = QtCore.Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the text to put in, the entry, or the sentence that is spoken."""
        entry = self.entries[index.row()]
        roles = QtCore.Qt.ItemDataRole
        if role in {roles.DisplayRole, roles.EditRole}:
            return entry.insert
        if role == roles.AccessibleTextRole:
            share = f"in {entry.count} of {entry.of}"
            example = f", for example {entry.example}" if entry.example else ""
            return f"{entry.label}, {entry.kind}, {share}{example}"
        return entry if role == _ENTRY else None


class _EntryDelegate(QtWidgets.QStyledItemDelegate):
    """Draws one entry in a row of 28 px."""

    def sizeHint(self, _option: object, _index: _Index) -> QtCore.QSize:
        """Return the height of a row."""
        return QtCore.QSize(theme.px(_WIDTH), theme.px(28))

    def paint(
        self,
        painter: QtGui.QPainter,
        option: QtWidgets.QStyleOptionViewItem,
        index: _Index,
    ) -> None:
        """Draw name, kind, share and example."""
        box: QtCore.QRect = option.rect
        entry = index.data(_ENTRY)
        flags = QtWidgets.QStyle.StateFlag
        if option.state & (flags.State_Selected | flags.State_HasFocus):
            painter.fillRect(box, theme.colour("selection"))
        elif option.state & flags.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        inner = box.adjusted(theme.px(10), 0, -theme.px(10), 0)
        name = QtCore.QRect(inner)
        name.setWidth(inner.width() // 2 - theme.px(8))
        paint_text(painter, name, Data(entry.label), role="code")
        rest = inner.adjusted(inner.width() // 2, 0, 0, 0)
        share = "" if entry.count == entry.of else f"{entry.count} of {entry.of}"
        room = theme.width(share, "caption") + theme.px(8) if share else 0
        paint_text(painter, rest, share, role="caption", ink="muted", align=RIGHT)
        rest.adjust(0, 0, -room, 0)
        told = f"{entry.kind}  {entry.example}"
        paint_text(painter, rest, told, role="caption", ink="muted")


class PathPopup(QtCore.QObject):
    """Completions below a field; arrows move, Tab or Enter takes, Escape leaves.

    Signals:
        chosen(int, int, str): put this text over these columns.
    """

    chosen = QtCore.Signal(int, int, str)

    def __init__(self, field: QtWidgets.QLineEdit) -> None:
        super().__init__(field)
        self._span = (0, 0)
        self._model = _Entries(self)
        self._completer = QtWidgets.QCompleter(self._model, self)
        modes = QtWidgets.QCompleter.CompletionMode
        self._completer.setCompletionMode(modes.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(_MOST_ROWS)
        self._completer.setWidget(field)
        view = QtWidgets.QListView()
        view.setAccessibleName("Completions")
        view.setFrameShape(QtWidgets.QFrame.Shape.Box)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        self._completer.setPopup(view)
        view.setItemDelegate(_EntryDelegate(view))
        self._view = view
        self._completer.activated.connect(self._take)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return what is offered."""
        return self._model.entries

    def shown(self) -> bool:
        """Return whether the list is open."""
        return self._view.isVisible()

    def dismiss(self) -> None:
        """Close the list."""
        self._view.hide()

    def take(self) -> bool:
        """Choose the current entry; say whether there was one to choose."""
        index = self._view.currentIndex()
        if not self.shown() or not index.isValid():
            return False
        self.dismiss()
        self._take(str(index.data()))
        return True

    def offer(self, found: Completions, place: QtCore.QRect) -> None:
        """Open the list at a place of the field, or close it where nothing fits."""
        self._span = (found.start, found.stop)
        self._model.show_entries(found.entries)
        if not found.entries:
            self.dismiss()
            return
        place.setWidth(theme.px(_WIDTH))
        self._completer.complete(place)
        self._view.setCurrentIndex(self._completer.completionModel().index(0, 0))

    @QtCore.Slot(str)
    def _take(self, text: str) -> None:
        self.chosen.emit(*self._span, text)
