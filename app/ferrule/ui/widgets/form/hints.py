"""Help inside a field of a form: completions at the caret, and what it gives below it.

Both are worked out when they are wanted, from the sample that the form's context knows.
"""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.path_completion import Completions
from ferrule.ui.models.template_hints import Sampled, completions, reading
from ferrule.ui.widgets.form.context import Editor
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.path_field import column_of, units
from ferrule.ui.widgets.path_popup import PathPopup
from ferrule.workspace.picking import Reach

COMPLETED: Final = frozenset({"json-path", "source", "template"})
READ: Final = COMPLETED | {"duration", "date-format"}
_ALWAYS: Final = {"duration"}
_KEYS: Final = QtCore.Qt.Key
_TAKING: Final = {_KEYS.Key_Tab, _KEYS.Key_Return, _KEYS.Key_Enter}
_EVENTS: Final = QtCore.QEvent.Type


class FieldHints(QtCore.QObject):
    """Completes and reads the text of one line in a small language.

    Signals:
        said(str): what the text means or gives, as the person should see it now.
    """

    said = QtCore.Signal(str)

    def __init__(
        self, edit: QtWidgets.QLineEdit, form: str, field: Editor, reach: Reach
    ) -> None:
        super().__init__(edit)
        self._edit = edit
        self._form = form
        self._reach: Reach = reach
        self._field = field
        self._popup: PathPopup | None = None
        edit.installEventFilter(self)
        edit.textChanged.connect(self.tell)

    @property
    def popup(self) -> PathPopup:
        """Return the list of completions, made when it is first wanted."""
        if self._popup is None:
            self._popup = PathPopup(self._edit)
            self._popup.chosen.connect(self._put)
        return self._popup

    @property
    def _known(self) -> Sampled:
        return self._field.context.known_at(self._field.pointer)

    def completions(self) -> Completions:
        """Return what fits at the caret."""
        text = self._edit.text()
        caret = column_of(text, self._edit.cursorPosition())
        return completions(text, caret, self._form, self._reach, self._known)

    @QtCore.Slot()
    def tell(self) -> None:
        """Say what the text gives: a duration always, the rest while it is written."""
        told = ""
        if self._edit.hasFocus() or self._form in _ALWAYS:
            told = reading(self._edit.text(), self._form, self._reach, self._known)
        self.said.emit(told)

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Complete by Ctrl+Space and after what begins a name; take by Tab or Enter."""
        if event.type() in {_EVENTS.FocusIn, _EVENTS.FocusOut}:
            QtCore.QTimer.singleShot(0, self, self.tell)
        pressed = event.type() == _EVENTS.KeyPress and self._form in COMPLETED
        if pressed and isinstance(event, QtGui.QKeyEvent) and self._press(event):
            return True
        return super().eventFilter(watched, event)

    def _press(self, event: QtGui.QKeyEvent) -> bool:
        """Act on a key; say whether it was for the list."""
        if _KEYS(event.key()) in _TAKING:
            return self._popup is not None and self._popup.take()
        control = event.modifiers() & QtCore.Qt.KeyboardModifier.ControlModifier
        if event.key() == _KEYS.Key_Space and control:
            self._offer()
            return True
        text = event.text()
        going_on = self._popup is not None and self._popup.shown()
        if text in {".", "[", "{", "|"} or (going_on and text.isprintable()):
            QtCore.QTimer.singleShot(0, self, self._offer)
        return False

    @QtCore.Slot()
    def _offer(self) -> None:
        found = self.completions()
        if not found.entries and self._popup is None:
            return
        x = self._edit.cursorRect().x()
        self.popup.offer(found, QtCore.QRect(x, 0, 1, self._edit.height()))

    @QtCore.Slot(int, int, str)
    def _put(self, start: int, stop: int, text: str) -> None:
        """Write a completion as the person would."""
        whole = self._edit.text()
        at = units(whole, start)
        self._edit.setSelection(at, units(whole, stop) - at)
        if start == stop:
            self._edit.setCursorPosition(at)
        self._edit.insert(text)
        self._edit.textEdited.emit(self._edit.text())


class HintLine(Label):
    """What a field gives, on one line below it."""

    def __init__(self) -> None:
        super().__init__("", "caption", "muted", elide=True)
        self.hide()

    @QtCore.Slot(str)
    def say(self, told: str) -> None:
        """Show it; nothing takes no room."""
        if told != self.text():
            self.setText(told)
            self.setVisible(bool(told))
