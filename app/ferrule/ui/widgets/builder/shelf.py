"""Keeping drafts: on disk within a second of typing, open again at the next start.

Each draft has a journal that is written in a thread; keeping one never touches a field,
the focus or the saved file. Only documents are kept, never values or secrets.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple
from uuid import uuid4

from PySide6 import QtCore

from ferrule.errors import FerruleError, NotFound, StoreError
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import preferences
from ferrule.workspace.authoring import open_draft
from ferrule.workspace.draft_patch import alike
from ferrule.workspace.draft_shelf import DraftShelf
from ferrule.workspace.drafts import Document, Draft
from ferrule.workspace.workspace import Workspace

_PAUSE_MS: Final = 250
_AGAIN_MS = 5_000
_OPEN: Final = "builder/open"
_SHOWN: Final = "builder/shown"
_OWN: Final = "own:"
_OUTSIDE: Final = "Changed outside Ferrule"
_PARTED: Final = "Another window of this project changed the same draft."
_BOTH: Final = (
    "Nothing is lost: this window keeps a draft of its own from now on, and both are "
    "open at the next start. Go on in one of the two windows."
)


class Restored(NamedTuple):
    """The drafts to open in their order, by name, and which is to be shown."""

    drafts: Sequence[tuple[str, Draft]]
    shown: str
    notices: Sequence[StoreError]


class Shelf(QtCore.QObject):
    """The drafts of a project: the open ones, and those closed in this session.

    Signals:
        failed(object): a draft could not be kept, or only apart from what another
            window wrote; carries the FerruleError. It is tried again until it can be,
            and told once.
    """

    failed = QtCore.Signal(object)

    def __init__(self, workspace: Workspace, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shelf = DraftShelf(workspace.home, workspace.project.key)
        self._unkept: dict[str, DraftModel] = {}
        self._places: dict[str, Callable[[], Document]] = {}
        self._closed: list[DraftModel] = []
        self.tasks = Tasks(self)
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._failing = False
        self._soon.timeout.connect(self._start)

    @staticmethod
    def fresh_name() -> str:
        """Return a name for a new draft."""
        return f"draft-{uuid4().hex}"

    @staticmethod
    def own_name(connector_id: str) -> str:
        """Return the name of the draft of a connector of the project's own."""
        return f"{_OWN}{connector_id}"

    def watch(self, draft: DraftModel, place: Callable[[], Document]) -> None:
        """Keep a draft from now on, and now if it is not saved.

        `place` tells where the person is in it.
        """
        self._places[draft.name] = place
        draft.changed.connect(lambda: self.mark(draft))
        if draft.modified or draft.undoable is not None:
            self.mark(draft)

    def mark(self, draft: DraftModel) -> None:
        """Keep a draft soon; the clock runs from the first change on."""
        if draft.name in self._places:
            self._unkept[draft.name] = draft
            if not self._soon.isActive() or self._soon.interval() > _PAUSE_MS:
                self._soon.start(_PAUSE_MS)

    def let_go(self, draft: DraftModel) -> None:
        """Note that a draft was closed; what is not saved stays kept."""
        self._closed.append(draft)
        place = self._places.pop(draft.name, None)
        if place is not None:
            draft.draft.put_place(place())
        if draft.modified:
            self._unkept[draft.name] = draft
            self._soon.start(_PAUSE_MS)
        else:
            self._unkept.pop(draft.name, None)
            self.tasks.start(f"drop {draft.name}", self._forget(draft.name))

    def take_back(self) -> DraftModel | None:
        """Return the draft that was closed last, with its history."""
        return self._closed.pop() if self._closed else None

    def closed(self, name: str, connector_id: str = "") -> DraftModel | None:
        """Return a closed draft of that name or connector, and forget it was closed."""
        for draft in self._closed:
            saved = draft.draft.saved or {}
            if draft.name == name or (connector_id and saved.get("id") == connector_id):
                self._closed.remove(draft)
                return draft
        return None

    async def drop(self, draft: DraftModel) -> None:
        """Forget a draft for good."""
        self._unkept.pop(draft.name, None)
        await self._forget(draft.name)

    async def flush(self) -> None:
        """Write down what is not yet."""
        self._soon.stop()
        failed: dict[str, DraftModel] = {}
        while self._unkept:
            name, draft = self._unkept.popitem()
            place = self._places.get(name)
            if place is not None:
                draft.draft.put_place(place())
            self._shelf.note(name, draft.draft)
            try:
                if await in_thread(partial(self._shelf.write, name)):
                    self.failed.emit(StoreError(_PARTED, advice=_BOTH))
            except asyncio.CancelledError:
                self._unkept.setdefault(name, draft)
                raise
            except FerruleError as error:
                failed[name] = draft
                if not self._failing:
                    self.failed.emit(error)
        self._failing = bool(failed)
        if failed:
            self._unkept |= failed
            self._soon.start(_AGAIN_MS)

    async def restore(self) -> Restored:
        """Return the drafts to open: those that were, and what was never saved."""
        open_ = _remembered()
        found = await in_thread(partial(self._read, open_))
        order = [name for name, _ in open_ if name in found.drafts]
        rest = [name for name in found.drafts if name not in order]
        drafts = [(name, found.drafts[name]) for name in (*order, *rest)]
        return Restored(drafts, preferences.text(_SHOWN), found.notices)

    def remember(self, drafts: Sequence[DraftModel], shown: str) -> None:
        """Remember which drafts are open, in this order, and which is shown."""
        names = [[draft.name, _saved_id(draft.draft)] for draft in drafts]
        preferences.put(_OPEN, json.dumps(names))
        preferences.put(_SHOWN, shown)

    async def close_work(self) -> None:
        """Keep everything and end."""
        await self.tasks.cancel_all()
        await self.flush()
        self._soon.stop()

    def _read(self, open_: Sequence[tuple[str, str]]) -> "_Read":
        """Read the journals, and saved connectors that were open without one."""
        known = self._shelf.found()
        names = {name for name, _ in open_}
        drafts: dict[str, Draft] = {}
        for name, draft in known.drafts.items():
            if self._catch_up(draft) or name in names:
                drafts[name] = draft
            else:
                self._shelf.drop(name)
        for name, connector_id in open_:
            own = self._own(connector_id) if name not in drafts else None
            if own is not None:
                drafts[self.own_name(connector_id)] = own
        return _Read(drafts, known.notices)

    def _catch_up(self, draft: Draft) -> bool:
        """Take in what stands in the project now; say whether the draft differs."""
        if draft.saved is None:
            return True
        modified = draft.modified
        own = self._own(_saved_id(draft))
        if own is None:
            draft.saved = None
        elif not alike(own.document, draft.saved, ordered=False):
            draft.saved = own.document
            if not modified:
                draft.replace(own.document, _OUTSIDE)
        return draft.modified

    def _own(self, connector_id: str) -> Draft | None:
        try:
            if self._workspace.catalogue.card(connector_id).origin != "project":
                return None
            return open_draft(self._workspace.catalogue, connector_id)
        except (NotFound, FerruleError):
            return None

    async def _forget(self, name: str) -> None:
        await in_thread(partial(self._shelf.drop, name))

    @QtCore.Slot()
    def _start(self) -> None:
        if self.tasks.running("keep"):
            self._soon.start(_PAUSE_MS)
        else:
            self.tasks.start("keep", self.flush())


class _Read(NamedTuple):
    drafts: dict[str, Draft]
    notices: Sequence[StoreError]


def _saved_id(draft: Draft) -> str:
    """Return the id under which a draft is in the project, "" for a new one."""
    return str((draft.saved or {}).get("id") or "")


def _remembered() -> list[tuple[str, str]]:
    """Return the name of each draft that was open, and the id it is saved under."""
    try:
        found = json.loads(preferences.text(_OPEN, "[]"))
    except ValueError:
        return []
    entries = found if isinstance(found, list) else []
    return [entry for each in entries if (entry := _entry(each)) is not None]


def _entry(found: object) -> tuple[str, str] | None:
    if isinstance(found, str):  # as an earlier version wrote it
        return found, found.removeprefix(_OWN) if found.startswith(_OWN) else ""
    if isinstance(found, list) and list(map(type, found)) == [str, str]:
        return found[0], found[1]
    return None
