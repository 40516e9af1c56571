"""The Builder: from an address to a saved connector, and nothing lost on the way."""

import asyncio
import json
import socket
import subprocess
import sys
import time

import pytest
from PySide6 import QtCore, QtWidgets
from tests.support.promptness import in_time
from tests.ui.builder_room import (
    KEY,
    Room,
    document_from,
    in_room,
    press,
    type_text,
    until,
)
from tests.ui.catalogue_desk import clipped, nameless

from ferrule.exchange import MISSING, Response
from ferrule.ui.models.messages import OpenDescriptor
from ferrule.ui.tasks import in_thread
from ferrule.ui.theme import preferences, theme
from ferrule.ui.widgets.field import LineEdit, SecretField
from ferrule.ui.widgets.form.rules import RulesEditor
from ferrule.ui.widgets.message import Message
from ferrule.workspace.authoring import blank, pretty
from ferrule.workspace.connecting import connect
from ferrule.workspace.giving import typed_secrets

KEYS = QtCore.Qt.Key
MODS = QtCore.Qt.KeyboardModifier
CTRL, SHIFT, ALT = MODS.ControlModifier, MODS.ShiftModifier, MODS.AltModifier
CANARY = "ghp_canary0123456789abcdefghijklmnopqrst"
ITEMS = [
    {"id": n, "title": f"Item {n}", "updated_at": "2026-02-03T04:05:00Z", "people": []}
    for n in range(1, 21)
]


@pytest.fixture(scope="module")
def api():
    """A real sandbox; its address."""
    command = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*command, "--items", "300"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
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

    def enter(scenario, **options):
        run(in_room(tmp_path, scenario, **options))

    return enter


def issues(url):
    return f"{url}/repos/sample/workshop/issues?state=all&per_page=100"


def sample(body=None):
    raw = json.dumps(ITEMS if body is None else body).encode()
    return Response(200, (("Content-Type", "application/json"),), raw)


def with_sample(room, document=None, body=None):
    bench = room.page.open_document(
        document or document_from("https://api.example.com/items")
    )
    bench.take_sample(sample(body))
    bench.show_step("mapping")
    return bench


def test_the_main_job_by_keyboard(room, api):
    """Address, Send, pick id, time and title in the tree, signals, save."""

    async def scenario(room):
        assert room.page.desk.start.ways.paste.hasFocus()
        type_text(issues(api))
        press(room.window, KEYS.Key_Return)
        await room.settled()
        for member in ("idPath", "timestampPath", "summaryTemplate"):
            room.draft.edit(f"/fieldMapping/{member}", "")
        room.draft.edit("/id", "picked-issues")
        await room.sent()
        assert room.bench.explorer.head.status.text().startswith("200")
        view = room.bench.explorer.tree.view
        for member, name in (
            ("idPath", "id"),
            ("timestampPath", "updated_at"),
            ("summaryTemplate", "title"),
        ):
            room.row(member).edit.field.setFocus()
            press(room.window, KEYS.Key_P, ALT)
            assert view.reveal(f"$[0]['{name}']")
            view.setFocus()
            press(room.window, KEYS.Key_P)
            assert room.row(member).edit.field.hasFocus()
        mapping = room.draft.value("/fieldMapping")
        assert mapping["idPath"] == "$.id"
        assert mapping["timestampPath"] == "$.updated_at"
        assert mapping["summaryTemplate"] == "{{title}}"
        await room.looked()
        assert len(room.bench.strip.rows()) == 100
        assert room.bench.strip.counted()[-1] == "0 left out"
        press(room.window, KEYS.Key_S, CTRL)
        await room.settled()
        assert room.notices() == ["Saved “picked-issues” into the project."]
        card = room.workspace.catalogue.card("picked-issues")
        assert (card.origin, card.problem) == ("project", "")
        assert not room.draft.modified

    room(scenario)


