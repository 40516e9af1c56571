"""A path field: what it finds, where it is wrong, what was probably meant."""

import pytest
from PySide6 import QtCore, QtWidgets

from ferrule.ui.models import path_watch
from ferrule.ui.models.path_drag import Pick
from ferrule.ui.models.path_watch import PathWatch
from ferrule.ui.theme import theme
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.path_edit import PathEdit, placeholder
from ferrule.ui.widgets.path_field import column_of, units
from ferrule.workspace.picking import Way

KEYS = QtCore.Qt.Key
FLAGS = QtCore.Qt.KeyboardModifier
LEFT = QtCore.Qt.MouseButton.LeftButton
ITEMS = [
    {
        "id": at,
        "title": f"Title {at}",
        "user": {"login": "anna"},
        "assignees": [{"login": "bo"}] if at < 97 else [],
        "tag": None if at % 2 else "x",
    }
    for at in range(100)
]


@pytest.fixture
def edit(qtbot, monkeypatch):
    """Make fields; what is short is done at once, however busy the machine is."""
    monkeypatch.setattr(path_watch, "SLICE", 60.0)
    kept = []

    def make(kind="path", text="", width=640, places=None, **more):
        made = PathEdit("people", kind, **more)
        below = QtWidgets.QLineEdit()
        holder = boxed(Column(made, below))
        qtbot.addWidget(holder)
        holder.resize(width, 120)
        with qtbot.waitActive(holder):
            holder.show()
            holder.activateWindow()
        kept.append(holder)
        made.set_text(text)
        with qtbot.waitSignal(made.facts_changed):
            made.set_places(ITEMS if places is None else places)
        made.field.setFocus()
        return made

    yield make
    for holder in kept:
        holder.close()


def picked(path):
    ways = (Way(path, "In each item"),)
    return Pick(path, ways, ways, "anna", '"anna"')


def type_into(qtbot, made, text):
    made.field.selectAll()
    qtbot.keyClicks(made.field, text)
    made.field.popup.dismiss()


@pytest.mark.parametrize(
    ("kind", "text", "state", "mark", "count"),
    [
        ("path", "$.id", "all", "ok", "100"),
        ("path", "$.assignees[*].login", "partial", "warning", "97"),
        ("path", "$.assignees[*].logn", "none", "error", "0 of 100"),
        ("path", "$.id[", "error", "error", "invalid"),
        ("path", "", "empty", "", ""),
        ("template", "{{title}} by {{user.login}}", "all", "ok", "100"),
        ("template", "{{titel}}", "none", "error", "0 of 100"),
        ("template", "{{title", "error", "error", "invalid"),
    ],
)
def test_it_says_what_a_text_matches(edit, kind, text, state, mark, count):
    made = edit(kind, text)
    assert made.facts.state == state
    assert (made.field.mark, made.zone.count) == (mark, count)
    assert made.field.accessibleDescription() == made.zone.accessibleName()


def test_the_items_path_counts_items(edit):
    for text in ("$.items[*]", "$.items"):
        made = edit("items", text, places=[{"items": ITEMS}])
        assert (made.zone.count, made.facts.kind) == ("100", "object")
        assert made.zone.shown_values()[0][0] == "object × 100"  # noqa: RUF001  the sign of times


def test_every_keystroke_is_answered_at_once(qtbot, edit):
    made = edit()
    states = []
    made.facts_changed.connect(lambda facts: states.append((facts.text, facts.state)))
    edited = []
    made.edited.connect(edited.append)
    type_into(qtbot, made, "$.id")
    assert states == [("$", "all"), ("$.", "error"), ("$.i", "none"), ("$.id", "all")]
    assert edited[-1] == "$.id"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("$.a[?@.x = 1]", (9, 10)),
        ("$['😀'].a[?@.x = 1]", (14, 15)),
        ("$.assignees[*].logn", (15, 19)),
        ("$.id[", (5, 5)),
    ],
)
def test_an_error_stands_under_its_column(edit, text, span):
    made = edit(text=text)
    assert made.field.squiggle == span
    box = made.field.squiggle_box()
    advance = theme.measured("code").horizontalAdvance
    left = made.field.textMargins().left() + 2
    assert abs(box.left() - left - advance(text[: span[0]])) < 3
    under = text[span[0] : span[1]] or "0"  # at the end it still shows
    assert abs(box.width() - advance(under)) < 3
    shown = f"column {span[0] + 1}"
    assert shown in made.message.text.text().lower()


