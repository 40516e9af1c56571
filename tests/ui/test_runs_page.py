"""The Runs page with real sync children, a real sandbox and a real database."""

import asyncio
import base64
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from PySide6 import QtCore, QtWidgets
from tests.support.promptness import in_time

from ferrule import shipped
from ferrule.clock import SystemClock
from ferrule.credentials import forget_master_key
from ferrule.exchange import decode
from ferrule.ui.actions import Actions
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.models.messages import OpenDescriptor, ShowConnection, StartSync
from ferrule.ui.models.run_track import Track
from ferrule.ui.models.runs import (
    RunFacts,
    changes_text,
    duration_text,
    sample_body,
)
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.pages.runs import RunsPage
from ferrule.workspace import connecting
from ferrule.workspace.home import Home
from ferrule.workspace.workspace import Workspace

SHIPPED = shipped.descriptors() / "ferrule" / "connectors" / "sandbox-issues.json"
ITEMS = 300


@pytest.fixture(scope="module")
def service():
    """Give the address of a sandbox that takes 10 ms for an answer."""
    order = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*order, "--items", str(ITEMS), "--latency-ms", "10"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    yield json.loads(child.stdout.readline())["url"]
    child.stdin.close()
    child.wait(5)
    child.stdout.close()


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.chdir(tmp_path)
    forget_master_key()
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()
    forget_master_key()


def save_connector(workspace, connector_id="issues", page_size=15, **changes):
    """Keep a copy of the sandbox's connector that is the project's own."""
    document = json.loads(SHIPPED.read_bytes())
    mapping = changes.pop("mapping", {})
    document |= {"id": connector_id, "name": connector_id.title(), **changes}
    document["fieldMapping"] |= mapping
    document["ingestion"]["pagination"]["pageSize"] = page_size
    del document["streams"]
    raw = json.dumps(document).encode()
    workspace.catalogue.save("acme", connector_id, raw)


def connect(workspace, url, key="issues", connector="issues"):
    config = {"baseUrl": url, "owner": "sample", "repo": "workshop"}
    return connecting.connect(workspace, connector, config, {}, key=key)


class Desk:
    """The page in a window, and what a person does with it."""

    def __init__(self, workspace, qtbot):
        self.page = RunsPage(workspace, Actions())
        self.page.resize(1180, 760)
        qtbot.addWidget(self.page)
        self.page.show()

    async def __aenter__(self):
        self.page.activated()
        await self.page.tasks.wait("read")
        return self

    async def __aexit__(self, *_error):
        await self.page.close_work()
        await sandbox.end()

    def __getattr__(self, name):
        return getattr(self.page, name)

    def button(self, name):
        return self.page.findChild(QtWidgets.QAbstractButton, name)

    def facts(self, key="issues"):
        return self.page.desk.run_of(key, None)

    async def until(self, holds):
        async with asyncio.timeout(6):
            while not holds():  # noqa: ASYNC110 - a page has no event for each fact
                await asyncio.sleep(0.01)

    async def over(self, key="issues"):
        await self.page.tasks.wait(f"run {key}")
        for name in ("read", "errors", "signals"):
            await self.page.tasks.wait(name)


@pytest.fixture
def desk(workspace, qtbot, service):
    """Give the page with one connection of the project's own connector."""
    save_connector(workspace)
    connect(workspace, service)
    return Desk(workspace, qtbot)


def test_without_connections_it_says_where_to_begin(run, workspace, qtbot):
    async def look():
        async with Desk(workspace, qtbot) as desk:
            gone = []
            desk.go.connect(lambda key, what: gone.append((key, what)))
            assert desk.view.currentIndex() == 1
            assert not desk.new.isEnabled()
            desk.view.catalogue.click()
            return gone

    assert run(look()) == [("catalogue", None)]


