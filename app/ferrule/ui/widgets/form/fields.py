"""The fields of generated forms: text, code, number, yes or no, choice, any JSON."""

import re
from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json, Missing, decode
from ferrule.expression.pattern import compile_pattern
from ferrule.ui.models.path_drag import Pick
from ferrule.ui.theme import metrics, theme
from ferrule.ui.widgets.choice import ComboBox, Switch
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.hints import READ, FieldHints, HintLine
from ferrule.ui.widgets.form.values import (
    read_number,
    read_scalar,
    read_text,
    same,
    text_of,
)
from ferrule.ui.widgets.label import plain_tip
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.path_drop import DropGate
from ferrule.ui.widgets.path_edit import placeholder
from ferrule.workspace.picking import Reach

PLACEHOLDERS: Final = {
    "json-path": "$.path",
    "source": "$.path, header:X or status",
    "target": "name, header:X or body:a.b",
    "template": "text with {{name}}",
    "re2": "pattern (RE2)",
    "duration": "PT15M",
    "date-format": "iso8601",
}
_OF_ITEMS: Final = re.compile(
    r"/fieldMapping/|/delta/(idPath|itemCursorPath|cursorFormats)$"
    r"|/partition(/\d+)?/(path$|include/|where/)"
)
_PICKABLE: Final = {"json-path", "source", "template"}
_MOST_LINES: Final = 12


class CodeEdit(LineEdit):
    """A line in the fixed font that may take a path clicked in the response.

    Signals:
        focused(): the keyboard is here.
    """

    focused = QtCore.Signal()

    def __init__(self, form: str, name: str) -> None:
        super().__init__(name=name, placeholder=PLACEHOLDERS.get(form, ""), mono=True)
        self._form = form
        if form == "re2":
            self.textChanged.connect(self._check_pattern)

    @property
    def pickable(self) -> bool:
        """Return whether a clicked path makes sense here."""
        return self._form in _PICKABLE

    def insert_pick(self, pick: Pick, reach: Reach) -> None:
        """Write a picked value: its path, or in a template what it is there.

        A template of an item gets a placeholder. One of a request knows nothing of a
        response: it gets the value itself.
        """
        if self._form != "template":
            self.selectAll()
            self.insert(pick.best(reach))
        else:
            item = reach == "item"
            self.insert(placeholder(pick.best("item")) if item else pick.text)

    @QtCore.Slot(str)
    def _check_pattern(self, text: str) -> None:
        """Say at once whether a pattern is one: the engine takes RE2 alone."""
        told = ""
        try:
            compile_pattern(text)
        except ExpressionError as error:
            told = error.message
        self.set_mark("error" if told else "ok" if text else "")
        self.setToolTip(plain_tip(told))
        self.setAccessibleDescription(told)

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Say that the keyboard is here."""
        super().focusInEvent(event)
        self.focused.emit()


class LineEditor(Editor):
    """One line; subclasses read and write the value."""

    def __init__(
        self, context: FormContext, pointer: str, name: str, edit: LineEdit
    ) -> None:
        super().__init__(context, pointer, name)
        self._apart = False
        self.edit = edit
        self.edit.setAccessibleName(name)
        self.setFocusProxy(self.edit)
        self._lines = Column(self.edit, gap=2)
        self.setLayout(self._lines)
        self.edit.textEdited.connect(self._typed)

    def read(self, text: str) -> Json | Missing:
        """Return the value of a text; each subclass says how."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the value; the caret stays where it was."""
        value = self.value()
        if not same(self.read(self.edit.text()), value):
            at = self.edit.cursorPosition()
            self.edit.setText(_shown(value))
            self.edit.setCursorPosition(at)

    def set_error(self, error: str) -> None:
        """Turn the border red."""
        self.edit.set_mark("error" if error else "")

    @QtCore.Slot(str)
    def _typed(self, text: str) -> None:
        self.put(self.read(text), typed=not self._apart)


def _shown(value: Json | Missing) -> str:
    return value if isinstance(value, str) else text_of(value)


