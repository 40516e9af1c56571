"""Connecting in a real window: by few clicks, by keys alone, with what goes wrong."""

import asyncio
import socket
import time

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.support.promptness import in_time
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless, strays, until

from ferrule.credentials import forget_master_key
from ferrule.ui.models.messages import StartSync
from ferrule.ui.theme import theme

KEYS = QtCore.Qt.Key
TOKEN = "ghp_flow_canary_5127"
DEAD = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    yield
    forget_master_key()


def key(code, text=""):
    """Press a key where the focus is, as Qt delivers it: shortcuts aside."""
    widget = QtWidgets.QApplication.focusWidget()
    assert widget is not None
    for kind in (QtCore.QEvent.Type.KeyPress, QtCore.QEvent.Type.KeyRelease):
        event = QtGui.QKeyEvent(kind, code, QtCore.Qt.KeyboardModifier.NoModifier, text)
        QtWidgets.QApplication.sendEvent(widget, event)


def type_in(text):
    for letter in text:
        key(KEYS.Key_unknown, letter)


async def open_flow(desk, connector, deed="act"):
    desk.page.browser.cards.pick(connector)
    desk.page.do(deed)
    await desk.settled()
    return desk.flow


def stored(desk):
    return desk.workspace.connections.list(desk.workspace.project.key)


def test_the_sandbox_is_connected_by_three_clicks_and_no_typing(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "sandbox-issues")  # click 1: Try it
        await flow.tasks.wait("check")
        assert flow.passed
        assert [line.ok for line in flow.check.report.lines.lines] == [
            True, True, None, None, True, True,
        ]  # fmt: skip
        flow.check.next.click()  # 2: Review
        assert flow.at == "review"
        flow.review.next.click()  # 3: Connect
        await flow.tasks.wait("save")
        await desk.settled()
        made = stored(desk)[0]
        assert made.healthy
        assert made.config["baseUrl"].startswith("http://127.0.0.1:")
        assert flow.done.sync.hasFocus()
        flow.done.sync.click()
        assert desk.got("runs") == [StartSync("sandbox-issues", full=True)]
        assert desk.page.flows.at_home
        assert desk.page.model.known("sandbox-issues").standing.button == "Open"

    run(at_desk(tmp_path, work))


def test_a_second_connection_gets_a_key_and_the_same_port(run, tmp_path):
    async def work(desk):
        for deed in ("act", "another"):
            flow = await open_flow(desk, "sandbox-issues", deed)
            flow.try_it()
            await flow.tasks.wait("check")
            flow.go_to("review")
            flow.review.next.click()
            await flow.tasks.wait("save")
            flow.done.home.click()
            await desk.settled()
        one, two = stored(desk)
        assert (one.key, two.key) == ("sandbox-issues", "sandbox-issues-2")
        assert one.config["baseUrl"] == two.config["baseUrl"]

    run(at_desk(tmp_path, work))


