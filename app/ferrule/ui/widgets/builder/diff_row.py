"""One difference: its place, both sides beside one another, and what can be done."""

from typing import Final

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.descriptor.difference.compare import Change
from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import Chip, Tone
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row
from ferrule.workspace.authoring import pretty

_MOST_LINES: Final = 12
_LONGEST: Final = 4000
_NARROW: Final = 340
_TONES: Final[dict[str, Tone]] = {
    "added": "success",
    "removed": "danger",
    "changed": "info",
    "moved": "neutral",
}


def text_of(value: Json | Missing) -> str:
    """Return a value as it is shown: a text bare, anything else as JSON, cut short."""
    if value is MISSING:
        return ""
    text = value if isinstance(value, str) else pretty(value).rstrip("\n")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


class Side(QtWidgets.QPlainTextEdit):
    """What stands on one side: read only, as high as it is long, within reason."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setProperty("sunken", True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.ClickFocus)
        wrapping = QtGui.QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        self.setWordWrapMode(wrapping)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.fit)
        self.fit()

    def say(self, value: Json | Missing) -> None:
        """Show a value; nothing is said to be nothing."""
        text = text_of(value)
        there = value is not MISSING
        self.setPlainText(text if there else "not there")
        self.setEnabled(there)
        self.fit()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Take the height of the text as it breaks now."""
        super().resizeEvent(event)
        self.fit()

    @QtCore.Slot()
    def fit(self) -> None:
        """Take font and height again."""
        font = theme.font("code")
        if self.font() != font:
            self.setFont(font)
            self.document().setDocumentMargin(theme.px(2))
        whole = round(self.document().size().height())
        lines = min(max(whole, 1), _MOST_LINES)
        policy = QtCore.Qt.ScrollBarPolicy
        more = policy.ScrollBarAsNeeded if whole > lines else policy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(more)
        line = round(theme.measured("code").lineSpacing())
        self.setFixedHeight(lines * line + theme.px(14))


class _Sides(QtWidgets.QWidget):
    """Old and new, beside one another where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.old, self.new = Side("Before"), Side("Now")
        self._box = Row(gap=8)
        for caption, side in (("Before", self.old), ("Now", self.new)):
            column = Column(Label(caption, "caption", "muted"), side, gap=2)
            column.addStretch(1)
            self._box.add(column, stretch=1)
        self.setLayout(self._box)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Put one below the other where there is little room."""
        super().resizeEvent(event)
        directions = QtWidgets.QBoxLayout.Direction
        narrow = self.width() < theme.px(_NARROW)
        wanted = directions.TopToBottom if narrow else directions.LeftToRight
        if self._box.direction() != wanted:
            self._box.setDirection(wanted)


class ChangeRow(QtWidgets.QWidget):
    """A difference; it can be shown another one.

    Signals:
        opened(object): go to the place of that Change.
        reverted(object): take that Change back.
    """

    opened = QtCore.Signal(object)
    reverted = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.change: Change | None = None
        self.kind = Chip("", "neutral")
        self.place = Label("", "emphasis", elide=True)
        self.breaking = Chip("Breaking", "danger", state="error")
        self.reason = Label("", "caption", "muted", wrap=True)
        self.open = Button("Go to", kind="link", compact=True)
        self.revert = Button("Revert", kind="link", icon="undo-2", compact=True)
        self.sides = _Sides()
        head = Row(self.kind, gap=8)
        head.add(self.place, stretch=1)
        head.add(self.open, self.revert)
        self._why = Row(self.breaking, gap=8)
        self._why.add(self.reason, stretch=1)
        column = Column(head, self._why, self.sides, gap=6, margins=(12, 8, 12, 10))
        self.setLayout(column)
        self.open.clicked.connect(lambda: self.opened.emit(self.change))
        self.revert.clicked.connect(lambda: self.reverted.emit(self.change))

    def show_change(self, change: Change) -> None:
        """Show a difference."""
        self.change = change
        self.kind.show_fact(change.kind.capitalize(), _TONES[change.kind])
        self.place.setText(change.place)
        self.breaking.setVisible(change.breaking)
        self.reason.setText(change.reason)
        self.reason.setVisible(bool(change.reason))
        self.sides.old.say(change.old)
        self.sides.new.say(change.new)
        self.revert.setVisible(not change.derived)
        self.open.setAccessibleName(f"Go to {change.place}")
        self.revert.setAccessibleName(f"Revert {change.place}")
        self.setAccessibleName(self.sentence)
        self.open.setAccessibleDescription(self.sentence)

    @property
    def sentence(self) -> str:
        """Return the difference in words."""
        change = self.change
        if change is None:
            return ""
        words = [f"{change.kind.capitalize()}: {change.place}."]
        if change.breaking:
            words.insert(0, "Breaking.")
        words += [f"{change.reason}."] if change.reason else []
        return " ".join(words)

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Go to the place by a click; the button does it by key."""
        if event.button() == QtCore.Qt.MouseButton.LeftButton:
            self.opened.emit(self.change)
        super().mousePressEvent(event)

    def paintEvent(self, _event: object) -> None:
        """Draw a card, red at its edge where it breaks something."""
        painter = QtWidgets.QStylePainter(self)
        bad = self.change is not None and self.change.breaking
        edge = "danger_edge" if bad else "border"
        radius = theme.px(metrics.RADIUS)
        paint_box(painter, self.rect(), radius, "surface", border=edge)