class TextEditor(LineEditor):
    """A text, plain or in one of the small languages; an empty optional one goes."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        name: str,
        form: str,
        *,
        required: bool,
    ) -> None:
        edit = CodeEdit(form, name) if form else LineEdit(name=name)
        super().__init__(context, pointer, name, edit)
        self._required = required
        if form in READ:
            self._add_hints(form)
        if isinstance(edit, CodeEdit) and edit.pickable:
            edit.focused.connect(self._focused)
            self.gate = DropGate(edit)
            self.gate.dropped.connect(self._drop)

    def read(self, text: str) -> Json | Missing:
        """Return the text, MISSING for an empty one that may be absent."""
        return text if text or self._required else MISSING

    def refresh(self) -> None:
        """Show the value; an absent one is an empty line."""
        if self.value() is MISSING and not self.edit.text():
            return
        super().refresh()

    def _add_hints(self, form: str) -> None:
        self.hints = FieldHints(self.edit, form, self, self.reach)
        line = HintLine()
        self._lines.add(line)
        self.hints.said.connect(line.say)
        self.hints.said.connect(self.edit.setAccessibleDescription)

    @QtCore.Slot()
    def _focused(self) -> None:
        self.context.focused.emit(self)

    @property
    def reach(self) -> Reach:
        """Return whether a path here starts at an item or at the whole response."""
        return "item" if _OF_ITEMS.search(self.pointer) else "body"

    def insert_pick(self, pick: Pick) -> None:
        """Take a value that was picked from the response, a step of its own."""
        if isinstance(self.edit, CodeEdit):
            self._apart = True
            self.edit.insert_pick(pick, self.reach)
            self._apart = False

    @QtCore.Slot(object, object)
    def _drop(self, picks: Sequence[Pick], place: QtCore.QPoint) -> None:
        """Take what was dropped; a template at that place."""
        self.edit.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        self.edit.setCursorPosition(self.edit.cursorPositionAt(place))
        self.insert_pick(picks[0])


class NumberEditor(LineEditor):
    """A number; what is typed and is none stays, and lint tells about it."""

    def __init__(
        self, context: FormContext, pointer: str, name: str, *, whole: bool
    ) -> None:
        super().__init__(context, pointer, name, LineEdit(name=name))
        self._whole = whole

    def read(self, text: str) -> Json | Missing:
        """Return the number, or the text that is none."""
        return read_number(text, whole=self._whole)


class ScalarEditor(LineEditor):
    """A number or a text."""

    def __init__(
        self, context: FormContext, pointer: str, name: str, form: str
    ) -> None:
        edit = CodeEdit(form, name) if form else LineEdit(name=name)
        super().__init__(context, pointer, name, edit)

    def read(self, text: str) -> Json | Missing:
        """Return the number where it is one, else the text."""
        return read_scalar(text)


class SwitchEditor(Editor):
    """Yes or no, where absence means no."""

    def __init__(self, context: FormContext, pointer: str, name: str) -> None:
        super().__init__(context, pointer, name)
        self.switch = Switch()
        self.switch.setAccessibleName(name)
        self.setFocusProxy(self.switch)
        self.setLayout(Row(self.switch, None))
        self.switch.clicked.connect(self._switch)

    def refresh(self) -> None:
        """Show the value."""
        self.switch.setChecked(self.value() is True)

    @QtCore.Slot()
    def _switch(self) -> None:
        self.put(self.switch.isChecked())


class ChoiceEditor(Editor):
    """One of a few values; where it may be absent, that is a choice too."""

    def __init__(
        self,
        context: FormContext,
        pointer: str,
        name: str,
        options: tuple[tuple[Json, str], ...],
        *,
        required: bool,
    ) -> None:
        super().__init__(context, pointer, name)
        # Indexes stand for the options, for 1 and true are one key in Python.
        self._values: list[Json | Missing] = [value for value, _ in options]
        texts = [text for _, text in options]
        if not required:
            self._values.insert(0, MISSING)
            texts.insert(0, "Not set")
        self.combo = ComboBox(list(enumerate(texts)), name=name)
        self.setFocusProxy(self.combo)
        row = Row()
        row.add(self.combo, stretch=1)
        self.setLayout(row)
        self.combo.chosen.connect(self._choose)

    def refresh(self) -> None:
        """Show the value."""
        value = self.value()
        known = (n for n, option in enumerate(self._values) if same(option, value))
        self.combo.set_value(next(known, None))

    @QtCore.Slot(object)
    def _choose(self, number: int) -> None:
        self.put(self._values[number])


class JsonArea(QtWidgets.QPlainTextEdit):
    """A small text area in the fixed font that is as high as its lines, within reason.

    Tab goes to the next field.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.NoWrap)
        self.textChanged.connect(self.fit)
        theme.changed.connect(self.fit)
        self.fit()

    @QtCore.Slot()
    def fit(self) -> None:
        """Take font and height again."""
        font = theme.font("code")
        if self.font() != font:
            self.setFont(font)
        lines = min(max(self.blockCount(), 1), _MOST_LINES)
        shown = QtCore.Qt.ScrollBarPolicy
        few = self.blockCount() <= _MOST_LINES
        policy = shown.ScrollBarAlwaysOff if few else shown.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)
        line = round(theme.measured("code").lineSpacing())
        extra = theme.px(metrics.CONTROL) - line
        self.setFixedHeight(lines * line + max(extra, theme.px(14)))


class JsonEditor(Editor):
    """Any JSON value as text; a bare text is a text."""

    def __init__(self, context: FormContext, pointer: str, name: str) -> None:
        super().__init__(context, pointer, name)
        self.area = JsonArea(name)
        self.setFocusProxy(self.area)
        row = Row()
        row.add(self.area, stretch=1)
        self.setLayout(row)
        self._quiet = False
        self.gate = DropGate(self.area.viewport())
        self.gate.dropped.connect(self._drop)
        self.area.textChanged.connect(self._typed)

    def refresh(self) -> None:
        """Show the value, unless the text says it already in other words."""
        value = self.value()
        if same(read_text(self.area.toPlainText()), value):
            return
        at = self.area.textCursor().position()
        text = text_of(value)
        self._quiet = True
        self.area.setPlainText(text)
        self._quiet = False
        cursor = self.area.textCursor()
        cursor.setPosition(min(at, len(text)))
        self.area.setTextCursor(cursor)

    @QtCore.Slot()
    def _typed(self) -> None:
        if not self._quiet:
            self.put(read_text(self.area.toPlainText()), typed=True)

    @QtCore.Slot(object, object)
    def _drop(self, picks: Sequence[Pick], _place: QtCore.QPoint) -> None:
        """Take the value that was dropped; a container has none that fits a line."""
        if picks[0].text:
            self.put(decode(picks[0].json.encode()))
            self.refresh()
