"""Widgets by keyboard, mouse and screen reader."""

import itertools

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.table import Column as TableColumn
from ferrule.ui.models.table import RowsModel
from ferrule.ui.theme import preferences, theme
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button, IconButton, Segmented, SplitButton
from ferrule.ui.widgets.card import Card, EmptyState
from ferrule.ui.widgets.chip import Chip, StatusLabel
from ferrule.ui.widgets.choice import CheckBox, ComboBox, Switch
from ferrule.ui.widgets.field import LineEdit, SearchField, SecretField
from ferrule.ui.widgets.form_rows import Form, FormRow
from ferrule.ui.widgets.label import Label, plain_tip
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Details, Message, Waiting
from ferrule.ui.widgets.meter import ProgressBar, Sparkline
from ferrule.ui.widgets.splitter import Splitter
from ferrule.ui.widgets.stepper import Step, Stepper, StepTrack
from ferrule.ui.widgets.table import DataTable
from ferrule.ui.widgets.tabs import TabPages

KEYS = QtCore.Qt.Key
LEFT = QtCore.Qt.MouseButton.LeftButton
ROWS = [(3, "Crash\there"), (1, "Error"), (2, "<b>bold</b>")]


@pytest.fixture
def shown(qtbot):
    """Return what shows a widget and keeps it for the test."""

    def show(widget, width=400, height=200):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        return widget

    return show


def table(key=""):
    columns = [
        TableColumn("id", "#", lambda r: str(r[0]), "number", 60, order=lambda r: r[0]),
        TableColumn("title", "Title", lambda r: r[1], width=120),
        TableColumn("more", "More", lambda _: "x", "chips", hidden=True),
    ]
    return DataTable(RowsModel(columns, ROWS, key=lambda r: r[0]), "Issues", key=key)


def everything():
    menu = QtWidgets.QMenu()
    form = Form(
        FormRow("Base URL", LineEdit(), help_text="Where it goes"),
        FormRow("Token", SecretField()),
        FormRow("Method", ComboBox([(1, "GET")])),
    )
    pages = TabPages("Below")
    pages.add("Signals", table())
    return boxed(
        Column(
            Row(Button("Open"), IconButton("copy", "Copy"), SplitButton("New", menu)),
            Segmented((("a", "A"), ("b", "B")), "View"),
            SearchField("Search"),
            form,
            Row(CheckBox("All"), Switch("On")),
            Message("danger", "No", "why", Button("Again"), details="x", closable=True),
            EmptyState("webhook", "Nothing", "line", Button("Do")),
            Waiting("…"),
            Splitter("t", Stepper([Step("a", "A")]), pages),
            ComboBox([(1, "x")], name="Sort"),
        )
    )


def test_every_widget_that_takes_the_keyboard_has_a_name(shown):
    holder = shown(everything(), 900, 1200)
    seen = 0
    for child in holder.findChildren(QtWidgets.QWidget):
        if child.focusPolicy() & QtCore.Qt.FocusPolicy.TabFocus and child.isVisible():
            reader = QtGui.QAccessible.queryAccessibleInterface(child)
            assert reader.text(QtGui.QAccessible.Text.Name), child
            seen += 1
    assert seen > 15


def test_tab_goes_from_top_to_bottom(shown, qtbot):
    first, second, third = LineEdit(name="1"), Button("2"), CheckBox("3")
    holder = shown(boxed(Column(first, second, third)))
    first.setFocus()
    order = []
    for _ in range(3):
        order.append(QtWidgets.QApplication.focusWidget())
        qtbot.keyClick(QtWidgets.QApplication.focusWidget(), KEYS.Key_Tab)
    assert order == [first, second, third]
    assert holder.isVisible()


def test_targets_are_at_least_24_pixels_high(shown):
    holder = shown(everything(), 900, 1200)
    for child in holder.findChildren(QtWidgets.QAbstractButton):
        if child.isVisible():
            assert child.height() >= 24, child


