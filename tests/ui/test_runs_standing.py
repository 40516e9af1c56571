"""Pause, dry runs, cursors, mappings and health in the Runs page and the status bar."""

import asyncio
from datetime import timedelta

import pytest
from PySide6 import QtCore, QtWidgets
from tests.support.fault_server import BEHAVIOURS, FaultServer
from tests.ui.test_runs_page import (
    StillClock,
    batch,
    connect,
    desk,
    nameless,
    save_connector,
    service,
    workspace,
)

from ferrule.clock import SystemClock
from ferrule.ui import app as application
from ferrule.ui.dialogs import Confirmation
from ferrule.ui.models.card_standing import Link
from ferrule.ui.models.health_watch import REGULAR, HealthWatch, Summary, summary_of
from ferrule.ui.models.run_standing import read_health
from ferrule.ui.models.run_track import Track
from ferrule.ui.tasks import Tasks
from ferrule.ui.theme import preferences
from ferrule.ui.widgets.status_bar import StatusBar
from ferrule.workspace.health_checks import PERIOD_S
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.workspace import Workspace

__all__ = ["desk", "service", "workspace"]  # fixtures


def table(workspace, name):
    with workspace.database.reading() as db:
        return db.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608  a table's name


def test_a_run_is_paused_and_gone_on_with_from_its_last_page(run, desk, workspace):
    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.until(lambda: desk.facts().pages > 2)
            assert desk.button("runs.pause").accessibleName() == "Pause after this page"
            desk.commands.action("runs.pause").trigger()
            assert desk.facts().word == "Pausing after this page"
            assert not desk.button("runs.pause").isEnabled()
            await desk.over()
            left = desk.facts()
            assert (left.status, left.word) == ("paused", "Paused")
            assert workspace.runs.run(left.number).status == "paused"
            desk.button("runs.resume").click()
            await desk.over()
            return left, desk.facts()

    left, whole = run(work())
    assert (whole.number, whole.status, whole.resumed) == (left.number, "done", True)
    assert whole.processed > left.processed > 0
    assert whole.p95 >= whole.p50 > 0


def test_a_dry_run_is_shown_as_one_and_stores_nothing(run, desk, workspace):
    async def work():
        async with desk:
            desk.new.findChild(QtWidgets.QMenu).actions()[-2].trigger()
            await desk.until(lambda: desk.facts().pages > 2)
            live = desk.facts()
            assert (live.dry, live.title) == (True, "Full, dry run")
            assert desk.detail.head.mode.text() == "Full, dry run"
            assert desk.detail.figures.place.value.text() == "Nothing is saved"
            await desk.over()
            assert desk.detail.progress.where.text() == "Dry run: nothing was stored"
            assert desk.page.desk.resumable("issues") is None
            assert not desk.page.desk.connection("issues").synced
            return desk.facts()

    dry = run(work())
    assert (dry.status, dry.dry) == ("done", True)
    assert dry.counts["created"] == dry.processed > 0
    for name in ("signal", "checkpoint", "position", "source", "lease"):
        assert table(workspace, name) == []
    [kept] = workspace.runs.runs("default")
    assert (kept.id, kept.dry) == (dry.number, True)


def test_after_a_resumed_run_that_run_is_shown_and_not_a_newer_one(run, desk):
    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.until(lambda: desk.facts().pages > 1)
            desk.page._halt("pause")
            await desk.over()
            desk.start("issues", "incremental", dry=True)
            await desk.over()
            desk.start("issues", "full")
            await desk.over()
            return desk.run_shown()

    shown = run(work())
    assert (shown.mode, shown.dry, shown.resumed) == ("full", False, True)


