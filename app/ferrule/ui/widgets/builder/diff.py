"""The document against another one: what differs, what breaks, and the way back.

The other one is the saved file, the shipped connector of that id, or what stands in a
file or a bundle. Comparing runs in a thread; the list is filled between events.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.descriptor.difference.compare import Change, reverted
from ferrule.errors import FerruleError
from ferrule.ui import dialogs
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.slices import Slices
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.builder.diff_head import DiffHead
from ferrule.ui.widgets.builder.diff_row import ChangeRow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.card import EmptyState
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Pane, Scroll
from ferrule.ui.widgets.spoken import announce
from ferrule.workspace.comparing import (
    BUNDLE,
    Comparison,
    compare,
    file_document,
    shipped_document,
)
from ferrule.workspace.drafts import Document
from ferrule.workspace.workspace import Workspace

_PAUSE_MS: Final = 150
_FILES: Final = {
    "file": "Descriptors (*.json);;All files (*)",
    "bundle": f"Bundles (*{BUNDLE});;All files (*)",
}
_NOTHING: Final = (
    "Nothing to compare with yet",
    "This draft was never saved. Choose a file or a bundle to see what differs.",
)


class DiffView(QtWidgets.QWidget):
    """What differs between a document and the draft.

    Signals:
        opened(str): go to the field of that place.
    """

    opened = QtCore.Signal(str)

    def __init__(self, draft: DraftModel, workspace: Workspace) -> None:
        super().__init__()
        self._draft = draft
        self._catalogue = workspace.catalogue
        self._against = ""
        self._old: Document | None = None
        self._file: Path | None = None
        self._shipped: Document | None = None
        self.found: Comparison | None = None
        self.tasks = Tasks(self)
        self.slices = Slices(self)
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self.look)
        self._build()
        draft.changed.connect(self._later)
        draft.saved.connect(self._later)

    @property
    def rows(self) -> list[ChangeRow]:
        """Return the differences that are listed."""
        found = (item.widget() for item in self._items())
        return [widget for widget in found if isinstance(widget, ChangeRow)]

    @property
    def sections(self) -> list[str]:
        """Return the heads of the list."""
        found = (item.widget() for item in self._items())
        return [widget.text() for widget in found if isinstance(widget, Label)]

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Look at what differs now."""
        super().showEvent(event)
        self.look()

    @QtCore.Slot()
    def look(self) -> None:
        """Compare anew, if it is seen."""
        if self.isVisible():
            self.tasks.start("compare", self._compare())

    def compare_with(self, path: Path) -> None:
        """Compare with what stands in a file or a bundle."""
        self._file, self._against = path, "chosen"
        self.look()

    @QtCore.Slot(object)
    def choose(self, against: object) -> None:
        """Compare with something else: "saved", "shipped", "chosen", or ask for it."""
        if against in _FILES:
            self.tasks.start("ask", self._ask(str(against)))
        else:
            self._against = str(against)
            self.look()

    def revert(self, change: Change) -> None:
        """Take one difference back; one step of the history."""
        if self._old is not None and self.found is not None:
            at = [row.change for row in self.rows].index(change)
            document = reverted(self._old, self._draft.document, change)
            self._draft.replace(document, f"Revert {change.place}")
            announce(self, f"Reverted {change.place}")
            self._next = at
            self.look()

    def _build(self) -> None:
        self._next = -1
        self.head = DiffHead()
        file = Button("Compare with a file…", icon="file-diff")
        file.clicked.connect(partial(self.choose, "file"))
        self.blank = EmptyState("file-diff", *_NOTHING, file)
        self._list = Column(gap=8, margins=(16, 12, 16, 24))
        self._list.addStretch(1)
        self.area = Scroll(Pane(self._list), "Differences")
        self._stack = QtWidgets.QStackedWidget()
        alone = Column(gap=0)
        alone.add(self.blank, stretch=1)
        self._empty = Scroll(Pane(alone), "No differences")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.area)
        column = Column(self.head, gap=0)
        column.add(self._stack, stretch=1)
        self.setLayout(column)
        self.setFocusProxy(self.head.against)
        self.head.against.chosen.connect(self.choose)
        self.head.version_wanted.connect(self._take_version)

    @QtCore.Slot()
    def _later(self) -> None:
        if self.isVisible():
            self._soon.start()

    async def _ask(self, what: str) -> None:
        title = "Compare with a bundle" if what == "bundle" else "Compare with a file"
        path = await dialogs.choose_file(self, title, _FILES[what])
        if path is not None:
            self.compare_with(path)
        else:
            self._show_choice()

    async def _compare(self) -> None:
        document, saved = self._draft.document, self._draft.draft.saved
        named = self._draft.draft.connector_id
        try:
            self._shipped = await in_thread(
                partial(shipped_document, self._catalogue, named)
            )
            self._settle(saved)
            old = saved if self._against == "saved" else self._shipped
            if self._against == "chosen" and self._file is not None:
                old = await in_thread(partial(file_document, self._file, named))
            self._old = old
            if old is None:
                self._show(None)
                return
            self._show(await in_thread(partial(compare, old, document)))
        except FerruleError as error:
            self._old = None
            self._show(None)
            self.blank.say(error.message, error.advice)

    def _settle(self, saved: Document | None) -> None:
        """Compare with what there is, where the choice is gone or none was made."""
        known = {
            "saved": saved is not None,
            "shipped": self._shipped is not None,
            "chosen": self._file is not None,
        }
        if not known.get(self._against, False):
            self._against = next((key for key, there in known.items() if there), "")
        self._show_choice()

    def _show_choice(self) -> None:
        there = {
            "saved": self._draft.draft.saved is not None,
            "shipped": self._shipped is not None,
        }
        chosen = self._file.name if self._file is not None else ""
        self.head.offer(there, chosen, self._against)

    def _show(self, found: Comparison | None) -> None:
        before = self.found
        self.found = found
        self.head.show_found(found)
        changes = found.changes if found is not None else ()
        self._stack.setCurrentWidget(self.area if changes else self._empty)
        if found is None:
            self.blank.say(*_NOTHING)
        elif not changes:
            self.blank.say("No differences", "Both say the same.")
        if before is None or found is None or before.changes != found.changes:
            self._fill(changes)
        self._focus_next()

    def _fill(self, changes: Sequence[Change]) -> None:
        """List the differences; what is there is used again."""
        self.slices.finish()
        spare = self.rows
        heads = [i.widget() for i in self._items() if isinstance(i.widget(), Label)]
        for widget in (*spare, *heads):
            if widget is not None:
                self._list.removeWidget(widget)
        for head in heads:
            if head is not None:
                head.deleteLater()
        waiting = list(changes)
        with self.slices.slice():
            self._go_on(waiting, spare, "")

    def _go_on(
        self, waiting: list[Change], spare: list[ChangeRow], section: str
    ) -> None:
        while waiting:
            change = waiting.pop(0)
            if change.section != section:
                section = change.section
                self._put(Label(section, "section", "muted"))
            row = spare.pop(0) if spare else self._row()
            row.show_change(change)
            self._put(row)
            if waiting and self.slices.overdue():
                going = partial(self._go_on, waiting, spare, section)
                self.slices.later(self, going)
                return
        for row in spare:
            row.hide()
            row.deleteLater()

    def _row(self) -> ChangeRow:
        row = ChangeRow()
        row.opened.connect(self._open)
        row.reverted.connect(self.revert)
        return row

    def _put(self, widget: QtWidgets.QWidget) -> None:
        self._list.insertWidget(self._list.count() - 1, widget)
        widget.show()

    def _items(self) -> list[QtWidgets.QLayoutItem]:
        found = (self._list.itemAt(at) for at in range(self._list.count()))
        return [item for item in found if item is not None]

    def _focus_next(self) -> None:
        """After a difference was taken back, the next one has the keyboard."""
        if self._next < 0:
            return
        self.slices.finish()
        rows, at = self.rows, self._next
        self._next = -1
        target = rows[min(at, len(rows) - 1)].revert if rows else self.head.against
        target.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot(object)
    def _open(self, change: Change) -> None:
        self.opened.emit(change.pointer)

    @QtCore.Slot(str)
    def _take_version(self, version: str) -> None:
        self._draft.edit("/version", version, f"Version {version}")
