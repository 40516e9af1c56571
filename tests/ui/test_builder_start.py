"""The ways to begin: pasted, from a file, chosen from, on the sandbox; all is told."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from tests.interchange.big import big_yaml
from tests.support.promptness import in_time
from tests.ui.builder_room import KEY, in_room, press, type_text, until
from tests.ui.catalogue_desk import clipped, nameless

from ferrule import shipped
from ferrule.errors import Cancelled
from ferrule.ui.models.messages import BeginFrom, BuildOnSandbox
from ferrule.ui.theme import theme
from ferrule.ui.widgets.builder.begun import Import
from ferrule.workspace import beginning
from ferrule.workspace.beginning import operations_of

KEYS = QtCore.Qt.Key
MODS = QtCore.Qt.KeyboardModifier
CTRL, SHIFT = MODS.ControlModifier, MODS.ShiftModifier
SECRET = "sk-canary-0123456789abcdef"
CURL = (
    "curl 'https://api.example.com/v1/things?state=open' \\\n"
    f"  -H 'Authorization: Bearer {SECRET}' \\\n"
    "  -H 'Sec-Fetch-Mode: cors' --location"
)
FIXTURES = shipped.descriptors() / "github" / "fixtures" / "github-issues"
OPENAPI = Path(__file__).parents[1] / "samples" / "interchange" / "openapi"


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    """Return what runs a scenario in a window over this test's own directory."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))

    def enter(scenario, **options):
        run(in_room(tmp_path, scenario, **options))

    return enter


def start(room):
    return room.page.desk.start


def report(room):
    parts = room.page.desk.parts.of(room.bench)
    return next(part for part in parts if isinstance(part, Import))


def became(room, word):
    return [line.place for line in report(room).listed() if line.became == word]


async def paste(text):
    QtGui.QGuiApplication.clipboard().setText(text)
    press(None, KEYS.Key_V, CTRL)


async def chosen_from(room, name="sandbox.yaml"):
    start(room).read_file(OPENAPI / name)
    await until(start(room).chooser.isVisible)
    return start(room).chooser


def test_a_curl_command_of_several_lines_opens_a_draft_and_tells_all(room):
    async def scenario(room):
        ways = start(room).ways
        await paste(CURL)
        assert ways.kind.text() == "cURL line"
        press(room.window, KEYS.Key_Return)
        await room.settled()
        assert room.draft.value("/ingestion/query") == {"state": "open"}
        assert became(room, "dropped") == ["Sec-Fetch-Mode"]
        assert "--location" in became(room, "changed")
        assert len(became(room, "secret")) == 1
        assert "path" in became(room, "kept")
        assert report(room).table.isVisible()  # something was dropped
        assert room.bench.forms.step == "mapping"

    room(scenario)


def test_a_secret_goes_into_the_values_and_nowhere_else(room, tmp_path):
    async def scenario(room):
        await paste(CURL)
        press(room.window, KEYS.Key_Return)
        await room.settled()
        assert room.notices()[0].startswith("A secret was found and taken out")
        assert room.bench.values.values.secrets == {"token": SECRET}
        wanted = await room.bench.sending.wanted()
        assert wanted.lacking(room.bench.values.values) == []
        edit = start(room).ways.paste
        assert edit.text() == ""
        edit.undo()
        assert edit.text() == ""
        room.draft.edit("/name", "Another")
        await room.page.desk.shelf.flush()
        kept = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
        assert b"Another" in kept
        assert SECRET.encode() not in kept

    room(scenario)


def test_the_panel_of_values_shows_that_the_secret_is_there(room):
    async def scenario(room):
        await paste(CURL)
        press(room.window, KEYS.Key_Return)
        await room.settled()
        room.bench.line.values.click()
        await until(room.bench.values.isVisible)
        row = room.bench.values.secrets.rows["token"]
        assert row.kept
        assert room.bench.values.collect().secrets == {"token": SECRET}

    room(scenario)


def test_what_is_kept_whole_leaves_the_signals_in_sight(room):
    async def scenario(room):
        type_text("api.example.com/v1/tickets")
        press(room.window, KEYS.Key_Return)
        await room.settled()
        assert room.draft.draft.connector_id == "example-tickets"
        assert room.bench.strip.bar.currentIndex() == 0
        assert became(room, "dropped") == []

    room(scenario)


def test_a_body_that_is_pasted_is_the_sample_at_once(room):
    async def scenario(room):
        items = [{"id": n, "title": f"T{n}", "updated_at": "2026-02-03T04:05:00Z"}
                 for n in range(5)]  # fmt: skip
        await paste(json.dumps(items))
        assert start(room).ways.kind.text() == "JSON sample"
        press(room.window, KEYS.Key_Return)
        await room.settled()
        assert len(room.bench.strip.rows()) == 5
        assert "address" in became(room, "changed")

    room(scenario)


