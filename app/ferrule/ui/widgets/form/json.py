"""A section of a form as JSON text in its place.

What is no JSON yet stays in the text and changes nothing: the document keeps the last
that was valid, and the line under the text says where it is wrong.
"""

import json

from PySide6 import QtCore

from ferrule.errors import UnreadableResponse
from ferrule.exchange import MISSING, Json, Missing, decode
from ferrule.ui.widgets.form.context import Editor, FormContext
from ferrule.ui.widgets.form.fields import JsonArea
from ferrule.ui.widgets.form.values import same
from ferrule.ui.widgets.form_rows import ErrorLine
from ferrule.ui.widgets.layouts import Column
from ferrule.workspace.authoring import pretty


class SectionJson(Editor):
    """A whole section as text; an empty text means that it is absent."""

    def __init__(
        self, context: FormContext, pointer: str, name: str, *, required: bool
    ) -> None:
        super().__init__(context, pointer, name)
        self._required = required
        self.area = JsonArea(f"{name}, JSON")
        self.error = ErrorLine()
        self.error.hide()
        self._shown: Json | Missing = MISSING
        self._fresh = True
        self.setFocusProxy(self.area)
        self.setLayout(Column(self.area, self.error, gap=4))
        self.area.textChanged.connect(self._typed)

    def refresh(self) -> None:
        """Show the value; text that is being written stays."""
        value = self.value()
        if not self._fresh and same(value, self._shown):
            return
        self._fresh, self._shown = False, value
        blocker = QtCore.QSignalBlocker(self.area)
        self.area.setPlainText("" if value is MISSING else pretty(value).rstrip("\n"))
        blocker.unblock()
        self.area.fit()
        self._tell("")

    def rebase(self, pointer: str) -> None:
        """Stand for another place, and show what stands there."""
        super().rebase(pointer)
        self._fresh = True

    @QtCore.Slot()
    def _typed(self) -> None:
        value, wrong = read_json(self.area.toPlainText())
        if value is MISSING and self._required and not wrong:
            wrong = "Line 1, column 1: this section may not be absent."
        self._tell(wrong)
        if not wrong:
            self._shown = value
            self.put(value, typed=True)

    def _tell(self, wrong: str) -> None:
        self.error.setText(wrong)
        self.error.setVisible(bool(wrong))
        self.area.setAccessibleDescription(wrong)


def read_json(text: str) -> tuple[Json | Missing, str]:
    """Return the value of a text and "", or MISSING and what is wrong where."""
    if not text.strip():
        return MISSING, ""
    try:
        return decode(text.encode()), ""
    except (UnreadableResponse, UnicodeEncodeError) as error:
        return MISSING, _place(text) or str(error)


def _place(text: str) -> str:
    """Return line, column and what is wrong there, as the standard library says it."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"Line {error.lineno}, column {error.colno}: {error.msg.lower()}."
    return ""
