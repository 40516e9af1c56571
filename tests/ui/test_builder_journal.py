"""Drafts over a crash: a Builder is killed while somebody types; nothing is lost."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6 import QtCore, QtWidgets
from tests.support.promptness import in_time
from tests.ui.builder_room import KEY, in_room, press, type_text, until
from tests.ui.killed_builder import EDITS

from ferrule.ui.theme import preferences
from ferrule.ui.widgets.builder import shelf as builder_shelf
from ferrule.workspace.authoring import blank
from ferrule.workspace.draft_shelf import DraftShelf

ROOT = Path(__file__).parents[2]
KEYS = QtCore.Qt.Key
CTRL = QtCore.Qt.KeyboardModifier.ControlModifier
CANARY = "ghp_canary0123456789abcdefghijklmnopqrst"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def room(run, home):
    """Return what runs a scenario in a window over the home."""

    def enter(scenario, **options):
        preferences.open(home / "window.ini")
        run(in_room(home, scenario, **options))
        preferences.close()

    return enter


def typed_until_killed(home, keys):
    """Let a child type so many keys and kill it; return its lines and when."""
    command = [sys.executable, "-m", "tests.ui.killed_builder", str(home)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    lines = [json.loads(child.stdout.readline()) for _ in range(keys)]
    child.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    lines += [json.loads(line) for line in child.stdout if line.endswith(b"\n")]
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    return lines, killed


def test_a_kill_loses_at_most_a_second_and_undo_goes_on(room, home):
    lines, killed = typed_until_killed(home, 130)
    saved = (home / "projects").rglob("doomed.json")
    before = next(iter(saved)).read_bytes()
    sure = max(line["count"] for line in lines if line["at"] < killed - 1)
    assert sure >= 30

    async def scenario(room):
        text = room.draft.value("/description")
        count = text.count("x")
        assert sure <= count <= lines[-1]["count"]
        assert text == "What"[:4] + "x" * count + " it reads, in one line."
        assert room.page.bar.tabs.count() == 2
        assert room.draft.value("/id") == "doomed"
        focused = QtWidgets.QApplication.focusWidget()
        assert focused.text() == text
        assert focused.cursorPosition() == 4 + count
        assert room.draft.modified
        press(room.window, KEYS.Key_Z, CTRL)
        assert room.draft.value("/description") == "What it reads, in one line."
        assert not room.draft.modified
        undone = 0
        while room.draft.undoable is not None:
            press(room.window, KEYS.Key_Z, CTRL)
            undone += 1
        assert undone == EDITS
        assert room.draft.document == blank("doomed")
        press(room.window, KEYS.Key_Y, CTRL)
        assert room.draft.value("/author") == "Anna 0"

    room(scenario)
    assert next(iter((home / "projects").rglob("doomed.json"))).read_bytes() == before


def test_a_person_is_where_they_were(room):
    async def first(room):
        room.page.open_document(blank("one"))
        room.page.open_document(blank("two"))
        room.draft.edit("/streams", [{"key": "a"}, {"key": "b"}])
        room.bench.show_level(1)
        room.bench.go_to("/streams/1/fieldMapping/idPath")
        press(room.window, KEYS.Key_Home)
        room.bench.strip.turn(1)
        room.page.open_document(blank("three"))
        room.bench.show_view("json")
        room.bench.json.go_to(4, 7)
        room.page.desk.show_key(room.page.bar.tabs.names()[1])

    async def second(room):
        titles = [b.draft.draft.connector_id for b in room.page.desk.benches.values()]
        assert titles == ["one", "two", "three"]
        bench = room.bench
        assert bench.draft.value("/id") == "two"
        assert (bench.forms.step, bench.level.level) == ("mapping", 1)
        assert bench.strip.bar.currentIndex() == 1
        field = room.row("idPath").edit.field
        assert field.hasFocus()
        assert field.cursorPosition() == 0
        last = list(room.page.desk.benches.values())[2]
        assert last.view == "json"
        cursor = last.json.text.textCursor()
        assert (cursor.blockNumber(), cursor.positionInBlock()) == (3, 6)

    room(first)
    room(second)


def test_history_survives_a_restart_and_ends_with_the_tab(room, home):
    async def first(room):
        room.page.open_document(blank("one"))
        for number in range(150):
            room.draft.edit("/author", str(number), f"author {number}")
        for _ in range(20):
            room.draft.undo()
        await room.page._save(room.bench)

    async def second(room):
        assert not room.draft.modified
        assert room.draft.undoable == "author 129"
        assert room.draft.redoable == "author 130"
        assert len(room.draft.draft.done) == 130
        room.draft.redo()
        assert room.draft.value("/author") == "130"
        room.draft.undo()
        room.page.close_current()
        await until(lambda: list((home / "drafts").glob("*.journal")) == [])

    async def third(room):
        assert room.page.desk.benches == {}

    room(first)
    room(second)
    room(third)


def test_what_changed_in_the_project_meanwhile_is_a_step(room, home):
    async def first(room):
        room.page.open_document(blank("one"))
        await room.page._save(room.bench)

    async def second(room):
        assert room.draft.value("/name") == "Outside"
        assert not room.draft.modified
        assert room.draft.undo() == "Changed outside Ferrule"
        assert room.draft.value("/name") == "New connector"
        room.draft.edit("/author", "Anna")

    async def third(room):
        assert room.draft.modified
        assert room.draft.value("/author") == "Anna"
        assert room.draft.draft.saved["name"] == "Again"

    room(first)
    path = next(iter((home / "projects").rglob("one.json")))
    path.write_text(path.read_text().replace("New connector", "Outside"))
    room(second)
    path.write_text(path.read_text().replace("Outside", "Again"))
    room(third)


def test_a_damaged_journal_is_told_and_the_rest_is_open(room, home):
    async def first(room):
        room.page.open_document(blank("one"))
        room.page.open_document(blank("two"))

    async def second(room):
        assert room.page.bar.tabs.count() == 1
        assert room.notices() == ["The journal of a draft is damaged."]
        assert ".damaged1" in room.page._shown[0].why.text()

    room(first)
    path = min((home / "drafts").glob("*.journal"))
    path.write_bytes(b"{half\n")
    room(second)


def test_keeping_touches_neither_focus_nor_field_nor_the_saved_file(room, home):
    async def scenario(room):
        room.page.open_document(blank("one"))
        await room.page._save(room.bench)
        path = next(iter((home / "projects").rglob("one.json")))
        before = path.stat().st_mtime_ns
        room.bench.go_to("/name")
        field = QtWidgets.QApplication.focusWidget()
        field.setCursorPosition(3)
        type_text("abc")
        field.setSelection(1, 2)
        started = time.monotonic()
        await until(lambda: b"abc" in journals(home))
        in_time(time.monotonic() - started, 1)
        assert QtWidgets.QApplication.focusWidget() is field
        assert field.selectedText() == room.draft.value("/name")[1:3]
        assert path.stat().st_mtime_ns == before

    room(scenario)


def test_what_cannot_be_kept_is_told_once_and_tried_again(room, home, monkeypatch):
    monkeypatch.setattr(builder_shelf, "_AGAIN_MS", 30)
    full = pytest.MonkeyPatch()
    tried = []

    def refuse(_fd):
        tried.append(1)
        raise OSError(28, "No space left on device")

    async def scenario(room):
        room.page.open_document(blank("one"))
        await until(lambda: journals(home))
        full.setattr("os.fsync", refuse)
        room.draft.edit("/name", "Kept later")
        await until(lambda: len(tried) > 3)
        assert len(room.notices()) == 1
        assert "No space left" in room.notices()[0]
        full.undo()
        await until(lambda: b"Kept later" in journals(home))

    try:
        room(scenario)
    finally:
        full.undo()


def journals(home):
    files = (home / "drafts").glob("*.journal")
    return b"".join(path.read_bytes() for path in files)


def test_a_secret_given_for_sending_is_in_no_journal(room, home):
    async def scenario(room):
        document = blank("one")
        field = {"key": "token", "label": "Token", "type": "password"}
        config = {"delivery": "bearer", "paramName": "A", "credentialFields": [field]}
        document["auth"] = {"method": "pat", "config": config}
        room.page.open_document(document)
        room.bench.line.values.click()
        await until(room.bench.values.isVisible)
        row = room.bench.values.secrets.rows["token"]
        edit = row.findChild(QtWidgets.QLineEdit)
        edit.setFocus()
        type_text(CANARY)
        assert row.given == CANARY
        room.draft.edit("/name", "After the secret")
        await until(lambda: b"After the secret" in journals(home))
        assert CANARY.encode() not in journals(home)

    room(scenario)
    for path in home.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes()


def test_what_another_window_did_to_a_draft_is_kept_and_told(room, home):
    async def first(room):
        room.page.open_document(blank("shared"))
        room.draft.edit("/name", "Before")

    async def second(room):
        name = room.draft.name
        await room.page.desk.shelf.flush()
        other = DraftShelf(room.workspace.home, room.workspace.project.key)
        theirs = other.found().drafts[name]
        theirs.edit("/name", "Theirs")
        other.keep(name, theirs)
        room.draft.edit("/name", "Mine")
        await until(lambda: any("Another window" in told for told in room.notices()))
        room.draft.edit("/name", "Mine, still")

    async def third(room):
        benches = room.page.desk.benches.values()
        assert {b.draft.value("/name") for b in benches} == {"Theirs", "Mine, still"}

    for scenario in (first, second, third):
        room(scenario)


def test_what_another_window_saved_is_not_overwritten_unseen(room, home):
    async def scenario(room):
        room.page.open_document(blank("shared"))
        room.page.save()
        await room.settled()
        file = next((home / "projects").rglob("shared.json"))
        theirs = json.loads(file.read_bytes()) | {"name": "Theirs"}
        file.write_text(json.dumps(theirs), "utf-8")
        room.draft.edit("/description", "Mine")
        room.page.save()
        await room.settled()
        assert any("changed in the project meanwhile" in n for n in room.notices())
        assert json.loads(file.read_bytes()) == theirs
        assert room.draft.modified
        room.page.save()
        await room.settled()
        assert json.loads(file.read_bytes())["description"] == "Mine"
        assert not room.draft.modified

    room(scenario)
