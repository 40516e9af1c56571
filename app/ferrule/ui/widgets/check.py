"""The steps of a check as they come: one line a step, and what to do where it stops."""

import time
from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.check_lines import NAMES, TITLES, CheckLine, verdict
from ferrule.ui.theme import (
    RIGHT,
    STATES,
    paint_shape,
    paint_text,
    theme,
)
from ferrule.ui.widgets.check_exchange import Behind, CurlButton, Unfolding
from ferrule.ui.widgets.label import plain_tip
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.ui.widgets.message import Message, Waiting
from ferrule.ui.widgets.spoken import announce

_BEAT_MS: Final = 80
_WIDE: Final = 420


class _Line(QtWidgets.QWidget):
    """One step: shape, title, what was found, milliseconds."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.line: CheckLine | None = None
        self._title = TITLES[name]
        self._state = "untouched"
        self._turn = 0.0
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed
        )
        self.show_waiting(running=False)

    @property
    def running(self) -> bool:
        """Return whether this is the step at work."""
        return self._state == "running"

    def show_waiting(self, *, running: bool) -> None:
        """Show a step that has not ended."""
        self.line = None
        self._state = "running" if running else "untouched"
        word = "running" if running else "not started"
        self.setAccessibleName(f"{self._title}, {word}")
        self.setToolTip("")
        self._refit()

    def show_line(self, line: CheckLine) -> None:
        """Show how the step ended."""
        self.line = line
        self._state = line.state
        self.setAccessibleName(line.sentence)
        self.setToolTip(plain_tip(line.detail))
        self._refit()

    def turn(self) -> None:
        """Turn the spinner a little."""
        if self.running:
            self._turn = (self._turn + 0.08) % 1
            self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return one line, or two where it is narrow and there is something to say."""
        two = self.line is not None and self.width() < theme.px(_WIDE)
        return QtCore.QSize(theme.px(160), theme.px(42 if two else 28))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Let the texts be cut."""
        return QtCore.QSize(theme.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Take one line or two."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def paintEvent(self, _event: object) -> None:
        """Draw the step."""
        painter = QtWidgets.QStylePainter(self)
        side, high = theme.px(12), theme.px(28)
        mark = QtCore.QRect(theme.px(2), (high - side) // 2, side, side)
        look = STATES[self._state]
        paint_shape(painter, mark, look.shape, look.token, self._turn)
        text = QtCore.QRect(theme.px(26), 0, self.width() - theme.px(26), high)
        ink = "muted" if self._state == "untouched" else "text"
        paint_text(painter, text, self._title, role="body", ink=ink)
        if self.line is not None:
            self._paint_found(painter, text, self.line)

    def _paint_found(
        self, painter: QtGui.QPainter, box: QtCore.QRect, line: CheckLine
    ) -> None:
        paint_text(painter, box, line.took, role="caption", ink="muted", align=RIGHT)
        ink = "danger" if line.ok is False else "muted"
        if self.width() < theme.px(_WIDE):
            below = box.translated(0, theme.px(18))
            paint_text(painter, below, line.detail, role="caption", ink=ink)
            return
        wide = box.adjusted(theme.px(150), 0, -theme.px(64), 0)
        paint_text(painter, wide, line.detail, ink=ink)

    def _refit(self) -> None:
        self.updateGeometry()
        self.update()


class _Step(QtWidgets.QWidget):
    """A step's line, and below it what lies behind, once somebody asks for it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._line = _Line(name)
        self.unfold = Unfolding(TITLES[name])
        self.behind = Behind()
        self.unfold.unfolded.connect(self._show_behind)
        row = Row(gap=2)
        row.add(self._line, stretch=1)
        row.addWidget(self.unfold, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        self.setLayout(Column(row, self.behind, gap=0))

    @property
    def line(self) -> CheckLine | None:
        """Return how the step ended, None while it has not."""
        return self._line.line

    @property
    def running(self) -> bool:
        """Return whether this is the step at work."""
        return self._line.running

    def show_waiting(self, *, running: bool) -> None:
        """Show a step that has not ended."""
        self._fold()
        self._line.show_waiting(running=running)

    def show_line(self, line: CheckLine) -> None:
        """Show how the step ended; what failed is told below all steps."""
        self._fold()
        self._line.show_line(line)
        self.unfold.setVisible(bool(line.exchange) and line.ok is not False)

    def turn(self) -> None:
        """Turn the spinner a little."""
        self._line.turn()

    def _fold(self) -> None:
        self.unfold.setChecked(False)
        self.unfold.hide()

    @QtCore.Slot(bool)
    def _show_behind(self, on: bool) -> None:  # noqa: FBT001 - Qt calls it so
        if on and self.line is not None:
            self.behind.show_line(self.line)
        else:
            self.behind.clear()


class CheckLines(QtWidgets.QWidget):
    """All steps of a check; the one at work turns."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Check")
        self.rows = {name: _Step(name) for name in NAMES}
        self.setLayout(Column(*self.rows.values(), gap=0))
        self._beat = QtCore.QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._advance)

    @property
    def lines(self) -> Sequence[CheckLine]:
        """Return the steps that ended, in order."""
        return [row.line for row in self.rows.values() if row.line is not None]

    def begin(self) -> None:
        """Show that the first step runs."""
        for number, row in enumerate(self.rows.values()):
            row.show_waiting(running=number == 0)
        if theme.motion:
            self._beat.start()

    @QtCore.Slot(object)
    def show_line(self, line: CheckLine) -> None:
        """Show how a step ended, and that the next one runs."""
        row = self.rows.get(line.name)
        if row is None:
            return
        row.show_line(line)
        names = list(self.rows)
        following = names[names.index(line.name) + 1 :]
        if following and line.ok is not False:
            self.rows[following[0]].show_waiting(running=True)

    def end(self) -> None:
        """Show that nothing runs any more."""
        self._beat.stop()
        for row in self.rows.values():
            if row.running:
                row.show_waiting(running=False)

    @QtCore.Slot()
    def _advance(self) -> None:
        for row in self.rows.values():
            row.turn()


class CheckReport(QtWidgets.QWidget):
    """A check under way or ended: its lines, Cancel, and the failure in four parts.

    Signals:
        cancelled(): the person does not want to wait.
    """

    cancelled = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = CheckLines()
        self.waiting = Waiting("Checking…")
        self.waiting.cancelled.connect(self.cancelled)
        self.waiting.hide()
        self.message: Message | None = None
        self._note = Column(gap=0)
        self.setLayout(Column(self.lines, self.waiting, self._note, gap=8))
        self._text = ""
        self._since = 0.0
        self._clock = QtCore.QTimer(self)
        self._clock.setInterval(100)
        self._clock.timeout.connect(self._tick)

    def begin(self, text: str = "Checking…") -> None:
        """Show a check that begins."""
        self._clear()
        self.lines.begin()
        self._text, self._since = text, time.monotonic()
        self._tick()
        self.waiting.show()
        self._clock.start()

    def say(self, text: str) -> None:
        """Say what it waits for."""
        self._text = text
        self._tick()

    def end(self) -> None:
        """Show how it ended: what failed, why, and what to do."""
        self._rest()
        lines = self.lines.lines
        bad = next((line for line in lines if line.ok is False), None)
        if bad is not None:
            self._tell(bad)
            QtCore.QTimer.singleShot(0, self, self._bring_into_view)
        announce(self, verdict(lines))

    def fail(self, what: str, advice: str) -> None:
        """Show that there was no check at all, and why."""
        self._rest()
        self._tell(CheckLine("", ok=False, detail=what, advice=advice))
        announce(self, what)

    def cancel(self) -> None:
        """Show that it was cancelled."""
        self._rest()
        announce(self, "Check cancelled")

    def _rest(self) -> None:
        self._clock.stop()
        self.waiting.hide()
        self.lines.end()

    def _tell(self, bad: CheckLine) -> None:
        self._clear()
        why = f"Try next: {bad.advice}" if bad.advice else ""
        actions = [CurlButton(bad.curl)] if bad.curl else []
        self.message = Message(
            "danger", bad.detail, why, *actions, details=Data(bad.exchange)
        )
        self._note.add(self.message)

    @QtCore.Slot()
    def _bring_into_view(self) -> None:
        """Scroll to what went wrong, where it stands below what can be seen."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QtWidgets.QScrollArea):
            area = area.parentWidget()
        inside = area.widget() if area is not None else None
        if area is None or inside is None or self.message is None:
            return
        gap = theme.px(8)
        top = self.message.mapTo(inside, QtCore.QPoint(0, 0)).y()
        low = top + self.message.height() + gap - area.viewport().height()
        bar = area.verticalScrollBar()
        bar.setValue(max(bar.value(), min(low, top - gap)))

    def _clear(self) -> None:
        self.message = None
        self._note.clear()

    @QtCore.Slot()
    def _tick(self) -> None:
        self.waiting.show_progress(self._text, time.monotonic() - self._since)
