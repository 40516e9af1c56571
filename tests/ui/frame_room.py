"""The real window with all its pages, and a walk through every state of them."""

import asyncio
import gc
import json

import qasync
from PySide6 import QtCore
from tests.ui.builder_room import until

from ferrule import shipped
from ferrule.exchange import Response
from ferrule.ui.collecting import Collector
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.models.messages import ShowConnector
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES
from ferrule.ui.widgets.builder.steps import STEPS
from ferrule.ui.window import Window
from ferrule.workspace import connecting
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

SANDBOX = shipped.descriptors() / "ferrule" / "connectors" / "sandbox-issues.json"
ITEMS = [
    {
        "id": number,
        "number": number,
        "title": f"Item {number}",
        "state": "open",
        "updated_at": "2026-02-03T04:05:00Z",
        "created_at": "2026-02-03T04:05:00Z",
        "user": {"login": "anna"},
        "labels": [{"name": "bug"}],
        "assignees": [],
    }
    for number in range(1, 21)
]


class Frame:
    """The real window with all its pages."""

    def __init__(self, home, size=(1280, 800)):
        self.workspace = Workspace(Home(home))
        self.window = Window(self.workspace, PAGES)
        self.window.resize(*size)
        self.window.show_page("catalogue")
        self.window.show()
        self.window.activateWindow()

    async def settled(self):
        await until(self.window.isActiveWindow)
        await until(lambda: "palette" in self.window.commands)
        for page in tuple(self.window.pages.values()):
            for name in ("read", "restore", "facts", "connect", "new", "open", "check"):
                await page.tasks.wait(name)

    async def leave(self):
        await self.window.close_work()
        await self.window.tasks.cancel_all()
        await sandbox.end()
        self.window.hide()
        self.window.deleteLater()
        deleting = QtCore.QEvent.Type.DeferredDelete
        QtCore.QCoreApplication.sendPostedEvents(None, deleting)
        self.workspace.close()


def walk_through(app, home, scenario, size=(1280, 800), seconds=60):
    """Run `scenario(frame)` in a loop of its own: a walk takes longer than a test."""

    async def limited():
        async with asyncio.timeout(seconds):
            await in_frame(home, scenario, size)

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(limited())


async def in_frame(home, scenario, size=(1280, 800)):
    """Run `scenario(frame)` in a fresh window over the data directory `home`."""
    with Collector():
        made = Frame(home, size)
        try:
            await made.settled()
            await scenario(made)
        finally:
            await made.leave()
        del made
        gc.collect()


def sandbox_document():
    """Return the sandbox's connector."""
    return json.loads(SANDBOX.read_bytes())


async def walk(frame):
    """Show every page, every step of the Builder and every panel; yield each's name."""
    for part in (_catalogue, _builder, _runs, _others):
        async for name in part(frame):
            for _ in range(3):  # layouts, then what follows them
                await asyncio.sleep(0.01)
            yield name


async def _catalogue(frame):
    page = frame.window.show_page("catalogue")
    await frame.settled()
    yield "catalogue"
    page.browser.show_listed(listed=True)
    yield "catalogue, list"
    page.browser.show_listed(listed=False)
    page.receive(ShowConnector("sandbox-issues"))
    await frame.settled()
    yield "catalogue, picked"
    page.browser.search.setText("xyzzy no such")
    yield "catalogue, nothing found"
    page.browser.search.clear()
    page.receive(ShowConnector("github-issues", connect=True))
    await frame.settled()
    yield "connecting"
    page.flows.go_home()


async def _builder(frame):
    page = frame.window.show_page("builder")
    await frame.settled()
    yield "builder, start"
    bench = page.open_document(sandbox_document())
    for step in STEPS:
        bench.show_step(step.key)
        bench.context.slices.finish()
        yield f"builder, {step.key}"
    raw = json.dumps(ITEMS).encode()
    bench.take_sample(Response(200, (("Content-Type", "application/json"),), raw))
    await bench.watch.tasks.wait("look")
    for step in ("mapping", "rules"):
        bench.show_step(step)
        bench.context.slices.finish()
        yield f"builder, {step} with a sample"
    bar = bench.explorer.pages.bar
    for number in range(bar.count()):
        bar.setCurrentIndex(number)
        yield f"builder, response {bar.tabText(number)}"
    strip = bench.strip.bar
    for number in range(strip.count()):
        strip.setCurrentIndex(number)
        yield f"builder, strip {strip.tabText(number)}"
    bench.show_view("json")
    yield "builder, JSON"
    bench.show_view("form")


async def _runs(frame):
    page = frame.window.show_page("runs")
    await frame.settled()
    yield "runs, empty"
    config = {"baseUrl": "http://127.0.0.1:9", "owner": "sample", "repo": "workshop"}
    connecting.connect(frame.workspace, "sandbox-issues", config, {}, key="issues")
    page.activated()
    await frame.settled()
    yield "runs"
    for number in range(page.detail.tabs.bar.count()):
        page.detail.tabs.bar.setCurrentIndex(number)
        yield f"runs, tab {number}"


async def _others(frame):
    window = frame.window
    window.show_page("bundles")
    await frame.settled()
    yield "bundles"
    window.show_page("settings")
    await frame.settled()
    yield "settings"
    opened = window.open_palette()
    await window.tasks.wait("palette")
    yield "palette"
    opened.field.setText("xyzzy no such")
    opened._deepen()
    opened._tell()
    yield "palette, nothing found"
    opened.leave()
    panel = window.show_help()
    yield "help"
    panel.leave()
    asked = Confirmation(window, "Disconnect “issues”?", ["300 signals"], "Disconnect")
    asked.open()
    yield "question"
    asked.close()
    asked.deleteLater()
