"""The Tools page in a window of its own, a service with tools, and how one works it.

A module of tests takes its fixtures by name: `service = tool_room.service`.
"""

import json
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr
from PySide6 import QtCore, QtWidgets
from tests.support.tool_service import TOKEN, ToolService, described
from tests.ui.catalogue_desk import KEY, until

from ferrule.credentials import forget_master_key
from ferrule.ui.actions import Actions
from ferrule.ui.pages.tools import ToolsPage
from ferrule.ui.widgets.tools.lists import TOOLS
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

SAY = {"id": "7", "text": "hello"}


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    yield
    forget_master_key()


@pytest.fixture
def service():
    with ToolService() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox():
    """Give the address of a sandbox."""
    order = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*order, "--items", "40"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield json.loads(child.stdout.readline())["url"]
    child.stdin.close()
    child.wait(5)
    child.stdout.close()


def things(service, key="things"):
    """Return what connects to the service before the window opens."""

    def prepare(workspace):
        raw = json.dumps(described()).encode()
        workspace.catalogue.save("acme", "acme-things", raw)
        config = {"baseUrl": service.origin}
        given = {"token": SecretStr(TOKEN)}
        connect(workspace, "acme-things", config, given, key=key)

    return prepare


def issues(url):
    def prepare(workspace):
        config = {"baseUrl": url, "owner": "sample", "repo": "workshop"}
        connect(workspace, "sandbox-issues", config, {}, key="issues")

    return prepare


class Desk:
    """The page in a window of its own, and where it led."""

    def __init__(self, workspace, size):
        self.workspace = workspace
        self.page = ToolsPage(workspace, Actions())
        self.went, self.noted = [], []
        self.page.go.connect(lambda key, _what: self.went.append(key))
        self.page.noted.connect(self.noted.append)
        self.page.resize(*size)
        self.page.show()
        self.page.activateWindow()

    async def leave(self):
        await self.page.close_work()
        self.page.hide()
        self.page.deleteLater()
        deleting = QtCore.QEvent.Type.DeferredDelete
        QtCore.QCoreApplication.sendPostedEvents(None, deleting)
        self.workspace.close()


async def at_desk(home, scenario, prepare=None, size=(1200, 740)):
    """Run `scenario(desk)` with the page over the data directory `home`."""
    workspace = Workspace(Home(home))
    if prepare is not None:
        prepare(workspace)
    desk = Desk(workspace, size)
    try:
        await until(desk.page.isActiveWindow)  # else nothing has the focus
        desk.page.activated()
        await desk.page.tasks.wait("read")
        await scenario(desk, desk.page)
    finally:
        await desk.leave()


@asynccontextmanager
async def beside(desk):
    """Give another window over the same data directory, as another process has."""
    other = Desk(Workspace(desk.workspace.home), (900, 600))
    try:
        other.page.activated()
        await other.page.tasks.wait("read")
        yield other
    finally:
        await other.leave()


async def picked(page, name, **arguments):
    """Pick a tool and fill in its arguments as a person types them."""
    page.lists.tabs.bar.setCurrentIndex(TOOLS)
    connection = page.lists.tools.rows()[0].connection
    page.lists.table.select_key((connection, name))
    page.view.tool.form.fill(arguments)
    page.view.tool.edited.emit()
    await page.tasks.wait("cases")


async def asked(page, name, **arguments):
    """Ask for a write, and wait until the question is shown."""
    await picked(page, name, **arguments)
    page.run.click()
    await page.tasks.wait("run")
    return page.view.approval


async def ran(page):
    page.run.click()
    await page.tasks.wait("run")
    return page.view.tool.result


def states(desk):
    store = desk.workspace.approvals
    return [
        (one.state(store_now(desk)), one.outcome)
        for one in store.list(desk.workspace.project.key)
    ]


def store_now(desk):
    return desk.page.work.now()


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    plain = widget.findChildren(QtWidgets.QPlainTextEdit)
    told = [label.text() for label in labels if label.isVisible()]
    return " ".join([*told, *(area.toPlainText() for area in plain)]).replace(
        "\u200b", ""
    )
