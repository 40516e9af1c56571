"""Activity in a real window: looking, asking, following, copying, the audit trail."""

import json
from datetime import timedelta

import pytest
from PySide6 import QtCore, QtGui, QtTest
from tests.ui import catalogue_desk
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, until

from ferrule.clock import SystemClock
from ferrule.store import Operation, Operations
from ferrule.ui.models import log_lines
from ferrule.ui.models.messages import ShowConnection, ShowDelivery, ShowLog
from ferrule.ui.pages import PAGES
from ferrule.ui.widgets.label import Label
from ferrule.workspace.operations.recording import operation

WORK = ("find", "newer", "blocks", "related", "copy", "names")
KEYS = QtCore.Qt.Key


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    place = [one for one in PAGES if one.key == "activity"]
    monkeypatch.setattr(catalogue_desk, "PLACES", (*catalogue_desk.PLACES, *place))


def line(number, level="info", connector="github-issues", **more):
    at = SystemClock().now() - timedelta(minutes=10_000 - number)
    return Operation(
        at, more.pop("operation", "sync"), f"Line {number}.", level, connector, **more
    )


def written(lines):
    def prepare(workspace):
        Operations(workspace.database).append(workspace.project.key, lines)

    return prepare


async def settled(page):
    log = page.log
    for name in WORK:
        await page.tasks.wait(f"activity.log.{name}")
    if log.table.isVisible():
        first = max(log.table.rowAt(2), 0)
        seen = range(first, min(log.model.rowCount(), first + 10))
        await until(lambda: all(log.model.known(at) for at in seen))
    for name in WORK:
        await page.tasks.wait(f"activity.log.{name}")


async def opened(desk):
    page = desk.window.show_page("activity")
    await settled(page)
    return page


def shown(page):
    model = page.log.model
    return [model.known(at).message for at in range(model.rowCount())]


def clipboard():
    return QtGui.QGuiApplication.clipboard().text()


