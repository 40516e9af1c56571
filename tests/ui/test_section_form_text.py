"""Small languages in forms: what a text means, what fits next, and sections as JSON."""

import pytest
from PySide6 import QtCore, QtTest, QtWidgets
from tests.ui.forms import form_over

from ferrule.delta import Delta
from ferrule.errors import Problem
from ferrule.exchange import MISSING
from ferrule.mapping import FieldMapping
from ferrule.pagination import Pagination
from ferrule.request.template import RequestParts
from ferrule.resilience import RateLimit
from ferrule.ui.models.path_drag import Pick
from ferrule.ui.models.plain_words import date_words, duration_words
from ferrule.ui.models.sample_leaves import leaves
from ferrule.ui.models.slices import Slices
from ferrule.ui.models.template_hints import Sampled, completions, reading
from ferrule.ui.widgets.form.json import SectionJson, read_json
from ferrule.ui.widgets.form.kinds import VariantsEditor
from ferrule.ui.widgets.form.rows import Slot, WriteButton
from ferrule.ui.widgets.form.values import restored
from ferrule.workspace.picking import Way

KEYS, MODS = QtCore.Qt.Key, QtCore.Qt.KeyboardModifier
KNOWN = Sampled(
    items=[{"title": "Fix it", "user": {"login": "anna"}}, {"title": "Do"}],
    body={"next": "abc", "items": [1, 2]},
    config={"owner": "sample", "repo": "workshop"},
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PT15S", "15 seconds"),
        ("PT1M", "1 minute"),
        ("PT90S", "1 minute 30 seconds"),
        ("P1DT2H", "1 day 2 hours"),
        ("P2W", "2 weeks"),
        ("P30D", "30 days"),
        ("PT0.5S", "500 milliseconds"),
        ("PT0S", "0 milliseconds"),
        ("P1M", "1 month"),
        ("P6M", "6 months"),
        ("P1Y2M3D", "1 year 2 months 3 days"),
        ("P0.5M", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_a_duration_reads_in_plain_words(text, words):
    assert duration_words(text) == words


def test_a_date_format_shows_an_example():
    assert date_words("date") == "such as 2026-02-03"
    assert date_words("unix") == "such as 1770091506"
    assert date_words("") == ""


@pytest.mark.parametrize(
    ("text", "form", "reach", "told"),
    [
        ("{{title}} by {{user.login}}", "template", "item", "Fix it by anna"),
        ("/repos/{{owner}}/{{repo}}", "template", "body", "/repos/sample/workshop"),
        ("{{config.owner|upper}}", "template", "item", "SAMPLE"),
        ("{{nothing}}", "template", "body", ""),
        ("plain", "template", "item", ""),
        ("{{half", "template", "item", ""),
        ("$.user.login", "json-path", "item", "1 of 2: anna"),
        ("$.next", "source", "body", "abc"),
        ("$.items[*]", "source", "body", ""),
        ("$.[", "json-path", "body", ""),
        ("header:Link", "source", "body", ""),
        ("PT1S", "duration", "body", "1 second"),
    ],
)
def test_a_text_says_what_it_gives_on_the_sample(text, form, reach, told):
    assert reading(text, form, reach, KNOWN) == told


@pytest.mark.parametrize(
    ("text", "form", "reach", "fitting"),
    [
        ("/repos/{{ow", "template", "body", ["owner"]),
        ("{{title|up", "template", "item", ["upper"]),
        ("{{ti", "template", "item", ["title"]),
        ("{{config.ow", "template", "item", ["config.owner"]),
        ("{{user.", "template", "item", [".login"]),
        ("{{check", "template", "body", ["checkpoint"]),
        ("$.use", "json-path", "item", [".user"]),
        ("$.ne", "source", "body", [".next"]),
        ("plain", "template", "body", []),
    ],
)
def test_what_fits_next_comes_from_sample_configuration_and_filters(
    text, form, reach, fitting
):
    found = completions(text, len(text), form, reach, KNOWN)
    assert [entry.insert for entry in found.entries] == fitting


def shown(qtbot, form):
    form.resize(520, 400)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    return form


def test_a_template_is_completed_by_keys_and_shows_its_result(qtbot):
    draft, form = form_over(
        qtbot, {"r": {"query": {"q": ""}}}, RequestParts, "/r", only=("query",)
    )
    shown(qtbot, form).context.take_sample(None, KNOWN)
    field = form.editor("/r/query/q").edit
    field.setFocus()
    QtTest.QTest.keyClicks(field, "{{ow")
    QtTest.QTest.keyClick(field, KEYS.Key_Space, MODS.ControlModifier)
    hints = form.editor("/r/query/q").hints
    assert [e.insert for e in hints.popup.entries] == ["owner"]
    QtTest.QTest.keyClick(field, KEYS.Key_Tab)
    QtTest.QTest.keyClicks(field, "}}")
    assert draft.value("/r/query/q") == "{{owner}}"
    assert field.accessibleDescription() == "sample"
    draft.undo()
    assert draft.value("/r/query/q") != "{{owner}}"


def test_a_duration_says_what_it_is_below_the_field(qtbot):
    value = {"requests": 5, "per": "PT15S"}
    draft, form = form_over(qtbot, {"l": value}, RateLimit, "/l")
    shown(qtbot, form)
    field = form.editor("/l/per").edit
    assert field.accessibleDescription() == "15 seconds"
    field.setFocus()
    QtTest.QTest.keyClick(field, KEYS.Key_End)
    QtTest.QTest.keyClick(field, KEYS.Key_Backspace)
    assert field.accessibleDescription() == ""
    QtTest.QTest.keyClicks(field, "M")
    assert field.accessibleDescription() == "15 minutes"
    assert draft.value("/l/per") == "PT15M"


def written(qtbot, document, only):
    draft, form = form_over(qtbot, document, FieldMapping, "/m", only=only)
    shown(qtbot, form)
    toggle = form.findChild(WriteButton)
    qtbot.mouseClick(toggle, QtCore.Qt.MouseButton.LeftButton)
    return draft, form, toggle, next(form_json(form))


def form_json(form):
    return (e for e in form.editors() if isinstance(e, SectionJson))


def test_any_section_is_written_as_json_in_its_place(qtbot):
    fields = {"team": {"path": "$.team"}}
    draft, form, toggle, text = written(qtbot, {"m": {"fields": fields}}, ("fields",))
    assert QtWidgets.QApplication.focusWidget() is text.area
    text.area.setPlainText('{"team": {"path": "$.group"}}')
    assert draft.value("/m/fields") == {"team": {"path": "$.group"}}
    text.area.setPlainText('{"team":\n  oops}')
    assert draft.value("/m/fields") == {"team": {"path": "$.group"}}
    assert text.error.text().startswith("Line 2, column 3")
    assert text.area.accessibleDescription() == text.error.text()
    text.area.setPlainText("")
    assert draft.value("/m/fields") is MISSING
    assert text.error.text() == ""
    draft.undo()
    assert draft.value("/m/fields") == fields
    assert '"$.team"' in text.area.toPlainText()
    toggle.click()
    assert not list(form_json(form))
    assert form.editor("/m/fields/team/path").edit.text() == "$.team"


def test_a_section_that_must_be_there_is_not_emptied(qtbot):
    rules = [{"when": "$.id", "operator": "exists", "then": "x"}]
    document = {"m": {"signalTypeRules": rules}}
    draft, _form, _, text = written(qtbot, document, ("signalTypeRules",))
    text.area.setPlainText(" ")
    assert draft.value("/m/signalTypeRules") == rules
    assert "may not be absent" in text.error.text()


def test_a_kind_can_be_written_as_json_too(qtbot):
    draft, form = form_over(qtbot, {"p": {"type": "none"}}, Pagination, "/p")
    shown(qtbot, form)
    form.findChild(WriteButton).click()
    next(form_json(form)).area.setPlainText('{"type": "unheard of", "x": 1}')
    assert draft.value("/p") == {"type": "unheard of", "x": 1}
    form.findChild(WriteButton).click()
    slot = next(e for e in form.editors() if isinstance(e, Slot))
    assert slot.as_json  # no field can show it, and nothing of it is lost


def test_json_says_where_it_is_wrong():
    assert read_json(" ") == (MISSING, "")
    assert read_json('{"a": 12345678901234567890}')[0] == {"a": 12345678901234567890}
    assert read_json("[1,\n2")[1].startswith("Line 2, column 2")


def test_switching_kinds_there_and_back_loses_nothing_until_it_is_saved(qtbot):
    value = {"type": "cursor", "cursorPath": "$.next", "cursorParam": "since"}
    draft, form = form_over(qtbot, {"d": value}, Delta, "/d")
    editor = next(e for e in form.editors() if isinstance(e, VariantsEditor))
    editor.switch("none")
    assert draft.value("/d") == {"type": "none"}
    editor.switch("cursor")
    assert draft.value("/d") == value
    editor.switch("none")
    draft.draft.saved = draft.document
    draft.mark_saved()
    editor.switch("cursor")
    assert draft.value("/d") == {"type": "cursor", "cursorPath": "", "cursorParam": ""}


def test_what_was_said_since_wins_over_what_is_remembered():
    known = {"type": "a", "size": 5, "in": {"x": 1, "y": 2}}
    plain = {"type": "a", "size": 0, "in": {"x": 0}}
    fresh = {"type": "a", "size": 7, "in": {"x": 0}}
    assert restored(fresh, known, plain) == {
        "type": "a",
        "size": 7,
        "in": {"x": 1, "y": 2},
    }


def test_leaves_are_plain_values_near_the_top_first():
    item = {"a": {"b": 1, "c": [2]}, "d": None, "e": True, "odd name": "x"}
    assert [(leaf.path, leaf.example) for leaf in leaves([item])] == [
        ("$['odd name']", "x"),
        ("$.e", "true"),
        ("$.a.b", "1"),
    ]


def test_slices_do_the_rest_between_events_and_drop_what_is_gone(qtbot):
    slices, done = Slices(), []
    owner, gone = QtCore.QObject(), QtCore.QObject()
    assert not slices.overdue()
    with slices.slice(0):
        assert slices.overdue()
        slices.later(owner, lambda: done.append("first"))
        slices.later(gone, lambda: done.append("never"))
    slices.later(owner, lambda: done.append("second"))
    gone.deleteLater()
    QtCore.QCoreApplication.sendPostedEvents(gone, QtCore.QEvent.Type.DeferredDelete)
    assert (slices.busy, done) == (True, [])
    with qtbot.waitSignal(slices.done):
        pass
    assert done == ["first", "second"]
    slices.later(owner, lambda: done.append("third"))
    slices.finish()
    assert done[-1] == "third"


def test_a_path_is_completed_picked_and_says_what_it_gives(qtbot):
    """In a generated form, of the whole response as of an item."""
    value = {"type": "cursor", "nextPath": "", "nextParam": "after"}
    draft, form = form_over(qtbot, {"p": value}, Pagination, "/p")
    shown(qtbot, form).context.take_sample(None, KNOWN)
    editor = form.editor("/p/nextPath")
    editor.edit.setFocus()
    QtTest.QTest.keyClicks(editor.edit, "$.ne")
    QtTest.QTest.keyClick(editor.edit, KEYS.Key_Space, MODS.ControlModifier)
    assert [e.insert for e in editor.hints.popup.entries] == [".next"]
    QtTest.QTest.keyClick(editor.edit, KEYS.Key_Tab)
    assert draft.value("/p/nextPath") == "$.next"
    assert editor.edit.accessibleDescription() == "abc"
    QtTest.QTest.keyClicks(editor.edit, ".[")
    form.show_problems([Problem("FD001", "error", "/p/nextPath", "no path")])
    assert editor.edit.accessibleDescription() == ""
    assert editor.edit._mark == "error"
    way = (Way("$.meta.next", ""),)
    editor.insert_pick(Pick("$['meta']['next']", way, way))
    assert draft.value("/p/nextPath") == "$.meta.next"
    draft.undo()
    assert draft.value("/p/nextPath") == "$.next.["
