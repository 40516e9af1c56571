"""Keys: every shortcut of the design is there with help, and a person can change it."""

import json
import re
from pathlib import Path

import pytest
from PySide6 import QtCore, QtTest, QtWidgets
from tests.ui.builder_room import KEY, press, until
from tests.ui.frame_room import in_frame

from ferrule.exchange import Response
from ferrule.ui import i18n
from ferrule.ui.actions import Actions, Command, written
from ferrule.ui.models.help_texts import PLACES, STEPS
from ferrule.ui.models.key_guide import GUIDE
from ferrule.ui.models.palette import Entry, Haystack, ranked, recent, remember, split
from ferrule.ui.pages import PAGES
from ferrule.ui.widgets.builder import steps as builder_steps
from ferrule.ui.widgets.frame_keys import step_focus
from ferrule.ui.widgets.palette import Palette
from ferrule.ui.widgets.settings.keys import KeyRow, KeysSection
from ferrule.workspace.authoring import blank

KEYS = QtCore.Qt.Key
MODS = QtCore.Qt.KeyboardModifier
CTRL, SHIFT, ALT = MODS.ControlModifier, MODS.ShiftModifier, MODS.AltModifier

# The list of the design, each with the command or the fixed key that stands for it.
DESIGN = {
    "Ctrl+K": "palette",
    "Ctrl+1": "go.catalogue",
    "Ctrl+2": "go.builder",
    "Ctrl+3": "go.runs",
    "Ctrl+4": "go.webhooks",
    "Ctrl+5": "go.tools",
    "Ctrl+6": "go.activity",
    "Ctrl+7": "go.credentials",
    "Ctrl+8": "go.bundles",
    "Ctrl+9": "go.settings",
    "F5": "builder.send",
    "Ctrl+Return": "builder.send",
    "Esc": "builder.cancel",
    "Ctrl+S": "builder.save",
    "Ctrl+Z": "builder.undo",
    "Ctrl+Shift+Z": "builder.redo",
    "Ctrl+Y": "builder.redo",
    "Ctrl+Shift+F": "find.project",
    "Alt+Up": "field.previous",
    "Alt+Down": "field.next",
    "Ctrl+E": "builder.view",
    "Ctrl+Tab": "tab.next",
    "Ctrl+Shift+Tab": "tab.previous",
    "Ctrl+W": "builder.close",
    "Ctrl+Shift+T": "builder.reopen",
    "F6": "pane.next",
    "Shift+F6": "pane.previous",
    "Ctrl+=": "zoom.in",
    "Ctrl+-": "zoom.out",
    "Ctrl+0": "zoom.reset",
    "F1": "help",
    "Shift+F10": "menu",
}
FIXED = {
    *("Ctrl+F", "F3", "Shift+F3", "P", "N", "Shift+N", "Ctrl+Space", "Tab", "Menu"),
    *("Ctrl+C", "Ctrl+Shift+C", "Ctrl+M"),
}


@pytest.fixture
def frame(run, tmp_path, monkeypatch):
    """Return what runs a scenario in the whole window."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda scenario: run(in_frame(tmp_path / "home", scenario))


def test_every_shortcut_of_the_design_is_there_with_help(frame):
    async def scenario(frame):
        for key in frame.window.places:
            frame.window.make_page(key)
        known = {c.id: c for c, _ in frame.window.commands}
        for keys, command_id in DESIGN.items():
            assert keys in known[command_id].shortcuts, keys
        lacking = [c.id for c in known.values() if not c.help]
        parts = {c.id for c, _ in frame.window.commands if c.id.startswith("builder.")}
        assert set(lacking) <= parts - set(DESIGN.values()), lacking

    frame(scenario)
    fixed = {keys: one.help for one in GUIDE for keys in one.keys}
    assert fixed.keys() >= FIXED
    assert all(fixed.values())


def test_each_page_and_each_step_says_what_it_is_for():
    assert PLACES.keys() == {place.key for place in PAGES}
    assert STEPS.keys() == set(builder_steps.TITLES)
    assert all(told.text.endswith(".") for told in (*PLACES.values(), *STEPS.values()))


def test_the_palette_finds_by_prefix_and_goes_there(frame):
    """Connectors by @, fields by #, settings by /; commands of other pages say why."""

    async def scenario(frame):
        window = frame.window
        page = window.show_page("builder")
        await page.tasks.wait("restore")
        bench = page.open_document(blank())
        window.show_page("catalogue")
        press(window, KEYS.Key_K, CTRL)
        palette = window.findChild(Palette)
        await window.tasks.wait("palette")
        QtTest.QTest.keyClicks(palette.field, "@github")
        assert palette.found()[0].startswith("GitHub")
        assert {e.kind for e in palette._model.shown} == {"connector"}
        palette.field.setText("/zoom")
        assert palette.found()[0] == "Zoom"
        palette.field.setText(">send")
        assert palette.current().why == "Only in Builder"
        QtTest.QTest.keyClick(palette.field, KEYS.Key_Return)
        assert palette.isVisible()  # it says why instead
        assert palette.about.text() == "Only in Builder"
        palette.field.setText("#id path")
        assert palette.current().kind == "Mapping"
        QtTest.QTest.keyClick(palette.field, KEYS.Key_Return)
        assert window.current is page
        assert bench.forms.step == "mapping"
        focused = QtWidgets.QApplication.focusWidget()
        row = next(
            r for r in bench.forms.page.mapping.rows if r.plan.member == "idPath"
        )
        assert row.edit.isAncestorOf(focused)

    frame(scenario)


