"""What follows every keystroke: the preview at once, the problems a moment later.

Both are worked out in a thread; what a newer keystroke has overtaken is dropped.
"""

from dataclasses import dataclass
from typing import Final

from PySide6 import QtCore

from ferrule.errors import FerruleError, Problem
from ferrule.exchange import Json, Response
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.live import Look, Reach, look, matches, template_matches
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.workspace.authoring import problems_in
from ferrule.workspace.drafts import Document

_PAUSE_MS: Final = 150


@dataclass(frozen=True, slots=True)
class Aim:
    """The path whose matches are to be shown: its text and where it starts."""

    text: str = ""
    reach: Reach = "item"
    template: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at the sample, with the nodes that the aimed path matches."""

    look: Look
    body: Json
    matches: list[str]


class Watch(QtCore.QObject):
    """Watches one draft over one sample.

    Signals:
        seen(object): a newer `Seen`, None when there is no sample.
        linted(object): the list of Problems of the document.
        unreadable(object): the sample is no JSON; carries the FerruleError.
    """

    seen = QtCore.Signal(object)
    linted = QtCore.Signal(object)
    unreadable = QtCore.Signal(object)

    def __init__(self, draft: DraftModel, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._draft = draft
        self.tasks = Tasks(self)
        self.sample: Response | None = None
        self.stream: str | None = None
        self.config: dict[str, Json] = {}
        self.aim = Aim()
        self._later = QtCore.QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self.lint_now)
        # Several wishes in one turn of the event loop are one look.
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._start)
        draft.changed.connect(self.look_again)
        draft.changed.connect(self._later.start)

    def set_sample(self, response: Response | None) -> None:
        """Take another response as the sample."""
        self.sample = response
        self.look_again()

    def set_aim(self, aim: Aim) -> None:
        """Show what another path matches."""
        if aim != self.aim:
            self.aim = aim
            self.look_again()

    @QtCore.Slot()
    def look_again(self) -> None:
        """Work out the preview of the document as it is now."""
        self._soon.start()

    @QtCore.Slot()
    def lint_now(self) -> None:
        """Look for problems in the document as it is now."""
        self.tasks.start("lint", self._lint())

    async def close_work(self) -> None:
        """End what is under way."""
        self._later.stop()
        self._soon.stop()
        await self.tasks.cancel_all()

    @QtCore.Slot()
    def _start(self) -> None:
        if self.sample is None:
            self.tasks.cancel("look")
            self.seen.emit(None)
            return
        self.tasks.start("look", self._look(self.sample))

    async def _look(self, sample: Response) -> None:
        document, aim = self._draft.document, self.aim
        stream, config = self.stream, self.config
        try:
            seen = await in_thread(lambda: _seen(document, sample, stream, config, aim))
        except FerruleError as error:
            self.unreadable.emit(error)
            return
        self.seen.emit(seen)

    async def _lint(self) -> None:
        document = self._draft.document
        problems: list[Problem] = await in_thread(lambda: problems_in(document))
        self.linted.emit(problems)


def _seen(
    document: Document,
    sample: Response,
    stream: str | None,
    config: dict[str, Json],
    aim: Aim,
) -> Seen:
    body = sample.json
    found = look(document, body, stream, config)
    if not aim.text:
        return Seen(found, body, [])
    if aim.template:
        return Seen(found, body, template_matches(body, found.items_path, aim.text))
    return Seen(found, body, matches(body, found.items_path, aim.text, aim.reach))
