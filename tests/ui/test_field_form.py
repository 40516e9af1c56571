"""A form made from input fields, worked by keys."""

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.catalogue_desk import nameless

from ferrule.fields import InputField
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.field import LineEdit, SecretField
from ferrule.ui.widgets.field_controls import FilePick, TextArea, _read_file
from ferrule.ui.widgets.field_form import FieldForm

KEYS = QtCore.Qt.Key
OPTIONS = [{"value": "eu", "label": "Europe"}, {"value": "us", "label": "America"}]


def field(kind="text", key="one", **more):
    return InputField.model_validate(
        {"key": key, "label": key.title(), "type": kind, **more}
    )


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
        ("list", LineEdit),
        ("textarea", TextArea),
        ("date", LineEdit),
        ("datetime", LineEdit),
        ("file", FilePick),
    ],
)
def test_every_type_has_its_control_with_a_name_and_help(shown, kind, widget):
    spec = field(kind, required=True, helpText="What it is", options=OPTIONS)
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


def test_where_a_value_is_found_is_a_link(shown, monkeypatch):
    opened = []
    monkeypatch.setattr(QtGui.QDesktopServices, "openUrl", opened.append)
    form = shown(field(docUrl="https://docs.example.com/token"))
    link = next(b for b in form.findChildren(QtWidgets.QPushButton) if b.text())
    assert link.accessibleName() == "Where to find One"
    link.click()
    assert [url.toString() for url in opened] == ["https://docs.example.com/token"]


@pytest.mark.parametrize(
    ("content", "text", "said"),
    [
        (b"-----KEY-----\nabc\n", "-----KEY-----\nabc\n", "key.pem"),
        (b"\xff\xfe\x00", "", "key.pem cannot be read as text"),
        (b"x" * 70_000, "", "key.pem is larger than 64 kB"),
    ],
)
def test_a_file_is_read_whole_or_not_at_all(tmp_path, content, text, said):
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    assert _read_file(path) == (text, said)


def test_groups_have_a_head_and_tab_goes_from_field_to_field(shown, qtbot):
    form = shown(field(group="Server"), field("textarea", "two", group="Server"),
                 field("boolean", "three", group="More"))  # fmt: skip
    form.rows["one"].field.setFocus()
    seen = []
    for _ in range(3):
        seen.append(QtWidgets.QApplication.focusWidget())
        qtbot.keyClick(seen[-1], KEYS.Key_Tab)
    assert seen == [row.field for row in form.rows.values()]
