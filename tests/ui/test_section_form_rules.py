"""Rules as a table with an order, and conditions as a tree, by mouse and keyboard."""

import pytest
from PySide6 import QtCore, QtTest, QtWidgets
from tests.ui.forms import form_over

from ferrule.errors import Problem
from ferrule.expression import Predicate
from ferrule.mapping import FieldMapping
from ferrule.ui.models.predicate_edits import sentence, with_predicate
from ferrule.ui.models.rules import rule_rows, shares, told
from ferrule.ui.widgets.form.fields import JsonEditor
from ferrule.ui.widgets.form.predicate import PredicateEditor, RuleEditor
from ferrule.ui.widgets.form.rules import RulesEditor

KEYS, MODS = QtCore.Qt.Key, QtCore.Qt.KeyboardModifier
BOTH = MODS.ControlModifier | MODS.ShiftModifier
LEFT = QtCore.Qt.MouseButton.LeftButton


def rule(state, then):
    return {"when": "$.state", "operator": "equals", "value": state, "then": then}


def rules_form(qtbot, *rules):
    document = {"fieldMapping": {"signalTypeRules": list(rules)}}
    draft, form = form_over(
        qtbot, document, FieldMapping, "/fieldMapping", only=("signalTypeRules",)
    )
    form.resize(520, 600)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    editor = next(e for e in form.editors() if isinstance(e, RulesEditor))
    return draft, form, editor


def thens(draft):
    return [r["then"] for r in draft.value("/fieldMapping/signalTypeRules")]


def test_rules_are_moved_by_the_keyboard_and_stay_chosen(qtbot):
    draft, _, editor = rules_form(qtbot, *(rule(s, s) for s in "abc"))
    editor.table.setFocus()
    assert editor.current == 0
    QtTest.QTest.keyClick(editor.table, KEYS.Key_Down, MODS.AltModifier)
    assert thens(draft) == ["b", "a", "c"]
    assert editor.current == 1
    QtTest.QTest.keyClick(editor.table, KEYS.Key_Up, MODS.AltModifier)
    QtTest.QTest.keyClick(editor.table, KEYS.Key_Up, MODS.AltModifier)
    assert thens(draft) == ["a", "b", "c"]
    QtTest.QTest.keyClick(editor.table, KEYS.Key_Delete)
    assert thens(draft) == ["b", "c"]
    draft.undo()
    assert thens(draft) == ["a", "b", "c"]


