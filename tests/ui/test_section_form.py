"""Generated forms: every kind has one, every edit can be undone, nothing is lost."""

import random
from collections.abc import Mapping
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.forms import (
    act,
    by_kind,
    form_over,
    open_all,
    section,
    shown,
    switch,
    unions,
    write,
)

from ferrule.auth import Auth
from ferrule.auth.api_key import ApiKeyConfig
from ferrule.descriptor.document import check_part
from ferrule.descriptor.ingestion import PollingPart, WebhookPart
from ferrule.descriptor.model import Connector
from ferrule.errors import Problem
from ferrule.exchange import MISSING, encode
from ferrule.expression import Predicate
from ferrule.fields import InputField
from ferrule.mapping import FieldMapping
from ferrule.pagination import Pagination
from ferrule.section import Section
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.path_drag import Pick
from ferrule.ui.widgets.builder.steps import MAPPED, PARTS, REQUEST_LINE
from ferrule.ui.widgets.chip import Chip
from ferrule.ui.widgets.form.fields import (
    ChoiceEditor,
    JsonEditor,
    LineEditor,
    SwitchEditor,
    TextEditor,
)
from ferrule.ui.widgets.form.groups import GroupEditor, OptionalGroup
from ferrule.ui.widgets.form.kinds import EitherEditor, VariantsEditor
from ferrule.ui.widgets.form.lists import KeyedEditor, ManyEditor
from ferrule.ui.widgets.form.rows import Slot
from ferrule.ui.widgets.form.section import form_context, make_editor
from ferrule.ui.widgets.form.shapes import Fixed, Variants, members, shape_of
from ferrule.ui.widgets.form.values import read_text, same, text_of
from ferrule.workspace.authoring import blank
from ferrule.workspace.drafts import Draft
from ferrule.workspace.picking import Way

UNIONS = list(unions(Connector))
KINDS = [
    pytest.param(union, kind, id=f"{where}-{kind.tag}")
    for where, union in UNIONS
    for kind in union.kinds
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


def test_the_unions_of_a_connector_are_all_found():
    assert len(UNIONS) == 12
    assert sum(len(union.kinds) for _, union in UNIONS) >= 45


@pytest.mark.parametrize(("union", "kind"), KINDS)
def test_every_kind_has_a_form_that_shows_it_and_changes_nothing(qtbot, union, kind):
    value = section(kind.model)
    check_part(kind.model, value)
    draft, form = form_over(qtbot, {"at": value}, union, "/at")
    editor = next(e for e in form.editors() if isinstance(e, VariantsEditor))
    assert editor.combo.currentText() == kind.title
    assert editor.tag == kind.tag
    open_all(form)
    places = {e.pointer for e in form.editors()}
    for member in members(kind.model):
        if not isinstance(member.shape, Fixed):
            assert f"/at/{member.name}" in places, member.name
    assert not any(isinstance(e, Slot) and e.as_json for e in form.editors())
    form.refresh()
    assert draft.document == {"at": value}
    assert draft.undoable is None


@pytest.mark.parametrize(("union", "kind"), KINDS)
def test_every_kind_can_be_switched_to_and_back(qtbot, union, kind):
    first = section(union.kinds[0].model)
    draft, form = form_over(qtbot, {"at": first}, union, "/at")
    editor = next(e for e in form.editors() if isinstance(e, VariantsEditor))
    editor.switch(kind.tag)
    assert editor.tag == kind.tag
    if kind is not union.kinds[0]:
        assert draft.undoable
        draft.undo()
    assert draft.value("/at") == first
    assert editor.tag == union.kinds[0].tag


def test_a_switch_keeps_what_both_kinds_have_and_remembers_the_rest(qtbot):
    value = {"type": "cursor", "pageSize": 50, "nextPath": "$.next", "maxPages": 3}
    draft, form = form_over(qtbot, {"p": value}, Pagination, "/p")
    editor = next(e for e in form.editors() if isinstance(e, VariantsEditor))
    editor.switch("offset")
    assert draft.value("/p/pageSize") == 50
    assert draft.value("/p/maxPages") == 3
    assert draft.value("/p/type") == "offset"
    draft, form = form_over(qtbot, {"a": section(auth_kind("api_key"))}, Auth, "/a")
    editor = next(e for e in form.editors() if isinstance(e, VariantsEditor))
    before = draft.value("/a")
    editor.switch("pat")
    assert "also" not in draft.value("/a/config")
    assert (
        draft.value("/a/config/credentialFields")
        == before["config"]["credentialFields"]
    )
    editor.switch("api_key")
    assert draft.value("/a/config/paramName") == before["config"]["paramName"]


def auth_kind(tag):
    union = shape_of(Auth)
    assert isinstance(union, Variants)
    return next(kind.model for kind in union.kinds if kind.tag == tag)


CONDITION = {"when": "$.state", "operator": "equals", "value": "open"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("All of", {"all": [CONDITION]}),
        ("Any of", {"any": [CONDITION]}),
        ("Not", {"not": CONDITION}),
    ],
)
def test_a_condition_goes_into_a_combination_and_comes_out_again(
    qtbot, title, expected
):
    draft, form = form_over(qtbot, {"p": CONDITION}, Predicate, "/p")
    editor = next(e for e in form.editors() if isinstance(e, VariantsEditor))
    switch(editor, title)
    assert draft.value("/p") == expected
    switch(editor, "Condition")
    assert draft.value("/p") == CONDITION