def test_the_preview_follows_every_keystroke(room):
    async def scenario(room):
        bench = with_sample(room)
        await room.looked()
        assert bench.strip.counted() == ["20 ok", "0 left out"]
        assert bench.strip.rows()[0].summary == "Item 1"
        field = room.row("participantsPath").edit.field
        field.setFocus()
        type_text("$.people[*]")
        await room.looked()
        assert room.draft.value("/fieldMapping/participantsPath") == "$.people[*]"
        assert "20 without people" in bench.strip.counted()
        assert bench.strip.rows()[0].check == "No people"
        room.draft.undo()
        await room.looked()
        assert field.text() == ""
        assert bench.strip.counted() == ["20 ok", "0 left out"]
        room.draft.edit("/fieldMapping/idPath", "$.nothing")
        await room.looked()
        assert "20 need attention" in bench.strip.counted()
        room.draft.edit("/fieldMapping/idPath", "$.[")
        await room.looked()
        assert bench.strip.counted() == ["No preview"]

    room(scenario)


def test_the_focused_path_is_highlighted_and_mapped_nodes_are_tagged(room):
    async def scenario(room):
        bench = with_sample(room)
        room.row("idPath").edit.field.setFocus()
        await room.looked()
        assert len(bench.explorer.tree.view._matches) == 20
        assert bench.explorer.tree.view._matches[0] == "$[0]['id']"
        tags = bench.explorer._tags
        assert tags["$[0]['id']"] == "id"
        assert tags["$"] == "items · 20"
        room.row("itemsPath").edit.field.setFocus()
        await room.looked()
        assert list(bench.explorer.tree.view._matches) == ["$"]

    room(scenario)


def test_a_path_outside_the_mapping_is_picked_from_the_whole_body(room):
    async def scenario(room):
        document = document_from("https://api.example.com/items")
        document["fieldMapping"]["itemsPath"] = "$.data"
        paging = {"type": "cursor", "pageSize": 10, "nextPath": ""}
        document["ingestion"]["pagination"] = paging
        bench = with_sample(room, document, {"data": ITEMS, "meta": {"next": "abc"}})
        await room.looked()
        bench.go_to("/ingestion/pagination/nextPath")
        assert bench.forms.step == "paging"
        assert bench.explorer.tree.view.reveal("$['meta']['next']")
        bench.explorer.tree.view.setFocus()
        press(room.window, KEYS.Key_P)
        assert room.draft.value("/ingestion/pagination/nextPath") == "$.meta.next"
        bench.show_step("records")
        room.row("itemsPath").edit.field.setFocus()
        assert bench.explorer.tree.view.reveal("$['data'][3]")
        bench.explorer.tree.view.setFocus()
        press(room.window, KEYS.Key_P)
        assert room.draft.value("/fieldMapping/itemsPath") == "$.data[*]"

    room(scenario)


def test_undo_keys_work_on_the_document_from_inside_a_field(room):
    async def scenario(room):
        bench = with_sample(room)
        bench.show_step("basics")
        bench.go_to("/name")
        press(room.window, KEYS.Key_End)
        type_text("XY")
        assert room.draft.value("/name").endswith("XY")
        name = room.draft.value("/name")
        press(room.window, KEYS.Key_Z, CTRL)
        assert room.draft.value("/name") == name[:-2]
        focused = QtWidgets.QApplication.focusWidget()
        assert isinstance(focused, LineEdit)
        assert focused.text() == name[:-2]
        press(room.window, KEYS.Key_Y, CTRL)
        assert room.draft.value("/name") == name
        press(room.window, KEYS.Key_Z, CTRL | SHIFT)
        assert room.draft.value("/name") == name
        assert not room.page.bar.redo.isEnabled()

    room(scenario)


