"""Pasting into a form: cleaned and said, or offered to go where it belongs."""

import json

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.catalogue_desk import nameless

from ferrule.fields import InputField
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.layouts import Scroll

BODY = "1234567890-abcdef"
BOT, USER = f"xoxb-{BODY}", f"xoxp-{BODY}"
CLIENT = json.dumps({"installed": {"client_id": "a.apps", "client_secret": BODY}})


def field(key, label, kind="password", **more):
    return InputField.model_validate({"key": key, "label": label, "type": kind, **more})


bot = field("bot", "Bot token", placeholder="xoxb-…", required=True)
user = field("user", "User token", placeholder="xoxp-…")
client_id = field("clientId", "Client id", "text")
secret = field("clientSecret", "Client secret")


@pytest.fixture
def shown(qtbot):
    def show(*fields, **given):
        form = FieldForm(fields, **given)
        qtbot.addWidget(form)
        form.resize(620, 400)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form

    return show


def paste(form, key, text):
    """Paste over everything, as Ctrl+V, the context menu or a drop does."""
    QtGui.QGuiApplication.clipboard().setText(text)
    row = form.rows[key]
    row.field.setFocus()
    row.field.selectAll()
    row.field.paste()
    return row


def everything_said(form):
    """Return all text of the form but what is in its fields."""
    labels = form.findChildren(QtWidgets.QLabel)
    buttons = form.findChildren(QtWidgets.QAbstractButton)
    names = [w.accessibleDescription() for w in form.findChildren(QtWidgets.QWidget)]
    return " ".join([*(w.text() for w in (*labels, *buttons)), *names])


def test_what_came_along_is_taken_off_and_can_be_put_back(shown, qtbot):
    form = shown(bot)
    row = paste(form, "bot", f"Authorization: Bearer {BOT}\n")
    assert row.field.text() == BOT
    assert row.note.isVisible()
    assert "“Authorization:”, “Bearer”" in row.note.told.text()
    assert BOT not in everything_said(form)
    assert nameless(form) == []
    row.note.go.click()
    assert row.field.text() == f"Authorization: Bearer {BOT}\n"
    assert row.note.isHidden()


def test_a_note_goes_with_the_next_key(shown, qtbot):
    form = shown(client_id)
    row = paste(form, "clientId", " abc \n")
    assert row.note.isVisible()
    qtbot.keyClicks(row.field, "d")
    assert row.note.isHidden()
    assert form.read() == {"clientId": "abcd"}


def test_what_is_typed_is_never_changed(shown, qtbot):
    form = shown(bot)
    qtbot.keyClicks(form.rows["bot"].field, f"Bearer {BOT}")
    assert form.rows["bot"].field.text() == f"Bearer {BOT}"
    assert form.rows["bot"].note.isHidden()


def test_a_token_of_another_field_goes_there_by_one_press(shown):
    form = shown(bot, user)
    row = paste(form, "bot", f"token={USER}")
    assert row.field.text() == USER
    row = paste(form, "bot", USER)
    assert row.field.text() == USER  # it was there before, and stays until moved
    form.fill({})
    row = paste(form, "bot", USER)
    assert row.field.text() == ""
    assert "a user token of Slack (xoxp-)" in row.note.told.text()
    assert USER not in everything_said(form)
    row.note.go.click()
    assert form.rows["user"].field.text() == USER
    assert row.field.text() == ""
    row.note.go.click()
    assert form.rows["user"].field.text() == ""


def test_an_offer_may_be_passed_over(shown):
    form = shown(bot, user)
    row = paste(form, "bot", USER)
    row.note.other.click()
    assert row.field.text() == USER
    assert "asks for a bot token" in row.hint.text()
    assert row.hint.isVisible()


def test_an_offer_is_taken_by_keys_and_comes_into_sight(shown, qtbot):
    fields = [client_id.model_copy(update={"key": f"f{n}"}) for n in range(12)]
    form = FieldForm([*fields, bot, user])
    area = Scroll(form, "Form")
    qtbot.addWidget(area)
    area.resize(620, 260)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    area.ensureWidgetVisible(form.rows["bot"])
    row = paste(form, "bot", USER)
    qtbot.waitUntil(lambda: not row.note.go.visibleRegion().isEmpty())
    went_on = []
    area.keyPressEvent = went_on.append
    row.note.go.setFocus()
    qtbot.keyClick(row.note.go, QtCore.Qt.Key.Key_Return)
    assert form.rows["user"].field.text() == USER
    assert went_on == []


def test_a_client_file_fills_both_fields_by_one_press(shown):
    form = shown(client_id, secret)
    row = paste(form, "clientId", CLIENT)
    assert row.field.text() == ""
    assert BODY not in everything_said(form)
    row.note.go.click()
    assert form.read() == {"clientId": "a.apps", "clientSecret": BODY}
    assert "“Client id”, “Client secret”" in row.note.told.text()
    row.note.go.click()
    assert form.read() == {}


def test_a_token_for_another_way_to_sign_in_asks_for_that(shown, qtbot):
    form = shown(bot, others={"Person": (user,)})
    row = paste(form, "bot", USER)
    with qtbot.waitSignal(form.elsewhere) as caught:
        row.note.go.click()
    (offer,) = caught.args
    assert (offer.method, dict(offer.values)) == ("Person", {"user": USER})


def test_a_key_in_pem_keeps_its_lines_in_a_field_of_one(shown):
    pem = "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----"
    form = shown(field("privateKey", "Private key"))
    paste(form, "privateKey", pem + "\n")
    assert form.read() == {"privateKey": pem}


def test_a_secret_says_what_it_looks_like_while_it_is_typed(shown, qtbot):
    form = shown(bot)
    row = form.rows["bot"]
    for text, said in (
        ("abc", "It usually begins with xoxb-."),
        (BOT, "Looks like a bot token of Slack (xoxb-)."),
        ("", ""),
    ):
        row.field.selectAll()
        qtbot.keyClicks(row.field, text)
        if not text:
            row.field.clear()
        assert row.hint.text() == said


def test_a_field_hidden_by_its_condition_is_no_place_for_a_paste(shown):
    never = {"when": "$.bot", "operator": "equals", "value": "never"}
    hidden = field("user", "User token", placeholder="xoxp-…", visibleWhen=never)
    form = shown(bot, hidden)
    row = paste(form, "bot", USER)
    assert row.note.isHidden()
    assert row.field.text() == USER
