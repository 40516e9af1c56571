"""The end of a Connect flow: what was given is stored, or it is said why not."""

from collections.abc import Sequence
from functools import partial

from PySide6 import QtCore

from ferrule.errors import FerruleError
from ferrule.ui.models.connect_deeds import Stored, store
from ferrule.ui.models.connect_plan import Answers, Plan
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.connect.review import ReviewPanel
from ferrule.ui.widgets.message import Message
from ferrule.workspace.checking import CheckStep
from ferrule.workspace.workspace import Workspace


class Saving(QtCore.QObject):
    """Stores a connection; what is refused is said in the review.

    Signals:
        saved(object): a connection was stored, as `Stored`.
        refused(): it was not, and the review says why.
    """

    saved = QtCore.Signal(object)
    refused = QtCore.Signal()

    def __init__(
        self, workspace: Workspace, plan: Plan, review: ReviewPanel, tasks: Tasks
    ) -> None:
        super().__init__(review)
        self._workspace = workspace
        self._plan = plan
        self._review = review
        self._tasks = tasks

    def save(self, answers: Answers, checked: Sequence[CheckStep]) -> None:
        """Store what was given, with what its check found."""
        self._review.notes.clear()
        if self._review.none_chosen():
            self._refuse("Nothing would be read.", "Choose at least one stream.")
        elif answers.key in self._plan.taken:
            told = "Another connection is called so already."
            self._review.form.refuse("key", told)
        else:
            self._tasks.start("save", self._save(answers, checked))

    async def _save(self, answers: Answers, checked: Sequence[CheckStep]) -> None:
        self._review.next.setEnabled(False)
        work = partial(store, self._workspace, self._plan, answers, checked)
        try:
            stored: Stored = await in_thread(work)
        except FerruleError as error:
            self._refuse(error.message, error.advice)
            return
        finally:
            self._review.next.setEnabled(True)
        self.saved.emit(stored)

    def _refuse(self, what: str, advice: str) -> None:
        self._review.notes.clear()
        self._review.notes.add(Message("danger", what, advice))
        self.refused.emit()
