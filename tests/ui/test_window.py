"""The frame, with pages made for the purpose."""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import TimedOut
from ferrule.ui import app as application
from ferrule.ui.pages import PAGES, Place
from ferrule.ui.pages.page import Notice, Page, notice_of
from ferrule.ui.theme import preferences, theme
from ferrule.ui.theme.icons import NAMES
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.window import Window

KEYS = QtCore.Qt.Key
CTRL = QtCore.Qt.KeyboardModifier.ControlModifier


class Sample(Page):
    """A page with two panes."""

    def __init__(self, key, workspace, actions):
        self.key, self.title = key, key.title()
        super().__init__(workspace, actions)
        self.first, self.second = LineEdit(name="first"), Button("Second")
        self.header.add(Button("New", kind="primary"))
        self.body.add(self.first, self.second, None)
        self.received, self.shown, self.closing = [], 0, True

    def panes(self):
        return [self.first, self.second]

    def receive(self, what):
        self.received.append(what)

    def activated(self):
        self.shown += 1

    async def may_close(self):
        return self.closing


class Spot(Place):
    """A place whose page is a sample; `made` names the pages it made."""

    def __new__(cls, *members):
        place = super().__new__(cls, *members)
        place.made = []
        return place

    def open(self, workspace, actions):
        self.made.append(self.key)
        return Sample(self.key, workspace, actions)


def spots():
    return [
        Spot("catalogue", "Catalogue", "layout-grid", ""),
        Spot("runs", "Runs", "refresh-cw", ""),
        Spot("settings", "Settings", "settings", "", True),
    ]


def workspace():
    project = SimpleNamespace(name="acme", folder=Path("acme"))
    return SimpleNamespace(
        project=project, opened_vault=None, has_vault=False, close=lambda: None
    )


@pytest.fixture
def window(qtbot):
    made = Window(workspace(), spots())
    qtbot.addWidget(made)
    made.show_page("catalogue")
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made._leaving = True
    return made


def test_the_table_of_pages_names_each_once_with_an_icon_that_exists():
    keys = [place.key for place in PAGES if not place.under]
    places = (
        "catalogue builder runs webhooks tools activity credentials bundles settings"
    )
    assert keys == places.split()
    within = {place.key: place.under for place in PAGES if place.under}
    assert within == {"connector": "catalogue"}
    assert {place.icon for place in PAGES} <= NAMES
    assert all(place.home.startswith("ferrule.ui.pages.") for place in PAGES)


def test_a_page_is_made_when_it_is_first_shown(window):
    made = window.places["runs"].made
    assert made == []
    window.show_page("runs")
    window.show_page("catalogue")
    window.show_page("runs")
    assert made == ["runs"]
    assert window.current.shown == 2


def test_ctrl_and_a_figure_turn_to_a_page(window, qtbot):
    qtbot.keyClick(window, KEYS.Key_2, CTRL)
    assert window.current.key == "runs"
    assert window.rail.items["runs"].isChecked()
    assert not window.rail.items["catalogue"].isChecked()


def test_the_rail_turns_by_mouse_and_says_its_pages(window, qtbot):
    item = window.rail.items["settings"]
    qtbot.mouseClick(item, QtCore.Qt.MouseButton.LeftButton)
    assert window.current.key == "settings"
    assert (item.accessibleName(), item.toolTip()) == (
        "Settings",
        "<span>Settings (Ctrl+3)</span>",
    )


def test_a_page_asks_for_another_and_passes_something(window):
    window.current.go.emit("runs", {"connection": "sandbox"})
    assert window.current.received == [{"connection": "sandbox"}]


def test_jobs_and_problems_stand_in_the_bar(window, qtbot):
    runs = window.show_page("runs")
    runs.jobs.emit(2)
    runs.problems.emit(1, 2)
    bar = window.status
    assert bar.jobs.accessibleName() == "Running: 2 running"
    assert (bar.errors.shown, bar.warnings.shown) == ("1 error", "2 warnings")
    assert window.rail.items["runs"].accessibleDescription() == "2 running"
    window.show_page("catalogue")
    assert not bar.errors.isVisible()
    qtbot.mouseClick(bar.jobs, QtCore.Qt.MouseButton.LeftButton)
    assert window.current is runs
    runs.jobs.emit(0)
    assert not bar.jobs.isVisible()


def test_the_title_says_what_is_open_and_whether_it_changed(window):
    assert window.windowTitle() == "[*]Catalogue — acme — Ferrule"
    window.current.titled.emit("GitHub Issues", True)
    assert window.windowTitle() == "GitHub Issues[*] — acme — Ferrule"
    assert window.isWindowModified()


def test_zoom_goes_by_keys_and_is_remembered(window, qtbot):
    qtbot.keyClick(window, KEYS.Key_Equal, CTRL)
    assert theme.zoom == 1.1
    assert window.status.zoom.shown == "110 %"
    assert preferences.number("zoom", 1) == 1.1
    qtbot.keyClick(window, KEYS.Key_Minus, CTRL)
    qtbot.keyClick(window, KEYS.Key_Minus, CTRL)
    assert theme.zoom == 0.9
    qtbot.keyClick(window, KEYS.Key_0, CTRL)
    assert theme.zoom == 1


