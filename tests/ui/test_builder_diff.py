"""The differences of a draft: seen, gone to, taken back; the version they ask for."""

import copy
import json

import pytest
from PySide6 import QtCore, QtWidgets
from tests.ui.builder_room import KEY, in_room, press, until
from tests.ui.catalogue_desk import clipped, nameless

from ferrule import shipped
from ferrule.ui.theme import theme
from ferrule.workspace.authoring import blank, pretty
from ferrule.workspace.drafts import Draft

KEYS = QtCore.Qt.Key
CTRL = QtCore.Qt.KeyboardModifier.ControlModifier
GITHUB = shipped.descriptors() / "github" / "connectors" / "github-issues.json"


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    """Return what runs a scenario in a window over this test's own directory."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))

    def enter(scenario, **options):
        run(in_room(tmp_path / "home", scenario, **options))

    return enter


def github(**more):
    return json.loads(GITHUB.read_bytes()) | more


async def compared(room):
    diff = room.bench.diff
    await until(lambda: not diff._soon.isActive())
    await diff.tasks.wait("compare")
    diff.slices.finish()
    return diff


def opened(room, saved, *edits):
    """Open a saved connector with some edits, and show the differences."""
    room.page.desk.open(Draft(copy.deepcopy(saved), saved))
    for pointer, value in edits:
        room.draft.edit(pointer, value)


BREAKING = (
    ("/fieldMapping/idPath", "$.node_id"),
    ("/name", "Other"),
    ("/streams/0/name", "All issues"),
)


def test_what_differs_is_listed_by_section_with_both_sides(room):
    async def scenario(room):
        opened(room, github(), *BREAKING)
        press(room.window, KEYS.Key_D, CTRL)
        assert room.bench.view == "diff"
        assert room.page.bar.view.value() == "diff"
        diff = await compared(room)
        assert diff.head.count.text() == "3 differences"
        assert diff.head.breaking.text() == "1 breaking"
        assert diff.sections[:2] == ["Connector", "Mapping"]
        name, mapping, _ = diff.rows
        assert (name.kind.text(), name.place.text()) == ("Changed", "Name")
        assert name.sides.old.toPlainText() == "GitHub Issues"
        assert name.sides.new.toPlainText() == "Other"
        assert not name.breaking.isVisible()
        assert mapping.breaking.isVisible()
        assert mapping.breaking.text() == "Breaking"
        assert "records get other ids" in mapping.reason.text()
        assert mapping.open.accessibleDescription().startswith("Breaking. Changed: ")
        press(room.window, KEYS.Key_D, CTRL)
        assert room.bench.view == "form"

    room(scenario)


def test_a_difference_leads_to_its_field(room):
    async def scenario(room):
        opened(room, github(), *BREAKING)
        room.bench.show_view("diff")
        diff = await compared(room)
        diff.rows[0].open.click()
        assert room.bench.view == "form"
        assert room.bench.forms.step == "basics"
        focused = QtWidgets.QApplication.focusWidget()
        assert focused.accessibleName() == "Name"

    room(scenario)


def test_one_difference_is_taken_back_in_one_step(room):
    async def scenario(room):
        opened(room, github(), *BREAKING)
        room.bench.show_view("diff")
        diff = await compared(room)
        changed = room.draft.document
        diff.rows[1].revert.setFocus()
        press(room.window, KEYS.Key_Space)
        diff = await compared(room)
        assert room.draft.value("/fieldMapping/idPath") != "$.node_id"
        assert [row.change.pointer for row in diff.rows] == ["/name", "/streams/0/name"]
        assert diff.rows[1].revert.hasFocus()
        press(room.window, KEYS.Key_Z, CTRL)
        assert room.draft.document == changed
        diff = await compared(room)
        assert len(diff.rows) == 3

    room(scenario)


def test_nothing_differs_or_there_is_nothing_to_compare_with(room):
    async def scenario(room):
        opened(room, github(id="mine"))
        room.bench.show_view("diff")
        diff = await compared(room)
        assert diff.blank.isVisible()
        assert diff.blank.title.text() == "No differences"
        room.page.open_document(blank("fresh"))
        room.bench.show_view("diff")
        diff = await compared(room)
        assert diff.blank.title.text() == "Nothing to compare with yet"
        assert diff.head.against.currentText() == "choose…"

    room(scenario)


def test_the_shipped_one_a_file_and_a_bundle_are_compared_with(room, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(pretty(github(name="From a file")))

    async def scenario(room):
        opened(room, github(name="Mine"))
        room.bench.show_view("diff")
        diff = await compared(room)
        diff.choose("shipped")
        diff = await compared(room)
        assert diff.rows[0].sides.old.toPlainText() == "GitHub Issues"
        diff.compare_with(other)
        diff = await compared(room)
        assert diff.rows[0].sides.old.toPlainText() == "From a file"
        assert diff.head.against.currentText() == "other.json"
        diff.compare_with(tmp_path / "gone.ferrule")
        diff = await compared(room)
        assert "cannot be read" in diff.blank.title.text()
        room.draft.edit("/name", "Later")
        await compared(room)

    room(scenario)


def test_the_version_is_offered_at_its_field_and_over_the_differences(room):
    async def scenario(room):
        opened(room, github(), ("/streams/-", {"key": "more"}))
        room.bench.show_step("basics")
        context = room.bench.context
        await until(lambda: context.offer is not None)
        field = room.bench.forms.page.forms[0].editor("/version")
        assert field.offer.isVisible()
        assert field.offer.text.text() == "1.1.0 → 1.2.0: a new stream “more”"
        field.offer.take.click()
        assert room.draft.value("/version") == "1.2.0"
        await until(lambda: context.offer is None)
        assert not field.offer.isVisible()
        room.draft.undo()
        room.bench.show_view("diff")
        diff = await compared(room)
        assert diff.head.offer_.take.text() == "Use 1.2.0"
        diff.head.offer_.take.click()
        assert room.draft.value("/version") == "1.2.0"

    room(scenario)


def test_saving_with_the_same_version_offers_one_until_it_is_taken(room):
    async def scenario(room):
        room.page.open_document(github(id="mine"))
        await room.page._save(room.bench)
        assert room.notices() == ["Saved “mine” into the project."]
        room.draft.edit("/fieldMapping/idPath", "$.node_id")
        await room.page._save(room.bench)
        room.draft.edit("/name", "Mine")
        await room.page._save(room.bench)
        assert room.notices() == ["Saved “mine” into the project."]
        (message,) = room.page._shown
        assert "still 1.1.0; proposed is 1.1.0 → 2.0.0" in message.why.text()
        buttons = message.findChildren(QtWidgets.QPushButton)
        next(b for b in buttons if b.text() == "Use 2.0.0").click()
        assert room.draft.value("/version") == "2.0.0"
        await room.page._save(room.bench)
        assert room.notices() == ["Saved “mine” into the project."]

    room(scenario)


@pytest.mark.parametrize(
    ("size", "zoom"), [((1280, 800), 1.0), ((1024, 700), 1.0), ((1024, 700), 2.0)]
)
def test_everything_has_a_name_and_nothing_is_clipped(room, size, zoom):
    async def scenario(room):
        theme.set_zoom(zoom)
        opened(room, github(), *BREAKING, ("/streams/-", {"key": "more"}))
        room.bench.show_view("diff")
        await compared(room)
        assert nameless(room.page) == []
        assert clipped(room.page) == []

    room(scenario, size=size)


def test_comparing_two_unlike_connectors_does_not_hold_the_window(room):
    async def scenario(room):
        other = json.loads(
            (shipped.descriptors() / "jira/connectors/jira-issues.json").read_bytes()
        )
        room.page.desk.open(Draft(github(), other))
        loop_longest = await longest_gap(lambda: room.bench.show_view("diff"), room)
        assert len(room.bench.diff.rows) > 30
        assert loop_longest < 0.25

    room(scenario)


async def longest_gap(deed, room):
    """Return the longest time between two turns of the loop after a deed."""
    clock, gaps = QtCore.QElapsedTimer(), []
    clock.start()
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: gaps.append(clock.restart()))
    timer.start(0)
    deed()
    diff = room.bench.diff
    await until(lambda: diff.found is not None and not diff.slices.busy)
    timer.stop()
    return max(gaps[1:]) / 1000
