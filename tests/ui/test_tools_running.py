"""Running tools by hand: the request, the result, what goes wrong, test cases."""

from pydantic import SecretStr
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from tests.support.tool_service import TOKEN
from tests.ui import tool_room
from tests.ui.catalogue_desk import until
from tests.ui.tool_room import at_desk, issues, picked, ran, states, texts, things

no_keychain, service = tool_room.no_keychain, tool_room.service
sandbox = tool_room.sandbox
PASSPHRASE = "a long enough passphrase"


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