def test_a_recording_is_begun_from_with_its_first_good_answer(room):
    async def scenario(room):
        start(room).read_file(FIXTURES / "rate-limited.json")
        await room.settled()
        assert room.bench.watch.sample.status == 200
        dropped = [x for x in report(room).listed() if x.became == "dropped"]
        assert any("not shown" in line.reason for line in dropped)

    room(scenario)


def test_several_commands_become_several_drafts_and_the_first_is_shown(room):
    async def scenario(room):
        text = "curl https://a.example.com/one\ncurl https://a.example.com/two"
        room.page.receive(BeginFrom(text))
        await room.page.tasks.wait("open")
        await room.settled()
        ids = [b.draft.draft.connector_id for b in room.page.desk.benches.values()]
        assert len(set(ids)) == 2
        assert room.draft.draft.connector_id == ids[0]

    room(scenario)


def test_what_is_nothing_known_is_refused_and_stays_to_be_mended(room):
    async def scenario(room):
        type_text("nonsense of some kind")
        press(room.window, KEYS.Key_Return, SHIFT)
        assert start(room).ways.paste.text().endswith("\n")
        start(room).ways.begin.click()
        await room.settled()
        assert "nothing that can be begun from" in start(room).ways.refused()
        assert room.bench is None
        assert start(room).ways.paste.text().startswith("nonsense")
        type_text("x")
        assert start(room).ways.refused() == ""

    room(scenario)


def test_an_id_that_is_taken_is_not_used_again(room):
    async def scenario(room):
        for expected in ("example-things", "example-things-2"):
            start(room).begin_with("https://api.example.com/things")
            await room.settled()
            assert room.draft.draft.connector_id == expected

    room(scenario)