def test_a_rule_with_one_condition_becomes_a_combination(qtbot):
    rule = {**CONDITION, "then": "issue_open"}
    document = {"fieldMapping": {"signalTypeRules": [rule]}}
    draft, form = form_over(
        qtbot, document, FieldMapping, "/fieldMapping", only=("signalTypeRules",)
    )
    editor = next(e for e in form.editors() if isinstance(e, VariantsEditor))
    switch(editor, "Combination")
    found = draft.value("/fieldMapping/signalTypeRules/0")
    assert found == {"if": CONDITION, "then": "issue_open"}


def see(qtbot, form):
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()


def test_undo_covers_every_kind_of_field(qtbot):
    """Random edits of all kinds of fields, then all the way back and forth again."""
    rng = random.Random(7)  # noqa: S311  repeatable edits, no secret
    done = set()
    for model, pointer, base in (
        (FieldMapping, "/m", {"m": section(FieldMapping)}),
        (PollingPart, "/p", {"p": section(PollingPart)}),
        (ApiKeyConfig, "/k", {"k": section(ApiKeyConfig)}),
        (InputField, "/f", {"f": section(InputField)}),
    ):
        draft, form = form_over(qtbot, base, model, pointer)
        states = [draft.document]
        for _ in range(45):
            kinds = by_kind(form)
            editor = rng.choice(kinds[rng.choice(sorted(kinds))])
            did = act(editor, rng)
            if draft.document is not states[-1] and did:
                done.add(did)
                states.append(draft.document)
        final = draft.document
        _assert_like_fresh(qtbot, draft, form, model, pointer)
        while draft.undo():
            assert any(same(draft.document, state) for state in states)
        assert same(draft.document, base)
        _assert_like_fresh(qtbot, draft, form, model, pointer)
        while draft.redo():
            pass
        assert same(draft.document, final)
        _assert_like_fresh(qtbot, draft, form, model, pointer)
    kinds = (ChoiceEditor, JsonEditor, SwitchEditor, TextEditor, OptionalGroup)
    more = (EitherEditor, KeyedEditor, ManyEditor, VariantsEditor)
    assert done >= {kind.__name__ for kind in (*kinds, *more)} - {"SwitchEditor"}


def _assert_like_fresh(qtbot, draft, form, model, pointer):
    """The form shows what a form made now would show."""
    _, fresh = form_over(qtbot, draft.document, model, pointer)
    live, made = shown(form), shown(fresh)
    for key in made.keys() & live.keys():
        assert live[key] == made[key], key
    assert {k for k in made if k[1] == "ManyEditor"} <= live.keys()


