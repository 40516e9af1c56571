"""The Builder: writing descriptors against real responses, several at a time.

Closing a draft asks nothing: what is not saved is kept on disk within a second of
typing, and is open again at the next start.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.errors import DescriptorInvalid, FerruleError
from ferrule.ui import dialogs
from ferrule.ui.actions import Actions, Command
from ferrule.ui.models.messages import OpenDescriptor, ShowConnector
from ferrule.ui.pages.page import Notice, Page, notice_of
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder_bar import BuilderBar
from ferrule.ui.widgets.builder_bench import BuilderBench
from ferrule.ui.widgets.builder_desk import Desk
from ferrule.ui.widgets.builder_files import open_connector, write_draft
from ferrule.ui.widgets.builder_part import Part
from ferrule.ui.widgets.builder_parts import commands as commands_of_parts
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.message import Level
from ferrule.workspace import authoring
from ferrule.workspace.drafts import Document, Draft
from ferrule.workspace.workspace import Workspace

COMMANDS: Final = (
    Command(
        "builder.send",
        "Send the request",
        "play",
        ("F5", "Ctrl+Return", "Ctrl+Enter"),
    ),
    Command("builder.cancel", "Give up waiting", "x", ("Esc",)),
    Command("builder.save", "Save the descriptor", "save", ("Ctrl+S",)),
    Command("builder.undo", "Undo", "undo-2", ("Ctrl+Z",)),
    Command("builder.redo", "Redo", "redo-2", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("builder.view", "Form or JSON", "braces", ("Ctrl+E",)),
    Command("builder.new", "New descriptor", "plus", ("Ctrl+N",)),
    Command("builder.close", "Close the draft", "x", ("Ctrl+W",)),
    Command("builder.reopen", "Reopen the draft", "rotate-ccw", ("Ctrl+Shift+T",)),
    Command("builder.next", "Next draft", "chevron-right", ("Ctrl+Tab",)),
    Command(
        "builder.previous",
        "Previous draft",
        "chevron-left",
        ("Ctrl+Shift+Tab",),
    ),
)


class BuilderPage(Page):
    """Open drafts as tabs, each with a bench of its own."""

    key = "builder"
    title = "Builder"

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__(workspace, actions)
        self.bar = BuilderBar()
        self.desk = Desk(self.bar, workspace)
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
        """Open a connector or a new document."""
        if isinstance(what, OpenDescriptor):
            self.activated()
            self.tasks.start("open", self._receive(what))

    def panes(self) -> list[QtWidgets.QWidget]:
        """Return where F6 goes."""
        bench = self.bench
        if bench is None:
            return [self.bar, self.desk.start]
        hung = [pane for part in self.desk.parts.of(bench) for pane in part.panes()]
        return [self.bar, *bench.panes(), *hung]

    async def may_close(self) -> bool:
        """Keep every draft; ask nothing."""
        await self.desk.shelf.flush()
        return True

    async def close_work(self) -> None:
        """Keep every draft and end all work."""
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
        if self.bench is not None and not self.bench.cancel():
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
        """Show the "form" or the "json" of the draft."""
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
    def close_current(self) -> None:
        """Close the tab that is shown."""
        key = self.bar.tabs.current()
        if key:
            self.desk.close_draft(key)

    def _connect(self) -> None:
        start, bar = self.desk.start, self.bar
        start.address_given.connect(self._begin_from)
        start.blank_wanted.connect(self._begin_blank)
        start.connector_chosen.connect(self._choose)
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
        step = self.bar.tabs.step
        deeds: dict[str, Callable[[], object]] = {
            "builder.send": self.send,
            "builder.cancel": self.cancel,
            "builder.save": self.save,
            "builder.undo": self.undo,
            "builder.redo": self.redo,
            "builder.view": self.switch_view,
            "builder.new": self.desk.show_start,
            "builder.close": self.close_current,
            "builder.reopen": self.desk.reopen,
            "builder.next": partial(step, 1),
            "builder.previous": partial(step, -1),
        }
        for command in COMMANDS:
            self.commands.add(command, deeds[command.id], self)
        for command, kind, method in commands_of_parts():
            self.commands.add(command, partial(self._call, kind, method), self)

    def _call(self, kind: type[Part], method: str) -> None:
        self.desk.parts.call(self.bench, kind, method)

    @QtCore.Slot(str)
    def _begin_from(self, address: str) -> None:
        try:
            document = authoring.from_url(address)
        except FerruleError as error:
            self.desk.start.refuse(f"{error.message} {error.advice}")
            return
        self.desk.start.refuse("")
        self.desk.start.address.clear()
        bench = self.open_document(document)
        bench.show_step("mapping")

    @QtCore.Slot()
    def _begin_blank(self) -> None:
        self.open_document(authoring.blank())

    @QtCore.Slot(str)
    def _choose(self, connector_id: str) -> None:
        self.tasks.start("open", self._receive(OpenDescriptor(connector_id)))

    async def _receive(self, what: OpenDescriptor) -> None:
        await self.tasks.wait("restore")
        if what.document is not None:
            bench = self.open_document(what.document)
        elif what.connector_id:
            bench = await self._open_connector(what.connector_id)
        else:
            self.desk.show_start()
            return
        if what.response is not None:
            bench.take_sample(what.response)
        if what.focus:
            bench.go_to(what.focus)

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
            closed = self.desk.shelf.closed(name)
            return self.desk.open(closed.draft if closed else opened.draft, name)
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
        draft = bench.draft.draft
        write = partial(write_draft, self.workspace.catalogue, document, draft.saved)
        try:
            hides = await in_thread(write)
        except DescriptorInvalid as invalid:
            count = len(invalid.problems)
            bench.show_invalid(invalid)
            number = "a problem" if count == 1 else f"{count} problems"
            what = f"Not saved: the descriptor has {number}."
            self.say(Notice("danger", what, str(invalid.problems[0])))
            return
        draft.saved = document
        self.desk.shelf.mark(bench.draft)
        bench.draft.mark_saved()
        self.desk.remember()
        self._say_saved(draft.connector_id, hides=hides)

    def _say_saved(self, connector_id: str, *, hides: bool) -> None:
        self.unsay()
        connect = Button("Connect", icon="plug", compact=True)
        message = ShowConnector(connector_id, connect=True)
        connect.clicked.connect(lambda: self.go.emit("catalogue", message))
        where = str(self.workspace.project.descriptors)
        notice = Notice("success", f"Saved “{connector_id}” into the project.", where)
        if hides:
            what = f"Saved: “{connector_id}” now hides the shipped one of that id."
            notice = Notice("warning", what, f"Delete it from {where} to go back.")
        self.say(notice, connect)

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