@pytest.mark.parametrize("kind", ["primary", "secondary", "plain", "danger", "link"])
def test_a_button_is_pressed_by_space_and_shows_its_ring(shown, qtbot, kind):
    other = LineEdit(name="other")
    button = Button("Open", kind=kind, icon="copy", hint="F5")
    holder = shown(boxed(Column(other, button)))
    other.setFocus()
    bare = button.grab().toImage()
    button.setFocus(QtCore.Qt.FocusReason.TabFocusReason)
    assert button.grab().toImage() != bare
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, KEYS.Key_Space)
    assert holder.isVisible()


def test_a_ring_does_not_follow_the_mouse(shown, qtbot):
    other, button = LineEdit(name="other"), Button("Open")
    holder = shown(boxed(Column(other, button)))
    other.setFocus()
    qtbot.mouseClick(button, LEFT)
    assert button.hasFocus()
    assert not button._ringed
    assert holder.isVisible()


def test_an_ampersand_is_shown_once():
    assert Button("R&&D").sizeHint() == Button("R&&D").sizeHint()
    assert Button("R&&D")._shown == "R&D"


def test_a_menu_opens_without_a_nested_loop(shown, qtbot):
    menu = QtWidgets.QMenu()
    menu.addAction("From a URL")
    button = shown(Button("New", menu=menu))
    qtbot.keyClick(button, KEYS.Key_Down)
    assert menu.isVisible()
    menu.hide()
    split = shown(SplitButton("New", QtWidgets.QMenu()))
    with qtbot.waitSignal(split.clicked):
        qtbot.mouseClick(split.main, LEFT)
    assert split.more.accessibleName() == "More ways: New"


def test_a_segment_is_chosen_by_arrow_keys(shown, qtbot):
    view = shown(Segmented((("form", "Form"), ("json", "JSON")), "View"))
    told = []
    view.chosen.connect(told.append)
    view.findChildren(Button)[0].setFocus()
    qtbot.keyClick(QtWidgets.QApplication.focusWidget(), KEYS.Key_Right)
    assert view.value() == "json"
    view.set_value("form")
    assert view.value() == "form"
    qtbot.mouseClick(view.findChildren(Button)[1], LEFT)
    assert told[-1] == "json"


def test_a_chip_and_a_status_say_their_word(shown):
    chip = shown(Chip("2 errors", "danger", state="error"))
    chip.show_fact("none")
    assert chip.text() == "none"
    status = shown(StatusLabel("running", "Running"))
    assert not status._beat.isActive()
    theme.motion = True
    status.show_state("running", "Running")
    assert status._beat.isActive()
    status._advance()
    status.show_state("ok", "Done")
    assert (status.state, status.text()) == ("ok", "Done")
    assert not status._beat.isActive()


def test_text_is_never_html(shown):
    label = shown(Label("<b>x</b>", elide=True), 20, 20)
    assert label.textFormat() == QtCore.Qt.TextFormat.PlainText
    label.grab()
    assert label.toolTip() == "<span>&lt;b&gt;x&lt;/b&gt;</span>"
    assert plain_tip("") == ""


def test_a_wrapped_text_gets_the_height_it_needs(shown):
    label = Label("many words " * 20, wrap=True)
    holder = shown(boxed(Column(label, None)), 160, 300)
    assert holder.isVisible()
    assert label.height() >= label.heightForWidth(label.width())
    label.setText("short")
    label.set_ink("danger")
    label.set_role("title")
    assert label.font().pixelSize() == theme.font("title").pixelSize()


def test_escape_clears_a_search_and_then_passes(shown, qtbot):
    field = shown(SearchField("Search", trailing="Ctrl F"))
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, KEYS.Key_Escape)
    assert field.text() == ""


def test_a_secret_shows_only_while_the_eye_is_held(shown, qtbot):
    field = shown(SecretField(name="Token"))
    modes = QtWidgets.QLineEdit.EchoMode
    qtbot.mousePress(field._eye, LEFT)
    assert field.echoMode() == modes.Normal
    qtbot.mouseRelease(field._eye, LEFT)
    assert field.echoMode() == modes.Password
    assert field._eye.accessibleName()


