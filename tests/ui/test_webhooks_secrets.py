"""Secrets on the Webhooks page: one that was replaced, one that lives in memory."""

import asyncio
import base64

import pytest
import qasync
from pydantic import SecretStr
from PySide6 import QtGui, QtWidgets
from tests.ui import webhook_room as room
from tests.ui.webhook_room import SECRET, Desk, body_of, off_thread, post, received

from ferrule.credentials import forget_master_key
from ferrule.ui.models.messages import ShowConnector
from ferrule.ui.widgets.webhooks.detail import SIGNATURE
from ferrule.workspace import rotating
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

NEW = "the-new-secret-3141592653"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    room.write_project(tmp_path / "birds")
    yield tmp_path
    forget_master_key()


@pytest.fixture
def workspace(home):
    made = Workspace(Home(home / "home"), home / "birds")
    room.connected(made)
    yield made
    made.close()


@pytest.fixture
def run(qapp):
    def run_in_loop(work):
        async def limited():
            async with asyncio.timeout(40):
                return await work

        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
            return runner.run(limited())

    return run_in_loop


def replace_secret(workspace, value=NEW):
    secrets = {"secret": SecretStr(value)}
    workspace.registry.update_connection("birds", "tracker", {}, secrets)


def clipboard():
    return QtGui.QGuiApplication.clipboard().text()


def texts(root):
    return [label.text() for label in root.findChildren(QtWidgets.QLabel)]


def audited(workspace):
    return [(row.action, row.outcome) for row in workspace.audit.rows()]


def test_a_service_that_uses_the_old_secret_is_recognised_and_let_in_for_a_day(
    workspace, qtbot, run
):
    async def scenario():
        async with Desk(workspace, qtbot) as desk:
            url = await desk.listen()
            await off_thread(lambda: replace_secret(workspace))
            assert await off_thread(lambda: post(url, body_of(1))) == 401
            await desk.until(lambda: len(desk.rows()) == 1)
            pane = await desk.opened(1)
            pane.tabs.bar.setCurrentIndex(SIGNATURE)
            banner, said = pane.signature.banner, texts(pane.signature)
            assert banner.message.what.text() == "The signature does not match"
            assert "Issue Tracker still uses the old one." in banner.message.why.text()
            assert any(text.startswith("matches · ••••••, replaced") for text in said)
            banner.copy.click()
            await desk.until(lambda: clipboard() == NEW)
            assert not any(NEW in text or SECRET in text for text in texts(desk.page))
            desk.page.hide_secrets()
            assert clipboard() == ""
            banner.accept.click()
            await desk.done("accept")
            await desk.until(lambda: banner.message.level == "warning")
            assert banner.accept is None
            assert "It is accepted until tomorrow" in banner.message.why.text()
            assert await off_thread(lambda: post(url, body_of(1))) == 202
            await desk.until(lambda: desk.row().verdict == "valid")

    run(scenario())
    told = audited(workspace)
    assert ("credential.copy", "done") in told
    assert ("credential.readmit", "done") in told


def test_during_a_rotation_it_is_said_how_long_the_old_secret_counts(
    workspace, qtbot, run
):
    rotating.propose(workspace, "tracker", {"secret": SecretStr(NEW)})
    rotating.promote(workspace, "tracker")
    received(workspace, body_of(7))

    async def scenario():
        async with Desk(workspace, qtbot) as desk:
            pane = await desk.opened(1)
            pane.tabs.bar.setCurrentIndex(SIGNATURE)
            banner = pane.signature.banner
            assert banner.message.what.text() == "It was signed with the old secret"
            assert banner.accept is None  # it counts for a day already
            assert banner.copy is not None

    run(scenario())


def test_a_call_that_came_before_the_secret_was_replaced_is_no_trouble(
    workspace, qtbot, run
):
    received(workspace, body_of(7))
    replace_secret(workspace)

    async def scenario():
        async with Desk(workspace, qtbot) as desk:
            pane = await desk.opened(1)
            pane.tabs.bar.setCurrentIndex(SIGNATURE)
            banner = pane.signature.banner
            assert banner.message.level == "success"
            assert (banner.accept, banner.copy) == (None, None)

    run(scenario())


def test_secrets_held_in_memory_reach_the_receiver_also_when_they_change(
    home, monkeypatch, qtbot, run
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    forget_master_key()
    workspace = Workspace(Home(home / "home"), home / "birds")
    room.connected(workspace, must_store=False)
    assert not workspace.vault.state.can_store

    async def scenario():
        async with Desk(workspace, qtbot) as desk:
            url = await desk.listen()
            assert await off_thread(lambda: post(url, body_of(1))) == 202
            troubles = desk.receiver.troubles
            await desk.until(troubles.isVisible)
            assert "Secrets are held in memory" in texts(troubles)
            await off_thread(lambda: replace_secret(workspace))

            def call():
                return post(url, body_of(2), name="d-2", secret=NEW)

            async with asyncio.timeout(8):
                while await off_thread(call) != 202:  # noqa: ASYNC110 - as in `until`
                    await asyncio.sleep(0.1)
            assert SECRET not in " ".join(texts(desk.page))

    run(scenario())
    workspace.close()


def test_a_secret_that_is_not_at_hand_is_told_with_what_to_do(workspace, qtbot, run):
    went = []
    connection = workspace.connections.get("birds", "tracker")
    workspace.vault.delete(workspace.registry.ref_of(connection))

    async def scenario():
        async with Desk(workspace, qtbot) as desk:
            desk.page.go.connect(lambda key, what: went.append((key, what)))
            troubles = desk.receiver.troubles
            await desk.until(troubles.isVisible)
            assert "Calls of “tracker” cannot be checked" in texts(troubles)
            buttons = troubles.findChildren(QtWidgets.QPushButton)
            next(b for b in buttons if b.text() == "Give the secret").click()

    run(scenario())
    assert went == [("catalogue", ShowConnector("tracker", reconnect="tracker"))]
