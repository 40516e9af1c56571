"""What needs a person, in the real window: told once, with one way on."""

import json

import pytest
from pydantic import SecretStr
from PySide6 import QtCore, QtTest, QtWidgets
from tests.support.commands import KEY
from tests.ui.catalogue_desk import clipped, nameless, strays, until
from tests.workspace.called import came, opened
from tests.workspace.test_rotating import DOCUMENT

from ferrule.credentials import forget_master_key
from ferrule.ui import app as application
from ferrule.ui.models.note_watch import NoteWatch, telling_of
from ferrule.ui.tasks import Tasks
from ferrule.ui.widgets.note_strip import NoteStrip
from ferrule.workspace.connecting import connect
from ferrule.workspace.notifying import Notifier, read_targets
from ferrule.workspace.replaying import map_waiting

KEYS = QtCore.Qt.Key
SLOW = "Nothing answers at 127.0.0.1."


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    yield
    forget_master_key()


@pytest.fixture
def workspace(tmp_path):
    made = opened(tmp_path)
    yield made
    made.close()


def stands(workspace, state, error=None, key="hook"):
    """Let a connection stand as a check or a run would."""
    workspace.connections.update(
        "birds",
        key,
        state=state,
        healthy=state == "healthy",
        last_error=error,
        last_health_check="2026-03-01T00:00:00Z",
    )


class Room:
    """The watch and the line in a window of their own, and what was told."""

    def __init__(self, workspace, qtbot):
        self.window, self.strip = QtWidgets.QWidget(), NoteStrip()
        qtbot.addWidget(self.window)
        self.window.resize(900, 200)
        QtWidgets.QVBoxLayout(self.window).addWidget(self.strip)
        self.window.show()
        self.window.activateWindow()
        self.tasks, self.told, self.refused = Tasks(self.window), [], []
        self.watch = NoteWatch(workspace, self.tasks, self.window)
        self.watch.told.connect(self.strip.show_notes)
        self.watch.told.connect(lambda found: self.told.append(len(found)))
        self.watch.refused.connect(self.refused.append)
        self.strip.put_away.connect(self.watch.put_away)

    async def looked(self):
        """Look at once, as after something was done."""
        self.watch.look()
        await self.tasks.wait("notes")
        return self.strip.telling and self.strip.telling.what


@pytest.fixture
def room(workspace, qtbot):
    return Room(workspace, qtbot)


def test_nothing_is_shown_when_all_is_well(room, run):
    assert run(room.looked()) is None
    assert not room.strip.isVisible()
    assert room.told == [0]


def test_a_note_stays_until_its_state_is_over(room, workspace, run):
    async def scenario():
        stands(workspace, "error", SLOW)
        assert await room.looked() == "Trouble with “hook”"
        assert room.strip.why.text() == SLOW
        assert room.strip.isVisible()
        stands(workspace, "healthy")
        assert await room.looked() is None
        assert not room.strip.isVisible()

    run(scenario())


def test_what_was_put_away_is_told_again_only_when_it_came_back(
    room, workspace, qtbot, run
):
    async def scenario():
        stands(workspace, "error", SLOW)
        await room.looked()
        room.strip.close_button.click()
        assert not room.strip.isVisible()
        stands(workspace, "degraded", SLOW)  # no better
        assert await room.looked() is None
        assert await Room(workspace, qtbot).looked() is None, "nor at the next start"
        stands(workspace, "healthy")
        assert await room.looked() is None
        stands(workspace, "error", SLOW)
        assert await room.looked() == "Trouble with “hook”"

    run(scenario())


def test_what_another_process_told_is_shown_too(room, workspace, run):
    async def scenario():
        assert await room.looked() is None
        stands(workspace, "reauth_required")
        Notifier(workspace, read_targets(workspace.project)).look()
        room.watch.tick()
        await room.tasks.wait("notes")
        what = "“hook” must be signed in to again"
        assert room.strip.what.text() == what

    run(scenario())


