"""Where in the Builder the person is: step, view, level, field and caret, as a value.

It is kept with the draft, so that after a crash the person is where they were. Where a
field that had the keyboard goes away, the steps get it: it is never nowhere.
"""

from typing import Final

import shiboken6
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.steps import TITLES, polling_of
from ferrule.ui.widgets.form.context import Editor
from ferrule.workspace.drafts import Document

_VIEWS: Final = ("form", "json", "diff")


class Whereabouts(QtCore.QObject):
    """Follows where the person is in one bench.

    Signals:
        moved(): the person is at another place.
    """

    moved = QtCore.Signal()

    def __init__(self, bench: BuilderBench) -> None:
        super().__init__(bench)
        self._bench = bench
        bench.turned.connect(self._tell)
        bench.steps.steps.chosen.connect(self._tell)
        bench.level.changed.connect(self._tell)
        bench.strip.bar.currentChanged.connect(self._tell)
        app = QtWidgets.QApplication.instance()
        if isinstance(app, QtWidgets.QApplication):
            app.focusChanged.connect(self._focus)

    def place(self) -> Document:
        """Return the place; `caret` counts characters of the field or the JSON."""
        bench = self._bench
        focus = _focus_in(bench)
        return {
            "view": bench.view,
            "step": bench.forms.step,
            "level": bench.level.level,
            "below": bench.strip.bar.currentIndex(),
            "field": _pointer_of(bench, focus),
            "caret": _caret_of(focus),
            "text": bench.json.text.textCursor().position(),
        }

    def restore(self, place: Document) -> None:
        """Go to a place; what is not there any more is left out."""
        bench = self._bench
        level, step, view = place.get("level"), place.get("step"), place.get("view")
        if isinstance(level, int):
            streams = bench.draft.value("/streams")
            most = len(streams) if isinstance(streams, list) else 0
            bench.show_level(level if -1 <= level < most else -1)
        if isinstance(step, str) and step in TITLES:
            bench.show_step(step)
        below = place.get("below")
        if isinstance(below, int) and 0 <= below < bench.strip.bar.count():
            bench.strip.turn(below)
        self._focus_field(place)
        if isinstance(view, str) and view in _VIEWS:
            bench.show_view(view)
        if view == "json":
            bench.json.refresh()
            _put_caret(bench.json.text, place.get("text"))

    def _focus_field(self, place: Document) -> None:
        bench, field = self._bench, place.get("field")
        if not isinstance(field, str) or not field:
            return
        if field == f"{polling_of(bench.draft)}/endpoint":
            bench.line.address.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        else:
            bench.forms.page.go_to(field)
        _put_caret(_focus_in(bench), place.get("caret"))

    @QtCore.Slot(QtWidgets.QWidget, QtWidgets.QWidget)
    def _focus(
        self, old: QtWidgets.QWidget | None, new: QtWidgets.QWidget | None
    ) -> None:
        if not shiboken6.isValid(self._bench):
            return  # it goes, and its fields lose the focus by that
        if any(w is not None and self._bench.isAncestorOf(w) for w in (old, new)):
            self.moved.emit()
        if new is None and self._bench.isVisible():
            QtCore.QTimer.singleShot(0, self, self._rescue)

    @QtCore.Slot()
    def _rescue(self) -> None:
        """Give the keyboard a place where the field that had it went away."""
        app, bench = QtWidgets.QApplication, self._bench
        nowhere: object = app.focusWidget() or app.activePopupWidget()
        if nowhere is None and bench.isVisible() and bench.window().isActiveWindow():
            bench.steps.steps.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    @QtCore.Slot()
    def _tell(self) -> None:
        self.moved.emit()


def _focus_in(bench: BuilderBench) -> QtWidgets.QWidget | None:
    """Return the widget of a bench that has the focus, or had it last."""
    found: object = bench.focusWidget()
    return found if isinstance(found, QtWidgets.QWidget) else None


def _pointer_of(bench: BuilderBench, focus: QtWidgets.QWidget | None) -> str:
    """Return the place in the document that a widget edits, "" for none."""
    if focus is None:
        return ""
    if focus is bench.line.address:
        return f"{polling_of(bench.draft)}/endpoint"
    mapping = bench.forms.page.mapping
    for row in mapping.rows if mapping is not None else ():
        if row.edit.isAncestorOf(focus):
            return row.pointer
    around: object = focus
    while isinstance(around, QtWidgets.QWidget) and around is not bench:
        if isinstance(around, Editor):
            return around.pointer
        around = around.parentWidget()
    return ""


def _caret_of(focus: QtWidgets.QWidget | None) -> Json:
    if isinstance(focus, QtWidgets.QLineEdit):
        return focus.cursorPosition()
    if isinstance(focus, QtWidgets.QPlainTextEdit):
        return focus.textCursor().position()
    return None


def _put_caret(focus: QtWidgets.QWidget | None, caret: Json) -> None:
    if not isinstance(caret, int):
        return
    if isinstance(focus, QtWidgets.QLineEdit):
        focus.setCursorPosition(caret)
    elif isinstance(focus, QtWidgets.QPlainTextEdit):
        cursor = QtGui.QTextCursor(focus.document())
        cursor.setPosition(min(max(caret, 0), len(focus.toPlainText())))
        focus.setTextCursor(cursor)
