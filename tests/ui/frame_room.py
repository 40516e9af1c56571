"""The real window with all its pages, and a walk through every state of them."""

import asyncio
import json

import qasync
from PySide6 import QtCore
from tests.ui import webhook_room
from tests.ui.builder_room import until

from ferrule import shipped
from ferrule.exchange import Response
from ferrule.ui.collecting import Collector
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.models.messages import OpenConnector, ShowConnector
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES
from ferrule.ui.widgets.builder.steps import STEPS
from ferrule.ui.window import Window
from ferrule.workspace import connecting
from ferrule.workspace.home import Home
from ferrule.workspace.tools import approvals
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


def walk_through(app, home, scenario, size=(1280, 800), seconds=150):
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


def sandbox_document():
    """Return the sandbox's connector."""
    return json.loads(SANDBOX.read_bytes())


async def walk(frame):
    """Show every page, every step of the Builder and every panel; yield each's name."""
    for part in (_catalogue, _builder, _runs, _webhooks, _tools, _lately, _others):
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


async def _webhooks(frame):
    page, workspace = frame.window.show_page("webhooks"), frame.workspace
    await frame.settled()
    yield "webhooks, empty"
    raw = json.dumps(webhook_room.TRACKER).encode()
    workspace.catalogue.save("tracker", "tracker", raw)
    webhook_room.connected(workspace)
    for number, secret in enumerate((webhook_room.SECRET, "another")):
        body = webhook_room.body_of(number)
        webhook_room.received(workspace, body, name=f"d-{number}", secret=secret)
    page.activated()
    await frame.settled()
    for number in range(page.pane.tabs.bar.count()):
        page.pane.tabs.bar.setCurrentIndex(number)
        yield f"webhooks, tab {number}"
    page.receiver.paths_link.click()
    page.receiver.outside_link.click()
    yield "webhooks, paths"
    page.receiver.paths_link.click()
    page.receiver.outside_link.click()
    page.doing.do("edit")
    yield "webhooks, editing"
    page.pane.go_back()
    page.list.tabs.setCurrentIndex(1)
    await frame.settled()
    yield "webhooks, no dead letters"
    page.list.tabs.setCurrentIndex(0)
    workspace.registry.delete_connection(workspace.project.key, "tracker")
    workspace.catalogue.remove("tracker")
    workspace.home.vault.unlink()  # as if none had ever been kept


async def _tools(frame):
    page, workspace = frame.window.show_page("tools"), frame.workspace
    await frame.settled()
    for name, arguments in (
        ("set_state", {"number": 7}),
        ("delete_issue", {"number": 7}),
    ):
        page.lists.table.select_key(("issues", name))
        page.view.tool.form.fill(arguments)
        page.work.preview()
        await page.tasks.wait("preview")
        await page.tasks.wait("cases")
        for number in range(page.view.tool.tabs.bar.count()):
            page.view.tool.tabs.bar.setCurrentIndex(number)
            yield f"tools, {name}, tab {number}"
    page.view.tool.waive.click()
    yield "tools, a waiver"
    page.run.click()
    await page.tasks.wait("run")
    yield "tools, an approval"
    approvals.decline(workspace, page.view.approval.row.id, via="cli")
    await until(page.view.tool.isVisible)
    yield "tools, declined"
    page.lists.tabs.bar.setCurrentIndex(1)
    yield "tools, approvals"
    page.show_agents()
    await page.tasks.wait("offers")
    yield "tools, agents"


async def _lately(frame):
    """Go through Activity and the page of a connector, after what was done above."""
    page = frame.window.show_page("activity")
    await page.tasks.settled()
    yield "activity"
    page.log.pane.tabs.bar.setCurrentIndex(1)
    yield "activity, same correlation"
    page.log.box.put("level:")
    yield "activity, a wrong query"
    page.log.box.put("xyzzy no such")
    await page.tasks.settled()
    yield "activity, nothing found"
    page.bar.setCurrentIndex(1)
    await page.tasks.settled()
    yield "activity, audit"
    page = frame.window.show_page("connector", OpenConnector("sandbox-issues"))
    for number in range(page.tabs.bar.count()):
        page.tabs.bar.setCurrentIndex(number)
        await page.tasks.settled()
        yield f"connector, {page.tabs.bar.tabText(number)}"


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
