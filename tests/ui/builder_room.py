"""A real window with the Builder in it, over a data directory."""

import asyncio
import base64

from PySide6 import QtCore, QtTest, QtWidgets

from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES, Place
from ferrule.ui.pages.page import Page
from ferrule.ui.window import Window
from ferrule.workspace.beginning import begin
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

KEY = base64.b64encode(bytes(range(32))).decode()
HERE = "tests.ui.builder_room"


class Catalogue(Page):
    """A page that only remembers what it is passed."""

    key = title = "catalogue"

    def __init__(self, workspace, actions):
        super().__init__(workspace, actions)
        self.got = []

    def receive(self, what):
        self.got.append(what)


PLACES = (
    Place("catalogue", "Catalogue", "layout-grid", f"{HERE}:Catalogue"),
    next(place for place in PAGES if place.key == "builder"),
)


def document_from(address):
    """Return the draft of an address, as pasting it makes it."""
    return begin(address.encode()).documents[0]


class Room:
    """The window and its Builder."""

    def __init__(self, home, size):
        self.workspace = Workspace(Home(home))
        self.window = Window(self.workspace, PLACES)
        self.window.resize(*size)
        self.page = self.window.show_page("builder")
        self.window.show()
        self.window.activateWindow()

    @property
    def bench(self):
        return self.page.bench

    @property
    def draft(self):
        return self.bench.draft

    def row(self, member):
        """Return a row of the mapping that is shown."""
        rows = self.bench.forms.page.mapping.rows
        return next(row for row in rows if row.plan.member == member)

    def notices(self):
        return self.page.notices()

    async def settled(self):
        for name in ("restore", "open", "save", "discard"):
            await self.page.tasks.wait(name)
        await self.page.desk.start.reading.tasks.wait("read")
        await self.page.beginnings.tasks.wait("sandbox")
        await self.page.desk.tasks.wait("cards")
        if self.bench is not None:
            await self.looked()

    async def looked(self):
        """Wait until preview and problems follow what was typed last."""
        watch = self.bench.watch
        await until(lambda: not (watch._soon.isActive() or watch._later.isActive()))
        await watch.tasks.wait("look")
        await watch.tasks.wait("lint")
        await until(lambda: not self.bench.context.slices.busy)

    async def sent(self):
        """Send by F5 and wait for the answer."""
        before = self.bench.watch.sample
        press(self.window, QtCore.Qt.Key.Key_F5)
        await until(lambda: self.bench.sending.running)
        await self.bench.sending.tasks.wait("send")
        assert self.bench.watch.sample is not before
        await self.looked()

    async def leave(self):
        await self.window.close_work()
        await self.window.tasks.cancel_all()
        await sandbox.end()
        self.window.hide()
        self.window.deleteLater()
        # While the loop still runs: a widget must not be collected in a thread.
        deleting = QtCore.QEvent.Type.DeferredDelete
        QtCore.QCoreApplication.sendPostedEvents(None, deleting)
        self.workspace.close()


def press(window, key, modifier=QtCore.Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is."""
    target = QtWidgets.QApplication.focusWidget() or window
    QtTest.QTest.keyClick(target, key, modifier)


def type_text(text):
    """Type where the focus is."""
    QtTest.QTest.keyClicks(QtWidgets.QApplication.focusWidget(), text)


async def until(condition, seconds=20.0):
    """Wait for something that events bring about."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  no asyncio event tells of it
            await asyncio.sleep(0.005)


async def in_room(home, scenario, size=(1280, 800)):
    """Run `scenario(room)` in a fresh window over the data directory `home`."""
    room = Room(home, size)
    try:
        await room.settled()
        await scenario(room)
        await asyncio.sleep(0)
    finally:
        await room.leave()