def test_full_then_incremental_with_counts_signals_and_log(run, desk):
    async def work():
        jobs = []
        async with desk:
            desk.jobs.connect(jobs.append)
            desk.new.main.click()  # nothing was synced yet: a full run
            await desk.until(lambda: desk.facts().pages > 3)
            live = desk.facts()
            assert live.mode == "full"
            assert live.rate
            assert live.cursor
            assert live.share is None
            assert "total unknown" in desk.detail.progress.of.text()
            assert desk.detail.figures.isVisible()
            assert "saved 0 s ago" in desk.detail.figures.place.remark.text()
            await desk.over()
            full = desk.facts()
            assert full.status == "done"
            assert full.counts["created"] == full.processed
            assert full.left_out == ITEMS - full.processed
            assert desk.detail.signals.model.total == 200
            assert not desk.detail.figures.isVisible()
            desk.new.main.click()  # now it was: an incremental one
            await desk.over()
            after = desk.facts()
            assert (after.mode, after.status) == ("incremental", "done")
            assert after.counts["created"] == 0
            assert desk.detail.log.model.total > 2
            assert [row.title for row in desk.list._model.rows] == [
                "issues",
                "Incremental",
                "Full",
            ]
            return jobs

    jobs = run(work())
    assert max(jobs) == 1
    assert jobs[-1] == 0


def test_cancelling_idles_the_page_within_a_fifth_of_a_second_and_resumes(run, desk):
    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.until(lambda: desk.facts().pages > 3)
            before = time.perf_counter()
            desk.button("runs.cancel").click()
            shown = time.perf_counter() - before
            assert not desk.button("runs.cancel").isVisible()
            await desk.tasks.wait("run issues")
            took = time.perf_counter() - before
            await desk.over()
            left = desk.facts()
            assert left.status == "interrupted"
            assert 0 < left.processed < ITEMS
            assert desk.button("runs.resume").isVisible()
            desk.button("runs.resume").click()
            await desk.over()
            whole = desk.facts()
            assert whole.number == left.number
            assert whole.resumed
            assert whole.status == "done"
            assert whole.processed > left.processed
            stored = desk.workspace.runs.count_signals("default", "issues")
            assert stored.total == whole.processed
            return shown, took

    shown, took = run(work())
    in_time(shown, 0.2)
    in_time(took, 0.2)


def test_stopping_ends_after_the_page(run, desk):
    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.until(lambda: desk.facts().pages > 2)
            desk.button("runs.stop").click()
            assert desk.facts().status == "stopping"
            await desk.over()
            return desk.facts()

    assert run(work()).status == "stopped"


def test_item_errors_are_listed_with_their_item_and_open_in_the_builder(
    run, workspace, qtbot, service
):
    save_connector(
        workspace, maxItemErrorRatio=1, mapping={"timestampPath": "$.closed_at"}
    )
    connect(workspace, service)

    async def work():
        async with Desk(workspace, qtbot) as desk:
            gone = []
            desk.go.connect(lambda key, what: gone.append((key, what)))
            desk.start("issues", "full")
            await desk.over()
            failed = desk.facts().counts["failed"]
            assert failed > 0
            rows = desk.detail.errors.model.rows()
            assert len(rows) == failed
            assert rows[0].member == "timestampPath"
            shown = decode(desk.detail.errors.raw.toPlainText().encode())
            assert str(shown["id"]) == rows[0].item
            desk.button("runs.open_item").click()
            await desk.tasks.wait("open")
            [(key, what)] = gone
            assert key == "builder"
            assert isinstance(what, OpenDescriptor)
            assert what.connector_id == "issues"
            return decode(what.response.body), shown

    body, item = run(work())
    assert body == [item]


def test_signals_are_filtered_and_paged(run, desk):
    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.over()
            tab = desk.detail.signals
            total = desk.facts().processed
            assert tab.next.isVisibleTo(tab)
            tab.next.click()
            await desk.tasks.wait("signals")
            assert tab.model.total == min(total, 400)
            assert not tab.next.isVisibleTo(tab)
            wanted = tab.model.rows()[5].id
            tab.filter.setText(wanted)
            await desk.until(lambda: tab.model.total == 1)
            tab.table.selectRow(0)
            assert decode(tab.detail.toPlainText().encode())["externalId"] == wanted
            tab.filter.setText("no issue says this")
            await desk.until(lambda: tab.model.total == 0)
            assert "Nothing holds" in tab._empty.title.text()

    run(work())


