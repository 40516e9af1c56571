"""A draft: a descriptor being written, with its whole history.

A document is a plain JSON object and is never changed in place: an edit makes a new one
that shares what stayed the same, so that undo is going back to an older value and a
draft can hold what is not valid yet. What is done to a draft is noted as entries, for
the journal that keeps it over a crash.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ferrule.errors import UsageError
from ferrule.exchange import MISSING, Json, Missing
from ferrule.workspace.draft_patch import alike, unescaped

DEPTH = 500
Document = dict[str, Json]
Deed = Literal["edit", "more", "undo", "redo", "saved", "place"]


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the document, and what brought it there."""

    document: Document
    label: str
    merge: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done to a draft.

    `edit` made `after` of `before`, a new step; `more` the same within the last step.
    `saved` says that `after` was written into the project while `before` was shown.
    `place` says where the person is (`after`).
    """

    deed: Deed
    before: Document = field(default_factory=dict)
    after: Document = field(default_factory=dict)
    label: str = ""
    merge: str | None = None


@dataclass(slots=True)
class Draft:
    """A document with undo and redo.

    `saved` is the document as it stands in the project, None for a new one; `released`
    is the first that was saved with the version it has there. `place` says where in the
    Builder the person is. `log` holds what no journal has noted yet.
    """

    document: Document
    saved: Document | None = None
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    released: Document | None = None
    place: Document = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.released is None:
            self.released = self.saved

    @property
    def connector_id(self) -> str:
        """Return the id that the document has now."""
        return str(self.document.get("id") or "")

    @property
    def modified(self) -> bool:
        """Whether the document differs from the saved one."""
        return not alike(self.document, self.saved, ordered=False)

    def value(self, pointer: str) -> Json | Missing:
        """Return what stands at a JSON pointer, or MISSING."""
        here: Json | Missing = self.document
        for part in _parts(pointer):
            here = _below(here, part)
        return here

    def edit(
        self,
        pointer: str,
        value: Json | Missing,
        label: str = "",
        merge: str | None = None,
    ) -> None:
        """Put a value at a pointer; MISSING removes it.

        Edits with the same `merge` text in a row (typing into one field) undo at once.
        """
        changed = _replaced(self.document, list(_parts(pointer)), value)
        if not isinstance(changed, dict):
            raise UsageError("A descriptor is a JSON object.")
        self.replace(changed, label or pointer, merge)

    def replace(self, document: Document, label: str, merge: str | None = None) -> None:
        """Make `document` the new state; one step of history."""
        if alike(document, self.document, ordered=False):
            return
        last = self.done[-1] if self.done else None
        fresh = merge is None or last is None or last.merge != merge or self.undone
        self.take("edit" if fresh else "more", document, label, merge)

    def take(
        self, deed: Deed, document: Document, label: str, merge: str | None
    ) -> None:
        """Make `document` the new state, by an `edit` or by `more` of the last."""
        if deed == "edit":
            self.done.append(Step(self.document, label, merge))
            del self.done[:-DEPTH]
        self.log.append(Entry(deed, self.document, document, label, merge))
        self.undone.clear()
        self.document = document

    def undo(self) -> str | None:
        """Go back one step; return its label, or None when there is none."""
        return self._move("undo", self.done, self.undone)

    def redo(self) -> str | None:
        """Go forward one step; return its label, or None when there is none."""
        return self._move("redo", self.undone, self.done)

    def mark_saved(self, document: Document) -> None:
        """Note that `document` stands in the project now."""
        known = self.released or {}
        if self.released is None or known.get("version") != document.get("version"):
            self.released = document
        self.saved = document
        self.log.append(Entry("saved", self.document, document))

    def put_place(self, place: Document) -> bool:
        """Note where the person is; say whether that is another place."""
        if place == self.place:
            return False
        self.place = place
        self.log.append(Entry("place", after=place))
        return True

    def _move(self, deed: Deed, source: list[Step], target: list[Step]) -> str | None:
        if not source:
            return None
        step = source.pop()
        target.append(Step(self.document, step.label))
        self.log.append(Entry(deed))
        self.document = step.document
        return step.label


def _parts(pointer: str) -> Iterator[str]:
    return map(unescaped, pointer.split("/")[1:])


def _below(here: Json | Missing, part: str) -> Json | Missing:
    if isinstance(here, dict):
        return here.get(part, MISSING)
    if isinstance(here, list) and part.isdigit() and int(part) < len(here):
        return here[int(part)]
    return MISSING


def _replaced(here: Json | Missing, parts: list[str], value: Json | Missing) -> Json:
    """Return `here` with `value` at `parts`; objects on the way are made."""
    if not parts:
        return None if value is MISSING else value
    first, rest = parts[0], parts[1:]
    if isinstance(here, list):
        return _replaced_in_list(here, first, rest, value)
    members = dict(here) if isinstance(here, dict) else {}
    if not rest and value is MISSING:
        members.pop(first, None)
    elif rest and value is MISSING and first not in members:
        return members
    else:
        members[first] = _replaced(members.get(first, MISSING), rest, value)
    return members


def _replaced_in_list(
    here: list[Json], first: str, rest: list[str], value: Json | Missing
) -> Json:
    elements = list(here)
    index = len(elements) if first == "-" else int(first)
    if not rest and value is MISSING:
        del elements[index : index + 1]
    elif index < len(elements):
        elements[index] = _replaced(elements[index], rest, value)
    else:
        elements.append(_replaced(MISSING, rest, value))
    return elements
