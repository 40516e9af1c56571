"""The Webhooks page with a real gateway child, real calls and a real database."""

import asyncio
import base64
import hmac
import json
import shlex
import socket
import subprocess
import threading
import time

import pytest
import qasync
from pydantic import SecretStr
from PySide6 import QtGui, QtWidgets
from tests.support.promptness import in_time
from tests.ui import webhook_room as room
from tests.ui.webhook_room import SECRET, Desk, body_of, off_thread, post, received

from ferrule.credentials import forget_master_key
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.signing import asked_fields
from ferrule.store.delivery_records import NewDelivery
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.models.messages import OpenDescriptor, ShowDelivery
from ferrule.ui.widgets.webhooks.detail import RAW, SIGNAL, SIGNATURE, TREE
from ferrule.ui.widgets.webhooks.list import DEAD
from ferrule.ui.widgets.webhooks.signature import in_groups
from ferrule.workspace import deliveries
from ferrule.workspace.connecting import connect
from ferrule.workspace.home import Home
from ferrule.workspace.replaying import map_waiting
from ferrule.workspace.workspace import Workspace

WITHIN = 0.2
"""Seconds within which a call that came is seen, verified and mapped."""


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    room.write_project(tmp_path / "birds")
    made = Workspace(Home(tmp_path / "home"), tmp_path / "birds")
    room.connected(made)
    yield made
    made.close()
    forget_master_key()


@pytest.fixture
def run(qapp):
    """Return what runs a scenario with children, which take their time to start."""

    def run_in_loop(work):
        async def limited():
            async with asyncio.timeout(40):
                return await work

        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
            return runner.run(limited())

    return run_in_loop


@pytest.fixture
def desk(workspace, qtbot):
    return Desk(workspace, qtbot)


def clipboard():
    return QtGui.QGuiApplication.clipboard().text()


