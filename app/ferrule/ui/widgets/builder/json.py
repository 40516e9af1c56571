"""The document as text: the same document, edited by other means.

Text that is no document yet stays as it is, with line and column of what is wrong; the
draft keeps its last good state meanwhile.
"""

import re
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.errors import DescriptorInvalid
from ferrule.exchange import MISSING, Missing
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.form.values import same
from ferrule.ui.widgets.json_text import JsonText
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Pane, Row
from ferrule.workspace.authoring import parse_text, pretty
from ferrule.workspace.drafts import Document

_PAUSE_MS: Final = 120
_PLACE: Final = re.compile(r"[Ll]ine (\d+), column (\d+)")
_SAID: Final = re.compile(r"(\(byte \d+\))|(That is line \d+, column \d+\.)")


class JsonView(QtWidgets.QWidget):
    """A text area over the draft.

    Signals:
        broken(bool): whether the text is no document at the moment.
    """

    broken = QtCore.Signal(bool)

    def __init__(self, draft: DraftModel) -> None:
        super().__init__()
        self._draft = draft
        self._stale = True
        self._error = ""
        self._parsed: Document | Missing = MISSING
        self.text = JsonText("Descriptor as JSON")
        self._pause = QtCore.QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.read)
        self.note = _Note()
        self.note.go.clicked.connect(self.go_to_error)
        self.note.drop.clicked.connect(self.discard)
        column = Column(self.note, gap=0)
        column.add(self.text, stretch=1)
        self.setLayout(column)
        self.setFocusProxy(self.text)
        self.text.textChanged.connect(self._typed)
        draft.changed.connect(self.refresh)
        self._quiet = False
        self._last = ""

    @property
    def error(self) -> str:
        """Return what is wrong with the text, empty when it is a document."""
        return self._error

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Catch up with what was done in the form."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    @QtCore.Slot()
    def refresh(self) -> None:
        """Show the document, unless the text says the same or is not finished."""
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        if self._error:
            return
        if not same(self._parsed, self._draft.document):
            self._write(pretty(self._draft.document))
            self._parsed = self._draft.document

    @QtCore.Slot()
    def read(self) -> None:
        """Take the text into the draft now, if it is a document."""
        self._pause.stop()
        try:
            document = parse_text(self.text.toPlainText())
        except DescriptorInvalid as invalid:
            problem = invalid.problems[0]
            self._tell(self._placed(problem.message), problem.advice)
            return
        self._parsed = document
        self._tell("")
        self._draft.replace(document, "Edit JSON", "json")

    @QtCore.Slot()
    def discard(self) -> None:
        """Put the draft's document in place of a text that is none."""
        self._tell("")
        self._write(pretty(self._draft.document))
        self._parsed = self._draft.document

    @QtCore.Slot()
    def go_to_error(self) -> None:
        """Put the caret where the text goes wrong."""
        place = _PLACE.search(self._error)
        if place is not None:
            self.go_to(int(place[1]), int(place[2]))

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the caret at a line and a column, counted from 1."""
        block = self.text.document().findBlockByNumber(line - 1)
        cursor = QtGui.QTextCursor(block)
        room = max(block.length() - 1, 0)
        cursor.setPosition(block.position() + min(max(column - 1, 0), room))
        self.text.setTextCursor(cursor)
        self.text.setFocus()

    def undo(self) -> bool:
        """Undo in the text itself while it is no document; say whether it was."""
        if self._error:
            self.text.undo()
            return True
        return False

    def redo(self) -> bool:
        """Redo in the text itself while it is no document; say whether it was."""
        if self._error:
            self.text.redo()
            return True
        return False

    def _write(self, text: str) -> None:
        """Change only what differs, so that caret and scroll stay where they are."""
        old = self.text.toPlainText()
        if old == text:
            return
        start = _common(old, text)
        end = _common(old[start:][::-1], text[start:][::-1])
        cursor = QtGui.QTextCursor(self.text.document())
        cursor.setPosition(start)
        keep = QtGui.QTextCursor.MoveMode.KeepAnchor
        cursor.setPosition(len(old) - end, keep)
        self._quiet = True
        cursor.insertText(text[start : len(text) - end])
        self._quiet = False

    def _placed(self, message: str) -> str:
        """Return the message after its line and column; a text may just end early."""
        message = message.removeprefix("The document is not JSON: ")
        place = _PLACE.search(message)
        if place is not None:
            rest = _SAID.sub("", message).strip()
            return f"Line {place[1]}, column {place[2]}: {rest}"
        lines = self.text.toPlainText().split("\n")
        return f"Line {len(lines)}, column {len(lines[-1]) + 1}: {message}"

    def _tell(self, error: str, advice: str = "") -> None:
        was, self._error = self._error, error
        self.note.say(error, advice)
        if bool(was) != bool(error):
            self.broken.emit(bool(error))

    @QtCore.Slot()
    def _typed(self) -> None:
        # Colouring announces a change too, but changes no text.
        text = self.text.toPlainText()
        if text != self._last and not self._quiet:
            self._pause.start()
        self._last = text


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    least = min(len(one), len(other))
    if one[:least] == other[:least]:
        return least
    return next(n for n in range(least) if one[n] != other[n])


class _Note(Pane):
    """What is wrong with the text, and what can be done."""

    def __init__(self) -> None:
        self.said = Label("", "body", "danger", wrap=True)
        self.go = Button("Go there", kind="link", compact=True)
        self.drop = Button("Discard the text", kind="link", compact=True)
        row = Row(Glyph("circle-x", "danger"), gap=8, margins=(16, 6, 16, 6))
        row.add(self.said, stretch=1)
        row.add(self.go, self.drop)
        super().__init__(row, ground="danger_tint", edges="b")
        self.hide()

    def say(self, error: str, advice: str) -> None:
        """Show an error, or nothing."""
        self.said.setText(f"{error} {advice}".strip())
        self.go.setVisible(_PLACE.search(error) is not None)
        self.setVisible(bool(error))
