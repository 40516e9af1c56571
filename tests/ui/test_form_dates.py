"""Dates in a form: typed, or taken from a calendar by keys and by the mouse."""

import pytest
from PySide6 import QtCore
from tests.ui.catalogue_desk import nameless

from ferrule.fields import InputField
from ferrule.ui.widgets.field_form import FieldForm

KEYS = QtCore.Qt.Key
ALT = QtCore.Qt.KeyboardModifier.AltModifier
SHIFT = QtCore.Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shown(qtbot):
    def show(kind="date"):
        field = InputField.model_validate({"key": "on", "label": "On", "type": kind})
        form = FieldForm((field, field.model_copy(update={"key": "b"})))
        qtbot.addWidget(form)
        form.resize(620, 500)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form

    return show


def opened(form, qtbot, text="2026-02-03"):
    edit = form.rows["on"].field
    edit.setText(text)
    edit.setFocus()
    qtbot.keyClick(edit, KEYS.Key_Down, ALT)
    return edit, edit.panel


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        ([(KEYS.Key_Right, None)], "2026-02-04"),
        ([(KEYS.Key_Down, None), (KEYS.Key_Left, None)], "2026-02-09"),
        ([(KEYS.Key_PageUp, None)], "2026-01-03"),
        ([(KEYS.Key_PageDown, SHIFT)], "2027-02-03"),
        ([(KEYS.Key_Up, None)], "2026-01-27"),
    ],
)
def test_a_day_is_chosen_by_keys(shown, qtbot, keys, day):
    form = shown()
    edit, panel = opened(form, qtbot)
    assert panel.isVisible()
    assert panel.grid.hasFocus()
    for key, modifier in keys:
        qtbot.keyClick(
            panel.grid, key, modifier or QtCore.Qt.KeyboardModifier.NoModifier
        )
    with qtbot.waitSignal(form.edited):
        qtbot.keyClick(panel.grid, KEYS.Key_Return)
    assert form.read() == {"on": day}
    assert edit.hasFocus()


def test_escape_closes_the_calendar_and_changes_nothing(shown, qtbot):
    form = shown()
    edit, panel = opened(form, qtbot)
    assert nameless(panel) == []
    qtbot.keyClick(panel.grid, KEYS.Key_PageUp)
    qtbot.keyClick(panel.grid, KEYS.Key_Escape)
    assert edit.hasFocus()
    assert form.read() == {"on": "2026-02-03"}


def test_the_mouse_takes_a_day_and_the_arrows_turn_the_month(shown, qtbot):
    form = shown()
    _, panel = opened(form, qtbot)
    panel.later.click()
    assert "March 2026" in panel.month.text()
    day, box = panel.grid._boxes()[20]
    qtbot.mouseClick(panel.grid, QtCore.Qt.MouseButton.LeftButton, pos=box.center())
    assert form.read() == {"on": day.toString(QtCore.Qt.DateFormat.ISODate)}


def test_the_calendar_of_a_moment_leaves_its_time(shown, qtbot):
    form = shown("datetime")
    _, panel = opened(form, qtbot, "2026-02-03T04:05:06Z")
    qtbot.keyClick(panel.grid, KEYS.Key_Right)
    qtbot.keyClick(panel.grid, KEYS.Key_Return)
    assert form.read() == {"on": "2026-02-04T04:05:06Z"}
    _, panel = opened(form, qtbot, "2026-02-03")
    qtbot.keyClick(panel.grid, KEYS.Key_Return)
    assert form.read() == {"on": "2026-02-03T00:00:00Z"}


def test_what_is_no_date_opens_on_today(shown, qtbot):
    form = shown()
    _, panel = opened(form, qtbot, "soon")
    assert panel.grid.day == QtCore.QDate.currentDate()
    qtbot.keyClick(panel.grid, KEYS.Key_PageDown)
    qtbot.keyClick(panel.grid, KEYS.Key_T)
    assert panel.grid.day == QtCore.QDate.currentDate()


def test_the_calendar_stays_within_the_window(shown, qtbot):
    form = shown()
    form.resize(300, 330)
    edit, panel = opened(form, qtbot)
    assert form.rect().contains(panel.geometry())
    edit.setFocus()
    assert panel.isHidden()
