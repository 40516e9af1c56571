"""The drafts of a project on disk: a journal for each, found again at the next start.

Whatever stands there, a start is never kept from happening: a damaged journal is put
aside under another name and told of, one of a newer version is left alone.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

from ferrule.errors import FerruleError, StoreError
from ferrule.exchange import decode
from ferrule.workspace.draft_journal import (
    DamagedJournal,
    Journal,
    Kept,
    NewerJournal,
    identity,
    read_journal,
)
from ferrule.workspace.drafts import Draft
from ferrule.workspace.home import Home

_SUFFIX: Final = ".journal"
_OLDER: Final = ".json"  # a draft as one whole file, without its history


@dataclass(slots=True)
class Found:
    """The drafts by name, and what a person should know of journals put aside."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    notices: list[StoreError] = field(default_factory=list)


class DraftShelf:
    """Keeps drafts in the data directory, so that no work is lost."""

    def __init__(self, home: Home, project: str) -> None:
        self._home = home
        self._project = project
        self._journals: dict[str, Journal] = {}

    def journal(self, name: str) -> Journal:
        """Return what a draft is written down by."""
        if name not in self._journals:
            path = self._path(name, _SUFFIX)
            self._journals[name] = Journal(path, self._project, name)
        return self._journals[name]

    def note(self, name: str, draft: Draft) -> None:
        """Take what was done to a draft, for `write`; costs next to nothing."""
        self.journal(name).note(draft)

    def write(self, name: str) -> bool:
        """Write down what was noted of a draft; say whether it was parted.

        That is when another window wrote the same draft: what stands there stays, and
        this window goes on under a name of its own. Both are found at the next start.

        Raises:
            StoreError: when it cannot be written.
        """
        self._home.made()
        journal = self.journal(name)
        parted = journal.is_foreign()
        if parted:
            fresh = f"draft-{uuid4().hex}"
            journal.move(self._path(fresh, _SUFFIX), fresh)
        journal.write()
        return parted

    def keep(self, name: str, draft: Draft) -> None:
        """Write a draft down as it is now."""
        self.note(name, draft)
        self.write(name)

    def drop(self, name: str) -> None:
        """Forget a draft."""
        self.journal(name).drop()
        self._path(name, _OLDER).unlink(missing_ok=True)

    def found(self) -> Found:
        """Return what is kept; damaged journals are put aside by this."""
        found = Found()
        for path in sorted(self._home.drafts.glob(f"*{_SUFFIX}")):
            self._add(found, path)
        for kept in self._older():
            if kept.name not in found.drafts:
                found.drafts[kept.name] = kept.draft
        return found

    def kept(self) -> Iterator[tuple[str, Draft]]:
        """Yield the name and the draft of each that can be read."""
        yield from self.found().drafts.items()

    def _add(self, found: Found, path: Path) -> None:
        kept: Kept | None
        left = identity(path)
        try:
            kept = read_journal(path)
        except NewerJournal:
            return
        except DamagedJournal as damaged:
            kept = self._put_aside(found, path, damaged)
            left = identity(path)
        except StoreError as error:
            found.notices.append(error)
            return
        if kept is not None and kept.project == self._project:
            found.drafts[kept.name] = kept.draft
            self.journal(kept.name).know(path, left)

    def _put_aside(
        self, found: Found, path: Path, damaged: DamagedJournal
    ) -> Kept | None:
        """Keep the file under another name, and what could be read under its own."""
        number = 1
        while (aside := path.with_suffix(f".damaged{number}")).exists():
            number += 1
        kept = damaged.kept
        try:
            path.rename(aside)
            if kept is not None:
                journal = Journal(path, kept.project, kept.name)
                journal.note(kept.draft)
                journal.write()
        except (OSError, StoreError):
            aside = path
        what = "What stands before the damage is open." if kept else ""
        told = StoreError(
            "The journal of a draft is damaged.",
            advice=f"{what} The file is kept as {aside}.".strip(),
        )
        found.notices.append(told)
        return kept

    def _older(self) -> Iterator[Kept]:
        """Yield the drafts that an earlier version kept as whole files."""
        for path in sorted(self._home.drafts.glob(f"*{_OLDER}")):
            try:
                content = decode(path.read_bytes())
            except (OSError, FerruleError):
                continue
            if not isinstance(content, dict) or content.get("project") != self._project:
                continue
            document, saved = content.get("document"), content.get("saved")
            if isinstance(document, dict):
                known = saved if isinstance(saved, dict) else None
                name = str(content.get("name"))
                yield Kept(self._project, name, Draft(document, known))

    def _path(self, name: str, suffix: str) -> Path:
        key = hashlib.sha256(f"{self._project}\0{name}".encode()).hexdigest()[:24]
        return self._home.drafts / f"{key}{suffix}"
