"""What follows every keystroke: the preview at once, the problems a moment later.

Both are worked out in a thread; what a newer keystroke has overtaken is dropped.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6 import QtCore

from ferrule.errors import Problem
from ferrule.exchange import MISSING, Json, Missing, Response
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.live import Look, lacking, look, matches, template_matches
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.workspace.authoring import problems_in
from ferrule.workspace.drafts import Document
from ferrule.workspace.item_places import ItemsAt
from ferrule.workspace.picking import Reach
from ferrule.workspace.previewing import mapping_of

_PAUSE_MS: Final = 150
_REFUSED: Final = 400  # the first status that is an error (RFC 9110, section 15.5)


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
        seen(object): a newer `Seen`, None when there is no sample, or an error is.
        linted(object): the list of Problems of the document.
        lacked(object): the places of items in which a path finds nothing.
    """

    seen = QtCore.Signal(object)
    linted = QtCore.Signal(object)
    lacked = QtCore.Signal(object)

    def __init__(self, draft: DraftModel, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._draft = draft
        self.tasks = Tasks(self)
        self.sample: Response | None = None
        self.body: Json | Missing = MISSING
        self._turn = 0
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
        """Take another response as the sample; its body comes when it is read."""
        self.sample = response
        body = b"." if response is None else response.body
        blank = not body or body.isspace()
        self.body = None if blank else MISSING
        self.look_again()

    @property
    def items_at(self) -> ItemsAt:
        """Return which part of a response the items are, as the draft says now."""
        found, _ = mapping_of(self._draft.document, self.stream)
        return ItemsAt.of(found if isinstance(found, dict) else {})

    def set_body(self, body: Json | Missing) -> None:
        """Take the body of the sample, decoded."""
        self.body = body
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

    def look_for_lacking(self, aim: Aim) -> None:
        """Look for the items of the sample in which a path finds nothing."""
        self.tasks.start("lacking", self._look_for_lacking(aim))

    @QtCore.Slot()
    def lint_now(self) -> None:
        """Look for problems in the document as it is now."""
        self.tasks.start("lint", self._lint())

    async def close_work(self) -> None:
        """End what is under way and let go of the sample."""
        self._later.stop()
        self._soon.stop()
        await self.tasks.cancel_all()
        self.sample, self.body = None, MISSING

    @QtCore.Slot()
    def _start(self) -> None:
        if self.sample is None or self.sample.status >= _REFUSED:
            self._turn += 1
            self.seen.emit(None)
            return
        if isinstance(self.body, Missing):
            return
        self._turn += 1
        if not self.tasks.running("look"):
            self.tasks.start("look", self._look())

    async def _look(self) -> None:
        """Look, and again where something else was wished meanwhile.

        Never two at a time: a path that looks everywhere in a large body takes seconds.
        """
        turn = -1
        while turn != self._turn and not isinstance(self.body, Missing):
            turn = self._turn
            call = partial(
                _seen,
                self._draft.document,
                self.body,
                self.stream,
                self.config,
                self.aim,
            )
            seen = await in_thread(call)
            if turn == self._turn:
                self.seen.emit(seen)

    async def _look_for_lacking(self, aim: Aim) -> None:
        body = self.body
        if isinstance(body, Missing):
            return
        at, template = self.items_at, aim.template
        paths = await in_thread(lambda: lacking(body, at, aim.text, template=template))
        self.lacked.emit(paths)

    async def _lint(self) -> None:
        document = self._draft.document
        problems: list[Problem] = await in_thread(lambda: problems_in(document))
        self.linted.emit(problems)


def _seen(
    document: Document,
    body: Json,
    stream: str | None,
    config: dict[str, Json],
    aim: Aim,
) -> Seen:
    found = look(document, body, stream, config)
    if not aim.text:
        return Seen(found, body, [])
    if aim.template:
        return Seen(found, body, template_matches(body, found.at, aim.text))
    return Seen(found, body, matches(body, found.at, aim.text, aim.reach))