def test_a_setting_is_gone_to(frame):
    async def scenario(frame):
        window = frame.window
        palette = window.open_palette()
        palette.field.setText("/motion")
        QtTest.QTest.keyClick(palette.field, KEYS.Key_Return)
        assert window.current.key == "settings"
        assert window.current.motion.hasFocus()

    frame(scenario)


def test_what_is_nowhere_is_said_and_how_to_go_on(frame):
    async def scenario(frame):
        palette = frame.window.open_palette()
        await frame.window.tasks.wait("palette")
        palette.field.setText(":")
        assert palette.nothing.text().startswith("Nothing found")
        palette.field.setText("#x")
        assert palette.nothing.isVisible()
        assert "fields" in palette.nothing.text() or "…" in palette.nothing.text()
        palette._deepen()
        palette._tell()
        assert palette.nothing.text() == "There are no fields here."

    frame(scenario)


def test_find_in_project_opens_the_place(frame):
    async def scenario(frame):
        window = frame.window
        document = dict(blank()) | {"id": "needles", "name": "Needles"}
        document["baseUrl"] = "https://needle.example.com"
        raw = json.dumps(document).encode()
        frame.workspace.catalogue.save("acme", "needles", raw)
        press(window, KEYS.Key_F, CTRL | SHIFT)
        palette = window.findChild(Palette)
        await window.tasks.wait("palette")
        palette.field.setText("needle.example")
        assert palette.found() == ["baseUrl: https://needle.example.com"]
        QtTest.QTest.keyClick(palette.field, KEYS.Key_Return)
        page = window.pages["builder"]
        await page.tasks.wait("restore")
        await page.tasks.wait("open")
        assert page.bench.draft.draft.connector_id == "needles"
        assert page.bench.forms.step == "request"

    frame(scenario)


def test_f1_says_what_the_place_is_for(frame):
    async def scenario(frame):
        window = frame.window
        page = window.show_page("builder")
        await page.tasks.wait("restore")
        bench = page.open_document(blank())
        bench.show_step("rules")
        press(window, KEYS.Key_F1)
        panel = window.findChild(QtWidgets.QFrame, "help")
        assert panel.said.startswith("Rules ")
        QtTest.QTest.keyClick(panel, KEYS.Key_Escape)
        assert not panel.isVisible()

    frame(scenario)


def test_alt_and_arrows_go_through_the_fields(frame):
    async def scenario(frame):
        window = frame.window
        page = window.show_page("builder")
        await page.tasks.wait("restore")
        bench = page.open_document(blank())
        bench.show_step("mapping")
        rows = bench.forms.page.mapping.rows
        rows[1].edit.field.setFocus()
        first = QtWidgets.QApplication.focusWidget()
        press(window, KEYS.Key_Down, ALT)
        second = QtWidgets.QApplication.focusWidget()
        assert rows[2].edit.isAncestorOf(second)
        press(window, KEYS.Key_Up, ALT)
        assert QtWidgets.QApplication.focusWidget() is first

    frame(scenario)


