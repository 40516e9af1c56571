"""Connecting one connector: credentials, configuration, sign-in, check, review.

The sign-in is a step of its own where only a person can do it, in a browser. Nothing
of it is modal: it can be left at any step and taken up again, and every step can be
gone back to. What is typed is checked here; nothing is stored before the end.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6 import QtCore, QtGui

from ferrule.auth.token import TOKENS
from ferrule.errors import FerruleError
from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.connect_plan import (
    Answers,
    Plan,
    VaultWords,
    again_of,
    check_of,
    read_vault,
    sign_in_of,
)
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.connect.authorise import AuthorisePanel
from ferrule.ui.widgets.connect.authorising import Authorising
from ferrule.ui.widgets.connect.frame import Frame
from ferrule.ui.widgets.connect.given import Given
from ferrule.ui.widgets.connect.order import choice_of, form_panels, steps_of
from ferrule.ui.widgets.connect.panels import CheckPanel, DonePanel, Panel
from ferrule.ui.widgets.connect.review import ReviewPanel, vault_lines
from ferrule.ui.widgets.connect.saving import Saving
from ferrule.ui.widgets.connect.trying import Trying
from ferrule.ui.widgets.stepper import StepState
from ferrule.workspace.checking import Check
from ferrule.workspace.workspace import Workspace


class ConnectFlow(Frame):
    """One connector being connected, or one connection being changed.

    Signals:
        left(): the person goes elsewhere; what is typed stays.
        dropped(): it is over, or thrown away.
        saved(str): the connection of that key was stored.
        sync_wanted(str): the connection of that key is to be synced now.
        method_wanted(str): another of its ways to sign in is wanted.
    """

    left = QtCore.Signal()
    dropped = QtCore.Signal()
    saved = QtCore.Signal(str)
    sync_wanted = QtCore.Signal(str)
    method_wanted = QtCore.Signal(str)

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        verb = "Change" if plan.changes else "Connect"
        card = plan.card
        steps = steps_of(plan)
        self.order = [step.key for step in steps]
        super().__init__(
            f"{tr(verb)} {Data(card.name)}", card.name, card.id, card.version, steps
        )
        self.plan = plan
        self.tasks = Tasks(self)
        self.review = ReviewPanel(plan)
        self.given = Given(plan, self.review)
        self.credentials, self.settings = self.given.credentials, self.given.settings
        self.methods = choice_of(plan)
        self.check = CheckPanel()
        self.trying = Trying(self.check)
        self.saving = Saving(workspace, plan, self.review, self.tasks)
        self.done: DonePanel | None = None
        self.authorise = AuthorisePanel(card.name, device="device" in plan.ways)
        self.signing = Authorising(self.authorise, self.tasks)
        self._workspace = workspace
        self._vault: VaultWords | None = None
        self._at = self.order[0]
        self._alone = False
        self._panels: dict[str, Panel | AuthorisePanel] = {
            **form_panels(plan, self.credentials, self.settings, self.methods),
            "authorise": self.authorise,
            "check": self.check,
            "review": self.review,
        }
        for panel in self._panels.values():
            self.stack.addWidget(panel)
        self._wire()
        self._tell()

    @property
    def at(self) -> str:
        """Return the key of the step that is shown."""
        return self._at

    @property
    def passed(self) -> bool:
        """Return whether what is given now was checked and found good."""
        return self.trying.passed

    def begin(self, *, quick: bool, port: int | None, reconnect: bool = False) -> None:
        """Go to the first step that needs the person; `quick` checks at once.

        `port` is where another connection to the sandbox expects it. `reconnect`: sign
        in again at once, and keep that.
        """
        self.given.port = port
        self._alone = reconnect and "authorise" in self.order
        self.tasks.start("vault", self._read_vault())
        if self._alone:
            self._authorise()
        elif quick:
            self.try_it()
        else:
            self._show("credentials" if self.plan.credentials else "configuration")
            if self.plan.sandbox:
                self.tasks.start("sandbox", self.given.wake())

    def again_by(self, method: str) -> "ConnectFlow | None":
        """Return a flow by another sign-in, with what is filled in; None for this."""
        if method == self.plan.method:
            return None
        plan = self.plan.by(method, self.given.settings.given())
        again = ConnectFlow(self._workspace, plan)
        again.begin(quick=False, port=self.given.port)
        return again

    def focus_step(self) -> None:
        """Put the focus into the step that is shown."""
        (self.done or self._panels[self._at]).focus()

    async def close_work(self) -> None:
        """End its work and wait for it."""
        await self.tasks.cancel_all()

    def go_to(self, key: str) -> bool:
        """Show a step, if those before it are complete; else the first that is not."""
        for earlier, form in self.given.forms.items():
            if self._before(earlier, key) and form.read() is None:
                self._mark(earlier, "error")
                self._show(earlier, focus=False)
                return False
        if self._before("authorise", key) and self._unsigned:
            self._show("authorise")
            return False
        self._show(key)
        return True

    def try_it(self) -> None:
        """Check what was given, as far as it is complete."""
        if self.go_to("check"):
            self.tasks.start("check", self._check())

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Cancel a check by Escape; go back by Alt and the left arrow."""
        if event.key() == QtCore.Qt.Key.Key_Escape and self.tasks.running("check"):
            self.tasks.cancel("check")
        elif event.matches(QtGui.QKeySequence.StandardKey.Back):
            self._back()
        else:
            super().keyPressEvent(event)

    def _wire(self) -> None:
        for key, panel in self._panels.items():
            panel.back.connect(self._back)
            panel.on.connect(partial(self._on, key))
        self.check.anyway.connect(partial(self.go_to, "review"))
        self.check.report.cancelled.connect(partial(self.tasks.cancel, "check"))
        self.steps.chosen.connect(self._choose)
        self.back_home.clicked.connect(self.left)
        self.later.clicked.connect(self.left)
        self.discard.clicked.connect(self.dropped)
        for form in (self.credentials, self.settings):
            form.edited.connect(self._stale)
        self.saving.saved.connect(self._finish)
        self.saving.refused.connect(partial(self._show, "review"))
        self.signing.ended.connect(self._signed)
        self.signing.began.connect(self._tell)
        self.authorise.once_more_wanted.connect(self._sign_in)
        if self.methods is not None:
            self.methods.chosen.connect(self.method_wanted)

    def _on(self, key: str) -> None:
        if key == "credentials":
            self.go_to("configuration")
        elif key == "authorise" or (key == "configuration" and self._unsigned):
            self._authorise()
        elif key == "review":
            self._save()
        elif key == "check" and self.passed:
            self.go_to("review")
        else:
            self.try_it()

    @QtCore.Slot()
    def _back(self) -> None:
        first = "credentials" if self.plan.credentials else "configuration"
        if self.done is None and self._at != first:
            self._show(self.order[self.order.index(self._at) - 1])

    @QtCore.Slot(str)
    def _choose(self, key: str) -> None:
        if key != self._at and self.done is None and not self.go_to(key):
            self.steps.set_current(self._at)

    def _show(self, key: str, *, focus: bool = True) -> None:
        self._at = key
        self.steps.set_current(key)
        if key == "review":
            self._fill_review()
        self._tell()
        self.stack.setCurrentWidget(self._panels[key])
        if focus:
            self._panels[key].focus()

    @QtCore.Slot()
    def _stale(self) -> None:
        """A change makes the check worthless; one under way is ended."""
        if not self.tasks.running("check"):
            self.trying.forget()
        self._alone = False
        self.signing.forget()
        self._tell()

    def _tell(self) -> None:
        """Show how the steps stand and where requests would go."""
        reached = self.order.index(self._at)
        for number, key in enumerate(self.order):
            if key == "authorise" and not self._unsigned:
                self._mark(key, "valid")
            elif key == self._at:
                self._mark(key, "in_progress")
            elif key in self.given.forms:
                self._mark(key, "valid" if number < reached else "untouched")
        if self._at != "check":
            good: StepState = "valid" if self.passed else "untouched"
            self._mark("check", "error" if self.trying.failed else good)
        self.aside.show_places(self.plan.places(self.given.settings.given()))
        self.aside.show_vault(vault_lines(self.plan, self._vault, self._entry))

    def _mark(self, key: str, state: StepState) -> None:
        self.steps.set_state(key, state)

    async def _read_vault(self) -> None:
        self._vault = await in_thread(partial(read_vault, self._workspace))
        self._tell()
        if self._at == "review" and self.done is None:
            self._fill_review()

    @property
    def _unsigned(self) -> bool:
        """Return whether only a person can sign in, and has not."""
        kept = TOKENS in self.plan.kept and not self._alone
        return bool(self.plan.ways) and self.signing.tokens is None and not kept

    def _before(self, key: str, other: str) -> bool:
        """Return whether a step there is comes before another."""
        order = self.order
        return key in order and order.index(key) < order.index(other)

    def _authorise(self) -> None:
        """Begin the sign-in, or go on where it was done already."""
        if self.signing.tokens is not None:
            self.try_it()
        elif self.go_to("authorise"):
            self._sign_in()

    @QtCore.Slot()
    def _sign_in(self) -> None:
        self.tasks.start("wake", self._wake_and_sign())

    async def _wake_and_sign(self) -> None:
        try:
            await self.given.wake()
            again = partial(again_of, self._workspace, self.plan)
            answers = self.given.complete()
            fresh = partial(sign_in_of, self._workspace, self.plan, answers)
            self.signing.start(again if self._alone else fresh)
        except FerruleError as error:
            self.authorise.show_failed(error.message, error.advice)

    @QtCore.Slot(bool)
    def _signed(self, good: bool) -> None:  # noqa: FBT001  a signal's value
        self._tell()
        if good and self._alone:
            self._finish(self.plan.key)
        elif good and self._at == "authorise" and not self.authorise.narrower:
            self.try_it()

    async def _check(self) -> None:
        await self.trying.check(self._ready, sandbox=self.plan.sandbox)
        self._mark("check", "valid" if self.trying.passed else "error")

    async def _ready(self) -> Callable[[], Check]:
        """Return what makes a check, once there is something to ask."""
        await self.given.wake()
        return partial(check_of, self._workspace, self.plan, self._answers())

    def _fill_review(self) -> None:
        self.review.show_facts(
            self.given.settings.read() or {},
            self.given.labels,
            vault_lines(self.plan, self._vault, self._entry),
            checked=self.trying.told,
        )

    @property
    def _entry(self) -> str:
        """Return the name under which the secrets are kept."""
        return f"{self._workspace.project.key}/{self.given.key}"

    def _answers(self) -> Answers:
        """Return what was given, signed in as it is; raises where it is incomplete."""
        return replace(self.given.complete(), tokens=self.signing.tokens)

    def _save(self) -> None:
        if self.given.answers() is not None:
            self.saving.save(self._answers(), self.trying.steps)

    @QtCore.Slot(str)
    def _finish(self, key: str) -> None:
        name = self.plan.card.name
        self.done = DonePanel(name, key, changed=self.plan.changes)
        self.done.sync.clicked.connect(partial(self._leave_for_sync, key))
        self.done.home.clicked.connect(self.dropped)
        self.stack.addWidget(self.done)
        self.stack.setCurrentWidget(self.done)
        for button in (self.later, self.discard):
            button.hide()
        self.back_home.clicked.disconnect(self.left)
        self.back_home.clicked.connect(self.dropped)
        self._mark("review", "valid")
        self.saved.emit(key)
        self.done.focus()

    def _leave_for_sync(self, key: str, *_checked: object) -> None:
        self.dropped.emit()
        self.sync_wanted.emit(key)