def test_the_newest_line_is_first_and_is_shown_whole(run, tmp_path):
    details = {"pages": 4, "request": {"url": "https://api.example.com/x"}}
    lines = [
        line(1, correlation="run:7", connection="work"),
        line(2, "warning", correlation="run:7", connection="work", details=details),
        line(3, "error", "slack", correlation="op:1", outcome="failed"),
    ]

    async def work(desk):
        page = await opened(desk)
        assert shown(page) == ["Line 3.", "Line 2.", "Line 1."]
        counts = {n: b.text() for n, b in page.log.chips.buttons.items()}
        assert counts == {
            "error": "Error 1", "warning": "Warning 1", "info": "Info 1",
            "debug": "Debug 0",
        }  # fmt: skip
        assert page.log.pane.message.text() == "Line 3."
        page.log.table.selectRow(1)
        await settled(page)
        pane = page.log.pane
        assert pane.tree.tree.document == details
        assert [one.message for one in pane.model.rows()] == ["Line 1.", "Line 2."]
        pane.tabs.bar.setCurrentIndex(1)
        assert not nameless(desk.window)
        assert not clipped(page)

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_a_query_is_asked_as_typed_and_its_errors_stand_below_it(run, tmp_path):
    lines = [line(n, "error" if n % 2 else "info") for n in range(6)]
    lines.append(line(6, "error", "slack-messages"))

    async def work(desk):
        page = await opened(desk)
        field = page.log.box.field
        QtTest.QTest.keyClicks(field, "connector:github* level:error")
        await until(lambda: page.log.wanted.levels == {"error"})
        await settled(page)
        assert shown(page) == ["Line 5.", "Line 3.", "Line 1."]
        assert page.log.chips.buttons["error"].isChecked()
        assert page.log.chips.buttons["info"].text() == "Info 3"
        page.log.box.put("conector:github")
        assert "Did you mean connector?" in page.log.box.wrong.text()
        assert page.log.box.wrong.isVisible()
        assert shown(page) == ["Line 5.", "Line 3.", "Line 1."], "what was found stays"
        page.log.box.put("nothing like it")
        await settled(page)
        assert page.log._empty.isVisible()
        assert not page.log.box.wrong.isVisible()
        page.log._clear.click()
        await settled(page)
        assert len(shown(page)) == 7

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_a_level_is_chosen_by_its_button_and_stands_in_the_query(run, tmp_path):
    lines = [line(1), line(2, "error"), line(3, "warning")]

    async def work(desk):
        page = await opened(desk)
        page.log.box.put("line")
        page.log.chips.buttons["error"].click()
        await settled(page)
        assert page.log.box.text == "line level:error"
        assert shown(page) == ["Line 2."]
        page.log.chips.buttons["warning"].click()
        await settled(page)
        assert page.log.box.text == "line level:warning,error"
        page.log.chips.buttons["error"].click()
        page.log.chips.buttons["warning"].click()
        await settled(page)
        assert page.log.box.text == "line"
        assert len(shown(page)) == 3

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_keys_and_values_are_offered_and_taken_by_the_keyboard(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        field = page.log.box.field
        field.setFocus()
        QtTest.QTest.keyClicks(field, "lev")
        assert [one.label for one in field.popup.entries] == ["level:"]
        QtTest.QTest.keyClick(field, KEYS.Key_Tab)
        assert field.text() == "level:"
        assert field.popup.shown()
        QtTest.QTest.keyClicks(field, "er")
        QtTest.QTest.keyClick(field, KEYS.Key_Return)
        assert field.text() == "level:error"
        assert not field.popup.shown()
        QtTest.QTest.keyClicks(field, " ")
        assert not field.popup.shown()

    run(at_desk(tmp_path, work, prepare=written([line(1)])))


def test_new_lines_come_on_top_and_what_is_looked_at_stays(run, tmp_path):
    lines = [line(n) for n in range(300)]

    async def work(desk):
        page = await opened(desk)
        log = page.log
        log.table.selectRow(0)
        assert page.follow.isChecked()
        desk.workspace.operations.note("check", "New.", level="warning")
        await until(lambda: log.model.rowCount() == 301)
        assert log.model.known(0).message == "New."
        assert log.table.currentIndex().row() == 1
        assert log.chips.buttons["warning"].text() == "Warning 1"
        bar = log.table.verticalScrollBar()
        bar.setValue(2_800)
        await settled(page)
        top = log.model.id_at(log.table.rowAt(2))
        desk.workspace.operations.note("check", "Newer.")
        await until(lambda: log.model.rowCount() == 302)
        assert log.model.id_at(log.table.rowAt(2)) == top
        page.follow.click()
        desk.workspace.operations.note("check", "Not yet.")
        desk.workspace.operations.flush()
        assert not log._timer.isActive()
        page.activated()
        await settled(page)
        assert log.model.rowCount() == 303

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_lines_are_read_where_they_are_seen_and_copied_however_many(run, tmp_path):
    lines = [line(n) for n in range(3_000)]

    async def work(desk):
        page = await opened(desk)
        log = page.log
        assert log.model.rowCount() == 3_000
        assert log.model.known(2_000) is None, "nobody looked at it"
        bar = log.table.verticalScrollBar()
        bar.setValue(bar.maximum())
        await until(lambda: log.model.known(2_999) is not None)
        assert log.model.known(2_999).message == "Line 0."
        log.table.setFocus()
        log.table.selectAll()
        log.table.copy()
        await settled(page)
        rows = clipboard().split("\n")
        assert len(rows) == 3_001
        assert rows[0].startswith("Time\tLevel\tConnector")
        log.table.selectRow(2_999)
        QtTest.QTest.keyClick(
            log.table, KEYS.Key_C,
            QtCore.Qt.KeyboardModifier.ControlModifier
            | QtCore.Qt.KeyboardModifier.ShiftModifier,
        )  # fmt: skip
        await settled(page)
        assert json.loads(clipboard())["message"] == "Line 0."

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_a_picked_line_may_be_forgotten_far_from_what_is_seen(
    run, tmp_path, monkeypatch
):
    monkeypatch.setattr(log_lines, "_MOST_BLOCKS", 3)
    lines = [line(n) for n in range(1_500)]

    async def work(desk):
        page = await opened(desk)
        log = page.log
        log.table.selectRow(0)
        bar = log.table.verticalScrollBar()
        for step in range(16):
            bar.setValue(bar.maximum() * step // 15)
            await settled(page)
        assert log.model.known(0) is None
        assert log.model.known(1_499).message == "Line 0."
        assert log.pane.line.message == "Line 1499."

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_a_line_of_a_delivery_leads_to_it(run, tmp_path):
    lines = [line(1, operation="webhook", correlation="ab" * 16, connection="work")]

    async def work(desk):
        page = await opened(desk)
        texts = [button.text() for button in page.log.pane._links._widgets]
        assert texts[:2] == ["Open delivery", "Open connection"]
        heard = []
        page.log.go.disconnect()
        page.log.go.connect(lambda *told: heard.append(told))
        page.log.pane._links._widgets[0].click()
        assert heard == [("webhooks", ShowDelivery("ab" * 16))]
        page.log.box.put(f"correlation:{'ab' * 16}")
        await settled(page)
        assert shown(page) == ["Line 1."]

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_a_name_that_is_only_begun_is_told_how_to_go_on(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        page.log.box.put("connector:github")
        await settled(page)
        told = "connector:github* finds what begins with it: github-issues."
        await until(lambda: told in {one.text() for one in page.findChildren(Label)})

    run(at_desk(tmp_path, work, prepare=written([line(1)])))


def test_a_line_leads_to_what_it_is_about(run, tmp_path):
    lines = [line(1, correlation="run:7", connection="work"), line(2)]

    async def work(desk):
        page = await opened(desk)
        page.log.table.selectRow(1)
        await settled(page)
        page.log.pane._links._widgets[0].click()
        assert desk.got("runs") == [ShowConnection("work", 7)]
        page = desk.window.show_page("activity", ShowLog("id:run:7"))
        await settled(page)
        assert shown(page) == ["Line 1."]

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_lines_are_exported_as_json_and_an_export_can_be_ended(run, tmp_path):
    lines = [line(n, "error" if n % 2 else "info") for n in range(5_000)]

    async def work(desk):
        page = await opened(desk)
        page.log.box.put("level:error")
        await settled(page)
        out = tmp_path / "out.jsonl"
        await page.export_into(out)
        found = [json.loads(text) for text in out.read_text("utf-8").splitlines()]
        assert len(found) == 2_500
        assert {one["level"] for one in found} == {"error"}
        assert page.notices() == ["Wrote 2,500 lines into out.jsonl"]
        ended = tmp_path / "ended.jsonl"
        page.tasks.start("export", page.export_into(ended))
        await until(lambda: page.export.text() == "Stop the export")
        page.export.click()
        await page.tasks.wait("export")
        assert page.export.text() == "Export…"

    run(at_desk(tmp_path, work, prepare=written(lines)))


def test_an_empty_log_says_what_will_be_here(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        assert page.log._empty.title.text() == "Nothing has happened yet"
        assert page.log._empty.isVisible()
        desk.workspace.operations.note("check", "First.")
        with desk.workspace.database.writing():
            pass
        await until(lambda: page.log.model.rowCount() == 1)
        await settled(page)
        assert page.log.pane.message.text() == "First."

    run(at_desk(tmp_path, work))


def test_where_there_is_little_room_one_line_is_shown_at_a_time(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        assert not page.log.pane.isVisible()
        page.log.table.setFocus()
        QtTest.QTest.keyClick(page.log.table, KEYS.Key_Return)
        assert page.log.pane.isVisible()
        assert not page.log.table.isVisible()
        await until(lambda: not clipped(page))
        page.log.pane.back.click()
        assert page.log.table.isVisible()
        await until(lambda: not clipped(page))

    prepare = written([line(n, correlation="run:7") for n in range(40)])
    run(at_desk(tmp_path, work, size=(720, 560), prepare=prepare))


def deed(workspace):
    written([line(1)])(workspace)
    with operation(
        workspace, "rotate", "Rotated.", connection="work", audit="credential.rotate"
    ):
        pass


def test_the_trail_is_listed_and_said_to_be_whole(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        page.bar.setCurrentIndex(1)
        for name in ("trail", "verify"):
            await page.tasks.wait(name)
        (row,) = page.trail.model.rows()
        assert (row.action, row.subject, row.outcome) == (
            "credential.rotate", "work", "done",
        )  # fmt: skip
        assert page.trail.state.text() == "The trail is whole"
        assert not page.export.isVisible()
        page.trail.copy.click()
        assert clipboard() == row.digest
        page.trail.table.selectRow(0)
        page.trail.lines.click()
        await settled(page)
        assert shown(page) == ["Rotated."]
        assert not nameless(desk.window)

    run(at_desk(tmp_path, work, prepare=deed))


def test_a_trail_that_was_changed_is_said_to_be(run, tmp_path):
    def spoilt(workspace):
        deed(workspace)
        with workspace.database.writing() as db:
            db.execute("DROP TRIGGER audit_no_update")
            db.execute("UPDATE audit SET subject = 'other' WHERE id = 2")

    async def work(desk):
        page = await opened(desk)
        page.bar.setCurrentIndex(1)
        for name in ("trail", "verify"):
            await page.tasks.wait(name)
        assert page.trail.state.text() == "The trail was changed"
        assert page.trail._broken.isVisible()

    run(at_desk(tmp_path, work, prepare=spoilt))
