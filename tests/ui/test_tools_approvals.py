"""Approvals on the Tools page: asking, deciding, sending once, waiving."""

import time
from datetime import timedelta

from PySide6 import QtCore, QtTest, QtWidgets
from tests.support.clock import FakeClock
from tests.support.promptness import in_time
from tests.ui import tool_room
from tests.ui.catalogue_desk import until
from tests.ui.tool_room import (
    SAY,
    asked,
    at_desk,
    beside,
    picked,
    ran,
    states,
    texts,
    things,
)

from ferrule.ui.models.messages import ShowApproval
from ferrule.ui.widgets.tools.lists import APPROVALS
from ferrule.workspace.tools import approvals, calls

no_keychain, service = tool_room.no_keychain, tool_room.service


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
        assert page.lists.table.hasFocus()
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
        in_time(time.monotonic() - begun, 1)
        assert page.lists.tabs.bar.accessibleTabName(APPROVALS) == "Approvals, 1"
        page.lists.tabs.bar.setCurrentIndex(APPROVALS)
        assert set(desk.noted) == {"approval 1"}
        pane = page.view.approval
        assert "asked by an agent (“Some client”)" in pane.about.text()
        assert not pane.back.isVisible()
        pane.word.setFocus()
        pane.word.setText("say")
        pane.approve.click()
        await page.tasks.wait("decide")
        assert states(desk) == [("approved", "")]
        assert service.asked == []  # whoever asked sends it
        assert page.lists.asked.hasFocus()

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


def test_two_windows_that_approve_at_once_send_it_once(run, tmp_path, service):
    async def work(desk, page):
        pane = await asked(page, "say", **SAY)
        async with beside(desk) as other:
            await until(lambda: other.page.lists.approvals.rowCount() == 1)
            other.page.lists.show_approval(pane.row.id)
            panes = pane, other.page.view.approval
            for one in panes:
                one.word.setText("say")
            for one in panes:
                one.approve.click()
            await other.page.tasks.wait("decide")
            await until(lambda: page.view.tool.result.outcome is not None)
            await until(lambda: other.page.view.approval.state.text() == "Done")
            assert service.methods == ["POST"]
            assert states(desk) == [("used", "done")]

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_what_nobody_approved_in_time_is_told_and_not_sent(run, tmp_path, service):
    async def work(desk, page):
        await asked(page, "say", **SAY)
        page.work.clock = FakeClock(page.work.now() + timedelta(minutes=5))
        await until(lambda: page.view.panes.currentWidget() is page.view.tool)
        told = texts(page.view.tool.result)
        assert "Nobody approved it in time Nothing was sent. Ask again." in told
        assert states(desk) == [("expired", "")]
        assert service.asked == []

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_what_another_page_leads_to_is_opened_where_one_decides(run, tmp_path, service):
    async def work(desk, page):
        for tool, arguments in (("say", SAY), ("drop", {"id": "7"})):
            call = calls.prepare(desk.workspace, "things", tool, arguments)
            approvals.ask(desk.workspace, call, via="cli")
        page.receive(ShowApproval(1))
        page.activated()
        await page.tasks.wait("read")
        pane = page.view.approval
        assert pane.row.tool == "say"
        assert page.view.panes.currentWidget() is pane
        assert pane.word.hasFocus()

    run(at_desk(tmp_path / "home", work, prepare=things(service)))


def test_what_waits_is_the_first_that_the_list_of_approvals_shows(
    run, tmp_path, service
):
    async def work(desk, page):
        pane = await asked(page, "drop", id="7")
        pane.decline.click()
        await page.tasks.wait("decide")
        call = calls.prepare(desk.workspace, "things", "say", SAY)
        approvals.ask(desk.workspace, call, via="cli")
        await until(lambda: page.lists.approvals.rowCount() == 2)
        page.lists.tabs.bar.setCurrentIndex(APPROVALS)
        assert pane.row.tool == "say"

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
        in_time(time.monotonic() - begun, 0.5)
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
