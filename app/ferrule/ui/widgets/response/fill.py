"""The pages of a response beside its tree: each is filled when it is first looked at.

What a large body gives is worked out in threads, and dropped when another body came.
"""

from typing import Final

from PySide6 import QtCore

from ferrule.exchange import Json, Missing, Response
from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.raw_text import RawText, read_raw
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.raw_view import RawView
from ferrule.ui.widgets.response.pages import TablePage
from ferrule.ui.widgets.response.swap import HeadersPage
from ferrule.ui.widgets.response.timing import TimingPage
from ferrule.workspace.item_places import ItemsAt, items_in

AT_ONCE: Final = 64_000
_HEAD: Final = 1_000
TREE, TABLE, RAW, HEADERS, TIMING = range(5)


class ResponseFill(QtCore.QObject):
    """Table, raw text, headers and timing of one response.

    Signals:
        raw_shown(): the raw text is another one.
    """

    raw_shown = QtCore.Signal()

    def __init__(self, document: JsonDocument, tasks: Tasks) -> None:
        super().__init__(document)
        self._document = document
        self._tasks = tasks
        self._stale: set[int] = set()
        self._page = TREE
        self._response: Response | None = None
        self.items = ItemsAt()
        self.table = TablePage()
        self.raw = RawView("Response as raw text")
        self.headers = HeadersPage()
        self.timing = TimingPage()
        document.spelled.connect(self._spell)

    def take(self, response: Response | None, items: ItemsAt) -> None:
        """Take another response: all pages are out of date."""
        self._response = response
        self.items = items
        self._stale = {TABLE, RAW, HEADERS, TIMING} if response is not None else set()
        self._tasks.cancel("raw")

    @property
    def raw_ready(self) -> bool:
        """Whether the raw text is that of the response."""
        return RAW not in self._stale and not self._tasks.running("raw")

    def renew_items(self, items: ItemsAt) -> None:
        """Take other items, or their body now that it is read."""
        self.items = items
        self._stale.add(TABLE)

    def fill(self, page: int) -> None:
        """Fill a page, if what it holds is out of date."""
        self._page = page
        response = self._response
        if response is None or page not in self._stale:
            return
        self._stale.discard(page)
        if page == TABLE:
            self._fill_table()
        elif page == HEADERS:
            self.headers.show_headers(response.headers)
        elif page == TIMING:
            self.timing.show_timing(response)
        elif page == RAW:
            self._fill_raw(response)

    @QtCore.Slot()
    def _spell(self) -> None:
        """Write the numbers of the table as the service wrote them."""
        self._stale.add(TABLE)
        self.fill(self._page)

    def _fill_table(self) -> None:
        body, at = self._document.shown, self.items
        if self._document.size <= AT_ONCE:
            self.table.show_items(items_in(body, at))
        else:
            self._tasks.start("table", self._fill_table_later(body, at))

    async def _fill_table_later(self, body: Json | Missing, at: ItemsAt) -> None:
        items = await in_thread(lambda: items_in(body, at))
        if body is self._document.shown and at == self.items:
            self.table.show_items(items)

    def _fill_raw(self, response: Response) -> None:
        if len(response.body) <= AT_ONCE:
            self._show_raw(response, read_raw(response.body))
        else:
            self._tasks.start("raw", self._fill_raw_later(response))

    async def _fill_raw_later(self, response: Response) -> None:
        text = await in_thread(lambda: read_raw(response.body))
        if response is self._response:
            self._show_raw(response, text)
            self.raw_shown.emit()

    def _show_raw(self, response: Response, text: RawText) -> None:
        json = response.body[:_HEAD].lstrip()[:1] != b"<"
        self.raw.set_text(text, coloured=json)
