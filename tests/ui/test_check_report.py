"""The lines of a check in a real window: what is behind each, and why one failed."""

import re

import pytest
from PySide6 import QtGui, QtWidgets
from tests.support.fault_server import FaultServer
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, until
from tests.workspace.checks import ITEMS, answering

from ferrule.credentials import forget_master_key
from ferrule.redaction import MASK
from ferrule.ui.i18n import Data
from ferrule.ui.theme import theme
from ferrule.ui.widgets.message import Details, breakable

TOKEN = "ghp_report_canary_7733"
HEALTH, PAGE = "/repos/o/r", "/repos/o/r/issues"
LACKS = {
    "x_oauth_scopes": "repo",
    "x_accepted_oauth_scopes": "admin:org",
    "x_echo": TOKEN,
}


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    yield
    forget_master_key()


@pytest.fixture
def service():
    with FaultServer() as running:
        answering(running, HEALTH, 200)
        answering(running, PAGE, 200, None, ITEMS)
        yield running


async def checked(desk, service):
    """Come to the check of the Connect flow and have it ended."""
    desk.page.browser.cards.pick("github-issues")
    desk.page.do("act")
    await desk.settled()
    flow = desk.flow
    flow.credentials.fill({"token": TOKEN})
    flow.settings.fill({"baseUrl": service.origin, "owner": "o", "repo": "r"})
    flow.try_it()
    await flow.tasks.wait("check")
    return flow


def texts(root):
    """Return all that stands in labels and buttons, and what readers are told."""
    kinds = (QtWidgets.QLabel, QtWidgets.QAbstractButton)
    found = [child.text() for kind in kinds for child in root.findChildren(kind)]
    every = root.findChildren(QtWidgets.QWidget)
    return "\n".join([*found, *(f"{w.accessibleName()} {w.toolTip()}" for w in every)])


def curl_buttons(root):
    return [
        button
        for button in root.findChildren(QtWidgets.QPushButton)
        if button.text() == "Copy as cURL" and not button.isHidden()
    ]


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_a_failed_step_tells_its_cause_what_to_try_and_the_exchange(
    run, tmp_path, service, size, zoom, qapp
):
    async def work(desk):
        theme.zoom = zoom
        theme.apply(qapp, "light")
        try:
            answering(service, HEALTH, 403, LACKS, b'{"message":"no"}')
            flow = await checked(desk, service)
            report = flow.check.report
            line = report.lines.rows["auth"].line
            assert (line.ok, line.cause) == (False, "missing_scope")
            assert "lacks a scope: admin:org" in report.message.what.text()
            assert report.message.why.text().startswith("Try next: Add the scope")
            told = texts(report)
            assert "403 Forbidden" in told
            assert f"Bearer {MASK}" in told
            assert TOKEN not in texts(desk.window)
            (copy,) = curl_buttons(report.message)
            copy.click()
            copied = QtGui.QGuiApplication.clipboard().text()
            assert copied.startswith("curl ")
            assert "$TOKEN" in copied
            assert TOKEN not in copied
            assert report.lines.rows["auth"].unfold.isHidden()
            assert clipped(desk.window) == []
            assert nameless(desk.window) == []
            await until(lambda: not report.message.what.visibleRegion().isEmpty())
        finally:
            theme.zoom = 1.0
            theme.apply(qapp, "light")

    run(at_desk(tmp_path, work, size))


def test_long_words_may_break_and_are_copied_whole(qapp):
    text = (
        "GET https://api.example.com/repos/octocat/hello-world\nid 0123456789abcdef01"
    )
    details = Details(text)
    shown = details.text.text()
    assert shown.replace("\u200b", "") == text
    assert max(map(len, re.split("[\u200b \n]", shown))) <= 13
    details.copy()
    assert QtGui.QGuiApplication.clipboard().text() == text
    assert isinstance(breakable(Data("x" * 40)), Data)
    assert breakable("short words stay") == "short words stay"


def test_what_is_behind_a_good_step_is_unfolded_on_demand(run, tmp_path, service):
    async def work(desk):
        flow = await checked(desk, service)
        assert flow.passed
        rows = flow.check.report.lines.rows
        assert [name for name, row in rows.items() if not row.unfold.isHidden()] == [
            "reachable", "auth", "health", "first page",
        ]  # fmt: skip
        row = rows["first page"]
        assert row.behind.isHidden()
        assert row.unfold.accessibleName() == "Show the exchange: First page"
        row.unfold.click()
        assert "200 OK" in texts(row.behind)
        assert len(curl_buttons(row.behind)) == 1
        assert TOKEN not in texts(desk.window)
        assert nameless(desk.window) == []
        row.unfold.click()
        assert row.behind.isHidden()
        rows["reachable"].unfold.click()
        assert "address 127.0.0.1" in texts(rows["reachable"].behind)
        assert curl_buttons(rows["reachable"].behind) == []
        flow.check.next.setFocus()
        flow.go_to("check")
        flow.check.report.begin()
        assert rows["reachable"].behind.isHidden()
        flow.check.report.end()

    run(at_desk(tmp_path, work))
