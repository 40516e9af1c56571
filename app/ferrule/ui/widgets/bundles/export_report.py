"""What becomes of a connector in another engine: dropped, changed, kept, and why."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from PySide6 import QtCore, QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.export_desk import Refused
from ferrule.ui.widgets.blocks import WrapRow
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.chip import Chip, Tone
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Row, boxed
from ferrule.ui.widgets.message import Message, breakable
from ferrule.workspace.exporting import PreparedExport

# The losses first: they are what one decides on. So many lines of each are shown.
_GROUPS: Final[tuple[tuple[str, str, Tone, int], ...]] = (
    ("dropped", "Dropped: it is not there", "warning", 4),
    ("changed", "Changed: it is there in another form", "info", 4),
    ("kept", "Kept: it says the same there", "success", 0),
)


class ExportReport(QtWidgets.QWidget):
    """The report of one connector, each reason once with the parts it is about."""

    def __init__(self, made: PreparedExport, name: str) -> None:
        super().__init__()
        self.setAccessibleName(f"What becomes of {Data(name)}")
        groups = [
            (title, tone, most, by_reason(getattr(made.report, key)), key)
            for key, title, tone, most in _GROUPS
        ]
        counts = [
            Chip(f"{len(getattr(made.report, key))} {key}", tone, small=True)
            for _, tone, _, lines, key in groups
            if lines
        ]
        chips = WrapRow()
        chips.show_widgets(counts)
        head = Label(Data(name), "emphasis", wrap=True)
        file = Data(f"{made.name}/" if made.is_folder else made.name)
        told = Label(f"{file}, {made.size:,} bytes", "caption", "muted", wrap=True)
        column = Column(head, told, chips, gap=4)
        for title, _, most, lines, _ in groups:
            if lines:
                column.add(4, _Group(title, lines, most))
        self.setLayout(column)


class _Group(QtWidgets.QWidget):
    """One kind of lines; the rest of them is shown when one asks for it."""

    def __init__(
        self, title: str, lines: Sequence[tuple[str, list[str]]], most: int
    ) -> None:
        super().__init__()
        self._column = Column(Label(title, "section", "muted"), gap=4)
        self._column.add(*map(_line, lines[:most]))
        if len(lines) > most:
            rest = f"Show {len(lines) - most} more" if most else "Show them"
            more = Button(rest, kind="link", compact=True)
            more.setAccessibleDescription(title)
            more.clicked.connect(partial(self._show_rest, lines[most:], more))
            left = QtCore.Qt.AlignmentFlag.AlignLeft
            self._column.addWidget(more, 0, left)
        self.setLayout(self._column)

    def _show_rest(self, lines: Sequence[tuple[str, list[str]]], more: Button) -> None:
        more.hide()
        self._column.add(*map(_line, lines))


def refusal(one: Refused, name: str) -> QtWidgets.QWidget:
    """Return what is said of a connector that the engine cannot have."""
    what = f"{Data(name)} cannot be exported: {one.message}"
    return Message("warning", what, one.advice)


def by_reason(notes: Iterable[object]) -> list[tuple[str, list[str]]]:
    """Return the reasons of notes in their order, each with its places."""
    found: dict[str, list[str]] = {}
    for note in notes:
        reason = str(getattr(note, "reason", ""))
        found.setdefault(reason, []).append(str(getattr(note, "place", "")))
    return list(found.items())


def _line(line: tuple[str, list[str]]) -> QtWidgets.QWidget:
    reason, places = line
    where = Label(breakable(Data("  ".join(places))), "code_small", "muted", wrap=True)
    text = Column(Label(reason, "body", wrap=True), where, gap=0)
    dot = Label("•", "body", "muted")
    row = Row(gap=8)
    row.addWidget(dot, 0, QtCore.Qt.AlignmentFlag.AlignTop)
    row.add(text, stretch=1)
    return boxed(row)
