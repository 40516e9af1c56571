"""The Tools page in a real window: what it lists, and what agents are told."""

import asyncio
import json

import pytest
from pydantic import SecretStr
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from tests.support.tool_service import TOKEN, described
from tests.ui import tool_room
from tests.ui.catalogue_desk import clipped, nameless, until
from tests.ui.tool_room import SAY, asked, at_desk, issues, texts, things

from ferrule.ui.models.tool_rows import badges
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.tools import agents as agents_pane
from ferrule.ui.widgets.tools.result import table_of
from ferrule.workspace.connecting import connect

no_keychain, service = tool_room.no_keychain, tool_room.service
NOWHERE = "http://127.0.0.1:9"


def test_tools_are_listed_with_what_they_do_and_found_by_a_word(run, tmp_path, service):
    async def work(desk, page):
        rows = page.lists.tools.rows()
        assert [(row.name, badges(row)) for row in rows] == [
            ("look", [("reads", "success")]),
            ("look_first", [("asks", "warning")]),
            ("say", [("asks", "warning")]),
            ("set", [("asks", "warning")]),
            ("drop", [("destructive", "danger")]),
        ]
        assert clipped(page) == []
        assert nameless(page) == []
        page.lists.search.setText("dr")
        assert [row.name for row in page.lists.tools.rows()] == ["drop"]
        assert page.view.tool.tool.name == "drop"

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


@pytest.mark.parametrize("made", [False, True])
def test_without_tools_the_page_says_what_to_do(run, tmp_path, service, made):
    def prepare(workspace):
        if made:
            plain = described()
            del plain["tools"]
            raw = json.dumps(plain).encode()
            workspace.catalogue.save("acme", "acme-things", raw)
            config = {"baseUrl": service.origin}
            given = {"token": SecretStr(TOKEN)}
            connect(workspace, "acme-things", config, given, key="things")

    async def work(desk, page):
        told = "No tools here" if made else "No tools yet"
        assert told in texts(page)
        assert not page.run.isVisible()
        page.view.catalogue.click()
        assert desk.went == ["catalogue"]

    run(at_desk(tmp_path / "home", work, prepare=prepare))


def test_a_disabled_connection_says_so_and_runs_nothing(run, tmp_path, service):
    def prepare(workspace):
        things(service)(workspace)
        workspace.registry.enable_connection(
            workspace.project.key, "things", enabled=False
        )

    async def work(desk, page):
        assert "The connection is disabled." in texts(page.view.tool)
        assert not page.run.isEnabled()

    run(at_desk(tmp_path / "home", work, prepare=prepare))


def test_a_connection_that_cannot_be_read_does_not_hide_the_others(
    run, tmp_path, service
):
    def prepare(workspace):
        things(service)(workspace)
        issues(NOWHERE)(workspace)
        workspace.catalogue.card("acme-things").path.write_text("{")

    async def work(desk, page):
        assert "The tools of “things” are unknown" in texts(page)
        assert {row.connection for row in page.lists.tools.rows()} == {"issues"}

    run(at_desk(tmp_path / "home", work, prepare=prepare))


def test_agents_are_told_of_with_the_configuration_to_copy(
    run, tmp_path, service, monkeypatch
):
    monkeypatch.setattr(agents_pane, "installed", lambda: False)

    async def work(desk, page):
        page.agents.click()
        await page.tasks.wait("offers")
        pane = page.view.agents
        assert "pip install 'ferrule[mcp]'" in texts(pane)
        assert [row.name for row in pane.model.rows()][:2] == [
            "things__look",
            "things__look_first",
        ]
        pane.reading.click()
        await page.tasks.wait("offers")
        assert [row.name for row in pane.model.rows()] == [
            "things__look",
            "things__look_first",
        ]
        pane.copy_.click()
        copied = json.loads(QtGui.QGuiApplication.clipboard().text())
        assert copied["mcpServers"]["ferrule"]["args"][-3:] == [
            "mcp", "serve", "--read-only",
        ]  # fmt: skip
        assert nameless(page) == []
        pane.back.click()
        assert page.view.panes.currentWidget() is page.view.tool

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_nothing_is_cut_in_a_small_window(run, tmp_path, service, dressed, qapp, zoom):
    dressed.zoom = zoom
    dressed.apply(qapp, "light")

    async def work(desk, page):
        await asked(page, "say", **SAY)
        for look in (lambda: None, page.view.approval.back.click, page.agents.click):
            look()
            await asyncio.sleep(0.05)
            for pane in (page.header, *visible_heads(page)):
                assert clipped(pane) == []

    run(at_desk(tmp_path / "home", work, things(service), (948, 672)))


def test_where_there_is_room_for_one_side_what_is_opened_takes_it(
    run, tmp_path, service, dressed, qapp
):
    dressed.zoom = 2.0
    dressed.apply(qapp, "light")

    async def work(desk, page):
        view = page.view
        assert page.panes() == [page.lists]
        QtTest.QTest.keyClick(page.lists.table, QtCore.Qt.Key.Key_Down)
        assert page.panes() == [page.lists]
        QtTest.QTest.keyClick(page.lists.table, QtCore.Qt.Key.Key_Return)
        assert page.panes() == [view.panes]
        assert view.tool.isAncestorOf(QtWidgets.QApplication.focusWidget())
        areas = view.tool.findChildren(QtWidgets.QScrollArea)
        bars = [area.horizontalScrollBar() for area in areas]
        await until(lambda: not any(bar.maximum() for bar in bars))
        view.back.click()
        assert page.panes() == [page.lists]
        assert page.lists.table.hasFocus()
        page.resize(2000, 672)
        assert page.panes() == [page.lists, view.panes]

    run(at_desk(tmp_path / "home", work, things(service), (948, 672)))


def visible_heads(page):
    """Return what must fit without scrolling: all but what is in an area."""
    return [
        button.parentWidget()
        for button in page.findChildren(QtWidgets.QPushButton)
        if button.isVisible() and not _scrolled(button)
    ]


def _scrolled(widget):
    while widget is not None:
        if isinstance(widget, QtWidgets.QAbstractScrollArea):
            return True
        widget = widget.parentWidget()
    return False


def test_what_comes_from_a_service_or_a_connector_is_never_markup(
    run, tmp_path, service
):
    def prepare(workspace):
        things(service)(workspace)
        tools = described()["tools"]
        tools[0]["description"] = "<b>bold</b>"
        raw = json.dumps(described(tools=tools)).encode()
        workspace.registry.update_descriptor("acme-things", raw)

    async def work(desk, page):
        assert page.view.tool.what.text() == "<b>bold</b>"
        labels = page.findChildren(QtWidgets.QLabel)
        plain = QtCore.Qt.TextFormat.PlainText
        assert all(label.textFormat() == plain for label in labels)
        assert page.findChildren(Chip)

    run(at_desk(tmp_path / "home", work, prepare=prepare))


@pytest.mark.parametrize(
    ("result", "rows"),
    [
        ([1, 2], [1, 2]),
        ("text", [{"result": "text"}]),
        ({}, [{"result": {}}]),
        ({"a": 1, "b": [2]},
         [{"member": "a", "value": 1}, {"member": "b", "value": [2]}]),
        ({"a": [1, 2], "b": [3, 4]}, [{"a": 1, "b": 3}, {"a": 2, "b": 4}]),
        ({"a": [1], "b": [3, 4]},
         [{"member": "a", "value": [1]}, {"member": "b", "value": [3, 4]}]),
    ],
)  # fmt: skip
def test_a_result_becomes_the_rows_of_a_table(result, rows):
    assert table_of(result) == rows
