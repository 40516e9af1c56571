"""What a path field found: a count and chips beside it, a message below it."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.i18n import Data, ours, tr
from ferrule.ui.models.json_value import visible
from ferrule.ui.theme import metrics, paint_focus, paint_icon, paint_text, theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import chip_width, paint_chip, paint_keycap
from ferrule.ui.widgets.label import plain_tip
from ferrule.ui.widgets.layouts import Row
from ferrule.workspace.previewing import PathFacts

_COUNT: Final = 30
_GAP: Final = 6
_MESSAGE: Final = 22


def state_word(facts: PathFacts) -> str:
    """Return the state of a field in a word or two."""
    return {
        "empty": ours("empty"),
        "error": ours("invalid"),
        "none": ours("no match"),
        "partial": ours("partial"),
        "all": ours("valid"),
    }[facts.state]


class ResultZone(QtWidgets.QWidget):
    """The count and the first values; what does not fit is dropped, never squeezed."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = ""
        self._ink = "muted"
        self._values: tuple[str, ...] = ()
        self._always = True
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    @property
    def count(self) -> str:
        """Return the count as it is told."""
        return self._count

    def show_facts(
        self, facts: PathFacts, *, items: bool, told: str, optional: bool = False
    ) -> None:
        """Show what a text matches; `told` is the whole as a sentence."""
        self._count, self._ink = _count_of(facts, items=items)
        if optional and facts.state == "partial":
            self._ink = "muted"
        self._always = facts.state != "all"
        self._values = ()
        if items and facts.state == "all":
            self._values = (f"{facts.kind} × {facts.count}",)  # noqa: RUF001  the sign of times
        elif facts.state in {"all", "partial"}:
            self._values = tuple(visible(value) for value in facts.values)
        self.setAccessibleName(told)
        self.setToolTip(
            plain_tip(Data("\n".join((tr(told), *self._values)))) if told else ""
        )
        self.update()

    def shown_values(self) -> list[tuple[str, int]]:
        """Return the chips that fit, each with its width."""
        room = self.width() - (theme.px(_COUNT) if self._shows_count() else 0)
        found: list[tuple[str, int]] = []
        for value in self._values:
            width = chip_width(value, mono=True)
            if width > room:
                # Only the first may be cut: half a second one says nothing.
                return found or [(value, max(room, 0))]
            found.append((value, width))
            room -= width + theme.px(_GAP)
        return found

    def paintEvent(self, _event: object) -> None:
        """Draw count and chips."""
        painter = QtWidgets.QStylePainter(self)
        x = 0
        if self._shows_count():
            role = "caption" if self._ink == "muted" else "chip"
            box = (
                self.rect()
                if not self._values
                else QtCore.QRect(0, 0, theme.px(_COUNT) - 2, self.height())
            )
            paint_text(painter, box, self._count, role=role, ink=self._ink)
            x = theme.px(_COUNT)
        high = theme.px(20)
        top = (self.height() - high) // 2
        for value, width in self.shown_values():
            box = QtCore.QRect(x, top, width, high)
            paint_chip(painter, box, value, "neutral", mono=True)
            x += width + theme.px(_GAP)

    def _shows_count(self) -> bool:
        """Hide the count in a narrow zone where all match: the tick says that."""
        roomy = self.width() >= theme.px(140)
        return bool(self._count) and (self._always or roomy)


def _count_of(facts: PathFacts, *, items: bool) -> tuple[str, str]:
    if facts.state == "error":
        return "invalid", "danger"
    if facts.state == "none" and facts.of:
        return ("no items" if items else f"0 of {facts.of}"), "danger"
    if facts.state == "partial":
        return str(facts.matched), "warning"
    if facts.state == "all":
        return str(facts.count if items else facts.matched), "muted"
    return "", "muted"


