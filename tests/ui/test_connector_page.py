"""The page of one connector in a real window: its tabs, and where they lead."""

import json
from datetime import timedelta

import pytest
from PySide6 import QtWidgets
from tests.ui import catalogue_desk
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
WORK = ("find", "newer", "blocks", "related", "names")


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    place = [one for one in PAGES if one.key == "connector"]
    monkeypatch.setattr(catalogue_desk, "PLACES", (*catalogue_desk.PLACES, *place))


def connected(workspace):
    for key in ("issues", "second"):
        connect(workspace, "sandbox-issues", CONFIG, {}, key=key)
    now = SystemClock().now()
    lines = [
        Operation(
            now - timedelta(minutes=5), "sync", "Of it.", "info", "sandbox-issues"
        ),
        Operation(now, "sync", "Of another.", "info", "linear"),
    ]
    Operations(workspace.database).append(workspace.project.key, lines)


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
        await page.tasks.wait("read")
        assert page.header.title.text() == "Sandbox Issues"
        assert desk.window.rail.items["catalogue"].isChecked()
        assert "connector" not in desk.window.rail.items
        page.back.click()
        assert desk.window.current is desk.page
        assert desk.page.picked.card.id == "sandbox-issues"

    run(at_desk(tmp_path, work, prepare=connected))


def test_the_overview_says_how_the_chosen_connection_does(run, tmp_path):
    async def work(desk):
        page = await opened(desk)
        overview = page.overview
        assert overview.state.text() == "Not checked"
        assert overview.day.value.text() == "0"
        assert overview.connection.isVisible()
        assert page.tabs.bar.accessibleTabName(1) == "Connections, 2"
        assert page.shown_key() == "issues"
        page.enabled.click()
        await page.tasks.wait("enable")
        await page.tasks.wait("read")
        project = desk.workspace.project.key
        assert not desk.workspace.connections.get(project, "issues").enabled
        assert overview.state.text() == "Disabled"
        overview.connection.set_value("second")
        overview.connection.chosen.emit("second")
        assert overview.enabled.isChecked()
        overview.runs.click()
        assert desk.got("runs") == [ShowConnection("second")]

    run(at_desk(tmp_path, work, prepare=connected))


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
        page.connections.runs.click()
        assert desk.got("runs") == [ShowConnection("second")]

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
        assert page.version.text() == "v9.0.0"
        page.edit.click()
        assert desk.got("builder") == [OpenDescriptor("sandbox-issues")]

    run(at_desk(tmp_path, work, prepare=changed))


def test_one_that_is_not_connected_says_so(run, tmp_path):
    async def work(desk):
        page = await opened(desk, "linear")
        assert page.overview._none.isVisible()
        other = await opened(desk, "sandbox-issues")
        assert other is page
        assert page.overview._none.isVisible()

    run(at_desk(tmp_path, work))
