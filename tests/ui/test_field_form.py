"""A form made from input fields, worked by keys."""

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.catalogue_desk import nameless

from ferrule.fields import InputField
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.field import LineEdit, SecretField
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.form_areas import ListArea, TextArea
from ferrule.ui.widgets.form_dates import DateEdit
from ferrule.ui.widgets.form_files import FilePick
from ferrule.ui.widgets.label import SectionHead
from ferrule.ui.widgets.layouts import Scroll

KEYS = QtCore.Qt.Key
OPTIONS = [{"value": "eu", "label": "Europe"}, {"value": "us", "label": "America"}]


def field(kind="text", key="one", **more):
    return InputField.model_validate(
        {"key": key, "label": key.title(), "type": kind, **more}
    )


def paste(text, widget):
    QtGui.QGuiApplication.clipboard().setText(text)
    widget.setFocus()
    widget.selectAll()
    widget.paste()


@pytest.fixture
def shown(qtbot):
    def show(*fields, **given):
        form = FieldForm(fields, **given)
        qtbot.addWidget(form)
        form.resize(520, 400)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form

    return show


@pytest.mark.parametrize(
    ("kind", "widget"),
    [
        ("text", LineEdit),
        ("password", SecretField),
        ("url", LineEdit),
        ("number", LineEdit),
        ("boolean", Switch),
        ("select", ComboBox),
        ("textarea", TextArea),
        ("date", DateEdit),
        ("datetime", DateEdit),
        ("file", FilePick),
    ],
)
def test_every_type_has_its_control_with_a_name_and_help(shown, kind, widget):
    options = OPTIONS if kind == "select" else []
    spec = field(kind, required=True, helpText="What it is", options=options)
    form = shown(spec)
    control = form.rows["one"].field
    assert type(control) is widget
    assert control.accessibleName() == "One, required"
    assert control.accessibleDescription() == "What it is"
    assert nameless(form) == []


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  a b ", "a b"),
        ("url", "https://api.example.com/", "https://api.example.com"),
        ("number", "42", 42),
        ("number", "-1.5", -1.5),
        ("list", "a, b ,,c", ["a", "b", "c"]),
        ("date", "2026-02-03", "2026-02-03"),
        ("datetime", "2026-02-03T04:05:00Z", "2026-02-03T04:05:00Z"),
        ("password", "s3cret ", "s3cret"),
    ],
)
def test_what_is_typed_becomes_a_value(shown, qtbot, kind, typed, value):
    form = shown(field(kind))
    with qtbot.waitSignal(form.edited):
        qtbot.keyClicks(form.rows["one"].field, typed)
    assert form.read() == {"one": value}


@pytest.mark.parametrize(
    ("spec", "typed", "why"),
    [
        (field(required=True), "", "This is required."),
        (field("url"), "example.com", "must be a full address"),
        (field("date"), "3.2.2026", "Such as 2026-02-03"),
        (field("datetime"), "soon", "Such as"),
        (field(pattern="[a-z]+", example="abc"), "A1", "An example: abc."),
        (field("number"), "-", "must be a number"),
    ],
)
def test_what_does_not_fit_is_said_under_its_field(shown, qtbot, spec, typed, why):
    form = shown(field(key="before"), spec, field(key="after"))
    qtbot.keyClicks(form.rows["one"].field, typed)
    assert form.read() is None
    row = form.rows["one"]
    assert why in row.error
    assert row.field.accessibleDescription() == row.error
    assert row.field.mark == "error"
    assert row.field.hasFocus()


def test_an_error_goes_as_soon_as_the_value_fits(shown, qtbot):
    form = shown(field("url"), field(key="next"))
    edit = form.rows["one"].field
    qtbot.keyClicks(edit, "https:")
    edit.editingFinished.emit()
    assert form.rows["one"].error
    qtbot.keyClicks(edit, "//a.b")
    assert not form.rows["one"].error


def test_letters_do_not_get_into_a_number(shown, qtbot):
    form = shown(field("number"))
    qtbot.keyClicks(form.rows["one"].field, "1x2")
    assert form.read() == {"one": 12}


