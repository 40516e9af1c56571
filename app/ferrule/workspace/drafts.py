"""A draft: a descriptor being written, with its whole history.

A document is a plain JSON object and is never changed in place: an edit makes a new one
that shares what stayed the same, so that undo is going back to an older value and a
draft can hold what is not valid yet. Drafts are kept on disk until they are saved.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import MISSING, Json, Missing, decode, encode
from ferrule.workspace.home import Home, write_whole

DEPTH = 500
Document = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the document, and what brought it there."""

    document: Document
    label: str
    merge: str | None = None


@dataclass(slots=True)
class Draft:
    """A document with undo and redo.

    `saved` is the document as it stands in the project, None for a new one.
    """

    document: Document
    saved: Document | None = None
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    @property
    def connector_id(self) -> str:
        """Return the id that the document has now."""
        return str(self.document.get("id") or "")

    @property
    def modified(self) -> bool:
        """Whether the document differs from the saved one."""
        return self.document != self.saved

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
        if document == self.document:
            return
        last = self.done[-1] if self.done else None
        if merge is None or last is None or last.merge != merge or self.undone:
            self.done.append(Step(self.document, label, merge))
            del self.done[:-DEPTH]
        self.undone.clear()
        self.document = document

    def undo(self) -> str | None:
        """Go back one step; return its label, or None when there is none."""
        return self._move(self.done, self.undone)

    def redo(self) -> str | None:
        """Go forward one step; return its label, or None when there is none."""
        return self._move(self.undone, self.done)

    def _move(self, source: list[Step], target: list[Step]) -> str | None:
        if not source:
            return None
        step = source.pop()
        target.append(Step(self.document, step.label))
        self.document = step.document
        return step.label


class DraftShelf:
    """Keeps unsaved drafts in the data directory, so that no work is lost."""

    def __init__(self, home: Home, project: str) -> None:
        self._home = home
        self._project = project

    def keep(self, name: str, draft: Draft) -> None:
        """Write a draft down; one that is saved is dropped instead."""
        if not draft.modified:
            self.drop(name)
            return
        content = {
            "project": self._project,
            "name": name,
            "document": draft.document,
            "saved": draft.saved,
        }
        self._home.made()
        write_whole(self._path(name), encode(content))

    def drop(self, name: str) -> None:
        """Forget a draft."""
        self._path(name).unlink(missing_ok=True)

    def kept(self) -> Iterator[tuple[str, Draft]]:
        """Yield the name and the draft of each that was kept; unreadable ones stay."""
        for path in sorted(self._home.drafts.glob("*.json")):
            found = _read(path)
            if found is None or found.get("project") != self._project:
                continue
            document, saved = found.get("document"), found.get("saved")
            if isinstance(document, dict):
                known = saved if isinstance(saved, dict) else None
                yield str(found.get("name")), Draft(document, known)

    def _path(self, name: str) -> Path:
        key = hashlib.sha256(f"{self._project}\0{name}".encode()).hexdigest()[:24]
        return self._home.drafts / f"{key}.json"


def _read(path: Path) -> Document | None:
    try:
        found = decode(path.read_bytes())
    except (OSError, FerruleError):
        return None
    return found if isinstance(found, dict) else None


def _parts(pointer: str) -> Iterator[str]:
    for part in pointer.split("/")[1:]:
        yield part.replace("~1", "/").replace("~0", "~")


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
