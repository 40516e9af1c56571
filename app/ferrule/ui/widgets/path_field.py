"""The line of a path: code font, a mark, a pick button, a squiggle under an error.

Columns count code points; Qt's caret counts UTF-16 units, and the two part ways after
an emoji.
"""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Json
from ferrule.ui.models.path_completion import Completions, complete
from ferrule.ui.theme import metrics, paint_line, theme
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.path_popup import PathPopup

_ZONE: Final = 28
_KEYS = QtCore.Qt.Key
_PRESS: Final = QtCore.QEvent.Type.KeyPress
_TAKING: Final = (_KEYS.Key_Tab, _KEYS.Key_Return, _KEYS.Key_Enter)
# Qt widens the caret's box by this on its left (QWidgetLineControl::cursorRect).
_CARET_MARGIN: Final = 5


def units(text: str, column: int) -> int:
    """Return the UTF-16 units before a column of code points."""
    return len(text[:column].encode("utf-16-le", "surrogatepass")) // 2


def column_of(text: str, at: int) -> int:
    """Return the column of code points at so many UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")[: at * 2]
    return len(raw.decode("utf-16-le", "replace"))


class PathField(LineEdit):
    """A field for a path or a template.

    Signals:
        edited(str): the text is another one, by the person.
        focused(): the caret came here.
        unfocused(): the caret left.
        pick_requested(): the pick button, or Alt+P.
        accepted(): Tab while a suggestion stands (`set_offer`).
        dismissed(): Escape while a suggestion stands.
    """

    edited = QtCore.Signal(str)
    focused = QtCore.Signal()
    unfocused = QtCore.Signal()
    pick_requested = QtCore.Signal()
    accepted = QtCore.Signal()
    dismissed = QtCore.Signal()
    right_room = _ZONE

    def __init__(
        self,
        name: str,
        *,
        template: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(name=name, mono=True, parent=parent)
        self._template = template
        self._squiggle: tuple[int, int] | None = None
        self._offer = False
        self._places: Sequence[Json] = ()
        self._by_program = False
        self.pick = IconButton(
            "braces" if template else "crosshair",
            f"Pick {name} from the response (Alt+P)",
            parent=self,
        )
        # The field has the focus while it is used; Alt+P is its key.
        self.pick.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        self.pick.clicked.connect(self.pick_requested)
        self.popup = PathPopup(self)
        self.popup.chosen.connect(self.put)
        self.textChanged.connect(self._changed)

    def set_plain(self, text: str) -> None:
        """Show a text without announcing it; an equal one moves nothing."""
        if text == self.text():
            return
        caret = column_of(self.text(), self.cursorPosition())
        self._by_program = True
        self.setText(text)
        self._by_program = False
        self.setCursorPosition(units(text, min(caret, len(text))))

    def put(self, start: int, stop: int, text: str) -> None:
        """Write over a span of columns as the person would, and undoably so."""
        whole = self.text()
        at = units(whole, start)
        self.setSelection(at, units(whole, stop) - at)
        if start == stop:
            self.setCursorPosition(at)
        self.insert(text)

    def set_squiggle(self, span: tuple[int, int] | None) -> None:
        """Underline these columns; a span of nothing still shows a few pixels."""
        if span != self._squiggle:
            self._squiggle = span
            self.update()

    @property
    def squiggle(self) -> tuple[int, int] | None:
        """Return the underlined columns."""
        return self._squiggle

    def set_offer(self, *, on: bool) -> None:
        """Let Tab accept and Escape dismiss a suggestion."""
        self._offer = on

    def x_of(self, column: int) -> float:
        """Return the x of a column, right when a long text is scrolled."""
        text, measured = self.text(), theme.measured("code")
        caret = column_of(text, self.cursorPosition())
        x = self.cursorRect().x() + _CARET_MARGIN
        return (
            x
            - measured.horizontalAdvance(text[:caret])
            + measured.horizontalAdvance(text[:column])
        )

    def squiggle_box(self) -> QtCore.QRectF:
        """Return where the squiggle is seen; empty where it is scrolled away."""
        if self._squiggle is None:
            return QtCore.QRectF()
        start, stop = self._squiggle
        least = theme.measured("code").horizontalAdvance("0")
        left = self.x_of(start)
        right = max(self.x_of(stop), left + least)
        margins = self.textMargins()
        low, high = margins.left() + 2, self.width() - margins.right()
        left, right = min(max(left, low), high), min(right, high)
        base = self.height() / 2 + theme.measured("code").ascent() / 2
        return QtCore.QRectF(left, base, max(right - left, 0), 4)

    def completions(self) -> Completions:
        """Return what fits at the caret."""
        text = self.text()
        caret = column_of(text, self.cursorPosition())
        return complete(text, caret, self._places, template=self._template)

    def set_sample(self, places: Sequence[Json]) -> None:
        """Take the values that completions come from."""
        self._places = places

    def event(self, event: QtCore.QEvent) -> bool:
        """Take a completion, or accept a suggestion, by Tab before it moves the focus.

        The list of completions hands every key to its field first.
        """
        if isinstance(event, QtGui.QKeyEvent) and event.type() == _PRESS:
            if event.key() in _TAKING and self.popup.take():
                return True
            if event.key() == _KEYS.Key_Tab and self._offer:
                self.accepted.emit()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Complete by Ctrl+Space, after a dot, a bracket or `==`; pick by Alt+P."""
        flags = QtCore.Qt.KeyboardModifier
        if event.key() == _KEYS.Key_P and event.modifiers() == flags.AltModifier:
            self.pick_requested.emit()
        elif (
            event.key() == _KEYS.Key_Space and event.modifiers() & flags.ControlModifier
        ):
            self._complete()
        elif event.key() == _KEYS.Key_Escape and self._offer:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)
            self._complete_on(event.text())

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Say that the caret is here."""
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        """Say that the caret left."""
        super().focusOutEvent(event)
        if event.reason() != QtCore.Qt.FocusReason.PopupFocusReason:
            self.unfocused.emit()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Keep the pick button at the right end."""
        super().resizeEvent(event)
        side = min(theme.px(metrics.TARGET), self.height() - 6)
        left = self.width() - side - theme.px(5)
        self.pick.setGeometry(left, (self.height() - side) // 2, side, side)

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        """Draw the field, the divider before the button, the squiggle."""
        super().paintEvent(event)
        painter = QtWidgets.QStylePainter(self)
        x = self.width() - theme.px(_ZONE + 4)
        inset = theme.px(6)
        paint_line(painter, QtCore.QRect(x, inset, 1, self.height() - 2 * inset))
        box = self.squiggle_box()
        if box.width() > 0:
            _paint_squiggle(painter, box)

    @QtCore.Slot(str)
    def _changed(self, text: str) -> None:
        if not self._by_program:
            self.edited.emit(text)

    def _complete_on(self, typed: str) -> None:
        begun = typed in {".", "["} or (typed == "=" and "==" in self.text())
        if begun or (typed and self.popup.shown()):
            self._complete()
        elif not typed.isprintable():
            self.popup.dismiss()

    def _complete(self) -> None:
        found = self.completions()
        x = round(self.x_of(found.start))
        self.popup.offer(found, QtCore.QRect(x, 0, 1, self.height()))


def _paint_squiggle(painter: QtGui.QPainter, box: QtCore.QRectF) -> None:
    """Draw a wave of amplitude 2 and step 2."""
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.setPen(QtGui.QPen(theme.colour("danger"), 1.2))
    points, x, up = [], box.left(), True
    while x <= box.right():
        points.append(QtCore.QPointF(x, box.top() + (0 if up else 2)))
        x, up = x + 2, not up
    painter.drawPolyline(QtGui.QPolygonF(points))