def test_operations_are_chosen_by_keys_and_become_streams(room):
    async def scenario(room):
        chooser = await chosen_from(room)
        assert chooser.table.hasFocus()
        assert chooser.title.text() == "Workshop tracker 1"
        assert chooser.rows.chosen() == [
            "GET /repos/{owner}/{repo}/issues",
            "GET /repos/{owner}/{repo}/issues/comments",
            "GET /cursor/issues",
        ]
        press(room.window, KEYS.Key_Space)
        assert len(chooser.rows.chosen()) == 2
        index = chooser.rows.index(0, 0)
        spoken = index.data(QtCore.Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "GET /repos/{owner}/{repo}/issues, not chosen"
        chooser.make.click()
        await room.settled()
        keys = [one["key"] for one in room.draft.value("/streams")]
        assert len(keys) == 2
        fields = {f["key"]: f for f in room.draft.value("/configFields")}
        assert fields["owner"]["default"] == "sample"
        assert "operations" in became(room, "dropped")

    room(scenario)


def test_all_in_view_are_ticked_and_what_is_no_list_cannot_be(room):
    async def scenario(room):
        chooser = await chosen_from(room)
        chooser.all.click()
        assert "POST /_control" not in chooser.rows.chosen()
        assert chooser.all.isChecked()
        chooser.all.click()
        assert chooser.rows.chosen() == []
        assert not chooser.make.isEnabled()
        chooser.search.setText("cursor")
        chooser.all.click()
        chooser.search.clear()
        assert chooser.rows.chosen() == ["GET /cursor/issues"]
        assert not chooser.all.isChecked()
        index = chooser.rows.index(0, 0)
        left, table = QtCore.Qt.MouseButton.LeftButton, chooser.table
        place = table.visualRect(index).center()
        QtTest.QTest.mouseClick(table.viewport(), left, pos=place)
        assert len(chooser.rows.chosen()) == 2

    room(scenario)


def test_escape_goes_back_from_choosing(room):
    async def scenario(room):
        chooser = await chosen_from(room)
        press(room.window, KEYS.Key_Escape)
        assert not chooser.isVisible()
        assert start(room).ways.paste.hasFocus()
        assert room.bench is None

    room(scenario)


def test_a_large_document_is_read_beside_the_window_and_given_up_at_once(
    room, tmp_path, monkeypatch
):
    file = tmp_path / "big.yaml"
    file.write_bytes(big_yaml(3_000_000))
    ended = []

    def noted(*args):
        try:
            return operations_of(*args)
        except Cancelled:
            ended.append(time.perf_counter())
            raise

    monkeypatch.setattr(beginning, "operations_of", noted)

    async def scenario(room):
        view = start(room)
        view.read_file(file)
        await until(view.waiting.isVisible)
        assert "big.yaml" in view.waiting.text.text()
        began = time.perf_counter()
        view.waiting.cancel.click()
        await until(view.ways.paste.isVisible)
        in_time(time.perf_counter() - began, 0.2)
        assert room.bench is None
        await until(lambda: ended)
        assert ended[0] - began < 0.2, "its thread ends as well"

    room(scenario)


def test_a_file_is_chosen_by_a_dialog(room):
    async def scenario(room):
        room.window.commands.trigger("builder.import_file")
        await until(lambda: room.window.findChildren(QtWidgets.QFileDialog))
        dialog = room.window.findChildren(QtWidgets.QFileDialog)[0]
        # What Qt's own list of files says once it has read the folder.
        dialog.filesSelected.emit([str(OPENAPI / "petstore.json")])
        QtWidgets.QDialog.done(dialog, QtWidgets.QDialog.DialogCode.Accepted.value)
        await until(start(room).chooser.isVisible)

    room(scenario)


def test_only_one_local_file_may_be_dropped(room):
    async def scenario(room):
        view = start(room)
        local = [QtCore.QUrl.fromLocalFile(str(OPENAPI / "petstore.json"))]
        far = [QtCore.QUrl("https://example.com/x.json")]
        for urls, taken in ((far, False), (local * 2, False), (local, True)):
            mime = QtCore.QMimeData()
            mime.setUrls(urls)
            event = QtGui.QDragEnterEvent(
                view.rect().center(),
                QtCore.Qt.DropAction.CopyAction,
                mime,
                QtCore.Qt.MouseButton.LeftButton,
                MODS.NoModifier,
            )
            event.setAccepted(False)
            view.dragEnterEvent(event)
            assert event.isAccepted() == taken
        assert not view.ways.paste.canInsertFromMimeData(mime)

    room(scenario)


def test_the_sandbox_is_begun_from_and_sent_to(room):
    async def scenario(room):
        room.page.receive(BuildOnSandbox())
        await until(lambda: room.bench is not None, 8)
        await room.settled()
        assert room.draft.draft.connector_id == "sandbox-issues-copy"
        await room.sent()
        assert room.bench.watch.sample.status == 200

    room(scenario)


def test_a_blank_one_and_pasting_have_commands_too(room):
    async def scenario(room):
        start(room).ways.blank.click()
        assert room.draft.draft.connector_id == "new-connector"
        room.window.commands.trigger("builder.import_curl")
        assert "builder.sandbox" in room.window.commands
        assert start(room).ways.paste.hasFocus()

    room(scenario)


def test_a_pasted_request_fills_an_open_draft_as_one_step(room):
    async def scenario(room):
        start(room).ways.blank.click()
        await room.settled()
        before = room.draft.document
        room.bench.line.address.setFocus()
        await paste(CURL)
        await report(room).tasks.wait("paste")
        assert room.draft.value("/ingestion/endpoint") == "/v1/things"
        assert room.draft.value("/auth/method") != "none"
        assert room.bench.line.address.text() == "/v1/things"
        assert room.bench.values.values.secrets == {"token": SECRET}
        assert SECRET not in json.dumps(room.draft.document)
        assert became(room, "dropped") == ["Sec-Fetch-Mode"]
        assert room.draft.undo() == "Paste a request"
        assert room.draft.document == before

    room(scenario)


def test_other_text_is_pasted_into_the_address_as_it_is(room):
    async def scenario(room):
        start(room).ways.blank.click()
        await room.settled()
        address = room.bench.line.address
        address.setFocus()
        address.selectAll()
        await paste("/v1/{{team}}/things")
        assert room.draft.value("/ingestion/endpoint") == "/v1/{{team}}/things"
        address.selectAll()
        type_text("https://api.example.com/a?b=1")
        press(room.window, KEYS.Key_Return)
        await report(room).tasks.wait("paste")
        assert room.draft.value("/ingestion/query") == {"b": "1"}

    room(scenario)


def test_what_cannot_be_read_of_a_pasted_request_is_said(room):
    async def scenario(room):
        start(room).ways.blank.click()
        await room.settled()
        room.bench.line.address.setFocus()
        await paste("curl ftp://a.example.com/x")
        await report(room).tasks.wait("paste")
        assert "an http address" in room.notices()[0]
        assert room.draft.undoable is None

    room(scenario)


@pytest.mark.parametrize(("size", "zoom"), [((1024, 700), 1.0), ((1024, 700), 2.0)])
def test_everything_has_a_name_and_nothing_is_clipped(room, size, zoom):
    async def scenario(room):
        theme.set_zoom(zoom)
        await asyncio.sleep(0.05)  # the layout follows
        assert nameless(start(room)) == []
        assert clipped(start(room)) == []
        await chosen_from(room)
        await asyncio.sleep(0.05)  # the layout follows
        assert nameless(start(room)) == []
        assert clipped(start(room)) == []
        start(room).cancel()
        start(room).begin_with(CURL)
        await room.settled()
        assert nameless(room.bench.strip) == []
        theme.set_zoom(1.0)

    room(scenario, size=size)


def test_reading_does_not_stall_the_window(room, tmp_path):
    file = tmp_path / "big.yaml"
    file.write_bytes(big_yaml(2_000_000))

    async def scenario(room):
        gaps, last = [], time.perf_counter()
        start(room).read_file(file)
        while start(room).reading.tasks.running("read"):
            await asyncio.sleep(0)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now
        assert start(room).chooser.isVisible()
        assert sorted(gaps)[len(gaps) * 99 // 100] <= 0.1

    room(scenario)
