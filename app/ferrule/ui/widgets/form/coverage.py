"""How the items of a sample are shared among rules, as a bar.

A part is as wide as its share and carries its number; what no rule takes is hatched and
says so. The whole stands in words for assistive technology and in the tool tip.
"""

from collections.abc import Sequence
from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, tr
from ferrule.ui.models.rules import Share, told
from ferrule.ui.theme import CENTRE, metrics, paint_box, paint_text, theme
from ferrule.ui.widgets.label import plain_tip

_HEIGHT: Final = 20
_GAP: Final = 2
_LEAST: Final = 4


class CoverageBar(QtWidgets.QWidget):
    """Which rule takes how many of the items.

    Signals:
        chosen(int): the part of that rule was clicked.
    """

    chosen = QtCore.Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._parts: Sequence[Share] = ()
        self._total = 0
        self.current = -1
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed
        )
        self.show_shares((), 0)

    def show_shares(self, parts: Sequence[Share], total: int) -> None:
        """Show who takes how many of `total` items."""
        self._parts, self._total = parts, total
        words = told(parts, total)
        self.setAccessibleName(f"{Data(tr(self._name))}: {Data(tr(words))}")
        self.setToolTip(plain_tip(words))
        self.update()

    def set_current(self, rule: int) -> None:
        """Mark the part of a rule."""
        if rule != self.current:
            self.current = rule
            self.update()

    @property
    def words(self) -> str:
        """Return what is shown, in one sentence."""
        return told(self._parts, self._total)

    def sizeHint(self) -> QtCore.QSize:
        """Return a bar of 20 px."""
        return QtCore.QSize(theme.px(200), theme.px(_HEIGHT))

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Choose the rule whose part is clicked."""
        for share, box in self._boxes():
            if share.rule >= 0 and box.contains(event.position().toPoint()):
                self.chosen.emit(share.rule)

    def paintEvent(self, _event: object) -> None:
        """Draw the parts."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_SMALL)
        if not self._parts:
            paint_box(painter, self.rect(), radius, "track")
            return
        for share, box in self._boxes():
            self._paint_part(painter, share, box, radius)

    def _paint_part(
        self, painter: QtGui.QPainter, share: Share, box: QtCore.QRect, radius: int
    ) -> None:
        current = share.rule == self.current and share.rule >= 0
        fill = "accent" if current else "accent_tint"
        edge, ink = ("", "on_accent") if current else ("accent_edge", "accent")
        if share.rule < 0:
            fill, edge, ink = "warning_tint", "warning_edge", "warning"
        paint_box(painter, box, radius, fill, border=edge)
        text = share.label if share.rule < 0 else f"{share.rule + 1}"
        long = tr(text) if share.rule < 0 else f"{text} {share.label}"
        for words in map(Data, (f"{long} {self._percent(share)}", long, text)):
            if theme.width(words, "chip") + theme.px(8) <= box.width():
                paint_text(painter, box, words, role="chip", ink=ink, align=CENTRE)
                return

    def _percent(self, share: Share) -> str:
        return f"{round(share.items * 100 / self._total)} %"

    def _boxes(self) -> list[tuple[Share, QtCore.QRect]]:
        """Return the box of each part; none is too narrow to be seen."""
        gap, least = theme.px(_GAP), theme.px(_LEAST)
        room = self.width() - gap * (len(self._parts) - 1)
        spare = max(room - least * len(self._parts), 0)
        found, x = [], 0
        for share in self._parts:
            wide = least + round(spare * share.items / max(self._total, 1))
            found.append((share, QtCore.QRect(x, 0, wide, self.height())))
            x += wide + gap
        return found
