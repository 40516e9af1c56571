"""A person at the Builder: every click and key is an event, and they are counted.

Each builds a connector for a real sandbox and comes to a sync that passes; the figures
count what it takes from the start to the first mapped signal.
"""

import asyncio
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import qasync
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from tests.ui.builder_room import KEY

from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages import PAGES
from ferrule.ui.tour.guide import Guide
from ferrule.ui.widgets.builder.start_operations import OperationTable
from ferrule.ui.widgets.builder.start_paste import PasteEdit
from ferrule.ui.widgets.field import SecretField
from ferrule.ui.widgets.runs.progress import ProgressCard
from ferrule.ui.window import Window
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

KEYS = QtCore.Qt.Key
CTRL = QtCore.Qt.KeyboardModifier.ControlModifier
OPENAPI = Path(__file__).parents[1] / "samples" / "interchange" / "openapi"
ITEMS = 150
TOKEN = "sample-token"


class Person(Guide):
    """Works the window by events alone, and counts them."""

    def __init__(self, window, out):
        super().__init__(window, out)
        self.clicks = self.typed = self.pastes = 0

    @property
    def page(self):
        return self.window.findChild(QtWidgets.QWidget, "page.builder")

    @property
    def bench(self):
        return self.page.bench

    async def until(self, look, what, seconds=12.0):
        return await super().until(look, what, seconds)

    async def click(self, name, inside=None):
        self.clicks += 1
        await super().click(name, inside)

    async def click_at(self, widget, place):
        self.clicks += 1
        QtTest.QTest.mouseClick(
            widget, QtCore.Qt.MouseButton.LeftButton, pos=place.center()
        )
        await asyncio.sleep(0)

    async def type(self, text):
        self.typed += len(text)
        QtTest.QTest.keyClicks(QtWidgets.QApplication.focusWidget(), text)
        await asyncio.sleep(0)

    async def press(self, key, modifier=QtCore.Qt.KeyboardModifier.NoModifier):
        target = QtWidgets.QApplication.focusWidget() or self.window
        QtTest.QTest.keyClick(target, key, modifier)
        await asyncio.sleep(0)

    async def paste(self, text):
        self.pastes += 1
        QtGui.QGuiApplication.clipboard().setText(text)
        await self.press(KEYS.Key_V, CTRL)

    async def drop(self, path, widget):
        """Drag a file onto a widget and let it go."""
        mime = QtCore.QMimeData()
        mime.setUrls([QtCore.QUrl.fromLocalFile(str(path))])
        place = widget.rect().center()
        copying, left = (
            QtCore.Qt.DropAction.CopyAction,
            QtCore.Qt.MouseButton.LeftButton,
        )
        held = QtCore.Qt.KeyboardModifier.NoModifier
        for kind, at in (
            (QtGui.QDragEnterEvent, place),
            (QtGui.QDropEvent, place.toPointF()),
        ):
            event = kind(at, copying, mime, left, held)
            QtWidgets.QApplication.sendEvent(widget, event)
            assert event.isAccepted()
        await asyncio.sleep(0)

    async def step(self, title):
        """Go to a step of the descriptor by a click on it."""
        view = self.bench.steps.steps
        model = view.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if title in str(index.data()):
                await self.click_at(view.viewport(), view.visualRect(index))
                return
        raise AssertionError(title)

    async def opened(self):
        await self.until(lambda: self.bench is not None, "the draft", 15)

    async def sent(self, status="200"):
        head = self.bench.explorer.head.status
        await self.until(lambda: head.text().startswith(status), "the answer", 15)

    async def apply_all(self):
        """Apply what is suggested from the line below the title."""
        bar = self.page.desk.parts.of(self.bench)[0].bar
        await self.until(bar.apply.isVisible, "suggestions", 10)
        await self.click(bar.apply.text(), bar)

    async def signals(self):
        """Wait until the strip shows signals that are all right; return their rows."""
        strip = self.bench.strip

        def whole():
            ok = any(count.endswith(" ok") for count in strip.counted())
            return strip.signals.isVisible() and ok and strip.rows()

        return await self.until(whole, "signals", 10)

    async def saved(self):
        await self.press(KEYS.Key_S, CTRL)
        said = await self.until(self.page.notices, "the saving", 10)
        await self.until(
            lambda: "Saved" in " ".join(self.page.notices()), str(said), 10
        )

    async def synced(self, secret=""):
        """Connect what was saved and sync it; return how many items were created."""
        await self.click("Connect")
        if secret:
            field = await self.until(partial(self.shown, SecretField), "the secret")
            await self.type_into(field, secret)
            await self.click("Continue")
        await self.click("Check")
        await self.click("Review")
        await self.click(
            "Connect", self.window.findChild(QtWidgets.QWidget, "page.catalogue")
        )
        await self.click("Sync now")
        await self.until(lambda: "Done" in self.texts(), "the end of the run", 25)
        card = await self.until(partial(self.shown, ProgressCard), "the figures")
        texts = [label.text() for label in card.findChildren(QtWidgets.QLabel)]
        return int(texts[texts.index("created") - 1].replace(",", ""))