def test_where_a_stream_stands_is_shown_and_reset_after_asking(run, desk, workspace):
    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.over()
            tab = desk.detail.connection
            await desk.page.tasks.wait("standing")
            [row] = tab.model.rows()
            [mark] = workspace.runs.checkpoints("default", "issues").values()
            assert (row.begins, row.going) == (mark, "—")
            assert row.kept.startswith("Run 1, ")
            assert mark in tab.kept.toPlainText()
            desk.button("runs.reset_stream").click()
            await desk.until(lambda: desk.findChild(Confirmation) is not None)
            dialog = desk.findChild(Confirmation)
            labels = dialog.findChildren(QtWidgets.QLabel)
            assert mark in " ".join(label.text() for label in labels)
            dialog.reject()
            await desk.page.tasks.wait("reset")
            assert workspace.runs.checkpoints("default", "issues")
            desk.button("runs.reset_stream").click()
            await desk.until(
                lambda: any(one.isVisible() for one in desk.findChildren(Confirmation))
            )
            desk.findChildren(Confirmation)[-1].accept()
            await desk.page.tasks.wait("reset")
            assert not desk.button("runs.reset_stream").isEnabled()
            return tab.model.rows()[0].begins

    assert run(work()) == "At its start"
    assert workspace.runs.checkpoints("default", "issues") == {}


def test_a_mapping_is_checked_as_one_types_kept_and_dropped(run, desk, workspace):
    def stored():
        return workspace.connections.get("default", "issues").mapping_overrides

    async def work():
        async with desk:
            desk.start("issues", "full")
            await desk.over()
            await desk.page.tasks.wait("standing")
            tab = desk.detail.mapping
            said = tab.verdict.text

            async def type_in(text):
                tab.text.setPlainText(text)
                assert not tab.keep.isEnabled()
                before = said()
                await desk.until(lambda: said() != before)
                await desk.page.tasks.wait("try mapping")

            await type_in('{"idPath": ')
            assert said() == "Not a JSON object yet. Input data was truncated."
            await type_in('{"idPath": "$.id",}')
            assert "line 1, column" in said()
            await type_in("[]")
            assert said() == "Not a JSON object yet."
            await type_in('{"idPth": "$.id", "timestampPath": "$.["}')
            assert "/idPth: " in said()
            assert "/timestampPath: " in said()
            assert not tab.keep.isEnabled()
            await type_in('{"timestampPath": "$.closed_at"}')
            assert "could not be mapped" in said()
            await type_in('{"summaryTemplate": "No. {{number}}"}')
            assert said().startswith("Of the 100 newest stored items 100 would read")
            assert "→ “No. " in said()
            tab.keep.click()
            await desk.page.tasks.wait("keep mapping")
            assert stored() == {"issues": {"summaryTemplate": "No. {{number}}"}}
            assert "Changed for this connection" in tab.whose.text()
            assert not tab.keep.isEnabled()
            desk.start("issues", "full")
            await desk.over()
            assert desk.facts().counts["updated"] == desk.facts().processed
            tab.drop.click()
            await desk.page.tasks.wait("keep mapping")
            assert tab.text.toPlainText().strip() == "{}"

    run(work())
    assert stored() is None


def test_what_is_typed_stays_when_the_page_reads_again(run, desk):
    async def work():
        async with desk:
            await desk.page.tasks.wait("standing")
            tab = desk.detail.mapping
            tab.text.setPlainText('{"summaryTemplate": "half a')
            desk.page.reload()
            await desk.page.tasks.wait("read")
            await desk.page.tasks.wait("standing")
            return tab.text.toPlainText()

    assert run(work()) == '{"summaryTemplate": "half a'


def test_health_is_shown_with_its_answers(run, desk, workspace):
    async def work():
        async with desk:
            for _ in range(3):
                desk.button("runs.test").click()
                await desk.page.tasks.wait("test")
                await desk.page.tasks.wait("read")
            await desk.page.tasks.wait("standing")
            tab = desk.detail.connection
            assert (tab.state.text(), tab.error.text()) == ("Healthy", "")
            return tab.about.text()

    told = run(work())
    assert "Last check: just now" in told
    assert "Answers, p95: " in told
    facts = read_health(workspace, "issues", SystemClock().now())
    assert len(facts.answers) == 3


def test_every_widget_of_the_new_tabs_has_a_name(run, desk):
    async def work():
        async with desk:
            for tab in range(desk.detail.tabs.bar.count()):
                desk.detail.tabs.bar.setCurrentIndex(tab)
                assert nameless(desk.page) == []

    run(work())


