"""The Tools page in a real window: looking, asking, approving, running, keeping."""

import asyncio
import json
import subprocess
import sys
import time

import pytest
from pydantic import SecretStr
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from tests.support.tool_service import TOKEN, ToolService, described
from tests.ui.catalogue_desk import KEY, clipped, nameless, until

from ferrule.credentials import forget_master_key
from ferrule.ui.actions import Actions
from ferrule.ui.models.tool_rows import badges
from ferrule.ui.pages.tools import ToolsPage
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.tools import agents as agents_pane
from ferrule.ui.widgets.tools.lists import APPROVALS, TOOLS
from ferrule.ui.widgets.tools.result import table_of
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.tools import approvals, calls
from ferrule.workspace.workspace import Workspace

SAY = {"id": "7", "text": "hello"}
PASSPHRASE = "a long enough passphrase"


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    forget_master_key()
    yield
    forget_master_key()


@pytest.fixture
def service():
    with ToolService() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox():
    """Give the address of a sandbox."""
    order = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*order, "--items", "40"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield json.loads(child.stdout.readline())["url"]
    child.stdin.close()
    child.wait(5)
    child.stdout.close()


def things(service, key="things"):
    """Return what connects to the service before the window opens."""

    def prepare(workspace):
        raw = json.dumps(described()).encode()
        workspace.catalogue.save("acme", "acme-things", raw)
        config = {"baseUrl": service.origin}
        given = {"token": SecretStr(TOKEN)}
        connect(workspace, "acme-things", config, given, key=key)

    return prepare


def issues(url):
    def prepare(workspace):
        config = {"baseUrl": url, "owner": "sample", "repo": "workshop"}
        connect(workspace, "sandbox-issues", config, {}, key="issues")

    return prepare


class Desk:
    """The page in a window of its own, and where it led."""

    def __init__(self, workspace, size):
        self.workspace = workspace
        self.page = ToolsPage(workspace, Actions())
        self.went = []
        self.page.go.connect(lambda key, _what: self.went.append(key))
        self.page.resize(*size)
        self.page.show()
        self.page.activateWindow()

    async def leave(self):
        await self.page.close_work()
        self.page.hide()
        self.page.deleteLater()
        deleting = QtCore.QEvent.Type.DeferredDelete
        QtCore.QCoreApplication.sendPostedEvents(None, deleting)
        self.workspace.close()


async def at_desk(home, scenario, prepare=None, size=(1200, 740)):
    """Run `scenario(desk)` with the page over the data directory `home`."""
    workspace = Workspace(Home(home))
    if prepare is not None:
        prepare(workspace)
    desk = Desk(workspace, size)
    try:
        await until(desk.page.isActiveWindow)  # else nothing has the focus
        desk.page.activated()
        await desk.page.tasks.wait("read")
        await scenario(desk, desk.page)
    finally:
        await desk.leave()


async def picked(page, name, **arguments):
    """Pick a tool and fill in its arguments as a person types them."""
    page.lists.tabs.bar.setCurrentIndex(TOOLS)
    connection = page.lists.tools.rows()[0].connection
    page.lists.table.select_key((connection, name))
    page.view.tool.form.fill(arguments)
    page.view.tool.edited.emit()
    await page.tasks.wait("cases")


async def asked(page, name, **arguments):
    """Ask for a write, and wait until the question is shown."""
    await picked(page, name, **arguments)
    page.run.click()
    await page.tasks.wait("run")
    return page.view.approval


async def ran(page):
    page.run.click()
    await page.tasks.wait("run")
    return page.view.tool.result


def states(desk):
    store = desk.workspace.approvals
    return [
        (one.state(store_now(desk)), one.outcome)
        for one in store.list(desk.workspace.project.key)
    ]


def store_now(desk):
    return desk.page.work.now()


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    plain = widget.findChildren(QtWidgets.QPlainTextEdit)
    told = [label.text() for label in labels if label.isVisible()]
    return " ".join([*told, *(area.toPlainText() for area in plain)]).replace(
        "\u200b", ""
    )


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


def test_the_exact_request_is_shown_while_one_types_without_secrets(
    run, tmp_path, service
):
    async def work(desk, page):
        pane = page.view.tool
        await picked(page, "say", id="7")
        await page.tasks.wait("preview")
        await until(lambda: "“text” is required." in texts(pane))
        pane.form.form.rows["p1"].put("<b>hello</b>")
        await until(
            lambda: '{"text":"<b>hello</b>"}' in pane.request.text.toPlainText()
        )
        shown = texts(pane)
        assert f"{service.origin}/things/7" in shown
        assert "Authorization: Bearer ••••••••" in shown
        assert TOKEN not in shown
        assert pane.request.method.text() == "POST"
        pane.request.copy_.click()
        copied = QtGui.QGuiApplication.clipboard().text()
        assert copied.startswith(f"POST {service.origin}/things/7\n")
        assert TOKEN not in copied
        assert service.asked == []

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_sent(run, tmp_path, sandbox):
    async def work(desk, page):
        await picked(page, "get_issue")
        page.run.click()
        row = page.view.tool.form.form.rows["p0"]
        assert row.error == "This is required."
        assert row.field.hasFocus()
        row.put("1.5")
        page.view.tool.preview.click()
        assert row.error == "This must be a whole number."
        assert not page.tasks.running("run")
        await page.tasks.wait("preview")

    run(at_desk(tmp_path / "home", work, prepare=issues(sandbox)))