@pytest.fixture(scope="module")
def api():
    """A real sandbox; its address."""
    command = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*command, "--items", str(ITEMS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield json.loads(child.stdout.readline())["url"]
    finally:
        child.stdin.close()
        child.wait()
        child.stdout.close()


@pytest.fixture
def person(qapp, tmp_path, monkeypatch):
    """Return what lets a person work in the program, begun at its first page."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))

    def let(scenario):
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
            runner.run(_in_program(tmp_path, scenario))

    return let


def _active(window):
    """Have the keyboard in this window, not in that of an earlier test."""
    window.activateWindow()
    return window.isActiveWindow()


async def _in_program(folder, scenario):
    workspace = Workspace(Home(folder / "home"))
    window = Window(workspace, PAGES)
    window.resize(1280, 800)
    window.show_page("catalogue")
    window.show()
    try:
        async with asyncio.timeout(60):
            person = Person(window, folder / "pictures")
            await person.until(partial(_active, window), "the window", 10)
            await scenario(person)
    finally:
        await window.close_work()
        await window.tasks.cancel_all()
        await sandbox.end()
        window.hide()
        window.deleteLater()
        deleting = QtCore.QEvent.Type.DeferredDelete
        QtCore.QCoreApplication.sendPostedEvents(None, deleting)
        workspace.close()


def test_the_first_signal_of_the_sandbox_takes_4_clicks_and_no_typing(person):
    async def work(person):
        await person.click("Builder", person.window.rail)
        await person.click("Build on the sandbox")
        await person.opened()
        await person.click("Send")
        await person.sent()
        await person.apply_all()
        rows = await person.signals()
        assert rows[0].summary
        assert rows[0].kind
        assert (person.typed, person.pastes) == (0, 0)
        assert person.clicks <= 4
        label = person.bench.draft.undoable
        assert label == "Suggestions"

    person(work)


def test_the_first_signal_of_an_own_api_takes_6_clicks_and_a_paste(person, api):
    line = (
        f"curl '{api}/auth/bearer/cursor/issues?limit=50' \\\n"
        f"  -H 'Authorization: Bearer {TOKEN}' --compressed"
    )

    async def work(person):
        await person.click("Builder", person.window.rail)
        await person.see(PasteEdit, "Paste a cURL command, an address or JSON")
        await person.paste(line)
        await person.click("Create")
        await person.opened()
        await person.click("Send")
        await person.sent()
        await person.apply_all()
        await person.signals()
        assert person.typed == 0
        assert person.pastes == 1
        assert person.clicks <= 6

    person(work)


def test_a_connector_from_a_blank_page_comes_to_a_passing_sync(person, api):
    async def work(person):
        await person.click("Builder", person.window.rail)
        await person.click("Blank descriptor")
        await person.opened()
        address = person.bench.line.address
        await person.click_at(address, address.rect())
        await person.press(KEYS.Key_A, CTRL)
        await person.type(f"{api}/offset/issues")
        await person.press(KEYS.Key_Return)
        endpoint = "/ingestion/endpoint"
        await person.until(
            lambda: person.bench.draft.value(endpoint) == "/offset/issues", "the base"
        )
        await person.click("Send")
        await person.sent()
        await person.step("Mapping")
        await person.apply_all()
        await person.signals()
        await person.saved()
        assert await person.synced() == ITEMS

    person(work)


def test_a_connector_from_a_curl_line_comes_to_a_passing_sync(person, api):
    line = f"curl {api}/auth/bearer/page/issues -H 'Authorization: Bearer {TOKEN}'"

    async def work(person):
        await person.click("Builder", person.window.rail)
        await person.see(PasteEdit, "Paste a cURL command, an address or JSON")
        await person.paste(line)
        await person.press(KEYS.Key_Return)
        await person.opened()
        await person.click("Send")
        await person.sent()
        await person.apply_all()
        await person.signals()
        await person.saved()
        assert TOKEN not in json.dumps(person.bench.draft.document)
        assert await person.synced(TOKEN) == ITEMS

    person(work)


def test_a_connector_from_an_openapi_document_comes_to_a_passing_sync(
    person, api, tmp_path
):
    port = api.rsplit(":", 1)[1]
    text = (OPENAPI / "sandbox.yaml").read_text().replace('"8765"', f'"{port}"')
    (tmp_path / "tracker.yaml").write_text(text)

    async def work(person):
        await person.click("Builder", person.window.rail)
        await person.see(PasteEdit, "Paste a cURL command, an address or JSON")
        await person.drop(tmp_path / "tracker.yaml", person.page.desk.start)
        table = await person.until(partial(person.shown, OperationTable), "the list")
        for name in ("GET /repos/{owner}/{repo}/issues",
                     "GET /repos/{owner}/{repo}/issues/comments"):  # fmt: skip
            index = table.rows.index(table.rows.find(name), 0)
            await person.click_at(table.viewport(), table.visualRect(index))
        await person.click("Create connector")
        await person.opened()
        await person.click("Send")
        await person.sent()
        await person.apply_all()
        await person.signals()
        await person.saved()
        assert await person.synced() == ITEMS

    person(work)
