"""Values of the response go to fields: by drag, by pick, by menu, by key alone."""

import json

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from tests.ui.builder_room import in_room, press, until

from ferrule.exchange import Response
from ferrule.ui.models.path_drag import MIME, read_mime
from ferrule.ui.widgets.form.fields import TextEditor

KEYS = QtCore.Qt.Key
FLAGS = QtCore.Qt.KeyboardModifier
LEFT = QtCore.Qt.MouseButton.LeftButton
ITEMS = [
    {
        "id": number,
        "title": f"Title {number}",
        "updated_at": "2026-02-03T04:05:06Z",
        "user": {"login": f"anna-{number}"} if number < 7 else None,
        "labels": [{"name": "bug", "rank": 1}, {"name": "ui", "rank": 2}],
    }
    for number in range(10)
]
LIST = {"total": 10, "items": ITEMS}
SHAPES = {
    "object": {"rows": {f"k{item['id']}": item for item in ITEMS}},
    "entries": {"rows": [[f"k{item['id']}", item] for item in ITEMS]},
    "columns": {"rows": [list(ITEMS[0]), *[list(item.values()) for item in ITEMS]]},
}
LOGIN = "$['items'][0]['user']['login']"


@pytest.fixture
def scene(run, tmp_path, monkeypatch):
    """Run a scenario over a draft with a sample, its mapping shown."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")

    def show(scenario, body=None, mapping=None, step="mapping"):
        async def over(room):
            room.page.open_document(
                {
                    "id": "own",
                    "name": "Own",
                    "baseUrl": "https://api.example.com",
                    "fieldMapping": {"itemsPath": "$.items", **(mapping or {})},
                }
            )
            raw = json.dumps(LIST if body is None else body).encode()
            room.bench.take_sample(Response(200, (), raw, elapsed_ms=12.0))
            room.bench.show_step(step)
            await room.looked()
            await scenario(room)

        run(in_room(tmp_path, over))

    return show


def view_of(room):
    return room.bench.explorer.tree.view


def drag(view, *paths):
    """Return what is dragged when these rows are."""
    return view.tree.mimeData([view.tree.find(path) for path in paths])


def drop(widget, mime, place=None):
    """Drop something on a widget as the platform would; say whether it was taken."""
    at = place or widget.rect().center()
    copy, none = QtCore.Qt.DropAction.CopyAction, FLAGS.NoModifier
    enter = QtGui.QDragEnterEvent(at, copy, mime, LEFT, none)
    QtWidgets.QApplication.sendEvent(widget, enter)
    move = QtGui.QDragMoveEvent(at, copy, mime, LEFT, none)
    QtWidgets.QApplication.sendEvent(widget, move)
    event = QtGui.QDropEvent(QtCore.QPointF(at), copy, mime, LEFT, none)
    QtWidgets.QApplication.sendEvent(widget, event)
    return enter.isAccepted() and event.isAccepted()


def texts(menu):
    return [action.text().split("\t")[0] for action in menu.actions()]


def test_a_node_is_dropped_on_a_row_and_undone_in_one_step(scene):
    async def look(room):
        row = room.row("participantsPath")
        mime = drag(view_of(room), LOGIN)
        assert mime.text() == "$.user.login"
        assert drop(row.edit.field, mime)
        assert row.edit.text() == "$.user.login"
        await room.looked()
        tree = view_of(room).tree
        assert tree.row(tree.find(LOGIN)).tag == "people"
        room.bench.undo()
        assert row.edit.text() == ""

    scene(look)


def test_several_nodes_fill_the_rows_from_there_on(scene):
    async def look(room):
        item = "$['items'][0]"
        mime = drag(
            view_of(room), f"{item}['updated_at']", f"{item}['id']", f"{item}['title']"
        )
        assert [pick.path for pick in read_mime(mime)] == [
            f"{item}['id']",
            f"{item}['title']",
            f"{item}['updated_at']",
        ]
        drop(room.row("idPath").edit.field, mime)
        found = room.draft.value("/fieldMapping")
        assert (found["idPath"], found["timestampPath"]) == ("$.id", "$.title")

    scene(look)


def test_the_summary_takes_placeholders_where_they_are_dropped(scene):
    async def look(room):
        field = room.row("summaryTemplate").edit.field
        item = "$['items'][0]"
        mime = drag(view_of(room), f"{item}['title']", f"{item}['id']")
        drop(field, mime, field.rect().center())
        assert field.text() == "Fix: {{id}} {{title}}"
        drop(field, drag(view_of(room), LOGIN), QtCore.QPoint(2, 8))
        assert field.text() == "{{user.login}}Fix: {{id}} {{title}}"

    scene(look, mapping={"summaryTemplate": "Fix: "})


def test_the_items_row_takes_the_path_from_the_top(scene):
    async def look(room):
        drop(room.row("itemsPath").edit.field, drag(view_of(room), "$['items']"))
        assert room.draft.value("/fieldMapping/itemsPath") == "$.items"

    scene(look, mapping={"itemsPath": ""})


def test_a_header_takes_the_value_and_a_rule_the_path_and_the_value(scene):
    async def look(room):
        rule = room.bench.forms.page
        fields = {editor.pointer: editor for editor in rule.editors()}
        base = "/fieldMapping/signalTypeRules/0"
        mime = drag(view_of(room), "$['items'][0]['labels'][1]['rank']")
        assert drop(fields[f"{base}/when"].edit, mime)
        assert drop(fields[f"{base}/value"].area.viewport(), mime)
        found = room.draft.value(base)
        assert (found["when"], found["value"]) == ("$.labels[*].rank", 2)
        polling = {"mode": "polling", "headers": {"X-Account": "id-"}}
        room.draft.edit("/ingestion", polling)
        room.bench.show_step("request")
        pointer = "/ingestion/headers/X-Account"

        def header():  # a form is made a few rows at a time
            for editor in room.bench.forms.page.editors():
                if editor.pointer == pointer and isinstance(editor, TextEditor):
                    return editor
            return None

        await until(header)
        edit = header().edit
        drop(edit, drag(view_of(room), "$['items'][3]['id']"), edit.rect().center())
        assert room.draft.value(pointer) == "id-3"

    rules = [{"when": "$.id", "operator": "equals", "value": 1, "then": "made"}]
    scene(look, mapping={"signalTypeRules": rules}, step="rules")


def test_what_is_not_ours_is_left_to_the_field(scene):
    async def look(room):
        field = room.row("idPath").edit.field
        mime = QtCore.QMimeData()
        mime.setData(MIME, b"{]")
        before = field.text()
        drop(field, mime)
        assert field.text() == before
        assert not room.row("idPath").edit.gate.open
        plain = QtCore.QMimeData()
        plain.setText("$.x")
        drop(field, plain, QtCore.QPoint(2, 8))
        assert "$.x" in field.text()

    scene(look)


def test_a_ring_shows_where_a_drop_would_go(scene):
    async def look(room):
        gate, field = room.row("idPath").edit.gate, room.row("idPath").edit.field
        mime = drag(view_of(room), LOGIN)
        copy = QtCore.Qt.DropAction.CopyAction
        enter = QtGui.QDragEnterEvent(
            QtCore.QPoint(5, 5), copy, mime, LEFT, FLAGS.NoModifier
        )
        QtWidgets.QApplication.sendEvent(field, enter)
        assert gate.open
        QtWidgets.QApplication.sendEvent(field, QtGui.QDragLeaveEvent())
        assert not gate.open

    scene(look)


def test_a_pull_with_the_mouse_starts_a_drag(scene):
    async def look(room):
        view = view_of(room)
        view.reveal(LOGIN)
        carried = []
        view.tree.carry = lambda rows: carried.append(rows) or QtCore.QMimeData()
        view.startDrag(QtCore.Qt.DropAction.CopyAction)
        assert [view.tree.row(row).path for row in carried[0]] == [LOGIN]
        assert view.dragEnabled()

    scene(look)


def test_the_menu_does_by_key_what_a_drag_does(scene):
    async def look(room):
        view = view_of(room)
        view.reveal(LOGIN)
        view.setFocus()
        press(room.window, KEYS.Key_M, FLAGS.ControlModifier)
        menu = QtWidgets.QApplication.activePopupWidget()
        assert texts(menu)[:4] == ["Items", "Id", "Time", "Created"]
        place = texts(menu).index("People")
        for _ in range(place):
            QtTest.QTest.keyClick(menu, KEYS.Key_Down)
        QtTest.QTest.keyClick(menu, KEYS.Key_Return)
        assert room.draft.value("/fieldMapping/participantsPath") == "$.user.login"
        view.reveal("$['items'][0]['title']")
        view.used.emit("summaryTemplate")
        assert room.draft.value("/fieldMapping/summaryTemplate") == "# {{title}}"
        room.bench.undo()
        assert room.draft.value("/fieldMapping/summaryTemplate") == "#"

    scene(look, mapping={"summaryTemplate": "#"})


def test_a_value_becomes_a_rule_and_a_filter(scene):
    async def look(room):
        view = view_of(room)
        view.reveal("$['items'][0]['title']")
        for key in ("signalTypeRules", "priorityMapping", "filter"):
            view.used.emit(key)
        condition = {"when": "$.title", "operator": "equals", "value": "Title 0"}
        found = room.draft.value("/fieldMapping")
        assert found["signalTypeRules"][-1] == condition | {"then": "updated"}
        assert found["priorityMapping"] == [condition | {"then": "high"}]
        assert found["filter"] == condition
        view.reveal("$['items'][0]['user']")
        view.used.emit("filter")
        found = room.draft.value("/fieldMapping/filter")
        assert found == {"when": "$.user", "operator": "exists"}

    scene(look)


def test_several_selected_values_go_together(scene):
    async def look(room):
        view = view_of(room)
        view.reveal("$['items'][0]['id']")
        QtTest.QTest.keyClick(view, KEYS.Key_Down, FLAGS.ShiftModifier)
        assert len(view.chosen()) == 2
        assert view.use_menu().title() == "Use 2 values as"
        view.used.emit("summaryTemplate")
        found = room.draft.value("/fieldMapping/summaryTemplate")
        assert found == "{{id}} {{title}}"

    scene(look, mapping={"summaryTemplate": ""})


def test_another_way_takes_the_place_of_the_one_that_was_picked(scene):
    async def look(room):
        field = room.row("summaryTemplate").edit.field
        field.setFocus()
        field.setText("By ")
        view = view_of(room)
        view.reveal("$['items'][0]['labels'][1]['rank']")
        view.pick()
        assert field.text() == "By {{$.labels[*].rank}}"
        view.setFocus()
        press(room.window, KEYS.Key_P, FLAGS.ShiftModifier)
        menu = QtWidgets.QApplication.activePopupWidget()
        words = [action.text() for action in menu.actions()]
        assert words[1] == "The entry whose name is ui\t$.labels[?@.name == 'ui'].rank"
        QtTest.QTest.keyClick(menu, KEYS.Key_Down)
        QtTest.QTest.keyClick(menu, KEYS.Key_Return)
        assert field.text() == "By {{$.labels[?@.name == 'ui'].rank}}"

    scene(look)


def test_a_field_of_the_response_is_offered_paths_from_the_top(scene):
    async def look(room):
        view = view_of(room)
        picks = room.bench.explorer.tree.picks
        view.reveal("$['items'][0]['id']")
        room.row("idPath").edit.field.setFocus()
        assert picks.paths[0] == "$.id"
        room.row("itemsPath").edit.field.setFocus()
        assert picks.paths[0] == "$.items[*].id"

    scene(look)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_items_of_every_shape_are_tagged_tinted_and_picked(scene, shape):
    async def look(room):
        view, tree = view_of(room), view_of(room).tree
        row = room.row("idPath")
        row.edit.field.setFocus()
        await room.looked()
        tagged = {"object": "['k0']['id']", "entries": "[0][1]['id']"}
        place = "$['rows']" + tagged.get(shape, "[1][0]")
        assert tree.row(tree.find(place)).tag == "id"
        assert tree.row(tree.find(place)).matched
        title = {"object": "['k4']['title']", "entries": "[4][1]['title']"}
        view.reveal("$['rows']" + title.get(shape, "[5][1]"))
        view.pick()
        assert row.edit.text() == "$.title"
        await room.looked()
        assert row.edit.facts.matched == 10

    mapping = {"itemsPath": "$.rows", "itemsShape": shape, "idPath": "$.id"}
    scene(look, body=SHAPES[shape], mapping=mapping)


def test_the_items_without_a_match_are_shown_and_walked(scene):
    async def look(room):
        row = room.row("timestampPath")
        row.edit.field.setFocus()
        await room.looked()
        assert row.edit.message.link.text() == "Show the 3"
        row.edit.message.link.click()
        await room.bench.watch.tasks.wait("lacking")
        view, picks = view_of(room), room.bench.explorer.tree.picks
        assert picks.note.startswith("3 items without time")
        assert view.current_path() == "$['items'][7]"
        assert view.hasFocus()
        for place in (8, 9, 7):
            press(room.window, KEYS.Key_N)
            assert view.current_path() == f"$['items'][{place}]"
        press(room.window, KEYS.Key_N, FLAGS.ShiftModifier)
        assert view.current_path() == "$['items'][9]"
        press(room.window, KEYS.Key_Escape)
        await until(lambda: not picks.note)
        assert row.edit.field.hasFocus()
        assert view.tree.row(view.tree.find(LOGIN)).matched

    scene(look, mapping={"timestampPath": "$.user.login"})
