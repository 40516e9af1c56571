"""A request for approval makes itself known in the whole window, whoever asked."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from PySide6 import QtCore, QtTest, QtWidgets
from tests.support.clock import FakeClock
from tests.support.promptness import in_time
from tests.ui import tool_room
from tests.ui.catalogue_desk import clipped, nameless, until
from tests.ui.tool_room import SAY, things

from ferrule.ui import app as application
from ferrule.ui.models.approval_watch import ApprovalWatch
from ferrule.ui.tasks import Tasks
from ferrule.workspace.home import Home
from ferrule.workspace.tools import approvals, calls
from ferrule.workspace.workspace import Workspace

no_keychain, service = tool_room.no_keychain, tool_room.service
NOW = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path, service):
    made = Workspace(Home(tmp_path))
    things(service)(made)
    yield made
    made.close()


class Watching:
    """The watch by itself, and what it said."""

    def __init__(self, workspace, qtbot):
        self.owner, self.clock = QtWidgets.QWidget(), FakeClock(NOW)
        qtbot.addWidget(self.owner)
        self.workspace, self.tasks = workspace, Tasks(self.owner)
        self.watch = ApprovalWatch(workspace, self.tasks, self.owner, self.clock)
        self.counts, self.told = [], []
        self.watch.counted.connect(self.counts.append)
        self.watch.told.connect(self.told.append)

    def ask(self, via, tool="say", arguments=SAY, name=""):
        call = calls.prepare(self.workspace, "things", tool, arguments)
        place, clock = self.workspace, self.clock
        return approvals.ask(place, call, via=via, asked_by=name, clock=clock)

    async def looked(self):
        self.watch.tick()
        await self.tasks.wait("approvals")


@pytest.fixture
def watching(workspace, qtbot):
    return Watching(workspace, qtbot)


def test_what_others_ask_is_told_and_what_a_window_asked_only_counted(watching, run):
    async def work():
        await watching.looked()
        assert watching.counts == []
        watching.ask("window")
        watching.ask("mcp", name="<b>A client</b>")
        watching.ask("cli", "drop", {"id": "7"})
        await watching.looked()
        assert watching.counts == [3]
        (told,) = watching.told
        assert [(one.level, one.what, one.why, one.where.number) for one in told] == [
            ("warning", "“drop” of “things” waits for approval",
             "Asked by the command line.", 3),
            ("info", "“say” of “things” waits for approval",
             "Asked by an agent (“<b>A client</b>”).", 2),
        ]  # fmt: skip

    run(work())


def test_nothing_is_read_while_nobody_writes_until_a_time_is_over(
    watching, run, monkeypatch
):
    reads = []
    read = type(watching.workspace.approvals).waiting

    def counted(*given):
        reads.append(given)
        return read(*given)

    monkeypatch.setattr(type(watching.workspace.approvals), "waiting", counted)

    async def work():
        watching.ask("cli")
        watching.workspace.operations.flush()
        await watching.looked()
        reads.clear()
        for _ in range(5):
            await watching.looked()
        assert reads == []
        watching.clock.sleep(timedelta(minutes=5).total_seconds())
        for _ in range(5):
            await watching.looked()
        assert len(reads) == 1
        assert watching.counts == [1, 0]
        assert watching.told[-1] == ()

    run(work())


def test_what_was_decided_elsewhere_waits_no_more(watching, run):
    async def work():
        asked = watching.ask("cli")
        await watching.looked()
        approvals.decline(watching.workspace, asked.id, via="cli", clock=watching.clock)
        await watching.looked()
        assert watching.counts == [1, 0]

    run(work())


def test_a_write_from_a_terminal_is_told_in_time_and_leads_to_its_decision(
    qapp, tmp_path, service
):
    home = tmp_path / "home"

    def prepare():
        workspace = Workspace(Home(home))
        things(service)(workspace)
        return workspace

    def ordered():
        order = [sys.executable, "-m", "ferrule", "tool", "run"]
        given = ["--json-params", "-", "--no-wait"]
        done = subprocess.run(
            [*order, "things", "say", *given],
            input=json.dumps(SAY).encode(),
            capture_output=True,
            env=os.environ | {"FERRULE_HOME": str(home)},
            check=False,
        )
        assert done.returncode == 1, done.stderr

    async def drive(window):
        window.resize(1024, 700)
        await until(lambda: window.notes is not None)
        strip, item = window.notes, window.rail.items["tools"]
        assert item.accessibleDescription() == ""
        ordered()
        begun = time.monotonic()
        await until(strip.isVisible)
        in_time(time.monotonic() - begun, 2)
        assert item.accessibleDescription() == "1 waiting for approval"
        assert strip.what.text() == "“say” of “things” waits for approval"
        assert strip.why.text() == "Asked by the command line (“ferrule tool run”)."
        assert clipped(strip) == nameless(strip) == []
        QtTest.QTest.keyClick(strip.act, QtCore.Qt.Key.Key_Space)
        await window.current.tasks.wait("read")
        pane = window.current.view.approval
        assert pane.word.hasFocus()
        assert '{"text":"hello"}' in tool_room.texts(pane)
        assert not strip.isVisible()
        pane.word.setText("say")
        pane.approve.click()
        await until(lambda: item.accessibleDescription() == "")
        assert service.asked == []  # whoever asked sends it

    assert application.run(prepare, settings=tmp_path / "w.ini", driver=drive) == 0
