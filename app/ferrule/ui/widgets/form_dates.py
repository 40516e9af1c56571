"""A date in a form: typed as ISO 8601, or taken from a calendar (Alt+Down).

Of a date with a time the calendar changes the day and leaves the time.
"""

import re
from typing import Final

from PySide6 import QtCore, QtGui

from ferrule.ui.widgets.button import IconButton
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.form_calendar import CalendarPanel

_DAY: Final = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(.*)", re.DOTALL)
_MIDNIGHT: Final = "T00:00:00Z"


class DateEdit(LineEdit):
    """A field for a day, or a moment `with_time`, with a calendar at its end.

    Signals:
        picked(): a day was taken from the calendar.
    """

    right_room = 28
    picked = QtCore.Signal()

    def __init__(self, *, placeholder: str = "", with_time: bool = False) -> None:
        super().__init__(placeholder=placeholder, mono=True)
        self._with_time = with_time
        self.panel: CalendarPanel | None = None
        self.button = IconButton("calendar", "Calendar (Alt+Down)", parent=self)
        self.button.clicked.connect(self.open_calendar)

    @QtCore.Slot()
    def open_calendar(self) -> None:
        """Show a calendar on the day that is typed, else on today."""
        found = _DAY.match(self.text())
        iso = QtCore.Qt.DateFormat.ISODate
        day = QtCore.QDate.fromString(found[1] if found else "", iso)
        self.setFocus(QtCore.Qt.FocusReason.PopupFocusReason)
        self.panel = CalendarPanel(
            self, day if day.isValid() else QtCore.QDate.currentDate()
        )
        self.panel.chosen.connect(self._take)
        self.panel.open()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Keep the calendar's button at the right end."""
        super().resizeEvent(event)
        side = self.height() - 4
        self.button.setGeometry(self.width() - side - 2, 2, side, side)

    def event(self, event: QtCore.QEvent) -> bool:
        """Keep Alt and the down key from going to the next field."""
        override = QtCore.QEvent.Type.ShortcutOverride
        if event.type() == override and _opens(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """Open the calendar by Alt and the down key."""
        if _opens(event):
            self.open_calendar()
            return
        super().keyPressEvent(event)

    @QtCore.Slot(object)
    def _take(self, day: QtCore.QDate) -> None:
        text = day.toString(QtCore.Qt.DateFormat.ISODate)
        if self._with_time:
            found = _DAY.match(self.text())
            text += (found[2] if found else "") or _MIDNIGHT
        self.setText(text)
        self.picked.emit()


def _opens(event: QtCore.QEvent) -> bool:
    if not isinstance(event, QtGui.QKeyEvent):
        return False
    alt = event.modifiers() & QtCore.Qt.KeyboardModifier.AltModifier
    return bool(alt) and event.key() == QtCore.Qt.Key.Key_Down