def test_keys_alone_suffice_and_a_failed_check_may_be_passed_over(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        assert flow.at == "credentials"
        key(KEYS.Key_Return)
        assert flow.at == "credentials"
        assert flow.credentials.rows["token"].error == "This is required."
        type_in(TOKEN)
        key(KEYS.Key_Return)
        assert flow.at == "configuration"
        flow.settings.rows["baseUrl"].control.write(DEAD)
        type_in("octocat")
        key(KEYS.Key_Tab)
        type_in("hello-world")
        key(KEYS.Key_Return)
        await flow.tasks.wait("check")
        assert flow.at == "check"
        assert not flow.passed
        report = flow.check.report
        assert report.lines.rows["reachable"].line.ok is False
        assert "127.0.0.1" in report.message.what.text()
        assert report.message.why.text()
        assert flow.check.next.text() == "Try again"
        assert flow.check.next.hasFocus()
        flow.check.pass_over.setFocus()
        key(KEYS.Key_Space)
        assert flow.at == "review"
        key(KEYS.Key_Return)
        await flow.tasks.wait("save")
        made = stored(desk)[0]
        assert made.config["owner"] == "octocat"
        assert not made.healthy
        assert made.state == "degraded"
        secrets = desk.workspace.registry.secrets_of(made)
        assert secrets["token"].get_secret_value() == TOKEN
        await desk.settled()

    run(at_desk(tmp_path, work))
    found = [path for path in tmp_path.rglob("*")
             if path.is_file() and TOKEN.encode() in path.read_bytes()]  # fmt: skip
    assert found == []


def test_the_review_says_where_the_secret_is_kept_and_where_it_is_sent(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        await flow.tasks.wait("vault")
        flow.credentials.fill({"token": TOKEN})
        flow.settings.fill({"baseUrl": DEAD, "owner": "o", "repo": "r"})
        assert flow.go_to("review")
        for place in (flow.review, flow.aside):
            told = "\n".join(x.text() for x in place.findChildren(QtWidgets.QLabel))
            assert f"{desk.workspace.project.key}/github-issues" in told
            assert "FERRULE_MASTER_KEY" in told
            assert DEAD in told
            assert "api.github.com" in told
            assert TOKEN not in told
        assert flow.review.chosen_streams() == ()

    run(at_desk(tmp_path, work))


def test_without_a_place_for_secrets_it_is_said_and_still_works(
    run, tmp_path, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")

    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        await flow.tasks.wait("vault")
        told = [x.text() for x in flow.aside.findChildren(QtWidgets.QLabel)]
        assert any("until Ferrule ends" in text for text in told)
        flow.credentials.fill({"token": TOKEN})
        flow.settings.fill({"baseUrl": DEAD, "owner": "o", "repo": "r"})
        flow.go_to("review")
        flow.review.next.click()
        await flow.tasks.wait("save")
        made = stored(desk)[0]
        secrets = desk.workspace.registry.secrets_of(made)
        assert secrets["token"].get_secret_value() == TOKEN
        assert flow.done is not None

    run(at_desk(tmp_path, work))


def test_a_flow_that_is_left_goes_on_where_it_stopped(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        flow.credentials.fill({"token": TOKEN})
        flow.go_to("configuration")
        flow.settings.fill({"owner": "octocat"})
        flow.later.click()
        assert desk.page.flows.at_home
        assert desk.page.flows.begun("github-issues")
        again = await open_flow(desk, "github-issues")
        assert again is flow
        assert flow.at == "configuration"
        assert flow.settings.given()["owner"] == "octocat"
        flow._panels["configuration"].previous.click()
        assert flow.at == "credentials"
        flow.discard.click()
        assert not desk.page.flows.begun("github-issues")
        assert stored(desk) == ()

    run(at_desk(tmp_path, work))


def test_steps_can_be_chosen_but_not_past_what_is_missing(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        flow.steps.set_current("review")
        assert flow.at == "credentials"
        assert flow.steps.current() == "credentials"
        flow.credentials.fill({"token": TOKEN})
        flow.steps.set_current("configuration")
        assert flow.at == "configuration"
        flow.steps.set_current("check")
        assert flow.at == "configuration"
        assert flow.settings.rows["owner"].error

    run(at_desk(tmp_path, work))


def test_a_change_makes_the_check_worthless(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "sandbox-issues")
        await flow.tasks.wait("check")
        assert flow.passed
        flow.settings.fill({**flow.settings.given(), "repo": "empty"})
        assert not flow.passed
        flow.go_to("check")
        assert flow.check.next.text() == "Check"

    run(at_desk(tmp_path, work))


@pytest.mark.parametrize("way", ["button", "escape"])
def test_a_check_is_cancelled_at_once(run, tmp_path, way):
    async def work(desk):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            flow = await open_flow(desk, "github-issues")
            address = f"http://127.0.0.1:{silent.getsockname()[1]}"
            flow.credentials.fill({"token": TOKEN})
            flow.settings.fill({"baseUrl": address, "owner": "o", "repo": "r"})
            flow.try_it()
            await until(lambda: len(flow.check.report.lines.lines) >= 3)
            waiting = flow.check.report.waiting
            assert waiting.cancel.hasFocus()
            before = time.perf_counter()
            if way == "button":
                waiting.cancel.click()
            else:
                key(KEYS.Key_Escape)
            await flow.tasks.wait("check")
            in_time(time.perf_counter() - before, 0.2)
            assert waiting.isHidden()
            assert flow.check.next.isEnabled()
            assert flow.at == "check"

    run(at_desk(tmp_path, work))


def test_a_name_in_use_and_nothing_to_read_are_refused_on_the_spot(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "sandbox-issues")
        await flow.tasks.wait("check")
        flow.go_to("review")
        flow.review.next.click()
        await flow.tasks.wait("save")
        flow.done.home.click()
        await desk.settled()
        flow = await open_flow(desk, "sandbox-issues", "another")
        await flow.tasks.wait("sandbox")
        flow.go_to("review")
        for box in flow.review.streams.values():
            box.setChecked(False)
        flow.review.next.click()
        notes = flow.review.findChildren(QtWidgets.QLabel)
        assert "Nothing would be read." in [note.text() for note in notes]
        flow.review.streams["issues"].setChecked(True)
        flow.review.form.rows["key"].control.write("sandbox-issues")
        flow.review.next.click()
        assert "called so" in flow.review.form.rows["key"].error
        flow.review.form.rows["key"].control.write("only issues")
        flow.review.next.click()
        assert flow.review.form.rows["key"].error
        flow.review.form.fill({"key": "only-issues", "syncFrom": "2026-01-01"})
        flow.review.next.click()
        await flow.tasks.wait("save")
        made = next(one for one in stored(desk) if one.key == "only-issues")
        assert list(made.streams) == ["issues"]
        assert made.sync_from.startswith("2026-01-01")
        await desk.settled()

    run(at_desk(tmp_path, work))


def test_a_connection_is_changed_and_its_secret_kept(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        flow.credentials.fill({"token": TOKEN})
        flow.settings.fill({"baseUrl": DEAD, "owner": "o", "repo": "r"})
        flow.try_it()
        await flow.tasks.wait("check")
        flow.go_to("review")
        flow.review.next.click()
        await flow.tasks.wait("save")
        flow.done.home.click()
        await desk.settled()
        assert desk.page.model.known("github-issues").standing.button == "Fix…"
        flow = await open_flow(desk, "github-issues")
        assert flow.plan.changes
        assert flow.credentials.rows["token"].kept
        flow.settings.rows["repo"].control.write("other")
        assert flow.go_to("review")
        assert flow.review.next.text() == "Save"
        flow.review.next.click()
        await flow.tasks.wait("save")
        made = stored(desk)
        assert len(made) == 1
        assert made[0].config["repo"] == "other"
        secrets = desk.workspace.registry.secrets_of(made[0])
        assert secrets["token"].get_secret_value() == TOKEN
        await desk.settled()

    run(at_desk(tmp_path, work))


@pytest.mark.parametrize(
    ("size", "zoom"),
    [((1280, 800), 1.0), ((1024, 700), 1.0), ((1280, 800), 2.0), ((1024, 700), 2.0)],
)
def test_nothing_is_clipped_and_everything_has_a_name(run, tmp_path, size, zoom):
    async def work(desk):
        desk.window.set_zoom(zoom)
        flow = await open_flow(desk, "confluence-pages")
        flow.credentials.fill({"email": "a@b.example", "apiToken": TOKEN})
        flow.settings.fill({"baseUrl": DEAD})
        for step in ("credentials", "configuration", "check", "review"):
            if step == "check":
                flow.try_it()
                await flow.tasks.wait("check")
            flow.go_to(step)
            await asyncio.sleep(0.02)
            assert clipped(flow) == []
            assert nameless(flow) == []
            assert strays(desk.window) == []

    try:
        run(at_desk(tmp_path, work, size))
    finally:
        theme.set_zoom(1.0)
