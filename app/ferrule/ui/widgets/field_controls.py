"""One control for each type of input field: how it is typed, read and shown.

A control gives what was typed as a plain JSON value; `fields.read_value` says what it
means. A list is typed with commas, a date as YYYY-MM-DD.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json
from ferrule.fields import InputField
from ferrule.ui import dialogs
from ferrule.ui.tasks import Tasks
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.field import LineEdit, SecretField
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Row

_LARGEST: Final = 64 * 1024
_EXAMPLES: Final = {
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DDThh:mm:ssZ",
    "list": "one, two, three",
    "url": "https://…",
}
_DIGITS: Final = r"-?\d*\.?\d*"


@dataclass(frozen=True, slots=True)
class Control:
    """A widget with what reads it, what fills it, and what tells of a change.

    `left` is emitted when the person goes on to something else.
    """

    widget: QtWidgets.QWidget
    read: Callable[[], Json]
    write: Callable[[Json], None]
    changed: QtCore.SignalInstance
    left: QtCore.SignalInstance | None = None


class TextArea(QtWidgets.QPlainTextEdit):
    """A text of several lines; Tab goes on to the next field."""

    left = QtCore.Signal()

    def __init__(self, placeholder: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self._fit()
        theme.changed.connect(self._fit)

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        """Tell that the person goes on."""
        super().focusOutEvent(event)
        self.left.emit()

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(96))


class FilePick(QtWidgets.QWidget):
    """A file whose text is the value; only its name is shown.

    Signals:
        changed(): another file was chosen.
    """

    changed = QtCore.Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.text = ""
        self.choose = Button("Choose a file…", icon="folder-open")
        self.choose.setAccessibleName(f"{name}: choose a file")
        self.chosen = Label("No file chosen", "body", "muted", elide=True)
        row = Row(self.choose)
        row.add(self.chosen, stretch=1)
        self.setLayout(row)
        self.setFocusProxy(self.choose)
        self.tasks = Tasks(self)
        self.choose.clicked.connect(lambda: self.tasks.start("ask", self._ask(name)))

    def set_text(self, text: str, name: str = "") -> None:
        """Take the text of a file of that name."""
        self.text = text
        self.chosen.setText(name or "No file chosen")
        self.changed.emit()

    async def _ask(self, name: str) -> None:
        path = await dialogs.choose_file(self, name)
        if path is not None:
            self.set_text(*_read_file(path))


def _read_file(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > _LARGEST:
            return "", f"{path.name} is larger than 64 kB"
        return path.read_text("utf-8"), path.name
    except (OSError, UnicodeDecodeError):
        return "", f"{path.name} cannot be read as text"


def control_for(field: InputField, *, kept: bool = False) -> Control:
    """Return the control of a field's type; a `kept` secret may stay as it is."""
    make = _MAKERS.get(field.type, _line)
    hint = "Kept; type here to replace it" if kept else _hint(field)
    control = make(field, hint)
    named = f"{field.label}, required" if field.required and not kept else field.label
    control.widget.setAccessibleName(named)
    return control


def _hint(field: InputField) -> str:
    example = f"For example {field.example}" if field.example else ""
    return field.placeholder or example or _EXAMPLES.get(field.type, "")


def _line(field: InputField, hint: str) -> Control:
    mono = field.type in {"url", "date", "datetime"}
    edit = LineEdit(placeholder=hint, mono=mono)
    if field.type == "number":
        pattern = QtCore.QRegularExpression(_DIGITS)
        edit.setValidator(QtGui.QRegularExpressionValidator(pattern, edit))
    return _of_line(edit)


def _secret(_field: InputField, hint: str) -> Control:
    return _of_line(SecretField(placeholder=hint))


def _of_line(edit: LineEdit) -> Control:
    def write(value: Json) -> None:
        edit.setText(_shown(value))

    return Control(edit, edit.text, write, edit.textChanged, edit.editingFinished)


def _area(_field: InputField, hint: str) -> Control:
    area = TextArea(hint)

    def write(value: Json) -> None:
        area.setPlainText(_shown(value))

    return Control(area, area.toPlainText, write, area.textChanged, area.left)


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


def _file(field: InputField, _hint: str) -> Control:
    pick = FilePick(field.label)
    write = partial(_write_file, pick)
    return Control(pick, lambda: pick.text, write, pick.changed)


def _write_file(pick: FilePick, value: Json) -> None:
    pick.set_text(_shown(value), "a file chosen before" if value else "")


def _shown(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


_MAKERS: Final[dict[str, Callable[[InputField, str], Control]]] = {
    "password": _secret,
    "file": _file,
    "textarea": _area,
    "boolean": _switch,
    "select": _select,
}
