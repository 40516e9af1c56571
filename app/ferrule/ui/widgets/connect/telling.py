"""What a Connect flow tells: how its steps stand, where it may send, what is stored."""

from collections.abc import Sequence
from functools import partial

from PySide6 import QtWidgets

from ferrule.ui.models.connect_plan import Plan, VaultWords, read_vault
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.connect.frame import Frame
from ferrule.ui.widgets.connect.given import Given
from ferrule.ui.widgets.connect.review import ReviewPanel, vault_lines
from ferrule.ui.widgets.connect.signing_step import SigningStep
from ferrule.ui.widgets.connect.trying import Trying
from ferrule.ui.widgets.stepper import StepState
from ferrule.workspace.workspace import Workspace


class Telling:
    """Fills the steps, the aside and the review of one flow from what it holds."""

    def __init__(
        self,
        frame: Frame,
        workspace: Workspace,
        plan: Plan,
        *,
        given: Given,
        signing: SigningStep,
        trying: Trying,
        review: ReviewPanel,
    ) -> None:
        self._frame = frame
        self._workspace = workspace
        self._plan = plan
        self._given = given
        self._signing = signing
        self._trying = trying
        self._review = review
        self._vault: VaultWords | None = None

    def mark(self, key: str, state: StepState) -> None:
        """Mark a step."""
        self._frame.steps.set_state(key, state)

    def show(self, order: Sequence[str], at: str) -> None:
        """Show how the steps stand and where requests would go."""
        reached = order.index(at)
        for number, key in enumerate(order):
            if key == "authorise" and not self._signing.needed:
                self.mark(key, "valid")
            elif key == at:
                self.mark(key, "in_progress")
            elif key in self._given.forms:
                self.mark(key, "valid" if number < reached else "untouched")
        if at != "check":
            good: StepState = "valid" if self._trying.passed else "untouched"
            self.mark("check", "error" if self._trying.failed else good)
        places = self._plan.places(self._given.settings.given())
        self._frame.aside.show_places(places, asks_nobody=self._plan.asks_nobody)
        self._frame.aside.show_vault(self._kept_where())

    def fill_review(self) -> None:
        """Show in the review what would be stored."""
        self._review.show_facts(
            self._given.settings.read() or {},
            self._given.labels,
            self._kept_where(),
            checked=self._trying.told,
        )

    async def read_vault(self) -> None:
        """Ask where secrets are kept."""
        self._vault = await in_thread(partial(read_vault, self._workspace))

    def _kept_where(self) -> Sequence[QtWidgets.QWidget]:
        entry = f"{self._workspace.project.key}/{self._given.key}"
        return vault_lines(self._plan, self._vault, entry)