def test_a_call_by_curl_is_seen_verified_and_mapped_within_200_ms(desk, run):
    """From the start of the real curl to the row that says so: the median of five."""
    took = []

    async def scenario():
        async with desk:
            url = await desk.listen()
            for number in range(5):
                raw = json.dumps(body_of(number)).encode()
                headers = room.call_headers(raw, name=f"d-{number}")
                words = ["curl", "-s", "-o", "/dev/null", "--data-binary", raw]
                for name, value in headers.items():
                    words += ["-H", f"{name}: {value}"]
                words += ["-w", "%{http_code}", f"{url}/api/webhooks/tracker/birds"]
                begun = time.perf_counter()
                said = asyncio.get_running_loop().run_in_executor(
                    None, subprocess.check_output, words
                )
                await desk.until(
                    lambda n=number: (
                        len(desk.rows()) > n and desk.row().status == "mapped"
                    )
                )
                took.append(time.perf_counter() - begun)
                assert await said == b"202"
            assert desk.row().verdict == "valid"
            assert desk.row().outcome["created"] == 1

    run(scenario())
    in_time(sorted(took)[len(took) // 2], WITHIN)


def test_before_the_first_call_it_says_how_one_is_made(desk, run):
    async def scenario():
        async with desk:
            first, receiver = desk.list.first, desk.receiver
            assert first.isVisible()
            assert "Start the receiver" in first.state.line.text()
            assert receiver.status.text() == "Stopped"
            assert not desk.sample.main.isEnabled()
            url = await desk.listen()
            assert receiver.url.text() == url
            line = first.curl.toPlainText()
            assert f"{url}/api/webhooks/tracker/birds" in line
            first.copy.click()
            assert clipboard() == line
            assert b"unauthorised" in await off_thread(lambda: call(line))
            await desk.until(lambda: len(desk.rows()) == 1)
            assert desk.row().reason == "missing_header"
            assert not first.isVisible()
            receiver.paths_link.click()
            assert receiver.paths.isVisible()
            receiver.copy.click()
            assert clipboard() == f"{url}/api/webhooks/tracker/birds"

    run(scenario())


def call(line):
    """Run a line of a POSIX shell and return what it printed."""
    return subprocess.run(
        [*shlex.split(line), "-s"], capture_output=True, check=True, timeout=10
    ).stdout


def test_starting_is_cancelled_at_once_and_the_window_ends_it(desk, run):
    async def scenario():
        async with desk:
            desk.receiver.port.setText("0")
            desk.receiver.toggle.click()
            await desk.until(lambda: desk.server.state == "starting")
            begun = time.perf_counter()
            desk.receiver.toggle.click()
            await desk.until(lambda: desk.server.state == "stopped")
            in_time(time.perf_counter() - begun, 0.4)
            url = await desk.listen()
            assert desk.receiver.toggle.text() == "Stop"
            assert await off_thread(lambda: post(url, body_of(1))) == 202
        with pytest.raises(OSError, match="refused"):
            await off_thread(lambda: post(url, body_of(1)))

    run(scenario())


def test_a_port_that_is_taken_is_told_in_plain_words(desk, run):
    async def scenario():
        async with desk:
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                taken.listen()
                port = taken.getsockname()[1]
                desk.receiver.port.setText(str(port))
                desk.receiver.toggle.click()
                await desk.until(lambda: desk.server.state == "failed")
                what, why = desk.server.problem
                assert f"127.0.0.1:{port}" in what
                assert why
                assert desk.receiver.status.text() == "Not listening"
                buttons = desk.receiver.findChildren(QtWidgets.QPushButton)
                free = next(b for b in buttons if b.text() == "Use a free port")
                free.click()
                await desk.until(lambda: desk.server.listening)
            url, begun = desk.server.url, time.perf_counter()
            desk.receiver.toggle.click()
            await desk.until(lambda: desk.server.state == "stopped")
            in_time(time.perf_counter() - begun, 0.4)
            with pytest.raises(OSError, match="refused"):
                await off_thread(lambda: post(url, body_of(1)))
            desk.receiver.port.setText("seven")
            desk.receiver.toggle.click()
            assert desk.receiver.port.mark == "error"

    run(scenario())


def test_what_another_receiver_took_appears_too(desk, workspace, run):
    async def scenario():
        async with desk:
            assert not desk.rows()
            await off_thread(lambda: keep(workspace))
            await desk.until(lambda: len(desk.rows()) == 1, seconds=3)
            assert desk.row().status == "ignored"

    run(scenario())


def test_what_another_receiver_maps_later_is_told_too(desk, workspace, run):
    async def scenario():
        await off_thread(lambda: room.kept(workspace, body_of(1)))
        async with desk:
            assert desk.row().status == "pending"
            await off_thread(lambda: map_waiting(workspace))
            await desk.until(lambda: desk.row().status == "mapped", seconds=3)

    run(scenario())


def test_what_was_read_earlier_never_replaces_what_was_read_later(
    desk, workspace, run, monkeypatch
):
    read, moment = deliveries.came_after, threading.Event()

    def slow(*given):
        found = read(*given)
        moment.wait(0.3)
        return found

    async def scenario():
        async with desk:
            number = await off_thread(lambda: room.kept(workspace, body_of(1)))
            monkeypatch.setattr(deliveries, "came_after", slow)
            desk.page._look_again()
            await asyncio.sleep(0.1)
            await off_thread(lambda: map_waiting(workspace))
            desk.page._hear([number])
            await asyncio.gather(desk.tasks.wait("came"), desk.tasks.wait("since"))
            assert desk.row().status == "mapped"

    run(scenario())


def keep(workspace, correlation="c", connection="tracker", connector_id="tracker"):
    """Write a delivery down, as a gateway elsewhere does."""
    call = NewDelivery(
        project="birds",
        connection=connection,
        connector_id=connector_id,
        received_at="2026-03-01T12:00:00Z",
        method="POST",
        url="http://127.0.0.1:1/api/webhooks/tracker/birds",
        headers=(),
        body=b"{}",
        verdict="valid",
        reason="valid",
        correlation_id=correlation,
        status="ignored",
        event_type="issues.starred",
    )
    workspace.deliveries.keep([call])


def test_a_delivery_is_shown_from_its_body_to_its_signal(desk, workspace, run):
    received(workspace, body_of(7))

    async def scenario():
        async with desk:
            pane = await desk.opened(1)
            assert pane.name.text() == "issues.edited"
            assert "delivery d-1" in pane.about.text()
            turn = pane.tabs.bar.setCurrentIndex
            turn(TREE)
            assert pane.content.tree.view.tree.document == body_of(7)
            turn(RAW)
            assert pane.content.raw.raw.piece() == json.dumps(body_of(7))
            assert pane.content.find.isVisible()
            turn(SIGNAL)
            assert pane.signal.effect.text() == "Signals: 1 created"
            assert '"externalId": "7"' in pane.signal.document.toPlainText()
            assert not pane.content.find.isVisible()

    run(scenario())


def test_a_wrong_signature_is_explained_and_ours_stays_behind_dots(
    desk, workspace, run
):
    received(workspace, body_of(7), secret="another")

    async def scenario():
        async with desk:
            raw = json.dumps(body_of(7)).encode()
            ours = hmac.digest(SECRET.encode(), raw, "sha256").hex()
            pane = await desk.opened(1)
            pane.tabs.bar.setCurrentIndex(SIGNATURE)
            said = texts(pane.signature)
            assert "The signature does not match" in said
            assert "differs from the one received" in said
            assert raw.decode() == pane.signature.text.toPlainText()
            theirs = hmac.digest(b"another", raw, "sha256").hex()
            assert in_groups(theirs) in said
            assert ours not in " ".join(texts(desk.page))
            assert not pane.replay.isEnabled()
            pane.signature.computed.eye.click()
            await desk.until(lambda: pane.signature.computed.shown)
            assert pane.signature.computed.value.text() == ours
            desk.page.hide_secrets()
            assert ours not in " ".join(texts(desk.page))
            pane.signature.computed.copy.click()
            await desk.until(lambda: clipboard() == ours)
            desk.page.hide_secrets()
            assert clipboard() == ""

    run(scenario())


def texts(root):
    return [label.text() for label in root.findChildren(QtWidgets.QLabel)]


def test_the_filters_and_the_search_narrow_the_list(desk, workspace, run):
    for number, event in enumerate(("issues.edited", "issues.starred")):
        received(workspace, body_of(number), event, f"d-{number}")
    received(workspace, body_of(9), secret="another")

    async def scenario():
        async with desk:
            assert len(desk.rows()) == 3
            listed = desk.list
            choose(listed.verdict, "bad")
            assert [row.one.status for row in desk.rows()] == ["refused"]
            choose(listed.verdict, "")
            choose(listed.status, "ignored")
            await desk.page.tasks.wait("read")
            assert [row.event for row in desk.rows()] == ["issues.starred"]
            choose(listed.status, "")
            await desk.page.tasks.wait("read")
            listed.search.setText("edited")
            assert [row.event for row in desk.rows()] == ["issues.edited"]
            listed.search.setText("nothing like it")
            assert listed._none.title.text() == "Nothing fits the filters"

    run(scenario())


def choose(combo, value):
    combo.set_value(value)
    combo.chosen.emit(value)


def test_another_page_leads_to_a_delivery_whatever_is_filtered(desk, workspace, run):
    received(workspace, body_of(1), name="first")
    for number in range(210):
        keep(workspace, correlation=f"later-{number}")

    async def scenario():
        async with desk:
            page, listed = desk.page, desk.list
            assert len(desk.rows()) == 200
            choose(listed.status, "dead")
            choose(listed.verdict, "bad")
            listed.search.setText("nothing like it")
            listed.tabs.setCurrentIndex(DEAD)
            await page.tasks.wait("read")
            page.receive(ShowDelivery("c"))
            page.activated()
            await page.tasks.wait("read")
            await page.tasks.wait("open")
            assert page.pane.opened.delivery.delivery_id == "first"
            assert listed.table.current_row().one.id == 1
            assert not listed.filters.used
            listed.older.click()  # nothing in between is left out
            await page.tasks.wait("more")
            assert len(desk.rows()) == 211
            page.receive(ShowDelivery("never"))
            page.activated()
            await page.tasks.wait("read")
            assert "That delivery is not kept any more" in page.notices()

    run(scenario())


def test_a_sample_event_is_sent_and_a_delivery_is_signed_again(desk, run):
    async def scenario():
        async with desk:
            assert [e.title for e in desk.sample.events] == ["an issue is opened"]
            await desk.listen()
            for number in range(2):  # under another name each time: no repeat
                desk.sample.main.click()
                await desk.done("sample")
                await desk.until(lambda n=number: len(desk.rows()) == n + 1)
            await desk.opened(1)
            desk.page.doing.do("resign")
            await desk.done("resign")
            await desk.until(lambda: len(desk.rows()) == 3)
            await desk.until(
                lambda: all(row.one.status == "mapped" for row in desk.rows())
            )
            assert {row.one.verdict for row in desk.rows()} == {"valid"}
            assert desk.row().event_type == "issues.opened"
            assert desk.row().replay_of is None

    run(scenario())


def test_a_question_of_a_service_is_told_though_it_is_no_delivery(desk, workspace, run):
    connector = read_descriptor(workspace.catalogue.document("slack-events"))
    fields = [one.key for one in asked_fields(connector) if one.required]
    given = {key: SecretStr(SECRET) for key in {*fields, "signingSecret"}}
    connect(workspace, "slack-events", {}, given, key="slack")

    async def scenario():
        async with desk:
            await desk.listen()
            events = desk.sample.events
            question = next(e for e in events if e.path.stem == "challenge")
            desk.page.doing.send(question)
            await desk.done("sample")
            await desk.until(desk.page.notices)
            (told,) = desk.page.notices()
            assert "“slack” asked whether somebody is here" in told
            assert not desk.rows()

    run(scenario())


def test_a_delivery_is_replayed_as_it_was_and_edited(desk, workspace, run):
    received(workspace, body_of(7))

    async def scenario():
        async with desk:
            pane = await desk.opened(1)
            desk.page.doing.do("resign")
            await desk.done("resign")
            assert "Nobody listens" in desk.page.notices()
            pane.replay.click()
            await desk.done("replay")
            await desk.until(lambda: desk.row().replay_of == 1)
            await desk.until(lambda: pane.opened.delivery.id == 2)
            desk.page.doing.do("edit")
            changed = body_of(7, title="Edited here", updated_at="2026-03-03T00:00:00Z")
            pane.edit.text.setPlainText(json.dumps(changed))
            pane.edit.replay.click()
            await desk.done("replay")
            await desk.until(lambda: desk.row().reason == "edited")
            await desk.until(lambda: desk.row().status == "mapped")
            assert desk.row().outcome["signals"][0]["summary"].startswith("Edited")
            await desk.until(lambda: pane.opened.delivery.id == 3)
            pane.tabs.bar.setCurrentIndex(SIGNATURE)
            assert "It was edited here" in texts(pane.signature)

    run(scenario())


def test_a_delivery_is_copied_compared_pinned_and_opened_as_a_sample(
    desk, workspace, run
):
    went = []
    for number in (7, 8):
        received(workspace, body_of(number), name=f"d-{number}")

    async def scenario():
        async with desk:
            desk.page.go.connect(lambda key, what: went.append((key, what)))
            pane = await desk.opened(2)
            do = desk.page.doing.do
            do("curl")
            await desk.done("curl")
            assert clipboard().startswith("curl -X POST http://127.0.0.1:8480/api")
            do("diff")
            await desk.done("diff")
            assert pane.compare.isVisible()
            assert '+    "id": 8,' in pane.compare.text.toPlainText()
            pane.compare.back.click()
            assert not pane.compare.isVisible()
            do("pin")
            await desk.done("pin")
            assert "Pinned as a test of the connector" in desk.page.notices()
            folder = workspace.project.descriptors / "tracker/fixtures/tracker"
            assert len(list(folder.glob("*.json"))) == 2
            do("sample")

    run(scenario())
    ((key, message),) = went
    assert key == "builder"
    assert isinstance(message, OpenDescriptor)
    assert json.loads(message.response.body) == body_of(8)


def test_a_copied_line_calls_whoever_listens_now(desk, run):
    async def scenario():
        async with desk:
            first = await desk.listen()
            assert await off_thread(lambda: post(first, body_of(1))) == 202
            desk.receiver.toggle.click()
            await desk.until(lambda: desk.server.state == "stopped")
            second = await desk.listen()
            assert second != first
            await desk.opened(1)
            desk.page.doing.do("curl")
            await desk.done("curl")
            assert b'"duplicate"' in await off_thread(lambda: call(clipboard()))
            assert not desk.page.notices()

    run(scenario())


def test_a_call_of_a_shipped_connector_is_pinned_by_way_of_the_builder(
    desk, workspace, run
):
    secret = {"webhookSecret": SecretStr(SECRET)}
    connect(workspace, "generic-webhook", {}, secret, key="hook")
    keep(workspace, connection="hook", connector_id="generic-webhook")
    went = []

    async def scenario():
        async with desk:
            desk.page.go.connect(lambda key, what: went.append((key, what)))
            await desk.opened(1)
            desk.page.doing.do("pin")
            await desk.done("pin")
            told = "The connector is not one of this project"
            assert desk.page.notices() == [told]
            buttons = desk.page.findChildren(QtWidgets.QPushButton)
            next(b for b in buttons if b.text() == "Open in Builder").click()

    run(scenario())
    ((key, message),) = went
    assert (key, message.connector_id) == ("builder", "generic-webhook")


def test_dead_letters_are_tried_replayed_and_put_aside(desk, workspace, run):
    for number in range(3):
        received(workspace, {"n": number}, name=f"d-{number}")
    received(workspace, body_of(1), name="good")

    async def scenario():
        async with desk:
            await desk.opened(4)
            desk.page.doing.do("bury")
            await desk.done("bury")
            desk.list.tabs.setCurrentIndex(DEAD)
            await desk.page.tasks.wait("read")
            await desk.until(lambda: len(desk.rows()) == 4)
            dead = desk.list.dead
            dead.dry.click()
            await desk.done("dead")
            assert "3 of 4 would be dead letters again." in texts(dead)
            dead.replay.click()
            await desk.done("dead")
            await desk.until(lambda: len(desk.rows()) == 3)
            dead.discard.click()
            await desk.until(lambda: shown(Confirmation))
            shown(Confirmation)[0].accept()
            await desk.done("dead")
            await desk.until(lambda: not desk.rows())
            counts = workspace.deliveries.counts("birds").by_status
            assert (counts["dead"], counts["skipped"]) == (0, 3)
            assert desk.list._none.title.text() == "No dead letters"

    run(scenario())


def shown(kind):
    return [w for w in QtWidgets.QApplication.topLevelWidgets() if isinstance(w, kind)]
