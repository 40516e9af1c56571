"""The catalogue in a real window: cards, facets, search, pane, and what it asks for."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.support.promptness import in_time
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, strays, until

from ferrule import shipped
from ferrule.credentials import forget_master_key
from ferrule.store import Connection
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.models.messages import (
    BeginFrom,
    BuildOnSandbox,
    OpenDescriptor,
    ShowConnection,
    ShowConnector,
)
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.theme import theme
from ferrule.ui.widgets.catalogue.card_paint import button_box, inside

SHIPPED = len(list(shipped.descriptors().glob("*/connectors/*.json")))
CARDS = SHIPPED - 2  # GitHub's two connectors stand together, and Slack's
KEYS = QtCore.Qt.Key
LEFT = QtCore.Qt.MouseButton.LeftButton
NOW = datetime(2026, 2, 3, tzinfo=UTC)
SETTINGS = {"baseUrl": "http://127.0.0.1:9", "owner": "sample", "repo": "workshop"}


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    yield
    forget_master_key()


def connect(workspace, key="one", connector="sandbox-issues", state="healthy", **more):
    """Store a connection as if it had been checked."""
    more.setdefault("config", SETTINGS)
    made = Connection(key, workspace.project.key, connector, "1.0.0", **more)
    workspace.connections.create(made)
    if state:
        workspace.connections.record_health(
            made.project, key, healthy=state == "healthy", state=state, at=NOW,
            error=None if state == "healthy" else "It said no.", latency_ms=12,
        )  # fmt: skip


def own_connector(workspace, document):
    path = workspace.project.descriptors / "mine" / "connectors" / "mine.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(document))


def ids(page):
    return [page.model.entry(row).card.id for row in range(page.model.rowCount())]


def press(desk, button):
    QtWidgets.QApplication.sendPostedEvents()
    box = button.rect().center()
    for kind in (QtCore.QEvent.Type.MouseButtonPress,
                 QtCore.QEvent.Type.MouseButtonRelease):  # fmt: skip
        event = QtGui.QMouseEvent(kind, QtCore.QPointF(box),
                                  button.mapToGlobal(QtCore.QPointF(box)), LEFT, LEFT,
                                  QtCore.Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QtWidgets.QApplication.sendEvent(button, event)


def key(widget, code, text="", modifiers=QtCore.Qt.KeyboardModifier.NoModifier):
    for kind in (QtCore.QEvent.Type.KeyPress, QtCore.QEvent.Type.KeyRelease):
        event = QtGui.QKeyEvent(kind, code, modifiers, text)
        QtWidgets.QApplication.sendEvent(widget, event)


_PAINT = """
import asyncio, sys
from pathlib import Path
import qasync
from PySide6 import QtWidgets
from ferrule.ui import app
from ferrule.ui.pages import PAGES
from ferrule.ui.window import Window
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

seen = []

async def live():
    window = Window(Workspace(Home(Path(sys.argv[1]))), PAGES[:1])
    page = window.show_page("catalogue")
    page.browser.cards.painted.connect(lambda: seen.extend(sorted(sys.modules)))
    window.show()
    await page.tasks.wait("read")
    assert page.model.rowCount() >= 5
    await window.close_work()

application = app.application()
with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
    runner.run(live())
heavy = ("ferrule.descriptor", "ferrule.sync", "pydantic", "sqlalchemy", "httpx",
         "keyring", "authlib", "cryptography", "rapidfuzz", "jsonpath", "uvicorn")
