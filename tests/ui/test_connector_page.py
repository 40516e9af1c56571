"""The page of one connector in a real window: its tabs, and where they lead."""

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from PySide6 import QtCore, QtTest, QtWidgets
from tests.support.promptness import in_time
from tests.support.tool_service import ToolService
from tests.ui import catalogue_desk, tool_room
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, until

from ferrule import shipped
from ferrule.clock import SystemClock
from ferrule.store import Operation, Operations
from ferrule.ui.models.messages import (
    OpenConnector,
    OpenDescriptor,
    ShowConnection,
    ShowConnector,
)
from ferrule.ui.pages import PAGES
from ferrule.workspace.connecting import connect

SANDBOX = shipped.descriptors() / "ferrule" / "connectors" / "sandbox-issues.json"
CONFIG = {"baseUrl": "http://127.0.0.1:9", "owner": "sample", "repo": "workshop"}
sandbox = tool_room.sandbox
WORK = ("find", "newer", "blocks", "related", "names")


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    place = [one for one in PAGES if one.key == "connector"]
    monkeypatch.setattr(catalogue_desk, "PLACES", (*catalogue_desk.PLACES, *place))


def connected(workspace, url=CONFIG["baseUrl"]):
    for key in ("issues", "second"):
        config = CONFIG | {"baseUrl": url}
        connect(workspace, "sandbox-issues", config, {}, key=key)
    now = SystemClock().now()
    lines = [
        Operation(
            now - timedelta(minutes=5), "sync", "Of it.", "info", "sandbox-issues"
        ),
        Operation(now, "sync", "Of another.", "info", "linear"),
    ]
    Operations(workspace.database).append(workspace.project.key, lines)


def asking(page):
    """Return the question that is asked."""
    found = page.findChild(QtWidgets.QDialog, "confirmation")
    return found if found is not None and found.isVisible() else None


def keys(desk):
    found = desk.workspace.connections.list(desk.workspace.project.key)
    return [one.key for one in found]


async def opened(desk, connector_id="sandbox-issues"):
    page = desk.window.show_page("connector", OpenConnector(connector_id))
    await page.tasks.wait("read")
    return page


def test_it_is_opened_from_the_catalogue_and_leads_back(run, tmp_path):
    async def work(desk):
        desk.page.receive(ShowConnector("sandbox-issues"))
        await desk.settled()
        desk.page.pane.page.click()
        page = desk.window.current
        assert page.key == "connector"
        page.head.back.click()
        keys = QtCore.Qt.Key, QtCore.Qt.KeyboardModifier.AltModifier
        QtTest.QTest.keyClick(desk.window, keys[0].Key_Right, keys[1])
        assert desk.window.current is page
        await page.tasks.wait("read")
        assert page.head.title.text() == "Sandbox Issues"
        assert desk.window.rail.items["catalogue"].isChecked()
        assert "connector" not in desk.window.rail.items
        page.head.back.click()
        assert desk.window.current is desk.page
        assert desk.page.picked.card.id == "sandbox-issues"

    run(at_desk(tmp_path, work, prepare=connected))


