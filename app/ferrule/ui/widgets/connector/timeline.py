"""The answers of a connection side by side: how long each took, which failed."""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.models.connector_sheet import CheckRow
from ferrule.ui.theme import paint_box, paint_line, paint_shape, theme
from ferrule.ui.widgets.label import plain_tip

_HIGH: Final = 56
_WIDEST: Final = 18  # of a bar, with its gap
_LEAST: Final = 0.12  # of the height, so that a quick answer is seen


def answers(count: int) -> str:
    """Return a number of answers in words."""
    return "1 answer" if count == 1 else f"{count:,} answers"


class Timeline(QtWidgets.QWidget):
    """A bar for each answer, the newest at the right; one that failed has a cross.

    As many are drawn as there is room for; the table below tells all of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Health timeline")
        self._rows: tuple[CheckRow, ...] = ()
        kinds = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(kinds.Expanding, kinds.Fixed)

    def show_rows(self, rows: Sequence[CheckRow]) -> None:
        """Show other answers, the newest first."""
        self._rows = tuple(reversed(rows))
        failed = sum(not row.healthy for row in rows)
        told = f"{answers(len(rows))}, {failed:,} of them failed"
        self.setAccessibleDescription(told if rows else "")
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return a strip of the usual height."""
        return QtCore.QSize(theme.px(160), theme.px(_HIGH))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Let it be narrow: fewer are drawn then."""
        return QtCore.QSize(theme.px(48), theme.px(_HIGH))

    def paintEvent(self, _event: object) -> None:
        """Draw the bars over a line."""
        painter = QtWidgets.QStylePainter(self)
        base = QtCore.QRect(0, self.height() - 1, self.width(), 1)
        paint_line(painter, base)
        most = max((row.ms for row, _ in self._boxes()), default=0.0) or 1.0
        for row, box in self._boxes():
            self._paint_bar(painter, row, box, row.ms / most)

    def event(self, event: QtCore.QEvent) -> bool:
        """Tell of the bar under the mouse."""
        if isinstance(event, QtGui.QHelpEvent):
            tip = self._told_at(event.pos().x())
            QtWidgets.QToolTip.showText(event.globalPos(), plain_tip(tip), self)
            return True
        return super().event(event)

    def _told_at(self, x: int) -> str:
        for row, box in self._boxes():
            if box.left() <= x <= box.right():
                parts = (row.when, row.word, row.took, row.message)
                return " · ".join(part for part in parts if part)
        return ""

    def _boxes(self) -> list[tuple[CheckRow, QtCore.QRect]]:
        """Return what there is room for, each with its place from top to bottom."""
        least, wide = theme.px(6), theme.px(_WIDEST)
        shown = self._rows[-max(self.width() // least, 1) :]
        step = min(self.width() // max(len(shown), 1), wide)
        first = self.width() - step * len(shown)
        return [
            (row, QtCore.QRect(first + at * step, 0, max(step, 1), self.height() - 1))
            for at, row in enumerate(shown)
        ]

    @staticmethod
    def _paint_bar(
        painter: QtGui.QPainter, row: CheckRow, box: QtCore.QRect, share: float
    ) -> None:
        gap = min(theme.px(4), box.width() // 3)
        bar = box.adjusted(gap, 0, 0, 0)
        if not row.healthy:
            paint_box(painter, bar, 2, "danger_tint", border="danger")
            side = min(theme.px(9), bar.width())
            mark = QtCore.QRect(0, 0, side, side)
            mark.moveCenter(bar.center())
            paint_shape(painter, mark, "cross", "danger")
            return
        high = round(bar.height() * max(share, _LEAST))
        bar.setTop(bar.bottom() + 1 - high)
        paint_box(painter, bar, 2, "success")
