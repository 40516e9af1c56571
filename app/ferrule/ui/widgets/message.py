"""Messages beside the thing they are about: what, why, what to do, details."""

import re
from typing import Final, Literal

from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import metrics, paint_box, theme
from ferrule.ui.widgets.button import Button, IconButton
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row

Level = Literal["info", "success", "warning", "danger"]
_LONG: Final = re.compile(r"\S{17,}")
_PIECE: Final = re.compile(r"[-_./:,=&?;}\]]+|[^-_./:,=&?;}\]]{12}")
_ICONS: Final = {
    "info": "info",
    "success": "badge-check",
    "warning": "triangle-alert",
    "danger": "circle-x",
}


def breakable(text: str) -> str:
    """Return a text whose long words may go on in the next line of a narrow place.

    A place to break is of no width; the same kind of text comes back.
    """
    return type(text)(_LONG.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word[0]), text))


class Details(QtWidgets.QWidget):
    """Lines of code on a sunken ground, with a button that copies them."""

    def __init__(self, text: str, *, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        # Copied by the button alone: what is selected would bring the places to break.
        self.text = Label(breakable(text), "code", wrap=True)
        copy = IconButton("copy", "Copy details")
        copy.clicked.connect(self.copy)
        row = Row(margins=(12, 8, 4, 8))
        row.add(self.text, stretch=1)
        row.addWidget(copy, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        self.setLayout(row)

    @QtCore.Slot()
    def copy(self) -> None:
        """Put the lines on the clipboard."""
        QtGui.QGuiApplication.clipboard().setText(self._whole)

    def paintEvent(self, _event: object) -> None:
        """Draw the ground."""
        painter = QtWidgets.QStylePainter(self)
        paint_box(painter, self.rect(), theme.px(metrics.RADIUS), "sunken")


class Message(QtWidgets.QFrame):
    """A tinted banner of up to four parts.

    `what` happened, `why` (the best guess), actions (what to do) and `details`, which
    must be redacted already and can be copied.

    Signals:
        closed(): the person put it away (only where `closable`).
    """

    closed = QtCore.Signal()

    def __init__(
        self,
        level: Level,
        what: str,
        why: str = "",
        *actions: QtWidgets.QWidget,
        details: str = "",
        closable: bool = False,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.level: Level = level
        self.setAccessibleName(f"{level}: {what}")
        self.what = Label(what, "emphasis", wrap=True)
        self.why = Label(why, "body", wrap=True)
        if not why:
            self.why.hide()
        text = Column(self.what, self.why, gap=2)
        if details:
            text.add(6, Details(details))
        if actions:
            text.add(6, Row(*actions, None))
        row = Row(gap=10, margins=(14, 12, 14, 12))
        mark = Glyph(_ICONS[level], level, 18)
        row.addWidget(mark, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        row.add(text, stretch=1)
        if closable:
            close = IconButton("x", f"Close: {what}")
            close.clicked.connect(self.closed)
            row.addWidget(close, 0, QtCore.Qt.AlignmentFlag.AlignTop)
        self.setLayout(row)

    def paintEvent(self, _event: object) -> None:
        """Draw the tint and its edge."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_BANNER)
        level = self.level
        paint_box(painter, self.rect(), radius, f"{level}_tint", border=f"{level}_edge")


class Waiting(QtWidgets.QWidget):
    """Something that runs for more than a second: text, elapsed seconds, Cancel.

    Signals:
        cancelled(): the person does not want to wait.
    """

    cancelled = QtCore.Signal()

    def __init__(self, text: str, *, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Label(text, "emphasis", elide=True)
        self.elapsed = Label("", "caption", "muted")
        self.cancel = Button("Cancel", compact=True, hint="Esc")
        self.cancel.clicked.connect(self.cancelled)
        row = Row(gap=10, margins=(12, 8, 12, 8))
        row.add(Glyph("clock", "accent"))
        row.add(self.text, stretch=1)
        row.add(self.elapsed, self.cancel)
        self.setLayout(row)

    def show_progress(self, text: str, seconds: float) -> None:
        """Say what goes on and for how long."""
        self.text.setText(text)
        self.elapsed.setText(f"{seconds:.1f} s")

    def paintEvent(self, _event: object) -> None:
        """Draw the frame."""
        painter = QtWidgets.QStylePainter(self)
        radius = theme.px(metrics.RADIUS_BANNER)
        paint_box(painter, self.rect(), radius, "surface", border="border")