def test_typing_is_one_step_and_undo_leaves_the_caret_alone(qtbot):
    document = {"n": {"type": "offset", "pageSize": 10, "nextParam": "page"}}
    draft, form = form_over(qtbot, document, Pagination, "/n")
    field = next(
        e
        for e in form.editors()
        if e.pointer == "/n/nextParam" and isinstance(e, TextEditor)
    )
    see(qtbot, form)
    field.edit.setFocus()
    for text in ("pages", "pagesn"):
        write(field, text)
    field.edit.setCursorPosition(2)
    assert draft.undo() == "Goes to"
    assert field.edit.text() == "page"
    assert field.edit.cursorPosition() == 2
    assert field.edit.hasFocus()
    assert draft.undo() is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("pageSize", {"not": "a number"}),
        ("nextParam", ["several"]),
        ("stopWhen", "always"),
        ("sendOnFirst", "maybe"),
        ("maxPages", None),
    ],
)
def test_a_value_without_a_field_is_shown_as_json_and_kept(qtbot, member, value):
    document = {"n": {"type": "offset", "pageSize": 10} | {member: value}}
    draft, form = form_over(qtbot, document, Pagination, "/n")
    found = [e for e in form.editors() if e.pointer == f"/n/{member}"]
    area = next(e for e in found if isinstance(e, JsonEditor))
    assert same(read_text(area.area.toPlainText()), value)
    assert draft.document == document
    draft.edit(f"/n/{member}", MISSING)
    found = [e for e in form.editors() if e.pointer == f"/n/{member}"]
    assert not any(isinstance(e, JsonEditor) for e in found)


def test_a_member_that_the_section_does_not_know_is_shown_and_can_be_removed(qtbot):
    document = {"n": {"type": "none", "pagesize": 5}}
    draft, form = form_over(qtbot, document, Pagination, "/n")
    area = next(e for e in form.editors() if e.pointer == "/n/pagesize")
    assert area.area.toPlainText() == "5"
    area.area.setPlainText("6")
    assert draft.value("/n/pagesize") == 6
    remove = form.findChild(QtWidgets.QPushButton, "") is not None
    assert remove
    area.put(MISSING)
    assert draft.document == {"n": {"type": "none"}}


def test_what_cannot_run_yet_says_what_it_needs(qtbot):
    _, form = form_over(qtbot, {"a": {"method": "ssh_key"}}, Auth, "/a")
    chips = [chip.text() for chip in form.findChildren(Chip) if not chip.isHidden()]
    assert chips == ["needs native connector"]
    _, form = form_over(qtbot, {"m": {}}, Needy, "/m", only=["member"])
    open_all(form)
    assert "needs time" in {chip.text() for chip in form.findChildren(Chip)}


class Needy(Section):
    """A part with a member that cannot run yet."""

    member_needs: ClassVar[Mapping[str, str]] = {"member": "time"}

    member: str | None = Field(None, title="Member")


def test_problems_are_told_at_their_field(qtbot):
    document = {"n": {"type": "cursor", "pageSize": 5, "nextPath": "$["}}
    _, form = form_over(qtbot, document, Pagination, "/n")
    form.show_problems([Problem("FD001", "error", "/n/nextPath", "No.", "Close it.")])
    row = next(r for r in form.rows() if r.slot.pointer == "/n/nextPath")
    assert row.row.error == "No. Close it."
    assert row.slot.inner.edit.mark == "error"
    form.show_problems([])
    assert row.row.error == ""