def test_the_squiggle_moves_with_a_scrolled_text(edit):
    long = "$." + "averylongname." * 12 + "end[?@.x = 1]"
    made = edit(text=long)
    made.field.home(False)
    assert made.field.squiggle_box().width() == 0
    made.field.end(False)
    made.field.repaint()  # Qt scrolls when it paints
    box = made.field.squiggle_box()
    caret = made.field.cursorRect().center().x()
    behind = theme.measured("code").horizontalAdvance(long[made.facts.column :])
    assert box.width() > 0
    assert abs(caret - behind - box.left()) < 5


def test_columns_and_carets_count_differently():
    text = "a😀b"
    assert [units(text, at) for at in range(4)] == [0, 1, 3, 4]
    assert [column_of(text, at) for at in (0, 1, 3, 4)] == [0, 1, 2, 3]


def test_tab_takes_what_was_meant_and_then_moves_on(qtbot, edit):
    made = edit(text="$.assignees[*].logn")
    assert made.message.offer.shown == ".login"
    qtbot.keyClick(made.field, KEYS.Key_Tab)
    assert (made.text(), made.facts.matched) == ("$.assignees[*].login", 97)
    assert made.field.hasFocus()
    qtbot.keyClick(made.field, KEYS.Key_Tab)
    assert not made.field.hasFocus()
    made.field.undo()
    assert made.text() == "$.assignees[*].logn"


def test_escape_puts_a_suggestion_away(qtbot, edit):
    made = edit(text="$.titel")
    qtbot.keyClick(made.field, KEYS.Key_Escape)
    assert not made.message.offer.isVisible()
    qtbot.keyClick(made.field, KEYS.Key_Tab)
    assert made.text() == "$.titel"


def test_a_press_takes_what_was_meant(qtbot, edit):
    made = edit("template", "{{titel}}")
    qtbot.mouseClick(made.message.offer, LEFT)
    assert made.text() == "{{title}}"


def test_what_is_missing_can_be_asked_for(qtbot, edit):
    made = edit(text="$.assignees[*].login")
    assert made.message.text.text() == "Matches 97 of 100."
    assert made.message.link.text() == "Show the 3"
    with qtbot.waitSignal(made.missing_requested) as asked:
        made.message.link.click()
    assert asked.args[0].matched == 97


@pytest.mark.parametrize(
    ("text", "mark"),
    [("$.assignees[*].login", "ok"), ("$.user.name", "warning"), ("$.titel", "error")],
)
def test_an_optional_member_may_be_missing(edit, text, mark):
    assert edit(text=text, optional=True).field.mark == mark


def test_setting_an_equal_text_leaves_the_caret(edit):
    made = edit(text="$.user.login")
    made.field.setCursorPosition(3)
    made.field.setSelection(1, 2)
    made.set_text("$.user.login")
    assert made.field.selectedText() == ".u"
    made.field.setCursorPosition(3)
    edited = []
    made.edited.connect(edited.append)
    made.set_text("$.user.name")
    assert (made.field.cursorPosition(), edited) == (3, [])


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("$.user.login", "{{user.login}}"),
        ("$['a b']", "{{$['a b']}}"),
        ("$.labels[*].name", "{{$.labels[*].name}}"),
    ],
)
def test_a_pick_goes_into_a_template_at_the_caret(edit, path, written):
    made = edit("template", "😀 by ")
    made.field.end(False)
    made.insert_pick(picked(path))
    assert made.text() == f"😀 by {written}"
    assert placeholder(path) == written


def test_a_pick_takes_the_place_of_a_path_and_can_be_undone(qtbot, edit):
    made = edit(text="$.x")
    with qtbot.waitSignal(made.edited) as edited:
        made.insert_pick(picked("$.user.login"))
    assert edited.args == ["$.user.login"]
    made.field.undo()
    assert made.text() == "$.x"


