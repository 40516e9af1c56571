"""A response as a person meets it: read, searched, picked from, or none at all."""

import asyncio
import json
from dataclasses import replace

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import ServiceUnreachable
from ferrule.exchange import Response, Timing
from ferrule.ui.theme import theme
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.message import Message
from ferrule.ui.widgets.response.explorer import ResponseExplorer
from ferrule.ui.widgets.response.keys import bind_find
from ferrule.ui.widgets.response.timing import Waterfall
from ferrule.ui.widgets.table import DataTable
from ferrule.workspace.item_places import ItemsAt

KEYS = QtCore.Qt.Key
FLAGS = QtCore.Qt.KeyboardModifier
LEFT = QtCore.Qt.MouseButton.LeftButton
ITEMS = [
    {"id": at, "user": {"login": f"anna-{at}"}, "labels": [{"name": "bug"}]}
    for at in range(100)
]
HEADERS = (("Content-Type", "application/json"), ("Link", "<b>x</b>"))
LOGIN = "$['items'][0]['user']['login']"


def response(body=None, status=200, headers=HEADERS):
    raw = json.dumps({"items": ITEMS}).encode() if body is None else body
    return Response(status, headers, raw, elapsed_ms=214.4)


@pytest.fixture
def explorer(qtbot):
    made = ResponseExplorer()
    qtbot.addWidget(made)
    bind_find(made, made, made.show_find)
    made.resize(408, 510)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def filled(explorer):
    explorer.show_response(response(), ItemsAt("$.items[*]"))
    return explorer


def texts(widget):
    return [label.text() for label in widget.findChildren(Label) if label.isVisible()]


def message(widget):
    found = [m for m in widget.findChildren(Message) if m.isVisible()]
    return found[-1].what.text() if found else ""


def tab(explorer, title):
    bar = explorer.pages.bar
    numbers = {bar.tabText(at): at for at in range(bar.count())}
    bar.setCurrentIndex(numbers[title])


def test_the_head_tells_status_time_and_size(filled):
    head = filled.head
    assert (head.status.text(), head.status.state) == ("200 OK", "ok")
    assert (head.taken.text(), head.size_told.text()) == ("214 ms", "7 kB")
    assert head.height() == 48
    assert head.when.text().count(":") == 2


@pytest.mark.parametrize(
    ("status", "state", "word"),
    [
        (204, "ok", "204 No Content"),
        (304, "warning", "304 Not Modified"),
        (404, "error", "404 Not Found"),
        (599, "error", "599"),
    ],
)
def test_every_status_has_a_shape_and_a_word(explorer, status, state, word):
    explorer.show_response(response(b"{}", status), ItemsAt("$"))
    assert (explorer.head.status.state, explorer.head.status.text()) == (state, word)


def test_a_click_in_the_tree_gives_ways_to_write_the_path(qtbot, filled):
    filled.tree.view.reveal(LOGIN)
    ways = ("$.user.login", "$.items[*].user.login", "$..login")
    assert filled.tree.picks.paths[0] == ways[0]
    with qtbot.waitSignal(filled.picked) as picked:
        qtbot.keyClick(filled.tree.view, KEYS.Key_P)
    assert picked.args[0].best("item") == ways[0]
    assert set(ways) <= {way.path for way in picked.args[0].in_item}
    with qtbot.waitSignal(filled.picked) as picked:
        qtbot.mouseClick(filled.tree.picks.chips[1], LEFT)
    found = [way.path for way in picked.args[0].in_item]
    assert found[:2] == [ways[1], ways[0]]


def test_picking_turns_to_the_tree_and_escape_leaves_it(qtbot, filled):
    tab(filled, "Raw")
    filled.set_picking(True)
    assert filled.pages.bar.currentIndex() == 0
    with qtbot.waitSignal(filled.pick_left):
        qtbot.keyClick(filled.tree.view, KEYS.Key_Escape)


def test_another_items_path_changes_the_ways(filled):
    filled.tree.view.reveal(LOGIN)
    filled.set_items(ItemsAt("$.other[*]"))
    assert filled.tree.picks.paths[0] == "$.items[*].user.login"