def test_the_keys_of_a_page_work_as_soon_as_it_is_shown(frame):
    """By its key, by a click on the rail; Tab then goes into the page."""

    async def scenario(frame):
        window = frame.window
        assert window.current.browser.cards.hasFocus()  # as it begins
        builder = window.show_page("builder")
        await builder.tasks.wait("restore")
        bench = builder.open_document(blank("one"))
        window.show_page("catalogue")
        assert window.current.isAncestorOf(QtWidgets.QApplication.focusWidget())
        press(window, KEYS.Key_2, CTRL)
        press(window, KEYS.Key_E, CTRL)
        assert bench.view == "json"
        window.show_page("settings")
        left = QtCore.Qt.MouseButton.LeftButton
        QtTest.QTest.mouseClick(window.rail.items["builder"], left)
        press(window, KEYS.Key_E, CTRL)
        assert bench.view == "form"
        QtTest.QTest.mouseClick(window.rail.items["bundles"], left)
        bundles = window.current
        assert QtWidgets.QApplication.focusWidget() is bundles  # nothing is chosen yet
        press(window, KEYS.Key_Tab)
        assert bundles.isAncestorOf(QtWidgets.QApplication.focusWidget())

    frame(scenario)


def test_ctrl_f_searches_the_response_from_anywhere_in_the_builder(frame):
    """Also where one part is shown at a time."""

    async def scenario(frame):
        window = frame.window
        builder = window.show_page("builder")
        await builder.tasks.wait("restore")
        bench = builder.open_document(blank("one"))
        raw = b'{"items": [{"id": 1, "title": "anna"}, {"title": "anna"}]}'
        bench.take_sample(Response(200, (("Content-Type", "application/json"),), raw))
        bench.steps.steps.setFocus()
        press(window, KEYS.Key_F, CTRL)
        row = bench.explorer.find_row
        assert row.field.hasFocus()
        QtTest.QTest.keyClicks(row.field, "anna")
        bench.steps.steps.setFocus()
        press(window, KEYS.Key_F3)
        assert row.count.text() == "2 / 2"
        window.set_zoom(2.0)
        await until(lambda: bench.frame.folded)
        bench.frame.show_part("form")
        assert not bench.explorer.isVisible()
        step_focus(bench.forms, forward=True)
        press(window, KEYS.Key_F, CTRL)
        assert row.field.hasFocus()
        assert row.field.isVisible()
        window.set_zoom(1.0)

    frame(scenario)


def test_ctrl_tab_goes_round_the_tabs_of_each_page(frame):
    """Drafts in the Builder, what came of a run in Runs; elsewhere nothing moves."""

    async def scenario(frame):
        window = frame.window
        builder = window.show_page("builder")
        await builder.tasks.wait("restore")
        for name in ("one", "two", "three"):
            builder.open_document(blank(name))
        shown = builder.bar.tabs
        window.rail.items["builder"].setFocus()  # it need not be on the page
        for pressed, at in ((CTRL, 0), (CTRL, 1), (CTRL | SHIFT, 0), (CTRL | SHIFT, 2)):
            press(window, KEYS.Key_Tab, pressed)
            assert shown.currentIndex() == at
            assert builder.bench.draft.document["id"] == ("one", "two", "three")[at]
        runs = window.show_page("runs")
        bar = runs.detail.tabs.bar
        press(window, KEYS.Key_Tab, CTRL)
        assert bar.currentIndex() == 1
        press(window, KEYS.Key_Tab, CTRL | SHIFT)
        press(window, KEYS.Key_Tab, CTRL | SHIFT)
        assert bar.currentIndex() == bar.count() - 1
        window.show_page("settings")
        press(window, KEYS.Key_Tab, CTRL)
        assert shown.currentIndex() == 2

    frame(scenario)


def test_keys_are_written_one_way(frame):
    """Beside a field, on a button, in tips, in help: as the system writes them."""

    async def scenario(frame):
        window = frame.window
        catalogue, builder = window.pages["catalogue"], window.show_page("builder")
        assert written("Ctrl+F") == "Ctrl+F"
        assert catalogue.browser.search._trailing == "Ctrl+F"
        assert builder.bar.send._hint == "F5"
        assert "(Ctrl+2)" in window.rail.items["builder"].toolTip()

    frame(scenario)
    ui = Path(i18n.__file__).parent
    for path in ui.rglob("*.py"):
        found = re.findall(r"\b(?:Ctrl|Alt|Shift) [A-Z0-9]\b", path.read_text("utf-8"))
        assert not found, (path.name, found)