def test_a_draft_survives_a_kill(room, tmp_path):
    """Nothing is closed: another window over the same directory finds the work."""

    async def scenario(room):
        room.page.open_document(blank("half-done"))
        await until(lambda: list((tmp_path / "drafts").glob("*.journal")))
        started = time.monotonic()
        room.draft.edit("/name", "Half done")

        def kept():
            files = (tmp_path / "drafts").glob("*.journal")
            return any(b"Half done" in file.read_bytes() for file in files)

        await until(kept)
        in_time(time.monotonic() - started, 1.0)
        other = Room(tmp_path, (1024, 700))
        try:
            await other.settled()
            assert other.draft.document == room.draft.document
            assert other.draft.modified
            assert other.page.bar.tabs.count() == 1
        finally:
            await other.leave()

    room(scenario)


def test_tabs_close_without_asking_and_come_back_with_their_history(room):
    async def scenario(room):
        first = room.page.open_document(blank("one"))
        room.page.open_document(blank("two"))
        tabs = room.page.bar.tabs
        assert tabs.count() == 2
        room.draft.edit("/name", "Two")
        press(room.window, KEYS.Key_Tab, CTRL)
        assert room.bench is first
        press(room.window, KEYS.Key_Backtab, CTRL | SHIFT)
        assert room.draft.title == "Two"
        press(room.window, KEYS.Key_W, CTRL)
        await room.settled()
        assert (tabs.count(), room.bench) == (1, first)
        press(room.window, KEYS.Key_T, CTRL | SHIFT)
        assert room.draft.title == "Two"
        assert room.draft.undoable == "/name"
        assert await room.page.may_close()

    room(scenario)


def test_json_is_the_same_document(room):
    async def scenario(room):
        bench = room.page.open_document(blank("same"))
        press(room.window, KEYS.Key_E, CTRL)
        text = bench.json.text
        assert text.toPlainText() == pretty(room.draft.document)
        bench.json.go_to(4, 12)
        place = text.textCursor().position()
        room.draft.edit("/version", "0.2.0")
        assert '"0.2.0"' in text.toPlainText()
        assert text.textCursor().position() == place
        text.setPlainText(text.toPlainText().replace("0.2.0", "0.3.0"))
        bench.json.read()
        assert room.draft.value("/version") == "0.3.0"
        press(room.window, KEYS.Key_Z, CTRL)
        assert room.draft.value("/version") == "0.2.0"
        assert '"0.2.0"' in text.toPlainText()

    room(scenario)


def test_text_that_is_no_json_is_kept_with_line_and_column(room):
    async def scenario(room):
        bench = room.page.open_document(blank("broken"))
        bench.show_view("json")
        before = room.draft.document
        broken = bench.json.text.toPlainText().replace('"name":', '"name"', 1)
        bench.json.text.setPlainText(broken)
        await until(lambda: bench.json.error)
        assert bench.json.error.startswith("Line 4, column ")
        assert room.draft.document is before
        bench.show_view("form")
        room.draft.edit("/name", "Other")
        press(room.window, KEYS.Key_E, CTRL)
        assert bench.json.text.toPlainText() == broken
        await room.page._save(bench)
        assert room.notices() == ["Not saved: the JSON has an error."]
        bench.json.go_to_error()
        assert bench.json.text.textCursor().blockNumber() == 3
        bench.json.discard()
        assert bench.json.text.toPlainText() == pretty(room.draft.document)
        assert bench.json.error == ""

    room(scenario)


def test_problems_lead_to_their_field(room):
    async def scenario(room):
        document = blank("troubled")
        document["ingestion"]["pagination"] = {
            "type": "offset",
            "pageSize": 0,
            "nextParam": "offset",
        }
        bench = room.page.open_document(document)
        await room.looked()
        states = {step.key: step for step in bench.steps.steps.steps()}
        assert states["paging"].state == "error"
        assert states["paging"].note == "1 error"
        assert room.window.status.errors.shown == "1 error"
        bench.strip.turn(1)
        table = bench.strip.problems
        table.setFocus()
        table.selectRow(0)
        press(room.window, KEYS.Key_Return)
        assert bench.forms.step == "paging"
        field = QtWidgets.QApplication.focusWidget()
        assert (field.text(), field.mark) == ("0", "error")
        field.selectAll()
        type_text("50")
        await room.looked()
        assert bench.counts == (0, 0)
        await room.page._save(bench)
        assert room.notices() == ["Saved “troubled” into the project."]

    room(scenario)


