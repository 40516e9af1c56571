"""A draft for the window: its document, its history and whether it is saved, announced.

Every change of the document goes through here, so undo and redo cover all of them and
everything that shows the document is told.
"""

from PySide6 import QtCore

from ferrule.exchange import Json, Missing
from ferrule.ui.i18n import Data
from ferrule.workspace.drafts import Document, Draft


class DraftModel(QtCore.QObject):
    """One open draft.

    `name` is what it is kept under on the shelf; it never changes, the id may.

    Signals:
        changed(): the document is another one.
        history(): what can be undone or redone is another thing.
        saved(bool): whether the document is as it stands in the project.
    """

    changed = QtCore.Signal()
    history = QtCore.Signal()
    saved = QtCore.Signal(bool)

    def __init__(
        self, draft: Draft, name: str, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.draft = draft
        self.name = name

    @property
    def document(self) -> Document:
        """Return the document; it is never changed in place."""
        return self.draft.document

    @property
    def title(self) -> str:
        """Return what the connector is called, or its id, or that it has neither."""
        named = self.document.get("name")
        found = str(named or self.draft.connector_id or "")
        return Data(found) if found else "Unnamed"

    @property
    def modified(self) -> bool:
        """Return whether the document differs from the saved one."""
        return self.draft.modified

    @property
    def undoable(self) -> str | None:
        """Return what undo would take back, None when there is nothing."""
        return self.draft.done[-1].label if self.draft.done else None

    @property
    def redoable(self) -> str | None:
        """Return what redo would bring back, None when there is nothing."""
        return self.draft.undone[-1].label if self.draft.undone else None

    def value(self, pointer: str) -> Json | Missing:
        """Return what stands at a JSON pointer, or MISSING."""
        return self.draft.value(pointer)

    def edit(
        self,
        pointer: str,
        value: Json | Missing,
        label: str = "",
        merge: str | None = None,
    ) -> None:
        """Put a value at a pointer; MISSING removes it.

        Edits with the same `merge` text in a row are one step of the history.
        """
        before = self.document
        self.draft.edit(pointer, value, label, merge)
        self._tell(before)

    def replace(self, document: Document, label: str, merge: str | None = None) -> None:
        """Make `document` the new state; one step of history."""
        before = self.document
        self.draft.replace(document, label, merge)
        self._tell(before)

    def undo(self) -> str | None:
        """Go back one step; return its label, or None when there is none."""
        before = self.document
        label = self.draft.undo()
        self._tell(before)
        return label

    def redo(self) -> str | None:
        """Go forward one step; return its label, or None when there is none."""
        before = self.document
        label = self.draft.redo()
        self._tell(before)
        return label

    def mark_saved(self) -> None:
        """Announce that the draft was written into the project."""
        self.saved.emit(not self.modified)

    def _tell(self, before: Document) -> None:
        if self.document is before:
            return
        self.changed.emit()
        self.history.emit()
        self.saved.emit(not self.modified)


def escaped(name: str) -> str:
    """Return a member's name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
