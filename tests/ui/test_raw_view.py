"""Raw text of any size: seen, searched, selected, copied."""

import json
import math

import pytest
from PySide6 import QtCore, QtGui

from ferrule.ui.models.raw_text import RawText, find_all, read_raw
from ferrule.ui.theme import theme
from ferrule.ui.widgets.raw_view import RawView

KEYS = QtCore.Qt.Key
FLAGS = QtCore.Qt.KeyboardModifier
LEFT = QtCore.Qt.MouseButton.LeftButton
LINES = json.dumps([{"id": n, "login": "anna"} for n in range(400)], indent=1)


@pytest.fixture
def view(qtbot):
    made = RawView("Raw text")
    qtbot.addWidget(made)
    made.resize(400, 300)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.set_text(read_raw(LINES.encode()))
    made.setFocus()
    return made


def clipboard():
    return QtGui.QGuiApplication.clipboard().text()


def place_of(view, offset):
    line = view.raw.line_at(offset) - view.verticalScrollBar().value()
    seen = view._seen(line * view._height(), *view.raw.span(view.raw.line_at(offset)))
    return QtCore.QPoint(round(seen.x_of(offset)) + 1, seen.top + 4)


def test_hits_are_walked_selected_and_revealed(view):
    hits = find_all(RawText(LINES), "anna")
    seen = []
    view.searched.connect(seen.append)
    view.set_hits(hits, 4)
    view.next_hit()
    view.previous_hit()
    view.previous_hit()
    assert seen == [1, 2, 1, 400]
    assert view.caret.selection() == (hits[-1], hits[-1] + 4)
    first = view.verticalScrollBar().value()
    assert first <= view.raw.line_at(hits[-1]) < first + view._page()


def test_the_mouse_selects_what_it_passes(qtbot, view):
    start = LINES.index("anna")
    port = view.viewport()
    qtbot.mousePress(port, LEFT, pos=place_of(view, start))
    end = place_of(view, start + 4)
    moved = QtGui.QMouseEvent(
        QtCore.QEvent.Type.MouseMove,
        QtCore.QPointF(end),
        QtCore.QPointF(end),
        LEFT,
        LEFT,
        FLAGS.NoModifier,
    )
    view.mouseMoveEvent(moved)
    qtbot.mouseRelease(port, LEFT, pos=end)
    qtbot.keyClick(view, KEYS.Key_C, FLAGS.ControlModifier)
    assert clipboard() == "anna"


def test_a_double_click_selects_a_word(qtbot, view):
    place = place_of(view, LINES.index("login") + 2)
    qtbot.mouseDClick(view.viewport(), LEFT, pos=place)
    view.copy()
    assert clipboard() == "login"


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        ([(KEYS.Key_Right, True)] * 3, (0, 3)),
        ([(KEYS.Key_Down, False), (KEYS.Key_End, True)], None),
        ([(KEYS.Key_End, "ctrl")], (len(LINES), len(LINES))),
        ([(KEYS.Key_A, "ctrl")], (0, len(LINES))),
        ([(KEYS.Key_PageDown, False), (KEYS.Key_Home, "ctrl")], (0, 0)),
        ([(KEYS.Key_Left, False), (KEYS.Key_Up, False)], (0, 0)),
    ],
)
def test_the_keyboard_moves_and_selects(qtbot, view, keys, selected):
    for key, how in keys:
        held = FLAGS.ShiftModifier if how is True else FLAGS.NoModifier
        qtbot.keyClick(view, key, FLAGS.ControlModifier if how == "ctrl" else held)
    assert view.caret.selection() == (selected or view.raw.span(1))


def test_one_line_of_ten_megabytes_costs_no_more_than_a_short_one(view):
    text = '{"login": "anna-k", "n": 1.5}, ' * 330_000
    view.set_text(read_raw(text.encode()))
    assert view.raw.line_count == 1
    view.reveal(9_000_000)
    seen = view._seen(0, *view.raw.span(0))
    assert len(seen.text) < 200
    assert seen.left <= 9_000_000 <= seen.right
    timer = QtCore.QElapsedTimer()
    timer.start()
    view.viewport().repaint()
    assert timer.elapsed() < 100


def test_colours_are_those_of_json_and_of_the_theme(view):
    picture = view.viewport().grab().toImage()
    seen = {
        picture.pixelColor(x, y).getRgb()[:3]
        for x in range(picture.width())
        for y in range(120)
    }
    for token in ("json_string", "json_number", "ground", "text"):
        wanted = theme.colour(token).getRgb()[:3]
        # Thin strokes are mixed with the ground, never quite the colour itself.
        assert min(math.dist(wanted, colour) for colour in seen) < 30, token


def test_wide_and_hidden_characters_keep_their_place(qtbot, view):
    text = "a\u202eb\t漢字😀c"
    view.set_text(read_raw(text.encode()), coloured=False)
    assert view._seen(0, 0, len(text)).text == "a\ufffdb 漢字😀c"
    for offset in range(len(text) + 1):
        assert view.offset_at(QtCore.QPointF(place_of(view, offset))) == offset


def test_it_is_named_and_says_how_long_it_is(view):
    assert view.accessibleName() == "Raw text"
    assert view.accessibleDescription() == "1,602 lines"
