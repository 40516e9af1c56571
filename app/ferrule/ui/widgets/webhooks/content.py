"""What a call brought: its body as a tree and as raw text, and its headers."""

from PySide6 import QtCore, QtWidgets

from ferrule.errors import FerruleError
from ferrule.exchange import Missing
from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.raw_text import RawText, read_raw
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.find_row import FindRow
from ferrule.ui.widgets.json_view import JsonView
from ferrule.ui.widgets.message import Level
from ferrule.ui.widgets.raw_view import RawView
from ferrule.ui.widgets.response.find import ResponseFind
from ferrule.ui.widgets.response.swap import HeadersPage, Swap
from ferrule.workspace.delivery_facts import DeliveryContent

_FEW = 20
_NOT_TREE = "Its text is in the tab Raw."


class TreeTab(Swap):
    """A body as a tree; or why there is none.

    Signals:
        raw_wanted(): the raw text is to be shown.
    """

    raw_wanted = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = JsonView("Body as a tree")
        self.keep(self.view)

    def explain(self, level: Level, what: str, why: str) -> None:
        """Say why there is no tree, with a way to the raw text."""
        raw = Button("Show the raw text", icon="file-text", compact=True)
        raw.clicked.connect(self.raw_wanted)
        self.say(level, what, why, raw)


class Content(QtCore.QObject):
    """The three tabs of what a call brought; a search goes through two of them."""

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self._document = JsonDocument(self)
        self._size = 0
        self.tree = TreeTab()
        self.raw = RawView("Body as raw text")
        self.headers = HeadersPage()
        self.find = FindRow()
        self._finder = ResponseFind(self.find, self.tree.view, self.raw, self._document)
        self._document.ready.connect(self._show_tree)
        self._document.failed.connect(self._explain)
        self._document.spelled.connect(self.tree.view.set_literals)

    def show_content(self, content: DeliveryContent) -> None:
        """Show a call; up to 256 kB are decoded at once or in a thread."""
        self._size = len(content.body)
        self.raw.set_text(read_raw(content.body))
        self.find.field.clear()
        if not content.body.strip():
            self.tree.explain("info", "The call has no body.", _NOT_TREE)
            return
        self._document.load(content.body)
        if content.shortened:
            self.find.show_fact("Only the beginning was kept")
        else:
            self.find.show_fact("")

    def search_in(self, tab: str) -> None:
        """Search in the tab `tree` or `raw`; in another there is nothing to find."""
        self._finder.set_place(
            "tree" if tab == "tree" else "raw" if tab == "raw" else "", self._size
        )

    async def close_work(self) -> None:
        """End what is under way and let go of the body."""
        await self._finder.close_work()
        await self._document.close_work()
        self.raw.set_text(RawText(""))

    @QtCore.Slot()
    def _show_tree(self) -> None:
        value = self._document.value
        if not isinstance(value, Missing):
            self.tree.view.set_document(value)
            self._open_members()
            self.tree.show_page(self.tree.view)

    def _open_members(self) -> None:
        """Open what stands in the body itself, where that is little."""
        view = self.tree.view
        root = view.tree.index(0, 0)
        view.expand(root)
        rows = view.tree.rowCount(root)
        if rows <= _FEW:
            for number in range(rows):
                view.expand(view.tree.index(number, 0, root))

    @QtCore.Slot(object)
    def _explain(self, error: FerruleError) -> None:
        self.tree.explain("warning", error.message, _NOT_TREE)
