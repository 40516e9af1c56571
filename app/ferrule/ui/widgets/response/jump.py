"""From a value in the tree to its bytes in the raw text, and back.

Of a large body places are looked for in a thread; a newer wish takes the older's place.
"""

from functools import partial

from PySide6 import QtCore

from ferrule.ui.models.json_document import JsonDocument
from ferrule.ui.models.json_spans import Span, span_of, steps_at
from ferrule.ui.models.json_value import Steps
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.json_view import JsonView
from ferrule.ui.widgets.response.fill import AT_ONCE, RAW, TREE, ResponseFill
from ferrule.ui.widgets.spoken import announce
from ferrule.ui.widgets.tabs import TabPages

_OTHER = QtCore.Qt.FocusReason.OtherFocusReason


class ResponseJump(QtCore.QObject):
    """Turns between the two views of one response, to the same value."""

    def __init__(
        self,
        document: JsonDocument,
        view: JsonView,
        fills: ResponseFill,
        pages: TabPages,
    ) -> None:
        super().__init__(document)
        self._document = document
        self._view = view
        self._fills = fills
        self._pages = pages
        self._tasks = Tasks(self)
        self._wanted: tuple[bytes, Span] | None = None
        view.raw_wanted.connect(self.to_raw)
        fills.raw.tree_wanted.connect(self.to_tree)
        fills.raw_shown.connect(self._select)

    @QtCore.Slot()
    def to_raw(self) -> None:
        """Show the current value of the tree in the raw text."""
        index = self._view.currentIndex()
        if not index.isValid() or self._document.busy:
            return
        raw, steps = self._document.raw, self._view.tree.steps(index)
        if len(raw) <= AT_ONCE:
            self._show_span(raw, span_of(raw, steps))
        else:
            self._tasks.start("jump", self._find_span(raw, steps))

    @QtCore.Slot()
    def to_tree(self) -> None:
        """Show in the tree what the caret of the raw text stands in."""
        if self._document.busy or not self._fills.raw_ready:
            return
        raw, offset = self._document.raw, self._fills.raw.caret.selection()[0]
        if len(raw) <= AT_ONCE:
            self._show_steps(raw, steps_at(raw, offset))
        else:
            self._tasks.start("jump", self._find_steps(raw, offset))

    async def close_work(self) -> None:
        """End the looking that is under way."""
        await self._tasks.cancel_all()

    async def _find_span(self, raw: bytes, steps: Steps) -> None:
        gone = partial(self._is_gone, raw)
        self._show_span(raw, await in_thread(lambda: span_of(raw, steps, gone)))

    async def _find_steps(self, raw: bytes, offset: int) -> None:
        gone = partial(self._is_gone, raw)
        self._show_steps(raw, await in_thread(lambda: steps_at(raw, offset, gone)))

    def _is_gone(self, raw: bytes) -> bool:
        return raw is not self._document.raw

    def _show_span(self, raw: bytes, span: Span | None) -> None:
        if span is None or self._is_gone(raw):
            return
        self._wanted = raw, span
        self._pages.bar.setCurrentIndex(RAW)
        if self._fills.raw_ready:
            self._select()

    @QtCore.Slot()
    def _select(self) -> None:
        """Select what was looked for, now that the raw text is there."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None and not self._is_gone(wanted[0]):
            self._fills.raw.select(*wanted[1])
            self._fills.raw.setFocus(_OTHER)
            announce(self._fills.raw, "Selected in the raw text")

    def _show_steps(self, raw: bytes, steps: Steps | None) -> None:
        if steps is None or self._is_gone(raw) or not self._view.reveal(steps):
            return
        self._pages.bar.setCurrentIndex(TREE)
        self._view.setFocus(_OTHER)
        announce(self._view, self._view.current_path())
