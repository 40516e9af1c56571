"""One control for each type of input field: how it is typed, read and shown.

A control gives what was typed as a plain JSON value; `fields.read_value` says what it
means. What a control looks like alone is in the `form_*` modules beside this one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json
from ferrule.fields import InputField, as_text, list_parts
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.field import LineEdit, SecretField
from ferrule.ui.widgets.form_areas import ListArea, TextArea
from ferrule.ui.widgets.form_choices import ChoiceList
from ferrule.ui.widgets.form_dates import DateEdit
from ferrule.ui.widgets.form_files import FilePick
from ferrule.ui.widgets.form_pasting import PasteWatch

_EXAMPLES: Final = {
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DDThh:mm:ssZ",
    "list": "One a line",
    "url": "https://…",
}
_DIGITS: Final = re.compile(r"-?\d*\.?\d*")
_AROUND: Final = " \t\r\n\u00a0\"'"


@dataclass(frozen=True, slots=True)
class Control:
    """A widget with what reads it, what fills it, and what tells of a change.

    `left` is emitted when the person goes on to something else, `refused` with why
    something was not taken. `watch` tells of what is pasted, `put` puts a text in the
    place of it.
    """

    widget: QtWidgets.QWidget
    read: Callable[[], Json]
    write: Callable[[Json], None]
    changed: QtCore.SignalInstance
    left: QtCore.SignalInstance | None = None
    refused: QtCore.SignalInstance | None = None
    pasted: QtCore.SignalInstance | None = None
    put: Callable[[str], None] | None = None


def control_for(field: InputField, *, kept: bool = False) -> Control:
    """Return the control of a field's type; a `kept` secret may stay as it is."""
    make = _MAKERS.get(field.type, _line)
    hint = "Kept; type here to replace it" if kept else _hint(field)
    control = _file(field, kept=kept) if field.type == "file" else make(field, hint)
    named = f"{field.label}, required" if field.required and not kept else field.label
    control.widget.setAccessibleName(named)
    return control


def _hint(field: InputField) -> str:
    example = f"For example {field.example}" if field.example else ""
    return field.placeholder or example or _EXAMPLES.get(field.type, "")


def _line(field: InputField, hint: str) -> Control:
    edit = LineEdit(placeholder=hint, mono=field.type == "url")
    if field.type == "number":
        edit.setValidator(_Digits(edit))
        edit.setInputMethodHints(QtCore.Qt.InputMethodHint.ImhFormattedNumbersOnly)
    return _of_line(edit)


class _Digits(QtGui.QValidator):
    """Lets nothing but a number in, and leaves out what is around a pasted one."""

    def validate(
        self, text: str, place: int
    ) -> tuple[QtGui.QValidator.State, str, int]:
        """Return whether the text may stand, and the text without what is around it."""
        bare = text.strip(_AROUND)
        states = QtGui.QValidator.State
        state = states.Acceptable if _DIGITS.fullmatch(bare) else states.Invalid
        return state, bare, min(place, len(bare))


def _date(field: InputField, hint: str) -> Control:
    return _of_line(DateEdit(placeholder=hint, with_time=field.type == "datetime"))


def _secret(_field: InputField, hint: str) -> Control:
    return _of_line(SecretField(placeholder=hint))


def _of_line(edit: LineEdit) -> Control:
    watch = PasteWatch(edit)
    return Control(
        edit,
        edit.text,
        lambda value: edit.setText(as_text(value)),
        edit.textChanged,
        edit.editingFinished,
        pasted=watch.pasted,
        put=watch.write,
    )


def _area(_field: InputField, hint: str) -> Control:
    area = TextArea(hint)
    return Control(
        area,
        area.toPlainText,
        lambda value: area.setPlainText(as_text(value)),
        area.textChanged,
        area.left,
        pasted=area.pasted,
        put=area.put,
    )


def _list(field: InputField, hint: str) -> Control:
    if field.options:
        boxes = [(option.value, option.label) for option in field.options]
        choices = ChoiceList(field.label, boxes)
        return Control(
            choices,
            partial(_listed, choices.values),
            lambda value: choices.show_values(_texts(value)),
            choices.changed,
        )
    area = ListArea(hint)
    return Control(
        area,
        partial(_listed, area.values),
        lambda value: area.show_values(_texts(value)),
        area.textChanged,
        area.left,
    )


def _listed(values: Callable[[], list[str]]) -> Json:
    """Return the values of a list, nothing where there are none."""
    return [*values()] or None


def _texts(value: Json) -> list[str]:
    if isinstance(value, list):
        return [as_text(part) for part in value]
    return list_parts(as_text(value))


def _switch(field: InputField, _hint: str) -> Control:
    switch = Switch(field.placeholder or "")
    return Control(
        switch,
        switch.isChecked,
        lambda value: switch.setChecked(value is True or value == "true"),
        switch.toggled,
    )


def _select(field: InputField, hint: str) -> Control:
    options: list[tuple[object, str]] = [(o.value, o.label) for o in field.options]
    if not field.required or field.default is None:
        options.insert(0, ("", hint or "Choose…"))
    box = ComboBox(options)

    def read() -> Json:
        value = box.value()
        return value if isinstance(value, str) else None

    def write(value: Json) -> None:
        box.set_value("" if value is None else value)

    return Control(box, read, write, box.currentIndexChanged)


def _file(field: InputField, *, kept: bool) -> Control:
    pick = FilePick(field.label, kept=kept)

    def write(value: Json) -> None:
        text = as_text(value)
        if text:
            pick.show_text(text, "a file given before")
        else:
            pick.forget()

    return Control(pick, lambda: pick.text, write, pick.changed, refused=pick.refused)


_MAKERS: Final[dict[str, Callable[[InputField, str], Control]]] = {
    "password": _secret,
    "textarea": _area,
    "boolean": _switch,
    "select": _select,
    "list": _list,
    "date": _date,
    "datetime": _date,
}