def test_lists_and_names_are_worked_by_keyboard(qtbot):
    document = {"p": {"query": {"state": "all", "sort": "asc"}, "headers": {}}}
    draft, form = form_over(
        qtbot, document, PollingPart, "/p", only=("query", "headers")
    )
    form.show()
    query = next(e for e in form.editors() if isinstance(e, KeyedEditor))
    qtbot.keyClick(query.add_button, QtCore.Qt.Key.Key_Space)
    assert list(draft.value("/p/query")) == ["state", "sort", "name3"]
    row = query._rows[-1]
    row.key.selectAll()
    qtbot.keyClicks(row.key, "page")
    assert list(draft.value("/p/query")) == ["state", "sort", "page"]
    write(row.slot.inner._inner, "2")
    assert draft.value("/p/query/page") == "2"
    row.key.setText("state")
    row.key.textEdited.emit("state")
    assert row.key.mark == "error"
    assert list(draft.value("/p/query")) == ["state", "sort", "page"]
    draft.undo()
    draft.undo()
    draft.undo()
    assert draft.document == document


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_json_written_as_text_reads_back(value):
    assert same(read_text(text_of(value)), value)


def test_big_numbers_and_decimals_keep_their_digits(qtbot):
    draft, form = form_over(qtbot, {"f": {"key": "a", "label": "A"}}, InputField, "/f")
    open_all(form)
    area = next(
        e
        for e in form.editors()
        if e.pointer == "/f/default" and isinstance(e, JsonEditor)
    )
    area.area.setPlainText("123456789012345678901234567890.10")
    assert encode(draft.value("/f/default")) == b"123456789012345678901234567890.10"


def test_every_member_of_a_connector_is_in_exactly_one_step():
    places = [
        (part.base, name)
        for parts in PARTS.values()
        for part in parts
        for name in part.names
    ]
    assert len(places) == len(set(places))
    found = {base: {n for b, n in places if b == base} for base, _ in places}
    assert found["root"] == {m.name for m in members(Connector)} - {
        "ingestion",
        "fieldMapping",
    }
    polling = {m.name for m in members(PollingPart)}
    assert found["polling"] == polling - set(REQUEST_LINE)
    mapping = {m.name for m in members(FieldMapping)}
    assert found["mapping"] == mapping - set(MAPPED) - {"itemsPath"}
    assert found["webhook"] == {""}
    assert members(WebhookPart)


def test_every_field_has_a_name(qtbot):
    _, form = form_over(qtbot, blank(), Connector)
    open_all(form)
    form.show()
    nameless = [
        child
        for child in form.findChildren(QtWidgets.QWidget)
        if child.focusPolicy() & QtCore.Qt.FocusPolicy.TabFocus
        and child.isVisible()
        and not QtGui.QAccessible.queryAccessibleInterface(child).text(
            QtGui.QAccessible.Text.Name
        )
    ]
    assert nameless == []


def test_a_field_that_takes_a_pick_says_when_it_has_the_caret(qtbot):
    document = {"n": {"type": "cursor", "pageSize": 5, "nextPath": "$.a"}}
    draft, form = form_over(qtbot, document, Pagination, "/n")
    seen = []
    form.context.focused.connect(seen.append)
    see(qtbot, form)
    field = next(
        e
        for e in form.editors()
        if e.pointer == "/n/nextPath" and isinstance(e, TextEditor)
    )
    field.edit.setFocus()
    assert seen == [field]
    way = (Way("$.meta.next", ""),)
    field.insert_pick(Pick("$['meta']['next']", way, way))
    assert draft.value("/n/nextPath") == "$.meta.next"


def test_a_group_shows_only_what_is_wanted_until_asked(qtbot):
    _, form = form_over(qtbot, {"n": {"type": "link_header"}}, Pagination, "/n")
    group = next(e for e in form.editors() if isinstance(e, GroupEditor))
    assert group.rows == []
    group.open_all()
    assert len(group.rows) == 11


def test_a_slot_makes_the_field_of_its_shape(qtbot):
    draft = DraftModel(Draft({"a": 1}), "x")
    editor = make_editor(form_context(draft), "/a", shape_of(int), "A", required=True)
    qtbot.addWidget(editor)
    assert isinstance(editor, LineEditor)
    editor.refresh()
    write(editor, "12x")
    assert draft.value("/a") == "12x"
    write(editor, "12")
    assert draft.value("/a") == 12