def test_a_draft_with_problems_is_not_saved(room):
    async def scenario(room):
        document = blank("bad")
        document["fieldMapping"]["idPath"] = "$["
        room.page.open_document(document)
        press(room.window, KEYS.Key_S, CTRL)
        await room.settled()
        assert room.notices() == ["Not saved: the descriptor has a problem."]
        assert not list(room.workspace.project.descriptors.rglob("*.json"))

    room(scenario)


def test_a_shipped_connector_opens_as_a_copy_and_can_hide_the_shipped_one(room):
    async def scenario(room):
        room.page.receive(OpenDescriptor("github-issues"))
        await room.settled()
        assert room.notices() == ["GitHub Issues is shipped: this is a copy of it."]
        assert room.draft.draft.connector_id == "github-issues-copy"
        room.draft.edit("/id", "github-issues")
        press(room.window, KEYS.Key_S, CTRL)
        await room.settled()
        assert room.notices() == [
            "Saved: “github-issues” now hides the shipped one of that id."
        ]
        assert room.workspace.catalogue.card("github-issues").origin == "project"
        room.page.receive(OpenDescriptor("github-issues", focus="/auth/config"))
        await room.settled()
        assert len(room.page.desk.benches) == 1
        assert room.bench.forms.step == "auth"
        room.page.open_document(blank("github-issues"))
        press(room.window, KEYS.Key_S, CTRL)
        await room.settled()
        assert "already" in room.notices()[-1]

    room(scenario)


def test_what_sending_needs_is_asked_and_secrets_are_written_nowhere(room, tmp_path):
    async def scenario(room):
        room.page.receive(OpenDescriptor("github-issues"))
        await room.settled()
        press(room.window, KEYS.Key_F5)
        panel = room.bench.values
        await until(panel.isVisible)
        assert "Personal access token" in panel._why.text()
        assert panel.config.rows["owner"].field.hasFocus()
        assert panel.config.rows["baseUrl"].given == "https://api.github.com"
        secret = panel.secrets.rows["token"].field
        assert isinstance(secret, SecretField)
        assert secret.echoMode() == QtWidgets.QLineEdit.EchoMode.Password
        for row in panel.config.rows.values():
            row.field.setText("127.0.0.1" if row.spec.type != "url" else "x")
        secret.setText(CANARY)
        panel.send.click()
        assert panel.isVisible()
        assert panel.config.rows["baseUrl"].error
        panel.config.rows["baseUrl"].field.setText("http://127.0.0.1:9")
        room.draft.edit("/resilience", {"maxAttempts": 1})
        panel.send.click()
        await until(lambda: room.bench.sending.running)
        await room.bench.sending.tasks.wait("send")
        assert room.bench.explorer.head.status.text() == "No response"
        assert room.bench.values.collect().secrets == {"token": CANARY}
        await room.page.desk.shelf.flush()

    room(scenario)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


def test_giving_up_takes_less_than_200_ms(room):
    async def scenario(room):
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen()
            address = f"http://127.0.0.1:{deaf.getsockname()[1]}/items"
            document = document_from(address)
            document["ingestion"]["timeoutMs"] = 600
            document["resilience"] = {"maxAttempts": 1}
            room.page.open_document(document)
            press(room.window, KEYS.Key_F5)
            await until(lambda: room.page.desk.benches and room.bench.sending.running)
            await asyncio.sleep(0.1)
            started = time.monotonic()
            press(room.window, KEYS.Key_Escape)
            await until(lambda: not room.bench.sending.running)
            in_time(time.monotonic() - started, 0.2)
            assert room.bench.explorer.head.status.text() == "No response"

    room(scenario)


