"""The stages of signing in, one below the other: a marker, a title, what came of it.

The marker's circles are joined by a line; the stage at work stands in a tinted band
with room for whatever belongs to it.
"""

from collections.abc import Sequence
from typing import Final, Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import CENTRE, STATES, paint_box, paint_shape, paint_text, theme
from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row

StageState = Literal["untouched", "running", "done", "failed"]

_MARKER: Final = 22
_CENTRE: Final = 32
_LEFT: Final = 60
_TITLE: Final = 28
_BAR: Final = 3
_WORDS: Final = {
    "untouched": "not started",
    "running": "running",
    "done": "done",
    "failed": "failed",
}


class Stage(QtWidgets.QWidget):
    """One stage; widgets of its own stand right of its title or below it."""

    def __init__(self, number: int, title: str) -> None:
        super().__init__()
        self.state: StageState = "untouched"
        self.number = number
        self.first = self.last = False
        self.title = Label(title, "emphasis", "muted", elide=True)
        self.moment = Label("", "caption", "muted")
        self.trailing = Row()
        self.detail = Label("", "code", "muted", elide=True, selectable=True)
        self.room = Column(gap=8)
        self._head = Row(self.title)
        self._head.setStretch(0, 1)
        self._head.addLayout(self.trailing)
        self._head.add(self.moment)
        self.setLayout(
            Column(
                self._head, self.detail, self.room, gap=0, margins=(_LEFT, 8, 16, 12)
            )
        )
        self._fit()
        self.show_state("untouched")
        theme.changed.connect(self._fit)

    def show_state(
        self, state: StageState, detail: str = "", *, mono: bool = True
    ) -> None:
        """Show how it stands and what came of it."""
        self.state = state
        self.title.set_ink("muted" if state == "untouched" else "text")
        self.detail.set_role("code" if mono else "body")
        self.detail.setText(Data(detail) if mono else detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(f"{self.title.text()}, {_WORDS[state]}")
        self.update()

    def paintEvent(self, _event: object) -> None:
        """Draw the band of the one at work, the joining line, and the marker."""
        painter = QtWidgets.QStylePainter(self)
        if self.state == "running":
            painter.fillRect(self.rect(), theme.colour("accent_tint"))
            bar = QtCore.QRect(0, 0, theme.px(_BAR), self.height())
            painter.fillRect(bar, theme.colour("accent"))
        box = self._marker()
        self._paint_line(painter, box)
        self._paint_marker(painter, box)

    def _marker(self) -> QtCore.QRect:
        side = theme.px(_MARKER)
        middle = theme.px(8) + theme.px(_TITLE) // 2
        left = theme.px(_CENTRE) - side // 2
        return QtCore.QRect(left, middle - side // 2, side, side)

    def _paint_line(self, painter: QtGui.QPainter, box: QtCore.QRect) -> None:
        ink = theme.colour("success" if self.state == "done" else "border")
        gap, x = theme.px(2), box.center().x()
        wide = theme.px(2)
        if not self.first:
            painter.fillRect(x, 0, wide, max(box.top() - gap, 0), ink)
        if not self.last:
            start = box.bottom() + gap
            painter.fillRect(x, start, wide, self.height() - start, ink)

    def _paint_marker(self, painter: QtGui.QPainter, box: QtCore.QRect) -> None:
        radius = box.height() / 2
        if self.state in {"done", "failed"}:
            look = STATES[self.state]
            paint_box(painter, box, radius, look.token)
            inset = theme.px(6)
            inner = box.adjusted(inset, inset, -inset, -inset)
            paint_shape(painter, inner, look.shape, "surface")
            return
        ink = "accent" if self.state == "running" else "control"
        paint_box(painter, box, radius, "surface", border=ink, width=2.0)
        paint_text(
            painter,
            box,
            Data(self.number),
            role="caption_strong",
            ink="accent" if self.state == "running" else "muted",
            align=CENTRE,
        )

    @QtCore.Slot()
    def _fit(self) -> None:
        self.title.setMinimumHeight(theme.px(_TITLE))


class Stages(Card):
    """All stages of one piece of work, in a card."""

    def __init__(self, name: str, titles: Sequence[str]) -> None:
        super().__init__(flush=True, gap=0)
        self.setAccessibleName(name)
        self.rows = [Stage(number, title) for number, title in enumerate(titles, 1)]
        self.rows[0].first = self.rows[-1].last = True
        self.add(*self.rows)

    def rest(self) -> None:
        """Show all as not started."""
        for row in self.rows:
            row.show_state("untouched")
            row.moment.setText("")
