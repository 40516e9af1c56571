"""Files in a form: chosen, dropped, pasted; what is shown is never what is in them."""

import hashlib

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from tests.ui.catalogue_desk import nameless, until

from ferrule.fields import InputField
from ferrule.ui import dialogs
from ferrule.ui.widgets.field_form import FieldForm

KEYS = QtCore.Qt.Key
KEY = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n"
FIELD = InputField(key="key", label="Key", type="file", required=True)


@pytest.fixture
def form(qtbot):
    form = FieldForm((FIELD,))
    qtbot.addWidget(form)
    form.resize(620, 300)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    return form


def drop(pick, mime):
    place = QtCore.QPointF(pick.rect().center())
    actions = QtCore.Qt.DropAction.CopyAction
    buttons, keys = QtCore.Qt.MouseButton.LeftButton, QtCore.Qt.KeyboardModifier
    enter = QtGui.QDragEnterEvent(
        place.toPoint(), actions, mime, buttons, keys.NoModifier
    )
    pick.dragEnterEvent(enter)
    pick.dropEvent(QtGui.QDropEvent(place, actions, mime, buttons, keys.NoModifier))
    return enter.isAccepted()


def of_files(*paths):
    mime = QtCore.QMimeData()
    mime.setUrls([QtCore.QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_a_chosen_file_is_its_text_and_shows_name_size_and_fingerprint(
    form, run, tmp_path, monkeypatch
):
    path = tmp_path / "service.pem"
    path.write_text(KEY)
    pick = form.rows["key"].field

    async def choose(*_args):
        return path

    async def scenario():
        monkeypatch.setattr(dialogs, "choose_file", choose)
        pick.choose.click()
        await until(lambda: pick.text)

    run(scenario())
    assert form.read() == {"key": KEY}
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    assert pick.chosen.text() == "service.pem"
    assert f"{len(KEY)} bytes" in pick.print.text()
    assert digest[:16] in pick.print.text()
    assert digest in pick.toolTip()
    assert nameless(form) == []
    said = " ".join(label.text() for label in form.findChildren(QtWidgets.QLabel))
    assert "abc" not in said
    pick.remove.click()
    assert form.read() is None
    assert pick.choose.hasFocus()


def test_a_dropped_file_is_taken(form, run, tmp_path):
    path = tmp_path / "service.pem"
    path.write_text(KEY)
    pick = form.rows["key"].field

    async def scenario():
        assert drop(pick, of_files(path))
        await until(lambda: pick.text)

    run(scenario())
    assert form.read() == {"key": KEY}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is a folder. Choose the file with the key in it."),
        (b"x" * 70_000, "is larger than 64 kB."),
        (b"\x30\x82\xff", "cannot be read as text. A key in PEM or JSON is text"),
        (b"", "is empty."),
    ],
)
def test_a_file_that_cannot_be_it_is_refused_in_words(
    form, run, tmp_path, content, said
):
    path = tmp_path / "thing"
    path.mkdir() if content is None else path.write_bytes(content)
    row = form.rows["key"]
    row.field.show_text(KEY, "older")

    async def scenario():
        drop(row.field, of_files(path))
        await until(lambda: row.error)

    run(scenario())
    assert said in row.error
    assert row.field.accessibleDescription() == row.error
    assert form.given() == {"key": KEY}


def test_several_files_are_refused(form, tmp_path):
    drop(form.rows["key"].field, of_files(tmp_path / "a", tmp_path / "b"))
    assert form.rows["key"].error == "These are several files; give one."


def test_a_key_is_pasted_into_it_by_keys(form, qtbot):
    QtGui.QGuiApplication.clipboard().setText(KEY)
    row = form.rows["key"]
    row.field.choose.setFocus()
    qtbot.keyClick(
        row.field.choose, KEYS.Key_V, QtCore.Qt.KeyboardModifier.ControlModifier
    )
    assert form.read() == {"key": KEY}
    assert row.field.chosen.text() == "pasted text"
    QtGui.QGuiApplication.clipboard().setText("x" * 70_000)
    qtbot.keyClick(
        row.field.choose, KEYS.Key_V, QtCore.Qt.KeyboardModifier.ControlModifier
    )
    assert "larger than 64 kB" in row.error


def test_a_kept_file_need_not_be_chosen_again(qtbot):
    form = FieldForm((FIELD,), kept={"key"})
    qtbot.addWidget(form)
    assert form.read() == {}
    assert "Kept" in form.rows["key"].field.hint.text()
