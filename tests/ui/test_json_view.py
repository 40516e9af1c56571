"""The tree of a response by mouse, keyboard and screen reader."""

import json

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import MISSING
from ferrule.ui.theme import theme
from ferrule.ui.widgets.json_row import pick_box
from ferrule.ui.widgets.json_view import JsonView
from ferrule.ui.widgets.tick_strip import TickStrip

KEYS = QtCore.Qt.Key
FLAGS = QtCore.Qt.KeyboardModifier
LEFT = QtCore.Qt.MouseButton.LeftButton
BODY = [
    {"id": at, "user": {"login": f"anna-{at}"}, "labels": [{"name": "x"}] * 2}
    for at in range(60)
]
LOGIN = "$[0]['user']['login']"
MATCHES = [f"$[{at}]['user']['login']" for at in range(60)]


@pytest.fixture
def view(qtbot):
    made = JsonView("Response")
    qtbot.addWidget(made)
    made.resize(400, 300)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.set_document(BODY)
    made.setFocus()
    return made


def clipboard():
    return QtGui.QGuiApplication.clipboard().text()


def row_of(view, path):
    view.reveal(path)
    return view.visualRect(view.currentIndex())


def test_it_opens_down_to_the_first_item(view):
    assert view.isExpanded(view.tree.find("$[0]"))
    assert not view.isExpanded(view.tree.find("$[1]"))


@pytest.mark.parametrize("key", [KEYS.Key_P, KEYS.Key_Return, KEYS.Key_Enter])
def test_a_key_picks_the_current_row(qtbot, view, key):
    view.reveal(LOGIN)
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.keyClick(view, key)
    assert picked.args == [LOGIN]
    assert view.current_path() == LOGIN


def test_the_button_of_a_row_picks_it(qtbot, view):
    box = row_of(view, LOGIN)
    whole = QtCore.QRect(0, box.top(), view.viewport().width(), box.height())
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.mouseClick(view.viewport(), LEFT, pos=pick_box(whole).center())
    assert picked.args == [LOGIN]


def test_a_click_picks_only_while_picking_or_with_alt(qtbot, view):
    place = row_of(view, LOGIN).center()
    with qtbot.assertNotEmitted(view.picked):
        qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    with qtbot.waitSignal(view.picked):
        qtbot.mouseClick(view.viewport(), LEFT, FLAGS.AltModifier, place)
    view.set_picking(True)
    with qtbot.waitSignal(view.picked):
        qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    with qtbot.waitSignal(view.pick_left):
        qtbot.keyClick(view, KEYS.Key_Escape)


def test_path_and_value_are_copied(qtbot, view):
    view.reveal(LOGIN)
    qtbot.keyClick(view, KEYS.Key_C, FLAGS.ControlModifier)
    assert clipboard() == LOGIN
    both = FLAGS.ControlModifier | FLAGS.ShiftModifier
    qtbot.keyClick(view, KEYS.Key_C, both)
    assert clipboard() == "anna-0"
    view.reveal("$[3]")
    qtbot.keyClick(view, KEYS.Key_C, both)
    assert json.loads(clipboard()) == BODY[3]


def test_matches_are_walked_round_and_round(qtbot, view):
    view.set_matches(MATCHES)
    seen = []
    view.moved.connect(seen.append)
    for key, held in (
        (KEYS.Key_N, FLAGS.NoModifier),
        (KEYS.Key_N, FLAGS.NoModifier),
        (KEYS.Key_N, FLAGS.ShiftModifier),
        (KEYS.Key_N, FLAGS.ShiftModifier),
    ):
        qtbot.keyClick(view, key, held)
    assert seen == [MATCHES[0], MATCHES[1], MATCHES[0], MATCHES[-1]]
    view.reveal("$[30]")
    view.next_match()
    assert view.current_path() == MATCHES[30]


def test_letters_do_not_search(qtbot, view):
    view.reveal("$[0]")
    qtbot.keyClicks(view, "id")
    assert view.current_path() == "$[0]"


def test_everything_below_a_row_opens_within_bounds(qtbot, view):
    view.reveal("$[3]")
    qtbot.keyClick(view, KEYS.Key_Asterisk)
    assert view.isExpanded(view.tree.find("$[3]['labels'][1]"))
    view.set_document([[[0] * 400] * 400] * 400)
    view.reveal("$")
    qtbot.keyClick(view, KEYS.Key_Asterisk)
    assert view.isExpanded(view.tree.find("$[0]"))
    assert not view.isExpanded(view.tree.find("$[5]"))


def test_matches_are_ticks_beside_the_scroll_bar(qtbot, view):
    strip = TickStrip(view)
    qtbot.addWidget(strip)
    strip.resize(10, 300)
    with qtbot.waitSignal(view.ticks_changed):
        view.set_matches(MATCHES)
    folded = strip.ticks
    assert len(folded) == 60
    assert folded == sorted(folded)
    assert 0 < folded[0] < folded[-1] < 1
    with qtbot.waitSignal(view.ticks_changed):
        view.collapse(view.tree.find("$"))
    assert len(strip.ticks) == 1
    view.set_matches([MATCHES[n % 60] for n in range(50_000)])
    assert len(view.ticks()) <= 201


def test_rows_are_tinted_by_what_they_are(view):
    view.reveal(LOGIN)
    view.reveal("$[0]['labels']")
    view.set_matches([LOGIN])
    view.set_tags({"$[0]['id']": "id"})
    picture = view.viewport().grab().toImage()

    def ground(path):
        box = view.visualRect(view.tree.find(path))
        return picture.pixelColor(view.viewport().width() // 2, box.top() + 2).name()

    assert ground(LOGIN) == theme.colour("match").name()
    assert ground("$[0]['labels']") in {
        theme.colour("selection").name(),
        theme.colour("accent").name(),
    }
    assert ground("$[0]['id']") == theme.colour("surface").name()
    box = view.visualRect(view.tree.find(LOGIN))
    assert picture.pixelColor(1, box.center().y()) == theme.colour("matchbar")


def test_the_menu_offers_what_the_keys_do(qtbot, view):
    view.reveal(LOGIN)
    event = QtGui.QContextMenuEvent(
        QtGui.QContextMenuEvent.Reason.Keyboard, QtCore.QPoint(), QtCore.QPoint()
    )
    view.contextMenuEvent(event)
    menu = view.findChild(QtWidgets.QMenu)
    assert menu.isVisible()
    texts = [action.text().split("\t")[0] for action in menu.actions()]
    assert texts[:2] == ["Pick for the field", "Other ways to write it"]
    assert texts[2:4] == ["Copy path", "Copy value"]
    with qtbot.waitSignal(view.picked):
        menu.actions()[0].trigger()
    menu.close()


def test_a_deep_row_can_be_scrolled_to(view):
    deep = {"x": 1}
    for _ in range(40):
        deep = {"a": deep}
    view.set_document(deep)
    view.reveal("$" + "['a']" * 40 + "['x']")
    assert view.columnWidth(0) > view.viewport().width()
    assert view.horizontalScrollBar().maximum() > 0


def test_nothing_to_show_is_no_trouble(qtbot, view):
    view.set_document(MISSING)
    for key in (KEYS.Key_P, KEYS.Key_N, KEYS.Key_C, KEYS.Key_Asterisk, KEYS.Key_Down):
        qtbot.keyClick(view, key)
    assert (view.current_path(), view.ticks()) == ("", [])
    assert not view.reveal("$[0]")


def test_it_follows_zoom_and_theme(view, qapp):
    theme.set_zoom(2.0)
    assert view.visualRect(view.tree.find("$")).height() >= 40
    theme.set_zoom(1.0)