def test_what_reads_runs_at_once_and_shows_a_table_and_a_tree(run, tmp_path, sandbox):
    async def work(desk, page):
        await picked(page, "find_issues", state="open", limit=3)
        assert page.run.text() == "Run"
        page.lists.table.setFocus()
        QtTest.QTest.keyClick(page.lists.table, QtCore.Qt.Key.Key_F5)
        await page.tasks.wait("run")
        result = page.view.tool.result
        assert result.outcome.status == 200
        table = result.table()
        titles = [column.title for column in table.rows.columns]
        assert titles == ["#", "numbers", "titles"]
        assert table.rows.rowCount() == 3
        result.ways.chosen.emit("tree")
        assert result.tree.isVisible()
        assert result.tree.tree.document == result.outcome.result
        assert states(desk) == []

    run(at_desk(tmp_path / "home", work, prepare=issues(sandbox)))


def test_a_write_is_sent_once_after_its_word_was_typed(run, tmp_path, service):
    async def work(desk, page):
        pane = await asked(page, "say", **SAY)
        assert page.run.text() == "Request approval…"
        assert page.view.panes.currentWidget() is pane
        assert pane.word.hasFocus()
        assert f"{service.origin}/things/7" in texts(pane)
        assert '{"text":"hello"}' in texts(pane)
        assert not page.run.isVisible()
        for word, may in (("sa", False), ("no", False), ("say", True)):
            pane.word.setText(word)
            assert pane.approve.isEnabled() is may
            assert bool(pane._word_row.error) is (word == "no")
        assert service.asked == []
        QtTest.QTest.keyClick(pane.word, QtCore.Qt.Key.Key_Return)
        await until(lambda: page.view.tool.result.outcome is not None)
        assert service.methods == ["POST"]
        assert service.asked[0].body == {"text": "hello"}
        assert states(desk) == [("used", "done")]
        assert page.view.panes.currentWidget() is page.view.tool
        await page.work.read_approvals()
        page.lists.show_approval(1)
        steps = texts(pane)
        assert "Approved by the window" in steps
        assert not pane.approve.isVisible()

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_what_was_declined_is_not_sent_and_can_be_asked_again(run, tmp_path, service):
    async def work(desk, page):
        pane = await asked(page, "drop", id="7")
        assert "It destroys something there, for good." in texts(pane)
        pane.reason.setText("not today")
        pane.decline.click()
        await page.tasks.wait("decide")
        assert page.view.panes.currentWidget() is page.view.tool
        assert "It was declined Nothing was sent." in texts(page.view.tool.result)
        pane = await asked(page, "drop", id="7")
        assert pane.row.id == 2
        assert pane.row.waits(page.work.now())
        assert service.asked == []

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_what_an_agent_asks_appears_by_itself_within_a_second(run, tmp_path, service):
    async def work(desk, page):
        call = calls.prepare(desk.workspace, "things", "say", SAY)
        approvals.ask(desk.workspace, call, via="mcp", asked_by="Some client")
        begun = time.monotonic()
        await until(lambda: page.lists.approvals.rowCount() == 1)
        assert time.monotonic() - begun < 1
        assert page.notices() == ["“say” of “things” waits for approval"]
        assert page.lists.tabs.bar.accessibleTabName(APPROVALS) == "Approvals, 1"
        page.lists.show_approval(1)
        assert page.notices() == []
        pane = page.view.approval
        assert "asked by an agent (“Some client”)" in pane.about.text()
        assert not pane.back.isVisible()
        pane.word.setText("say")
        pane.approve.click()
        await page.tasks.wait("decide")
        assert states(desk) == [("approved", "")]
        assert service.asked == []  # whoever asked sends it

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_the_time_that_is_left_is_counted_down(run, tmp_path, service):
    async def work(desk, page):
        pane = await asked(page, "say", **SAY)
        row = pane.row
        assert pane.state.text().startswith("Waits 4:5")
        later = row.expires
        pane.tick(later)
        page.lists.tick(later)
        assert pane.state.text() == "Expired"
        assert not pane.approve.isVisible()
        assert page.lists.tabs.bar.accessibleTabName(APPROVALS) == "Approvals, "

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_approving_elsewhere_sends_what_this_window_asked_for(run, tmp_path, service):
    async def work(desk, page):
        pane = await asked(page, "set", **SAY)
        approvals.approve(desk.workspace, pane.row.id, "set", via="cli")
        await until(lambda: page.view.tool.result.outcome is not None)
        assert service.methods == ["PUT"]
        assert states(desk) == [("used", "done")]

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_cancelling_ends_a_run_at_once_and_says_what_is_not_known(
    run, tmp_path, service
):
    async def work(desk, page):
        service.answers = ["hang"]
        pane = await asked(page, "say", **SAY)
        pane.word.setText("say")
        pane.approve.click()
        await until(service.arrived.is_set)
        await until(page.view.tool.waiting.isVisible)
        assert not page.run.isEnabled()
        begun = time.monotonic()
        page.view.tool.waiting.cancel.click()
        await page.tasks.wait("run")
        assert time.monotonic() - begun < 0.5
        assert not page.view.tool.waiting.isVisible()
        assert "not known whether it took effect" in texts(page.view.tool.result)
        assert states(desk) == [("used", "unknown")]
        assert page.run.isEnabled()
        service.hold.set()

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_a_waiver_says_what_it_means_and_asks_again_when_it_is_ended(
    run, tmp_path, service
):
    async def work(desk, page):
        pane = page.view.tool
        await picked(page, "say", **SAY)
        pane.waive.click()
        await until(lambda: "is not asked any more" in texts(pane))
        page.findChild(QtWidgets.QPushButton, "tools.waive").click()
        await page.tasks.wait("waive")
        await page.tasks.wait("read")
        assert pane.chip.text() == "waived"
        assert pane.form.peek()[0] == SAY  # what was typed stays
        assert page.run.text() == "Run"
        result = await ran(page)
        assert result.outcome.status == 200
        assert states(desk) == [("used", "done")]
        assert pane.waive.text() == "Ask again"
        pane.waive.click()
        await page.tasks.wait("waive")
        await page.tasks.wait("read")
        assert page.run.text() == "Request approval…"

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_an_error_tells_what_the_service_said(run, tmp_path, service):
    async def work(desk, page):
        service.answers = [(404, {"error": "there is no thing 7"})]
        await picked(page, "look", id="7")
        result = await ran(page)
        assert "answered 404 Not Found." in texts(result)
        assert "there is no thing 7" in texts(result)
        assert result.outcome is None

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_with_a_locked_vault_the_request_is_shown_and_the_way_out_too(
    run, tmp_path, service, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")

    def prepare(workspace):
        workspace.vault.set_passphrase(SecretStr(PASSPHRASE))
        things(service)(workspace)

    async def work(desk, page):
        desk.workspace.vault.lock()
        await picked(page, "look", id="7")
        await until(lambda: "/things/7" in texts(page.view.tool.request))
        result = await ran(page)
        (go,) = [
            button
            for button in result.findChildren(QtWidgets.QPushButton)
            if button.text() == "Open Credentials"
        ]
        assert service.asked == []
        go.click()
        assert desk.went == ["credentials"]

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
    run, tmp_path, service, sandbox
):
    def prepare(workspace):
        things(service)(workspace)
        issues(sandbox)(workspace)
        workspace.catalogue.card("acme-things").path.write_text("{")

    async def work(desk, page):
        assert "The tools of “things” are unknown" in texts(page)
        assert {row.connection for row in page.lists.tools.rows()} == {"issues"}

    run(at_desk(tmp_path / "home", work, prepare=prepare))


