"""The workbench of one draft: its steps, its form, its response and its signals.

It starts work and shows what comes of it; what is worked out is in `builder/watch`, and
what is sent in `builder/sending`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import Cancelled, DescriptorInvalid, FerruleError, Problem
from ferrule.exchange import Response
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.draft_level import CONNECTOR
from ferrule.ui.models.stream_edits import overrides_of, stream_keys
from ferrule.ui.widgets.builder.aim import Aiming
from ferrule.ui.widgets.builder.asking import Asking
from ferrule.ui.widgets.builder.diff import DiffView
from ferrule.ui.widgets.builder.forms import StepForms
from ferrule.ui.widgets.builder.frame import BenchFrame, StepsPane
from ferrule.ui.widgets.builder.json import JsonView
from ferrule.ui.widgets.builder.levels import LevelBar
from ferrule.ui.widgets.builder.request import RequestLine
from ferrule.ui.widgets.builder.sending import Sender
from ferrule.ui.widgets.builder.steps import (
    STEPS,
    TITLES,
    polling_of,
    step_of,
    step_state,
)
from ferrule.ui.widgets.builder.strip import PROBLEMS, Strip
from ferrule.ui.widgets.builder.telling import Telling
from ferrule.ui.widgets.builder.use import Using
from ferrule.ui.widgets.builder.values import ValuesPanel
from ferrule.ui.widgets.builder.watch import Watch
from ferrule.ui.widgets.form.section import form_context
from ferrule.ui.widgets.layouts import Column
from ferrule.ui.widgets.response.explorer import ResponseExplorer
from ferrule.ui.widgets.response.keys import bind_find
from ferrule.workspace.drafts import Document
from ferrule.workspace.sending import Sent
from ferrule.workspace.workspace import Workspace

_VIEWS: Final = ("form", "json", "diff")


class BuilderBench(QtWidgets.QWidget):
    """Everything about one draft.

    Signals:
        counted(int, int): errors and warnings of the document.
        busy(bool): whether a request is under way.
        turned(str): another view is shown ("form", "json", "diff").
    """

    counted = QtCore.Signal(int, int)
    busy = QtCore.Signal(bool)
    turned = QtCore.Signal(str)

    def __init__(self, draft: DraftModel, workspace: Workspace) -> None:
        super().__init__()
        self.draft = draft
        self.workspace = workspace
        self.context = form_context(draft, self)
        self.steps = StepsPane()
        self.level = self.context.draft
        self.levels = LevelBar(self.level)
        self.line = RequestLine(self.level)
        self.forms = StepForms(self.context)
        self.json = JsonView(draft)
        self.diff = DiffView(draft, workspace)
        self.values = ValuesPanel()
        self.explorer = ResponseExplorer()
        self.strip = Strip()
        self.watch = Watch(draft, self)
        self.sending = Sender(draft, workspace, self)
        self.asking = Asking(self.values, self.sending)
        self.aiming = Aiming(self.context, self.forms, self.explorer, self.watch)
        self.using = Using(self.context, self.explorer)
        self.problems: Sequence[Problem] = ()
        self.telling = Telling(self.watch, self.explorer, self.strip, self.forms)
        self._views = QtWidgets.QStackedWidget()
        self._right = QtWidgets.QStackedWidget()
        self._build()
        self._connect()
        self.forms.show_step(STEPS[0].key)
        self._show_steps()
        self._begin_at_a_level()

    @property
    def view(self) -> str:
        """Return what is shown: `form`, `json` or `diff`."""
        return _VIEWS[self._views.currentIndex()]

    def show_view(self, view: str) -> None:
        """Show the form, the JSON or the differences; each keeps its caret."""
        if view == self.view:
            return
        if self.view == "json":
            self.json.read()
        self._views.setCurrentIndex(_VIEWS.index(view))
        focus = {"json": self.json, "diff": self.diff}.get(view, self.steps.steps)
        focus.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        self.turned.emit(view)

    @QtCore.Slot()
    def _show_find(self) -> None:
        self.frame.show_part("response")
        self.explorer.show_find()

    @QtCore.Slot(str)
    def show_step(self, step: str) -> None:
        """Show a step's form."""
        if self.steps.steps.current() != step:
            self.steps.steps.set_current(step)
        self.forms.show_step(step)

    def go_to(self, pointer: str) -> None:
        """Go to the step and the field of a place in the document."""
        self.show_view("form")
        self.frame.show_part("form")
        here = self.level.here(pointer)
        if here == f"{polling_of(self.draft)}/endpoint":
            self.line.address.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
            return
        self.show_level(_level_of(pointer, self.level.level))
        self.show_step(step_of(self.draft, pointer))
        self.forms.page.go_to(pointer)

    @QtCore.Slot()
    def send(self) -> None:
        """Send the request as it stands."""
        if self.json.isVisible():
            self.json.read()
        self.sending.send(self.values.collect(), self.watch.stream)

    def cancel(self) -> bool:
        """Give up waiting, or leave picking; say whether there was something."""
        return self.sending.cancel() or self.aiming.leave()

    def undo(self) -> None:
        """Take the last change back."""
        if not (self.view == "json" and self.json.undo()):
            self.draft.undo()

    def redo(self) -> None:
        """Bring the last undone change back."""
        if not (self.view == "json" and self.json.redo()):
            self.draft.redo()

    @property
    def counts(self) -> tuple[int, int]:
        """Return how many errors and warnings the document has."""
        found = [problem.severity for problem in self.problems]
        return found.count("error"), found.count("warning")

    def settled(self) -> Document | None:
        """Return the document with what stands in the JSON, None where that is none."""
        if self.view == "json":
            self.json.read()
        return None if self.json.error else self.draft.document

    def show_invalid(self, invalid: DescriptorInvalid) -> None:
        """Show the problems that kept the document from being saved."""
        self._show_problems(list(invalid.problems))
        self.strip.turn(PROBLEMS)

    def take_sample(self, response: Response) -> None:
        """Take a response that came from elsewhere as the sample."""
        self._show_response(response)

    def start(self) -> None:
        """Look at the document for the first time; only inside the event loop."""
        self.watch.lint_now()

    async def close_work(self) -> None:
        """End what is under way."""
        for work in (self.watch, self.sending):
            await work.close_work()
        await self.diff.tasks.cancel_all()
        await self.asking.tasks.cancel_all()
        self.forms.take(None, None, {})
        await self.explorer.close_work()

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return where F6 goes."""
        shown = {"json": self.json, "diff": self.diff}
        centre: QtWidgets.QWidget = shown.get(self.view, self.forms)
        return [self.steps, self.line, centre, self.explorer, self.strip]

    def _build(self) -> None:
        self._views.addWidget(self.forms)
        self._views.addWidget(self.json)
        self._views.addWidget(self.diff)
        centre = Column(self.line, self.levels, gap=0)
        centre.add(self._views, stretch=1)
        middle = QtWidgets.QWidget()
        middle.setLayout(centre)
        self._right.addWidget(self.explorer)
        self._right.addWidget(self.values)
        self.frame = BenchFrame(self.steps, middle, self._right, self.strip)
        column = Column(gap=0)
        column.add(self.frame, stretch=1)
        self.setLayout(column)

    def _connect(self) -> None:
        self.steps.steps.chosen.connect(self.show_step)
        self.diff.opened.connect(self.go_to)
        self.forms.step_wanted.connect(self.show_step)
        self.line.params_wanted.connect(partial(self._show_place, "request"))
        self.line.values_wanted.connect(self.asking.toggle)
        self.asking.opened.connect(self._show_values)
        self.asking.closed.connect(self._hide_values)
        self.asking.failed.connect(self._show_failure)
        self.values.send_wanted.connect(self.send)
        self.sending.started.connect(self._show_sending)
        self.sending.sent.connect(self._show_sent)
        self.sending.failed.connect(self._show_failure)
        self.sending.given_up.connect(self._show_given_up)
        self.sending.busy.connect(self.busy)
        bind_find(self.explorer, self, self._show_find)
        self.explorer.cancelled.connect(self.cancel)
        self.forms.picking.connect(lambda _row: self.frame.show_part("response"))
        self.watch.lacked.connect(lambda _places: self.frame.show_part("response"))
        self.explorer.picked.connect(lambda _pick: self.frame.show_part("form"))
        self.watch.linted.connect(self._show_problems)
        self.strip.problem_opened.connect(self._open_problem)
        self.levels.chosen.connect(self.show_level)
        self.context.sample_wanted.connect(self._send_stream)
        self.level.changed.connect(self._follow_level)

    @QtCore.Slot(int)
    def show_level(self, level: int) -> None:
        """Show and edit a stream, or the connector's own level."""
        self.level.set_level(level)
        self.forms.show_problems(self.problems)

    @QtCore.Slot(str)
    def _send_stream(self, key: str) -> None:
        """Send another stream's request, to have its items to pick from."""
        keys = stream_keys(self.draft.document)
        if key in keys:
            self.show_level(keys.index(key))
            self.send()

    def _begin_at_a_level(self) -> None:
        """Begin with the first stream where it differs from the connector."""
        if overrides_of(self.draft.document, 0):
            self.level.set_level(0)

    @QtCore.Slot()
    def _follow_level(self) -> None:
        """Look at what the chosen stream makes of the sample; it is what is sent."""
        keys, level = stream_keys(self.draft.document), self.level.level
        stream = keys[level] if level != CONNECTOR else None
        if stream != self.watch.stream:
            self.watch.stream = stream
            self.watch.look_again()

    def _show_place(self, step: str) -> None:
        self.show_view("form")
        self.show_step(step)

    @QtCore.Slot()
    def _show_values(self) -> None:
        self._right.setCurrentWidget(self.values)
        self.frame.show_part("response")

    @QtCore.Slot()
    def _hide_values(self) -> None:
        self._right.setCurrentWidget(self.explorer)

    @QtCore.Slot()
    def _show_sending(self) -> None:
        self.frame.show_part("response")
        self.explorer.show_sending(self.sending.received)

    @QtCore.Slot(object)
    def _show_sent(self, sent: Sent) -> None:
        self.strip.exchange.show_sent(sent)
        self.watch.config = self.sending.config
        self._show_response(sent.response)

    def _show_response(self, response: Response) -> None:
        self.telling.forget()
        self.watch.set_sample(response)
        self.explorer.show_response(response, self.watch.items_at)
        self._show_steps()

    @QtCore.Slot(object)
    def _show_failure(self, error: FerruleError) -> None:
        if isinstance(error, DescriptorInvalid):
            self.strip.turn(PROBLEMS)
        self.explorer.show_error(error)
        self.watch.set_sample(None)

    @QtCore.Slot()
    def _show_given_up(self) -> None:
        if self.watch.sample is not None:
            self._show_response(self.watch.sample)
        else:
            told = "You stopped waiting for the answer."
            self.explorer.show_error(Cancelled(told, advice="Send again with F5."))

    @QtCore.Slot(object)
    def _show_problems(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        places = [TITLES[step_of(self.draft, p.pointer)] for p in problems]
        self.strip.show_problems(problems, places)
        self.forms.show_problems(problems)
        address = self.level.raw(f"{polling_of(self.draft)}/endpoint")
        wrong = next((p.message for p in problems if p.pointer == address), "")
        self.line.show_error(wrong)
        self._show_steps()
        self.counted.emit(*self.counts)

    def _show_steps(self) -> None:
        tried = self.watch.sample is not None
        done = 0
        for step in STEPS:
            state, note = step_state(self.draft, step.key, self.problems, tried=tried)
            self.steps.steps.set_state(step.key, state, note)
            done += state == "valid"
        self.steps.show_done(done)

    @QtCore.Slot(object)
    def _open_problem(self, found: tuple[Problem, str]) -> None:
        self.go_to(found[0].pointer)


def _level_of(pointer: str, now: int) -> int:
    """Return the level at which a place of the document is written."""
    parts = pointer.split("/")
    if parts[1:2] == ["streams"]:
        return int(parts[2]) if parts[2:3] and parts[2].isdigit() else now
    return CONNECTOR if parts[1:2] in (["ingestion"], ["fieldMapping"]) else now
