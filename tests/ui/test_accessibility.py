"""Everybody can use it: names, roles, sizes, order, focus and what is said."""

import ast
from pathlib import Path

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui import reading
from tests.ui.builder_room import KEY
from tests.ui.frame_room import walk, walk_through

from ferrule.ui.models.runs import RunFacts
from ferrule.ui.models.signals import Count
from ferrule.ui.models.table import Column, RowsModel
from ferrule.ui.widgets import spoken
from ferrule.ui.widgets.builder import strip as builder_strip
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.overlay import Overlay
from ferrule.ui.widgets.runs import progress as runs_progress

UI = Path(spoken.__file__).parents[1]
# Each class that the mouse can do something with, and how the keyboard does the same.
TWINS = {
    "AddressEdit": "typing and pasting",
    "BundleDrop": "its button, Ctrl+O",
    "CardView": "arrows, Enter, the Menu key",
    "ChangeRow": "its button Go to",
    "ComboBox": "arrows and Enter",
    "CoverageBar": "the rows of the rules above it",
    "DataTable": "arrows, Enter, the Menu key",
    "DraftTabs": "arrows, Delete, Ctrl+Tab, Ctrl+W",
    "DropZone": "its button, Ctrl+O",
    "FilePick": "its button, pasting",
    "JsonView": "arrows, Enter, P, the Menu key",
    "MemberList": "arrows, Space, Enter",
    "MonthGrid": "arrows and Enter",
    "OrderTable": "Alt+Up, Alt+Down, Delete",
    "PathDrop": "P on the value, Alt+P in the field",
    "RawView": "arrows, Shift and arrows, the Menu key",
    "SplitterHandle": "arrows while it has the keyboard",
    "StartView": "pasting, and the button that opens a file",
    "TickStrip": "N and Shift+N",
}


@pytest.fixture
def frame(qapp, tmp_path_factory, monkeypatch):
    """Return what runs a scenario in the whole window."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    home = tmp_path_factory.mktemp("f")
    monkeypatch.setenv("FERRULE_HOME", str(home))
    monkeypatch.chdir(home)
    return lambda scenario: walk_through(qapp, home, scenario)


def test_the_keyboard_reaches_everything_in_order_and_is_seen(frame):
    """Over all pages, all steps of the Builder and all panels.

    Each thing has a name, room and size. One widget of each kind is looked at: its
    pixels are others with the focus.
    """
    wrong, unseen, tried = [], [], set()

    async def scenario(frame):
        async for state in walk(frame):
            wrong.extend(f"{state}: {one}" for one in misread(frame.window))
            for widget in reading.focusable(frame.window):
                kind = (type(widget), getattr(widget, "_kind", ""))
                if kind not in tried and not widget.visibleRegion().isEmpty():
                    tried.add(kind)
                    if not rings(widget):
                        unseen.append(f"{state}: {reading.described(widget)}")

    frame(scenario)
    assert not wrong, "\n".join(wrong)
    assert len(tried) > 20
    assert not unseen, "\n".join(unseen)


def misread(window):
    """Return what is nameless, cut, too small to hit or out of order."""
    found = reading.nameless(window) + reading.misfits(window) + reading.small(window)
    over = [one for one in window.findChildren(Overlay) if one.isVisible()]
    if QtWidgets.QApplication.activeModalWidget() is None:
        for pane in over or window.current.panes():
            found += reading.disorder(over[0] if over else window, pane)
    return found


def rings(widget):
    """Return whether a widget looks other with the keyboard."""
    had = QtWidgets.QApplication.focusWidget()
    if had is not None:
        had.clearFocus()
    bare = widget.grab().toImage()
    widget.setFocus(QtCore.Qt.FocusReason.TabFocusReason)
    return widget.grab().toImage() != bare


def test_nothing_is_for_the_mouse_alone():
    """Each class that takes presses, drops or double clicks has a way by keys."""
    events = {
        "mousePressEvent",
        "mouseReleaseEvent",
        "mouseDoubleClickEvent",
        "dropEvent",
    }
    found = set()
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                names = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
                if names & events:
                    found.add(node.name.lstrip("_"))
    assert found <= TWINS.keys(), found - TWINS.keys()


def test_the_progress_of_a_run_is_said_every_tenth(qtbot, monkeypatch):
    said = []
    monkeypatch.setattr(runs_progress, "announce", lambda _, text: said.append(text))
    card = runs_progress.ProgressCard()
    qtbot.addWidget(card)
    for fetched in range(0, 1001, 30):
        card.show_run(RunFacts("one", "full", "running", processed=fetched, total=1000))
    assert said[0] == "10 % of 1,000 items"
    assert len(said) == 9


def test_what_a_response_gives_is_said_once(qtbot, monkeypatch):
    said = []
    monkeypatch.setattr(builder_strip, "announce", lambda _, text: said.append(text))
    strip = builder_strip.Strip()
    qtbot.addWidget(strip)
    for _ in range(2):
        strip.show_signals([], [Count("100 items"), Count("3 warnings", "warning")])
    assert said == ["100 items, 3 warnings"]


def test_a_screen_reader_is_told(qtbot, monkeypatch):
    told = []
    accessible = QtGui.QAccessible
    monkeypatch.setattr(accessible, "isActive", lambda: True)
    monkeypatch.setattr(accessible, "updateAccessibility", told.append)
    label = Label("x")
    qtbot.addWidget(label)
    spoken.announce(label, "Path copied")
    spoken.announce(label, "")
    assert [event.message() for event in told] == ["Path copied"]


def test_cells_are_read_as_sentences(qtbot):
    rows = RowsModel([Column("id", "Id", str)], ["7"])
    role = QtCore.Qt.ItemDataRole.AccessibleTextRole
    assert rows.index(0, 0).data(role) == "Id: 7"
