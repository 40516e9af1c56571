"""The response of the service: read it, search it, pick paths from it.

Whatever comes is shown as what it is: JSON as a tree and a table, anything else as raw
text with a word on why there is no tree. Large bodies are read in threads.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.clock import Clock, SystemClock
from ferrule.errors import ExchangeError, FerruleError
from ferrule.exchange import MISSING, Missing, Response
from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.leaf_use import first_item, items_of, leaves_used
from ferrule.ui.models.raw_text import RawText, read_raw
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.find_row import FindRow
from ferrule.ui.widgets.layouts import Column, Pane
from ferrule.ui.widgets.message import Level, Waiting
from ferrule.ui.widgets.raw_view import RawView
from ferrule.ui.widgets.response_find import ResponseFind, Where
from ferrule.ui.widgets.response_head import ResponseHead, size_text
from ferrule.ui.widgets.response_pages import (
    HeadersPage,
    NarrowEmpty,
    Swap,
    TablePage,
    TreePage,
    raw_button,
    told_empty,
    told_unreadable,
)
from ferrule.ui.widgets.tabs import TabPages
from ferrule.workspace.previewing import relative_paths

HUGE: Final = 50_000_000
_AT_ONCE: Final = 64_000
_PATIENCE_MS: Final = 100
_BEAT_MS: Final = 100
_TREE, _TABLE, _RAW, _HEADERS = range(4)
_PLACES: Final[dict[int, Where]] = {_TREE: "tree", _RAW: "raw"}


class ResponseExplorer(QtWidgets.QWidget):
    """One response, or why there is none.

    Signals:
        picked(object): a tuple of ways to write a picked path, the best first.
        pick_left(): Escape was pressed while picking.
        cancelled(): the person does not want to wait for the response.
    """

    picked = QtCore.Signal(object)
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
        self._items_path = ""
        self._tags: dict[str, str] = {}
        self._stale: set[int] = set()
        self._since = QtCore.QElapsedTimer()
        self._tasks = Tasks(self)
        self.document = JsonDocument(self)
        self.head = ResponseHead()
        self.waiting = Waiting("Waiting for the response")
        self.tree = TreePage()
        self.table = TablePage()
        self.raw = RawView("Response as raw text")
        self.headers = HeadersPage()
        self.find_row = FindRow()
        self.pages = TabPages("Views of the response")
        self._swap = Swap()
        self._beat = QtCore.QTimer(self, interval=_BEAT_MS)
        self._patience = QtCore.QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._lay_out()
        self._finder = ResponseFind(self.find_row, self.tree.view, self.raw)
        self._connect()
        self._bind_keys()
        self.clear()

    @property
    def response(self) -> Response | None:
        """Return the response that is shown."""
        return self._response

    def show_response(self, response: Response, items_path: str) -> None:
        """Show a response; `items_path` names its items, for picking and the table."""
        self._rest()
        self._response = response
        self._items_path = items_path
        self.head.show_response(response, self._clock.now().astimezone())
        self._swap.show_page(self._content)
        self._stale = {_TABLE, _RAW, _HEADERS}
        if not response.body.strip():
            self._say_no_tree("info", *told_empty(response))
        elif len(response.body) > HUGE:
            self._offer_huge(response)
        else:
            self._read()

    def show_sending(self) -> None:
        """Say, after 100 ms, that a response is waited for; keep the one before."""
        self._since.start()
        self._beat.start()

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

    def set_items_path(self, items_path: str) -> None:
        """Take another path of the items."""
        if items_path != self._items_path:
            self._items_path = items_path
            self._stale.add(_TABLE)
            self._fill(self.pages.bar.currentIndex())
            self._show_ways(self.tree.view.current_path())
            self._tell_use()

    def set_matches(self, paths: Sequence[str]) -> None:
        """Tint these normalised paths in the tree, in document order."""
        self.tree.view.set_matches(paths)

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Show in the tree which field these normalised paths are mapped to."""
        self._tags = dict(tags)
        self.tree.view.set_tags(tags)
        self._tell_use()

    def set_picking(self, on: bool) -> None:  # noqa: FBT001  agreed with the pages
        """Let a plain click in the tree pick; turn to the tree for it."""
        self.tree.view.set_picking(on)
        if on:
            self.pages.bar.setCurrentIndex(_TREE)

    @QtCore.Slot()
    def show_find(self) -> None:
        """Put the caret into the search field."""
        if self._response is None:
            return
        if self.pages.bar.currentIndex() not in _PLACES:
            self.pages.bar.setCurrentIndex(_TREE)
        self.find_row.field.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self.find_row.field.selectAll()

    @QtCore.Slot()
    def show_raw(self) -> None:
        """Turn to the raw text."""
        self.pages.bar.setCurrentIndex(_RAW)

    def _lay_out(self) -> None:
        self.pages.add("Tree", self.tree)
        self.pages.add("Table", self.table)
        self.pages.add("Raw", self.raw)
        self.pages.add("Headers", self.headers)
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
        self.document.ready.connect(self._show_tree)
        self.document.failed.connect(self._show_unreadable)
        self.tree.view.picked.connect(self._pick)
        self.tree.view.moved.connect(self._show_ways)
        self.tree.view.pick_left.connect(self.pick_left)
        self.tree.picks.chosen.connect(self.picked)
        self.table.opened.connect(self._open_item)
        self.pages.turned.connect(self._fill)
        self.waiting.cancelled.connect(self.cancelled)
        self._beat.timeout.connect(self._tick)
        self._patience.timeout.connect(self._say_reading)

    def _bind_keys(self) -> None:
        for keys, do in (
            ("Ctrl+F", self.show_find),
            ("F3", self.find_row.down.click),
            ("Shift+F3", self.find_row.up.click),
        ):
            shortcut = QtGui.QShortcut(QtGui.QKeySequence(keys), self)
            inside = QtCore.Qt.ShortcutContext.WidgetWithChildrenShortcut
            shortcut.setContext(inside)
            shortcut.activated.connect(do)

    def _forget(self) -> None:
        self._response = None
        self._stale = set()
        self._tasks.cancel("raw")
        self._empty_tree()

    def _empty_tree(self) -> None:
        self.document.clear()
        self.tree.view.set_document(MISSING)

    def _rest(self) -> None:
        self._beat.stop()
        self._patience.stop()
        self.waiting.hide()

    @QtCore.Slot()
    def _tick(self) -> None:
        seconds = self._since.elapsed() / 1000
        self.waiting.show_progress("Waiting for the response", seconds)
        self.waiting.show()

    @QtCore.Slot()
    def _read(self) -> None:
        if self._response is not None:
            self._patience.start()
            self.document.load(self._response.body)

    @QtCore.Slot()
    def _say_reading(self) -> None:
        self.tree.say("info", f"Reading {size_text(self.document.size)}…")

    @QtCore.Slot()
    def _show_tree(self) -> None:
        self._patience.stop()
        if not isinstance(self.document.value, Missing):
            self.tree.show_tree(self.document.value)
            self.tree.view.set_tags(self._tags)
        self._stale.add(_TABLE)
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
        if self._response is None:
            return
        if page in self._stale:
            self._stale.discard(page)
            if page == _TABLE:
                self.table.show_items(items_of(self.document.value, self._items_path))
            elif page == _HEADERS:
                self.headers.show_headers(self._response.headers)
            elif page == _RAW:
                self._fill_raw(self._response)
        self._finder.set_place(_PLACES.get(page, ""), len(self._response.body))

    def _fill_raw(self, response: Response) -> None:
        if len(response.body) <= _AT_ONCE:
            self._show_raw(response, read_raw(response.body))
        else:
            self._tasks.start("raw", self._fill_raw_later(response))

    async def _fill_raw_later(self, response: Response) -> None:
        text = await in_thread(lambda: read_raw(response.body))
        if response is self._response:
            self._show_raw(response, text)
            self._finder.again()

    def _show_raw(self, response: Response, text: RawText) -> None:
        json = response.body.lstrip()[:1] != b"<"
        self.raw.set_text(text, coloured=json)

    @QtCore.Slot(str)
    def _pick(self, path: str) -> None:
        self.picked.emit(relative_paths(path, self._items_path))

    @QtCore.Slot(str)
    def _show_ways(self, path: str) -> None:
        ways = relative_paths(path, self._items_path) if path else ()
        self.tree.picks.show_paths(ways)

    @QtCore.Slot(int)
    def _open_item(self, number: int) -> None:
        """Show an item of the table in the tree."""
        first = first_item(self.document.value, self._items_path)
        if first is not None and self.tree.view.reveal((*first[0][:-1], number)):
            self.pages.bar.setCurrentIndex(_TREE)
            self.tree.view.expand(self.tree.view.currentIndex())
            self.tree.view.setFocus()

    def _tell_use(self) -> None:
        used, known = leaves_used(self.document.value, self._items_path, self._tags)
        told = f"{used} of {known} leaves used" if used else ""
        self.find_row.show_fact(told)