def test_a_track_tells_parts_budget_and_answers():
    track = Track("issues", "full", StillClock())
    begun = {**batch(0, 0), "type": "started", "run": 7, "mode": "full"}
    track.take([begun | {"connector": "issues@v1", "resumed": False}])
    part = {"slice": "project=42", "slicesDone": 3, "slices": 12, "latencyMs": 20.0}
    track.take([batch(1, 90) | part])
    track.take([batch(2, 90) | part | {"latencyMs": 80.0}])
    told = {"type": "budget", "limit": 5000, "remaining": 4120, "resetsAt": None}
    track.take([told])
    facts = track.facts
    assert (facts.part, facts.parts_done, facts.parts) == ("project=42", 3, 12)
    assert facts.budget == (4120, 5000, "")
    assert (facts.p50, facts.p95, facts.answers) == (20.0, 80.0, (20.0, 80.0))
    assert facts.left_out == 20


def link(state, **members):
    plain = {"key": "a", "connector_id": "x", "enabled": True, "checked": True}
    return Link(**{**plain, "state": state, "config": {}, **members})


@pytest.mark.parametrize(
    ("states", "summary"),
    [
        ([], Summary()),
        (["healthy"] * 3, Summary("3 healthy", "healthy")),
        (["healthy", "degraded"], Summary("1 degraded, 1 healthy", "degraded")),
        (
            ["healthy", "degraded", "error", "reauth_required"],
            Summary("2 error, 1 degraded", "error"),
        ),
    ],
)
def test_the_status_bar_says_how_connections_are(qtbot, states, summary):
    links = tuple(link(state) for state in states)
    off = (link("error", enabled=False), link("error", checked=False))
    assert summary_of(links + off) == summary
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_health(*summary)
    assert bar.health.shown == summary.text
    assert bar.health.isVisibleTo(bar) == bool(summary.text)


def test_nothing_is_asked_regularly_until_that_is_wanted(run, workspace):
    save_connector(workspace)
    holder = QtCore.QObject()

    async def work(server):
        tasks = Tasks(holder)
        watch = HealthWatch(workspace, tasks, holder)
        watch._rounds._chance = lambda: 0.0
        told, changed = [], []
        watch.summed.connect(told.append)
        watch.changed.connect(lambda: changed.append(1))
        watch.start()
        watch.tick()
        assert not tasks.running("regular checks")
        await tasks.wait("health")
        assert told == [Summary("1 healthy", "healthy")]
        assert server.connections == 0
        preferences.put(REGULAR, "on")
        watch.tick()
        await tasks.wait("regular checks")
        watch.stop()
        watch.tick()  # its time has not come again
        await tasks.wait("regular checks")
        assert (changed, server.connections) == ([1], 1)

    with FaultServer() as server:
        server.serve("/repos/sample/workshop", lambda _received: BEHAVIOURS["ok"])
        connect(workspace, server.origin)
        workspace.connections.record_health(
            *("default", "issues"),
            healthy=True,
            state="healthy",
            at=SystemClock().now() - timedelta(seconds=2 * PERIOD_S),
        )
        run(work(server))
    found = workspace.connections.get("default", "issues")
    assert (found.state, found.consecutive_failures) == ("healthy", 0)
    assert found.last_latency_ms


def test_orders_name_their_mode():
    assert (SyncOrder(full=True).mode, SyncOrder().mode) == ("full", "incremental")


def test_the_window_says_how_connections_are_and_leads_to_the_runs(
    workspace, service, tmp_path
):
    save_connector(workspace)
    connect(workspace, service)
    at = SystemClock().now()
    workspace.connections.record_health(
        *("default", "issues"), healthy=False, state="error", error="gone", at=at
    )

    async def look(window):
        async with asyncio.timeout(6):
            while not window.status.health.shown:  # noqa: ASYNC110 - it comes by itself
                await asyncio.sleep(0.02)
        told = window.status.health.accessibleName()
        window.status.health.click()
        return seen.append((told, window.current.key))

    seen = []
    opened = Workspace(Home(tmp_path / "home"))
    application.run(lambda: opened, settings=tmp_path / "look.ini", driver=look)
    assert seen == [("Connections: 1 error", "runs")]