def test_f6_goes_through_the_panes_and_back(window, qtbot):
    page = window.current
    page.first.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(window, KEYS.Key_F6)
        seen.append(QtWidgets.QApplication.focusWidget())
    rail = window.rail.items["catalogue"]
    assert seen == [page.second, window.status.zoom, rail, page.first]
    qtbot.keyClick(window, KEYS.Key_F6, QtCore.Qt.KeyboardModifier.ShiftModifier)
    assert QtWidgets.QApplication.focusWidget() is rail


def test_ctrl_k_finds_pages_and_commands(window, qtbot, run):
    async def scenario():
        qtbot.keyClick(window, KEYS.Key_K, CTRL)
        palette = window.findChild(QtWidgets.QFrame, "palette")
        qtbot.keyClicks(palette.field, "settings")
        qtbot.keyClick(palette.field, KEYS.Key_Return)
        await window.tasks.cancel_all()

    run(scenario())
    assert window.current.key == "settings"


def test_every_widget_of_the_frame_has_a_name(window):
    for child in window.findChildren(QtWidgets.QWidget):
        if child.focusPolicy() & QtCore.Qt.FocusPolicy.TabFocus and child.isVisible():
            reader = QtGui.QAccessible.queryAccessibleInterface(child)
            assert reader.text(QtGui.QAccessible.Text.Name), child


def test_every_action_can_be_found_by_its_name(window):
    for command, action in window.commands:
        assert action.objectName() == command.id


def test_a_notice_stands_once_and_can_be_closed(window):
    page = window.current
    page.say(Notice("warning", "One"))
    page.say(Notice("warning", "One"))
    message = page.say(Notice("info", "Two", details="GET /"), Button("Again"))
    assert page.notices() == ["One", "Two"]
    message.closed.emit()
    assert page.notices() == ["One"]
    window.say(Notice("info", "Three"))
    page.unsay()
    assert page.notices() == []


def test_our_errors_advise_and_foreign_ones_tell_no_values():
    ours = notice_of(TimedOut("No answer in 30 s.", advice="Try again."))
    assert (ours.what, ours.why) == ("No answer in 30 s.", "Try again.")
    theirs = notice_of(ValueError("token=s3cret"))
    assert "s3cret" not in repr(theirs)
    assert theirs.details == "ValueError"


def test_work_that_fails_is_told_on_its_page(window, run):
    async def fail():
        raise TimedOut("No answer.")

    async def work():
        window.current.tasks.start("send", fail())
        await window.current.tasks.wait("send")
        await asyncio.sleep(0)

    run(work())
    assert window.current.notices() == ["No answer."]


def started(driver, monkeypatch, tmp_path, places=None):
    """Run the whole application with a driver, as the tour does."""
    return application.run(
        workspace, places or spots(), settings=tmp_path / "w.ini", driver=driver
    )


def test_closing_ends_the_work_of_all_pages_and_waits_for_it(
    qapp, monkeypatch, tmp_path
):
    log = []

    async def long():
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            log.append("saved")

    async def drive(window):
        window.current.tasks.start("sync", long())
        await asyncio.sleep(0.01)
        window.close()
        await asyncio.sleep(60)

    assert started(drive, monkeypatch, tmp_path) == 0
    assert log == ["saved"]


def test_a_page_may_refuse_to_close(qapp, monkeypatch, tmp_path):
    async def drive(window):
        window.current.closing = False
        window.close()
        await asyncio.sleep(0.02)
        assert window.isVisible()
        window.current.closing = True
        window.close()
        await asyncio.sleep(60)

    assert started(drive, monkeypatch, tmp_path) == 0


def test_the_page_and_zoom_are_remembered(qapp, monkeypatch, tmp_path):
    seen = []

    async def first(window):
        window.show_page("runs")
        window.set_zoom(1.25)
        window.close()
        await asyncio.sleep(60)

    async def second(window):
        seen.append((window.current.key, theme.zoom))

    started(first, monkeypatch, tmp_path)
    started(second, monkeypatch, tmp_path)
    assert seen == [("runs", 1.25)]


def test_an_error_of_the_driver_comes_out(qapp, monkeypatch, tmp_path):
    async def drive(_window):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        started(drive, monkeypatch, tmp_path)


def test_an_error_nobody_caught_is_told_without_its_text(
    qapp, monkeypatch, tmp_path, capsys
):
    told = []
    before = sys.excepthook

    async def drive(window):
        try:
            raise ValueError("token=s3cret")
        except ValueError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"exception": KeyError("s3cret")})
        told.extend(window.current.notices())

    started(drive, monkeypatch, tmp_path)
    assert told == ["Something went wrong inside Ferrule"]
    printed = capsys.readouterr().err
    assert "ValueError" in printed
    assert "s3cret\n" not in printed.replace('"token=s3cret"', "")
    assert sys.excepthook is before


def test_a_display_must_be_named_on_linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not application.has_display()
    monkeypatch.setenv("DISPLAY", ":0")
    assert application.has_display()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv("DISPLAY")
    assert application.has_display()