def test_two_connections_run_at_once_and_closing_ends_both(
    run, desk, workspace, service
):
    save_connector(workspace, page_size=3)
    connect(workspace, service, key="other")

    async def work():
        jobs = []
        async with desk:
            desk.jobs.connect(jobs.append)
            desk.start("issues", "full")
            desk.start("other", "full")
            await desk.until(
                lambda: desk.facts().pages > 1 and desk.facts("other").pages > 1
            )
            assert max(jobs) == 2
            children = list(desk.desk.runners._children.values())
            before = time.perf_counter()
            await desk.page.close_work()
            took = time.perf_counter() - before
            assert not any(child.running for child in children)
            return took

    in_time(run(work()), 0.5)
    kept = [workspace.runs.runs("default", key)[0] for key in ("issues", "other")]
    assert [one.status for one in kept] == ["interrupted", "interrupted"]


def test_a_run_of_another_process_is_said_and_shown(run, desk, workspace):
    now = SystemClock().now()
    lease = workspace.runs.begin(
        *("default", "issues", "full"), owner="elsewhere:1", now=now, lease_seconds=60
    )

    async def work():
        async with desk:
            assert desk.facts().status == "elsewhere"
            desk.start("issues", "full")
            await desk.over()
            await desk.until(desk.notices)
            return desk.notices()

    assert "is being synced since" in run(work())[0]
    workspace.runs.finish(lease, now + timedelta(seconds=1), status="stopped")


def test_messages_of_other_pages_start_and_show(run, desk, workspace, service):
    connect(workspace, service, key="other")

    async def work():
        async with desk:
            desk.receive(ShowConnection("other"))
            desk.activated()
            await desk.tasks.wait("read")
            assert desk.detail.head.name.text() == "other"
            desk.receive(StartSync("issues", full=True))
            desk.activated()
            await desk.tasks.wait("read")
            assert desk.detail.head.name.text() == "issues"
            await desk.over()
            return desk.facts()

    assert run(work()).status == "done"


def test_enabling_testing_and_disconnecting(run, desk, workspace):
    async def work():
        async with desk:
            desk.button("runs.enabled").click()
            await desk.tasks.wait("enable")
            await desk.tasks.wait("read")
            assert not desk.new.isEnabled()
            desk.button("runs.enabled").click()
            await desk.tasks.wait("enable")
            await desk.tasks.wait("read")
            desk.button("runs.test").click()
            await desk.tasks.wait("test")
            await desk.tasks.wait("read")
            assert "issues answers" in desk.notices()
            assert desk.page.desk.connection("issues").word == "Healthy"
            desk.button("runs.disconnect").click()
            await desk.until(lambda: desk.findChild(Confirmation) is not None)
            dialog = desk.findChild(Confirmation)
            told = " ".join(label.text() for label in dialog.findChildren(
                QtWidgets.QLabel))  # fmt: skip
            assert "0 stored signals" in told
            dialog.accept()
            await desk.tasks.wait("disconnect")
            await desk.tasks.wait("read")
            return desk.page.desk.shelf

    assert run(work()) == ()
    assert workspace.connections.list("default") == ()


def test_the_sandbox_is_started_for_its_connection(run, workspace, qtbot):
    async def work():
        url = await sandbox.ready()
        connect(workspace, url, "sandbox-issues", "sandbox-issues")
        await sandbox.end()
        async with Desk(workspace, qtbot) as desk:
            desk.start("sandbox-issues", "full")
            await desk.over("sandbox-issues")
            return desk.facts("sandbox-issues"), url, sandbox.url

    facts, before, after = run(work())
    assert facts.status == "done"
    assert facts.processed >= 2000
    assert before == after


def test_secrets_kept_only_in_memory_reach_the_child(
    run, workspace, qtbot, service, monkeypatch
):
    monkeypatch.delenv("FERRULE_MASTER_KEY")
    forget_master_key()
    field = {"key": "token", "label": "Token", "type": "password", "required": True}
    config = {"delivery": "header", "paramName": "X-Token", "credentialFields": [field]}
    auth = {"method": "api_key", "label": "Key", "config": config}
    save_connector(workspace, auth=auth)
    place = {"baseUrl": service, "owner": "sample", "repo": "workshop"}
    secret = {"token": SecretStr("canary-token-3141592653")}
    connecting.connect(workspace, "issues", place, secret, key="issues")
    assert not workspace.vault.state.can_store

    async def work():
        async with Desk(workspace, qtbot) as desk:
            desk.start("issues", "full")
            await desk.over()
            return desk.facts(), [line.text for line in desk.detail.log.model.rows()]

    facts, log = run(work())
    assert facts.status == "done", facts.error
    assert not any("canary" in line for line in log)


