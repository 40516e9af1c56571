"""Searching a response: in its tree or in its raw text, whichever is shown."""

from functools import partial
from typing import Final, Literal

from PySide6 import QtCore

from ferrule.exchange import Missing
from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.json_search import MOST, search
from ferrule.ui.models.json_value import Steps
from ferrule.ui.models.raw_text import MOST_HITS, find_all
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.find_row import FindRow
from ferrule.ui.widgets.json_view import JsonView
from ferrule.ui.widgets.raw_view import RawView

Where = Literal["tree", "raw", ""]
_AT_ONCE: Final = 64_000


class ResponseFind(QtCore.QObject):
    """What is searched for and the hits; large texts are searched in a thread."""

    def __init__(
        self, row: FindRow, tree: JsonView, raw: RawView, document: JsonDocument
    ) -> None:
        super().__init__(row)
        self._document = document
        self._row = row
        self._tree = tree
        self._raw = raw
        self._where: Where = "tree"
        self._size = 0
        self._turn = 0
        self._places: list[Steps] = []
        self._number = -1
        self._tasks = Tasks(self)
        row.asked.connect(self.again)
        row.stepped.connect(self.step)
        raw.searched.connect(self._tell_raw)
        document.spelled.connect(self.again)

    def set_place(self, where: Where, size: int) -> None:
        """Search there from now on; `size` is that of the body in bytes."""
        self._where = where
        self._size = size
        self._row.setVisible(bool(where))
        self.again()

    @QtCore.Slot()
    def again(self) -> None:
        """Search for what the row holds."""
        self._turn += 1
        self._places = []
        self._number = -1
        needle = self._row.field.text()
        self._tree.set_needle(needle if self._where == "tree" else "")
        if not needle or not self._where:
            self._raw.set_hits([], 0)
            self._row.show_count(0, 0)
        elif self._size <= _AT_ONCE:
            self._found(needle, self._search(needle, self._turn))
        else:
            self._row.show_waiting()
            self._tasks.start("find", self._later(needle, self._turn))

    @QtCore.Slot(int)
    def step(self, way: int) -> None:
        """Go to the next hit or to the one before."""
        if self._where == "raw":
            (self._raw.next_hit if way > 0 else self._raw.previous_hit)()
        elif self._places:
            self._show((self._number + way) % len(self._places))

    async def close_work(self) -> None:
        """End the search that is under way."""
        self._turn += 1
        await self._tasks.cancel_all()

    async def _later(self, needle: str, turn: int) -> None:
        found = await in_thread(lambda: self._search(needle, turn))
        if turn == self._turn:
            self._found(needle, found)

    def _search(self, needle: str, turn: int) -> list[Steps] | list[int]:
        stopped = partial(self._is_stale, turn)
        if self._where == "raw":
            return find_all(self._raw.raw, needle, stopped)
        value = self._document.shown
        if isinstance(value, Missing):  # still read: what there is of it
            value = self._tree.tree.document
        return [] if isinstance(value, Missing) else search(value, needle, stopped)

    def _is_stale(self, turn: int) -> bool:
        return turn != self._turn

    def _found(self, needle: str, found: list[Steps] | list[int]) -> None:
        offsets = [hit for hit in found if isinstance(hit, int)]
        self._places = [hit for hit in found if isinstance(hit, tuple)]
        self._row.show_count(0, len(found))
        if self._where == "raw":
            self._raw.set_hits(offsets, len(needle))
        elif self._places:
            self._show(0)

    def _show(self, number: int) -> None:
        self._number = number
        self._tree.reveal(self._places[number])
        total = len(self._places)
        self._row.show_count(number + 1, total, most=total >= MOST)

    @QtCore.Slot(int)
    def _tell_raw(self, number: int) -> None:
        total = self._raw.hit_count
        if total:
            self._row.show_count(number, total, most=total >= MOST_HITS)