assert seen, "it was never painted"
print([name for name in seen if name.startswith(heavy)])
"""


def test_it_paints_before_anything_heavy_is_imported(tmp_path):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _PAINT, str(tmp_path)],
        capture_output=True, text=True, check=False, env=environment, timeout=30,
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr


def test_cards_stand_as_their_connections_do(run, tmp_path):
    def prepare(workspace):
        connect(workspace)
        connect(workspace, "gh", "github-issues", "reauth_required")

    async def look(desk):
        page = desk.page
        standings = {e.card.id: e.standing for e in page.model.entries()}
        assert standings["sandbox-issues"].button == "Open"
        assert standings["github-issues"].word == "Sign-in refused"
        assert standings["github-issues"].button == "Fix…"
        assert standings["trello-cards"].button == "Connect"
        assert page.browser.attention.text() == "1 to look at"
        assert page.browser.attention.isVisible()
        page.browser.cards.pick("github-issues")
        await desk.settled()
        told = [label.text() for label in page.pane.findChildren(QtWidgets.QLabel)]
        assert {"It said no.", "never", "gh", "api.github.com"} <= set(told)

    run(at_desk(tmp_path, look, prepare=prepare))


def test_what_changed_elsewhere_is_seen_when_the_page_is_shown_again(run, tmp_path):
    async def look(desk):
        assert desk.page.model.known("sandbox-issues").standing.verb == "try"
        desk.window.show_page("runs")
        connect(desk.workspace)
        desk.window.show_page("catalogue")
        await desk.settled()
        assert desk.page.model.known("sandbox-issues").standing.verb == "open"

    run(at_desk(tmp_path, look))


def test_facets_narrow_by_mouse_and_count(run, tmp_path):
    async def look(desk):
        page = desk.page
        group = page.browser.facets.groups["category"]
        press(desk, group.boxes["Code & DevOps"])
        code = ["datadog-monitors", "github-issues", "github-prs", "sentry-issues"]
        assert ids(page) == code
        assert page.browser.count.text() == f"4 of {SHIPPED} connectors"
        assert not group._all.isChecked()
        press(desk, group._all)
        assert len(ids(page)) == CARDS

    run(at_desk(tmp_path, look))


def test_a_letter_typed_anywhere_searches_and_escape_clears(run, tmp_path):
    async def look(desk):
        page, search = desk.page, desk.page.browser.search
        page.browser.cards.setFocus()
        for letter in "trelo":
            key(QtWidgets.QApplication.focusWidget(), KEYS(ord(letter.upper())), letter)
        assert search.text() == "trelo"
        assert ids(page) == ["trello-cards"]
        assert page.pane.name.text() == "Trello Cards"
        key(search, KEYS.Key_Escape)
        assert len(ids(page)) == CARDS
        assert page.browser.cards.current_id() == "trello-cards"
        key(page.pane.edit, KEYS.Key_D, "d")
        assert search.text() == "d"
        await page.tasks.wait("warm")

    run(at_desk(tmp_path, look))


def test_nothing_found_offers_to_clear_or_to_create(run, tmp_path):
    async def look(desk):
        page, browser = desk.page, desk.page.browser
        page.browser.search.setText("Acme Tickets")
        assert browser.empty.isVisible()
        assert browser.empty.title.text() == "Nothing matches “Acme Tickets”"
        press(desk, browser.create_button)
        await desk.settled()
        document = desk.got("builder")[0].document
        assert (document["id"], document["name"]) == ("acme-tickets", "Acme Tickets")
        desk.window.show_page("catalogue")
        press(desk, browser.clear_button)
        assert len(ids(page)) == CARDS
        await page.tasks.wait("warm")

    run(at_desk(tmp_path, look))


def test_enter_opens_a_connected_one_and_arrows_move(run, tmp_path):
    async def look(desk):
        cards = desk.page.browser.cards
        cards.pick("sandbox-issues")
        cards.setFocus()
        key(cards, KEYS.Key_Right)
        assert cards.current_id() == ids(desk.page)[1]
        key(cards, KEYS.Key_Down)
        assert cards.current_id() == ids(desk.page)[4]
        key(cards, KEYS.Key_Home)
        key(cards, KEYS.Key_Return)
        assert desk.got("runs") == [ShowConnection("one")]

    run(at_desk(tmp_path, look, prepare=connect))


def test_the_button_of_a_card_is_pressed_by_mouse(run, tmp_path):
    async def look(desk):
        cards = desk.page.browser.cards
        cell = cards.visualRect(cards.cards.index(0))
        box = button_box(inside(cell, listed=False), cards.cards.entry(0), listed=False)
        at = QtCore.QPointF(box.center())
        for kind in ("MouseButtonPress", "MouseButtonRelease"):
            event = QtGui.QMouseEvent(
                QtCore.QEvent.Type[kind], at, cards.viewport().mapToGlobal(at), LEFT,
                LEFT, QtCore.Qt.KeyboardModifier.NoModifier,
            )  # fmt: skip
            QtWidgets.QApplication.sendEvent(cards.viewport(), event)
        assert desk.got("runs") == [ShowConnection("one")]

    run(at_desk(tmp_path, look, prepare=connect))


def test_a_broken_descriptor_is_a_card_that_says_why(run, tmp_path):
    def prepare(workspace):
        own_connector(workspace, {"id": "mine", "name": "Mine", "authh": {}})

    async def look(desk):
        page = desk.page
        entry = page.model.known("mine")
        assert entry.standing.button == "Open in Builder"
        assert entry.problem
        page.browser.cards.pick("mine")
        assert not page.pane.act.isVisible()
        press(desk, page.pane.edit)
        asked = desk.got("builder")[0]
        assert asked == OpenDescriptor("mine", focus=entry.finding.pointer)

    run(at_desk(tmp_path, look, prepare=prepare))


def test_a_duplicate_and_a_new_one_go_to_the_builder(run, tmp_path):
    async def look(desk):
        page = desk.page
        page.browser.cards.pick("github-issues")
        desk.window.commands.trigger("catalogue.duplicate")
        await desk.settled()
        desk.window.show_page("catalogue")
        press(desk, page.browser.new.main)
        await desk.settled()
        copy, blank = (asked.document for asked in desk.got("builder"))
        assert copy["id"] == "github-issues-copy"
        assert blank["id"] == "new-connector"

    run(at_desk(tmp_path, look))


def test_a_new_one_begins_from_an_address(run, tmp_path):
    async def look(desk):
        page, bar = desk.page, desk.page.browser.url
        desk.window.commands.trigger("catalogue.new_url")
        assert bar.field.hasFocus()
        bar.field.setText("nonsense")
        key(bar.field, KEYS.Key_Return)
        await desk.settled()
        assert "full address" in bar.wrong.text()
        bar.field.setText("https://api.example.com/v1/things?state=open")
        key(bar.field, KEYS.Key_Return)
        await desk.settled()
        asked = desk.got("builder")[0]
        assert asked == BeginFrom("https://api.example.com/v1/things?state=open")
        assert bar.isHidden()
        assert bar.field.text() == ""
        assert page.notices() == []

    run(at_desk(tmp_path, look))


def test_the_ways_to_begin_are_in_the_menu_of_the_button(run, tmp_path):
    async def look(desk):
        actions = {a.text(): a for a in desk.page.browser._menu.actions()}
        for text, asked in (
            ("From cURL, OpenAPI or a sample…", OpenDescriptor()),
            ("On the sandbox, to learn", BuildOnSandbox()),
        ):
            actions[text].trigger()
            assert desk.got("builder")[-1] == asked

    run(at_desk(tmp_path, look))


def test_a_connector_that_was_saved_just_now_is_connected_once_it_is_read(
    run, tmp_path
):
    async def look(desk):
        raw = desk.workspace.catalogue.document("trello-cards")
        document = {**json.loads(raw), "id": "fresh", "provider": "fresh"}
        desk.workspace.catalogue.save("fresh", "fresh", json.dumps(document).encode())
        assert desk.page.model.known("fresh") is None
        desk.window.show_page("catalogue", ShowConnector("fresh", connect=True))
        await desk.settled()
        assert desk.page.picked.card.id == "fresh"
        assert not desk.page.flows.at_home

    run(at_desk(tmp_path, look))


def test_disconnecting_names_what_goes(run, tmp_path):
    async def answer(desk, role):
        desk.page.do("disconnect")
        await until(lambda: desk.page.findChildren(Confirmation))
        found = desk.page.findChildren(Confirmation)
        told = [label.text() for label in found[0].findChildren(QtWidgets.QLabel)]
        box = found[0].findChild(QtWidgets.QDialogButtonBox)
        roles = {box.buttonRole(button): button for button in box.buttons()}
        roles[role].click()
        await desk.page.tasks.wait("disconnect")
        await desk.settled()
        return told

    async def look(desk):
        roles = QtWidgets.QDialogButtonBox.ButtonRole
        desk.page.browser.cards.pick("sandbox-issues")
        told = await answer(desk, roles.RejectRole)
        assert "Disconnect “one”?" in told
        assert "•  The connection “one” with its configuration" in told
        assert desk.page.model.known("sandbox-issues").standing.verb == "open"
        await answer(desk, roles.AcceptRole)
        assert desk.page.model.known("sandbox-issues").standing.verb == "try"
        assert not desk.workspace.connections.list(desk.workspace.project.key)

    run(at_desk(tmp_path, look, prepare=connect))


def test_a_test_shows_its_lines_and_notes_the_health(run, tmp_path):
    async def look(desk):
        page = desk.page
        url = await sandbox.ready()
        settings = SETTINGS | {"baseUrl": url}
        connect(desk.workspace, "two", config=settings, state="error")
        page._refresh()
        await desk.settled()
        page.browser.cards.pick("sandbox-issues")
        press(desk, page.pane.test)
        await asyncio.sleep(0.01)
        assert page.pane.test.text() == "Stop"
        await page.tasks.wait("test")
        lines = {line.name: line.ok for line in page.pane.report.lines.lines}
        assert lines == {"configuration": True, "reachable": True, "tls": None,
                         "auth": None, "health": True, "first page": True}  # fmt: skip
        await desk.settled()
        assert page.model.known("sandbox-issues").standing.status == "connected"
        assert page.pane.facts.failures == 0

    run(at_desk(tmp_path, look))


def test_a_failed_test_says_what_to_do_and_another_connection_can_be_chosen(
    run, tmp_path
):
    def prepare(workspace):
        for key in ("a", "b"):
            connect(workspace, key, "confluence-pages")

    async def look(desk):
        pane = desk.page.pane
        desk.page.browser.cards.pick("confluence-pages")
        pane.connection.set_value("b")
        pane.connection.chosen.emit("b")
        desk.page.do("test")
        await desk.page.tasks.wait("test")
        await desk.settled()
        assert pane.report.message.what.text()
        states = {link.key: link.state for link in desk.page.reading.links}
        assert states["a"] == "healthy"
        assert states["b"] != "healthy"
        assert pane.key == "b"

    run(at_desk(tmp_path, look, prepare=prepare))


def test_a_test_is_stopped_at_once(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"

        def prepare(workspace):
            connect(workspace, config=SETTINGS | {"baseUrl": address})

        async def look(desk):
            page, pane = desk.page, desk.page.pane
            page.browser.cards.pick("sandbox-issues")
            page.do("test")
            await until(lambda: len(pane.report.lines.lines) >= 3)
            before = time.perf_counter()
            press(desk, pane.test)
            await page.tasks.wait("test")
            in_time(time.perf_counter() - before, 0.2)
            assert pane.test.text() == "Test"
            assert pane.report.waiting.isHidden()

        run(at_desk(tmp_path, look, prepare=prepare))


def test_another_page_can_show_a_connector_or_begin_connecting(run, tmp_path):
    async def look(desk):
        page = desk.page
        page.browser.search.setText("trello")
        desk.window.show_page("catalogue", ShowConnector("github-issues"))
        assert page.browser.cards.current_id() == "github-issues"
        desk.window.show_page("catalogue", ShowConnector("trello-cards", connect=True))
        await desk.settled()
        assert not page.flows.at_home
        assert desk.flow.plan.card.id == "trello-cards"
        await page.tasks.wait("warm")

    run(at_desk(tmp_path, look))


@pytest.mark.parametrize(
    ("size", "zoom"),
    [((1280, 800), 1.0), ((1024, 700), 1.0), ((1280, 800), 2.0), ((1024, 700), 2.0)],
)
def test_nothing_is_clipped_and_everything_has_a_name(run, tmp_path, size, zoom):
    async def look(desk):
        desk.window.set_zoom(zoom)
        for listed in (False, True):
            desk.page.browser.show_listed(listed=listed)
            await asyncio.sleep(0.02)
            assert clipped(desk.page) == []
            assert nameless(desk.page) == []
            assert strays(desk.window) == []
        for switch in (desk.page.browser.details, desk.page.browser.funnel):
            switch.setChecked(True)
            await asyncio.sleep(0.02)
            assert clipped(desk.page) == []

    try:
        run(at_desk(tmp_path, look, size, prepare=connect))
    finally:
        theme.set_zoom(1.0)


def test_f6_goes_round_and_the_menu_key_opens_what_can_be_done(run, tmp_path):
    async def look(desk):
        page = desk.page
        panes = page.panes()
        assert [pane.accessibleName() for pane in panes[:3]] == [
            "Search the catalogue", "Category: All", "Connectors",
        ]  # fmt: skip
        page.browser.cards.pick("sandbox-issues")
        event = QtGui.QContextMenuEvent(
            QtGui.QContextMenuEvent.Reason.Keyboard, QtCore.QPoint(), QtCore.QPoint()
        )
        QtWidgets.QApplication.sendEvent(page.browser.cards, event)
        texts = [action.text() for action in page.pane.menu.actions()]
        assert {"Open", "Test the connection", "Duplicate", "Disconnect…"} <= set(texts)
        page.pane.menu.close()

    run(at_desk(tmp_path, look, prepare=connect))


def test_every_deed_of_the_page_is_a_command(run, tmp_path):
    async def look(desk):
        known = {command.id for command, _ in desk.window.commands}
        for verb in ("act", "test", "edit", "change", "another", "disconnect", "find",
                     "duplicate", "new", "new_url", "sandbox", "clear", "grid", "list",
                     "sort.name", "sort.status"):  # fmt: skip
            assert f"catalogue.{verb}" in known
        desk.window.commands.trigger("catalogue.sort.name")
        desk.window.commands.trigger("catalogue.list")
        assert desk.page.model.order == "name"
        assert desk.page.browser.cards.listed

    run(at_desk(tmp_path, look))
