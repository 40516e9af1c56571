"""Tests and drift in the Builder: made from the history, run, accepted, mended."""

import asyncio
import json
import subprocess
import sys

import pytest
from PySide6 import QtCore, QtWidgets
from tests.ui.builder_room import KEY, in_room, press, until
from tests.ui.catalogue_desk import clipped, nameless
from tests.ui.replay_room import (
    as_test,
    opened,
    parts,
    renamed,
    shown,
    take,
)

from ferrule.ui.tasks import in_thread
from ferrule.workspace.connecting import connect

KEYS = QtCore.Qt.Key
MODS = QtCore.Qt.KeyboardModifier
CANARY = "ghp_canary0123456789abcdefghijklmnopqrst"


@pytest.fixture(scope="module")
def api():
    """A real sandbox; its address."""
    command = [sys.executable, "-m", "ferrule", "sandbox", "--control", "stdin"]
    child = subprocess.Popen(
        [*command, "--items", "200"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield json.loads(child.stdout.readline())["url"]
    finally:
        child.stdin.close()
        child.wait()
        child.stdout.close()


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    """Return what runs a scenario in a window over this test's own directory."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def enter(scenario, **options):
        run(in_room(tmp_path, scenario, **options))

    return enter


def test_a_sample_becomes_a_test_after_a_look_and_is_counted(room, api):
    async def scenario(room):
        await opened(room, api)
        history, tests, _ = parts(room)
        await shown(room)
        history.page.test.click()
        await history.tasks.wait("test")
        look = history.saving.page
        assert look.isVisible()
        await until(look.save.isEnabled)
        rows = look.listed()
        assert {row.finding.sort for row in rows} >= {"name"}
        assert '"expect"' in look.preview.toPlainText()
        name = next(row for row in rows if row.finding.sort == "name")
        assert f'"{name.instead}"' in look.preview.toPlainText()
        look.table.select_key(name.finding.value)
        look.table.setFocus()
        press(room.window, KEYS.Key_Space)
        await until(lambda: f'"{name.instead}"' not in look.preview.toPlainText())
        assert name.finding.value not in look.choices()
        look.name.setText("Issues of the workshop")
        look.save.click()
        await history.saving.tasks.wait("save")
        await tests.settled()
        assert [r.passed for r in tests.results] == [True]
        folder = room.workspace.project.descriptors / "acme/fixtures/acme-issues"
        assert [p.name for p in folder.iterdir()] == ["issues-of-the-workshop.json"]
        assert any("Saved the test" in n for n in room.notices())
        assert room.bench.strip.bar._badges[tests.tab] == ("1/1", "success")

    room(scenario)


def test_esc_leaves_the_look_and_nothing_is_written(room, api):
    async def scenario(room):
        await opened(room, api)
        history, tests, _ = parts(room)
        await shown(room)
        history.page.test.click()
        await history.tasks.wait("test")
        await until(history.saving.page.save.isEnabled)
        press(room.window, KEYS.Key_Escape)
        await until(lambda: not history.saving.page.isVisible())
        assert history.page.isVisible()
        await tests.settled()
        assert tests.results == ()

    room(scenario)


def test_only_tests_of_what_is_saved_are_noted_in_the_ledger(room, api):
    async def scenario(room):
        await opened(room, api)
        await as_test(room)
        _, tests, _ = parts(room)
        (path,) = (room.workspace.home.path / "ledger").iterdir()
        noted = path.read_bytes()
        room.draft.edit("/fieldMapping/summaryTemplate", "{{title}}")
        await tests.settled()
        assert [r.passed for r in tests.results] == [False]
        assert path.read_bytes() == noted

    room(scenario)


def test_a_draft_that_is_not_saved_says_what_to_do_first(room, api):
    async def scenario(room):
        await opened(room, api, saved=False)
        history, tests, _ = parts(room)
        await shown(room)
        history.page.test.click()
        await history.tasks.wait("test")
        await until(history.saving.page.save.isEnabled)
        history.saving.page.save.click()
        await history.saving.tasks.wait("save")
        assert "not saved" in history.saving.page.why.text()
        await tests.settled()
        assert "not saved" in tests.page.blank.text()

    room(scenario)


def test_tests_follow_every_change_and_take_what_came(room, api):
    async def scenario(room):
        await opened(room, api)
        await as_test(room)
        _, tests, _ = parts(room)
        room.draft.edit("/fieldMapping/summaryTemplate", "{{title}}")
        await tests.settled()
        assert room.bench.strip.bar._badges[tests.tab] == ("0/1", "danger")
        tests.run_all()
        await tests.tasks.wait("run")
        page = tests.page
        assert page.differences.rows.total
        assert page.differences.rows.row(0).path.endswith(".summary")
        assert "untested" in page.ledger.text()
        page.accept.click()
        await tests.tasks.wait("accept")
        await tests.tasks.wait("run")
        assert [r.passed for r in tests.results] == [True]
        room.draft.undo()
        await tests.settled()
        assert [r.passed for r in tests.results] == [False]
        room.draft.redo()
        room.draft.edit("/fieldMapping/idPath", "$.[")
        await tests.settled()
        assert "No test can run" in page.blank.text()
        room.draft.undo()
        await tests.settled()
        page.delete.click()
        await until(lambda: room.window.findChild(QtWidgets.QDialog, "confirmation"))
        room.window.findChild(QtWidgets.QDialog, "confirmation").accept()
        await tests.tasks.wait("delete")
        await tests.tasks.wait("run")
        assert tests.results == ()

    room(scenario)


def test_drift_is_told_mended_in_one_step_and_run_for_every_connection(room, api):
    async def scenario(room):
        await opened(room, api)
        await as_test(room)
        _, tests, drift = parts(room)
        await in_thread(
            lambda: connect(
                room.workspace, "acme-issues", {"baseUrl": api}, {}, key="acme"
            )
        )
        await take(room, renamed(room.bench.watch.sample, "title", "subject"))
        drift.compare()
        await drift.tasks.wait("compare")
        first = drift.page.listed()[0]
        assert (first.harmful, first.path) == (True, "$.title")
        major, minor, _ = room.draft.value("/version").split(".")
        fixed = f"{major}.{int(minor) + 1}.0"
        assert drift.page.fix.text() == f"Apply fix · {fixed}"
        before = room.draft.document
        drift.page.fix.click()
        await drift.tasks.wait("connections")
        template = room.draft.value("/fieldMapping/summaryTemplate")
        assert template == "#{{number}} {{subject}}"
        assert room.draft.value("/version") == fixed
        assert "acme: 0 of 1" in drift.page.told.text()
        drift.page.carry.click()
        await drift.tasks.wait("carry")
        assert "acme: 1 of 1" in drift.page.told.text()
        assert not drift.page.carry.isVisible()
        (result,) = tests.results
        assert result.passed
        assert "renamed $.title to $.subject" in result.file.fixture["source"]
        await room.looked()
        assert "need attention" not in " ".join(room.bench.strip.counted()[:1])
        room.draft.undo()
        assert room.draft.document == before

    room(scenario)


def test_an_answer_that_differs_from_the_tests_offers_to_compare(room, api):
    async def scenario(room):
        await opened(room, api)
        await as_test(room)
        _, tests, drift = parts(room)
        (result,) = tests.results
        content = json.loads(result.file.path.read_bytes())
        for item in content["exchanges"][0]["response"]["body"]:
            item["headline"] = item["title"]
        room.draft.edit("/fieldMapping/summaryTemplate", "{{headline}}")
        result.file.path.write_text(json.dumps(content))
        tests.run_all()
        await tests.tasks.wait("run")
        assert not drift.differs.isVisible()
        await room.sent()
        await until(drift.differs.isVisible)
        assert "1 harmful" in drift.differs.text()
        drift.differs.click()
        await drift.tasks.wait("compare")
        assert drift.page.listed()[0].path == "$.headline"

    room(scenario)


def test_the_sample_is_compared_with_a_kept_exchange(room, api):
    async def scenario(room):
        await opened(room, api)
        history, _, drift = parts(room)
        await shown(room)
        await take(room, renamed(room.bench.watch.sample, "comments", "replies"))
        history.page.compare.click()
        await drift.tasks.wait("compare")
        told = {(c.kind, c.path, c.harmful) for c in drift.page.listed()}
        assert ("new", "$.replies", False) in told
        assert ("gone", "$.comments", False) in told
        assert "0 harmful" in drift.page.told.text()

    room(scenario)


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800)])
def test_everything_has_a_name_and_nothing_is_clipped(room, api, size):
    async def scenario(room):
        await opened(room, api)
        await as_test(room)
        history, tests, drift = parts(room)
        for tab in (history.tab, tests.tab, drift.tab):
            room.bench.strip.turn(tab)
            await asyncio.sleep(0.05)
            assert nameless(room.window) == []
            assert clipped(room.window) == []
        await shown(room)
        history.page.test.click()
        await history.tasks.wait("test")
        await until(history.saving.page.save.isEnabled)
        assert nameless(room.window) == []
        assert clipped(room.window) == []

    room(scenario, size=size)