def test_finding_walks_the_tree_and_then_the_raw_text(qtbot, filled):
    filled.tree.view.setFocus()
    qtbot.keyClick(filled.tree.view, KEYS.Key_F, FLAGS.ControlModifier)
    row = filled.find_row
    assert row.field.hasFocus()
    qtbot.keyClicks(row.field, "anna-4")
    assert row.count.text() == "1 / 11"
    assert filled.tree.view.current_path() == "$['items'][4]['user']['login']"
    qtbot.keyClick(row.field, KEYS.Key_Return)
    qtbot.keyClick(row.field, KEYS.Key_F3)
    assert row.count.text() == "3 / 11"
    assert filled.tree.view.current_path() == "$['items'][41]['user']['login']"
    qtbot.keyClick(row.field, KEYS.Key_F3, FLAGS.ShiftModifier)
    assert row.count.text() == "2 / 11"
    tab(filled, "Raw")
    assert row.count.text() == "1 / 11"
    row.down.click()
    start, stop = filled.raw.caret.selection()
    assert (row.count.text(), filled.raw.raw.piece(start, stop)) == ("2 / 11", "anna-4")
    row.field.setText("nowhere")
    assert row.count.text() == "No hits"
    tab(filled, "Headers")
    assert not row.isVisible()


def test_the_table_shows_items_and_leads_to_them(qtbot, filled):
    tab(filled, "Table")
    table = filled.table.findChild(DataTable)
    assert [c.key for c in table.rows.columns] == ["#", "id", "user", "labels"]
    assert table.rows.rowCount() == 100
    table.selectRow(7)
    qtbot.keyClick(table, KEYS.Key_Return)
    assert filled.tree.view.current_path() == "$['items'][7]"
    filled.set_items(ItemsAt("$.nothing"))
    tab(filled, "Table")
    assert "No items" in texts(filled.table)


def test_headers_are_shown_as_they_are(filled):
    tab(filled, "Headers")
    table = filled.headers.findChild(DataTable)
    assert table.rows.rows() == list(HEADERS)


def test_timing_says_what_is_known_and_what_is_not(filled):
    tab(filled, "Timing")
    table = filled.timing.findChild(DataTable)
    facts = dict(table.rows.rows())
    assert (facts["Total"], facts["Speed of the whole"]) == ("214 ms", "33 kB/s")
    assert facts["Body, unpacked"].endswith("bytes (7 kB)")
    assert any("not told apart" in text for text in texts(filled.timing))
    filled.show_response(
        response(headers=(("Server-Timing", "db;dur=53"), ("X", "y"))), ItemsAt("$")
    )
    facts = dict(filled.timing.findChildren(DataTable)[-1].rows.rows())
    assert facts["The service's own timing"] == "db;dur=53"
    assert "X" not in facts


