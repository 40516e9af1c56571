"""The journal of a draft: every change of it as a line, so that a crash loses none.

A file of JSON lines. The first says what the draft was to begin with; each other one is
something done to it, in order, so that reading is doing it all again and gives the
document with its undo and redo. Rules: a line is complete on disk or it does not count
(the last may be torn); a file that grew is written anew, whole or not at all; a file of
a newer version is never touched; what is not understood is never deleted.

`{"ferrule":"draft","version":1,"project":…,"name":…,"document":…,"saved":…,
"released":…,"place":…}`, then `{"do":"edit"|"more","label":…,"merge":…,"changes":[…]}`,
`{"do":"undo"}`, `{"do":"redo"}`, `{"do":"saved","changes":[…]}` (from the document as
it is there to the one that was written) and `{"do":"place","place":{…}}`.
"""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ferrule.errors import FerruleError, StoreError
from ferrule.exchange import Json, decode, encode
from ferrule.workspace.draft_patch import applied, changes_between
from ferrule.workspace.drafts import Deed, Document, Draft, Entry, Step
from ferrule.workspace.home import write_whole

VERSION: Final = 1
LARGEST: Final = 16 * 1024 * 1024
_GROWTH: Final = 4
_SMALL: Final = 256 * 1024


class NewerJournal(StoreError):  # noqa: N818  named as those in errors.py
    """A journal that a newer Ferrule wrote; it stays as it is."""


class DamagedJournal(StoreError):  # noqa: N818  named as those in errors.py
    """A journal of which a part cannot be read; `kept` is what came before that."""

    def __init__(self, path: Path, kept: "Kept | None") -> None:
        super().__init__(
            f"The journal {path.name} of a draft is damaged.",
            advice="What could be read of it is open.",
        )
        self.kept = kept


class Kept(NamedTuple):
    """A draft as a journal holds it: whose it is, and what it is called there."""

    project: str
    name: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A draft at one moment: values that never change, safe to write in a thread."""

    document: Document
    saved: Document | None
    released: Document | None
    done: tuple[Step, ...]
    undone: tuple[Step, ...]
    place: Document

    @staticmethod
    def of(draft: Draft) -> "Snapshot":
        """Return a draft as it is now."""
        return Snapshot(
            draft.document,
            draft.saved,
            draft.released,
            tuple(draft.done),
            tuple(draft.undone),
            draft.place,
        )


class Journal:
    """Writes one draft down; `note` is for the window's thread, `write` for another.

    The first writing puts down the whole draft, later ones append. Where somebody
    deleted the file, the whole is written again. A file that another window wrote is
    never touched: ask `is_foreign` before writing, and `move` elsewhere.
    """

    def __init__(self, path: Path, project: str, name: str) -> None:
        self.path = path
        self._project, self._name = project, name
        self._noted: deque[tuple[list[Entry], Snapshot]] = deque()
        self._lock = threading.Lock()
        self._left: tuple[int, int] | None = None
        self._broken = False
        self._most = 0

    def note(self, draft: Draft) -> None:
        """Take what was done to a draft since the last time, to be written."""
        entries, draft.log = draft.log, []
        self._noted.append((entries, Snapshot.of(draft)))

    def write(self) -> None:
        """Write what was noted and wait until it is on the disk.

        Raises:
            StoreError: when it cannot be written; the next writing puts down all.
        """
        with self._lock:
            entries: list[Entry] = []
            last: Snapshot | None = None
            while self._noted:
                more, last = self._noted.popleft()
                entries += more
            if last is not None:
                self._write(entries, last)

    def drop(self) -> None:
        """Forget the draft; what another window wrote stays."""
        with self._lock:
            self._noted.clear()
            if not self._is_foreign():
                self.path.unlink(missing_ok=True)
            self._left = None

    def know(self, path: Path, left: tuple[int, int] | None) -> None:
        """Take a file that was read, and was `left` then, as one's own."""
        with self._lock:
            self.path, self._left, self._most = path, left, 0

    def is_foreign(self) -> bool:
        """Return whether another window wrote the file since this one knew it."""
        with self._lock:
            return self._is_foreign()

    def move(self, path: Path, name: str) -> None:
        """Go on under another name, beside what another window wrote."""
        with self._lock:
            self.path, self._name, self._left = path, name, None

    def _is_foreign(self) -> bool:
        here = identity(self.path)
        known = here is None or here == self._left or self._broken
        return not known and not is_newer(self.path)

    def _write(self, entries: list[Entry], last: Snapshot) -> None:
        lines = b"".join(map(_line, entries))
        grown = self._left is not None and self._left[1] + len(lines) > self._most
        changed = self._left is None or self._left != identity(self.path)
        broken, self._broken = self._broken, True
        if broken or grown or changed:
            self._write_whole(last)
        elif lines:
            self._append(lines)
        self._broken = False

    def _write_whole(self, last: Snapshot) -> None:
        while is_newer(self.path):
            self.path = self.path.with_stem(f"{self.path.stem}-")
        content = whole(self._project, self._name, last)
        write_whole(self.path, content)
        self._left = identity(self.path)
        most = min(_GROWTH * len(content), len(content) + LARGEST)
        self._most = max(_SMALL, most)

    def _append(self, lines: bytes) -> None:
        try:
            with self.path.open("ab") as out:
                out.write(lines)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise StoreError(
                f"The draft cannot be kept in {self.path}: {error.strerror}.",
                advice="Check the disk's space and the folder's permissions.",
            ) from None
        self._left = identity(self.path)


