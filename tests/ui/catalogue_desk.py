"""A real window with the catalogue in it; the other pages keep what they are passed."""

import asyncio
import base64

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.collecting import Collector
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES, Place
from ferrule.ui.pages.page import Page
from ferrule.ui.window import Window
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

KEY = base64.b64encode(bytes(range(32))).decode()
HERE = "tests.ui.catalogue_desk"


class Sink(Page):
    """A page that only remembers."""

    def __init__(self, workspace, actions):
        super().__init__(workspace, actions)
        self.got = []

    def receive(self, what):
        self.got.append(what)


class Runs(Sink):
    key = title = "runs"


class Builder(Sink):
    key = title = "builder"


PLACES = (
    PAGES[0],
    Place("builder", "Builder", "blocks", f"{HERE}:Builder"),
    Place("runs", "Runs", "refresh-cw", f"{HERE}:Runs"),
)


class Desk:
    """The window, its catalogue page, and what the other pages were passed."""

    def __init__(self, workspace, size=(1280, 800)):
        self.workspace = workspace
        self.window = Window(workspace, PLACES)
        self.window.resize(*size)
        self.page = self.window.show_page("catalogue")
        self.window.show()
        self.window.activateWindow()

    @property
    def flow(self):
        return self.page.flows.currentWidget()

    def got(self, key):
        page = self.window.pages.get(key)
        return page.got if page else []

    async def settled(self):
        """Wait until the page has read everything."""
        for name in ("read", "facts", "connect", "new"):
            await self.page.tasks.wait(name)
        await self.page.tasks.wait("facts")

    async def leave(self):
        await self.window.close_work()
        await self.window.tasks.cancel_all()
        await sandbox.end()
        self.window.hide()
        self.window.deleteLater()
        self.workspace.close()


async def at_desk(home, scenario, size=(1280, 800), prepare=None):
    """Run `scenario(desk)` in a fresh window over the data directory `home`."""
    workspace = Workspace(Home(home))
    if prepare is not None:
        prepare(workspace)
    with Collector():
        desk = Desk(workspace, size)
        try:
            await desk.settled()
            await until(desk.window.isActiveWindow)  # else nothing has the focus
            await scenario(desk)
            await asyncio.sleep(0)
        finally:
            await desk.leave()
        del desk
        QtGui.QGuiApplication.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete)


async def until(so):
    """Wait until `so()` holds, of something that tells no event."""
    while not so():  # noqa: ASYNC110  see above
        await asyncio.sleep(0.005)


def clipped(root):
    """Return visible buttons and scrolled contents that are wider than their place."""
    wrong = []
    for button in root.findChildren(QtWidgets.QPushButton):
        if button.isVisible() and button.text():
            box = button.parentWidget().rect()
            if button.width() < button.sizeHint().width() or not box.contains(
                button.geometry()
            ):
                wrong.append(button.text())
    for area in root.findChildren(QtWidgets.QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width():
            wrong += [area.accessibleName()]
    return wrong


def nameless(root):
    """Return visible widgets that take the keyboard and have no name."""
    return [
        child
        for child in root.findChildren(QtWidgets.QWidget)
        if child.focusPolicy() & QtCore.Qt.FocusPolicy.TabFocus
        and child.isVisible()
        and not QtGui.QAccessible.queryAccessibleInterface(child).text(
            QtGui.QAccessible.Text.Name
        )
    ]


def strays(window):
    """Return other windows that are seen: a widget shown before it had a parent."""
    return [
        other
        for other in QtWidgets.QApplication.topLevelWidgets()
        if other.isVisible() and other is not window
    ]
