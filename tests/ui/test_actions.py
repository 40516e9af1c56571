import pytest
from PySide6 import QtCore, QtWidgets

from ferrule.ui.actions import Actions, Command
from ferrule.ui.widgets.palette import Entry, Palette, ranked

KEYS = QtCore.Qt.Key
SAVE = Command("file.save", "Save version", "save", ("Ctrl+S",), "write keep")


def test_a_command_becomes_an_action_that_tests_can_find(qtbot):
    widget = QtWidgets.QWidget()
    qtbot.addWidget(widget)
    actions, done = Actions(), []
    actions.add(SAVE, lambda: done.append(1), widget)
    action = widget.findChild(QtCore.QObject, "file.save")
    assert action is actions.action("file.save")
    assert action.shortcut().toString() == "Ctrl+S"
    actions.trigger("file.save")
    assert done == [1]
    assert [command for command, _ in actions] == [SAVE]
    with pytest.raises(ValueError, match="known already"):
        actions.add(SAVE, list, widget)
    with pytest.raises(KeyError):
        actions.trigger("file.unknown")


def test_a_command_goes_with_the_widget_it_belongs_to(qtbot):
    widget, actions = QtWidgets.QWidget(), Actions()
    actions.add(SAVE, list, widget)
    widget.deleteLater()
    qtbot.waitUntil(lambda: "file.save" not in actions)


def entries(done=None):
    texts = ("Go to Catalogue", "Go to Runs", "Zoom in", "Save version", "Sign bundle")
    return [Entry(t, lambda t=t: done.append(t), words=f"w{t[0]}") for t in texts]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "Go to Catalogue"),
        ("zoom", "Zoom in"),
        ("runs", "Go to Runs"),
        ("catalouge", "Go to Catalogue"),
        ("bundel", "Sign bundle"),
        ("wS", "Save version"),
    ],
)
def test_the_palette_finds_beginnings_words_and_typing_errors(typed, first):
    assert ranked(entries(), typed)[0].text == first


def test_the_palette_finds_nothing_for_nonsense():
    assert ranked(entries(), "xqqqqz") == []


def test_the_palette_is_worked_from_its_field(qtbot):
    parent, done = QtWidgets.QWidget(), []
    qtbot.addWidget(parent)
    parent.resize(900, 700)
    parent.show()
    palette = Palette(entries(done), parent)
    palette.open()
    palette.field.setFocus()
    qtbot.keyClicks(palette.field, "go")
    assert palette.found()[:2] == ["Go to Catalogue", "Go to Runs"]
    qtbot.keyClick(palette.field, KEYS.Key_Down)
    qtbot.keyClick(palette.field, KEYS.Key_Return)
    assert done == ["Go to Runs"]
    assert not palette.isVisible()
