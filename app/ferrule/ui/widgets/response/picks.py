"""Picking from the tree of a response: ways, drags, uses, and what is tinted."""

from collections.abc import Sequence

from PySide6 import QtCore

from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.path_drag import Pick, pick_of, write_mime
from ferrule.ui.widgets.response.pages import TreePage
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.item_places import ItemsAt
from ferrule.workspace.picking import Reach


class ResponsePicks(QtCore.QObject):
    """What a person points at in the tree, written for the field that wants it.

    Signals:
        picked(object): the Pick of a value, the way that was chosen as its best.
        used(str, object): use this tuple of Picks for what has that key.
    """

    picked = QtCore.Signal(object)
    used = QtCore.Signal(str, object)

    def __init__(self, page: TreePage, document: JsonDocument) -> None:
        super().__init__(page)
        self._page = page
        self._document = document
        self._matches: Sequence[str] = ()
        self.items = ItemsAt()
        self.reach: Reach = "item"
        view = page.view
        view.picked.connect(self._pick)
        view.moved.connect(self._follow)
        view.used.connect(self._use)
        view.ways_wanted.connect(page.picks.show_all)
        view.tree.carry = self._carry
        page.picks.chosen.connect(self._pick_as)

    def set_items(self, items: ItemsAt) -> bool:
        """Write paths relative to other items; say whether they are others."""
        changed, self.items = items != self.items, items
        if changed:
            self.show_ways()
        return changed

    def set_reach(self, reach: Reach) -> None:
        """Write paths for a field that looks at an item, or at the whole response."""
        if reach != self.reach:
            self.reach = reach
            self.show_ways()

    def set_matches(self, paths: Sequence[str]) -> None:
        """Tint these normalised paths, given in document order."""
        self._matches = paths
        self._page.view.set_matches(paths)
        self._end_note()

    def show_lacking(self, paths: Sequence[str], note: str) -> None:
        """Tint these places instead, say why, and go to the first; N goes on."""
        view = self._page.view
        view.set_matches(paths)
        self._page.picks.show_note(note)
        if paths and view.reveal(paths[0]):
            view.expand(view.currentIndex())
            top = view.ScrollHint.PositionAtTop
            view.scrollTo(view.currentIndex(), top)
        view.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        announce(view, note)

    def leave_lacking(self) -> bool:
        """Tint the matches again; say whether something else was tinted."""
        was = bool(self._page.picks.note)
        if was:
            self.set_matches(self._matches)
        return was

    @QtCore.Slot()
    def show_ways(self) -> None:
        """Offer the ways to write the current value's path."""
        index = self._page.view.currentIndex()
        ways = self._pick_at(index).ways(self.reach) if index.isValid() else ()
        note = self._page.picks.note
        self._page.picks.show_ways(ways)
        self._page.picks.show_note(note)

    def _end_note(self) -> None:
        self._page.picks.show_note("")

    def _pick_at(self, index: QtCore.QModelIndex) -> Pick:
        tree = self._page.view.tree
        path, value = tree.row(index).path, tree.value(index)
        return pick_of(path, value, self._document.value, self.items)

    def _carry(self, rows: list[QtCore.QModelIndex]) -> QtCore.QMimeData:
        return write_mime([self._pick_at(row) for row in rows])

    @QtCore.Slot(str)
    def _pick(self, path: str) -> None:
        self.picked.emit(self._pick_at(self._page.view.tree.find(path)))

    @QtCore.Slot(str)
    def _pick_as(self, path: str) -> None:
        index = self._page.view.currentIndex()
        if index.isValid():
            self.picked.emit(self._pick_at(index).chosen(path))

    @QtCore.Slot(str)
    def _use(self, key: str) -> None:
        rows = self._page.view.chosen()
        self.used.emit(key, tuple(self._pick_at(row) for row in rows))

    @QtCore.Slot(str)
    def _follow(self, _path: str) -> None:
        self.show_ways()