def test_defaults_and_values_fill_it_and_empty_is_left_out(shown):
    form = shown(
        field(default="d"),
        field("select", "two", options=OPTIONS, default="us", required=True),
        field("boolean", "three", default=True),
        field("list", "four"),
        field("textarea", "five"),
        values={"four": ["x", "y"], "five": "a\nb"},
    )
    assert form.read() == {
        "one": "d", "two": "us", "three": True, "four": ["x", "y"], "five": "a\nb",
    }  # fmt: skip
    form.fill({})
    assert form.read() == {"one": "d", "two": "us", "three": True}


def test_a_select_is_chosen_by_keys_and_starts_empty_without_a_default(shown, qtbot):
    form = shown(field("select", options=OPTIONS, required=True))
    assert form.read() is None
    qtbot.keyClick(form.rows["one"].field, KEYS.Key_Down)
    assert form.read() == {"one": "eu"}


def test_a_field_shows_only_while_its_condition_holds(shown):
    form = shown(
        field("boolean", "own"),
        field("url", "server", required=True,
              visibleWhen={"when": "$.own", "operator": "equals", "value": True}),
    )  # fmt: skip
    assert not form.rows["server"].isVisible()
    assert form.read() == {"own": False}
    form.rows["own"].field.setChecked(True)
    assert form.rows["server"].isVisible()
    assert form.read() is None


def test_a_secret_shows_only_while_the_eye_is_held(shown, qtbot):
    form = shown(field("password"))
    secret = form.rows["one"].field
    qtbot.keyClicks(secret, "s3cret")
    modes = QtWidgets.QLineEdit.EchoMode
    assert secret.echoMode() == modes.Password
    qtbot.mousePress(secret._eye, QtCore.Qt.MouseButton.LeftButton)
    assert secret.echoMode() == modes.Normal
    qtbot.mouseRelease(secret._eye, QtCore.Qt.MouseButton.LeftButton)
    assert secret.echoMode() == modes.Password


def test_a_kept_secret_need_not_be_typed_again(shown, qtbot):
    form = shown(field("password", required=True), kept={"one"})
    assert "Kept" in form.rows["one"].field.placeholderText()
    assert form.read() == {}
    qtbot.keyClicks(form.rows["one"].field, "new")
    assert form.read() == {"one": "new"}


def test_the_caret_goes_to_the_first_empty_field(shown):
    form = shown(field(default="x"), field(key="two"), field(key="three"))
    form.focus_first()
    assert form.rows["two"].field.hasFocus()


def test_an_error_found_elsewhere_is_shown_at_its_field(shown):
    form = shown(field())
    assert form.refuse("one", "taken")
    assert form.rows["one"].error == "taken"
    assert not form.refuse("other", "?")


def test_groups_have_a_head_and_tab_goes_from_field_to_field(shown, qtbot):
    form = shown(field(group="Server"), field("textarea", "two", group="Server"),
                 field("boolean", "three", group="More"))  # fmt: skip
    form.rows["one"].field.setFocus()
    seen = []
    for _ in range(3):
        seen.append(QtWidgets.QApplication.focusWidget())
        qtbot.keyClick(seen[-1], KEYS.Key_Tab)
    assert seen == [row.field for row in form.rows.values()]


def test_a_list_is_one_value_a_line_and_takes_commas_that_are_pasted(shown, qtbot):
    form = shown(field("list", example="a"))
    area = form.rows["one"].field
    assert type(area) is ListArea
    paste("x, y\nz", area)
    assert area.toPlainText() == "x\ny\nz"
    assert form.read() == {"one": ["x", "y", "z"]}
    qtbot.keyClick(area, KEYS.Key_Up, QtCore.Qt.KeyboardModifier.AltModifier)
    assert form.read() == {"one": ["x", "z", "y"]}
    qtbot.keyClick(area, KEYS.Key_Down, QtCore.Qt.KeyboardModifier.AltModifier)
    assert form.read() == {"one": ["x", "y", "z"]}


def test_a_list_keeps_values_with_commas_and_grows_with_its_lines(shown):
    form = shown(field("list"))
    area = form.rows["one"].field
    low = area.height()
    form.fill({"one": ["a, b", "c", "d", "e"]})
    assert form.read() == {"one": ["a, b", "c", "d", "e"]}
    assert area.height() > low


