"""Chips and status words: a short fact, with a shape where it is a state."""

from typing import Final, Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.theme import (
    CENTRE,
    LEFT,
    STATES,
    metrics,
    paint_box,
    paint_icon,
    paint_shape,
    paint_text,
    theme,
)
from ferrule.ui.widgets.label import plain_tip

Tone = Literal["neutral", "outline", "success", "warning", "danger", "info", "accent"]
_FILL: Final = {"neutral": "chip", "outline": ""}
_INK: Final = {"neutral": "muted", "outline": "muted"}
_PAD: Final = 7
_BEAT_MS: Final = 80


def chip_colours(tone: str) -> tuple[str, str]:
    """Return the tokens of a tone's ground and text."""
    return _FILL.get(tone, f"{tone}_tint"), _INK.get(tone, tone)


def chip_width(text: str, *, mono: bool = False, mark: bool = False) -> int:
    """Return the pixels a chip takes; `mark` counts an icon or shape in front."""
    role = "code_small" if mono else "chip"
    front = theme.px(12 + 5) if mark else 0
    return theme.width(Data(text) if mono else text, role) + 2 * theme.px(_PAD) + front


def paint_chip(
    painter: QtGui.QPainter,
    box: QtCore.QRect,
    text: str,
    tone: str = "neutral",
    *,
    mono: bool = False,
    icon: str = "",
    state: str = "",
) -> None:
    """Draw a chip in `box`: ground, icon or state's shape, text."""
    fill, ink = chip_colours(tone)
    border = "border" if tone == "outline" else ""
    paint_box(painter, box, theme.px(metrics.RADIUS_CHIP), fill, border=border)
    x = box.left() + theme.px(_PAD)
    if icon or state:
        side = theme.px(12 if icon else 9)
        mark = QtCore.QRect(x, 0, side, side)
        mark.moveTop(box.top() + (box.height() - side) // 2)
        if icon:
            paint_icon(painter, mark, icon, ink)
        else:
            paint_shape(painter, mark, STATES[state].shape, ink)
        x += side + theme.px(5)
    inner = QtCore.QRect(x, box.top(), box.right() - theme.px(5) - x, box.height())
    role = "code_small" if mono else "chip"
    shown = Data(text) if mono else text  # code is never ours
    paint_text(painter, inner, shown, role=role, ink=ink, align=LEFT)


def paint_keycap(painter: QtGui.QPainter, right: int, height: int, text: str) -> int:
    """Draw a key's name in a small frame that ends at `right`; return its left."""
    width = theme.width(text, "caption") + theme.px(10)
    tall = theme.px(20)
    box = QtCore.QRect(right - width, (height - tall) // 2, width, tall)
    paint_box(painter, box, theme.px(metrics.RADIUS_SMALL), "", border="border")
    paint_text(painter, box, text, role="caption", ink="muted", align=CENTRE)
    return box.left()


class Chip(QtWidgets.QLabel):
    """A short fact on a tinted ground."""

    def __init__(
        self,
        text: str,
        tone: Tone = "neutral",
        *,
        icon: str = "",
        state: str = "",
        mono: bool = False,
        small: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._tone: Tone = tone
        self._icon = icon
        self._state = state
        self._mono = mono
        self._height = 18 if small else 20
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)
        self.setText(text)

    def show_fact(self, text: str, tone: Tone = "neutral", *, state: str = "") -> None:
        """Say something else."""
        self._tone = tone
        self._state = state
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return the chip's size."""
        marked = bool(self._icon or self._state)
        width = chip_width(self.text(), mono=self._mono, mark=marked)
        return QtCore.QSize(width, theme.px(self._height))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Never be squeezed: drop chips by rule instead."""
        return self.sizeHint()

    def paintEvent(self, _event: object) -> None:
        """Draw the chip."""
        painter = QtWidgets.QStylePainter(self)
        paint_chip(
            painter,
            self.rect(),
            self.text(),
            self._tone,
            mono=self._mono,
            icon=self._icon,
            state=self._state,
        )


class StatusLabel(QtWidgets.QLabel):
    """A state as a shape and a word; it turns only while something runs."""

    def __init__(
        self,
        state: str,
        word: str,
        role: str = "body",
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._state = state
        self._role = role
        self._turn = 0.0
        self._beat = QtCore.QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._advance)
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)
        self.show_state(state, word)

    @property
    def state(self) -> str:
        """Return the state's name in `STATES`."""
        return self._state

    def show_state(self, state: str, word: str) -> None:
        """Show another state."""
        self._state = state
        self.setText(word)
        self._beat_or_rest()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return room for shape, gap and word."""
        width = theme.px(metrics.SHAPE + 6) + theme.width(self.text(), self._role)
        height = max(round(theme.measured(self._role).height()), theme.px(16))
        return QtCore.QSize(width, height)

    def minimumSizeHint(self) -> QtCore.QSize:
        """Keep the shape; the word may be cut."""
        return QtCore.QSize(theme.px(metrics.SHAPE + 24), self.sizeHint().height())

    def paintEvent(self, _event: object) -> None:
        """Draw shape and word."""
        painter = QtWidgets.QStylePainter(self)
        cut = self.sizeHint().width() > self.width()
        tip = plain_tip(Data(self.text())) if cut else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
        paint_status(
            painter, self.rect(), self._state, self.text(), self._role, turn=self._turn
        )

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        """Turn while seen."""
        super().showEvent(event)
        self._beat_or_rest()

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        """Rest while not seen."""
        super().hideEvent(event)
        self._beat.stop()

    def _beat_or_rest(self) -> None:
        turning = STATES[self._state].shape == "spinner" and theme.motion
        if turning and self.isVisible():
            self._beat.start()
        else:
            self._beat.stop()

    @QtCore.Slot()
    def _advance(self) -> None:
        self._turn = (self._turn + 0.08) % 1
        self.update()


def paint_status(
    painter: QtGui.QPainter,
    box: QtCore.QRect,
    state: str,
    word: str,
    role: str = "body",
    *,
    ink: str = "",
    turn: float = 0.0,
) -> None:
    """Draw a state's shape and word at the left of `box`."""
    look = STATES[state]
    side = theme.px(metrics.SHAPE)
    mark = QtCore.QRect(box.left(), 0, side, side)
    mark.moveTop(box.top() + (box.height() - side) // 2)
    paint_shape(painter, mark, look.shape, look.token, turn)
    text = box.adjusted(side + theme.px(6), 0, 0, 0)
    paint_text(painter, text, word, role=role, ink=ink or look.token)