def test_a_field_makes_room_for_its_mark(shown):
    field = shown(LineEdit("x", name="x"))
    before = field.textMargins().right()
    field.set_mark("error")
    assert field.textMargins().right() > before
    assert field.mark == "error"


def test_a_drop_down_knows_values_and_leaves_the_wheel_to_the_page(shown, qtbot):
    box = shown(ComboBox([("get", "GET"), ("post", "POST")], name="Method"))
    told = []
    box.chosen.connect(told.append)
    assert box.value() == "get"
    box.set_value("post")
    assert (box.value(), told) == ("post", [])
    point = QtCore.QPointF(5, 5)
    wheel = QtGui.QWheelEvent(
        point,
        point,
        QtCore.QPoint(),
        QtCore.QPoint(0, 120),
        QtCore.Qt.MouseButton.NoButton,
        QtCore.Qt.KeyboardModifier.NoModifier,
        QtCore.Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    box.clearFocus()
    QtWidgets.QApplication.sendEvent(box, wheel)
    assert box.value() == "post"
    box.setFocus()
    qtbot.keyClick(box, KEYS.Key_Up)
    assert told == ["get"]
    box.set_value("gone")
    assert box.value() is None
    box.set_options([])
    assert box.value() is None


def test_boxes_toggle_by_space_and_anywhere_by_mouse(shown, qtbot):
    for box in (shown(CheckBox("All")), shown(Switch("On"))):
        qtbot.keyClick(box, KEYS.Key_Space)
        assert box.isChecked()
        qtbot.mouseClick(box, LEFT, pos=QtCore.QPoint(box.width() - 2, 10))
        assert not box.isChecked()
    counted = CheckBox("Code")
    counted.set_count("7")
    assert counted.accessibleDescription() == "7"


def test_an_error_takes_the_place_of_the_help(shown):
    row = FormRow("Token & more", LineEdit(), help_text="Paste it")
    form = shown(Form(row), 700, 200)
    assert row.field.accessibleName() == "Token & more"
    assert row.field.accessibleDescription() == "Paste it"
    row.set_error("It is empty.")
    assert (row.error, row.field.mark) == ("It is empty.", "error")
    assert row.field.accessibleDescription() == "It is empty."
    assert not row._note.help.isVisible()
    row.set_error("")
    row.set_help("Other")
    assert row._note.help.isVisible()
    assert form.rows == [row]


def test_labels_move_above_the_fields_where_it_is_narrow(shown, qtbot):
    row = FormRow("Token", LineEdit())
    form = shown(Form(row), 700, 200)
    assert row.label.x() < row.field.x()
    assert (
        abs(row.label.geometry().center().y() - row.field.geometry().center().y()) < 2
    )
    form.resize(300, 200)
    qtbot.waitUntil(lambda: row.label.geometry().bottom() < row.field.y())
    form.clear()
    assert form.rows == []


def test_no_row_flashes_as_a_window_of_its_own(qapp):
    def tops():
        return [w for w in qapp.topLevelWidgets() if w.isVisible()]

    before = tops()
    holder = everything()
    assert tops() == before
    holder.deleteLater()


def test_details_of_a_message_can_be_copied_and_it_can_be_closed(shown, qtbot):
    message = shown(Message("danger", "No", details="GET /\n401", closable=True))
    message.findChild(Details).copy()
    assert QtGui.QGuiApplication.clipboard().text() == "GET /\n401"
    close = message.findChildren(IconButton)[-1]
    assert close.accessibleName() == "Close: No"
    with qtbot.waitSignal(message.closed):
        qtbot.mouseClick(close, LEFT)


def test_waiting_can_be_cancelled(shown, qtbot):
    waiting = shown(Waiting("Reading"))
    waiting.show_progress("Reading page 2", 1.25)
    assert waiting.elapsed.text() == "1.2 s"
    with qtbot.waitSignal(waiting.cancelled):
        qtbot.mouseClick(waiting.cancel, LEFT)


def test_a_meter_knows_its_value_and_moves_only_while_the_total_is_unknown(shown):
    bar = shown(ProgressBar("Sync"))
    theme.motion = True
    bar.show_progress(1, None)
    assert bar._beat.isActive()
    bar._advance()
    bar.show_progress(43, 100)
    assert not bar._beat.isActive()
    assert bar.value() == 430
    spark = shown(Sparkline("Rate", unit=" ms"))
    spark.show_values([1, 3, 2])
    assert spark.accessibleDescription() == "now 2 ms, between 1 ms and 3 ms"


def test_steps_are_chosen_by_keyboard_and_spoken_as_sentences(shown, qtbot):
    steps = shown(Stepper([Step("a", "Basics"), Step("b", "Mapping", "fields")]))
    told = []
    steps.chosen.connect(told.append)
    steps.setFocus()
    qtbot.keyClick(steps, KEYS.Key_Down)
    assert told == ["b"]
    assert steps.current() == "b"
    steps.set_state("b", "error", "1 error")
    role = QtCore.Qt.ItemDataRole.AccessibleTextRole
    said = steps.model().index(1, 0).data(role)
    assert said == "Mapping, wrong, fields, 1 error"
    steps.set_current("a")
    assert steps.current() == "a"
    track = shown(StepTrack(steps.steps()))
    track.set_steps(steps.steps(), 1)
    assert "wrong" in track.accessibleDescription()


def test_where_titles_do_not_fit_only_the_current_step_keeps_its_own(shown):
    track = shown(StepTrack(()))
    track.set_steps([Step(one, one * 20) for one in "abcd"], 2)
    track.resize(2000, 48)
    assert all(track._widths())
    for width in (500, 330):
        track.resize(width, 48)
        widths = track._widths()
        assert [bool(one) for one in widths] == [False, False, True, False]
        assert track._taken(widths) <= width


def test_a_tab_keeps_the_room_of_its_bold_title(shown, qtbot):
    pages = TabPages("Below")
    for title in ("Signals", "Problems"):
        pages.add(title, QtWidgets.QWidget())
    shown(pages)
    widths = [pages.bar.tabRect(n).width() for n in range(2)]
    told = []
    pages.turned.connect(told.append)
    pages.bar.setFocus()
    qtbot.keyClick(pages.bar, KEYS.Key_Right)
    assert told == [1]
    assert pages.stack.currentIndex() == 1
    assert [pages.bar.tabRect(n).width() for n in range(2)] == widths
    pages.bar.set_badge(1, "3", "danger")
    assert pages.bar.tabRect(1).width() > widths[1]
    assert pages.bar.accessibleTabName(1) == "Problems, 3"


def test_a_splitter_moves_by_keyboard_and_is_remembered(shown, qtbot):
    def build():
        panes = (QtWidgets.QWidget(), QtWidgets.QWidget())
        return shown(Splitter("test", *panes, sizes=(100, 300)))

    splitter = build()
    before = splitter.sizes()
    qtbot.keyClick(splitter.handle(1), KEYS.Key_Right)
    assert splitter.sizes()[0] == before[0] + 16
    assert preferences.state("splitter/test") is not None
    assert build().sizes() == splitter.sizes()


def test_rows_are_copied_as_tsv_of_the_visible_columns(shown, qtbot):
    view = shown(table())
    view.selectAll()
    qtbot.keyClick(view, KEYS.Key_C, QtCore.Qt.KeyboardModifier.ControlModifier)
    text = QtGui.QGuiApplication.clipboard().text()
    assert text == "#\tTitle\n3\tCrash here\n1\tError\n2\t<b>bold</b>"


def test_a_row_is_picked_and_opened_by_keyboard(shown, qtbot):
    view = shown(table())
    picked, opened = [], []
    view.picked.connect(picked.append)
    view.opened.connect(opened.append)
    view.setFocus()
    qtbot.keyClick(view, KEYS.Key_Down)
    qtbot.keyClick(view, KEYS.Key_Return)
    assert picked[-1] == ROWS[1]
    assert opened == [ROWS[1]]
    assert view.selected_rows() == [ROWS[1]]


def test_the_selection_survives_new_rows_and_filters(shown):
    view = shown(table())
    view.select_key(1)
    view.rows.set_rows([(9, "new"), (1, "Error again")])
    assert view.current_row() == (1, "Error again")
    view.rows.set_filter("new")
    assert view.current_row() is None


def test_a_head_sorts_up_then_down_then_not(shown, qtbot):
    view = shown(table())
    head = view.horizontalHeader()
    orders = []
    for _ in range(3):
        spot = QtCore.QPoint(head.sectionPosition(0) + 10, 10)
        qtbot.mouseClick(head.viewport(), LEFT, pos=spot)
        orders.append([row[0] for row in view.rows.rows()])
    assert orders == [[1, 2, 3], [3, 2, 1], [3, 1, 2]]


def test_columns_are_chosen_by_menu_and_remembered(shown):
    view = shown(table("issues"))
    assert view.edge_columns() == (0, 1)
    actions = view.column_menu().actions()
    assert [action.isChecked() for action in actions] == [True, True, False]
    actions[2].trigger()
    assert view.edge_columns() == (0, 2)
    view.setColumnWidth(1, 222)
    again = shown(table("issues"))
    assert not again.isColumnHidden(2)
    assert again.columnWidth(1) == 222


def test_zoom_scales_a_table_without_forgetting_widths(shown):
    view = shown(table())
    view.setColumnWidth(1, 200)
    theme.set_zoom(1.5)
    assert view.columnWidth(1) == 300
    assert view.rowHeight(0) == 42
    theme.set_zoom(1)


def test_a_table_paints_a_screen_in_a_frame(shown):
    """Measured about 10 ms for 21 rows of 3; the bound only catches a blunder."""
    view = table()
    view.rows.set_rows([(n, f"row {n}") for n in range(500)])
    shown(view, 600, 620)
    view.setFocus()
    timer = QtCore.QElapsedTimer()
    view.grab()
    timer.start()
    view.grab()
    assert timer.elapsed() < 150


def test_a_card_has_a_head_only_where_it_has_a_title(shown):
    bare, titled = Card(), Card("Sign", Chip("1"))
    bare.add(Label("x"))
    titled.add(Label("y"))
    holder = shown(boxed(Column(bare, titled)))
    assert holder.isVisible()
    assert not bare._head.isVisible()
    assert titled._head.isVisible()
    empty = shown(EmptyState("webhook", "a", "b"))
    empty.say("Nothing matches", "Clear filters")
    assert empty.title.text() == "Nothing matches"


def test_chips_go_on_below_and_all_are_seen_whenever_they_change(shown, qtbot):
    row = WrapRow()
    holder = QtWidgets.QWidget()
    box = QtWidgets.QVBoxLayout(holder)
    box.addWidget(row)
    box.addStretch(1)
    shown(holder)
    holder.resize(240, 500)
    for count in (2, 6, 1, 9):  # filled anew while it is shown, as the detail pane is
        row.show_widgets([Chip(f"signal_{n}", mono=True) for n in range(count)])
        for width in (240, 120, 300):
            holder.resize(width, 500)
            QtWidgets.QApplication.processEvents()
            boxes = [widget.geometry() for widget in row._widgets]
            assert all(row.rect().contains(one) for one in boxes), (count, width)
            assert not any(
                one.intersects(other) for one, other in itertools.combinations(boxes, 2)
            )
    theme.set_zoom(1.5)
    QtWidgets.QApplication.processEvents()
    assert all(row.rect().contains(widget.geometry()) for widget in row._widgets)
    theme.set_zoom(1.0)
