"""The response of the service: read it, search it, pick paths from it.

Whatever comes is shown as what it is: JSON as a tree and a table, anything else as raw
text with a word on why there is no tree. Large bodies are read in threads.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.clock import Clock, SystemClock
from ferrule.errors import ExchangeError, FerruleError
from ferrule.exchange import Json, Missing, Response
from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.json_value import read_path
from ferrule.ui.models.leaf_use import leaves_used
from ferrule.ui.models.raw_text import RawText
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.find_row import FindRow
from ferrule.ui.widgets.layouts import Column, Pane
from ferrule.ui.widgets.message import Level, Waiting
from ferrule.ui.widgets.response.coming import WAITING, Coming, Received, nothing
from ferrule.ui.widgets.response.fill import AT_ONCE, RAW, TREE, ResponseFill
from ferrule.ui.widgets.response.find import ResponseFind, Where
from ferrule.ui.widgets.response.head import ResponseHead, size_text
from ferrule.ui.widgets.response.jump import ResponseJump
from ferrule.ui.widgets.response.pages import (
    NarrowEmpty,
    TreePage,
    raw_button,
    told_empty,
    told_unreadable,
)
from ferrule.ui.widgets.response.picks import ResponsePicks
from ferrule.ui.widgets.response.swap import Swap
from ferrule.ui.widgets.tabs import TabPages
from ferrule.workspace.item_places import ItemsAt, places_in

HUGE: Final = 128_000_000
_PATIENCE_MS: Final = 100
_PLACES: Final[dict[int, Where]] = {TREE: "tree", RAW: "raw"}


class ResponseExplorer(QtWidgets.QWidget):
    """One response, or why there is none.

    Signals:
        picked(object): the Pick of a value, the way that was chosen as its best.
        used(str, object): use this tuple of Picks for what has that key.
        pick_left(): Escape was pressed while picking.
        cancelled(): the person does not want to wait for the response.
    """

    picked = QtCore.Signal(object)
    used = QtCore.Signal(str, object)
    pick_left = QtCore.Signal()
    cancelled = QtCore.Signal()

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        send_key: str = "F5",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock = clock or SystemClock()
        self._send_key = send_key
        self._response: Response | None = None
        self._tags: dict[str, str] = {}
        self._tasks = Tasks(self)
        self.document = JsonDocument(self)
        self.head = ResponseHead()
        self.waiting = Waiting(WAITING)
        self._coming = Coming(self.waiting)
        self.tree = TreePage()
        self.picks = ResponsePicks(self.tree, self.document)
        self._fills = ResponseFill(self.document, self._tasks)
        self.table, self.raw = self._fills.table, self._fills.raw
        self.headers, self.timing = self._fills.headers, self._fills.timing
        self.find_row = FindRow()
        self.pages = TabPages("Views of the response")
        self._swap = Swap()
        self._patience = QtCore.QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._lay_out()
        self._finder = ResponseFind(
            self.find_row, self.tree.view, self.raw, self.document
        )
        self._jump = ResponseJump(
            self.document, self.tree.view, self._fills, self.pages
        )
        self._connect()
        self.clear()

    @property
    def response(self) -> Response | None:
        """Return the response that is shown."""
        return self._response

    def show_response(self, response: Response, items: ItemsAt) -> None:
        """Show a response; `items` says which they are, for picking and the table."""
        self._rest()
        self.tree.forget()
        self._response = response
        self.picks.set_items(items)
        self.head.show_response(response, self._clock.now().astimezone())
        self._swap.show_page(self._content)
        self._fills.take(response, items)
        if not response.body or response.body.isspace():
            self._say_no_tree("info", *told_empty(response))
        elif len(response.body) > HUGE:
            self._offer_huge(response)
        else:
            self._read()

    def show_sending(self, received: Received = nothing) -> None:
        """Say, after 100 ms, that a response comes; keep showing the one before."""
        self._coming.begin(received)

    def show_error(self, error: FerruleError) -> None:
        """Show why no response came."""
        self._rest()
        self._forget()
        self.head.show_state("error", "No response")
        details = ""
        if isinstance(error, ExchangeError) and error.url:
            details = f"{error.method} {error.url}\n{error.snippet}".strip()
        self._swap.say("danger", error.message, error.advice, details=details)

    def clear(self) -> None:
        """Go back to the beginning."""
        self._rest()
        self._forget()
        self.head.show_state("untouched", "No response yet")
        line = (
            f"Press Send ({self._send_key}) to ask the service. Its answer appears "
            "here, and every value in it can be picked."
        )
        self._swap.show_page(NarrowEmpty("send", "Nothing sent yet", line))

    async def close_work(self) -> None:
        """End what is under way and let go of the response, which may be large."""
        self._rest()
        self._forget()
        await self._tasks.cancel_all()
        for part in (self._finder, self._jump, self.document):
            await part.close_work()
        self.raw.set_text(RawText(""))
        self.table.show_items([])

    def set_items(self, items: ItemsAt) -> None:
        """Take other items of the same response."""
        if self.picks.set_items(items):
            self._fills.renew_items(items)
            self._fill(self.pages.bar.currentIndex())
            self._tell_use()

    def set_uses(self, uses: Sequence[tuple[str, str]]) -> None:
        """Take what values can be used for: (key, words), an empty key a divider."""
        self.tree.view.uses = uses

    def set_matches(self, paths: Sequence[str]) -> None:
        """Tint these normalised paths in the tree, in document order."""
        self.picks.set_matches(paths)

    def show_lacking(self, paths: Sequence[str], note: str) -> None:
        """Tint these items instead, say why, and go to the first; N goes on."""
        self.pages.bar.setCurrentIndex(TREE)
        self.picks.show_lacking(paths, note)

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Show in the tree which field these normalised paths are mapped to."""
        self._tags = dict(tags)
        self.tree.view.set_tags(tags)
        self._tell_use()

    def set_picking(self, on: bool) -> None:  # noqa: FBT001  agreed with the pages
        """Let a plain click in the tree pick; turn to the tree for it."""
        self.tree.view.set_picking(on)
        if on:
            self.pages.bar.setCurrentIndex(TREE)

    @QtCore.Slot()
    def show_find(self) -> None:
        """Put the caret into the search field."""
        if self._response is None:
            return
        if self.pages.bar.currentIndex() not in _PLACES:
            self.pages.bar.setCurrentIndex(TREE)
        self.find_row.field.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self.find_row.field.selectAll()

    @QtCore.Slot()
    def show_raw(self) -> None:
        """Turn to the raw text."""
        self.pages.bar.setCurrentIndex(RAW)

    def _lay_out(self) -> None:
        self.pages.add("Tree", self.tree)
        self.pages.add("Table", self.table)
        self.pages.add("Raw", self.raw)
        self.pages.add("Headers", self.headers)
        self.pages.add("Timing", self.timing)
        content = Column(gap=0)
        content.add(self.pages, stretch=1)
        content.add(self.find_row)
        self._content = Pane(content)
        self._swap.keep(self._content)
        below = Column(self.waiting, gap=0)
        below.add(self._swap, stretch=1)
        column = Column(self.head, gap=0)
        column.add(Pane(below), stretch=1)
        self.setLayout(column)
        self.waiting.hide()

    def _connect(self) -> None:
        self.document.begun.connect(self._begin_tree)
        self.document.ready.connect(self._show_tree)
        self.document.failed.connect(self._show_unreadable)
        self.document.spelled.connect(self.tree.view.set_literals)
        self.picks.picked.connect(self.picked)
        self.picks.used.connect(self.used)
        self.tree.view.pick_left.connect(self.pick_left)
        self.table.opened.connect(self._open_item)
        self.pages.turned.connect(self._fill)
        self._fills.raw_shown.connect(self._finder.again)
        self.waiting.cancelled.connect(self.cancelled)
        self._patience.timeout.connect(self._say_reading)

    def _forget(self) -> None:
        self._response = None
        self._fills.take(None, self.picks.items)
        self._empty_tree()

    def _empty_tree(self) -> None:
        self.document.clear()
        self.tree.forget()

    def _rest(self) -> None:
        self._patience.stop()
        self._coming.end()

    @QtCore.Slot()
    def _read(self) -> None:
        if self._response is not None:
            self._patience.start()
            self.document.load(self._response.body)

    @QtCore.Slot()
    def _say_reading(self) -> None:
        self.tree.say("info", f"Reading {size_text(self.document.size)}…")

    @QtCore.Slot(object)
    def _begin_tree(self, value: Json) -> None:
        """Show the first entries; the rest is still read."""
        self._patience.stop()
        self.tree.begin_tree(value)
        self.find_row.show_fact(f"Reading {size_text(self.document.size)}…")

    @QtCore.Slot()
    def _show_tree(self) -> None:
        self._patience.stop()
        if not isinstance(self.document.value, Missing):
            self.tree.show_tree(self.document.value)
            self.tree.view.set_tags(self._tags)
        self._fills.renew_items(self.picks.items)
        self._tell_use()
        self._fill(self.pages.bar.currentIndex())

    @QtCore.Slot(object)
    def _show_unreadable(self, error: FerruleError) -> None:
        self._patience.stop()
        if self._response is not None:
            self._say_no_tree("warning", *told_unreadable(error, self._response))

    def _say_no_tree(self, level: Level, what: str, why: str) -> None:
        self._empty_tree()
        kept = (raw_button(self.show_raw),) if level == "warning" else ()
        self.tree.say(level, what, why, *kept)
        self.find_row.show_fact("")
        self._fill(self.pages.bar.currentIndex())

    def _offer_huge(self, response: Response) -> None:
        self._empty_tree()
        anyway = Button("Show the tree anyway", compact=True)
        anyway.clicked.connect(self._read)
        self.tree.say(
            "info",
            f"This is a large response: {size_text(len(response.body))}.",
            "Its tree may take some seconds and a lot of memory.",
            anyway,
            raw_button(self.show_raw),
        )
        self._fill(self.pages.bar.currentIndex())

    @QtCore.Slot(int)
    def _fill(self, page: int) -> None:
        """Fill the page that is shown, if what it holds is out of date."""
        if self._response is not None:
            self._fills.fill(page)
            self._finder.set_place(_PLACES.get(page, ""), len(self._response.body))

    @QtCore.Slot(int)
    def _open_item(self, number: int) -> None:
        """Show an item of the table in the tree."""
        places = places_in(self.document.value, self.picks.items)
        place = next(islice(places, number, None), None)
        where = place.path or place.at("$[0]") if place is not None else ""
        if where and self.tree.view.reveal(read_path(where)):
            self.pages.bar.setCurrentIndex(TREE)
            self.tree.view.expand(self.tree.view.currentIndex())
            self.tree.view.setFocus()

    def _tell_use(self) -> None:
        body, at, tags = self.document.value, self.picks.items, self._tags
        if self.document.busy:
            return
        if self.document.size <= AT_ONCE:
            self._show_use(leaves_used(body, at, tags))
        else:
            self._tasks.start("use", self._tell_use_later(body, at, tags))

    async def _tell_use_later(
        self, body: Json | Missing, at: ItemsAt, tags: Mapping[str, str]
    ) -> None:
        self._show_use(await in_thread(lambda: leaves_used(body, at, tags)))

    def _show_use(self, counted: tuple[int, int]) -> None:
        used, known = counted
        told = f"{used} of {known} leaves used" if used else ""
        self.find_row.show_fact(told)
