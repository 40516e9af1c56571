"""Connecting one connector in four steps: credentials, configuration, check, review.

Nothing of it is modal: it can be left at any step and taken up again, and every step
can be gone back to. What is typed is checked here; nothing is stored before the end.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.errors import FerruleError, UsageError
from ferrule.exchange import Json
from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.check_lines import verdict
from ferrule.ui.models.check_run import CheckRun
from ferrule.ui.models.connect_plan import (
    Answers,
    Plan,
    VaultWords,
    check_of,
    read_vault,
    store,
)
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.tasks import Tasks, in_thread
from ferrule.ui.widgets.connect.frame import Frame
from ferrule.ui.widgets.connect.panels import CheckPanel, DonePanel, FormPanel, Panel
from ferrule.ui.widgets.connect.review import ReviewPanel, vault_lines
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.stepper import Step, StepState
from ferrule.workspace.checking import CheckStep
from ferrule.workspace.workspace import Workspace

ORDER: Final = ("credentials", "configuration", "check", "review")
_TITLES: Final = {
    "credentials": ("Credentials", "How to sign in"),
    "configuration": ("Configuration", "What to read, and where"),
    "check": ("Check", "Try it before it is stored"),
    "review": ("Review", "What is stored, and where"),
}


class ConnectFlow(Frame):
    """One connector being connected, or one connection being changed.

    Signals:
        left(): the person goes elsewhere; what is typed stays.
        dropped(): it is over, or thrown away.
        saved(str): the connection of that key was stored.
        sync_wanted(str): the connection of that key is to be synced now.
    """

    left = QtCore.Signal()
    dropped = QtCore.Signal()
    saved = QtCore.Signal(str)
    sync_wanted = QtCore.Signal(str)

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        verb = "Change" if plan.changes else "Connect"
        card = plan.card
        titles = dict(_TITLES)
        if not plan.credentials:
            titles["credentials"] = ("Credentials", "None needed")
        steps = [Step(key, *titles[key]) for key in ORDER]
        super().__init__(
            f"{tr(verb)} {Data(card.name)}", card.name, card.id, card.version, steps
        )
        self.plan = plan
        self.tasks = Tasks(self)
        self.credentials = FieldForm(plan.credentials, kept=plan.kept)
        self.settings = FieldForm(plan.settings, plan.values)
        self.check = CheckPanel()
        self.review = ReviewPanel(plan)
        self.done: DonePanel | None = None
        self._workspace = workspace
        self._run = CheckRun(self)
        self._vault: VaultWords | None = None
        self._checked: Sequence[CheckStep] = ()
        self._at = ORDER[0]
        self._port: int | None = None
        self._woken = False
        self._panels: dict[str, Panel] = {
            **_form_panels(plan, self.credentials, self.settings),
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

    def begin(self, *, quick: bool, port: int | None) -> None:
        """Go to the first step that needs the person; `quick` checks at once.

        `port` is where another connection to the sandbox expects it.
        """
        self._port = port
        self.tasks.start("vault", self._read_vault())
        if quick:
            self.try_it()
        else:
            self._show("credentials" if self.plan.credentials else "configuration")
            if self.plan.sandbox:
                self.tasks.start("sandbox", self._wake())

    def focus_step(self) -> None:
        """Put the focus into the step that is shown."""
        (self.done or self._panels[self._at]).focus()

    async def close_work(self) -> None:
        """End its work and wait for it."""
        await self.tasks.cancel_all()

    def go_to(self, key: str) -> bool:
        """Show a step, if those before it are complete; else the first that is not."""
        for earlier, form in self._forms().items():
            if ORDER.index(earlier) < ORDER.index(key) and form.read() is None:
                self._mark(earlier, "error")
                self._show(earlier, focus=False)
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
        self._run.stepped.connect(self.check.report.lines.show_line)
        self.steps.chosen.connect(self._choose)
        self.back_home.clicked.connect(self.left)
        self.later.clicked.connect(self.left)
        self.discard.clicked.connect(self.dropped)
        for form in (self.credentials, self.settings):
            form.edited.connect(self._stale)

    def _forms(self) -> dict[str, FieldForm]:
        return {"credentials": self.credentials, "configuration": self.settings}

    def _on(self, key: str) -> None:
        if key == "credentials":
            self.go_to("configuration")
        elif key == "review":
            self._save_it()
        elif key == "check" and self.passed:
            self.go_to("review")
        else:
            self.try_it()

    @property
    def passed(self) -> bool:
        """Return whether what is given now was checked and found good."""
        return bool(self._checked) and all(s.ok is not False for s in self._checked)

    @QtCore.Slot()
    def _back(self) -> None:
        first = "credentials" if self.plan.credentials else "configuration"
        if self.done is None and self._at != first:
            self._show(ORDER[ORDER.index(self._at) - 1])

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
        if self._checked and not self.tasks.running("check"):
            self._checked = ()
            self.check.show_idle()
        self._tell()

    def _tell(self) -> None:
        """Show how the steps stand and where requests would go."""
        reached = ORDER.index(self._at)
        for number, key in enumerate(ORDER):
            if key == self._at:
                self._mark(key, "in_progress")
            elif key in self._forms():
                self._mark(key, "valid" if number < reached else "untouched")
        if self._at != "check":
            bad = bool(self._checked) and not self.passed
            good: StepState = "valid" if self.passed else "untouched"
            self._mark("check", "error" if bad else good)
        self.aside.show_places(self.plan.places(self.settings.given()))
        self.aside.show_vault(vault_lines(self.plan, self._vault, self._entry()))

    def _mark(self, key: str, state: StepState) -> None:
        self.steps.set_state(key, state)

    def _entry(self) -> str:
        """Return the name under which the secrets are kept."""
        key = self.review.form.given().get("key") or self.plan.key
        return f"{self._workspace.project.key}/{key}"

    def _answers(self) -> Answers | None:
        """Return what was given, None while some of it does not fit."""
        config, secrets = self.settings.read(), self.credentials.read()
        last = self.review.form.read()
        if config is None or secrets is None or last is None:
            return None
        return Answers(
            key=str(last.get("key") or self.plan.key),
            config=config,
            secrets={key: str(value) for key, value in secrets.items()},
            sync_from=str(last.get("syncFrom") or ""),
            streams=self.review.chosen_streams(),
        )

    def _complete(self) -> Answers:
        answers = self._answers()
        if answers is None:
            raise UsageError("What was given is not complete.")
        return answers

    async def _read_vault(self) -> None:
        self._vault = await in_thread(partial(read_vault, self._workspace))
        self._tell()
        if self._at == "review" and self.done is None:
            self._fill_review()

    async def _wake(self) -> None:
        """Let the sandbox listen, and take its address into the configuration."""
        if self.plan.changes or self._woken:
            await sandbox.ensure_for(self.settings.given())
            return
        url = await sandbox.ready(self._port)
        self._woken = True
        given: dict[str, Json] = {**self.settings.given(), "baseUrl": url}
        self.settings.fill(given)

    async def _check(self) -> None:
        report = self.check.report
        self._checked = ()
        report.begin("Starting the sandbox…" if self.plan.sandbox else "Checking…")
        self.check.show_running()
        try:
            if self.plan.sandbox:
                await self._wake()
                report.say("Checking…")
            check = partial(check_of, self._workspace, self.plan, self._complete())
            self._checked = await self._run.run(check)
            report.end()
        except asyncio.CancelledError:
            report.cancel()
            self.check.show_idle()
            raise
        except FerruleError as error:
            report.fail(error.message, error.advice)
        self.check.show_ended(passed=self.passed)
        self._mark("check", "valid" if self.passed else "error")

    def _fill_review(self) -> None:
        secrets = self.credentials.given()
        labels = [f.label for f in self.plan.credentials
                  if f.key in secrets or f.key in self.plan.kept]  # fmt: skip
        lines = self.check.report.lines.lines
        told = verdict(lines) if self._checked else "not done"
        self.review.show_facts(
            self.settings.read() or {},
            labels,
            vault_lines(self.plan, self._vault, self._entry()),
            checked=told,
        )

    def _save_it(self) -> None:
        self.review.notes.clear()
        if self.review.none_chosen():
            self._refuse("Nothing would be read.", "Choose at least one stream.")
            return
        answers = self._answers()
        if answers is None:
            return
        if answers.key in self.plan.taken:
            self.review.form.refuse("key", "Another connection is called so already.")
            return
        self.tasks.start("save", self._save(answers))

    async def _save(self, answers: Answers) -> None:
        self.review.next.setEnabled(False)
        work = partial(store, self._workspace, self.plan, answers, self._checked)
        try:
            key = await in_thread(work)
        except FerruleError as error:
            self._refuse(error.message, error.advice)
            return
        finally:
            self.review.next.setEnabled(True)
        self._finish(key)

    def _refuse(self, what: str, advice: str) -> None:
        self.review.notes.clear()
        self.review.notes.add(Message("danger", what, advice))

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


def _form_panels(
    plan: Plan, credentials: FieldForm, settings: FieldForm
) -> dict[str, Panel]:
    """Return the panels of the two forms by their steps."""
    return {
        "credentials": FormPanel(
            "How to sign in",
            "Secrets are kept in the vault and shown to nobody.",
            credentials,
            "Continue",
            none="This connector needs no sign-in.",
            first=True,
        ),
        "configuration": FormPanel(
            "What to read, and where",
            "These are stored with the connection, in the clear.",
            settings,
            "Check",
            none="There is nothing to configure.",
            first=not plan.credentials,
        ),
    }