def test_used_leaves_are_counted(filled):
    filled.resize(700, 500)
    filled.set_tags({LOGIN: "people", "$['items'][0]['id']": "id"})
    assert filled.find_row.fact.text() == "2 of 3 leaves used"
    assert filled.tree.view.tree.row(filled.tree.view.tree.find(LOGIN)).tag == "people"


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        (b"<!doctype html><p>Hi", (("Content-Type", "text/html"),), "web page"),
        (b'{"a": [1, 2', HEADERS, "ends before it is complete"),
        (b"{'a': 1}", HEADERS, "not JSON"),
        (b"  ", HEADERS, "no body"),
        (b"[" * 200_00, HEADERS, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_told_and_shown_raw(explorer, body, headers, told):
    explorer.show_response(response(), ItemsAt("$.items[*]"))
    explorer.show_response(response(body, headers=headers), ItemsAt("$.items[*]"))
    assert told in message(explorer.tree)
    assert explorer.tree.view.current_path() == ""
    explorer.show_raw()
    assert explorer.raw.raw.piece() == body.decode()
    tab(explorer, "Table")
    assert "No items" in texts(explorer.table)
    explorer.show_response(response(), ItemsAt("$.items[*]"))
    tab(explorer, "Tree")
    assert message(explorer.tree) == ""


def test_a_huge_body_is_not_unfolded_unasked(run, qtbot, explorer, monkeypatch):
    monkeypatch.setattr("ferrule.ui.widgets.response.explorer.HUGE", 100_000)
    body = json.dumps({"items": ITEMS * 20}).encode()

    async def look():
        explorer.show_response(response(body), ItemsAt("$.items[*]"))
        assert "large response" in message(explorer.tree)
        button = next(
            b
            for b in explorer.tree.findChildren(QtWidgets.QPushButton)
            if b.text() == "Show the tree anyway"
        )
        button.click()
        await explorer.document._tasks.wait("decode")

    run(look())
    assert explorer.tree.view.reveal("$['items'][1999]")


def test_a_large_body_is_read_while_the_window_lives(run, explorer):
    body = json.dumps({"items": ITEMS * 400}).encode()
    beats = []

    async def look():
        explorer.show_response(response(body), ItemsAt("$.items[*]"))
        while explorer.document.busy:
            beats.append(1)
            await asyncio.sleep(0.001)
        tab(explorer, "Raw")
        explorer.find_row.field.setText("anna-99")
        await explorer._tasks.wait("raw")
        await explorer._finder._tasks.wait("find")

    run(look())
    assert len(body) > 2_000_000
    assert beats
    assert explorer.find_row.count.text() == "1 / 400"


def test_the_first_rows_are_there_while_the_rest_is_read(run, explorer):
    body = json.dumps({"items": ITEMS * 60}).encode()
    seen = []

    async def look():
        explorer.document.begun.connect(
            lambda _value: seen.append(explorer.tree.view.reveal("$['items'][1]"))
        )
        explorer.show_response(response(body), ItemsAt("$.items"))
        await explorer.document._tasks.wait("decode")

    run(look())
    assert seen == [True]
    view = explorer.tree.view
    assert view.current_path() == "$['items'][1]"
    assert view.tree.row(view.tree.find("$['items']")).text == "[6000]"
    assert view.isExpanded(view.tree.find("$['items'][0]"))


def test_sending_errors_and_clearing(qtbot, explorer):
    assert "Nothing sent yet" in texts(explorer)
    assert any("F5" in text for text in texts(explorer))
    explorer.show_sending()
    assert not explorer.waiting.isVisible()
    qtbot.waitUntil(explorer.waiting.isVisible, timeout=1_000)
    with qtbot.waitSignal(explorer.cancelled):
        qtbot.mouseClick(explorer.waiting.cancel, LEFT)
    error = ServiceUnreachable(
        "No answer.", advice="Check the URL.", method="GET", url="https://x.test/<b>"
    )
    explorer.show_error(error)
    assert not explorer.waiting.isVisible()
    assert message(explorer) == "No answer."
    told = [text.replace("\u200b", "") for text in texts(explorer)]
    assert any("https://x.test/<b>" in text for text in told)
    explorer.clear()
    assert (message(explorer), explorer.response) == ("", None)


@pytest.mark.parametrize("width", [312, 408])
def test_it_holds_in_a_narrow_column(filled, width):
    assert filled.minimumSizeHint().width() <= 312
    filled.resize(width, 510)
    assert filled.width() == width
    head = filled.head
    shown = (head.status, head.taken, head.size_told, head.when)
    assert all(w.geometry().right() <= width for w in shown if w.isVisible())
    filled.clear()
    assert filled.minimumSizeHint().width() <= 312


def test_everything_that_takes_the_keyboard_has_a_name(filled):
    filled.tree.view.reveal(LOGIN)
    for title in ("Timing", "Headers", "Raw", "Table", "Tree"):
        tab(filled, title)
        for widget in filled.findChildren(QtWidgets.QWidget):
            if widget.isVisible() and widget.focusPolicy() & 1:
                face = QtGui.QAccessible.queryAccessibleInterface(widget)
                name = face.text(QtGui.QAccessible.Text.Name)
                assert name, type(widget).__name__


def test_it_can_be_dressed_anew(filled, qapp):
    theme.apply(qapp, "dark")
    filled.grab()
    theme.set_zoom(2.0)
    assert filled.head.height() == 96
    theme.set_zoom(1.0)
    theme.apply(qapp, "light")


def in_raw(explorer):
    start, stop = explorer.raw.caret.selection()
    return explorer.raw.raw.piece(start, stop)


def test_a_value_of_the_tree_is_shown_in_the_raw_text_and_back(qtbot, filled):
    view = filled.tree.view
    assert view.reveal(LOGIN)
    qtbot.keyClick(view, KEYS.Key_R)
    assert filled.pages.bar.tabText(filled.pages.bar.currentIndex()) == "Raw"
    assert in_raw(filled) == '"anna-0"'
    assert filled.raw.hasFocus()
    start = filled.raw.raw.piece().index("anna-7")
    filled.raw.caret.move(start + 2)
    qtbot.keyClick(filled.raw, KEYS.Key_T)
    assert filled.pages.bar.tabText(filled.pages.bar.currentIndex()) == "Tree"
    assert view.current_path() == "$['items'][7]['user']['login']"
    assert view.hasFocus()


def test_of_a_large_body_places_are_looked_for_in_a_thread(run, explorer):
    large = json.dumps({"items": [ITEMS, {"text": "é" * 70_000, "last": 7}]})
    jump, view = explorer._jump, explorer.tree.view

    async def look():
        explorer.show_response(response(large.encode()), ItemsAt("$.items[*]"))
        await explorer.document._tasks.wait("decode")
        view.reveal("$['items'][1]['last']")
        jump.to_raw()
        await jump._tasks.wait("jump")
        await explorer._tasks.wait("raw")
        assert in_raw(explorer) == "7"
        view.reveal("$")
        jump.to_tree()
        await jump._tasks.wait("jump")
        assert view.current_path() == "$['items'][1]['last']"

    run(look())


def test_what_is_no_json_leads_nowhere(explorer):
    explorer.show_response(response(b"<html>"), ItemsAt())
    explorer.show_raw()
    explorer._jump.to_tree()
    explorer._jump.to_raw()
    assert explorer.pages.bar.tabText(explorer.pages.bar.currentIndex()) == "Raw"


def test_numbers_are_shown_and_copied_as_they_were_sent(qtbot, explorer):
    body = b'{"items": [{"a": 1e5, "b": -0, "c": 1e400, "d": 0.00000010}]}'
    explorer.show_response(response(body), ItemsAt("$.items[*]"))
    view = explorer.tree.view
    shown = {}
    for name in "abcd":
        view.reveal(f"$['items'][0]['{name}']")
        shown[name] = view.tree.row(view.currentIndex()).text
        spoken = QtCore.Qt.ItemDataRole.AccessibleTextRole
        assert f"number {shown[name]}" in view.tree.data(view.currentIndex(), spoken)
    assert shown == {"a": "1e5", "b": "-0", "c": "1e400", "d": "0.00000010"}
    view.copy_value()
    assert QtGui.QGuiApplication.clipboard().text() == "0.00000010"
    tab(explorer, "Table")
    rows = explorer.table.findChildren(DataTable)[-1].rows
    cells = {c.key: c.text(rows.row(0)) for c in rows.columns[1:]}
    assert cells == shown
    tab(explorer, "Tree")
    for name, written in shown.items():
        explorer.find_row.field.setText(written)
        assert explorer.find_row.count.text() == "1 / 1", written
        assert view.current_path() == f"$['items'][0]['{name}']"
    explorer.find_row.field.setText("1E+5")
    assert explorer.find_row.count.text() == "No hits"


def test_the_numbers_of_a_large_body_are_spelled_in_its_table_too(run, explorer):
    rows = ",".join(f'{{"n": {n}, "x": 1.5e{n % 7}}}' for n in range(6_000))
    body = f'{{"items": [{rows}]}}'.encode()

    async def scenario():
        explorer.show_response(response(body), ItemsAt("$.items[*]"))
        await explorer.document._tasks.wait("decode")
        tab(explorer, "Table")
        await explorer.document._tasks.wait("spell")
        await explorer._tasks.wait("table")
        model = explorer.table.findChildren(DataTable)[-1].rows
        assert [model.columns[2].text(model.row(n)) for n in (0, 6)] == [
            "1.5e0",
            "1.5e6",
        ]
        explorer.document.clear()

    run(scenario())


def test_the_time_of_each_step_is_told_once(explorer):
    timing = Timing(1.0, 2.0, 4.0, None, 5.0, 15.0, 16.0)
    explorer.show_response(replace(response(), timing=timing), ItemsAt("$"))
    tab(explorer, "Timing")
    drawn = explorer.timing.findChild(Waterfall).accessibleName()
    assert "Waiting 10.0 ms" in drawn
    listed = [what for what, _ in explorer.timing.findChild(DataTable).rows.rows()]
    assert listed == ["Total", "Body, unpacked", "Speed of the whole"]