def test_several_are_shown_one_at_a_time(room, workspace, run):
    async def scenario():
        connect(workspace, "hook", {}, {"secret": SecretStr("other")}, key="second")
        for key in ("hook", "second"):
            stands(workspace, "error", SLOW, key=key)
        first = await room.looked()
        assert room.strip.more.text() == "and 1 more"
        assert "and 1 more" in room.strip.accessibleDescription()
        room.strip.act.setFocus()
        QtTest.QTest.keyClick(room.strip.act, KEYS.Key_Escape)
        assert room.strip.telling.what != first
        assert not room.strip.more.isVisible()
        gone = []
        room.strip.left.connect(lambda: gone.append(1))
        room.strip.close_button.click()
        assert gone == [1], "the keyboard must go elsewhere"

    run(scenario())


def test_it_looks_only_while_the_window_is_active(room, run):
    async def scenario():
        await until(room.window.isActiveWindow)
        room.watch.tick()
        assert room.tasks.running("notes")
        await room.tasks.wait("notes")
        room.window.hide()
        room.watch.tick()
        assert not room.tasks.running("notes")

    run(scenario())


def test_a_project_file_that_does_not_hold_is_told_once(room, workspace, run):
    file = workspace.project.folder / "ferrule.toml"
    good = file.read_text()

    async def scenario():
        for text in ("[notify]\ndesktop = 7\n",) * 2:
            file.write_text(good + text)
            await room.looked()
        assert len(room.refused) == 1
        assert "notify.desktop" in room.refused[0].message
        file.write_text(good + "[notify]\ndesktop = false\n")
        stands(workspace, "error", SLOW)
        assert await room.looked() is None

    run(scenario())


def test_what_is_said_of_a_connection_is_taken_as_data(room):
    told = telling_of("degraded", "hook", "<b>No</b>", "now", {"hook": "x"})
    room.strip.show_notes((told,))
    assert room.strip.why.text() == "<b>No</b>"
    assert told.where.connector_id == "x"


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_each_note_leads_to_its_page(qapp, tmp_path, size):
    def prepare():
        workspace = opened(tmp_path)
        raw = json.dumps(DOCUMENT).encode()
        workspace.registry.register_descriptor(raw)
        origin = "http://127.0.0.1:9"
        for key in ("work", "home"):
            secrets = {"key": SecretStr(f"key-of-{key}")}
            connect(workspace, "rotated", {"baseUrl": origin}, secrets, key=key)
        for _ in range(101):
            came(workspace, {"item": {}}, mapped=False)
        map_waiting(workspace)
        stands(workspace, "error", SLOW)
        stands(workspace, "reauth_required", key="work")
        return workspace

    async def drive(window):
        window.resize(*size)
        await until(lambda: window.notes is not None and window.notes.isVisible())
        strip, went = window.notes, {}
        window.show_page("webhooks").list.search.setText("nothing like it")
        await window.current.tasks.settled()
        while strip.isVisible():
            assert clipped(strip) == nameless(strip) == strays(window) == []
            window.show_page("catalogue")
            window.rail.items["catalogue"].setFocus()
            window.step_pane(1)
            assert strip.act.hasFocus(), "F6 comes to it after the rail"
            kind = strip.telling.mark.partition(" ")[0]
            QtTest.QTest.keyClick(strip.act, KEYS.Key_Space)
            page = window.current
            await page.tasks.settled()
            went[kind] = page
        assert {kind: page.key for kind, page in went.items()} == {
            "degraded": "connector",
            "reauth_required": "credentials",
            "dead_letters": "webhooks",
        }
        assert went["degraded"].sheet.card.id == "hook"
        assert went["reauth_required"].pane.row.key == "work"
        listed = went["dead_letters"].list
        assert listed.tab == 1
        assert {row.one.status for row in listed.model.rows()} == {"dead"}

    assert application.run(prepare, settings=tmp_path / "w.ini", driver=drive) == 0
