"""A month to choose a day from, below a field: worked by arrows, typed dates go first.

Arrows move by a day and a week, Page Up and Page Down by a month (with Shift by a
year), Home and End within the week; Enter takes the day, T is today, Escape leaves.
"""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import CENTRE, metrics, paint_box, paint_focus, paint_text, theme
from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.overlay import Overlay
from ferrule.ui.widgets.spoken import announce

_KEYS: Final = QtCore.Qt.Key
_WIDE: Final = 260
_CELL: Final = 32
_WEEK: Final = 7
_LINES: Final = 6
_DAYS: Final = {
    _KEYS.Key_Left: -1,
    _KEYS.Key_Right: 1,
    _KEYS.Key_Up: -_WEEK,
    _KEYS.Key_Down: _WEEK,
}
_MONTHS: Final = {_KEYS.Key_PageUp: -1, _KEYS.Key_PageDown: 1}
_ENTER: Final = (_KEYS.Key_Return, _KEYS.Key_Enter, _KEYS.Key_Space)


class MonthGrid(QtWidgets.QWidget):
    """The days of a month in weeks.

    Signals:
        moved(object): the keyboard is on this QDate.
        chosen(object): this QDate is wanted.
    """

    moved = QtCore.Signal(object)
    chosen = QtCore.Signal(object)

    def __init__(self, day: QtCore.QDate) -> None:
        super().__init__()
        self._locale = QtCore.QLocale()
        self._today = QtCore.QDate.currentDate()
        self.day = day
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(
            theme.px(_CELL) * _WEEK, theme.px(_CELL) * _LINES + theme.px(_CELL - 8)
        )
        self.go(day)

    def go(self, day: QtCore.QDate) -> None:
        """Stand on a day."""
        if day.isValid():
            self.day = day
            told = self._locale.toString(day, QtCore.QLocale.FormatType.LongFormat)
            self.setAccessibleName(told)
            announce(self, told)
            self.moved.emit(day)
            self.update()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Move about, take the day, or go to today."""
        key = _KEYS(event.key())
        year = bool(event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier)
        if key in _DAYS:
            self.go(self.day.addDays(_DAYS[key]))
        elif key in _MONTHS:
            by = _MONTHS[key]
            self.go(self.day.addYears(by) if year else self.day.addMonths(by))
        elif key in {_KEYS.Key_Home, _KEYS.Key_End}:
            at = self._column(self.day)
            to = -at if key == _KEYS.Key_Home else _WEEK - 1 - at
            self.go(self.day.addDays(to))
        elif key == _KEYS.Key_T:
            self.go(self._today)
        elif key in _ENTER:
            self.chosen.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Take the day under the mouse."""
        for day, box in self._boxes():
            if box.contains(event.position().toPoint()):
                self.chosen.emit(day)

    def paintEvent(self, _event: object) -> None:
        """Draw the names of the days, then the days."""
        painter = QtWidgets.QStylePainter(self)
        side, short = theme.px(_CELL), QtCore.QLocale.FormatType.ShortFormat
        first = self._locale.firstDayOfWeek().value
        for column in range(_WEEK):
            name = self._locale.standaloneDayName((first - 1 + column) % 7 + 1, short)
            box = QtCore.QRect(column * side, 0, side, side - theme.px(8))
            paint_text(
                painter, box, name[:2], role="caption", ink="muted", align=CENTRE
            )
        for day, box in self._boxes():
            self._paint_day(painter, day, box)

    def _paint_day(
        self, painter: QtGui.QPainter, day: QtCore.QDate, box: QtCore.QRect
    ) -> None:
        here, radius = day == self.day, theme.px(metrics.RADIUS_SMALL)
        inner = box.adjusted(1, 1, -1, -1)
        ink = "text" if day.month() == self.day.month() else "disabled"
        if here:
            paint_box(painter, inner, radius, "accent")
            ink = "on_accent"
        elif day == self._today:
            paint_box(painter, inner, radius, "", border="accent")
        paint_text(painter, box, str(day.day()), ink=ink, align=CENTRE)
        if here and self.hasFocus():
            paint_focus(painter, box, radius)

    def _boxes(self) -> list[tuple[QtCore.QDate, QtCore.QRect]]:
        """Return the days that are seen, and where."""
        first = QtCore.QDate(self.day.year(), self.day.month(), 1)
        begin = first.addDays(-self._column(first))
        side, top = theme.px(_CELL), theme.px(_CELL - 8)
        return [
            (
                begin.addDays(n),
                QtCore.QRect(n % _WEEK * side, top + n // _WEEK * side, side, side),
            )
            for n in range(_WEEK * _LINES)
        ]

    def _column(self, day: QtCore.QDate) -> int:
        return (day.dayOfWeek() - self._locale.firstDayOfWeek().value) % _WEEK


class CalendarPanel(Overlay):
    """A month below a field; Escape, or going elsewhere, closes it.

    Signals:
        chosen(object): this QDate was taken.
    """

    chosen = QtCore.Signal(object)

    def __init__(self, field: QtWidgets.QWidget, day: QtCore.QDate) -> None:
        super().__init__(field.window(), "Calendar", _WIDE)
        self._field = field
        self._window = field.window()
        self.grid = MonthGrid(day)
        self.month = Label("", "emphasis")
        self.earlier = IconButton("chevron-left", "Month before")
        self.later = IconButton("chevron-right", "Month after")
        head = Row(self.earlier, None, self.month, None, self.later)
        self.setLayout(Column(head, self.grid, margins=(12, 8, 12, 12)))
        self.earlier.clicked.connect(lambda: self._turn(-1))
        self.later.clicked.connect(lambda: self._turn(1))
        self.grid.moved.connect(self._tell)
        self.grid.chosen.connect(self._take)
        self._tell(day)

    def open(self) -> None:
        """Show it with the keyboard on the day."""
        self.adjustSize()
        self.show_over(self.grid)

    def place(self) -> None:
        """Stand below the field, above it where there is no room, within the window."""
        window, field = self._window, self._field
        size = self.sizeHint()
        gap = theme.px(4)
        under = field.mapTo(window, QtCore.QPoint(0, field.height() + gap))
        x = max(min(under.x(), window.width() - size.width()), 0)
        y = under.y()
        if y + size.height() > window.height():
            y = max(y - field.height() - size.height() - 2 * gap, 0)
        self.setGeometry(x, y, size.width(), size.height())

    def _turn(self, months: int) -> None:
        self.grid.go(self.grid.day.addMonths(months))

    @QtCore.Slot(object)
    def _tell(self, day: QtCore.QDate) -> None:
        self.month.setText(QtCore.QLocale().toString(day, "MMMM yyyy"))

    @QtCore.Slot(object)
    def _take(self, day: QtCore.QDate) -> None:
        self.leave()
        self.chosen.emit(day)
