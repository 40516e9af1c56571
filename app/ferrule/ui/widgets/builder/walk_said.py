"""What a walk told, as lines: why it ended, what stands out, and what to do."""

from collections.abc import Iterable
from typing import Final

from PySide6 import QtWidgets

from ferrule.ui.widgets.bending import narrow
from ferrule.ui.widgets.label import Glyph, Label
from ferrule.ui.widgets.layouts import Column, Row, empty
from ferrule.ui.widgets.message import Details, breakable
from ferrule.workspace.walking.findings import Check

_LOOKS: Final = {
    "ok": ("circle-check", "success"),
    "info": ("info", "info"),
    "warning": ("triangle-alert", "warning"),
    "error": ("circle-x", "danger"),
}


class SaidLine(QtWidgets.QWidget):
    """One line: an icon, what was seen, and below it what to do."""

    def __init__(self, check: Check, *, strong: bool = False) -> None:
        super().__init__()
        self.level = check.level
        self.told = check.words
        role = "emphasis" if strong else "body"
        self.words = Label(breakable(check.words), role, wrap=True)
        self.words.setAccessibleName(f"{check.level}: {check.words}")
        text = Column(self.words, gap=2)
        if check.advice:
            advice = breakable(check.advice)
            text.add(Label(advice, "caption", "muted", wrap=True))
        icon, ink = _LOOKS[check.level]
        row = Row(gap=8)
        mark = Column(Glyph(icon, ink), None, gap=0, margins=(0, 2, 0, 0))
        row.add(mark)
        row.add(text, stretch=1)
        self.setLayout(row)


class SaidLines(QtWidgets.QWidget):
    """Lines below one another; the first is the strongest."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = Column(gap=10, margins=(16, 10, 12, 10))
        self.setLayout(self._lines)

    def show_lines(
        self, first: Check | None, checks: Iterable[Check], details: str = ""
    ) -> None:
        """Show other lines; `details` is redacted text to copy."""
        empty(self._lines)
        if first is not None:
            self._lines.add(SaidLine(first, strong=True))
        self._lines.add(*map(SaidLine, checks))
        if details:
            more = Details(details)
            narrow(more)
            self._lines.add(more)
        self._lines.addStretch(1)

    def summary(self) -> str:
        """Return the words of the first line, and how many are worth a look."""
        told = self.told()
        wrong = sum(level in {"warning", "error"} for level, _ in told[1:])
        more = f" {wrong} to look at." if wrong else ""
        return f"{told[0][1]}{more}" if told else ""

    def told(self) -> list[tuple[str, str]]:
        """Return level and words of each line."""
        layout = self._lines
        items = [layout.itemAt(at) for at in range(layout.count())]
        found = [item.widget() for item in items if item is not None]
        return [(w.level, w.told) for w in found if isinstance(w, SaidLine)]
