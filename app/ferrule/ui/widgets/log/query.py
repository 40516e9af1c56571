"""The line in which the log is asked: suggestions below it, then what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.log_query import complete_query
from ferrule.ui.theme import theme
from ferrule.ui.widgets.field import SearchField
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.path_field import column_of, units
from ferrule.ui.widgets.path_popup import PathPopup

_PAUSE_MS: Final = 200
_KEYS = QtCore.Qt.Key
_PRESS: Final = QtCore.QEvent.Type.KeyPress
_TAKING: Final = (_KEYS.Key_Tab, _KEYS.Key_Return, _KEYS.Key_Enter)
_HINT: Final = "Filter: connector:github level:error since:1h"


class QueryField(SearchField):
    """The text of a query; its keys and values are offered as they are typed.

    Signals:
        left(): Enter or the down key, where nothing is offered: on to the lines.
    """

    left = QtCore.Signal()

    def __init__(self) -> None:
        super().__init__("Filter the log", placeholder=_HINT, trailing="Ctrl+F")
        self.names: Mapping[str, Sequence[str]] = {}
        self.popup = PathPopup(self)
        self.popup.chosen.connect(self._put)

    def event(self, event: QtCore.QEvent) -> bool:
        """Take what is offered by Tab or Enter before the key moves the focus."""
        if (
            isinstance(event, QtGui.QKeyEvent)
            and event.type() == _PRESS
            and event.key() in _TAKING
            and self.popup.take()
        ):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Offer what fits by Ctrl+Space and while typing; Enter goes to the lines."""
        key, flags = event.key(), QtCore.Qt.KeyboardModifier
        if key == _KEYS.Key_Space and event.modifiers() & flags.ControlModifier:
            self.offer()
        elif key == _KEYS.Key_Escape and self.popup.shown():
            self.popup.dismiss()
        elif key in {_KEYS.Key_Return, _KEYS.Key_Enter, _KEYS.Key_Down}:
            self.left.emit()
        else:
            super().keyPressEvent(event)
            self._offer_typed(event.text())

    def offer(self) -> None:
        """Open the list of what fits at the caret."""
        caret = column_of(self.text(), self.cursorPosition())
        found = complete_query(self.text(), caret, self.names)
        self.popup.offer(found, QtCore.QRect(0, 0, 1, self.height()))

    def _offer_typed(self, typed: str) -> None:
        """Offer once a word is begun: an empty one is no question."""
        before = self.text()[: self.cursorPosition()]
        if typed and before and not before[-1].isspace():
            self.offer()
        else:
            self.popup.dismiss()

    @QtCore.Slot(int, int, str)
    def _put(self, start: int, stop: int, text: str) -> None:
        at = units(self.text(), start)
        self.setSelection(at, units(self.text(), stop) - at)
        if start == stop:
            self.deselect()
            self.setCursorPosition(at)
        self.insert(text)
        if text.endswith(":"):
            self.offer()


class QueryBox(QtWidgets.QWidget):
    """The field, and below it what is wrong with its text.

    Signals:
        asked(str): the person paused after another text.
    """

    asked = QtCore.Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = QueryField()
        self.field.setObjectName("log.query")
        self.wrong = Label("", "caption", "danger", wrap=True)
        row = Row(Glyph("circle-x", "danger", 14), gap=6)
        row.add(self.wrong, stretch=1)
        self._wrong = boxed(row)
        self._wrong.hide()
        self.setLayout(Column(self.field, self._wrong, gap=4))
        self._pause = QtCore.QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.field.textChanged.connect(self._pause.start)
        policy = QtWidgets.QSizePolicy.Policy
        self.field.setSizePolicy(policy.Expanding, policy.Fixed)
        self.field.setMinimumWidth(theme.px(120))

    @property
    def text(self) -> str:
        """Return the text of the query."""
        return self.field.text().strip()

    def put(self, text: str) -> None:
        """Ask for something else at once."""
        self.field.setText(text)
        self._ask()

    def show_wrong(self, what: str) -> None:
        """Say what is wrong with the text; nothing is."""
        self.wrong.setText(what)
        self._wrong.setVisible(bool(what))
        self.field.set_mark("error" if what else "")
        self.field.setAccessibleDescription(what)

    @QtCore.Slot()
    def _ask(self) -> None:
        self._pause.stop()
        self.asked.emit(self.text)
