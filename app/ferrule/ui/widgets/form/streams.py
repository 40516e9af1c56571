"""The streams of a connector: their order, their names, and how much is their own.

A key is written as a whole, for others refer to it; what a stream changes of polling
and mapping is edited in the steps, at the level of that stream.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6 import QtCore

from ferrule.exchange import Json
from ferrule.ui.i18n import tr
from ferrule.ui.models.stream_edits import (
    free_key,
    overrides_of,
    stream_keys,
    with_copy,
    with_renamed,
)
from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.groups import GroupEditor
from ferrule.ui.widgets.form.shapes import Group, Many, members
from ferrule.ui.widgets.form.table import TableEditor
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.layouts import Column, Row

_LISTED: Final = ("name", "description", "collectionKey", "enabledByDefault")
_NONE: Final = "No stream: the connector reads one endpoint with one mapping."
_WIDE: Final = 420


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One stream: its key, its name and what it has of its own."""

    number: int
    key: str
    name: str
    own: int

    @property
    def words(self) -> str:
        """Return how much it has of its own."""
        own = tr(f"{self.own} of its own")
        return own if self.own else tr("inherits everything")


_COLUMNS: Final[tuple[TableColumn[StreamRow], ...]] = (
    TableColumn("key", "stream", lambda row: row.key, "mono", 130),
    TableColumn("name", "name", lambda row: row.name, width=100, stretch=True),
    TableColumn("own", "own", lambda row: row.words, width=150),
)


class StreamsEditor(TableEditor):
    """All streams as a table, and what the chosen one is called."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        shape: Many,
        name: str,
        *,
        required: bool,
    ) -> None:
        self._shape = shape
        rows: RowsModel[StreamRow] = RowsModel(_COLUMNS, key=lambda row: row.number)
        super().__init__(
            context, pointer, name, rows, thing="stream", none=_NONE, required=required
        )

    def rows_now(self) -> Sequence[StreamRow]:
        """Return a row for each stream."""
        return [
            StreamRow(number, *_called(stream), overrides_of(self._document, number))
            for number, stream in enumerate(self.elements)
        ]

    @property
    def _document(self) -> dict[str, Json]:
        return self.context.draft.document

    def fresh(self) -> Json:
        """Return a stream that inherits everything."""
        return {"key": free_key(self._document, "stream")}

    def copied(self, element: Json) -> Json:
        """Return a copy with a key and a collection of its own."""
        found = with_copy(self._document, self.elements.index(element))
        streams = found["streams"]
        at = self.elements.index(element) + 1
        return streams[at] if isinstance(streams, list) else element

    def make_chosen(self, pointer: str) -> Editor:
        """Return the form of a stream."""
        element = self._shape.element
        model = element.model if isinstance(element, Group) else None
        known = {m.name: m for m in members(model)} if model is not None else {}
        return _StreamForm(
            self.context, pointer, [known[name] for name in _LISTED], "Stream"
        )

    def write(self, elements: list[Json], label: str, chosen: int) -> None:
        """Put other streams; the level stays with the stream that is edited."""
        draft = self.context.draft
        keys = [e.get("key") if isinstance(e, dict) else None for e in elements]
        now = stream_keys(draft.document)
        if 0 <= draft.level < len(now):
            key = now[draft.level]
            draft.follow(keys.index(key) if key in keys else -1)
        super().write(elements, label, chosen)


class _StreamForm(GroupEditor):
    """The key of a stream, what it is called, and the way to what it overrides."""

    def __init__(
        self, context: FormContext, pointer: str, listed: Sequence[object], name: str
    ) -> None:
        super().__init__(context, pointer, listed, name, strict=False)  # type: ignore[arg-type]  # members of StreamPart
        self.key = LineEdit(name="Key of the stream", mono=True)
        self.key.editingFinished.connect(self._rename)
        self.go = Button("Edit what it overrides", kind="link", icon="pencil")
        self.go.clicked.connect(self._go)
        self._row = FormRow("Key", self.key, help_text="Checkpoints are kept under it")
        column = self.layout()
        if isinstance(column, Column):
            column.insertWidget(0, Form(self._row, wide_from=_WIDE))
            column.addLayout(Row(self.go, None))
        self.setFocusProxy(self.key)

    @property
    def number(self) -> int:
        """Return the number of the stream."""
        return int(self.pointer.rsplit("/", 1)[-1])

    def refresh(self) -> None:
        """Show key and members; a key that is being written stays."""
        super().refresh()
        self.setFocusProxy(self.key)
        value = self.context.draft.value(f"{self.pointer}/key")
        if not self.key.hasFocus() or not self.key.isModified():
            self.key.setText(value if isinstance(value, str) else "")

    @QtCore.Slot()
    def _rename(self) -> None:
        """Give the stream another key, also where others refer to it."""
        text, draft = self.key.text().strip(), self.context.draft
        if not self.key.isModified():
            return
        self.key.setModified(False)
        taken = text in stream_keys(draft.document)
        old = draft.value(f"{self.pointer}/key")
        self._row.set_error("Another stream has this key." if taken else "")
        if text and not taken:
            changed = with_renamed(draft.document, self.number, text)
            draft.replace(changed, "Rename stream")
        elif text == old or not text:
            self._row.set_error("")
            self.refresh()

    @QtCore.Slot()
    def _go(self) -> None:
        self.context.draft.set_level(self.number)


def _called(stream: Json) -> tuple[str, str]:
    found = stream if isinstance(stream, dict) else {}
    return str(found.get("key") or ""), str(found.get("name") or "")


def is_streams(shape: Many) -> bool:
    """Return whether the elements of a list are streams."""
    if not isinstance(shape.element, Group):
        return False
    return {"key", "polling", "fieldMapping"} <= {
        member.name for member in members(shape.element.model)
    }
