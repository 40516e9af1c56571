"""Keeping drafts: on disk within a second of typing, open again at the next start.

Only documents are kept, never values or secrets.
"""

import json
from functools import partial
from typing import Final
from uuid import uuid4

from PySide6 import QtCore

from ferrule.errors import FerruleError, NotFound
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.theme import preferences
from ferrule.workspace.authoring import open_draft
from ferrule.workspace.drafts import Draft, DraftShelf
from ferrule.workspace.workspace import Workspace

_PAUSE_MS: Final = 400
_OPEN: Final = "builder/open"
_OWN: Final = "own:"


class Shelf(QtCore.QObject):
    """The drafts of a project: the open ones, and those closed in this session.

    Signals:
        failed(object): a draft could not be kept; carries the FerruleError.
    """

    failed = QtCore.Signal(object)

    def __init__(self, workspace: Workspace, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shelf = DraftShelf(workspace.home, workspace.project.key)
        self._unkept: dict[str, DraftModel] = {}
        self._closed: list[DraftModel] = []
        self.tasks = Tasks(self)
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._start)

    @staticmethod
    def fresh_name() -> str:
        """Return a name for a new draft."""
        return f"draft-{uuid4().hex}"

    @staticmethod
    def own_name(connector_id: str) -> str:
        """Return the name of the draft of a connector of the project's own."""
        return f"{_OWN}{connector_id}"

    def watch(self, draft: DraftModel) -> None:
        """Keep a draft from now on, and now if it is not saved."""
        draft.changed.connect(lambda: self.mark(draft))
        if draft.modified:
            self.mark(draft)

    def mark(self, draft: DraftModel) -> None:
        """Keep a draft soon; the clock runs from the first change on."""
        self._unkept[draft.name] = draft
        if not self._soon.isActive():
            self._soon.start()

    def let_go(self, draft: DraftModel) -> None:
        """Note that a draft was closed."""
        self._closed.append(draft)

    def take_back(self) -> DraftModel | None:
        """Return the draft that was closed last, with its history."""
        return self._closed.pop() if self._closed else None

    def closed(self, name: str) -> DraftModel | None:
        """Return a closed draft of that name and forget that it was closed."""
        found = next((draft for draft in self._closed if draft.name == name), None)
        if found is not None:
            self._closed.remove(found)
        return found

    async def drop(self, draft: DraftModel) -> None:
        """Forget a draft for good."""
        self._unkept.pop(draft.name, None)
        await in_thread(lambda: self._shelf.drop(draft.name))

    async def flush(self) -> None:
        """Write down what is not yet."""
        self._soon.stop()
        while self._unkept:
            name, draft = self._unkept.popitem()
            snapshot = Draft(draft.document, draft.draft.saved)
            try:
                await in_thread(partial(self._shelf.keep, name, snapshot))
            except FerruleError as error:
                self.failed.emit(error)

    async def restore(self) -> list[tuple[str, Draft]]:
        """Return the names and drafts to open, in the order they stood in."""
        names = _remembered()

        def read() -> dict[str, Draft]:
            found = dict(self._shelf.kept())
            for name in names:
                if name.startswith(_OWN) and name not in found:
                    own = self._own(name.removeprefix(_OWN))
                    if own is not None:
                        found[name] = own
            return found

        found = await in_thread(read)
        order = [name for name in names if name in found]
        rest = [name for name in found if name not in order]
        return [(name, found[name]) for name in (*order, *rest)]

    def remember(self, drafts: list[DraftModel]) -> None:
        """Remember which drafts are open, in this order."""
        names = [_entry(draft) for draft in drafts]
        preferences.put(_OPEN, json.dumps(list(dict.fromkeys(names))))

    async def close_work(self) -> None:
        """Keep everything and end."""
        await self.tasks.cancel_all()
        await self.flush()

    def _own(self, connector_id: str) -> Draft | None:
        try:
            if self._workspace.catalogue.card(connector_id).origin != "project":
                return None
            return open_draft(self._workspace.catalogue, connector_id)
        except (NotFound, FerruleError):
            return None

    @QtCore.Slot()
    def _start(self) -> None:
        self.tasks.start("keep", self.flush())


def _entry(draft: DraftModel) -> str:
    """Return what a draft is found by at the next start: a saved one by its id."""
    if draft.modified:
        return draft.name
    return f"{_OWN}{draft.draft.connector_id}"


def _remembered() -> list[str]:
    try:
        found = json.loads(preferences.text(_OPEN, "[]"))
    except ValueError:
        return []
    names = found if isinstance(found, list) else []
    return [name for name in names if isinstance(name, str)]