def whole(project: str, name: str, last: Snapshot) -> bytes:
    """Return the journal of a draft that was never written down.

    Where the history is larger than `LARGEST`, its oldest steps are left out.
    """
    lines = [b"".join(map(_line, moves)) for moves in _history(last)]
    spare = LARGEST
    first = len(lines)
    while first > 0 and (spare := spare - len(lines[first - 1])) >= 0:
        first -= 1
    begin = last.done[first].document if first < len(last.done) else last.document
    head: dict[str, Json] = {
        "ferrule": "draft",
        "version": VERSION,
        "project": project,
        "name": name,
        "document": begin,
        "saved": _as_changes(begin, last.saved),
        "released": _as_changes(begin, last.released),
        "place": last.place,
    }
    return b"".join([encode(head) + b"\n", *lines[first:]])


def _history(last: Snapshot) -> Iterator[list[Entry]]:
    """Yield what makes the history again, step by step; what was undone comes last."""
    states = [*(step.document for step in last.done), last.document]
    for at, step in enumerate(last.done):
        after = states[at + 1]
        yield [Entry("edit", states[at], after, step.label, step.merge)]
    ahead = [last.document, *(step.document for step in reversed(last.undone))]
    labels = [step.label for step in reversed(last.undone)]
    again = [
        Entry("edit", ahead[at], ahead[at + 1], label)
        for at, label in enumerate(labels)
    ]
    if again:
        yield [*again, *(Entry("undo") for _ in again)]


def _as_changes(document: Document, other: Document | None) -> Json:
    return None if other is None else [*changes_between(document, other)]


def _line(entry: Entry) -> bytes:
    line: dict[str, Json] = {"do": entry.deed}
    if entry.deed in {"edit", "more"}:
        line |= {"label": entry.label, "merge": entry.merge}
    if entry.deed in {"edit", "more", "saved"}:
        line["changes"] = [*changes_between(entry.before, entry.after)]
    if entry.deed == "place":
        line["place"] = entry.after
    return encode(line) + b"\n"


def read_journal(path: Path) -> Kept:
    """Return the draft in a journal; a torn last line is as if it was never written.

    Raises:
        NewerJournal: when a newer version wrote it.
        DamagedJournal: with what stands before the damage.
        StoreError: when the file cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from None
    lines = raw.split(b"\n")[:-1]  # what follows the last line's end is torn
    try:
        kept = _head(_object(decode(lines[0])))
    except NewerJournal:
        raise
    except (FerruleError, TypeError, IndexError):
        raise DamagedJournal(path, None) from None
    try:
        _replay(kept.draft, lines[1:])
    except (FerruleError, TypeError):
        raise DamagedJournal(path, kept) from None
    finally:
        kept.draft.log.clear()
    return kept


def is_newer(path: Path) -> bool:
    """Return whether there is a journal of a newer version."""
    try:
        with path.open("rb") as opened:
            _head(_object(decode(opened.readline(LARGEST))))
    except NewerJournal:
        return True
    except (OSError, FerruleError, TypeError):
        return False
    return False


def _replay(draft: Draft, lines: Iterable[bytes]) -> None:
    for line in lines:
        _do(draft, _object(decode(line)))


def _do(draft: Draft, line: Document) -> None:
    """Do what a line says; nothing is done by one that is not understood."""
    deed = line.get("do")
    if deed in {"edit", "more"}:
        after = _object(applied(draft.document, _changes(line.get("changes"))))
        merge = line.get("merge")
        told = merge if isinstance(merge, str) else None
        how: Deed = "more" if deed == "more" else "edit"
        draft.take(how, after, str(line.get("label", "")), told)
    elif deed == "undo":
        draft.undo()
    elif deed == "redo":
        draft.redo()
    elif deed == "saved":
        document = applied(draft.document, _changes(line.get("changes")))
        draft.mark_saved(_object(document))
    elif deed == "place":
        draft.put_place(_object(line.get("place")))
    else:
        raise TypeError


def _head(line: Document) -> Kept:
    version = line.get("version")
    if line.get("ferrule") != "draft" or not isinstance(version, int):
        raise TypeError
    if version > VERSION:
        raise NewerJournal("A newer Ferrule wrote this draft.")
    document = _object(line.get("document"))
    draft = Draft(
        document,
        _from_changes(document, line.get("saved")),
        released=_from_changes(document, line.get("released")),
        place=_object(line.get("place")),
    )
    return Kept(str(line.get("project")), str(line.get("name")), draft)


def _from_changes(document: Document, changes: Json) -> Document | None:
    if changes is None:
        return None
    return _object(applied(document, _changes(changes)))


def _changes(found: Json) -> list[list[Json]]:
    if not isinstance(found, list):
        raise TypeError
    changes: list[list[Json]] = []
    for change in found:
        if not isinstance(change, list) or len(change) < 2:  # noqa: PLR2004  deed, place
            raise TypeError
        changes.append(change)
    return changes


def _object(value: Json) -> Document:
    if not isinstance(value, dict):
        raise TypeError
    return value


def identity(path: Path) -> tuple[int, int] | None:
    """Return which file a path names and how long it is."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size