def test_a_dead_host_is_told_in_place(room):
    async def scenario(room):
        document = document_from("http://127.0.0.1:9/items")
        document["resilience"] = {"maxAttempts": 1}
        room.page.open_document(document)
        press(room.window, KEYS.Key_F5)
        await until(lambda: room.bench.sending.running)
        await room.bench.sending.tasks.wait("send")
        assert room.bench.explorer.head.status.text() == "No response"
        assert room.page.notices() == []
        room.draft.edit("/ingestion/endpoint", "{{")
        press(room.window, KEYS.Key_Return, CTRL)
        await until(lambda: room.bench.sending.running)
        await room.bench.sending.tasks.wait("send")
        await room.looked()
        assert room.bench.line.address.mark == "error"

    room(scenario)


def test_a_stream_is_shown_with_what_it_inherits(room):
    async def scenario(room):
        document = blank("streams")
        document["streams"] = [{"key": "open", "fieldMapping": {"idPath": "$.number"}}]
        bench = with_sample(
            room,
            document,
            [
                {
                    "id": 1,
                    "number": 7,
                    "title": "a",
                    "updated_at": "2026-02-03T04:05:00Z",
                }
            ],
        )
        await room.looked()
        assert bench.watch.stream == "open"
        assert room.row("idPath").edit.text() == "$.number"
        assert room.row("timestampPath").edit.text() == "$.updated_at"
        assert bench.strip.rows()[0].id == "7"
        room.row("timestampPath").edit.field.setFocus()
        press(room.window, KEYS.Key_End)
        type_text("x")
        found = room.draft.value("/streams/0/fieldMapping/timestampPath")
        assert found == "$.updated_atx"
        assert room.draft.value("/fieldMapping/timestampPath") == "$.updated_at"
        room.draft.undo()
        assert room.draft.value("/streams/0/fieldMapping/timestampPath") is MISSING
        assert room.row("timestampPath").edit.text() == "$.updated_at"

    room(scenario)


def test_rules_say_how_many_items_they_decide(room):
    async def scenario(room):
        document = blank("rules")
        document["fieldMapping"]["signalTypeRules"] = [
            {"when": "$.id", "operator": "lt", "value": 6, "then": "early"},
            {"when": "$.id", "operator": "exists", "then": "late"},
            {"when": "$.id", "operator": "gt", "value": 90, "then": "never"},
        ]
        bench = with_sample(room, document)
        bench.show_step("rules")
        await room.looked()
        rules = next(
            e for e in bench.forms.page.editors() if isinstance(e, RulesEditor)
        )
        said = [row.standing[0] for row in rules.model.rows()]
        assert said == ["5 items", "15 items", "never reached"]
        assert rules.bar.words == (
            "Of 20 items: 5 by rule 1, early; 15 by rule 2, late"
        )
        kinds = {row.kind for row in bench.strip.rows()}
        assert kinds == {"early", "late"}

    room(scenario)


def test_records_that_come_by_webhook_have_a_form_too(room):
    async def scenario(room):
        bench = room.page.open_document(blank("pushed"))
        bench.show_step("request")
        combo = bench.forms.page.findChild(QtWidgets.QComboBox)
        combo.setCurrentIndex(2)
        combo.activated.emit(2)
        assert room.draft.value("/ingestion/mode") == "polling_and_webhook"
        assert room.draft.value("/ingestion/polling/rateLimitRpm") == 60
        assert room.draft.value("/ingestion/webhook/verification") == "signature"
        bench.context.slices.finish()
        places = {e.pointer for e in bench.forms.page.editors()}
        assert "/ingestion/webhook/eventTypePath" in places
        bench.line.address.setFocus()
        bench.line.address.selectAll()
        type_text("https://a.example/b")
        assert room.draft.value("/ingestion/polling/endpoint") == "https://a.example/b"
        room.draft.undo()
        room.draft.undo()
        assert room.draft.document == blank("pushed")

    room(scenario)


