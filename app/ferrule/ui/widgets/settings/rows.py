"""Sections of settings: rows of a name, what it does, and a widget at the right."""

import os
from collections.abc import Sequence

from PySide6 import QtWidgets

from ferrule.ui.widgets.card import Card
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, Divider, Row


class SettingRow(QtWidgets.QWidget):
    """One setting: its name over what it does; the widget at the right is named so."""

    def __init__(
        self, name: str, about: str, *widgets: QtWidgets.QWidget, words: str = ""
    ) -> None:
        super().__init__()
        self.name = Label(name, "body")
        self.about = Label(about, "caption", "muted", wrap=True)
        if not about:
            self.about.hide()  # shown without a parent it would be a window
        self._words = f"{name} {about} {words}".casefold()
        text = Column(self.name, self.about, gap=2)
        row = Row(gap=16, margins=(0, 10, 0, 10))
        row.add(text, stretch=1)
        row.add(*widgets)
        self.setLayout(row)
        for widget in widgets:
            if not widget.accessibleName():
                widget.setAccessibleName(name)

    def set_about(self, about: str) -> None:
        """Say something else below the name; a path may break after its separators."""
        self.about.setText(about.replace(os.sep, f"{os.sep}\N{ZERO WIDTH SPACE}"))
        self.about.setVisible(bool(about))

    def holds(self, needle: str) -> bool:
        """Return whether every word of a search stands in the row."""
        return all(word in self._words for word in needle.casefold().split())


class SettingsSection(Card):
    """A card of rows with hairlines between them."""

    def __init__(self, title: str, rows: Sequence[SettingRow]) -> None:
        super().__init__(title, gap=0)
        self.rows = tuple(rows)
        self._lines: list[Divider] = []
        for number, row in enumerate(rows):
            line = Divider()
            if number == 0:
                line.hide()
            self._lines.append(line)
            self.add(line, row)

    def filter(self, needle: str) -> int:
        """Show the rows that a search finds, all for none; return how many."""
        whole = all(word in self.title.text().casefold() for word in needle.split())
        shown = 0
        for line, row in zip(self._lines, self.rows, strict=True):
            found = not needle or whole or row.holds(needle)
            row.setVisible(found)
            line.setVisible(found and shown > 0)
            shown += found
        self.setVisible(shown > 0)
        return shown


def value_label(name: str, *, mono: bool = False) -> Label:
    """Return a label for a value at the right that can be copied."""
    label = Label("…", "code" if mono else "body", "text", selectable=True)
    label.setAccessibleName(name)
    return label