def test_the_overview_says_how_the_chosen_connection_does(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        overview, bar = page.overview, page.bar
        assert overview.state.text() == "Not checked"
        assert overview.day.value.text() == "0"
        assert overview.timeline.accessibleDescription() == ""
        assert page.tabs.bar.accessibleTabName(1) == "Connections, 2"
        assert page.tabs.bar.hasFocus()
        assert bar.key == "issues"
        bar.enabled.click()
        await page.tasks.wait("enable")
        await page.tasks.wait("read")
        project = desk.workspace.project.key
        assert not desk.workspace.connections.get(project, "issues").enabled
        assert overview.state.text() == "Disabled"
        bar.connection.set_value("second")
        bar.connection.chosen.emit("second")
        await page.tasks.wait("read")
        assert bar.enabled.isChecked()
        assert page.connections.table.current_row().key == "second"
        overview.runs.click()
        assert desk.got("runs") == [ShowConnection("second")]

    run(at_desk(tmp_path, work, prepare=connected))


def test_a_test_tells_each_step_and_its_answer_joins_the_timeline(
    run, tmp_path, sandbox
):
    async def work(desk):
        page = await opened(desk)
        jobs = []
        page.jobs.connect(jobs.append)
        page.tabs.bar.setCurrentIndex(4)
        QtTest.QTest.keyClick(page, QtCore.Qt.Key.Key_F5)
        await until(page.overview.report.isVisible)
        assert page.head.test.text() == "Stop"
        await page.tasks.wait("test")
        await page.tasks.wait("read")
        lines = page.overview.report.lines.lines
        assert lines[-1].title == "First page"
        assert all(line.ok is not False for line in lines)
        assert page.head.test.text() == "Test"
        assert page.overview.state.text() == "Healthy"
        told = page.overview.timeline.accessibleDescription()
        assert told == "1 answer, 0 of them failed"
        assert jobs == [1, 0]
        page.overview.put_away.click()
        assert not page.overview.report.isVisible()

    run(at_desk(tmp_path, work, prepare=partial(connected, url=sandbox)))


def test_a_test_is_ended_at_once_and_nothing_is_noted_then(run, tmp_path):
    with ToolService() as silent:
        silent.answers = ["hang"] * 9

        async def work(desk):
            page = await opened(desk)
            page.head.test.click()
            await until(silent.arrived.is_set)
            begun = time.monotonic()
            QtTest.QTest.keyClick(page, QtCore.Qt.Key.Key_Escape)
            await page.tasks.wait("test")
            in_time(time.monotonic() - begun, 0.2)
            silent.hold.set()
            assert page.head.test.text() == "Test"
            page.reload()
            await page.tasks.wait("read")
            assert page.overview.state.text() == "Not checked"

        run(at_desk(tmp_path, work, prepare=partial(connected, url=silent.origin)))


def test_disconnecting_names_what_goes_and_leaves_the_others(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        for agrees in (False, True):
            page.bar.leave.click()
            await until(lambda: asking(page) is not None)
            told = [one.text() for one in asking(page).findChildren(QtWidgets.QLabel)]
            assert told[0] == "Disconnect “issues”?"
            assert "•  The connection “issues” with its configuration" in told
            asking(page).done(int(agrees))
            await page.tasks.wait("disconnect")
            await page.tasks.wait("read")
            assert ("issues" in keys(desk)) is not agrees
        assert page.bar.key == "second"
        page.bar.leave.click()
        await until(lambda: asking(page) is not None)
        asking(page).done(1)
        await page.tasks.wait("disconnect")
        await page.tasks.wait("read")
        assert not page.bar.isVisible()
        assert not page.head.test.isVisible()
        page.head.connect_.click()
        await desk.settled()
        assert desk.window.current is desk.page
        assert not desk.page.flows.at_home

    run(at_desk(tmp_path, work, prepare=connected))


def test_the_picker_tells_when_a_version_ends_and_changes_it(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        version = page.overview.version
        picker = version.picker
        assert [picker.itemText(n) for n in range(picker.count())] == [
            "2026-01",
            "2024-06 (until 2027-06-30)",
        ]
        assert not version.isVisible()
        picker.chosen.emit("2024-06")
        await page.tasks.wait("version")
        await page.tasks.wait("read")
        found = desk.workspace.connections.get(desk.workspace.project.key, "issues")
        assert found.api_version == "2024-06"
        assert picker.value() == "2024-06"
        assert "2027-06-30" in version.notes[0].what.text()
        version.back.click()
        await page.tasks.wait("version")
        await page.tasks.wait("read")
        assert picker.value() == "2026-01"

    run(at_desk(tmp_path, work, prepare=connected))


def test_what_failed_stands_in_the_timeline_with_what_it_said(run, tmp_path):
    def failing(workspace):
        connected(workspace)
        place = workspace.project.key, "issues"
        for minute, healthy in enumerate((True, False, True)):
            workspace.connections.record_health(
                *place,
                at=datetime(2026, 3, 1, 0, minute, tzinfo=UTC),
                healthy=healthy,
                state="healthy",
                latency_ms=40.0,
                message="200" if healthy else "503",
            )

    async def work(desk):
        page = await opened(desk)
        timeline = page.overview.timeline
        assert timeline.accessibleDescription() == "3 answers, 1 of them failed"
        boxes = [box for _, box in timeline._boxes()]
        assert "Failed · 40 ms · 503" in timeline._told_at(boxes[1].center().x())
        assert timeline._told_at(0) == ""

    run(at_desk(tmp_path, work, prepare=failing))


def test_every_tab_shows_its_part_with_names_and_room(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        bar = page.tabs.bar
        for number in range(bar.count()):
            bar.setCurrentIndex(number)
            for name in WORK:
                await page.tasks.wait(f"connector.log.{name}")
            assert not nameless(desk.window), bar.tabText(number)
            await until(lambda: not clipped(page))
        assert [row.key for row in page.connections.model.rows()] == [
            "issues",
            "second",
        ]
        assert [row.id for row in page.versions.versions.rows()] == [
            "2026-01",
            "2024-06",
        ]
        texts = [w.text() for w in page.permissions.findChildren(QtWidgets.QLabel)]
        assert "127.0.0.1" in texts
        assert "sandbox" in page.docs.text.toPlainText()
        log = page.log.model
        await until(lambda: log.known(log.rowCount() - 1) is not None)
        told = {log.known(at).connector for at in range(log.rowCount())}
        assert told == {"sandbox-issues"}
        bar.setCurrentIndex(1)
        page.connections.table.selectRow(1)
        assert page.bar.key == "second"
        page.connections.runs.click()
        assert desk.got("runs") == [ShowConnection("second")]

    run(at_desk(tmp_path, work, size=(1024, 700), prepare=connected))


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_nothing_of_its_head_is_cut_in_a_small_window(
    run, tmp_path, dressed, qapp, zoom
):
    dressed.zoom = zoom
    dressed.apply(qapp, "light")

    async def work(desk):
        desk.window.set_zoom(zoom)
        page = await opened(desk)
        await until(lambda: not [*clipped(page.head), *clipped(page.bar)])
        assert page.bar.leave.isVisible()

    run(at_desk(tmp_path, work, size=(1024, 700), prepare=connected))


def test_a_changed_copy_is_compared_with_the_shipped_one(run, tmp_path):
    def changed(workspace):
        document = json.loads(SANDBOX.read_bytes())
        document["description"] = "Another."
        document["version"] = "9.0.0"
        workspace.registry.register_descriptor(json.dumps(document).encode())

    async def work(desk):
        page = await opened(desk)
        places = {row.place: row.new for row in page.versions.changes.rows()}
        assert places["Description"] == "Another."
        assert page.head.version.text() == "v9.0.0"
        page.head.edit.click()
        assert desk.got("builder") == [OpenDescriptor("sandbox-issues")]

    run(at_desk(tmp_path, work, prepare=changed))


def test_an_api_version_is_compared_with_the_usual_one(run, tmp_path):
    def changed(workspace):
        document = json.loads(SANDBOX.read_bytes()) | {"description": "Another."}
        workspace.registry.register_descriptor(json.dumps(document).encode())

    async def work(desk):
        page = await opened(desk)
        tab = page.versions
        assert [tab.against.itemText(n) for n in range(tab.against.count())] == [
            "This connector",
            "API version 2024-06",
        ]
        assert [row.place for row in tab.changes.rows()] == ["Description"]
        tab.table.selectRow(1)
        assert tab.against.value() == "2024-06"
        places = {row.place: row.new for row in tab.changes.rows()}
        assert '"offset"' in " ".join(places.values())
        page.reload()
        await page.tasks.wait("read")
        assert {row.place: row.new for row in tab.changes.rows()} == places

    run(at_desk(tmp_path, work, prepare=changed))


def test_one_that_is_not_connected_says_so(run, tmp_path):
    async def work(desk):
        page = await opened(desk, "linear")
        assert page.overview._none.isVisible()
        other = await opened(desk, "sandbox-issues")
        assert other is page
        assert page.overview._none.isVisible()

    run(at_desk(tmp_path, work))