def test_picking_has_a_key_and_a_button(qtbot, edit):
    made = edit()
    with qtbot.waitSignal(made.pick_requested):
        qtbot.keyClick(made.field, KEYS.Key_P, FLAGS.AltModifier)
    with qtbot.waitSignal(made.pick_requested):
        qtbot.mouseClick(made.field.pick, LEFT)
    assert made.field.pick.accessibleName()
    assert made.field.accessibleName() == "people"


def test_completions_open_by_key_and_are_taken_by_tab(qtbot, edit):
    made = edit()
    qtbot.keyClicks(made.field, "$.")
    popup = made.field.popup
    assert popup.shown()
    assert [entry.label for entry in popup.entries][:2] == ["id", "title"]
    qtbot.keyClicks(made.field, "us")
    qtbot.keyClick(made.field, KEYS.Key_Tab)
    assert (made.text(), popup.shown()) == ("$.user", False)
    qtbot.keyClicks(made.field, ".")
    qtbot.keyClick(popup._view, KEYS.Key_Escape)
    assert not popup.shown()
    qtbot.keyClick(made.field, KEYS.Key_Space, FLAGS.ControlModifier)
    qtbot.keyClick(made.field, KEYS.Key_Return)
    assert made.text() == "$.user.login"


def test_chips_are_dropped_and_only_the_first_is_cut(edit):
    made = edit(text="$.id", width=700)
    assert len(made.zone.shown_values()) == 3
    made = edit(text="$.title", width=700)
    widths = [width for _, width in made.zone.shown_values()]
    assert sum(widths) <= made.zone.width()
    made = edit("template", "{{title}} and much more than there is room for", width=440)
    shown = made.zone.shown_values()
    assert (len(shown), shown[0][1]) == (1, made.zone.width())
    assert not made.zone._shows_count()


def test_a_long_evaluation_runs_in_a_thread_and_stale_ones_are_dropped(run, qapp):
    deep = [{"a": [{"b": [{"login": n} for n in range(20)]}] * 20} for n in range(30)]
    watch = PathWatch("path")
    watch.set_places(deep)
    found = []
    watch.found.connect(lambda finding: found.append(finding.facts))

    async def typing():
        assert not watch.check("$..logi")
        assert watch.busy
        assert not watch.check("$..log")
        assert not watch.check("$..login")
        await watch._tasks.wait("find")

    run(typing())
    assert [(facts.text, facts.count) for facts in found] == [("$..login", 12_000)]


def test_without_a_sample_nothing_is_called_wrong(edit):
    made = edit(text="$.anything", places=[])
    assert (made.field.mark, made.zone.count) == ("", "")
    assert not made.message.isVisible()
    made.set_text("$.[")
    made._check()
    assert made.field.mark == "error"


def test_it_fits_at_twice_the_size(edit):
    theme.set_zoom(2.0)
    made = edit(text="$.titel", width=1_000)
    assert made.height() >= made.field.height() + made.message.height()
    assert made.field.height() >= 64
    theme.set_zoom(1.0)


def test_a_pattern_that_is_not_re2_is_underlined(qtbot, edit):
    made = edit("path")
    type_into(qtbot, made, "$.user[?search(@.a, '(?=x)')]")
    assert made.field.mark == "error"
    assert made.field.squiggle == (21, 26)
    assert "not valid RE2" in made.message.text.text()
    assert made.field.accessibleDescription().startswith("invalid pattern")


def test_values_are_completed_after_a_comparison(qtbot, edit):
    made = edit("path")
    type_into(qtbot, made, "$.assignees[?@.login=")
    qtbot.keyClicks(made.field, "=")
    assert [entry.insert for entry in made.field.popup.entries] == [" 'bo'"]
    qtbot.keyClick(made.field, KEYS.Key_Return)
    qtbot.keyClicks(made.field, "]")
    assert made.text() == "$.assignees[?@.login== 'bo']"
    assert made.facts.matched == 97