def test_shift_f10_opens_the_menu_of_what_has_the_keyboard(frame):
    async def scenario(frame):
        window = frame.window
        view = window.current.browser.cards
        view.setFocus()
        press(window, KEYS.Key_F10, SHIFT)
        menu = QtWidgets.QApplication.activePopupWidget()
        assert isinstance(menu, QtWidgets.QMenu)
        assert menu.actions()
        menu.close()

    frame(scenario)


def sample_actions(qtbot):
    widget, actions = QtWidgets.QWidget(), Actions()
    widget.title = "Here"
    qtbot.addWidget(widget)
    for name, keys in (("save", "Ctrl+S"), ("send", "F5")):
        command = Command(f"a.{name}", name.title(), "save", (keys,), help=f"{name}s.")
        actions.add(command, list, widget)
    return actions, widget


def recorded(row, key, modifiers=MODS.NoModifier):
    row.keys.click()
    assert row.keys.listening
    QtTest.QTest.keyClick(row.keys, key, modifiers)


def test_a_key_is_recorded_kept_and_reset(qtbot):
    actions, _widget = sample_actions(qtbot)
    row = KeyRow(actions, next(c for c, _ in actions if c.id == "a.save"))
    qtbot.addWidget(row)
    recorded(row, KEYS.Key_J, CTRL | SHIFT)
    assert actions.action("a.save").shortcut().toString() == "Ctrl+Shift+J"
    assert row.keys.accessibleName() == "Key of Save: Ctrl+Shift+J"
    again = Actions()
    other = QtWidgets.QWidget()
    qtbot.addWidget(other)
    again.add(row.command, list, other)
    assert again.action("a.save").shortcut().toString() == "Ctrl+Shift+J"
    row.reset.click()
    assert actions.action("a.save").shortcut().toString() == "Ctrl+S"
    assert not row.reset.isEnabled()


@pytest.mark.parametrize(
    ("key", "modifiers", "told"),
    [
        (
            KEYS.Key_F5,
            MODS.NoModifier,
            "F5 is taken: Send. Give that another key first.",
        ),
        (KEYS.Key_J, SHIFT, "Hold Ctrl, Alt or Meta too: this key types a letter."),
        (KEYS.Key_Escape, MODS.NoModifier, ""),
    ],
)
def test_a_key_that_cannot_be_taken_is_refused(qtbot, key, modifiers, told):
    actions, _ = sample_actions(qtbot)
    row = KeyRow(actions, next(c for c, _ in actions if c.id == "a.save"))
    qtbot.addWidget(row)
    recorded(row, key, modifiers)
    assert row.clash.text() == told
    assert actions.keys("a.save") == ("Ctrl+S",)
    assert not row.keys.listening


def test_the_keys_are_listed_by_place_and_filtered(qtbot, run):
    actions, _ = sample_actions(qtbot)
    section = KeysSection(actions)
    qtbot.addWidget(section)
    run(section.list_commands())
    assert section.show_matching("sav") == 1
    assert section.show_matching("f5") == 1
    assert section.show_matching("complete") == 1
    assert section.show_matching("xyzzy") == 0
    assert not section._nothing.isHidden()


def test_keys_that_are_searched_while_they_are_listed_are_found(qtbot, run):
    actions, _ = sample_actions(qtbot)
    section = KeysSection(actions)
    qtbot.addWidget(section)
    section.search.setText("sav")
    assert not section._nothing.isHidden()
    run(section.list_commands())
    assert section._nothing.isHidden()
    assert [row.command.id for row in section.rows if not row.isHidden()] == ["a.save"]


def test_what_was_chosen_last_comes_first(dressed):
    entries = [Entry(t, list, id=t) for t in ("Alpha", "Beta", "Gamma")]
    remember(entries[2])
    assert next(e.text for e in Haystack(entries).plain("", recent())) == "Gamma"
    assert next(e.text for e in Haystack(entries).plain("a", recent())) == "Alpha"


def test_ranking_is_quick_over_5000_connectors():
    """A prefix and plain words cost no fuzzy search; the order is the best first."""
    entries = [Entry(f"Connector {n}", list, words=f"id{n}") for n in range(5000)]
    haystack = Haystack(entries)
    assert haystack.plain("connector 4999")[0].text == "Connector 4999"
    assert len(haystack.plain("connector")) == 50
    assert ranked(entries[:50], "conector 7")[0].text.startswith("Connector")
    assert split("#id") == ("#", "id")
    assert split("id") == ("", "id")
