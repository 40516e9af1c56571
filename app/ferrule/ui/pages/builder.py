"""The Builder: writing descriptors against real responses, several at a time.

Closing a draft asks nothing: what is not saved is kept on disk within a second of
typing, and is open again at the next start.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.descriptor.versions import Proposal
from ferrule.errors import DescriptorInvalid, FerruleError
from ferrule.ui import dialogs
from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.help_texts import STEPS, Help
from ferrule.ui.models.messages import (
    BeginFrom,
    BuildOnSandbox,
    OpenDescriptor,
    ShowConnector,
)
from ferrule.ui.models.spots import Spot
from ferrule.ui.pages.page import Notice, Page, notice_of
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bar import BuilderBar
from ferrule.ui.widgets.builder.begin import Beginnings
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.desk import Desk
from ferrule.ui.widgets.builder.files import (
    open_connector,
    refuse_changed,
    write_draft,
)
from ferrule.ui.widgets.builder.part import Part
from ferrule.ui.widgets.builder.parts import commands as commands_of_parts
from ferrule.ui.widgets.builder.places import spots_of
from ferrule.ui.widgets.builder.version import offered, version_button
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.message import Level
from ferrule.workspace.drafts import Document, Draft
from ferrule.workspace.workspace import Workspace

_DRAFT: Final = "Open a draft first"
COMMANDS: Final = (
    Command("builder.send", "Send the request", "play",
            ("F5", "Ctrl+Return", "Ctrl+Enter"), needs=_DRAFT,
            help="Sends the request as it stands and shows the response."),
    Command("builder.cancel", "Give up waiting", "x", ("Esc",),
            help="Gives up waiting for an answer, or leaves picking."),
    Command("builder.save", "Save the descriptor", "save", ("Ctrl+S",), needs=_DRAFT,
            help="Writes the descriptor into the project."),
    Command("builder.undo", "Undo", "undo-2", ("Ctrl+Z",), needs=_DRAFT,
            help="Takes the last change of the draft back; saving keeps the history."),
    Command("builder.redo", "Redo", "redo-2", ("Ctrl+Shift+Z", "Ctrl+Y"), needs=_DRAFT,
            help="Brings the last change back that was undone."),
    Command("builder.view", "Form or JSON", "braces", ("Ctrl+E",), needs=_DRAFT,
            help="Shows the same document as a form or as JSON."),
    Command("builder.new", "New descriptor", "plus", ("Ctrl+N",),
            help="Offers the ways to begin a descriptor."),
    Command("builder.import_curl", "New descriptor from a cURL command or an address",
            "terminal", words="paste url begin",
            help="Begins from what you paste; secrets become credential fields."),
    Command("builder.import_file", "New descriptor from OpenAPI or a sample",
            "file-input", words="swagger yaml json begin import",
            help="Begins from a file; what is dropped of it is told."),
    Command("builder.sandbox", "New descriptor on the sandbox", "flask-conical",
            words="sample offline learn",
            help="Begins from the sample service on this machine."),
    Command("builder.close", "Close the draft", "x", ("Ctrl+W",), needs=_DRAFT,
            help="Closes the tab; what is not saved is kept."),
    Command("builder.reopen", "Reopen the draft", "rotate-ccw", ("Ctrl+Shift+T",),
            help="Opens the draft again that was closed last."),
)  # fmt: skip


class BuilderPage(Page):
    """Open drafts as tabs, each with a bench of its own."""

    key = "builder"
    title = "Builder"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.bar = BuilderBar()
        self.tab_bar = self.bar.tabs
        self.desk = Desk(self.bar, workspace)
        self.beginnings = Beginnings(self.desk, self)
        self._restored = False
        outer = self.layout()
        if isinstance(outer, QtWidgets.QBoxLayout):
            outer.insertWidget(0, self.bar)
        self.header.hide()
        self.body.add(self.desk, stretch=1)
        self._connect()
        self._add_commands()

    @property
    def bench(self) -> BuilderBench | None:
        """Return the bench that is shown, None on the start."""
        return self.desk.bench

    def activated(self) -> None:
        """Bring back what was open, the first time."""
        if not self._restored:
            self._restored = True
            self.tasks.start("restore", self.desk.restore())

    def receive(self, what: object) -> None:
        """Open a connector or a new document, or begin from a text."""
        if isinstance(what, OpenDescriptor):
            self.activated()
            self.tasks.start("open", self._receive(what))
        elif isinstance(what, BeginFrom | BuildOnSandbox):
            self.activated()
            self.tasks.start("open", self._begin(what))

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return where F6 goes."""
        bench = self.bench
        if bench is None:
            return [self.bar, self.desk.start]
        hung = [pane for part in self.desk.parts.of(bench) for pane in part.panes()]
        return [self.bar, *bench.panes(), *hung]

    def spots(self) -> list[Spot]:
        """Return the fields of the draft that is shown."""
        return spots_of(self.bench) if self.bench is not None else []

    def help(self) -> Help:
        """Return what the step that is shown is for."""
        if self.bench is None:
            return super().help()
        return STEPS[self.bench.forms.step]

    async def may_close(self) -> bool:
        """Keep every draft; ask nothing."""
        await self.desk.shelf.flush()
        return True

    async def close_work(self) -> None:
        """Keep every draft and end all work."""
        await self.beginnings.close_work()
        await self.desk.close_work()
        await super().close_work()

    def open_document(self, document: Document) -> BuilderBench:
        """Open a new document as a draft of its own."""
        return self.desk.open(Draft(document))

    @QtCore.Slot()
    def send(self) -> None:
        """Send the request of the draft that is shown."""
        if self.bench is not None:
            self.bench.send()

    @QtCore.Slot()
    def cancel(self) -> None:
        """Give up waiting, or leave picking."""
        if self.bench is None:
            self.desk.start.cancel()
        elif not self.bench.cancel():
            any(part.cancel() for part in self.desk.parts.of(self.bench))

    @QtCore.Slot()
    def undo(self) -> None:
        """Take the last change of the draft back."""
        if self.bench is not None:
            self.bench.undo()

    @QtCore.Slot()
    def redo(self) -> None:
        """Bring the last undone change back."""
        if self.bench is not None:
            self.bench.redo()

    @QtCore.Slot(str)
    def turn(self, view: str) -> None:
        """Show the "form", the "json" or the "diff" of the draft."""
        if self.bench is not None:
            self.bench.show_view(view)

    @QtCore.Slot()
    def switch_view(self) -> None:
        """Show the JSON in place of the form, or the form again."""
        if self.bench is not None:
            self.turn("form" if self.bench.view == "json" else "json")

    @QtCore.Slot()
    def save(self) -> None:
        """Write the draft into the project."""
        if self.bench is not None:
            self.tasks.start("save", self._save(self.bench))

    @QtCore.Slot()
    def discard(self) -> None:
        """Throw away what is not saved, once the person agrees."""
        if self.bench is not None and self.bench.draft.modified:
            self.tasks.start("discard", self._discard(self.bench))

    @QtCore.Slot()
    def import_curl(self) -> None:
        """Have something pasted to begin from."""
        self.desk.show_start()
        self.desk.start.ask_paste()

    @QtCore.Slot()
    def import_file(self) -> None:
        """Have a file chosen to begin from."""
        self.desk.show_start()
        self.desk.start.ask_file()

    @QtCore.Slot()
    def close_current(self) -> None:
        """Close the tab that is shown."""
        key = self.bar.tabs.current()
        if key:
            self.desk.close_draft(key)

    def _connect(self) -> None:
        bar = self.bar
        self.desk.start.connector_chosen.connect(self._choose)
        self.beginnings.failed.connect(self._say_failure)
        bar.new.clicked.connect(self.desk.show_start)
        bar.turned.connect(self.turn)
        bar.undo.clicked.connect(self.undo)
        bar.redo.clicked.connect(self.redo)
        bar.send.clicked.connect(self.send)
        bar.save.clicked.connect(self.save)
        bar.discard_wanted.connect(self.discard)
        self.desk.told.connect(self.titled)
        self.desk.counted.connect(self.problems)
        self.desk.jobs.connect(self.jobs)
        self.desk.shelf.failed.connect(self._say_failure)
        self.desk.parts.said.connect(self._say_plainly)
        self.desk.parts.go.connect(self.go)

    def _add_commands(self) -> None:
        deeds: dict[str, Callable[[], object]] = {
            "builder.send": self.send,
            "builder.cancel": self.cancel,
            "builder.save": self.save,
            "builder.undo": self.undo,
            "builder.redo": self.redo,
            "builder.view": self.switch_view,
            "builder.new": self.desk.show_start,
            "builder.import_curl": self.import_curl,
            "builder.import_file": self.import_file,
            "builder.sandbox": self.beginnings.open_sandbox,
            "builder.close": self.close_current,
            "builder.reopen": self.desk.reopen,
        }
        for command in COMMANDS:
            can = partial(_can, self, command)
            self.commands.add(command, deeds[command.id], self, can=can)
        for command, kind, method in commands_of_parts():
            self.commands.add(command, partial(self._call, kind, method), self)

    def _call(self, kind: type[Part], method: str) -> None:
        self.desk.parts.call(self.bench, kind, method)

    @QtCore.Slot(str)
    def _choose(self, connector_id: str) -> None:
        self.tasks.start("open", self._receive(OpenDescriptor(connector_id)))

    async def _begin(self, what: BeginFrom | BuildOnSandbox) -> None:
        await self.tasks.wait("restore")
        if isinstance(what, BeginFrom):
            self.beginnings.begin_with(what.text)
        else:
            self.beginnings.open_sandbox()

    async def _receive(self, what: OpenDescriptor) -> None:
        await self.tasks.wait("restore")
        if what.document is not None:
            bench = self.open_document(what.document)
        elif what.connector_id:
            bench = await self._open_connector(what.connector_id)
        else:
            self.desk.show_start()
            return
        _show_asked(bench, what)

    async def _open_connector(self, connector_id: str) -> BuilderBench:
        """Open the project's own connector, or a copy of a shipped one."""
        bench = self.desk.bench_of(connector_id)
        if bench is not None:
            self.desk.show_key(bench.draft.name)
            return bench
        read = partial(open_connector, self.workspace.catalogue, connector_id)
        opened = await in_thread(read)
        if not opened.copied:
            name = self.desk.shelf.own_name(connector_id)
            closed = self.desk.shelf.closed(name, connector_id)
            if closed is not None:
                return self.desk.open(closed.draft, closed.name)
            return self.desk.open(opened.draft, name)
        bench = self.desk.open(opened.draft)
        what = f"{opened.copied} is shipped: this is a copy of it."
        why = f"Its id is “{bench.draft.draft.connector_id}” until you change it."
        self.say(Notice("info", what, why))
        return bench

    async def _save(self, bench: BuilderBench) -> None:
        document = bench.settled()
        if document is None:
            what = "Not saved: the JSON has an error."
            self.say(Notice("danger", what, bench.json.error))
            return
        draft, catalogue = bench.draft.draft, self.workspace.catalogue
        await refuse_changed(catalogue, bench.draft, document)
        write = partial(write_draft, catalogue, document, draft.saved)
        try:
            hides = await in_thread(write)
        except DescriptorInvalid as invalid:
            count = len(invalid.problems)
            bench.show_invalid(invalid)
            number = "a problem" if count == 1 else f"{count} problems"
            what = f"Not saved: the descriptor has {number}."
            self.say(Notice("danger", what, str(invalid.problems[0])))
            return
        draft.mark_saved(document)
        self.desk.shelf.mark(bench.draft)
        bench.draft.mark_saved()
        self.desk.remember()
        due = await in_thread(partial(offered, draft.released, document))
        self._say_saved(bench, due, hides=hides)

    def _say_saved(
        self, bench: BuilderBench, due: Proposal | None, *, hides: bool
    ) -> None:
        self.unsay()
        connector_id = bench.draft.draft.connector_id
        connect = Button("Connect", icon="plug", compact=True)
        message = ShowConnector(connector_id, connect=True)
        connect.clicked.connect(lambda: self.go.emit("catalogue", message))
        where = str(self.workspace.project.descriptors)
        notice = Notice("success", f"Saved “{connector_id}” into the project.", where)
        if hides:
            what = f"Saved: “{connector_id}” now hides the shipped one of that id."
            notice = Notice("warning", what, f"Delete it from {where} to go back.")
        if due is None:
            self.say(notice, connect)
            return
        take = version_button(bench, due)
        told = (
            f"{notice.why}\nIts version is still {due.older}; proposed is {due.text}."
        )
        shown = self.say(notice._replace(why=told), connect, take)
        take.clicked.connect(shown.closed)

    async def _discard(self, bench: BuilderBench) -> None:
        draft = bench.draft
        saved = draft.draft.saved
        goes = [f"Everything in “{draft.title}” that is not saved, and its history"]
        if not await dialogs.confirm(self, "Discard changes?", goes, "Discard"):
            return
        if saved is not None:
            draft.replace(saved, "Discard")
            return
        self.desk.close_draft(draft.name)
        self.desk.shelf.closed(draft.name)
        await self.desk.shelf.drop(draft)

    @QtCore.Slot(str, str, str)
    def _say_plainly(self, level: Level, what: str, why: str) -> None:
        self.say(Notice(level, what, why))

    @QtCore.Slot(object)
    def _say_failure(self, error: FerruleError) -> None:
        self.say(notice_of(error))


def _show_asked(bench: BuilderBench, what: OpenDescriptor) -> None:
    """Show what a descriptor was opened for: a sample, a place, a difference."""
    if what.response is not None:
        bench.take_sample(what.response)
    if what.focus:
        bench.go_to(what.focus)
    if what.against is not None:
        bench.show_view("diff")
        bench.diff.compare_with(what.against)


def _can(page: BuilderPage, command: Command) -> bool:
    """Return whether there is the draft that a command needs."""
    return page.bench is not None or command.needs != _DRAFT
