"""A draft as one of its levels shows it: the connector's own, or a stream's.

A stream holds merge patches (RFC 7396) of the connector's polling and mapping. At its
level these two parts read merged, and what is put there goes into the stream's patch;
every other part of the document is the connector's at any level.
"""

from collections.abc import Iterator
from typing import Final, Literal

from PySide6 import QtCore

from ferrule.descriptor.streams import merge_patch
from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.models.draft import DraftModel, escaped
from ferrule.ui.models.merge_patch import below, patched, put_at, without
from ferrule.workspace.drafts import Document

CONNECTOR: Final = -1
Standing = Literal["plain", "inherited", "own", "added", "removed"]
_MAPPING: Final = "fieldMapping"
_POLLING: Final = "polling"


class LevelDraft(DraftModel):
    """A view of a draft: pointers are the connector's, values are of a level.

    `level` is the number of a stream, or CONNECTOR.
    """

    def __init__(self, whole: DraftModel, parent: QtCore.QObject | None = None) -> None:
        super().__init__(whole.draft, whole.name, parent)
        self.whole = whole
        self.level = CONNECTOR
        self._merged: tuple[Document, int, dict[str, Json | Missing]] | None = None
        whole.changed.connect(self._pass_on)
        whole.history.connect(self.history)
        whole.saved.connect(self.saved)

    def set_level(self, level: int) -> None:
        """Show another level."""
        if level != self.level:
            self.level = level
            self.changed.emit()

    def follow(self, level: int) -> None:
        """Show another level with the next change of the document."""
        self.level = level

    def value(self, pointer: str) -> Json | Missing:
        """Return what stands at a pointer, with what the stream inherits."""
        place = self._place(pointer)
        if place is None:
            return self.whole.value(pointer)
        section, parts = place
        return below(self._section(section), parts)

    def edit(
        self,
        pointer: str,
        value: Json | Missing,
        label: str = "",
        merge: str | None = None,
    ) -> None:
        """Put a value at a pointer: in the stream's patch, where one is shown."""
        place = self._place(pointer)
        if place is None:
            self.whole.edit(pointer, value, label, merge)
            return
        section, parts = place
        fresh = patched(self._base(section), self._patch(section), parts, value)
        told = f"{merge}@{self.level}" if merge is not None else None
        self.whole.edit(self._own(section), fresh, label, told)

    def replace(self, document: Document, label: str, merge: str | None = None) -> None:
        """Make `document` the new state of the whole."""
        self.whole.replace(document, label, merge)

    def undo(self) -> str | None:
        """Go back one step of the whole document."""
        return self.whole.undo()

    def redo(self) -> str | None:
        """Go forward one step of the whole document."""
        return self.whole.redo()

    def standing(self, pointer: str) -> Standing:
        """Return how a place of this level stands to the connector's.

        `plain` is what no stream changes: the connector's level itself, or nothing at
        all; `added` is there in the stream alone.
        """
        place = self._place(pointer)
        if place is None:
            return "plain"
        section, parts = place
        above = below(self._base(section), parts) is not MISSING
        mark = _mark(self._patch(section), parts)
        if mark == "none":
            return "inherited" if above else "plain"
        if mark == "null":
            return "removed" if above else "plain"
        return "own" if above else "added"

    def divides(self, pointer: str) -> bool:
        """Return whether a place is a member that streams override as a whole."""
        place = self._place(pointer)
        return place is not None and len(place[1]) == 1

    def override(self, pointer: str, label: str) -> None:
        """Make what a place inherits the stream's own."""
        place = self._place(pointer)
        if place is not None:
            section, parts = place
            kept = below(self._base(section), parts)
            fresh = put_at(self._patch(section), parts, kept)
            self.whole.edit(self._own(section), fresh, label)

    def inherit(self, pointer: str, label: str, merge: str | None = None) -> None:
        """Take away what the stream has of its own at a place."""
        place = self._place(pointer)
        if place is not None:
            section, parts = place
            fresh = without(self._patch(section), parts)
            told = f"{merge}@{self.level}" if merge is not None else None
            self.whole.edit(self._own(section), fresh or MISSING, label, told)

    def raw(self, pointer: str) -> str:
        """Return where in the document a place of this level is written."""
        place = self._place(pointer)
        if place is None:
            return pointer
        section, parts = place
        return "/".join((self._own(section), *map(escaped, parts)))

    def here(self, pointer: str) -> str | None:
        """Return a document's pointer as this level shows it, None for another's."""
        parts = pointer.split("/")
        if parts[:2] != ["", "streams"] or parts[3:4] not in ([_POLLING], [_MAPPING]):
            return pointer
        if parts[2] != str(self.level):
            return None
        return "/".join((self.connectors(parts[3]), *parts[4:]))

    def overrides(self) -> Iterator[str]:
        """Yield the pointers of the members that the stream has of its own."""
        for section in (_POLLING, _MAPPING):
            patch = self._patch(section)
            for name in patch if isinstance(patch, dict) else ():
                yield f"{self.connectors(section)}/{escaped(name)}"

    def connectors(self, section: str) -> str:
        """Return the connector's own pointer of a part that streams patch."""
        if section == _MAPPING:
            return "/fieldMapping"
        mode = self.whole.value("/ingestion/mode")
        return "/ingestion/polling" if mode == "polling_and_webhook" else "/ingestion"

    @QtCore.Slot()
    def _pass_on(self) -> None:
        """Tell of a change; where the stream went, the connector's level is shown."""
        streams = self.whole.value("/streams")
        if self.level >= (len(streams) if isinstance(streams, list) else 0):
            self.level = CONNECTOR
        self.changed.emit()

    def _place(self, pointer: str) -> tuple[str, list[str]] | None:
        """Return the patched part that holds a pointer and the way in it, or None."""
        if self.level == CONNECTOR or pointer == "/ingestion/mode":
            return None
        for section in (_MAPPING, _POLLING):
            top = self.connectors(section)
            if pointer == top or pointer.startswith(f"{top}/"):
                found = pointer[len(top) :].split("/")[1:]
                return section, [p.replace("~1", "/").replace("~0", "~") for p in found]
        return None

    def _own(self, section: str) -> str:
        return f"/streams/{self.level}/{section}"

    def _patch(self, section: str) -> Json | Missing:
        return self.whole.value(self._own(section))

    def _base(self, section: str) -> Json | Missing:
        found = self.whole.value(self.connectors(section))
        if section == _POLLING and isinstance(found, dict):
            return {name: value for name, value in found.items() if name != "mode"}
        return found

    def _section(self, section: str) -> Json | Missing:
        """Return a part as it is merged; once for each document."""
        known = self._merged
        if known is None or known[0] is not self.document or known[1] != self.level:
            known = self._merged = (self.document, self.level, {})
        if section not in known[2]:
            base, patch = self._base(section), self._patch(section)
            merged = base
            if patch is not MISSING:
                merged = merge_patch(None if base is MISSING else base, patch)
            known[2][section] = merged
        return known[2][section]


def _mark(patch: Json | Missing, parts: list[str]) -> Literal["none", "null", "own"]:
    """Return what a patch says of a place: nothing, that it goes, or a value."""
    here = patch
    for part in parts:
        if here is None:
            return "null"
        if not isinstance(here, dict):
            return "none" if here is MISSING else "own"
        here = here.get(part, MISSING)
    if here is MISSING:
        return "none"
    return "null" if here is None else "own"
