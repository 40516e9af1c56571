"""Where a value is found: below its field, from the README, by keys alone."""

import pytest
from PySide6 import QtCore, QtGui
from tests.ui.catalogue_desk import nameless

from ferrule.fields import InputField
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.workspace.readme_text import read_blocks
from ferrule.workspace.readmes import Readme

KEYS = QtCore.Qt.Key
TEXT = """# Service
### Token (`token`)
1. Open [your apps](https://apps.example/x) and *press* `Make`.
2. Not [this](http://plain.example).

![seen](https://track.example/x.png) <b>no bold</b>
"""
TOKEN = InputField(key="token", label="Token", type="password", help_text="A token.")
OWNER = InputField(
    key="owner", label="Owner", type="text", doc_url="https://docs.example/owner"
)


@pytest.fixture
def opened(monkeypatch):
    urls = []
    monkeypatch.setattr(
        QtGui.QDesktopServices, "openUrl", lambda url: urls.append(url.toString())
    )
    return urls


@pytest.fixture
def shown(qtbot):
    def show(*fields, text=TEXT):
        guides = Readme(read_blocks(text)) if text else None
        form = FieldForm(fields, guides=guides)
        qtbot.addWidget(form)
        form.resize(620, 500)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form

    return show


def test_f1_shows_what_the_readme_says_and_escape_goes_back(shown, qtbot):
    form = shown(TOKEN, OWNER)
    row = form.rows["token"]
    row.field.setFocus()
    qtbot.keyClick(row.field, KEYS.Key_F1)
    assert row.guide.isVisible()
    assert row.guide.text.toPlainText() == (
        "1. Open your apps and press Make.\n2. Not this.\nseen <b>no bold</b>"
    )
    assert row.guide.text.hasFocus()
    assert nameless(form) == []
    qtbot.keyClick(row.guide.text, KEYS.Key_Escape)
    assert row.guide.isHidden()
    assert row.field.hasFocus()


def test_the_question_mark_opens_and_closes_it(shown, qtbot):
    row = shown(TOKEN).rows["token"]
    assert row.help_button.accessibleName() == "Where to find Token"
    assert row.field.accessibleDescription() == "A token. F1 tells where to find it."
    row.help_button.click()
    assert row.guide.isVisible()
    row.help_button.click()
    assert row.guide.isHidden()
    row.help_button.click()
    row.guide.close_button.click()
    assert row.guide.isHidden()


def test_a_link_opens_after_its_host_was_shown(shown, qtbot, opened):
    row = shown(TOKEN).rows["token"]
    row.help_button.click()
    guide = row.guide
    guide.text.setFocus()
    qtbot.keyClick(guide.text, KEYS.Key_Tab)
    qtbot.keyClick(guide.text, KEYS.Key_Return)
    assert opened == []
    assert guide.ask.isVisible()
    assert guide.ask.told.text() == "This opens apps.example in the browser."
    assert guide.ask.go.hasFocus()
    qtbot.keyClick(guide.ask.go, KEYS.Key_Return)
    assert opened == ["https://apps.example/x"]
    assert guide.ask.isHidden()


def test_only_https_is_a_link_and_nothing_is_loaded(shown, opened):
    row = shown(TOKEN).rows["token"]
    row.help_button.click()
    text = row.guide.text
    assert text.loadResource(2, QtCore.QUrl("https://track.example/x.png")) is None
    html = text.toHtml()
    assert html.count("<a ") == 1
    assert "<img" not in html
    assert "&lt;b&gt;no bold" in html
    text.anchorClicked.emit(QtCore.QUrl("http://plain.example"))
    text.anchorClicked.emit(QtCore.QUrl("file:///etc/passwd"))
    assert row.guide.ask.isHidden()


def test_the_vendors_page_stands_below_and_says_its_host(shown, opened):
    row = shown(OWNER).rows["owner"]
    row.help_button.click()
    row.guide.ask.stay.click()
    more = next(
        b
        for b in row.guide.findChildren(type(row.guide.ask.go))
        if "docs.example" in b.text()
    )
    more.click()
    assert opened == []
    row.guide.ask.stay.click()
    assert opened == []
    more.click()
    row.guide.ask.go.click()
    assert opened == ["https://docs.example/owner"]


def test_without_a_readme_the_vendors_page_is_all_there_is(shown):
    form = shown(TOKEN, OWNER, text="")
    assert form.rows["token"].help_button is None
    form.rows["owner"].help_button.click()
    assert form.rows["owner"].guide.text.isHidden()


def test_a_field_without_help_leaves_f1_to_the_window(shown, qtbot):
    row = shown(TOKEN, text="").rows["token"]
    event = QtGui.QKeyEvent(
        QtCore.QEvent.Type.ShortcutOverride,
        KEYS.Key_F1,
        QtCore.Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QtCore.QCoreApplication.sendEvent(row, event)
    assert not event.isAccepted()