class ChipButton(QtWidgets.QPushButton):
    """A chip in code type that can be pressed."""

    def __init__(self, text: str, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = text
        self._ringed = False
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_Hover)
        fixed = QtWidgets.QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    @property
    def shown(self) -> str:
        """Return the text as it stands, ampersands and all."""
        return self._shown

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._shown = text
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        """Return the chip with room for the finger above and below."""
        width = max(chip_width(visible(self._shown), mono=True), theme.px(24))
        return QtCore.QSize(width, theme.px(metrics.TARGET))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        """Show the ring, unless the mouse brought the focus."""
        self._ringed = event.reason() != QtCore.Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def paintEvent(self, _event: object) -> None:
        """Draw the chip; a checked or hovered one is tinted."""
        painter = QtWidgets.QStylePainter(self)
        high = theme.px(20)
        box = QtCore.QRect(0, (self.height() - high) // 2, self.width(), high)
        lively = self.isChecked() or self.underMouse() or not self.isCheckable()
        tone = "accent" if lively else "neutral"
        paint_chip(painter, box, visible(self._shown), tone, mono=True)
        if self.hasFocus() and self._ringed:
            paint_focus(painter, box, theme.px(metrics.RADIUS_CHIP))


class MessageRow(QtWidgets.QWidget):
    """One line below a field: what is wrong, and what can be done about it.

    Signals:
        accepted(): the suggestion was pressed.
        asked(): the link was pressed.
    """

    accepted = QtCore.Signal()
    asked = QtCore.Signal()

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = _MessageText()
        self.offer = ChipButton("")
        self.key = _Keycap("Tab")
        self.link = Button("", kind="link", compact=True)
        self.offer.clicked.connect(self.accepted)
        self.link.clicked.connect(self.asked)
        row = Row(self.text, self.offer, self.key, self.link, None, gap=_GAP)
        self.setLayout(row)
        self._fit()
        theme.changed.connect(self._fit)
        self.say("")

    def say(
        self, text: str, level: str = "danger", *, offer: str = "", link: str = ""
    ) -> None:
        """Say something, or with no text be gone."""
        self.text.say(text, level)
        self.offer.show_text(offer)
        self.offer.setAccessibleName(f"Use {offer}")
        self.offer.setVisible(bool(offer))
        self.key.setVisible(bool(offer))
        self.link.setText(link)
        self.link.setVisible(bool(link))
        self.setVisible(bool(text))

    @QtCore.Slot()
    def _fit(self) -> None:
        least = round(theme.measured("caption_strong").height()) + theme.px(6)
        self.setFixedHeight(max(theme.px(_MESSAGE), least))


class _MessageText(QtWidgets.QLabel):
    """An icon and a line in the colour of its level, cut where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._level = "danger"
        policy = QtWidgets.QSizePolicy.Policy
        self.setSizePolicy(policy.Maximum, policy.Fixed)

    def say(self, text: str, level: str) -> None:
        """Show another line."""
        self._level = level
        self.setText(text)
        self.setToolTip(plain_tip(text))

    def sizeHint(self) -> QtCore.QSize:
        """Return room for icon and line."""
        width = theme.width(self.text(), "caption_strong") + theme.px(20)
        return QtCore.QSize(width, theme.px(_MESSAGE))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Be cut rather than push what can be pressed out of sight."""
        return QtCore.QSize(theme.px(60), theme.px(_MESSAGE))

    def paintEvent(self, _event: object) -> None:
        """Draw icon and line."""
        painter = QtWidgets.QStylePainter(self)
        side = theme.px(13)
        icon = {"danger": "circle-x", "warning": "triangle-alert"}.get(
            self._level, "info"
        )
        mark = QtCore.QRect(0, (self.height() - side) // 2, side, side)
        paint_icon(painter, mark, icon, self._level)
        box = self.rect().adjusted(theme.px(19), 0, 0, 0)
        paint_text(painter, box, self.text(), role="caption_strong", ink=self._level)


class _Keycap(QtWidgets.QWidget):
    """The name of a key in a small frame."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def sizeHint(self) -> QtCore.QSize:
        """Return the size of the frame."""
        width = theme.width(self._key, "caption") + theme.px(10)
        return QtCore.QSize(width, theme.px(20))

    def minimumSizeHint(self) -> QtCore.QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: object) -> None:
        """Draw the frame."""
        painter = QtWidgets.QStylePainter(self)
        paint_keycap(painter, self.width(), self.height(), self._key)