def test_a_run_is_kept_as_a_test_case_that_passes_offline(run, tmp_path, service):
    async def work(desk, page):
        pane = page.view.tool
        service.answers = [(200, {"target": "/x", "owner": {"email": "a@b.example"}})]
        await picked(page, "look", id="7")
        await ran(page)
        pane.result.keep.click()
        await page.tasks.wait("keep")
        kinds = {row.finding.sort for row in pane.keep.model.rows()}
        assert "email" in kinds
        pane.keep.name.setText("A thing is looked at")
        pane.keep.save.click()
        await page.tasks.wait("keep")
        (file, result) = pane.cases.model.row(0)
        assert (file.title, result) == ("A thing is looked at", None)
        assert "a@b.example" not in file.path.read_text()
        asking = len(service.asked)
        pane.cases.run.click()
        await page.tasks.wait("cases")
        assert pane.cases.model.row(0)[1].passed
        assert pane.cases.about.text() == "1 of 1 passed"
        assert len(service.asked) == asking

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_a_run_of_a_shipped_connector_is_not_kept_and_that_is_said(
    run, tmp_path, sandbox
):
    async def work(desk, page):
        await picked(page, "get_issue", number=3)
        await ran(page)
        keep = page.view.tool.keep
        page.work.cases.keep()
        await page.tasks.wait("keep")
        keep.save.click()
        await page.tasks.wait("keep")
        assert keep.isVisible()
        assert keep.told.text().strip()
        keep.close_.click()
        assert page.view.tool.result.isVisible()

    run(at_desk(tmp_path / "home", work, prepare=issues(sandbox)))


def test_each_tool_keeps_what_was_typed_and_what_came(run, tmp_path, sandbox):
    async def work(desk, page):
        await picked(page, "get_issue", number=3)
        await ran(page)
        await picked(page, "set_state", number=4)
        assert page.view.tool.result.outcome is None
        page.lists.table.select_key(("issues", "get_issue"))
        assert page.view.tool.form.peek()[0] == {"number": 3}
        assert page.view.tool.result.outcome.result["number"] == 3

    run(at_desk(tmp_path / "home", work, prepare=issues(sandbox)))


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
