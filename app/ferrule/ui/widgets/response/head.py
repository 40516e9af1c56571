"""The head of a response: status, time taken, size, when."""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.exchange import Response
from ferrule.ui.theme import theme
from ferrule.ui.widgets.chip import StatusLabel
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Pane, Row

_HEIGHT: Final = 48
_BARELY_ERROR: Final = 400
_BARELY_MOVED: Final = 300


class ResponseHead(Pane):
    """A bar of 48 px; `add` puts widgets at its right end."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        row = Row(gap=14, margins=(16, 0, 12, 0))
        super().__init__(row, edges="b", parent=parent)
        self._row = row
        self.status = StatusLabel("untouched", "No response yet", "emphasis")
        self.taken = Label("", "body", "muted")
        self.size_told = Label("", "body", "muted")
        self.when = Label("", "caption", "muted")
        row.add(self.status, self.taken, self.size_told, None, self.when)
        self._extra: list[QtWidgets.QWidget] = []
        theme.changed.connect(self._fit)
        self._fit()

    def add(self, widget: QtWidgets.QWidget) -> None:
        """Put a widget at the right end."""
        self._extra.append(widget)
        self._row.add(widget)

    def show_response(self, response: Response, moment: datetime) -> None:
        """Tell of a response; `moment` in the person's time zone."""
        self.status.show_state(_state(response.status), status_text(response.status))
        self.taken.setText(f"{response.elapsed_ms:,.0f} ms")
        self.size_told.setText(size_text(len(response.body)))
        self.when.setText(moment.strftime("%H:%M:%S"))
        self._drop()

    def show_state(self, state: str, word: str) -> None:
        """Say a state with no response to tell of."""
        self.status.show_state(state, word)
        for label in (self.taken, self.size_told, self.when):
            label.setText("")
        self._drop()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Leave out the time of day, then the size, where there is no room."""
        super().resizeEvent(event)
        self._drop()

    @QtCore.Slot()
    def _fit(self) -> None:
        self.setFixedHeight(theme.px(_HEIGHT))
        self._drop()

    def _drop(self) -> None:
        shown = [widget for widget in self._extra if not widget.isHidden()]
        fixed = [self.status, *shown]
        room = self.width() - theme.px(16 + 12)
        room -= sum(widget.sizeHint().width() + theme.px(14) for widget in fixed)
        for label in (self.taken, self.size_told, self.when):
            room -= label.sizeHint().width() + theme.px(14)
            label.setVisible(bool(label.text()) and room >= 0)


def _state(status: int) -> str:
    if status >= _BARELY_ERROR:
        return "error"
    return "warning" if status >= _BARELY_MOVED else "ok"


def status_text(status: int) -> str:
    """Return a status with its phrase, "200 OK"."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def size_text(size: int) -> str:
    """Return a size in the unit that keeps it short."""
    if size < 1_000:  # noqa: PLR2004  a kilobyte
        return f"{size} B"
    if size < 1_000_000:  # noqa: PLR2004  a megabyte
        return f"{size / 1_000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"