def test_a_list_with_options_has_a_box_for_each(shown, qtbot):
    form = shown(field("list", options=OPTIONS, default=["us"], required=True))
    boxes = form.rows["one"].field.boxes
    assert [box.accessibleName() for box in boxes.values()] == [
        "One: Europe",
        "One: America",
    ]
    boxes["eu"].setFocus()
    qtbot.keyClick(boxes["eu"], KEYS.Key_Space)
    assert form.read() == {"one": ["eu", "us"]}


def test_a_required_list_without_values_is_said(shown):
    form = shown(field("list", required=True))
    assert form.read() is None
    assert form.rows["one"].error == "This is required."
    assert form.rows["one"].field.wrong


def test_a_text_of_several_lines_is_a_value_as_it_is(shown, qtbot):
    form = shown(field("textarea"))
    qtbot.keyClicks(form.rows["one"].field, "a")
    qtbot.keyClick(form.rows["one"].field, KEYS.Key_Return)
    qtbot.keyClicks(form.rows["one"].field, "b")
    assert form.read() == {"one": "a\nb"}


def test_space_and_quotes_around_a_pasted_number_are_left_out(shown):
    form = shown(field("number"))
    edit = form.rows["one"].field
    paste(' "42"\n', edit)
    assert edit.text() == "42"
    paste("4 2x", edit)
    assert form.read() == {"one": 42}


def test_what_fits_its_pattern_is_ticked_as_it_is_typed(shown, qtbot):
    form = shown(field(pattern="[a-z]{3}", example="abc"))
    edit = form.rows["one"].field
    qtbot.keyClicks(edit, "ab")
    assert (edit.mark, form.rows["one"].error) == ("", "")
    qtbot.keyClicks(edit, "c")
    assert edit.mark == "ok"
    qtbot.keyClicks(edit, "4")
    assert edit.mark == ""
    edit.editingFinished.emit()
    assert edit.mark == "error"
    assert "“4” cannot stand in it, only small letters." in form.rows["one"].error


def test_conditions_chain_and_a_head_goes_with_its_group(shown):
    on = {"operator": "equals", "value": True}
    form = shown(
        field("boolean", "own"),
        field("boolean", "proxy", group="Net", visibleWhen={"when": "$.own", **on}),
        field("text", "host", group="Net", required=True,
              visibleWhen={"when": "$.proxy", **on}),
    )  # fmt: skip
    head = next(h for h in form.findChildren(SectionHead))
    assert (form.rows["proxy"].isVisible(), head.isVisible()) == (False, False)
    form.rows["own"].field.setChecked(True)
    form.rows["proxy"].field.setChecked(True)
    assert form.rows["host"].isVisible()
    assert head.isVisible()
    form.rows["host"].field.setText("h")
    form.rows["own"].field.setChecked(False)
    assert not form.rows["host"].isVisible()
    assert form.read() == {"own": False}
    assert form.given() == {"own": False}


def test_the_first_wrong_field_is_scrolled_into_sight(qtbot):
    fields = [field(key=f"f{n}", required=n == 19) for n in range(20)]
    form = FieldForm(fields)
    area = Scroll(form, "Form")
    qtbot.addWidget(area)
    area.resize(520, 200)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    assert form.rows["f19"].visibleRegion().isEmpty()
    assert form.read() is None
    assert form.rows["f19"].field.hasFocus()
    assert not form.rows["f19"].visibleRegion().isEmpty()


def test_what_is_filled_in_can_be_taken_over_by_another_form(shown):
    same, other = field(key="id"), field("password", "token", placeholder="a")
    form = shown(same, other, values={"id": "x"})
    form.rows["token"].field.setText("secret")
    again = shown(same, field("password", "token", placeholder="b"))
    again.take_from(form)
    assert again.given() == {"id": "x"}


def test_a_form_of_every_type_says_nothing_that_a_screen_reader_could_not(shown):
    kinds = ("text", "password", "url", "number", "boolean", "date", "datetime",
             "select", "list", "textarea", "file")  # fmt: skip
    form = shown(*(field(kind, kind) for kind in kinds))
    assert nameless(form) == []