def test_a_warm_child_is_taken_and_replaced(run, desk):
    async def work():
        async with desk:
            runners = desk.page.desk.runners
            spare = runners._spare
            assert runners.spare_ready
            desk.start("issues", "incremental")
            await desk.until(lambda: "issues" in runners._children)
            assert runners._children["issues"] is spare
            await desk.over()
            assert runners.spare_ready
            assert runners._spare is not spare
            runners.drop_spare()
            await desk.until(lambda: not runners.spare_ready)

    run(work())


def test_every_widget_that_takes_the_keyboard_has_a_name(run, desk):
    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.over()
            return nameless(desk.page)

    assert run(work()) == []


@pytest.mark.parametrize("width", [1180, 948, 800])
def test_name_mode_and_state_of_a_run_do_not_cover_each_other(run, desk, width):
    async def work():
        async with desk:
            desk.page.resize(width, 640)
            desk.start("issues", "full")
            await desk.over()
            desk.start("issues", "incremental")
            await desk.over()
            head = desk.detail.head
            return [head.name.geometry(), head.mode.geometry(), head.state.geometry()]

    name, mode, state = run(work())
    assert name.right() < mode.left()
    assert mode.right() < state.left()


def nameless(page):
    tab = QtCore.Qt.FocusPolicy.TabFocus
    return [
        widget
        for widget in page.findChildren(QtWidgets.QWidget)
        if widget.focusPolicy() & tab
        and widget.isVisibleTo(page)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]


class StillClock:
    """A clock that is moved by hand."""

    def __init__(self):
        self.seconds = 100.0

    def now(self):
        return datetime(2026, 1, 2, 12, 0, tzinfo=UTC)

    def monotonic(self):
        return self.seconds


def batch(page, processed, total=None):
    counts = dict.fromkeys(
        ("created", "updated", "unchanged", "deleted", "failed"), 0
    ) | {"processed": processed, "created": processed, "skipped": 10 * page}
    return {
        "type": "batch",
        "stream": "issues",
        "page": page,
        "items": 100,
        "counts": counts,
        "cursor": None,
        "mark": "2026-01-01",
        "total": total,
    }


def test_a_track_takes_rate_and_what_is_left_from_the_lines():
    clock = StillClock()
    track = Track("issues", "full", clock)
    begun = {**batch(0, 0), "type": "started", "run": 7, "mode": "full"}
    track.take([begun | {"connector": "issues@v1", "resumed": False}])
    clock.seconds += 1
    track.take([batch(1, 90, 1000)])
    clock.seconds += 1
    track.take([batch(2, 180, 1000)])
    facts = track.facts
    assert facts.rate == 100
    assert facts.left_out == 20
    assert facts.share == 0.2
    assert facts.eta == 8
    track.take([batch(3, 280)])
    assert (track.facts.share, track.facts.eta) == (None, None)
    track.end("interrupted")
    assert track.facts.seconds == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("$", [{"id": 1}]),
        ("$[*]", [{"id": 1}]),
        ("$.items", {"items": [{"id": 1}]}),
        ("$.data.rows[*]", {"data": {"rows": [{"id": 1}]}}),
        ("$..rows[?@.id]", [{"id": 1}]),
    ],
)
def test_a_sample_is_built_so_that_the_items_path_finds_the_item(path, body):
    document = json.dumps({"fieldMapping": {"itemsPath": path}}).encode()
    assert decode(sample_body(document, "main", b'{"id":1}')) == body


def test_figures_are_said_as_a_person_says_them():
    texts = [duration_text(seconds) for seconds in (0.42, 48.4, 64, 7500)]
    assert texts == ["0.4 s", "48 s", "1 min 4 s", "2 h 5 min"]
    facts = RunFacts("a", "full", "done", counts={"created": 1234, "updated": 2})
    assert changes_text(facts) == "+1,234  ~2  \N{MINUS SIGN}0"