@pytest.mark.parametrize(
    ("size", "zoom"), [((1280, 800), 1.0), ((1024, 700), 1.0), ((1024, 700), 2.0)]
)
def test_everything_has_a_name_and_nothing_is_clipped(room, size, zoom):
    async def scenario(room):
        bench = with_sample(room)
        theme.set_zoom(zoom)
        for step in ("basics", "auth", "request", "mapping", "rules", "limits"):
            bench.show_step(step)
            await asyncio.sleep(0)
            assert nameless(room.page) == []
            assert clipped(bench.forms) == []
        assert clipped(room.page.bar) == []
        theme.set_zoom(1.0)

    room(scenario, size=size)


def test_open_drafts_are_remembered_in_their_order(room, tmp_path):
    async def first(room):
        preferences.open(tmp_path / "ui.ini")
        room.page.open_document(blank("one"))
        await room.page._save(room.bench)
        room.page.open_document(blank("two"))

    async def second(room):
        titles = [b.draft.draft.connector_id for b in room.page.desk.benches.values()]
        assert titles == ["one", "two"]
        first, _ = room.page.desk.benches.values()
        assert not first.draft.modified

    room(first)
    preferences.open(tmp_path / "ui.ini")
    room(second)


def test_discarding_asks_first_and_goes_back_to_what_is_saved(room):
    async def scenario(room):
        room.page.open_document(blank("kept"))
        await room.page._save(room.bench)
        room.draft.edit("/name", "Changed")
        room.page.discard()
        await until(lambda: QtWidgets.QApplication.activeModalWidget() is not None)
        QtWidgets.QApplication.activeModalWidget().accept()
        await room.settled()
        assert room.draft.value("/name") == "New connector"
        assert not room.draft.modified
        assert room.draft.undo() == "Discard"

    room(scenario)


def test_a_connection_lends_its_values_but_not_to_another_host(room, api):
    def prepare(workspace):
        secrets = typed_secrets({"token": CANARY})
        config = {"baseUrl": api, "owner": "sample", "repo": "workshop"}
        connect(workspace, "github-issues", config, secrets)

    async def scenario(room):
        await in_thread(lambda: prepare(room.workspace))
        room.page.receive(OpenDescriptor("github-issues"))
        await room.settled()
        bench, panel = room.bench, room.bench.values
        bench.line.values.click()
        await until(panel.isVisible)
        assert panel._source.count() == 2
        panel._source.setCurrentIndex(1)
        panel._source.activated.emit(1)
        await until(lambda: panel.values.borrowed)
        assert panel.config.rows["baseUrl"].given == api
        assert panel.secrets.rows["token"].given == ""
        press(room.window, KEYS.Key_F5)
        await until(lambda: bench.sending.running)
        await bench.sending.tasks.wait("send")
        assert "Authorization" in bench.strip.exchange.toPlainText()
        assert CANARY not in bench.strip.exchange.toPlainText()
        before = bench.watch.sample
        room.draft.edit("/permissions/hosts", ["api.github.com", "evil.example"])
        bench.send()
        await until(lambda: bench.sending.running)
        await bench.sending.tasks.wait("send")
        assert bench.watch.sample is not before
        assert "evil.example" in message_of(bench.explorer)

    room(scenario)


def message_of(explorer):
    found = [m for m in explorer.findChildren(Message) if m.isVisible()]
    return found[-1].what.text() if found else ""


def test_another_page_can_pass_a_document_with_its_response(room):
    async def scenario(room):
        document = document_from("https://api.example.com/items")
        what = OpenDescriptor(
            document=document, response=sample(), focus="/fieldMapping/idPath"
        )
        room.page.receive(what)
        await room.settled()
        await room.looked()
        assert len(room.bench.strip.rows()) == len(ITEMS)
        assert room.row("idPath").edit.field.hasFocus()

    room(scenario)
