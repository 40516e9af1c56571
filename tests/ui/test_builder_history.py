"""The history in the Builder: kept, opened, pinned, copied, cleared."""

import json
import subprocess
import sys

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.builder_room import KEY, in_room, press, until
from tests.ui.replay_room import document, kept, opened, shown

from ferrule.exchange import Response
from ferrule.ui.theme import preferences
from ferrule.ui.widgets.builder.history import Histories
from ferrule.ui.widgets.builder.walk import Walking
from ferrule.workspace.authoring import save_draft
from ferrule.workspace.drafts import Draft
from ferrule.workspace.history.ring import HistoryRules, Where
from ferrule.workspace.home import Home
from ferrule.workspace.sending import Sent
from ferrule.workspace.workspace import Workspace

KEYS = QtCore.Qt.Key
MODS = QtCore.Qt.KeyboardModifier
CANARY = "ghp_canary0123456789abcdefghijklmnopqrst"


@pytest.fixture(scope="module")
def api():
    """A real sandbox; its address."""
    command = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*command, "--items", "200"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield json.loads(child.stdout.readline())["url"]
    finally:
        child.stdin.close()
        child.wait()
        child.stdout.close()


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    """Return what runs a scenario in a window over this test's own directory."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def enter(scenario, **options):
        run(in_room(tmp_path, scenario, **options))

    return enter


def test_every_send_is_kept_listed_and_opened_again_as_the_sample(room, api):
    async def scenario(room):
        await opened(room, api)
        first = room.bench.watch.sample
        room.draft.edit("/ingestion/query/state", "closed")
        await room.sent()
        await kept(room)
        history = await shown(room)
        assert [k.status for k in history.page.listed()] == [200, 200]
        assert len(history.page.table.selected_rows()) == 1
        assert "2 kept" in history.page.usage.text()
        oldest = history.page.listed()[-1]
        history.page.table.select_key(oldest.number)
        press(room.window, KEYS.Key_Return)
        await history.tasks.wait("open")
        assert room.bench.watch.sample is not first
        assert room.bench.watch.sample.body == first.body
        assert oldest.where.config["repo"] == "workshop"

    room(scenario)


def test_pages_of_a_walk_are_kept_as_one_group(room, api):
    async def scenario(room):
        await opened(room, api)
        walking = room.bench.findChild(Walking)
        walking.walk()
        await walking.tasks.wait("walk")
        await kept(room)
        history = await shown(room)
        pages = [k for k in history.page.listed() if k.where.kind == "walk"]
        assert len(pages) > 1
        assert len({k.where.group for k in pages}) == 1
        assert pages[0].where.config["owner"] == "sample"

    room(scenario)


def test_a_pinned_sample_is_there_again_after_a_restart(room, api, tmp_path):
    found = {}

    async def pin(room):
        await opened(room, api)
        history = await shown(room)
        history.page.pin.click()
        await history.tasks.wait("pin")
        await until(lambda: history.page.listed()[0].pinned)
        await until(lambda: history.page.pin.text() == "Unpin")
        found["body"] = room.bench.watch.sample.body

    async def look(room):
        await until(lambda: room.bench is not None)
        await until(lambda: room.bench.watch.sample is not None)
        assert room.bench.watch.sample.body == found["body"]
        await until(lambda: len(room.bench.strip.rows()) > 50)
        history = room.bench.findChild(Histories)
        await history.tasks.wait("shown")
        # A sample whose showing ended the program is not shown again by itself.
        workspace = room.workspace
        (kept_one,) = workspace.history.listed("default")
        workspace.history.index.set_opening(kept_one.number, on=True)

    async def spared(room):
        await until(lambda: room.bench is not None)
        await until(lambda: any("pinned sample" in n for n in room.notices()))
        assert room.bench.watch.sample is None

    def go(scenario):
        async def with_memory(room):
            await scenario(room)

        room(with_memory)

    go(pin)
    draft_open(tmp_path)
    go(look)
    go(spared)


def draft_open(home):
    """Have the connector open at the next start, as the window remembers it."""
    preferences.put("builder/open", json.dumps(["own:acme-issues"]))
    assert home.exists()


def test_secrets_are_placeholders_in_what_is_copied_and_in_no_file(room, api, tmp_path):
    async def scenario(room):
        made = document(api)
        made["auth"] = {
            "method": "api_key",
            "config": {
                "delivery": "header",
                "paramName": "X-Api-Key",
                "credentialFields": [
                    {"key": "k", "label": "K", "type": "password", "required": True}
                ],
            },
        }
        room.page.open_document(made)
        room.bench.values.values.secrets = {"k": CANARY}
        await room.sent()
        await kept(room)
        history = await shown(room)
        history.page.curl.click()
        text = QtGui.QGuiApplication.clipboard().text()
        assert '"$X_API_KEY"' in text
        assert CANARY not in text
        assert text.startswith(f"curl '{api}/repos/sample/workshop/issues")

    room(scenario)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 3
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []


def test_deleting_and_clearing(room, api):
    async def scenario(room):
        await opened(room, api)
        await room.sent()
        await kept(room)
        history = await shown(room)
        history.page.table.setFocus()
        press(room.window, KEYS.Key_Delete)
        await history.tasks.wait("delete")
        await until(lambda: len(history.page.listed()) == 1)
        history.page.clear.click()
        await until(lambda: room.window.findChild(QtWidgets.QDialog, "confirmation"))
        room.window.findChild(QtWidgets.QDialog, "confirmation").accept()
        await history.tasks.wait("clear")
        await until(lambda: not history.page.listed())
        assert room.workspace.history.usage().count == 0

    room(scenario)


def test_nothing_is_kept_where_it_is_off(room, api):
    async def scenario(room):
        room.workspace.history.set_rules(HistoryRules(on=False))
        await opened(room, api)
        history = room.bench.findChild(Histories)
        history.show()
        await kept(room)
        await until(lambda: "off" in history.page._blank.text())
        assert history.page.listed() == []

    room(scenario)


def test_a_connection_can_be_left_out(room, api):
    async def scenario(room):
        await opened(room, api)
        room.bench.values.values.connection = "acme"
        history = await shown(room)
        history._look()
        await kept(room)
        menu = history.page.table.menu()
        keep = next(a for a in menu.actions() if "acme" in a.text())
        assert keep.isChecked()
        keep.trigger()
        await history.tasks.wait("switch")
        await room.sent()
        await kept(room)
        assert len(history.page.listed()) == 1
        menu.deleteLater()

    room(scenario)


def test_a_full_disk_is_told_and_the_answer_is_there_all_the_same(room, api):
    async def scenario(room):
        room.workspace.history.folder.parent.mkdir(parents=True, exist_ok=True)
        room.workspace.history.folder.write_text("a file where a folder should be")
        await opened(room, api, saved=False)
        assert room.bench.watch.sample.status == 200
        assert any("cannot be used" in notice for notice in room.notices())

    room(scenario)


@pytest.mark.parametrize(
    "body",
    [b'{"a":' * 100_000, b"\xff\xfe\x00", b"", b"9" * 5_000],
    ids=["too deep", "no text", "empty", "a number that is none"],
)
def test_a_pinned_sample_that_nothing_can_read_does_not_keep_from_starting(
    room, tmp_path, body
):
    workspace = Workspace(Home(tmp_path))
    made = document("http://127.0.0.1:9")
    save_draft(workspace.catalogue, Draft(made))
    answer = Response(200, (), body, "http://127.0.0.1:9/x", 1.0)
    where = Where("default", "acme-issues", stream="", draft="own:acme-issues")
    sent = Sent("GET", answer.url, (), "", answer)
    workspace.history.pin(workspace.history.keep(sent, where))
    workspace.close()
    preferences.put("builder/open", json.dumps(["own:acme-issues"]))

    async def scenario(room):
        await until(lambda: room.bench is not None)
        await until(lambda: room.bench.watch.sample is not None)
        (kept_one,) = room.workspace.history.listed("default")
        index = room.workspace.history.index
        await until(lambda: not index.is_opening(kept_one.number))
        room.draft.edit("/name", "Still here")
        await room.looked()
        assert room.draft.title == "Still here"

    room(scenario)
