"""The sign-in of a Connect flow: whether a person is needed, and how it is begun.

It is a step of its own where only a person can sign in; a connection that is signed in
stays so until something it was made of changes, or it is to be signed in to again.
"""

from functools import partial

from PySide6 import QtCore

from ferrule.auth.token import TOKENS, TokenSet
from ferrule.errors import FerruleError
from ferrule.ui.models.connect_deeds import again_of, sign_in_of
from ferrule.ui.models.connect_plan import Plan
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.connect.authorise import AuthorisePanel
from ferrule.ui.widgets.connect.authorising import Authorising
from ferrule.ui.widgets.connect.given import Given
from ferrule.workspace.workspace import Workspace


class SigningStep(QtCore.QObject):
    """The panel of the sign-in and what happens in it.

    `alone` tells that signing in again is all that is wanted.
    """

    def __init__(
        self, workspace: Workspace, plan: Plan, given: Given, tasks: Tasks
    ) -> None:
        super().__init__(tasks)
        self.panel = AuthorisePanel(plan.card.name, device="device" in plan.ways)
        self.signing = Authorising(self.panel, tasks)
        self.alone = False
        self._workspace = workspace
        self._plan = plan
        self._given = given
        self._tasks = tasks
        self.panel.once_more_wanted.connect(self.begin)

    @property
    def tokens(self) -> TokenSet | None:
        """Return what a sign-in brought here."""
        return self.signing.tokens

    @property
    def needed(self) -> bool:
        """Return whether only a person can sign in, and has not."""
        kept = TOKENS in self._plan.kept and not self.alone
        return bool(self._plan.ways) and self.tokens is None and not kept

    @QtCore.Slot()
    def begin(self) -> None:
        """Begin a sign-in with what the forms hold, or with what is stored."""
        self._tasks.start("wake", self._wake_and_sign())

    def forget(self) -> None:
        """Forget a sign-in: what it was made of has changed."""
        self.alone = False
        self.signing.forget()

    async def _wake_and_sign(self) -> None:
        try:
            await self._given.wake()
            again = partial(again_of, self._workspace, self._plan)
            answers = self._given.complete()
            fresh = partial(sign_in_of, self._workspace, self._plan, answers)
            self.signing.start(again if self.alone else fresh)
        except FerruleError as error:
            self.panel.show_failed(error.message, error.advice)