def test_rules_are_dragged_by_the_mouse(qtbot):
    draft, _, editor = rules_form(qtbot, *(rule(s, s) for s in "abc"))
    view = editor.table.viewport()
    high = editor.table.verticalHeader().defaultSectionSize()
    start, end = QtCore.QPoint(60, high // 2), QtCore.QPoint(60, high * 3 - 3)
    QtTest.QTest.mousePress(view, LEFT, MODS.NoModifier, start)
    QtTest.QTest.mouseMove(view, QtCore.QPoint(60, high))
    QtTest.QTest.mouseMove(view, end)
    QtTest.QTest.mouseRelease(view, LEFT, MODS.NoModifier, end)
    assert thens(draft) == ["b", "c", "a"]
    assert editor.current == 2
    QtTest.QTest.mouseClick(view, LEFT, MODS.NoModifier, start)
    assert thens(draft) == ["b", "c", "a"]
    assert editor.current == 0


def test_the_chosen_rule_is_edited_below_the_table(qtbot):
    draft, form, editor = rules_form(qtbot, rule("a", "first"), rule("b", "second"))
    editor.choose(1)
    assert form.editor("/fieldMapping/signalTypeRules/1/then").edit.text() == "second"
    field = form.editor("/fieldMapping/signalTypeRules/1/then").edit
    field.setFocus()
    QtTest.QTest.keyClick(field, KEYS.Key_End)
    QtTest.QTest.keyClicks(field, "!")
    assert thens(draft) == ["first", "second!"]
    assert field.hasFocus()
    assert editor.model.row(1).then == "second!"
    editor.choose(0)
    QtTest.QTest.keyClick(field, KEYS.Key_End)
    QtTest.QTest.keyClicks(field, "?")
    assert thens(draft) == ["first?", "second!"]


def test_rules_are_added_duplicated_and_removed_by_buttons(qtbot):
    draft, form, editor = rules_form(qtbot)
    qtbot.mouseClick(editor.add_button, LEFT)
    assert form.isAncestorOf(QtWidgets.QApplication.focusWidget())
    assert len(thens(draft)) == 1
    up, down, copy, gone = editor.tools
    assert not up.isEnabled()
    assert not down.isEnabled()
    qtbot.mouseClick(copy, LEFT)
    assert len(thens(draft)) == 2
    assert editor.current == 1
    qtbot.mouseClick(gone, LEFT)
    qtbot.mouseClick(gone, LEFT)
    assert thens(draft) == []
    assert not editor.table.isVisible()
    draft.undo()
    assert editor.table.isVisible()


def test_coverage_says_who_takes_how_many_and_what_is_left(qtbot):
    _, _, editor = rules_form(qtbot, *(rule(s, s) for s in "abc"))
    editor.take([5, 0, 3], 20)
    assert editor.bar.words == "Of 20 items: 5 by rule 1, a; 3 by rule 3, c; 12 no rule"
    assert editor.bar.accessibleName().endswith(editor.bar.words)
    said = [row.standing[0] for row in editor.model.rows()]
    assert said == ["5 items", "no item", "3 items"]
    boxes = {share.rule: box for share, box in editor.bar._boxes()}
    qtbot.mouseClick(editor.bar, LEFT, pos=boxes[2].center())
    assert editor.current == 2
    assert boxes[-1].width() > boxes[0].width() > boxes[2].width()


def test_what_lint_says_of_a_rule_stands_in_its_row(qtbot):
    _, form, editor = rules_form(qtbot, *(rule(s, s) for s in "abc"))
    place = "/fieldMapping/signalTypeRules"
    form.show_problems(
        [
            Problem("FD010", "warning", f"{place}/1", "never decides"),
            Problem("FD001", "error", f"{place}/2/when", "no path"),
        ]
    )
    said = [row.standing[0] for row in editor.model.rows()]
    assert said == ["", "never reached", "error"]
    form.show_problems([])
    assert [row.standing[0] for row in editor.model.rows()] == ["", "", ""]


def test_rules_that_are_none_are_shown_as_json_and_the_rest_stays(qtbot):
    document = {"fieldMapping": {"signalTypeRules": "what?", "priorityMapping": []}}
    draft, form = form_over(
        qtbot,
        document,
        FieldMapping,
        "/fieldMapping",
        only=("signalTypeRules", "priorityMapping"),
    )
    shown = [e for e in form.editors() if isinstance(e, RulesEditor)]
    assert [e.pointer for e in shown] == ["/fieldMapping/priorityMapping"]
    assert any(isinstance(e, JsonEditor) for e in form.editors())
    shown[0].append()
    assert draft.value("/fieldMapping/signalTypeRules") == "what?"


A = {"when": "$.a", "operator": "exists"}
B = {"when": "$.b", "operator": "exists"}
FRESH = {"when": "$.", "operator": "exists"}


def tree(qtbot, predicate, pointer="/p"):
    draft, form = form_over(qtbot, {"p": predicate}, Predicate, "/p", required=False)
    form.resize(520, 500)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    node = next(
        e
        for e in form.editors()
        if isinstance(e, PredicateEditor) and e.pointer == pointer
    )
    return draft, form, node


@pytest.mark.parametrize(
    ("before", "pointer", "key", "after"),
    [
        (A, "/p", KEYS.Key_X, {"not": A}),
        ({"not": A}, "/p", KEYS.Key_X, A),
        (A, "/p", KEYS.Key_A, {"all": [A]}),
        (A, "/p", KEYS.Key_O, {"any": [A]}),
        ({"any": [A]}, "/p", KEYS.Key_E, A),
        ({"any": [A, B]}, "/p", KEYS.Key_E, {"any": [A, B]}),
        ({"all": [{"any": [A, B]}]}, "/p/all/0", KEYS.Key_E, {"all": [A, B]}),
        (A, "/p", KEYS.Key_I, {"all": [A, FRESH]}),
        ({"any": [A]}, "/p", KEYS.Key_I, {"any": [A, FRESH]}),
        ({"any": [A, B]}, "/p/any/0", KEYS.Key_I, {"any": [A, FRESH, B]}),
        ({"any": [A]}, "/p", KEYS.Key_G, {"any": [A, {"any": [FRESH]}]}),
        ({"any": [A, B]}, "/p/any/1", KEYS.Key_Up, {"any": [B, A]}),
        ({"any": [A, B]}, "/p/any/0", KEYS.Key_Down, {"any": [B, A]}),
        ({"any": [A, B]}, "/p/any/0", KEYS.Key_Delete, {"any": [B]}),
    ],
)
def test_a_tree_is_changed_by_keys_from_inside_its_fields(
    qtbot, before, pointer, key, after
):
    draft, _form, node = tree(qtbot, before, pointer)
    node.take_focus()
    QtTest.QTest.keyClick(QtWidgets.QApplication.focusWidget(), key, BOTH)
    assert draft.value("/p") == after
    if after != before:
        draft.undo()
    assert draft.value("/p") == before


def test_the_menu_does_the_same_and_offers_only_what_can_be_done(qtbot):
    draft, _form, node = tree(qtbot, {"any": [A, B]}, "/p/any/0")
    node._offer()
    deeds = {a.text().split("\t")[0]: a for a in node._menu.actions() if a.text()}
    assert not deeds["Unwrap"].isEnabled()
    assert not deeds["Move up"].isEnabled()
    assert deeds["Move down"].isEnabled()
    deeds["Negate"].trigger()
    assert draft.value("/p/any/0") == {"not": A}
    assert node.more.accessibleName()


def test_a_predicate_that_may_be_absent_can_be_removed(qtbot):
    draft, _form, node = tree(qtbot, A)
    node.do("remove")
    assert "p" not in draft.document


def test_a_rule_with_more_than_one_condition_stands_under_if(qtbot):
    draft, form, _ = rules_form(qtbot, {**A, "then": "x"})
    editor = next(e for e in form.editors() if isinstance(e, RuleEditor))
    editor.do("negate")
    assert draft.value("/fieldMapping/signalTypeRules/0") == {
        "if": {"not": A},
        "then": "x",
    }
    assert with_predicate({"if": {"not": A}, "then": "x"}, B) == {**B, "then": "x"}


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        (A, "$.a exists"),
        (rule("open", "x"), "$.state is “open”"),
        ({"when": "$.n", "operator": "gt", "value": 5}, "$.n > 5"),
        (
            {"when": "$.n", "operator": "in", "value": [1, True]},
            "$.n is one of 1, true",
        ),
        ({"when": "$.n", "operator": "equals", "valuePath": "$.m"}, "$.n is $.m"),
        ({"all": [A, {"any": [A, B]}]}, "$.a exists and ($.a exists or $.b exists)"),
        ({"not": A}, "not ($.a exists)"),
        ({"all": []}, "nothing yet"),
        ("no tree", "?"),
    ],
)
def test_a_predicate_reads_as_a_sentence(predicate, words):
    assert sentence(predicate) == words


def test_shares_are_in_the_order_of_the_rules():
    rows = rule_rows([rule("a", "x"), "no rule"], [2, None])
    assert [(s.rule, s.items) for s in shares(rows, 5)] == [(0, 2), (-1, 3)]
    assert told(shares(rows, 0), 0) == "No items in the sample"
