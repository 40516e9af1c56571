"""Connecting one connector: credentials, configuration, sign-in, check, review.

The sign-in is a step of its own where only a person can do it, in a browser. Nothing
of it is modal: it can be left at any step and taken up again, and every step can be
gone back to. What is typed is checked here; nothing is stored before the end.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.connect_deeds import Stored, check_of
from ferrule.ui.models.connect_plan import Answers, Plan
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.connect.authorise import AuthorisePanel
from ferrule.ui.widgets.connect.choosing import Choosing
from ferrule.ui.widgets.connect.frame import Frame
from ferrule.ui.widgets.connect.given import Given
from ferrule.ui.widgets.connect.order import form_panels, steps_of
from ferrule.ui.widgets.connect.panels import CheckPanel, DonePanel, Panel
from ferrule.ui.widgets.connect.review import ReviewPanel
from ferrule.ui.widgets.connect.saving import Saving
from ferrule.ui.widgets.connect.signing_step import SigningStep
from ferrule.ui.widgets.connect.telling import Telling
from ferrule.ui.widgets.connect.trying import Trying
from ferrule.ui.widgets.connect.version_choice import (
    VersionChoice,
    version_choice,
)
from ferrule.ui.widgets.held_hosts import HeldHosts
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.message import Message
from ferrule.workspace.checking import Check
from ferrule.workspace.workspace import Workspace


class ConnectFlow(Frame):
    """One connector being connected, or one connection being changed.

    Signals:
        left(): the person goes elsewhere; what is typed stays.
        dropped(): it is over, or thrown away.
        saved(str): the connection of that key was stored.
        sync_wanted(str): the connection of that key is to be synced now.
        other_wanted(object): a flow of this `Plan` is wanted in place of this one.
    """

    left = QtCore.Signal()
    dropped = QtCore.Signal()
    saved = QtCore.Signal(str)
    sync_wanted = QtCore.Signal(str)
    other_wanted = QtCore.Signal(object)

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        card, steps = plan.card, steps_of(plan)
        title = f"{tr('Change' if plan.changes else 'Connect')} {Data(card.name)}"
        self.order = [step.key for step in steps]
        super().__init__(title, card.name, card.id, card.version, steps)
        self.plan = plan
        self.tasks = Tasks(self)
        self.review = ReviewPanel(plan)
        self.given = Given(plan, self.review)
        self.credentials, self.settings = self.given.credentials, self.given.settings
        self._choosing = Choosing(plan, self.given, self)
        self.methods, self.source = self._choosing.methods, self._choosing.source
        self.check, self.held = CheckPanel(), HeldHosts()
        self.trying = Trying(self.check)
        self.saving = Saving(workspace, plan, self.review, self.tasks)
        self.done: DonePanel | None = None
        self._signing = SigningStep(workspace, plan, self.given, self.tasks)
        self.authorise, self.signing = self._signing.panel, self._signing.signing
        self._workspace = workspace
        self.versions = version_choice(workspace, plan, self.settings, self.tasks)
        self._at = self.order[0]
        self._entered_at: VersionChoice | HeldHosts | None = None
        self._panels: dict[str, Panel | AuthorisePanel] = {
            **form_panels(
                *(plan, self.credentials, self.settings, self.methods, self.source),
                versions=self.versions,
            ),
            "authorise": self.authorise,
            "check": self.check,
            "review": self.review,
        }
        self._telling = Telling(
            *(self, workspace, plan),
            given=self.given,
            signing=self._signing,
            trying=self.trying,
            review=self.review,
        )
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
        self._signing.alone = reconnect and "authorise" in self.order
        self.tasks.start("vault", self._read_vault())
        if self._signing.alone:
            self._authorise()
        elif quick:
            self.try_it()
        else:
            if self.plan.changes and self._waits_for_hosts():
                self._entered_at = self.held
            else:
                self._show(self.plan.begins_with)
            if self.plan.sandbox:
                self.tasks.start("sandbox", self.given.wake())

    def again_with(self, plan: Plan) -> "ConnectFlow":
        """Return a flow of another plan that begins where this one is."""
        again = ConnectFlow(self._workspace, plan)
        again.given.take_from(self.given)
        again.begin(quick=False, port=self.given.port)
        if plan.versions != self.plan.versions and again.go_to("configuration"):
            again._entered_at = again.versions
        return again

    def focus_step(self) -> None:
        """Put the focus into the step that is shown."""
        (self._entered_at or self.done or self._panels[self._at]).focus()
        self._entered_at = None

    async def close_work(self) -> None:
        """End its work and wait for it."""
        await self.tasks.cancel_all()

    def go_to(self, key: str) -> bool:
        """Show a step, if those before it are complete; else the first that is not."""
        for earlier, form in self.given.forms.items():
            if self._before(earlier, key) and form.read() is None:
                self._telling.mark(earlier, "error")
                self._show(earlier, focus=False)
                return False
        if self._before("configuration", key) and self._waits_for_hosts():
            return False
        if self._before("authorise", key) and self._signing.needed:
            self._show("authorise")
            return False
        self._show(key)
        return True

    def _waits_for_hosts(self) -> bool:
        """Go to what a person has yet to agree to, if there is something."""
        waits = bool(self.given.unseen) and not self.given.stays_held
        if waits:
            self._show("configuration", focus=False)
            self.held.focus()
        return waits

    @QtCore.Slot()
    def _agree(self) -> None:
        self.given.agree()
        self._tell()
        self._on("configuration")

    @QtCore.Slot()
    def _stay_held(self) -> None:
        self.given.stays_held = True
        self.go_to("review")

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
        self._panels["configuration"].notes.add(self.held)
        for key, panel in self._panels.items():
            self.stack.addWidget(panel)
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
        self.held.confirmed.connect(self._agree)
        self.held.kept.connect(self._stay_held)
        self.signing.ended.connect(self._signed)
        self.signing.began.connect(self._tell)
        self._choosing.wanted.connect(self.other_wanted)
        if self.versions is not None:
            self.versions.wanted.connect(self.other_wanted)

    def _on(self, key: str) -> None:
        if key == "credentials":
            self.go_to("configuration")
        elif key == "authorise" or (key == "configuration" and self._signing.needed):
            self._authorise()
        elif key == "review":
            self._save()
        elif key == "check" and self.passed:
            self.go_to("review")
        else:
            self.try_it()

    @QtCore.Slot()
    def _back(self) -> None:
        if self.done is None and self._at != self.plan.begins_with:
            self._show(self.order[self.order.index(self._at) - 1])

    @QtCore.Slot(str)
    def _choose(self, key: str) -> None:
        if key != self._at and self.done is None and not self.go_to(key):
            self.steps.set_current(self._at)

    def _show(self, key: str, *, focus: bool = True) -> None:
        self._at = key
        self.steps.set_current(key)
        if key == "review":
            self._telling.fill_review()
        self._tell()
        self.stack.setCurrentWidget(self._panels[key])
        if focus:
            self._panels[key].focus()

    @QtCore.Slot()
    def _stale(self) -> None:
        """A change makes the check worthless; one under way is ended."""
        if not self.tasks.running("check"):
            self.trying.forget()
        self._signing.forget()
        self._tell()

    @QtCore.Slot()
    def _tell(self) -> None:
        """Show how the steps stand and where requests would go."""
        self._telling.show(self.order, self._at)
        known = self.plan.places_shown
        self.held.show_hosts(self.given.unseen, known, self.plan.card.version)

    async def _read_vault(self) -> None:
        await self._telling.read_vault()
        self._tell()
        if self._at == "review" and self.done is None:
            self._telling.fill_review()

    def _before(self, key: str, other: str) -> bool:
        """Return whether a step there is comes before another."""
        order = self.order
        return key in order and order.index(key) < order.index(other)

    def _authorise(self) -> None:
        """Begin the sign-in, or go on where it was done already."""
        if self.signing.tokens is not None:
            self.try_it()
        elif self.go_to("authorise"):
            self._signing.begin()

    @QtCore.Slot(bool)
    def _signed(self, good: bool) -> None:  # noqa: FBT001  a signal's value
        self._tell()
        if good and self._signing.alone:
            self._finish(Stored(self.plan.key))
        elif good and self._at == "authorise" and not self.authorise.narrower:
            self.try_it()

    async def _check(self) -> None:
        await self.trying.check(self._ready, sandbox=self.plan.sandbox)
        self._telling.mark("check", "valid" if self.trying.passed else "error")

    async def _ready(self) -> Callable[[], Check]:
        """Return what makes a check, once there is something to ask."""
        await self.given.wake()
        return partial(check_of, self._workspace, self.plan, self._answers())

    def _answers(self) -> Answers:
        """Return what was given, signed in as it is; raises where it is incomplete."""
        return replace(self.given.complete(), tokens=self.signing.tokens)

    def _save(self) -> None:
        if self.given.answers() is not None:
            self.saving.save(self._answers(), self.trying.steps)

    @QtCore.Slot(object)
    def _finish(self, stored: Stored) -> None:
        name, key = self.plan.card.name, stored.key
        self.done = DonePanel(name, key, changed=self.plan.changes)
        self.done.sync.clicked.connect(partial(self._leave_for_sync, key))
        self.done.home.clicked.connect(self.dropped)
        shown: QtWidgets.QWidget = self.done
        if stored.left:
            told = Message("warning", stored.left, stored.advice)
            shown = boxed(Column(told, self.done))
        self.stack.addWidget(shown)
        self.stack.setCurrentWidget(shown)
        for button in (self.later, self.discard):
            button.hide()
        self.back_home.clicked.disconnect(self.left)
        self.back_home.clicked.connect(self.dropped)
        self._telling.mark("review", "valid")
        self.saved.emit(key)
        self.done.focus()

    def _leave_for_sync(self, key: str, *_checked: object) -> None:
        self.dropped.emit()
        self.sync_wanted.emit(key)
